"""What can be done to a source, from the list or from its own page."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from textual.content import Content

from ...schema import acts, searching, sources
from ...schema.events import Sameness
from ...schema.ledger import Act
from ...schema.sources import SourceLine
from ..widgets.cells import LONGEST, cell
from ..widgets.mention_card import one_line
from ..widgets.text_field import flat
from .chooser import Chooser, Chosen, Offer
from .listing import Listing
from .prompt import Prompt

MERGED: Final = "same_as"
PROBABLY: Final = "probably_same"
INSTITUTIONS = ("spokesperson", "institution", "outlet", "document", "collective")
_SHOWN = 100
_Then = Callable[[Chosen | None], None]
_KIND, _TITLE = 14, 60


class ThisSource(NamedTuple):
    """The source that something is done to; `document` is set for an unnamed one."""

    id: int
    uid: str
    name: str
    document: int | None


def this_source(line: SourceLine) -> ThisSource:
    """A source of the list."""
    return ThisSource(line.id, line.uid, line.name, line.document_id)


def sort_cell(kind: str, document_id: int | None, width: int = _KIND) -> Content:
    """What sort of source it is, as a sign and a word."""
    if document_id is not None:
        return cell("○ unnamed", width, "$warning")
    if kind in INSTITUTIONS:
        return cell(f"■ {kind}", width, "$secondary")
    return cell(f"● {'named' if kind == 'unknown' else kind}", width, "$primary")


class SourceChanges(Listing):
    """A screen with sources that can be merged, tied, renamed and given other names. All of it can be undone."""

    def merge(self, one: ThisSource, other_uid: str) -> None:
        """Say that two sources are one."""
        self.do(
            lambda act: acts.tie_sources(act, one.uid, other_uid), "Merged: the two are one source now; u undoes it"
        )

    def look_for_same(self, source: ThisSource) -> None:
        """Ask for another source, and merge them."""

        def chosen(answer: Chosen | None) -> None:
            if answer:
                self.merge(source, answer.value)

        self._ask("Which source is it the same as?", source, chosen, unnamed_first=False)

    def look_for_probable(self, source: ThisSource) -> None:
        """Ask for a source that may be the same, and how sure that is."""

        def chosen(answer: Chosen | None) -> None:
            if answer:
                self.ask_certainty(source, answer.value)

        self._ask("Which source is it probably the same as?", source, chosen, unnamed_first=True)

    def ask_certainty(self, source: ThisSource, other_uid: str) -> None:
        """Ask how sure it is that two sources are the same, and record it."""

        def entered(text: str | None) -> None:
            if text is not None:
                sure = int(text.strip().removesuffix("%"))
                self.do(
                    lambda act: acts.tie_sources(act, source.uid, other_uid, PROBABLY, sure),
                    f"Tied: probably the same, {sure} % sure; u undoes it",
                )

        title = "How sure is it that they are the same, in per cent?"
        placeholder = "0 to 100; from 50 on they count as one origin"
        self.app.push_screen(Prompt(title, "", placeholder, validate=_wrong_certainty), entered)

    def _ask(self, title: str, source: ThisSource, then: _Then, *, unnamed_first: bool) -> None:
        window = Chooser(
            title,
            lambda words: self._others(source, words, unnamed_first=unnamed_first),
            about=source.name[:LONGEST],
            empty="No other source has these words",
        )
        self.app.push_screen(window, then)

    def _others(self, source: ThisSource, words: str, *, unnamed_first: bool) -> list[Offer]:
        """The sources with these words; without any, those whose names share most with this one's."""
        connection = self.onrecord.project.connection
        asked = words.strip()
        found = searching.named(connection, "sources", words, _SHOWN + 1) if asked else _likest(connection, source.name)
        lines = [each for each in sources.lines(connection, found[: _SHOWN + 1]) if each.id != source.id]
        if unnamed_first:
            lines.sort(key=lambda each: each.document_id is None)
        return [self._offer(each) for each in lines]

    def _offer(self, line: SourceLine) -> Offer:
        where = document_title(self.onrecord.project.connection, line.document_id)
        return Offer(
            line.uid,
            Content.assemble(
                sort_cell(line.kind, line.document_id), "  ", one_line(line.name[:LONGEST]),
                (f"\n{' ' * (_KIND + 2)}in {where[:_TITLE]}" if where else "", "$muted"),
            ),
        )  # fmt: skip

    def ask_alias(self, source: ThisSource) -> None:
        """Ask for another name that means the source too."""

        def entered(text: str | None) -> None:
            if text is not None:
                self.do(
                    lambda act: acts.alias_source(act, source.uid, flat(text)), "That name means it too; u undoes it"
                )

        title = f"Another name for {source.name[:60]}"
        self.app.push_screen(Prompt(title, validate=_wrong_name), entered)

    def ask_name(self, source: ThisSource) -> None:
        """Ask for the right name."""

        def entered(text: str | None) -> None:
            if text is not None and flat(text) != source.name:
                self.do(lambda act: acts.describe_source(act, source.uid, name=flat(text)), "Renamed; u undoes it")

        self.app.push_screen(Prompt("The name", flat(source.name), validate=_wrong_name, select=False), entered)


def split(act: Act, uid: str) -> None:
    """Split a source from all that it was merged with."""
    acts.part_source(act, uid)


def cut_tie(act: Act, source: int, relation: Sameness, other_uid: str) -> None:
    """Cut the ties of this sort between one source and another or those that are merged with it."""
    rows = act.ledger.connection.execute(
        """SELECT one.uid, two.uid FROM source_relations JOIN sources AS one ON one.id = source_id
        JOIN sources AS two ON two.id = other_id
        WHERE relation = ? AND ? IN (one.uid, two.uid) AND ? IN (one.merged_id, two.merged_id)""",
        (relation, other_uid, source),
    ).fetchall()
    for one, two in rows:
        act.withdraw("source_relation", f"{one}|{relation}|{two}")


def document_title(connection: sqlite3.Connection, document_id: int | None) -> str:
    """The title of the document that an unnamed source belongs to, on one line; "" for a named source."""
    found = connection.execute("SELECT title FROM documents WHERE id = ?", (document_id,)).fetchone()
    return (one_line(found[0][:LONGEST]) or "an untitled article") if found else ""


def of_sort(connection: sqlite3.Connection, found: Iterable[int], sort: str) -> list[int]:
    """Of these sources those of a sort: `persons` or `institutions`; all without one."""
    if not sort:
        return list(found)
    kinds = ", ".join(f"'{kind}'" for kind in INSTITUTIONS)
    rows = connection.execute(f"SELECT id FROM sources WHERE document_id IS NULL AND kind IN ({kinds})").fetchall()
    institutions = {row[0] for row in rows}
    return [each for each in found if (each in institutions) is (sort == "institutions")]


def _likest(connection: sqlite3.Connection, name: str) -> list[int]:
    """The sources that share words with a name, those that share most first, then all others."""
    shared: dict[int, int] = {}
    for word in {word for word in name.casefold().split() if len(word) > 2}:
        for each in searching.named(connection, "sources", word, 1000):
            shared[each] = shared.get(each, 0) + 1
    alike = sorted(shared, key=lambda each: -shared[each])
    return [*alike, *(each for each in sources.ids(connection, most=_SHOWN + 1) if each not in shared)]


def _wrong_name(text: str) -> str | None:
    return None if flat(text) else "A source needs a name"


def _wrong_certainty(text: str) -> str | None:
    number = text.strip().removesuffix("%").strip()
    return None if number.isascii() and number.isdigit() and int(number) <= 100 else "Write a number from 0 to 100"
