"""Small tasks as Label Studio exports them, and what the reader makes of them."""

import json
import tempfile
from pathlib import Path
from typing import Any

from onrecord.exchange.annotated import Annotated
from onrecord.exchange.articles import Refused
from onrecord.exchange.formats import Incoming, named
from onrecord.exchange.mapping import Mapping

TEXT = "🌊 The gate stopped.\r\n“It closed,” said Orrin  twice."


def units(words: str) -> dict[str, Any]:
    """Where words stand, as JavaScript counts."""
    start = len(TEXT[: TEXT.index(words)].encode("utf-16-le")) // 2
    return {"start": start, "end": start + len(words.encode("utf-16-le")) // 2, "text": words}


def region(words: str, *labels: str, number: str = "r1", **about: Any) -> dict[str, Any]:
    value = {**units(words), "labels": list(labels)}
    return {"id": number, "from_name": "ner", "to_name": "txt", "type": "labels", "value": value, **about}


def task(*result: dict[str, Any], text: str = TEXT, **about: Any) -> dict[str, Any]:
    annotation = {"id": 11, "completed_by": {"id": 3, "email": "ana@a.example"}, "result": list(result)}
    return {"id": 7, "data": {"text": text}, "annotations": [{**annotation, **about}]}


def records(value: object, mapping: Mapping | None = None, **about: Any) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.json"
        path.write_text(json.dumps(value), "utf-8")
        read = named("labelstudio").read
        assert read
        return list(
            read(Incoming(path=path, place="x.json", annotator="me", mapping=mapping or Mapping(), **about))
        )  # fmt: skip


def only(found: list[Any]) -> Annotated:
    (item,) = [each for each in found if isinstance(each, Annotated)]
    return item


def refusals(found: list[Any]) -> list[str]:
    return [each.sentence for each in found if isinstance(each, Refused)]


def quotes(item: Annotated) -> list[list[str]]:
    return [[piece.quote for piece in mention.spans] for mention in item.mentions.values()]
