"""A page about one thing: sections of rows, each of which leads somewhere, and the row under the cursor told whole."""

import sqlite3
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from ...schema import reading
from ..widgets.cells import row
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from .listing import Listing, Rows

_AROUND = 240
"""So much of a text is shown before and after a mention, in code points."""


class Entry(NamedTuple):
    """A row: how it looks in a width, what the foot says of it, and where it leads. A heading leads nowhere.

    A key is what the cursor stays on when the page is read again. `mention` is the row id of a mention to jump to,
    `claim` and `source` those of a page to open; `note` says why there is nothing to open.
    """

    key: tuple[str, int | str]
    paint: Callable[[int], Content]
    about: Callable[[], Content] | None = None
    mention: int = 0
    claim: int = 0
    source: int = 0
    note: str = ""

    @property
    def heading(self) -> bool:
        """Whether it only names what follows."""
        return self.about is None


def heading(title: str, words: str = "") -> Entry:
    """The name of a section, with a word on it."""
    return Entry(
        ("heading", title),
        lambda width: Content.assemble((title, "bold $secondary"), (f"  {words}" if words else "", "$muted")).truncate(
            max(0, width), ellipsis=True
        ),
    )


def plain(key: tuple[str, int | str], words: str, style: str = "$muted", note: str = "") -> Entry:
    """A row that only says something."""
    return Entry(
        key,
        lambda width: Content.styled(one_line(words), style).truncate(max(0, width), ellipsis=True),
        lambda: Content(one_line(words)),
        note=note or "There is nothing to open here",
    )


class Entries:
    """The rows of a page, as the list wants them."""

    def __init__(self) -> None:
        self.entries: Sequence[Entry] = ()

    def count(self) -> int:
        """How many rows there are."""
        return len(self.entries)

    def page(self, first: int, size: int) -> Sequence[Entry]:
        """So many rows from a position."""
        return self.entries[first : first + size]


class SectionPage(Listing):
    """The page: `head` lines about the thing, its sections, and a foot."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = Entries()
        self._wanted: Entry | None = None

    def compose(self) -> ComposeResult:
        """Header, head, rows, foot, hints."""
        yield from self.header()
        yield Static(id="head", markup=False)
        yield Rows(self._shown, lambda entry, width, here: row(entry.paint(width - 1), here=here))
        yield Static(id="foot", markup=False)
        yield HintLine(self.place)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these rows, with the cursor on what it was on, or near it."""
        was = self.entry
        self._shown.entries = entries
        self.rows.reload()
        found = next((at for at, each in enumerate(entries) if was and each.key == was.key), None)
        self.rows.go(found if found is not None else self.rows.cursor)
        self._off_headings(1)
        self._show_foot()

    @property
    def entry(self) -> Entry | None:
        """The row under the cursor."""
        entry: Entry | None = self.rows.current
        return entry

    # ------------------------------------------------------------------ moving

    @on(PagedList.Highlighted)
    def _moved(self) -> None:
        self._off_headings(1)
        self._show_foot()

    def _off_headings(self, step: int) -> None:
        """Move on from a heading: the cursor is only ever on a row that says something."""
        entries = self._shown.entries
        at = self.rows.cursor
        if not entries or not entries[at].heading:
            return
        ahead = range(at, len(entries)) if step > 0 else range(at, -1, -1)
        behind = range(at, -1, -1) if step > 0 else range(at, len(entries))
        there = next((each for each in (*ahead, *behind) if not entries[each].heading), at)
        self.rows.go(there)

    def action_up(self) -> None:
        """One row up, over headings."""
        self.rows.move(-1)
        self._off_headings(-1)

    def action_page_up(self) -> None:
        """One page up."""
        super().action_page_up()
        self._off_headings(-1)

    def action_first(self) -> None:
        """To the first row, with the heading above it in sight."""
        self.rows.go(0)
        self._off_headings(1)

    def action_section(self, step: int) -> None:
        """To the first row of the next section, or of the one before; in a circle."""
        entries = self._shown.entries
        firsts = [at + 1 for at, (one, after) in enumerate(pairwise(entries)) if one.heading and not after.heading]
        if not firsts:
            return
        here = self.rows.cursor
        ahead = [at for at in firsts if at > here] if step > 0 else [at for at in reversed(firsts) if at < here]
        there = (ahead or (firsts if step > 0 else firsts[::-1]))[0]
        self.rows.go(min(there + self.rows.page_rows - 1, len(self._shown.entries) - 1))
        self.rows.go(there)

    def _show_foot(self) -> None:
        entry = self.entry
        self.query_one("#foot", Static).update(entry.about() if entry and entry.about else Content(""))
        self.hint_line.refresh()

    # ------------------------------------------------------------------ going there

    def action_open(self) -> None:
        """Jump to the mention in its document, or open the claim or the source."""
        entry = self.entry
        if entry is None:
            return
        if entry.mention:
            self.jump(entry.mention)
        elif entry.claim:
            from .claim_page import ClaimPage

            self.app.push_screen(ClaimPage(entry.claim))
        elif entry.source:
            from .source_page import SourcePage

            self.app.push_screen(SourcePage(entry.source))
        else:
            self.say(entry.note)

    def jump(self, mention: int) -> None:
        """Open the document of a mention, there."""
        from .reader import Reader

        place = self.onrecord.project.connection.execute(
            "SELECT document_id, start FROM mentions WHERE id = ?", (mention,)
        ).fetchone()
        if place:
            self.app.push_screen(Reader(*place))
        else:
            self.say("This mention was removed since; its document still is in the library")


def in_context(connection: sqlite3.Connection, mention: int) -> Content:
    """A mention's words in bold with what stands around them; nothing when it is not there any more."""
    found = connection.execute(
        "SELECT mentions.uid, sha256 FROM mentions JOIN documents ON documents.id = document_id WHERE mentions.id = ?",
        (mention,),
    ).fetchone()
    record = reading.mention(connection, found[0]) if found else None
    if record is None:
        return Content.styled("This mention was removed since.", "$muted")
    text = reading.text(connection, found[1])
    start, end = max(0, record.spans[0].start - _AROUND // 3), min(len(text), record.spans[-1].end + _AROUND)
    shown = Content.styled("…" if start else "", "$muted")
    at = start
    for span in record.spans:
        shown += Content.styled(_flat(text, at, span.start), "$muted")
        shown += Content.styled(_flat(text, span.start, span.end), "bold underline")
        at = span.end
    return shown + Content.styled(_flat(text, at, end) + ("…" if end < len(text) else ""), "$muted")


def _flat(text: str, start: int, end: int) -> str:
    """A piece of a text on one line, a space at its ends where there was white space."""
    return one_line(f"|{text[start:end]}|")[1:-1]
