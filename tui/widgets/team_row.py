"""Rows of the Team screen: how far somebody is, a figure with its interval, and how long work takes, as plots."""

from itertools import groupby

from textual.content import Content

from ...measure.agreement import Figure
from ...measure.progress import DocumentWork, State, Work
from ...report import plots
from .cells import GAP, cell
from .mention_card import one_line
from .wording import count

NAME, NUMBER = 16, 6
_ENDS, _ROOM_FOR_ENDS = 13, 76
_INKS = {
    "█": "$success", "▓": "$secondary", "▒": "$accent", "!": "bold $error", "░": "$rule",
    "┊": "$rule", "─": "$secondary", "├": "$secondary", "┤": "$secondary", "●": "bold $accent",
}  # fmt: skip
_PARTS = {"submitted": "█", "skipped": "▓", "in_progress": "▒", "flagged": "!"}
STATE_LOOKS: dict[State, tuple[str, str, str]] = {
    "flagged": ("⚑", "$error", "somebody could not go on, and said why"),
    "to rule": ("◇", "$accent", "two or more submitted it; not everything is ruled on yet"),
    "under way": ("◐", "$secondary", "begun, and not yet submitted by all who were given it"),
    "to do": ("·", "$muted", "nobody has begun"),
    "done": ("✓", "$success", "it has its gold layer, or all who were given it are done"),
}


def inked(plot: str) -> Content:
    """A plot with its colours; its shapes say the same."""
    runs = (("".join(run), ink) for ink, run in groupby(plot, lambda character: _INKS.get(character, "")))
    return Content("").join(Content.styled(text, ink) if ink else Content(text) for text, ink in runs)


def legend() -> str:
    """What the parts of a bar of progress are."""
    return "█ submitted  ▓ skipped  ▒ in progress  ! flagged  ░ to do"


def progress_cells(work: Work, documents: int, width: int) -> list[Content]:
    """A person's row: name, bar, done of assigned, flags, and where there is room role and mentions."""
    wide = width >= 100
    rest = 16 + 5 + (11 + 15 if wide else 0) + GAP * (5 if wide else 3)
    parts = [(getattr(work, part), character) for part, character in _PARTS.items()]
    idle = not work.assigned and not any(number for number, _ in parts)
    done = f"{work.done:,} of {work.assigned:,}" if work.assigned else f"{work.submitted:,} submitted"
    plot = plots.bar(parts, work.assigned or documents, max(6, width - NAME - rest))
    return [
        cell(one_line(work.name), NAME, "bold"),
        *([cell({"adjudicator": "adjudicates"}.get(work.role, work.role), 11, "$muted")] if wide else []),
        Content(" " * len(plot)) if idle else inked(plot),
        cell("–" if idle else done, 16, "$muted" if idle else "", right=True),
        cell(f"⚑ {work.flagged:,}" if work.flagged else "", 5, "$error"),
        *([cell(count(work.mentions, "mention") if work.mentions else "", 15, "$muted", right=True)] if wide else []),
    ]


def effort_cells(work: Work, longest: float, width: int) -> list[Content]:
    """A person's row: name, minutes a document and a bar of them, marks an hour, hours."""
    minutes = "–" if work.minutes is None else f"{work.minutes:.1f} min"
    rate = "–" if work.marks_per_hour is None else f"{work.marks_per_hour:.0f} marks/h"
    share = 0 if not longest or work.minutes is None else round(work.minutes / longest * 1000)
    room = max(6, width - NAME - 10 - 13 - 9 - 4 * GAP)
    return [
        cell(one_line(work.name), NAME, "bold"),
        cell(minutes, 10, right=True),
        inked(plots.bar([(share, "▒")], 1000, room, " ")),
        cell(rate, 13, right=True),
        cell(f"{work.seconds / 3600:.1f} h", 9, "$muted", right=True),
    ]


def figure_cells(lead: Content, figure: Figure, width: int, least: float) -> list[Content]:
    """A figure's row: what it is, its value, a plot of its interval, and the ends of that where there is room."""
    ends = "" if figure.low is None else f"{figure.low:.2f} – {figure.high:.2f}"
    plot = plots.interval(figure.value, figure.low, figure.high, plot_width(width, lead.cell_length), least)
    return [
        lead,
        cell(worded(figure.value), NUMBER, "" if figure.value is not None else "$muted", right=True),
        inked(plot),
        *([cell(ends, _ENDS, "$muted")] if width >= _ROOM_FOR_ENDS else []),
    ]


def plot_width(width: int, lead: int) -> int:
    """How wide the plot of `figure_cells` is."""
    rest = _ENDS + GAP if width >= _ROOM_FOR_ENDS else 0
    return max(9, width - lead - NUMBER - rest - 2 * GAP - 1)


def worded(value: float | None) -> str:
    """A value in two digits; a dash where it is not defined."""
    return "–" if value is None else f"{value:.2f}"


def person_about(work: Work) -> Content:
    """All that is known of somebody's progress and time."""
    states = [
        f"{getattr(work, part):,} {part.replace('_', ' ')}"
        for part in ("submitted", "in_progress", "skipped", "flagged")
        if getattr(work, part)
    ]
    minutes = "–" if work.minutes is None else f"{work.minutes:.1f}"
    rate = "–" if work.marks_per_hour is None else f"{work.marks_per_hour:.0f}"
    time = (
        f"active {work.seconds / 3600:.1f} h in {count(work.timed, 'document')}; median {minutes} min; {rate} marks/h"
    )
    return Content.assemble(
        (one_line(work.name), "bold"), (f"  {work.role or 'no role'}\n", "$secondary"),
        f"{count(work.assigned, 'document')} assigned, {work.done:,} of them done\n",
        (f"{' · '.join(states) or 'nothing begun'} · {count(work.mentions, 'mention')}\n", "$foreground"),
        (time if work.timed else "no time was measured yet", "$muted"),
    )  # fmt: skip


def document_state(work: DocumentWork) -> Content:
    """What a document waits for, with its sign."""
    glyph, ink, _ = STATE_LOOKS[work.state]
    return Content.styled(f"{glyph} {work.state}", ink)
