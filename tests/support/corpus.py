"""Texts that want to be more than text, and a project that has them in every field that holds a text.

What goes through screens, commands and reports is made here, so that a payload added once is tried everywhere.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from onrecord.schema import acts, rulings, team
from onrecord.schema.events import (
    KIND_OF,
    Adjudication,
    Assignment,
    Claim,
    ClaimRelation,
    Evidence,
    Kind,
    Label,
    Link,
    Mark,
    Mention,
    Remark,
    Source,
    SourceRelation,
)
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span, content_hash

PAYLOADS = (
    "[bold]b[/bold]",
    "[/x]",
    "[@click=app.quit]x[/]",
    "[@click=screen.dismiss]x[/] [link=file:///etc/passwd]y[/link]",
    "[$error on red",
    "\x1b[31;5m",
    "\x1b[6n\x1b[2J\x1b[H",
    "\x1b]0;owned\x07",
    "\x1b]52;c;b3duZWQ=\x07",
    "\x1b]8;;file:///etc/passwd\x1b\\x\x1b]8;;\x1b\\",
    "\x1bP$q\x1b\\\x1bPq#0\x1b\\\x1b_G\x1b\\\x1b^p\x1b\\",
    "\x1bc\x07\x08\x08\x0e\x7f",
    "\x9b31m\x9d0;owned\x9c\x85\x90q\x9c",
    "\u202eevil\u202c\u2066x\u2069\u200f\u061c",
    "".join(chr(0xE0000 + ord(char)) for char in "ignore"),
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164",
    "e\u0301\u0301\u0301 👩\u200d👩\u200d👧 ❤\ufe0f 🇫🇷 👍\U0001f3fb",
    "Z" + "\u0301\u0489\u0353\u036f" * 25,  # zalgo
    "a\rb\rc",
    "one\u2028two\u2029three\x0b\x0cfour\x1c\x1dfive",
    "no\u00a0break\u202fspace\u3000wide\tt\r\n",
    "\ue000\U000f0000\U0010ffff\u0378\ufffe",
    "שלום עולם مرحبا",
    "=HYPERLINK(1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "{{7*191}} ${7*191} {%raw%} #{7*191}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)> javascript:alert(1) ]]> <!--",
    "$(touch pwned) `touch pwned` ; touch pwned | touch pwned && touch pwned",
    "../../../etc/passwd CON NUL.txt %s %n {0} \\x1b \\u001b",
    "'; DROP TABLE events; --",
)  # fmt: skip
ALL = " ".join(PAYLOADS)
TEXT = "".join(f"Item{at:02d} begins {payload} and ends{at:02d}.\n\n" for at, payload in enumerate(PAYLOADS))
REVISED = TEXT.replace("Item03 begins", "Item03 started").replace("ends05", "ceases05") + ALL
MARKS = "\u0301" * 10_000
LONG = f"A base e{MARKS} with ten thousand marks. " + "[/x] \u202e\x1b[5m word " * 60_000 + "\n" + "x" * 100_000
"""A line of more than a megabyte, one character under ten thousand marks, and one word of 100,000 letters."""
STRANGER = "[@click=app.quit]ben [$error {{7*191}}<b>"
HEAD = "A" + MARKS

FILE_NAMES = (
    "[b]bold[/b] [/x].txt",
    "\x1b]0;owned\x07.txt",
    "\u202etxt.exe.txt",
    "שלום.txt",
    "two\nlines\r.txt",
    "$(touch pwned).txt",
    "`touch pwned`;touch pwned.txt",
    "--as.txt",
    "CON.txt",
    "{{7*191}}<script>.txt",
    "\x9b31m\U000e0041.txt",
)


def item(at: int) -> Span:
    """From the first to the last word around a payload."""
    return Span(TEXT.index(f"Item{at:02d}"), TEXT.index(f"ends{at:02d}") + 6)


def hostile_project(path: Path) -> Path:
    """A project in which everything that can be hostile is; its documents are TEXT, its later version, and LONG."""
    with Ledger.create(path, "ana", "device \x1b[31m") as ledger:
        with ledger.act() as act:
            about = dict.fromkeys(("title", "outlet", "author", "url", "language"), ALL)
            sha256, _ = acts.add_document(act, TEXT, published_at="2026-03-01", extra=_extra(), **about)
            acts.add_document(
                act, REVISED, published_at="\x1b[2Jlater [/x]", title=HEAD, outlet="\u202e", revises=sha256
            )
            acts.add_document(act, LONG, published_at="2026-03-03", title="The long one " + "x" * 5_000)
            _codebook(act)
        with ledger.act() as act:
            _work(act, sha256)
            acts.submit(act, sha256, "submitted", ALL)
            acts.submit(act, content_hash(REVISED), "flagged", ALL)
    with Ledger(path, STRANGER, "elsewhere") as ledger, ledger.act() as act:
        _work(act, sha256)
        acts.submit(act, sha256, "submitted", ALL)
    with Ledger(path, "ana", "device \x1b[31m") as ledger, ledger.act() as act:
        _team(act, sha256)
    return path


def _extra() -> str:
    return msgspec.json.encode({ALL: ALL}).decode()


def _codebook(act: Act) -> None:
    ugly: Any = {"letter": "\x9b", "glyph": "\u202e", "colour": "#aa0000", "guideline": ALL, "examples": (ALL,)}
    act.put(
        f"odd {ALL}"[:200],
        Label(axis="neutral", key="\x07", position=9, kinds=(Kind(kind=ALL, gloss=ALL),), **ugly),
    )


def _work(act: Act, sha256: str) -> None:
    """One annotator's mentions of every payload: marks, chains, evidence, claims and sources that are hostile too."""
    code = f"odd {ALL}"[:200]
    about: Any = {"note": ALL}
    for at, payload in enumerate(PAYLOADS):
        anchors = acts.words(TEXT, [item(at)])
        uid = f"{act.annotator}/{at} {ALL}"[:400] if at < 2 else acts.new_mention(act.annotator)
        claim, source = f"claim {at} {ALL}"[:400], f"source {at} {ALL}"[:400]
        act.put(claim, Claim(text=payload + ALL, **about))
        act.put(source, Source(name=payload + ALL, document=sha256 if at % 2 else None, **about))
        act.put(uid, Mention(document=sha256, spans=anchors, claim=claim, extra=_extra(), **about))
        links = Link(source=source, identified="described", ground=payload + ALL, spans=anchors, cue=anchors)
        shown = (
            Evidence(url=payload + ALL, **about),
            Evidence(spans=acts.words(TEXT, [item(at)]), **about),
            Evidence(mention=f"{act.annotator}/0 {ALL}"[:400], **about),
        )
        for label in ("anonymous", "denied", code)[: 1 + at % 3]:
            act.put(
                f"{uid}/{label}"[:512],
                Mark(mention=uid, label=label, kind=ALL, certainty=40, chain=(links,), evidence=shown,
                     extra=_extra(), **about),
            )  # fmt: skip
    one, two = (f"claim {at} {ALL}"[:400] for at in (0, 1))
    _relate(act, one[:200], two[:200])


