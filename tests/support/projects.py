"""Projects for tests of what goes out and comes in: hypothesis makes documents with all that can be said about them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from msgspec import structs
from onrecord.exchange.annotated import Annotated, Sheet, with_extra
from onrecord.exchange.formats import Format, Incoming, named
from onrecord.exchange.held import documents_held
from onrecord.exchange.importing import ImportOptions, bring_in, files_of
from onrecord.exchange.report import Report
from onrecord.schema.events import Document, Link, SourceKind
from onrecord.schema.ledger import Ledger
from onrecord.schema.rulings import ruling_uid
from onrecord.schema.text import Span
from project_state import project

ANNOTATORS = ("ana", "Björk O.", "c-3")
ADJUDICATOR = "eve"
LABELS = ("sourced", "anonymous", "denied", "confirmed", "responded")
WORD = st.sampled_from(
    ["gate", "Ünder", "café", "e\u0301e", "👩‍👧", "🌊", "日本", "שלום", "a\u00a0b", "“it”", "<b>", "&amp;", "x_y", "#", "\\n", "|",
     "[*]", "=1+1", "'", '"', "-", "1:2", "a,b", "\u2028", "\t", "\r", "\r\n", "\n", "\n\n", ";", "%20", "*", "\u200b"]
)  # fmt: skip
NAME = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\0"), min_size=1, max_size=12).map(
    lambda name: " ".join(name.split()) or "x"
)
NOTE = st.one_of(st.just(""), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
TEXT = st.lists(WORD, min_size=1, max_size=24).map(" ".join)


@st.composite
def pieces(draw: st.DrawFn, text: str, most: int = 3) -> list[Span]:
    """One to `most` spans of a text that do not overlap."""
    cuts = draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2 * most, unique=True).map(sorted))
    return [Span(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def documents(draw: st.DrawFn, *, ruled: bool = False) -> Annotated:
    """A document with mentions that overlap and are discontinuous, every kind of mark, chain and evidence.

    With `ruled`, somebody may have ruled on them, and the gold mentions are among the others.
    """
    text = draw(TEXT.filter(str.strip))
    about = Document(
        title=draw(NAME), outlet=draw(NOTE), author=draw(NOTE), url=draw(st.sampled_from(["", "https://a.example/x?y=1"])),
        published_at=draw(st.sampled_from(["", "2026-03-03", "2026-03-03T06:30:00Z"])),
        language=draw(st.sampled_from(["", "en"])),
        extra=draw(st.sampled_from(["", with_extra("", other={"deep": [1, "é"]})])),
    )  # fmt: skip
    sheet = Sheet("generated", text, about)
    for annotator in draw(st.lists(st.sampled_from(ANNOTATORS), unique=True)):
        made: list[str] = []
        for number in range(draw(st.integers(0, 3))):
            made.append(_mention(draw, sheet, annotator, number))
            for label in draw(st.lists(st.sampled_from(LABELS), unique=True, max_size=3)):
                _mark(draw, sheet, made, label)
        if draw(st.booleans()):
            sheet.submission(
                annotator, draw(st.sampled_from(["in_progress", "submitted", "skipped", "flagged"])), draw(NOTE)
            )
    if ruled:
        _rule(draw, sheet)
    return sheet.done()


def _rule(draw: st.DrawFn, sheet: Sheet) -> None:
    """An adjudicator's rulings: on some mentions, one of which holds, or none."""
    made = sheet.done()
    for uid in draw(st.lists(st.sampled_from([*made.mentions]), unique=True, max_size=2)) if made.mentions else ():
        inputs = sorted({uid, draw(st.sampled_from([*made.mentions]))})
        gold = ruling_uid(ADJUDICATOR, inputs) if draw(st.booleans()) else None
        if gold in made.mentions:
            continue
        sheet.ruling(ADJUDICATOR, inputs, gold, taken=draw(st.sampled_from([None, uid])), reason=draw(NOTE))
        if gold:
            taken = made.mentions[uid]
            spans = [Span(piece.start, piece.end) for piece in taken.spans]
            sheet.mention(
                ADJUDICATOR, gold, spans, uid=gold, layer="gold", claim=taken.claim, polarity=taken.polarity,
                note=draw(NOTE), extra=taken.extra,
            )  # fmt: skip
            for mark in made.marks_of(uid):
                sheet.mark(gold, mark.label, kind=mark.kind, chain=mark.chain, note=draw(NOTE))


