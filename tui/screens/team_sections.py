"""The sections of the Team screen, as rows: progress, documents, agreement, effort, competence, work beside gold."""

from collections.abc import Callable, Iterator, Sequence

from textual.content import Content

from ...measure.agreement import Figure
from ...measure.progress import STATES, State, Work
from ...measure.teamwork import CHECKS, RULED, Comparison, Counts
from ...report import plots
from ..widgets.cells import GAP, cell, row
from ..widgets.mention_card import one_line
from ..widgets.team_row import (
    NAME,
    NUMBER,
    STATE_LOOKS,
    effort_cells,
    figure_cells,
    inked,
    legend,
    person_about,
    plot_width,
    progress_cells,
    worded,
)
from ..widgets.wording import count
from .section_page import Entry, heading, plain

LABEL_LEAD = 32
_SHORT = 20
_MEANS = {
    "undisputed": "the share of groups in which nobody differs in anything",
    "exact_f1": "mentions that another annotator has on exactly the same words",
    "overlap_f1": "mentions that share words with one of another annotator",
    "unitizing_alpha": "how well mentions fit each other, by their lengths and beyond chance",
    "gamma": "how well positions fit each other, beyond chance",
    "alpha_masi": "sets of labels, beyond chance; a part of a set is better than nothing",
    "alpha": "whether a label is given, beyond chance",
    "same_origin": "compared chains that end with the same source",
    "same_chain": "compared chains that are the same all along",
    "same_claim": "aligned mentions that have the same claim",
    "b_cubed": "mentions put together under claims alike, whatever the claims are called",
    "ceaf_e": "claims paired one to one, and how alike they are",
}
_TRUST = ("finds", "leaves_out", "mace")


def about_figure(figure: Figure, more: str) -> Content:
    """A figure told whole."""
    name = " ".join(filter(None, (figure.measure.replace("_", " "), one_line(figure.label))))
    ends = "" if figure.low is None else f"  95 % interval {figure.low:.3f} to {figure.high:.3f}"
    value = "undefined: only one value occurs" if figure.value is None else f"{figure.value:.3f}{ends}"
    whose = "" if figure.of == "all" else f"  {one_line(figure.of)}"
    return Content.assemble(
        (f"{figure.layer}: {name}", "bold"), (f"{whose}\n", "$secondary"),
        f"{value}\n", (f"{_MEANS.get(figure.measure, '')}\n", "$foreground"),
        (f"{count(figure.units, 'unit')} in {count(figure.documents, 'document')}; {more}", "$muted"),
    )  # fmt: skip


def progress_entries(counts: Counts) -> Iterator[Entry]:
    """A row for each person."""
    total = sum(counts.tally.values())
    yield heading("Progress", legend() if counts.everybody else f"yours  {legend()}")
    for work in counts.workers:
        yield _person("progress", work, lambda width, work=work: progress_cells(work, total, width))  # type: ignore[misc]
    if not counts.workers:
        yield plain(("none", "people"), "nobody has a role, a queue or work here yet")


def document_entries(counts: Counts) -> Iterator[Entry]:
    """A row for each state of documents."""
    total = sum(counts.tally.values())
    yield heading("Documents", f"{total:,}, by what they wait for; ↵ lists them")
    for state in STATES:
        yield _state(state, counts.tally[state], total)


def effort_entries(counts: Counts) -> Iterator[Entry]:
    """A row for each person whose time was measured."""
    timed = [work for work in counts.workers if work.timed]
    yield heading("Effort", "median active minutes a submitted document; pauses of over two minutes do not count")
    longest = max((work.minutes or 0 for work in timed), default=0)
    for work in timed:
        yield _person("effort", work, lambda width, work=work: effort_cells(work, longest, width))  # type: ignore[misc]
    if not timed:
        yield plain(("none", "effort"), "no time was measured yet; it is while somebody works in the app")


def agreement_entries(compared: Comparison, label_cell: Callable[[str], Content], key: str) -> Iterator[Entry]:
    """A row for each figure, under a scale."""
    about = f"{count(len(compared.annotators), 'annotator')} on {count(compared.documents, 'document')}"
    yield heading("Agreement", f"{about}; ↵ shows pairs" if compared.documents else "")
    least = plots.least_of([each.low if each.low is not None else each.value for each in compared.agreement])
    if compared.agreement:
        yield _scale("agreement", LABEL_LEAD, least)
    before = ""
    for each in compared.agreement:
        layer, before = (each.layer if each.layer != before else ""), each.layer
        lead = _lead(layer, each, label_cell)
        yield Entry(
            ("agreement", each.id),
            lambda width, each=each, lead=lead: row(*figure_cells(lead, each, width, least))[1:],  # type: ignore[misc]
            lambda each=each: about_figure(each, key),  # type: ignore[misc]
        )
    for sentence in compared.agreement_said:
        yield plain(("said", sentence), sentence)


def competence_entries(compared: Comparison) -> Iterator[Entry]:
    """A row for each annotator: MACE's trust as a plot, with Dawid and Skene's rates beside it."""
    if not compared.competence and not compared.competence_said:
        return
    yield heading("Competence", "MACE's trust; then how often labels are found, and rightly left out")
    names = list(dict.fromkeys(each.of for each in compared.competence))
    if names:
        yield _scale("competence", NAME, 0, rates=True)
    for name in names:
        yield _competent(name, [each for each in compared.competence if each.of == name])
    for sentence in compared.competence_said:
        yield plain(("said competence", sentence), sentence)


