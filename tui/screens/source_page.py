"""One source: what it says, denies, confirms and relays, each statement with the way to it, and who it may be."""

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import cast

from textual.content import Content
from textual.widgets import Static

from ...schema import sources
from ...schema.events import Sameness
from ...schema.sources import SourceLine, Statement, Tie
from .. import actions
from ..actions import Action
from ..widgets.cells import LONGEST, cell, row
from ..widgets.mention_card import one_line
from ..widgets.source_row import source_about
from ..widgets.wording import count
from .section_page import Entry, SectionPage, heading, in_context, plain
from .source_changes import MERGED, PROBABLY, SourceChanges, ThisSource, cut_tie, document_title, this_source

_ROLES = {
    "says": "Says",
    "denies": "Denies",
    "confirms": "Confirms",
    "responds": "Responds, neither denying nor confirming",
    "relays": "Relays what others say",
}


class SourcePage(SourceChanges, SectionPage):
    """A source with its statements by what they are, in the order of publication."""

    BINDINGS = actions.bindings("source")
    place = "source"

    def __init__(self, source: int) -> None:
        super().__init__()
        self._source = source
        self._line: SourceLine | None = None

    # ------------------------------------------------------------------ reading

    def reload(self) -> None:
        """Read the source again; where it was merged since, the one that stands for it."""
        connection = self.onrecord.project.connection
        self._source = sources.merged(connection, self._source)
        self._line = next(iter(sources.lines(connection, [self._source])), None)
        self.set_header("Source", "")
        where = document_title(connection, self._line.document_id) if self._line else ""
        gone = Content("It is not on record any more")
        self.query_one("#head", Static).update(source_about(self._line, where) if self._line else gone)
        self.show_entries(list(self._entries()) if self._line else [])

    def _entries(self) -> Iterator[Entry]:
        connection = self.onrecord.project.connection
        order = list(_ROLES)
        found = sorted(sources.statements(connection, self._source), key=lambda each: order.index(each.role))
        for role, statements in groupby(found, key=lambda each: each.role):
            those = list(statements)
            newest = f", of the newest {sources.MANY:,} links" if self._line and self._line.more else ""
            yield heading(_ROLES[role], count(len(those), "mark") + newest)
            yield from map(self._statement, those)
        if not found:
            yield heading("Says, denies, confirms")
            yield plain(("none", "statements"), "nothing: no mark's chain names it")
        ties = sources.ties(connection, self._source)
        yield heading("Who else it is, or may be")
        yield from map(self._tie, ties)
        if not ties:
            keys = self.onrecord.key_of("source.same"), self.onrecord.key_of("source.probably")
            yield plain(("none", "ties"), "nobody; {} merges it with another, {} says that it may be one".format(*keys))

    def _statement(self, each: Statement) -> Entry:
        label = next((label for label in self.onrecord.project.labels if label.label == each.label), None)
        sign = f"{label.glyph}{label.letter}" if label else "?"
        colour = self.onrecord.label_colour(each.label)
        words = one_line((each.claim or each.quote)[:LONGEST])

        def paint(width: int) -> Content:
            outlet = min(22, width // 5)
            return row(
                cell((each.published_at or "undated")[:10], 10, "$muted"),
                cell(one_line(each.outlet[:LONGEST]) or "–", outlet, "$secondary"),
                cell(sign, 3, colour),
                cell(words if each.claim else f"“{words}”", width - 10 - outlet - 3 - 6),
            )[1:]

        def about() -> Content:
            kind = f" ({each.kind.replace('_', ' ')})" if each.kind else ""
            where = one_line(each.title[:LONGEST]) or "untitled"
            return Content.assemble(
                (f"{sign} {each.label}{kind}", f"bold {colour}"), (f"  {where}", "$secondary"),
                (f", marked by {one_line(each.annotator)}\n", "$muted"),
                in_context(self.onrecord.project.connection, each.mention_id),
            )  # fmt: skip

        key = (each.role, each.mark_id)
        return Entry(key, paint, about, mention=each.mention_id, claim=each.claim_id or 0)

    def _tie(self, each: Tie) -> Entry:
        name = one_line(each.name[:LONGEST])
        how = "the same as" if each.relation == MERGED else "probably"
        sure = (
            "" if each.relation == MERGED else "sure not said" if each.certainty is None else f"{each.certainty} % sure"
        )
        where = document_title(self.onrecord.project.connection, each.document_id)
        sign = "=" if each.relation == MERGED else "≈"

        def paint(width: int) -> Content:
            return row(
                cell(f"{sign} {how}", 13, "$secondary"),
                cell(sure, 10, "$accent"),
                cell(name + (f"  in {where}" if where else ""), width - 13 - 10 - 4),
            )[1:]

        def about() -> Content:
            note = one_line(each.note[:LONGEST])
            said = (
                f"{'merged with it' if each.relation == MERGED else 'probably the same'}{', ' + sure if sure else ''}"
            )
            return Content.assemble(
                (name, "bold"), (f"\n{said}", "$foreground"), (f"\nin {where}" if where else "", "$muted"),
                (f"\nnote: {note}" if note else "", "italic $muted"),
            )  # fmt: skip

        note = "" if each.relation == PROBABLY else "It is this very source; x splits it off again"
        source = each.source_id if each.relation == PROBABLY else 0
        return Entry((each.relation, each.source_uid), paint, about, source=source, note=note)

    # ------------------------------------------------------------------ what can be done

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        name, entry = action.id.partition(".")[2], self.entry
        if self._line is None and name in {"same", "probably", "alias", "rename", "split", "open"}:
            return "The source is not on record any more"
        if name == "claim" and not (entry and entry.claim):
            return "Put the cursor on a statement of a claim first"
        if name == "split" and not (entry and entry.key[0] in {MERGED, PROBABLY}):
            return "Put the cursor on another source that it is tied to first"
        if name == "alias" and self._line and self._line.document_id is not None:
            return "An unnamed source has no other names; = merges it, p ties it to another"
        return super().why_not(action)

    def _here(self) -> ThisSource:
        assert self._line
        return this_source(self._line)

    def action_claim(self) -> None:
        """Open the claim of the statement under the cursor."""
        from .claim_page import ClaimPage

        if self.entry and self.entry.claim:
            self.app.push_screen(ClaimPage(self.entry.claim))

    def action_same(self) -> None:
        """Merge the source with another one."""
        self.look_for_same(self._here())

    def action_probably(self) -> None:
        """Tie the source to another one with a certainty."""
        self.look_for_probable(self._here())

    def action_alias(self) -> None:
        """Give the source another name."""
        self.ask_alias(self._here())

    def action_rename(self) -> None:
        """Correct the name."""
        self.ask_name(self._here())

    def action_split(self) -> None:
        """Cut the tie under the cursor."""
        entry = self.entry
        assert entry
        relation, uid = cast(Sameness, entry.key[0]), str(entry.key[1])
        done = "Split off" if relation == MERGED else "The tie is cut"
        self.do(partial(cut_tie, source=self._source, relation=relation, other_uid=uid), f"{done}; u undoes it")
