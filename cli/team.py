"""`onrecord team`: how far the team is, how well it agrees, and what the work is worth."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from .options import annotator_name, as_json, asked, opened, project
from .printing import json_array, out, plural, safe, say, table

if TYPE_CHECKING:
    import sqlite3

    from ..measure.agreement import Figure
    from ..measure.progress import About, DocumentWork, Work
    from ..measure.teamwork import Comparison, Counts

_PLOT = 31
_BAR = 20
_PROGRESS = (
    "name",
    "role",
    "progress",
    "assigned",
    "done",
    "in progress",
    "submitted",
    "skipped",
    "flagged",
    "mentions",
)
_EFFORT = ("name", "documents", "hours", "minutes a document", "marks an hour")
_DOCUMENTS = (
    "id", "state", "title", "assigned", "submitted", "flagged", "mentions", "differing", "unruled", "minutes", "notes",
)  # fmt: skip


@click.command()
@project
@click.option("--documents", "by_document", is_flag=True, help="Every document, what needs somebody first.")
@click.option("--competence", "in_full", is_flag=True, help="Only the competence of annotators, label by label.")
@asked
@as_json
def team(project: Path, by_document: bool, in_full: bool, annotator: str | None, as_json: bool) -> None:
    """Tell how far the team is, and how well it agrees.

    Progress and active time by person, documents by what they wait for, agreement by layer with intervals, and for
    those who judge, competence and work beside the gold layer. What the figures mean is in docs/agreement.md;
    `onrecord agree` has more of them, by pair, outlet and document. An annotator who works blind is told of their own
    progress.
    """
    if by_document and in_full:
        raise click.UsageError("--documents and --competence are two different lists; ask for one of them")
    viewer = annotator_name(annotator)
    with opened(project, annotator) as connection:
        if by_document:
            _documents(connection, viewer, as_json)
        elif in_full:
            _competence(connection, viewer, as_json)
        else:
            _overview(connection, viewer, as_json)


def _overview(connection: "sqlite3.Connection", viewer: str | None, as_json: bool) -> None:
    from ..measure import teamwork

    counts = teamwork.counts(connection, viewer)
    with _comparing() as told:
        compared = teamwork.comparison(connection, viewer, told=told)
    if as_json:
        json_array(structs.asdict(figure) for figure in (*counts.figures(), *compared.figures()))
        for sentence in dict.fromkeys((*compared.agreement_said, *compared.competence_said, *compared.gold_said)):
            say(sentence)
        return
    _show_counts(counts)
    _show_agreement(compared)
    _show_competence([each for each in compared.competence if not each.label], compared.competence_said)
    _show_gold(compared)


# ---------------------------------------------------------------------- progress and effort


def _show_counts(counts: "Counts") -> None:
    total = sum(counts.tally.values())
    out("progress" if counts.everybody else "progress: your own")
    table(_PROGRESS, (_progress_row(work, total) for work in counts.workers))
    out()
    out(f"█ submitted  ▓ skipped  ▒ in progress  ! flagged  ░ to do, of what is assigned, else of all {total:,}")
    _head("documents", f"{total:,}")
    for state, number in counts.tally.items():
        out(f"  {state:<10}  {number:>7,}")
    timed = [work for work in counts.workers if work.timed]
    if timed:
        _head("effort", "active time; pauses of over two minutes do not count")
        table(_EFFORT, map(_effort_row, timed))


def _progress_row(work: "Work", documents: int) -> dict[str, object]:
    from ..report import plots

    parts = [(work.submitted, "█"), (work.skipped, "▓"), (work.in_progress, "▒"), (work.flagged, "!")]
    return {
        **structs.asdict(work), "in progress": work.in_progress,
        "progress": plots.bar(parts, work.assigned or documents, _BAR),
    }  # fmt: skip


def _effort_row(work: "Work") -> dict[str, object]:
    return {
        "name": work.name, "documents": work.timed, "hours": f"{work.seconds / 3600:.1f}",
        "minutes a document": _number(work.minutes, 1), "marks an hour": _number(work.marks_per_hour, 0),
    }  # fmt: skip


# ---------------------------------------------------------------------- what is compared


def _show_agreement(compared: "Comparison") -> None:
    from ..report import plots

    about = f"{plural(len(compared.annotators), 'annotator')} on {plural(compared.documents, 'document')}"
    _head("agreement", about if compared.documents else "")
    _tell(compared.agreement_said)
    if not compared.agreement:
        return
    least = plots.least_of([each.low if each.low is not None else each.value for each in compared.agreement])
    plot = plots.scale(_PLOT, least).rstrip()
    rows = (
        {
            "layer": each.layer, "measure": each.measure, "label": each.label, "value": _number(each.value, 3),
            "interval": _ends(each), plot: plots.interval(each.value, each.low, each.high, _PLOT, least),
        }
        for each in compared.agreement
    )  # fmt: skip
    table(("layer", "measure", "label", "value", "interval", plot), rows)


def _show_competence(figures: Sequence["Figure"], said: Sequence[str], *, labels: bool = False) -> None:
    from ..report import plots

    if not figures and not said:
        return
    _head("competence", "finding a label that holds, leaving out one that does not, and MACE's trust")
    _tell(said)
    plot = plots.scale(_PLOT).rstrip()
    if figures:
        columns = ("name", "measure", *(("label",) if labels else ()), "value", "interval", "items", plot)
        table(columns, (_competence_row(each, plot) for each in figures))


def _competence_row(each: "Figure", plot: str) -> dict[str, object]:
    from ..report import plots

    return {
        "name": each.of, "measure": each.measure.replace("_", " "), "label": each.label or "all",
        "value": _number(each.value, 3), "interval": _ends(each), "items": each.units,
        plot: plots.interval(each.value, each.low, each.high, _PLOT),
    }  # fmt: skip


def _show_gold(compared: "Comparison") -> None:
    if compared.gold_said and not compared.gold:
        _head("beside gold")
        _tell(compared.gold_said)
    for layer in dict.fromkeys(each.layer for each in compared.gold):
        some = [each for each in compared.gold if each.layer == layer]
        _head(f"beside gold: {layer}", "F1, and of all layers precision and recall")
        layers = list(dict.fromkeys(each.label for each in some))
        names = list(dict.fromkeys(each.of for each in some))
        table(("name", "documents", *layers, "precision", "recall"), (_gold_row(name, some) for name in names))


def _gold_row(name: str, figures: Iterable["Figure"]) -> dict[str, object]:
    row: dict[str, object] = {"name": name}
    for each in figures:
        if each.of == name:
            row["documents"] = each.documents
            if each.measure == "f1":
                row[each.label] = _number(each.value, 3)
            elif each.label == "all":
                row[each.measure] = _number(each.value, 3)
    return row


def _competence(connection: "sqlite3.Connection", viewer: str | None, as_json: bool) -> None:
    from ..measure import competence, progress

    if not progress.may_judge(connection, viewer):
        found = competence.Competence((), ("only adjudicators and leads are told how competent the others are",))
    else:
        with _comparing() as told:
            found = competence.competence(connection, told=told)
    if as_json:
        json_array(map(structs.asdict, found.figures))
        _tell(found.said, beside=True)
    else:
        _show_competence(found.figures, found.said, labels=True)


# ---------------------------------------------------------------------- documents


def _documents(connection: "sqlite3.Connection", viewer: str | None, as_json: bool) -> None:
    from ..measure import teamwork

    with _comparing() as told:
        found, said = teamwork.document_work(connection, viewer, told)
    _tell(said, beside=True)
    rows = _named(connection, found)
    if as_json:
        json_array(
            {
                **structs.asdict(each), "state": each.state, "title": about.title, "outlet": about.outlet,
                "published_at": about.published_at, "notes": _notes(about),
            }
            for each, about in rows
        )  # fmt: skip
    else:
        table(_DOCUMENTS, (_document_row(each, about) for each, about in rows))


def _named(
    connection: "sqlite3.Connection", found: Sequence["DocumentWork"], size: int = 500
) -> Iterator[tuple["DocumentWork", "About"]]:
    """Documents with what they are called, read some at a time."""
    from ..measure import progress

    for first in range(0, len(found), size):
        some = found[first : first + size]
        names = progress.about(connection, [each.id for each in some])
        yield from ((each, names[each.id]) for each in some)


def _document_row(each: "DocumentWork", about: "About") -> dict[str, object]:
    return {
        **structs.asdict(each), "state": each.state, "title": about.title or "untitled", "notes": _notes(about),
        "differing": "" if each.differing is None else f"{each.differing} of {each.groups}",
        "minutes": f"{each.seconds / 60:.0f}" if each.seconds else "",
    }  # fmt: skip


def _notes(about: "About") -> str:
    return "; ".join(f"{name}: {note}" if note else name for name, note in about.flags)


# ---------------------------------------------------------------------- words


@contextmanager
def _comparing() -> Iterator[Callable[[int, int], object]]:
    """How far the comparison is, on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return
    with click.progressbar(length=0, label="comparing documents", file=sys.stderr) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield told


def _head(name: str, about: str = "") -> None:
    """The name of a section, after an empty line."""
    out()
    out(f"{name}: {safe(about)}" if about else name)


def _tell(said: Iterable[str], *, beside: bool = False) -> None:
    for sentence in said:
        say(sentence) if beside else out(f"  {safe(sentence)}")


def _number(value: float | None, digits: int) -> str:
    return "undefined" if value is None else f"{value:.{digits}f}"


def _ends(each: "Figure") -> str:
    return "" if each.low is None else f"{each.low:.3f} to {each.high:.3f}"
