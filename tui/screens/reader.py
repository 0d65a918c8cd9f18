"""The Reader: an article with its mentions, and everything that a key can do to them."""

from functools import partial
from typing import TYPE_CHECKING

from ...schema import acts, reading, team
from ...schema.records import Mention
from ..actions import Action, bindings
from ..cautions import of_labels
from ..drafts import ClaimChoice, DetailsResult, apply_claim, apply_details
from .reader_opening import ReaderOpening

if TYPE_CHECKING:
    from ...schema.events import State
    from ...schema.ledger import Act
    from ...schema.same_words import Find


class Reader(ReaderOpening):
    """One document under an annotator's hands: marking its mentions, and going from one document to the next."""

    CSS_PATH = "reader.tcss"
    BINDINGS = bindings("reader")

    # ------------------------------------------------------------------ marking

    def action_label(self, label: str) -> None:
        self._edit(lambda: self.desk.toggle(label))
        mention = self.desk.mention
        warning = of_labels([mark.label for mark in mention.marks]) if mention else ""
        if warning:
            self.call_after_refresh(self._say, warning)

    def action_turn(self) -> None:
        self._move(self.desk.turn)

    def action_remove(self) -> None:
        self._edit(self.desk.dismiss if self.desk.offer else self.desk.remove)

    def action_others(self) -> None:
        self.onrecord.show_others = not self.onrecord.show_others
        self.desk.show_others_too(self.onrecord.show_others)
        self._show_all()

    def action_details(self) -> None:
        if not self._edit(self.desk.ensure_mention) or self.desk.mention is None:
            return
        desk, mention = self.desk, self.desk.mention
        sources = reading.sources_for(self.onrecord.project.connection, desk.document.id)
        readonly = mention.annotator != desk.annotator
        from .details import Details

        form = Details(mention, desk.text, desk.labels, sources, readonly=readonly)
        self.app.push_screen(form, lambda result: self._detailed(mention, result))

    def _detailed(self, before: Mention, result: DetailsResult | None) -> None:
        sha256, text = self.desk.document.sha256, self.desk.text
        if result:
            self._edit(lambda: self.desk.work_on(before, lambda act: apply_details(act, before, sha256, text, result)))

    def action_claim(self) -> None:
        mention = self.desk.mention if self._edit(self.desk.ensure_mention) else None
        if mention:
            from .claim import ClaimPicker

            picker = ClaimPicker(self.onrecord.project.connection, mention, mention.quote)
            self.app.push_screen(picker, lambda choice: self._claimed(mention, choice))

    def _claimed(self, mention: Mention, choice: ClaimChoice | None) -> None:
        if choice:
            self._edit(lambda: self.desk.work_on(mention, lambda act: apply_claim(act, mention.uid, choice)))

    def action_same_words(self) -> None:
        mention = self.desk.mention if self._edit(self.desk.ensure_mention) else None
        if mention is None:
            return
        project, document, words = self.onrecord.project, self._document, mention.spans[0].cut(self.desk.text)
        from ...schema.same_words import find_in_document
        from ...suggest.alike import alike_in_document, same_claim
        from .same_words import SameWords

        here = find_in_document(project.connection, document, words, project.annotator)
        everywhere = partial(same_claim, words=words, annotator=project.annotator)
        alike = partial(alike_in_document, document_id=document, words=words, annotator=project.annotator)
        window = SameWords(words, here, lambda: project.look(everywhere), lambda: project.look(alike))
        self.app.push_screen(window, lambda finds: self._found_alike(mention, finds))

    def _found_alike(self, model: Mention, finds: "list[Find] | None") -> None:
        def work(act: "Act") -> None:
            for find in finds or ():
                text = reading.text(act.ledger.connection, find.sha256)
                acts.mark_alike(act, model.uid, find.sha256, text, find.span)

        if finds:
            self._edit(lambda: self.desk.work_on(model, work))

    def action_adjudicate(self) -> None:
        from .adjudicate import Adjudicate

        self.app.push_screen(Adjudicate(self._document))

    def action_undo(self) -> None:
        self._sent[self.onrecord.project.writer.undo()] = ""
        self._show()

    def action_redo(self) -> None:
        self._sent[self.onrecord.project.writer.redo()] = ""
        self._show()

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        desk, name = self.desk, action.id.partition(".")[2]
        mine = desk.mention is not None and desk.mention.annotator == desk.annotator
        offered = desk.offer is not None
        if name in {"who", "evidence"} and not ((mine and desk.mark) or offered):
            return "Take a labelled mention of yours in hand first, with tab"
        if name in {"remove"} and not (mine or offered):
            return "Take a mention of yours in hand first, with tab"
        if name in {"remarks"} and (desk.mention is None or offered):
            return "Take a mention in hand first, with tab"
        if name in {"turn"} and not desk.mark:
            return "Take a labelled mention in hand first, with tab"
        needs_words = name in {"details", "claim", "same_words"} or action.call.startswith("label(")
        if needs_words and desk.mention is None and not desk.selection() and not offered:
            return "Select words first, with p or v, or take a mention in hand with tab"
        if action.call.startswith("hit(") and not self._hits:
            return "Search for something first, with /"
        if name == "adjudicate":
            return team.why_not_rule(self.onrecord.project.connection, desk.annotator)
        if name == "revision" and desk.document.revises is None:
            return "This document is no correction of another one"
        if name == "add_piece" and desk.selected is None:
            return "Select a first piece, with p or v"
        return None

    # ------------------------------------------------------------------ documents

    def action_submit(self) -> None:
        self._finish_document("submitted")

    def action_skip(self) -> None:
        self._finish_document("skipped")

    def action_flag(self) -> None:
        from .prompt import Prompt

        self.app.push_screen(Prompt("What should somebody look at?"), self._flagged)

    def _flagged(self, note: str | None) -> None:
        if note is not None:
            self._finish_document("flagged", note)

    def _finish_document(self, state: "State", note: str = "") -> None:
        """Record one's word on the document, and open the next one that is still to do."""
        sha256 = self.desk.document.sha256
        self.onrecord.stopwatch.flush()
        number = self.onrecord.project.writer.do(lambda act: acts.submit(act, sha256, state, note))
        self._sent[number], self._leaving[number] = "", self._document
        there = self.next_to_do()
        self._go_to(there)
        if there is None:
            self._show()
            self.notify(f"{state.capitalize()}. {self.all_done()}", markup=False)

    def action_document(self, step: int) -> None:
        if not self._go_to(self.neighbour(step)):
            self._say(self.no_neighbour(step))

    def _go_to(self, document_id: int | None) -> bool:
        if document_id is None:
            return False
        self._load(document_id)
        return True

    def action_close(self) -> None:
        self.dismiss()
