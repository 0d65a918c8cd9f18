"""What makes an event valid, whoever sends it: its bytes, its owner, its subject, and the order of its spans."""

from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from .anchors import Anchor
from .errors import InvalidEvent
from .events import (
    AXES,
    FORMAT,
    OWNED,
    AnyEvent,
    Assignment,
    ClaimRelation,
    Document,
    Label,
    LabelEvent,
    Mark,
    Member,
    Mention,
    Policy,
    SourceRelation,
    Submission,
    canonical,
    kind_of,
    trusted,
)

MAX_EVENT_BYTES = 16 * 1024 * 1024

_encoder = msgspec.json.Encoder(order="sorted")
_ESCAPE = b"\\"
_NUL = b"\\u0000"
"""How JSON writes U+0000; a backslash before a text of `u0000` looks the same."""


class _Version(Struct):
    v: int


_version_decoder = msgspec.json.Decoder(_Version)


def read_event(body: bytes) -> AnyEvent:
    """The event of bytes from outside.

    Raises:
        InvalidEvent: the bytes are not one valid event in canonical form; the sentence says what is wrong.
    """
    if len(body) > MAX_EVENT_BYTES:
        raise InvalidEvent(f"the event has {len(body):,} bytes; at most {MAX_EVENT_BYTES:,} are taken")
    try:
        event = trusted(body)
        again = _encoder.encode(event)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise InvalidEvent(_unreadable(body, str(error))) from None
    if again != body:
        raise InvalidEvent("the event is not in canonical form, so its id cannot be trusted")
    check_event(event, body)
    return event


def settled(event: AnyEvent) -> tuple[AnyEvent, bytes]:
    """An event of this program's own in canonical form, checked as those from outside are, and its bytes.

    Raises:
        InvalidEvent: it breaks a rule of the model; the sentence says which.
        UnicodeEncodeError: a text of it holds a lone surrogate.
    """
    body = _encoder.encode(event)
    try:
        read = trusted(body)
        if len(body) <= MAX_EVENT_BYTES and _encoder.encode(read) == body:
            check_event(read, body)
            return read, body
    except (msgspec.MsgspecError, RecursionError):
        pass  # `read_event` says why
    body = canonical(event)
    return read_event(body), body


def check_event(event: AnyEvent, body: bytes) -> None:
    """Check of an event and its bytes what types cannot say: the owner, the subject's form, spans in order, no U+0000.

    Raises:
        InvalidEvent: the first rule that the event breaks, as a sentence.
    """
    check_name(event.annotator)
    if extra := getattr(event.data, "extra", ""):
        check_extra(extra)
    if event.parents and tuple(sorted(set(event.parents))) != event.parents:
        raise InvalidEvent("the parents are not sorted or name an event twice")
    kind = kind_of(event)
    if kind in OWNED and not event.subject.startswith(event.annotator + "/"):
        raise InvalidEvent(f"{event.annotator} cannot write the {kind} {event.subject!r}: it belongs to somebody else")
    # One byte is found many times as fast as six, and most events have no escape at all.
    if _ESCAPE in body and _NUL in body and _has_nul(msgspec.to_builtins(event)):
        raise InvalidEvent("a text of the event holds U+0000, which no database keeps safely")
    _check_value(event)


@lru_cache(1024)
def check_name(name: str) -> None:
    """Check that a text can name an annotator: printable, no slash, no white space around it.

    Raises:
        InvalidEvent: it cannot.
    """
    if not name.isprintable() or name != name.strip() or "/" in name or not 1 <= len(name) <= 64:
        raise InvalidEvent(
            f"{name[:80]!r} cannot name an annotator: use 1 to 64 printable characters, no slash, no space around them"
        )


def check_extra(extra: str) -> None:
    """Check what another tool keeps about a thing: nothing, or one JSON object.

    Raises:
        InvalidEvent: it is neither.
    """
    try:
        if not extra or isinstance(msgspec.json.decode(extra), dict):
            return
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        pass
    raise InvalidEvent("what another tool keeps about a thing (`extra`) is not a JSON object")


def _unreadable(body: bytes, error: str) -> str:
    try:
        version = _version_decoder.decode(body).v
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        version = FORMAT
    if version > FORMAT:
        return f"the event is of format {version}, which a newer onrecord wrote; this one reads format {FORMAT}"
    said = " ".join(str(error).split())  # it names fields as they are, whatever breaks a line in them
    return f"the bytes are not an event of format {FORMAT}: {said}"


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_has_nul, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_has_nul, value))


def _check_value(event: AnyEvent) -> None:  # noqa: C901 - one rule a case
    subject = event.subject
    match event.data:
        case Mark() as mark:  # what there is most of comes first
            _check_mark(subject, mark)
        case Mention(spans=spans):
            _check_spans(spans)
        case Document() if len(subject) != 64 or set(subject) - set("0123456789abcdef"):
            raise InvalidEvent("a document's subject is the sha256 of its text")
        case ClaimRelation(claim=claim, relation=relation, other=other):
            if subject != f"{claim}|{relation}|{other}" or claim == other:
                raise InvalidEvent("a relation's subject is CLAIM|RELATION|OTHER, of two different claims")
        case SourceRelation(source=source, relation=relation, other=other):
            if subject != f"{source}|{relation}|{other}" or source == other:
                raise InvalidEvent("a relation's subject is SOURCE|RELATION|OTHER, of two different sources")
        case Label(axis=axis) if axis != AXES.get(subject, "neutral"):
            raise InvalidEvent(f"{subject!r} is no label of {axis}: besides the four, all codes are neutral")
        case None if isinstance(event, LabelEvent) and subject in AXES:
            raise InvalidEvent(f"{subject!r} cannot be withdrawn: the four labels always exist")
        case Submission(document=document) if subject != f"{event.annotator}/{document}":
            raise InvalidEvent("a submission's subject is its annotator and its document")
        case Member():
            check_name(subject)
        case Policy() if subject != "project":
            raise InvalidEvent("the policy's subject is `project`")
        case Assignment(document=document, annotator=annotator):
            check_name(annotator)
            if subject != f"{document}|{annotator}":
                raise InvalidEvent("an assignment's subject is DOCUMENT|ANNOTATOR")
        case _:
            pass


def _check_mark(subject: str, mark: Mark) -> None:
    if subject != f"{mark.mention}/{mark.label}":
        raise InvalidEvent("a mark's subject is its mention and its label")
    for link in mark.chain:
        _check_spans(link.spans)
        _check_spans(link.cue)
    for item in mark.evidence:
        if bool(item.spans) + bool(item.mention) + bool(item.url) != 1:
            raise InvalidEvent("evidence is words of the document, a mention or a web address: one of them")
        _check_spans(item.spans)


def _check_spans(spans: tuple[Anchor, ...]) -> None:
    end = 0
    for piece in spans:
        if piece.start < end:
            raise InvalidEvent(f"the pieces of a span overlap or are out of order at offset {piece.start}")
        if piece.end - piece.start != len(piece.quote):
            raise InvalidEvent(
                f"a span of {piece.start}:{piece.end} does not fit its quote of {len(piece.quote)} code points"
            )
        end = piece.end
