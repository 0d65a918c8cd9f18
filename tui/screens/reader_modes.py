"""The Reader's modes, in which letters stand over the text: picking words, evidence, and who says so."""

from typing import TYPE_CHECKING, cast

from textual import events
from textual.content import Content
from textual.widgets import Static

from ..desk import CannotNow
from ..drafts import EvidenceDraft, LinkDraft, from_evidence
from ..modes import Mode, Next, PickChain, PickWords
from .reader_moves import ReaderMoves
from .reader_pickers import chain_picker, word_picker

if TYPE_CHECKING:
    from ...suggest.engine import Suggestion


class ReaderModes(ReaderMoves):
    """Entering a mode, feeding it keys, and doing what it was for."""

    def __init__(self, document: int, cursor: int = 0, query: str = "") -> None:
        super().__init__(document, cursor, query)
        self._mode: Mode | None = None
        self._below: PickChain | None = None
        self._for = ("", "")

    def action_pick(self) -> None:
        self._enter(PickWords(word_picker(self.desk, self.article.visible_span()), "Select"))

    def action_who(self) -> None:
        if self._has_own_mark("say who stands behind it"):
            project = self.onrecord.project
            visible = self.article.visible_span()
            picker = chain_picker(self.desk, project.connection, visible, self.suggestions())
            mark = self.desk.mark
            self._enter(PickChain(picker, mark.label if mark else ""))

    def suggestions(self) -> "list[Suggestion]":
        """All that is suggested in this document, answered or not; nothing where suggestions are switched off."""
        return []

    def action_evidence(self) -> None:
        if self._has_own_mark("show its evidence"):
            self._enter(PickWords(word_picker(self.desk, self.article.visible_span()), "Evidence"))

    def _has_own_mark(self, verb: str) -> bool:
        if self.desk.offer:
            self._edit(self.desk.accept)
        try:
            self.desk.own_mark(verb)
        except CannotNow as reason:
            self._say(str(reason))
            return False
        self._for = self._mark_in_hand()
        return True

    def _mark_in_hand(self) -> tuple[str, str]:
        return self.desk.active or "", self.desk.mark.label if self.desk.mark else ""

    def _enter(self, mode: Mode) -> None:
        self._mode = mode
        self.add_class("in-mode")
        self._show_mode()

    def _leave(self) -> None:
        self._mode = self._below = None
        self.remove_class("in-mode")
        self.article.clear_hints()

    def _show_mode(self) -> None:
        if self._mode:
            self.article.set_hints(self._mode.hints())
            said = Content("\n").join(self._mode.lines())
            there = self.query("#mode")
            if there:
                there.first(Static).update(said)
            else:
                self.mount(Static(said, id="mode", markup=False), before=self.hint_line)

    async def take(self, event: events.Key) -> bool:
        """Take a key at once, so that no later one overtakes it: a mode's letter, or what a key of the article does."""
        self.note_key(event.key)
        if self._mode:
            self._key_in_mode(self._mode, event)
            return True
        if self.focused is not self.article:
            return False
        check = self.app._check_bindings  # noqa: SLF001 - what Textual itself does with a key, only now and not later
        return await check(event.key, priority=True) or await check(event.key)

    def _key_in_mode(self, mode: Mode, event: events.Key) -> None:
        match mode.press(event.key, event.character):
            case Next.STAY:
                self._show_mode()
            case Next.CANCEL:
                self._back_or_leave()
            case Next.DONE:
                self._finish(mode)
            case Next.TYPE_NAME:
                from .prompt import Prompt

                self.app.push_screen(Prompt("Who says so?"), self._named)
            case Next.PICK_SOURCE:
                self._pick_for("The source's words")
            case Next.PICK_CUE:
                self._pick_for("The cue's words")

    def _pick_for(self, purpose: str) -> None:
        self._below = cast(PickChain, self._mode)
        self._enter(PickWords(word_picker(self.desk, self.article.visible_span()), purpose))

    def _back_or_leave(self) -> None:
        below, self._below = self._below, None
        if below:
            self._enter(below)
        else:
            self._leave()

    def _named(self, name: str | None) -> None:
        if name and isinstance(self._mode, PickChain):
            self._mode.picker.add(LinkDraft(source=name, source_kind="unknown", identified="named"))
        self._show_mode()

    def _finish(self, mode: Mode) -> None:
        """A mode came to its end: do what it was for, unless a click or another program took the mark out of hand."""
        if (self._below or not _selects(mode)) and self._for != self._mark_in_hand():
            self._leave()
            self._say("Another mark is in hand now; nothing was changed")
            return
        if isinstance(mode, PickChain):
            self._leave()
            self._edit(lambda: self.desk.set_chain(mode.chain))
            return
        span = cast(PickWords, mode).span
        below, mark = self._below, self.desk.mark
        assert span
        if below:
            if cast(PickWords, mode).purpose == "The cue's words":
                below.picker.set_cue(span)
            else:
                below.picker.add_words(span)
            self._back_or_leave()
        elif cast(PickWords, mode).purpose == "Evidence" and mark:
            shown = [from_evidence(item) for item in mark.evidence]
            self._leave()
            self._edit(lambda: self.desk.set_evidence([*shown, EvidenceDraft(spans=(span,))]))
        else:
            pieces = self.desk.pieces
            self._leave()
            self.desk.choose(span)
            self.desk.pieces = pieces
            self._show()


def _selects(mode: Mode) -> bool:
    return isinstance(mode, PickWords) and mode.purpose == "Select"
