"""One claim of the ledger: how its standing came about, its mentions in context, its origins, and its relations."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from textual.content import Content
from textual.widgets import Static

from ...measure.corroboration import Corroboration, Origin, corroboration
from ...schema import claims, standing
from ...schema.asof import as_known
from ...schema.claims import ClaimLine, Related, Wording
from ...schema.standing import Change
from .. import actions
from ..actions import Action
from ..lookback import Lookback
from ..widgets.cells import LONGEST, cell, days, row
from ..widgets.mention_card import one_line
from ..widgets.sparkline import sparkline
from ..widgets.standing import LOOKS, WIDTH, standing_cell, standing_style
from ..widgets.wording import count, in_quotes
from .claim_changes import CONTRADICTS, SAME, ClaimChanges, cut_ties, split_off, this_claim
from .section_page import Entry, SectionPage, heading, in_context, plain

_MOMENT, _TAG, _LINE = 16, 9, 24
_MERGED = "merged"


class ClaimPage(ClaimChanges, SectionPage):
    """A claim, as it is or as it was. `lookback` is shared with the ledger that it was opened from."""

    BINDINGS = actions.bindings("claim")
    place = "claim"

    def __init__(self, claim: int, lookback: Lookback | None = None) -> None:
        super().__init__()
        self._claim = claim
        self.lookback = lookback or Lookback()
        self._all_marks = False
        self._line: ClaimLine | None = None

    # ------------------------------------------------------------------ reading

    def reload(self) -> None:
        """Read the claim again; where it was merged since, the one that stands for it."""
        connection, as_of = self.onrecord.project.connection, self.lookback.as_of
        self._claim = standing.merged(connection, self._claim)
        with self._known(connection) as known:
            self._line = next(iter(claims.lines(known, [self._claim], as_of)), None)
            entries = list(self._entries(known, as_of)) if self._line else []
        self._show_head()
        self.show_entries(entries)

    @contextmanager
    def _known(self, connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
        """The project, or what was known of the claim at the moment that is set."""
        if not self.lookback.known_at:
            yield connection
            return
        with as_known(connection, [self._claim], self.lookback.known_at) as known:
            yield known

    def _entries(self, known: sqlite3.Connection, as_of: str) -> Iterator[Entry]:
        history = standing.history(known, self._claim, as_of)
        shown = history if self._all_marks else [each for each in history if each.changed]
        hidden = len(history) - len(shown)
        key = self.onrecord.key_of("claim.marks")
        more = f"{key} shows {count(hidden, 'mark')} that changed nothing" if hidden else ""
        yield heading("How its standing came about", more)
        yield from map(self._change, shown)
        if not history:
            yield plain(("none", "history"), "no mark: only the writers' own voice")
        wordings = claims.wordings(known, self._claim, as_of)
        yield heading("In the words of", count(len(wordings), "mention"))
        yield from map(self._wording, wordings)
        if not wordings:
            yield plain(("none", "wordings"), "nobody words it")
        yield from self._origins(corroboration(known, self._claim, as_of=as_of))
        yield from self._ties(known)

    # ------------------------------------------------------------------ the sections

    def _change(self, each: Change) -> Entry:
        colour, by = self.onrecord.label_colour, f" by {one_line(each.origin[:LONGEST])}" if each.origin else ""
        glyph = next((label.glyph for label in self.onrecord.project.labels if label.label == each.label), "?")

        def paint(width: int) -> Content:
            left = width - _MOMENT - WIDTH - 4
            outlet = min(22, left // 3) if left > 40 else 0
            return row(
                cell(_moment(each.moment), _MOMENT, "$muted"),
                standing_cell(each.standing, colour) if each.changed else cell("", WIDTH),
                cell(f"{glyph} {each.label}{by}", left - outlet - 2 * bool(outlet), "" if each.changed else "$muted"),
                cell(one_line(each.outlet[:LONGEST]), outlet, "$secondary"),
            )[1:]

        def about() -> Content:
            kind = f" ({each.kind.replace('_', ' ')})" if each.kind else ""
            turned = f"makes it {each.standing}" if each.changed else "changes nothing"
            where = [each.outlet, _moment(each.published_at or ""), each.title or "untitled"]
            said = f" · marked by {one_line(each.annotator)}, recorded {_moment(each.recorded_at)}"
            return Content.assemble(
                (f"{glyph} {each.label}{kind}{by}", f"bold {colour(each.label)}"), f": {turned}\n",
                in_quotes(one_line(each.quote[:LONGEST])),
                ("\n" + " · ".join(one_line(part[:LONGEST]) for part in where if part), "$secondary"), (said, "$muted"),
            )  # fmt: skip

        return Entry(("mark", each.mark_id), paint, about, mention=each.mention_id)

    def _wording(self, each: Wording) -> Entry:
        def paint(width: int) -> Content:
            tag = self._tag(each.labels)
            outlet = min(22, width // 5)
            polarity = "" if each.polarity == "asserts" else f"{each.polarity}: "
            return row(
                cell((each.published_at or "undated")[:10], 10, "$muted"),
                cell(one_line(each.outlet[:LONGEST]) or "–", outlet, "$secondary"),
                tag + " " * (_TAG - tag.cell_length),
                cell(polarity + one_line(each.quote[:LONGEST]), width - 10 - outlet - _TAG - 6),
            )[1:]

        def about() -> Content:
            where = " · ".join(one_line(part[:LONGEST]) for part in (each.title or "untitled", each.outlet) if part)
            labels = ", ".join(each.labels) or "no label"
            return Content.assemble(
                (where, "$secondary"), (f"   {labels}, by {one_line(each.annotator)}\n", "$muted"),
                in_context(self.onrecord.project.connection, each.mention_id),
            )  # fmt: skip

        return Entry(("mention", each.mention_id), paint, about, mention=each.mention_id)

    def _tag(self, labels: tuple[str, ...]) -> Content:
        """Labels in a few cells: signs and letters, or the letters alone of more than three."""
        known = {label.label: label for label in self.onrecord.project.labels}
        tags = [
            Content.styled(
                (known[each].glyph if len(labels) <= 3 else "") + known[each].letter, self.onrecord.label_colour(each)
            )
            for each in labels
            if each in known
        ]
        return (Content(" ").join(tags) if tags else Content.styled("·", "$muted")).truncate(_TAG)

    def _origins(self, found: Corroboration) -> Iterator[Entry]:
        apart = f"{found.untied} without suspected ties" if found.untied != found.distinct else ""
        yield heading(f"{count(found.distinct, 'distinct origin')}", apart)
        yield from map(_origin, found.origins)
        if not found.origins:
            yield plain(("none", "origins"), "no mark names anybody at the end of its chain")
        for assumption in found.assumptions:
            words = f"taken for granted: {assumption}"
            yield plain(("assumption", assumption), words, "italic $muted", note="It is what the count rests on")

    def _ties(self, known: sqlite3.Connection) -> Iterator[Entry]:
        ties = claims.related(known, self._claim)
        merged = claims.merged_with(known, self._claim)
        # What was known of this claim says nothing of how the others stood.
        others = [] if self.lookback.known_at else [tie.claim_id for tie in ties]
        lines = claims.lines(self.onrecord.project.connection, others, self.lookback.as_of)
        standings = {line.id: line.standing for line in lines if line.mentions}
        yield heading("Other claims")
        for tie in ties:
            yield self._relation(tie, standings.get(tie.claim_id, ""))
        for id_, words in merged:
            yield plain((_MERGED, id_), f"merged with it: {one_line(words)}", "", note="x splits it off again")
        if not ties and not merged:
            yield plain(("none", "ties"), f"none yet; {self.onrecord.key_of('claim.relate')} ties it to one")

    def _relation(self, tie: Related, now: str) -> Entry:
        name, words = tie.relation.replace("_", " "), one_line(tie.claim[: 2 * LONGEST])
        style = "bold $warning" if tie.relation == CONTRADICTS else "$secondary"

        def paint(width: int) -> Content:
            shown = standing_cell(now, self.onrecord.label_colour) if now else cell("", WIDTH)
            return row(cell(f"{_SIGNS.get(tie.relation, '?')} {name}", 15, style), shown, cell(words, width - 33))[1:]

        def about() -> Content:
            return Content.assemble((name, style), "  ", words, (f"\n{now}" if now else "", "$muted"))

        return Entry((tie.relation, tie.claim_id), paint, about, claim=tie.claim_id)

    # ------------------------------------------------------------------ the head

    def _show_head(self) -> None:
        line, head = self._line, self.query_one("#head", Static)
        self.set_header("Claim", "", str(self.lookback))
        if line is None:
            head.update(Content(f"Nothing was recorded of this claim up to {self.lookback.known_at}"))
            return
        documents, outlets = count(line.documents, "document"), count(line.outlets, "outlet")
        seen = days(line.first_published, line.last_published)
        spread = f"{count(line.mentions, 'mention')} in {documents} of {outlets} · {seen}"
        room = min(_LINE, self.size.width - 4 - len(spread))
        drawn = sparkline(line.moments, line.first_published or "", line.last_published or "", room)
        sign, _, meaning = LOOKS.get(line.standing, ("?", "", ""))
        note = one_line(line.note[:LONGEST])
        head.update(
            Content.assemble(
                (one_line(line.claim[: 2 * LONGEST]), "bold"),
                (f"\n{sign} {line.standing}", standing_style(line.standing, self.onrecord.label_colour)),
                (f": {meaning}\n", "$muted"),
                (spread, "$muted"), "  ", (drawn.rstrip() if room > 5 else "", "$primary"),
                (f"\nnote: {note}" if note else "", "italic $muted"),
            )
        )  # fmt: skip

    def on_resize(self) -> None:
        """The line of time takes what room there is."""
        if self.is_mounted:
            self._show_head()

    # ------------------------------------------------------------------ what can be done

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        name = action.id.partition(".")[2]
        if self._line is None and name in {"relate", "same", "split", "reword", "marks", "open"}:
            return "The claim was not on record then"
        if name == "split" and not (self.entry and self.entry.key[0] in _CUTTABLE):
            return "Put the cursor on a relation or on a merged claim first"
        return super().why_not(action)

    def action_marks(self) -> None:
        """Show all marks, or only those that changed the standing."""
        self._all_marks = not self._all_marks
        self.reload()

    def action_relate(self) -> None:
        """Tie the claim to another one."""
        if self._line:
            self.relate(this_claim(self._line), CONTRADICTS)

    def action_same(self) -> None:
        """Merge the claim with another one."""
        if self._line:
            self.relate(this_claim(self._line), SAME)

    def action_reword(self) -> None:
        """Ask for other words."""
        if self._line:
            self.reword(this_claim(self._line))

    def action_split(self) -> None:
        """Cut the relation, or split off the merged claim, under the cursor."""
        entry = self.entry
        assert entry
        relation, other = str(entry.key[0]), int(entry.key[1])
        if relation == _MERGED:
            row = self.onrecord.project.connection.execute("SELECT uid FROM claims WHERE id = ?", (other,)).fetchone()
            if row:
                self.do(partial(split_off, uid=row[0]), "Split off; u undoes it")
        else:
            claim = self._claim
            self.do(lambda act: cut_ties(act, claim, relation, other), "The relation is cut; u undoes it")


_SIGNS = {CONTRADICTS: "≠", "narrower_than": "⊂", "wider_than": "⊃"}
_CUTTABLE = {_MERGED, CONTRADICTS, "narrower_than", "wider_than"}


def _moment(moment: str) -> str:
    """A moment to the minute, as a person reads it."""
    return moment[:16].replace("T", " ")


def _origin(each: Origin) -> Entry:
    names = " = ".join(one_line(name[:LONGEST]) for name in each.names)
    sign = "● " if each.named else "○ "
    spread = f"{count(each.marks, 'mark')} in {count(each.documents, 'document')}"
    outlets = ", ".join(map(one_line, each.outlets))

    def paint(width: int) -> Content:
        about = min(len(spread), max(0, width - 20))
        return row(cell(sign + names, width - about - 2), cell(spread, about, "$muted", right=True))[1:]

    def about() -> Content:
        kind = "named" if each.named else "unnamed"
        first = f", first {each.first_published[:10]}" if each.first_published else ""
        return Content.assemble((names, "bold"), (f"\n{kind}: {spread}{first}\n", "$muted"), outlets[: 2 * LONGEST])

    return Entry(("origin", each.sources[0]), paint, about, source=each.sources[0])
