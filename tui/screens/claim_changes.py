"""What can be done to a claim of the ledger, from the list or from its own page."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

from textual.content import Content

from ...schema import acts, claims, reading, searching
from ...schema.claims import ClaimLine
from ...schema.events import Relation
from ...schema.ledger import Act
from ...schema.records import Claim
from ..lookback import Lookback, wrong_moment
from ..widgets.cells import LONGEST
from ..widgets.choices import Choice
from ..widgets.mention_card import one_line
from ..widgets.standing import standing_cell
from ..widgets.text_field import flat
from ..widgets.wording import count
from .chooser import Chooser, Chosen, Offer
from .listing import Listing
from .prompt import Prompt

SAME, NARROWER, CONTRADICTS = "same_as", "narrower_than", "contradicts"
WAYS = (
    Choice(CONTRADICTS, "contradicts", "both cannot be true"),
    Choice(NARROWER, "narrower than", "it says less: a part of the other"),
    Choice(SAME, "same as", "they are one claim: this merges them"),
)
_SHOWN = 50


class ThisClaim(NamedTuple):
    """The claim that something is done to."""

    id: int
    uid: str
    words: str


def this_claim(line: ClaimLine) -> ThisClaim:
    """A claim of the list."""
    return ThisClaim(line.id, line.uid, line.claim)


class ClaimChanges(Listing):
    """A screen with claims that can be merged, tied, reworded, and looked at as they were. All of it can be undone."""

    lookback: Lookback

    def merge(self, one: ThisClaim, other: ThisClaim) -> None:
        """Say that two claims are one."""
        uids = one.uid, other.uid
        self.do(lambda act: acts.merge_claims(act, *uids), "Merged: the two claims are one now; u undoes it")

    def relate(self, claim: ThisClaim, way: str) -> None:
        """Ask for another claim and tie it to this one; `way` is the relation to begin with."""

        def chosen(answer: Chosen | None) -> None:
            if answer:
                self._tie(claim, answer)

        window = Chooser(
            "Which claim, and how is it tied?",
            lambda words: self._others(claim, words),
            about=claim.words[:LONGEST],
            ways=WAYS,
            way=way,
            empty="No other claim has these words",
        )
        self.app.push_screen(window, chosen)

    def _tie(self, claim: ThisClaim, answer: Chosen) -> None:
        if answer.way == SAME:
            self.do(
                lambda act: acts.merge_claims(act, claim.uid, answer.value),
                "Merged: the two claims are one now; u undoes it",
            )
        else:
            relation, words = cast(Relation, answer.way), answer.way.replace("_", " ")
            self.do(
                lambda act: acts.relate_claims(act, claim.uid, relation, answer.value),
                f"Tied: this claim {'is ' if relation == NARROWER else ''}{words} the other; u undoes it",
            )

    def _others(self, claim: ThisClaim, words: str) -> list[Offer]:
        """The claims with these words; without any, those that are most like this one, then the first there are."""
        connection = self.onrecord.project.connection
        if words.strip():
            wanted = searching.named(connection, "claims", words, _SHOWN + 1)
            found: Sequence[Claim | ClaimLine] = claims.lines(connection, wanted)
        else:
            found = _likest(connection, claim.words)
        return [self._offer(each) for each in found if each.id != claim.id][:_SHOWN]

    def _offer(self, claim: Claim | ClaimLine) -> Offer:
        counted = f"{count(claim.mentions, 'mention')} in {count(claim.documents, 'document')}"
        return Offer(
            claim.uid,
            Content.assemble(
                one_line(claim.claim[:LONGEST]), "\n  ",
                standing_cell(claim.standing, self.onrecord.label_colour), (counted, "$muted"),
            ),
        )  # fmt: skip

    def reword(self, claim: ThisClaim) -> None:
        """Ask for other words for a claim."""

        def entered(text: str | None) -> None:
            if text is not None and flat(text) != flat(claim.words):
                self.do(lambda act: acts.describe_claim(act, claim.uid, text=flat(text)), "Reworded; u undoes it")

        window = Prompt("The claim, in plain words", flat(claim.words), validate=_wrong_words, select=False)
        self.app.push_screen(window, entered)

    # ------------------------------------------------------------------ as it was

    def action_as_of(self) -> None:
        """Ask for a moment of publication to look from."""
        self._ask_moment("As of: only what was published up to", self.lookback.as_of, self._set_as_of)

    def action_known_at(self) -> None:
        """Ask for a moment of recording to look from."""
        self._ask_moment("Known at: only what was recorded up to", self.lookback.known_at, self._set_known_at)

    def _ask_moment(self, title: str, now: str, answered: Callable[[str | None], None]) -> None:
        placeholder = "2026-03-05, or 2026-03-05T14:00+01:00; empty for now"
        self.app.push_screen(Prompt(title, now, placeholder, validate=wrong_moment), answered)

    def _set_as_of(self, moment: str | None) -> None:
        if moment is not None:
            self.lookback.as_of = moment.strip()
            self.changed()

    def _set_known_at(self, moment: str | None) -> None:
        if moment is not None:
            self.lookback.known_at = moment.strip()
            self.changed()


def split_off(act: Act, uid: str) -> None:
    """Take a claim out of what it was merged with."""
    acts.split_claim(act, uid)


def cut_ties(act: Act, claim: int, relation: str, other: int) -> None:
    """Cut every tie of this sort between two claims, or between claims that were merged with them.

    `relation` reads from the first claim: it may also be `wider_than`.
    """
    rows = act.ledger.connection.execute(
        """SELECT one.uid, relation, other.uid, one.merged_id FROM claim_relations
        JOIN claims AS one ON one.id = claim_id JOIN claims AS other ON other.id = other_id
        WHERE (one.merged_id, other.merged_id) IN ((:claim, :other), (:other, :claim))""",
        {"claim": claim, "other": other},
    ).fetchall()
    for one_uid, there, other_uid, first in rows:
        seen = there if first == claim or there != NARROWER else "wider_than"
        if seen == relation:
            acts.relate_claims(act, one_uid, there, other_uid, on=False)


def _likest(connection: sqlite3.Connection, words: str) -> list[Claim]:
    alike = reading.claims_like(connection, "".join(char if char.isalnum() else " " for char in words), _SHOWN + 1)
    known = {each.id for each in alike}
    return [*alike, *(each for each in reading.claims(connection, 0, _SHOWN + 1) if each.id not in known)]


def _wrong_words(text: str) -> str | None:
    return None if flat(text) else "A claim needs words"
