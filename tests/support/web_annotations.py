"""Annotations of the W3C model on one short text, and a schema of what the model says that they must be."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA = json.loads((Path(__file__).parents[1] / "exchange" / "schemas" / "web-annotation.json").read_text("utf-8"))
CONTEXT = "http://www.w3.org/ns/anno.jsonld"
TEXT = "🌊 The gate stopped. “Nothing 👩‍👧 stopped,” said Orrin."
URL = "https://a.example/gate"
QUOTED = {"type": "TextQuoteSelector", "exact": "gate"}


def problems(value: object) -> list[str]:
    """What of a document is against the model, by our schema of it."""
    return [f"{'/'.join(map(str, error.path))}: {error.message[:200]}" for error in Draft202012Validator(SCHEMA).iter_errors(value)]  # fmt: skip


def at(words: str, unit: str = "code-points") -> dict[str, Any]:
    """The position of words in the text."""
    start = TEXT.index(words)
    end = start + len(words)
    if unit == "utf-16":
        start, end = (len(TEXT[:point].encode("utf-16-le")) // 2 for point in (start, end))
    return {"type": "TextPositionSelector", "start": start, "end": end}


def annotation(selector: object, **about: Any) -> dict[str, Any]:
    """An annotation of the text, at a selector or with a target of its own."""
    target = about.pop("target", {"source": URL, "selector": selector})
    return {"@context": CONTEXT, "id": "https://b.example/1", "type": "Annotation", "target": target, **about}
