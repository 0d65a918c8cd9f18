"""A language model as an engine, through the `llm` library (an optional part): only when a person names a model.

The text goes to that model and nowhere else. What it answers is JSON; each quote must stand in the text word for word,
or it is left out: a model proposes, it never writes.
"""

import json
from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from ..schema.codebook import BUILT_IN
from ..schema.errors import BadInput, MissingExtra
from ..schema.events import Identified
from ..schema.text import Span
from .engine import Link, Suggestion

LONGEST = 60_000
"""A text of more code points is not sent: no model reads that with care."""

_PROMPT = """Find every attributed claim in the news article below: what somebody is reported to say, deny or confirm.
Answer with JSON alone: an array of objects with the keys
"quote": the words that state the claim, copied exactly from the article,
"label": one of sourced, anonymous, denied, confirmed, responded,
"source": the words that name or describe who says so, copied exactly, or "",
"cue": the reporting words (said, according to), copied exactly, or "",
"identified": one of named, described, collective, bare, unspecified,
"confidence": 0 to 100.
Judge by the origin, not by the messenger: a newspaper that quotes an unnamed official is anonymous.

ARTICLE:
"""


class _Proposed(msgspec.Struct):
    quote: str
    label: str
    source: str = ""
    cue: str = ""
    identified: str = "unspecified"
    confidence: float = 50


class Model:
    """An engine that asks one model."""

    version = "1"

    def __init__(self, model: str = "") -> None:
        if not model:
            raise BadInput("name the model to ask with --model; nothing is sent anywhere without")
        try:
            import llm
        except ImportError:
            raise MissingExtra("Asking a model needs an optional part: pip install 'onrecord[llm]'") from None
        try:
            self._model: Any = llm.get_model(model)
        except llm.UnknownModelError:
            raise BadInput(f"llm knows no model {model!r}; `llm models` lists them") from None
        self.name = f"llm {model}"[:56]

    def suggest(self, text: str) -> list[Suggestion]:
        """What the model finds in a text; nothing where its answer cannot be read.

        Raises:
            BadInput: the model could not be asked.
        """
        if len(text) > LONGEST:
            return []
        try:
            answer = self._model.prompt(_PROMPT + text, stream=False).text()
        except Exception as error:  # noqa: BLE001 - whatever a model's plug-in does
            raise BadInput(f"{self.name} did not answer ({type(error).__name__}: {error})") from None
        return list(_read(answer, text))


def _read(answer: str, text: str) -> Iterator[Suggestion]:
    """The suggestions of an answer whose words all stand in the text; the rest is left out."""
    start, end = answer.find("["), answer.rfind("]")
    try:
        items = json.loads(answer[start : end + 1])
    except (ValueError, RecursionError):
        return
    for item in items if isinstance(items, list) else []:
        try:
            proposed = msgspec.convert(item, _Proposed)
        except msgspec.ValidationError:
            continue
        made = _suggestion(proposed, text)
        if made:
            yield made


def _suggestion(proposed: _Proposed, text: str) -> Suggestion | None:
    content = _only(proposed.quote, text)
    if content is None or proposed.label not in BUILT_IN:
        return None
    source, cue = _near(proposed.source, content, text), _near(proposed.cue, content, text)
    identified: Identified = proposed.identified if proposed.identified in get_args(Identified) else "unspecified"  # type: ignore[assignment]
    link = Link(
        spans=(source,) if source else (), cue=(cue,) if cue else (), name=proposed.source.strip() if source else "",
        kind="unknown", identified=identified,
    )  # fmt: skip
    chain = (link,) if link.spans or link.cue else ()
    confidence = round(min(100.0, max(0.0, proposed.confidence)))
    return Suggestion((content,), proposed.label, "", chain, confidence, "model")


def _only(words: str, text: str) -> Span | None:
    """Where words stand in a text, if they do so only once."""
    words = words.strip()
    start = text.find(words) if words else -1
    if start < 0 or text.find(words, start + 1) >= 0:
        return None
    return Span(start, start + len(words))


def _near(words: str, content: Span, text: str) -> Span | None:
    """The place of words nearest to the content, outside it."""
    words = words.strip()
    found: list[Span] = []
    start = text.find(words) if words else -1
    while start >= 0:
        span = Span(start, start + len(words))
        if span.end <= content.start or span.start >= content.end:
            found.append(span)
        start = text.find(words, start + 1)
    return min(found, key=lambda span: max(content.start - span.end, span.start - content.end), default=None)