def gold_entries(compared: Comparison) -> Iterator[Entry]:
    """A row for each annotator whose work has a gold layer beside it: F1 of all layers, then of some of them."""
    if not compared.gold and not compared.gold_said:
        return
    titles = {CHECKS: "Hidden checks", RULED: "Ruled work"}
    words = {
        CHECKS: "F1 beside the gold layer, of documents given as checks",
        RULED: "F1 beside the gold layer that was made of this very work: a favourable view",
    }
    for layer, title in titles.items():
        some = [each for each in compared.gold if each.layer == layer]
        if some:
            yield heading(title, words[layer])
            for name in dict.fromkeys(each.of for each in some):
                yield _beside_gold(layer, name, [each for each in some if each.of == name])
    if not compared.gold:
        yield heading("Beside gold")
        for sentence in compared.gold_said:
            yield plain(("said gold", sentence), sentence)


# ---------------------------------------------------------------------- single rows


def _person(section: str, work: Work, cells: Callable[[int], list[Content]]) -> Entry:
    return Entry((section, work.name), lambda width: row(*cells(width - 1))[1:], lambda: person_about(work))


def _state(state: State, number: int, total: int) -> Entry:
    glyph, ink, words = STATE_LOOKS[state]

    def paint(width: int) -> Content:
        name = cell(f"{glyph} {state}", NAME, ink)
        bar = max(6, width - NAME - 9 - 2 * GAP - 1)
        return row(name, cell(f"{number:,}", 9, right=True), inked(plots.bar([(number, "▒")], total, bar, " ")))[1:]

    return Entry(
        ("state", state), paint,
        lambda: Content.assemble((f"{count(number, 'document')} {state}", f"bold {ink}"), f"\n{words}"),
    )  # fmt: skip


def _scale(section: str, lead: int, least: float, *, rates: bool = False) -> Entry:
    """The numbers over the plots of a section. It is a heading to the cursor, which passes it."""

    def paint(width: int) -> Content:
        if rates:
            width -= 2 * _rate_width(width)
        scale = plots.scale(plot_width(width, lead), least)
        return Content.styled(" " * (lead + NUMBER + 2 * GAP) + scale, "$muted italic")

    return Entry(("scale", section), paint)


def _lead(layer: str, figure: Figure, label_cell: Callable[[str], Content]) -> Content:
    """The layer where it begins, and the measure or the label."""
    if figure.label:
        label = label_cell(figure.label).truncate(_SHORT - 6, ellipsis=True)
        name = Content("alpha ") + label + " " * (_SHORT - 6 - label.cell_length)
    else:
        name = cell(figure.measure.replace("_", " "), _SHORT - 2) + "  "
    return cell(layer, LABEL_LEAD - _SHORT, "$secondary") + name


def _competent(name: str, figures: Sequence[Figure]) -> Entry:
    whole = {each.measure: each for each in figures if not each.label}

    def paint(width: int) -> Content:
        rate = _rate_width(width)
        cells = figure_cells(cell(one_line(name), NAME, "bold"), whole["mace"], width - 2 * rate, 0)
        rates = [
            cell(f"{words} {worded(whole[measure].value)}", rate - GAP, "$muted", right=True)
            for measure, words in (("finds", "finds"), ("leaves_out", "leaves out"))
            if rate
        ]
        return row(*cells, *rates)[1:]

    def about() -> Content:
        lines = [
            Content.assemble((one_line(name), "bold"), (f"  judged {count(whole['mace'].units, 'item')}", "$muted"))
        ]
        for measure in _TRUST:
            label = ", ".join(
                f"{one_line(each.label)} {worded(each.value)}"
                for each in figures
                if each.measure == measure and each.label
            )
            each = whole[measure]
            ends = "" if each.low is None else f" ({each.low:.2f} to {each.high:.2f})"
            words = f"{measure.replace('_', ' ')} {worded(each.value)}{ends}"
            lines.append(Content.assemble(words, (f"  {label}" if label else "", "$muted")))
        return Content("\n").join(lines)

    return Entry(("competence", name), paint, about)


def _rate_width(width: int) -> int:
    """How wide each of the two rates is, with the gap before it; nothing where there is no room."""
    return 17 if width >= 100 else 0


def _beside_gold(layer: str, name: str, figures: Sequence[Figure]) -> Entry:
    f1 = {each.label: each.value for each in figures if each.measure == "f1"}
    ends = {each.measure: each for each in figures if each.label == "all"}

    def paint(width: int) -> Content:
        layers = [f"{label} {worded(value)}" for label, value in f1.items() if label in ("overlap", "labels", "claim")]
        shown = layers if width >= 100 else layers[:2] if width >= 76 else []
        bar = max(6, width - NAME - NUMBER - 3 * GAP - sum(len(each) + GAP for each in shown))
        share = round((f1["all"] or 0) * 1000)
        return row(
            cell(one_line(name), NAME, "bold"), cell(worded(f1["all"]), NUMBER, right=True),
            inked(plots.bar([(share, "▒")], 1000, bar, "░")), *(cell(each, len(each), "$muted") for each in shown),
        )[1:]  # fmt: skip

    def about() -> Content:
        whole = ends["f1"]
        rates = f"precision {worded(ends['precision'].value)}, recall {worded(ends['recall'].value)}"
        return Content.assemble(
            (one_line(name), "bold"), (f"  {layer}: {count(whole.documents, 'document')}\n", "$secondary"),
            f"F1 {worded(whole.value)} of all layers ({rates})\n",
            (", ".join(f"{label} {worded(value)}" for label, value in f1.items() if label != "all"), "$muted"),
        )  # fmt: skip

    return Entry((layer, name), paint, about)
