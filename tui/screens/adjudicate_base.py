"""The Adjudicate screen's ground: which documents count, reading them beside the work, and showing them."""

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Center, Middle, VerticalScroll
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from ...measure import adjudication
from ...measure.adjudication import Bench, Item
from ...schema import gold, reading, threads
from ...schema.records import Document
from ..asker import Asker
from ..docket import Docket, Row
from ..widgets.comparison import Columns, around, comparison
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.paged_list import PagedList
from ..widgets.wording import told
from ..workers import Committed, Refused, Touched
from .adjudicate_page import KEYS, columns_of, counts, empty_words, group_row, heads, verdict
from .listing import Listing, Rows

NARROW = 110
"""Below this many columns the header is short of words."""

_SETTLING = {"adjudication", "mention", "mark", "remark"}
"""Kinds of things that may change what was ruled or remarked."""

_STIRRING = {"relation", "source_relation", "submission", "assignment", "document"}
"""Kinds of things that may change who judges a document, or what is the same as what."""


class Laid(Message):
    """A document is ready to be ruled on: its groups, which documents there are, and which are done with.

    `landed` are the acts that were on disk before it was read; `problem` says what went wrong instead.
    """

    def __init__(
        self, question: int, bench: Bench | None, documents: list[int], done: frozenset[int],
        landed: frozenset[int] = frozenset(), problem: str = "",
    ) -> None:  # fmt: skip
        super().__init__()
        self.question, self.bench, self.documents, self.done = question, bench, documents, done
        self.landed, self.problem = landed, problem


class Heads(Widget):
    """The names of the columns, over a list of the same width."""

    def render(self) -> Content:
        """One line; the list's last cell is its scroll bar."""
        return heads(self.size.width - 1)


