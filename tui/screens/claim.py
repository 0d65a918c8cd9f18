"""Which claim a mention words: one of the ledger that is alike, a new one in the mention's own words, or none."""

import sqlite3
from typing import cast, get_args

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ...schema.events import Polarity
from ...schema.records import Claim, Mention
from ...schema.text import fold
from ...suggest.claims import ALIKE, Pool, with_standing
from ..drafts import ClaimChoice
from ..widgets.choices import Choice, Choices
from ..widgets.mark_form import field
from ..widgets.mention_card import one_line
from ..widgets.options import Options
from ..widgets.text_field import TextField, flat
from ..widgets.wording import count, in_quotes
from .details import POLARITIES
from .page import Window

_SHOWN = 30
_QUOTE = 300


class ClaimPicker(Window[ClaimChoice | None]):
    """Answers with the chosen claim and how the mention words it, or None. `words` are the mention's.

    What the line says is a new claim, unless the list has it. Enter takes what is highlighted: the claim most alike if
    it is alike enough, else the new one. An empty line means no claim.
    """

    CSS_PATH = "claim.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("ctrl+s,enter", "accept", show=False, priority=True),
        Binding("escape", "cancel", show=False),
        Binding("down", "move('cursor_down')", show=False, priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
    ]

    line = query_one(TextField)
    polarity = query_one(Choices)
    options = query_one(OptionList)

    def __init__(self, connection: sqlite3.Connection, mention: Mention, words: str) -> None:
        super().__init__()
        self._connection, self._mention, self._words = connection, mention, words
        self._pool = Pool(connection)
        self._answers: list[ClaimChoice] = []

    def compose(self) -> ComposeResult:
        """The words, the line, how the words stand to the claim, and the claims."""
        mention = self._mention
        mention = self._mention
        wording = mention.claim or self._words.replace(" … ", " ")
        line = TextField(wording, placeholder="no claim: enter unlinks it" if mention.claim else "")
        line.select_on_focus = True
        polarities = [Choice(each, each, POLARITIES[each]) for each in get_args(Polarity)]
        with Vertical(id="card"):
            with Vertical(id="head"):
                yield Static(Content.styled("Which claim is it?", "bold"), id="title")
                yield Static(Content(in_quotes(_shortened(one_line(self._words)))), id="quote")
                yield field("claim", line)
                yield field("polarity", Choices(polarities, mention.polarity))
            yield Options(compact=True, markup=False)
            keys = "type to look  ↑↓ claims  ⇥ polarity  ↵ takes the marked one  esc cancels"
            yield Static(Content(keys), id="foot")

    def on_mount(self) -> None:
        """Propose claims for the line; anew as it changes."""
        self.options.can_focus = False
        self._show()
        self.line.focus()

    # ------------------------------------------------------------------ the list

    @on(Input.Changed)
    def _show(self) -> None:
        """Propose claims for what the line says, among those like it and those like the mention's words."""
        said = flat(self.line.value)
        proposals = self._pool.propose(said, _SHOWN, also=self._words) if said else []
        found = with_standing(self._connection, proposals)
        found.sort(key=lambda each: _plain(each[0].claim) != _plain(said))
        same = bool(found) and _plain(found[0][0].claim) == _plain(said)
        alike = same or bool(found and found[0][1].score >= ALIKE)
        rows = [] if same else self._first_row(said)
        rows += [(self._row(claim, proposal.reason), claim.uid) for claim, proposal in found]
        self._answers = [ClaimChoice(uid, "" if uid else said, "asserts") for _, uid in rows]
        self.options.set_options(Option(row) for row, _ in rows)
        self.options.highlighted = (1 if alike and not same else 0) if rows else None

    def _first_row(self, said: str) -> list[tuple[Content, str | None]]:
        if said:
            return [(Content.assemble(("+ new claim: ", "$accent"), one_line(said)), None)]
        if self._mention.claim is not None:
            return [(Content.assemble(("− no claim", "$accent"), ("  unlinks the mention", "$muted")), None)]
        return []

    def _row(self, claim: Claim, reason: str) -> Content:
        now = ("  linked now", "$accent") if claim.uid == self._mention.claim_uid else ""
        counted = f"{count(claim.mentions, 'mention')} in {count(claim.documents, 'document')}"
        known = f"  {counted}  {one_line(reason)}"
        return Content.assemble(
            one_line(claim.claim), now, "\n", (f"  {claim.standing}", "bold $secondary"), (known, "$muted")
        )

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_accept()

    def action_move(self, how: str) -> None:
        """Move through the claims while typing."""
        getattr(self.options, f"action_{how}")()

    # ------------------------------------------------------------------ leaving

    def action_accept(self) -> None:
        """Answer with what is highlighted."""
        at = self.options.highlighted
        if at is None:
            self.notify("Type the claim in plain words first", severity="warning", timeout=4, markup=False)
            return
        chosen = self._answers[at]
        self.dismiss(ClaimChoice(chosen.uid, chosen.text, cast(Polarity, self.polarity.value)))

    def action_cancel(self) -> None:
        """Leave the mention as it was."""
        self.dismiss(None)


def _plain(text: str) -> str:
    return fold(flat(text))


def _shortened(words: str) -> str:
    return words if len(words) <= _QUOTE else words[: _QUOTE - 1] + "…"