def without_rulings(item: Annotated) -> Annotated:
    """What the annotators did alone."""
    mentions = {uid: each for uid, each in item.mentions.items() if each.layer == ""}
    marks = {uid: each for uid, each in item.marks.items() if each.mention in mentions}
    return structs.replace(item, mentions=mentions, marks=marks, rulings={})


def _mention(draw: st.DrawFn, sheet: Sheet, annotator: str, number: int) -> str:
    claim = sheet.claim(draw(NAME), note=draw(NOTE)) if draw(st.booleans()) else None
    return sheet.mention(
        annotator, str(number), draw(pieces(sheet.text)), claim=claim, note=draw(NOTE),
        polarity=draw(st.sampled_from(["asserts", "negates", "questions"])),
        extra=draw(st.sampled_from(["", with_extra("", a=1)])),
    )  # fmt: skip


def _mark(draw: st.DrawFn, sheet: Sheet, mentions: list[str], label: str) -> None:
    evidence = []
    for kind in draw(st.lists(st.sampled_from(["words", "mention", "url"]), max_size=2)):
        choices: dict[str, dict[str, Any]] = {
            "words": {"spans": draw(pieces(sheet.text))},
            "mention": {"mention": mentions[0]},
            "url": {"url": "https://b.example/" + draw(st.sampled_from(["", "ü", "a b"]))},
        }
        evidence.append(sheet.evidence(**choices[kind], note=draw(NOTE)))
    sheet.mark(
        mentions[-1], label, kind=draw(st.sampled_from(["", "described", "non_denial", "my kind"])),
        certainty=draw(st.one_of(st.none(), st.integers(0, 100))), note=draw(NOTE),
        chain=tuple(_link(draw, sheet) for _ in range(draw(st.integers(0, 2)))), evidence=tuple(evidence),
        extra=draw(st.sampled_from(["", with_extra("", b=[{}])])),
    )  # fmt: skip


def _link(draw: st.DrawFn, sheet: Sheet) -> Link:
    source = None
    if draw(st.booleans()):
        kind: SourceKind = draw(st.sampled_from(["person", "institution", "unknown"]))
        source = sheet.source(draw(NAME), kind=kind, named=draw(st.booleans()), note=draw(NOTE))
    return sheet.link(
        source, draw(pieces(sheet.text)) if draw(st.booleans()) else (),
        draw(pieces(sheet.text, 1)) if draw(st.booleans()) else (), relay=draw(st.booleans()),
        identified=draw(st.sampled_from(["named", "described", "collective", "bare", "unspecified"])),
        ground=draw(st.sampled_from(["", "on_record"])),
    )  # fmt: skip


@st.composite
def projects(draw: st.DrawFn, *, ruled: bool = False) -> list[Annotated]:
    """One to three documents with different texts."""
    found = draw(st.lists(documents(ruled=ruled), min_size=1, max_size=3))
    return list({item.text: item for item in found}.values())


@contextmanager
def project_of(items: Iterable[Annotated], annotator: str = "lead") -> Iterator[Ledger]:
    """A project that holds these documents."""
    given = list(items)
    form = Format(name="generated", about="", read=lambda _: iter(given))
    with project(annotator) as ledger:
        report = Report()
        assert bring_in(ledger, Path("generated"), form, ImportOptions(), report), list(report.rows())
        yield ledger


def held(ledger: Ledger) -> list[Annotated]:
    """All that a project holds, without what differs from file to file: places, times, definitions of codes."""
    found = [structs.replace(item, place="", recorded_at={}, labels={}) for item in documents_held(ledger.connection)]
    return sorted(found, key=lambda item: item.sha256)


def bring(ledger: Ledger, path: Path, name: str = "", **options: Any) -> Report:
    """Import a file or folder, which must go well unless `keep_good` is given."""
    report = Report()
    for file, form in files_of([path], ImportOptions(format=name, **options), report):
        kept = bring_in(ledger, file, form, ImportOptions(format=name, **options), report)
        assert kept or options.get("keep_good"), list(report.rows())
    return report


def records_of(path: Path, name: str, annotator: str = "ana") -> list[Any]:
    """What the reader of a format makes of a file, without any project."""
    form = named(name)
    assert form.read
    return list(form.read(Incoming(path=path, place=path.name, annotator=annotator)))