class AdjudicateBase(Listing):
    """The groups of one document, and the one under the cursor with all its annotators side by side.

    `document` is the one to begin with, whoever has worked on it; without, it is the first that waits for a ruling.
    """

    CSS_PATH: ClassVar[str | PurePath | list[str | PurePath] | None] = ["listing.tcss", "adjudicate.tcss"]
    place = "adjudicate"

    sheet = query_one("#sheet", VerticalScroll)

    def __init__(self, document: int | None = None) -> None:
        super().__init__()
        self.add_class("adjudicate")
        self.docket = Docket()
        self.document: Document | None = None
        self.unfinished = False
        self._wanted = document
        self._documents: list[int] = []
        self._done: frozenset[int] = frozenset()
        self._problem = ""
        self._question = 0
        self._looking = True
        self._talk: dict[str, threads.Talk] = {}

    def compose(self) -> ComposeResult:
        """Header, groups, the comparison, hints."""
        project = self.onrecord.project
        self._asker = Asker(project.path, project.annotator, self.post_message)
        yield from self.header()
        yield Heads(id="heads")
        yield Rows(self.docket, group_row)
        with Middle(id="empty"), Center():
            yield Static(id="empty-words", markup=False)
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(id="around", markup=False)
            yield Static(id="verdict", markup=False)
            yield Static(id="comparison", markup=False)
        yield HintLine("adjudicate")

    def on_unmount(self) -> None:
        """Stop the thread that reads."""
        self._asker.close()

    def on_resize(self) -> None:
        """Lay the comparison out anew."""
        self.call_after_refresh(self.show)

    # ------------------------------------------------------------------ reading

    def reload(self) -> None:
        """Read everything again, beside the work."""
        self._ask(self._laying())

    def go_to(self, document_id: int | None) -> None:
        """Show another document, or None for the first that waits."""
        self._wanted = document_id
        self.docket.clear()
        self._looking = True
        self.rows.reload()
        self.rows.go(0)
        self.reload()
        self.show()

    def _laying(self) -> Callable[[sqlite3.Connection, int, frozenset[int]], Laid]:
        wanted, unfinished = self._wanted, self.unfinished

        def lay(connection: sqlite3.Connection, question: int, landed: frozenset[int]) -> Laid:
            documents = _worked_on(connection) if unfinished else gold.judged_documents(connection)
            done = _done(connection, documents)
            chosen = wanted if wanted is not None else next((each for each in documents if each not in done), None)
            chosen = chosen if chosen is not None or not documents else documents[0]
            if chosen is None:
                return Laid(question, None, documents, done, landed)
            # A document that was asked for is shown whoever has worked on it.
            alone = unfinished or chosen not in documents
            bench = adjudication.bench(connection, chosen, unfinished=alone)
            return Laid(question, bench, documents, done, landed)

        return lay

    def _settling(self) -> Callable[[sqlite3.Connection, int, frozenset[int]], Laid]:
        before, documents, done = self.docket.bench, list(self._documents), self._done
        assert before

        def settle(connection: sqlite3.Connection, question: int, landed: frozenset[int]) -> Laid:
            bench = adjudication.again(connection, before)
            here = {before.document_id} if gold.is_ruled(connection, before.document_id) else set()
            return Laid(question, bench, documents, (done - {before.document_id}) | here, landed)

        return settle

    def _ask(self, question: Callable[[sqlite3.Connection, int, frozenset[int]], Laid]) -> None:
        self._question += 1
        number, landed = self._question, self.docket.landed
        self._asker.ask(
            lambda connection: question(connection, number, landed),
            lambda problem: Laid(number, None, [], frozenset(), problem=problem),
        )

    @on(Laid)
    def _laid(self, message: Laid) -> None:
        if message.question != self._question:
            return
        self._looking, self._problem = False, message.problem
        if message.problem:
            self.docket.clear()
            self._list(None)
            return
        row: Row | None = self.rows.current
        self._documents, self._done = message.documents, message.done
        if message.bench is None:
            self.docket.clear()
            self.document = None
        else:
            self._take(message.bench, message.landed)
        self._list(row.item if row else None)

    def _take(self, bench: Bench, landed: frozenset[int]) -> None:
        connection = self.onrecord.project.connection
        if self.document is None or self.document.id != bench.document_id:
            self.document = reading.document(connection, bench.document_id)
        if self.document is None:
            self.docket.clear()
            return
        self._wanted = bench.document_id
        self._talk = threads.talk(connection, bench.document_id)
        self.docket.take(bench, landed)

    def _list(self, before: Item | None) -> None:
        """Show the groups, with the cursor on the one that it was on."""
        self.rows.reload()
        place = self.docket.place_of(before) if before and self.docket.bench else None
        self.rows.go(place if place is not None else self.rows.cursor)
        self.show()

    # ------------------------------------------------------------------ the workers

    def _touched(self, message: Touched) -> None:
        if not self._on_top:
            self._stale = True
        elif self._concerns(message.subjects):
            self.reload()
        elif not self._looking and any(kind in _SETTLING for kind, _ in message.subjects):
            self._ask(self._settling())

    def _concerns(self, subjects: Iterable[tuple[str, str]]) -> bool:
        """Whether the groups themselves may be others now; a ruling and its gold mention, of one name, change none."""
        subjects = [*subjects]
        if not subjects or self.docket.bench is None:
            return True
        items = self.docket.bench.items
        ruled = {subject for kind, subject in subjects if kind == "adjudication"}
        ruled |= {one.uid for item in items for one in item.rulings}
        here = {each.uid for item in items for each in item.group.members}
        for kind, subject in subjects:
            mention = subject if kind == "mention" else subject.rpartition("/")[0] if kind == "mark" else ""
            if kind in _STIRRING or (mention and mention not in ruled and (mention in here or self._is_here(mention))):
                return True
        return False

    def _is_here(self, mention: str) -> bool:
        found = self.onrecord.project.connection.execute(
            "SELECT document_id FROM mentions WHERE uid = ? AND layer = ''", (mention,)
        ).fetchone()
        return found is not None and self.document is not None and found[0] == self.document.id

    def _committed(self, message: Committed) -> None:
        super()._committed(message)
        self.docket.land(message.number)
        if self._on_top and self.docket.awaits(message.number) and not self._looking:
            self._ask(self._settling())  # an act that changed nothing touches nothing either

    def _refused(self, message: Refused) -> None:
        super()._refused(message)
        self.docket.refuse(message.number)
        self.rows.redraw()
        self.show()

    # ------------------------------------------------------------------ showing

    @property
    def here(self) -> Item | None:
        """The group under the cursor."""
        row: Row | None = self.rows.current
        return row.item if row else None

    def show(self) -> None:
        """Show everything around the list, and the group under the cursor."""
        title = one_line(self.document.title) or "untitled" if self.document else ""
        narrow = self.size.width < NARROW
        said = "reading …" if self._looking else counts(self.docket, narrow=narrow) if self.docket.bench else ""
        self.rows.styles.max_height = max(3, self.docket.count())
        limits = " · ".join(each for each in (said, self._whereabouts()) if each)
        self.set_header(f"Adjudicate: {title}" if title else "Adjudicate", "", limits)
        nothing = not self._looking and not self.docket.count()
        self.set_class(nothing, "empty")
        if nothing:
            judged = len(self.docket.bench.annotators) if self.docket.bench else 0
            words = empty_words(
                documents=len(self._documents), problem=self._problem, unfinished=self.unfinished, judged=judged,
                only=self.docket.only_differing and bool(self.docket.bench and self.docket.bench.items),
            )  # fmt: skip
            self.query_one("#empty-words", Static).update(words)
        self.show_group()
        waiting = self.docket.waiting
        self.hint_line.show_status(f"◌ {waiting} saving" if waiting else "")

    def _whereabouts(self) -> str:
        """Which document this is, of how many, and what is left out or counted in."""
        said = []
        if self._documents:
            here = self.document.id if self.document else 0
            at = f"{self._documents.index(here) + 1:,}" if here in self._documents else "?"
            of, name = ("/", "doc") if self.size.width < NARROW else (" of ", "document")
            said = [f"{name} {at}{of}{len(self._documents):,}", f"{len(self._done):,} done"]
        said += ["with unfinished work"] if self.unfinished else []
        said += ["only what differs"] if self.docket.only_differing else []
        return " · ".join(said)

    @on(PagedList.Highlighted)
    def _highlighted(self) -> None:
        self.sheet.scroll_home(animate=False)
        self.show_group()
        self.hint_line.refresh()

    def show_group(self) -> None:
        """Show the group under the cursor."""
        item, bench, document = self.here, self.docket.bench, self.document
        if item is None or bench is None or document is None:
            for part in ("#around", "#verdict", "#comparison"):
                self.query_one(part, Static).update(Content(""))
            return
        width = max(20, self.sheet.scrollable_content_region.width - 2)
        remarks = {
            each.id: told(*self._talk[each.uid]) for each in item.group.members if each.uid in self._talk
        }  # fmt: skip
        keys = [self.onrecord.key_of(f"adjudicate.take_{number}") for number in range(1, KEYS + 1)]
        shown = columns_of(item, bench.annotators, keys, remarks)
        members = item.group.members or ((item.gold,) if item.gold else ())
        self.query_one("#around", Static).update(around(document.text, item, members))
        self.query_one("#verdict", Static).update(verdict(item))
        columns = Columns(item, shown, document.text, self.onrecord.project.labels, self.onrecord.label_colour)
        self.query_one("#comparison", Static).update(comparison(columns, width))


def _worked_on(connection: sqlite3.Connection) -> list[int]:
    """The documents in which anybody has marked anything or that anybody submitted, in the order of publication."""
    rows = connection.execute(
        """SELECT id FROM documents WHERE EXISTS (SELECT 1 FROM mentions WHERE document_id = documents.id)
            OR EXISTS (SELECT 1 FROM submissions WHERE document_id = documents.id AND state = 'submitted')
        ORDER BY published_at, id"""
    )
    return [row[0] for row in rows]


def _done(connection: sqlite3.Connection, documents: list[int]) -> frozenset[int]:
    return frozenset(documents) & frozenset(gold.ruled_documents(connection))