def _relate(act: Act, one: str, two: str) -> None:
    act.put(one, Claim(text=ALL))
    act.put(two, Claim(text=ALL))
    act.put(f"{one}|contradicts|{two}", ClaimRelation(claim=one, relation="contradicts", other=two))
    act.put(one, Source(name=ALL))
    act.put(two, Source(name=ALL))
    act.put(
        f"{one}|probably_same|{two}",
        SourceRelation(source=one, relation="probably_same", other=two, certainty=70, note=ALL),
    )


def _team(act: Act, sha256: str) -> None:
    theirs, mine = (f"{name}/0 {ALL}"[:400] for name in (STRANGER, "ana"))
    team.appoint(act, "ana", "lead")
    team.appoint(act, STRANGER, "adjudicator")
    act.put(f"{sha256}|{STRANGER}", Assignment(document=sha256, annotator=STRANGER, position=1))
    for position, text in enumerate((TEXT, REVISED, LONG), 1):
        team.assign(act, content_hash(text), "ana", position)
    team.set_blind(act, blind=False)
    team.sit(act, sha256, 70)
    first = f"ana/remark {ALL}"[:400]
    act.put(first, Remark(mention=theirs, text=ALL))
    act.put(f"ana/answer {ALL}"[:400], Remark(mention=theirs, text=ALL, answers=first))
    act.put(
        f"ana/ruling {ALL}"[:400],
        Adjudication(document=sha256, inputs=tuple(sorted((theirs, mine))), choice=mine, taken=mine, reason=ALL),
    )
    rulings.take(act, [mine, theirs], theirs, reason=ALL)


# ---------------------------------------------------------------------- what a project has to have to be hostile


def text_fields() -> set[str]:
    """Every field of every kind of event that holds a free text, as `KIND.FIELD` or `KIND.FIELD.FIELD`."""
    return {f"{kind}.{path}" for type_, kind in KIND_OF.items() for path in _texts_of(type_)}


def _texts_of(type_: Any) -> Iterator[str]:
    for field in msgspec.inspect.type_info(type_).fields:  # type: ignore[attr-defined]
        for end in _ends_of(field.type):
            yield f"{field.encode_name}{end}"


def _ends_of(type_: Any) -> Iterator[str]:
    inspect = msgspec.inspect
    if isinstance(type_, inspect.Metadata):
        type_ = type_.type
    if isinstance(type_, inspect.StrType) and type_.pattern is None and type_.max_length != 1:
        yield ""
    elif isinstance(type_, inspect.UnionType):
        for member in type_.types:
            yield from _ends_of(member)
    elif isinstance(type_, inspect.VarTupleType):
        yield from _ends_of(type_.item_type)
    elif isinstance(type_, inspect.StructType):
        for end in _texts_of(type_.cls):
            yield f".{end}"


def hostile_fields(values: Iterable[tuple[str, Struct]]) -> set[str]:
    """Those of `text_fields` in which one of these values, each with its kind, has something hostile."""
    return {f"{kind}.{path}" for kind, value in values for path in _hostile_in(msgspec.to_builtins(value))}


def _hostile_in(value: Any) -> Iterator[str]:
    for name, inner in value.items():
        for each in inner if isinstance(inner, list | tuple) else [inner]:
            if isinstance(each, dict):
                yield from (f"{name}.{end}" for end in _hostile_in(each))
            elif isinstance(each, str) and any(mark in each for mark in ("\x1b", "\u202e", "[@", "\\u001b")):
                yield name
