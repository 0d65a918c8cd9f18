"""The Adjudicate screen: two or more annotators side by side, differences first, one key a ruling."""

from collections.abc import Callable
from functools import partial
from itertools import islice

from textual.content import Content

from ...measure.adjudication import Item
from ...measure.majority import Choice, majority
from ...measure.ruling import rule_agreed_in, rule_by_majority, why
from ...schema import reading, rulings, team, threads
from ...schema.ledger import Act
from ...schema.records import Mention
from ..actions import Action, bindings
from ..widgets.mention_card import one_line
from ..widgets.wording import count
from .adjudicate_base import AdjudicateBase
from .adjudicate_page import quoted
from .chooser import Chooser, Chosen, Offer
from .prompt import Prompt
from .remarks import Remarks, Said
from .verdict import Verdict, VerdictResult, rule_otherwise

_NEED_A_GROUP = {
    "open", "down", "up", "page_down", "page_up", "first", "last", "majority", "none", "reason", "unrule", "remarks",
    "article", "next_open", "previous_open",
}  # fmt: skip
_RULING = {"open", "majority", "none", "reason", "unrule", "unanimous"}


class Adjudicate(AdjudicateBase):
    """Ruling on one document after the other."""

    BINDINGS = bindings("adjudicate")

    # ------------------------------------------------------------------ ruling

    def action_take(self, number: int) -> None:
        """Rule that what an annotator has holds; that there is no claim here where they have nothing."""
        bench, item = self.docket.bench, self.here
        if bench is None or item is None or number > len(bench.annotators):
            self.say(f"There is no annotator number {number} here")
            return
        name = bench.annotators[number - 1]
        mention = next((each for each in item.group.members if each.annotator == name), None)
        if mention is None:
            self._rule(item, "none", partial(rulings.rule, inputs=item.inputs, mention=None))
            self._tell(f"{one_line(name)} has nothing here: ruled that there is no claim; u undoes it")
        else:
            self._rule(item, one_line(name), partial(rulings.take, inputs=item.inputs, taken=mention.uid))

    def action_majority(self) -> None:
        """Rule what most have, layer by layer."""
        bench, item = self.docket.bench, self.here
        if bench is None or item is None:
            return
        most = majority(item, bench.merges)
        if isinstance(most, tuple) and not isinstance(most, Choice):
            self.say(f"There is no majority in {', '.join(most)}; press a number, or ↵ to rule otherwise")
            return
        reason = why(item, None if most is None else item.unanimous)
        self._rule(
            item, "none" if most is None else "most",
            lambda act: rule_by_majority(act, item, most, reason),
        )  # fmt: skip

    def action_none(self) -> None:
        """Rule that there is no claim here."""
        item = self.here
        if item:
            self._rule(item, "none", partial(rulings.rule, inputs=item.inputs, mention=None))

    def action_open(self) -> None:
        """Rule otherwise: every detail of the gold mention, with a reason."""
        bench, item, document = self.docket.bench, self.here, self.document
        if bench is None or item is None or document is None or self.why_not_ruled(item):
            return
        project = self.onrecord.project
        form = Verdict(item, document.text, project.labels, reading.sources_for(project.connection, document.id))
        sha256, text = document.sha256, document.text

        def ruled(result: VerdictResult | None) -> None:
            if result:
                self._rule(item, "own", lambda act: rule_otherwise(act, form.draft, item, sha256, text, result))

        self.app.push_screen(form, ruled)  # type: ignore[arg-type]

    def _rule(self, item: Item, what: str, work: Callable[[Act], object]) -> None:
        """Give a ruling to the writer, show it as pending, and go on to the next group that waits."""
        if reason := self.why_not_ruled(item):
            self.say(reason)
            return
        self.docket.expect(item, self.onrecord.project.writer.do(work), what)
        self.rows.redraw()
        self._go_on()

    def _go_on(self) -> None:
        there = self.docket.next_open(self.rows.cursor)
        if there is None:
            left = self.docket.progress()
            self._tell(f"All {count(left.groups, 'group')} here are ruled on; > opens the next document")
        else:
            self.rows.go(there)
        self.show()

    def _tell(self, sentence: str) -> None:
        self.notify(sentence, timeout=4, markup=False)

    def action_reason(self) -> None:
        """Give a ruling of one's own a reason, or another one."""
        item = self.here
        ruling = item.ruling if item else None
        if ruling is None or item is None:
            return

        def explained(reason: str | None) -> None:
            if reason is not None:
                self.do(lambda act: rulings.explain(act, ruling.uid, reason), "The reason is recorded; u undoes it")

        self.app.push_screen(Prompt(f"Why so, on {quoted(item)}?", ruling.reason, select=False), explained)

    def action_unrule(self) -> None:
        """Take one's ruling back."""
        item = self.here
        ruling = item.ruling if item else None
        if ruling:
            self.do(lambda act: rulings.overrule(act, ruling.uid), "The ruling is taken back; u undoes that")

    def action_unanimous(self) -> None:
        """Rule on every group in which all agree."""
        agreed = self.docket.agreed()
        number = self.onrecord.project.writer.do(lambda act: rule_agreed_in(act, agreed))
        for item in agreed:
            self.docket.expect(item, number, "all")
        self.rows.redraw()
        self._tell(f"Ruled on {count(len(agreed), 'group')} in which all agree; u undoes it")
        self.show()

    # ------------------------------------------------------------------ where to

    def action_next_open(self) -> None:
        """To the next group that waits for a ruling."""
        self._to_open(1)

    def action_previous_open(self) -> None:
        """To the one before."""
        self._to_open(-1)

    def _to_open(self, step: int) -> None:
        there = self.docket.next_open(self.rows.cursor, step)
        if there is None:
            self._tell("Nothing here waits for a ruling; > opens the next document")
        else:
            self.rows.go(there)

    def action_differing(self) -> None:
        """Show only groups in which annotators differ, or all."""
        item = self.here
        self.docket.limit(only_differing=not self.docket.only_differing)
        self._list(item)

    def action_unfinished(self) -> None:
        """Count in annotators who have not submitted the document, or leave them out."""
        self.unfinished = not self.unfinished
        self.reload()

    def action_document(self, step: int) -> None:
        """To the next or previous document that counts."""
        here = self.document.id if self.document else None
        at = self._documents.index(here) + step if here in self._documents else (0 if step > 0 else -1)
        if self._documents and (here not in self._documents or 0 <= at < len(self._documents)):
            self.go_to(self._documents[at])
        else:
            self.say("This is the last document" if step > 0 else "This is the first document")

    def action_documents(self) -> None:
        """Choose a document."""
        done = self._done
        titles = dict(self.onrecord.project.connection.execute("SELECT id, title FROM documents").fetchall())
        named = [(id_, titles[id_], titles[id_].casefold()) for id_ in self._documents if id_ in titles]

        def look(words: str) -> list[Offer]:
            wanted = words.strip().casefold()
            fitting = islice(((id_, title) for id_, title, folded in named if wanted in folded), _OFFERED)
            return [
                Offer(str(id_), self._row_of("✓ " if id_ in done else "· ", one_line(title) or "untitled"))
                for id_, title in fitting
            ]

        def chosen(answer: Chosen | None) -> None:
            if answer:
                self.go_to(int(answer.value))

        self.app.push_screen(Chooser("Which document?", look), chosen)

    @staticmethod
    def _row_of(sign: str, title: str) -> Content:
        return Content.assemble((sign, "bold $success" if sign[0] == "✓" else "$muted"), title)

    def action_article(self) -> None:
        """Open the article at this place."""
        from .reader import Reader

        item = self.here
        mention = next(iter(item.group.members), item.gold) if item else None
        if mention and self.document:
            self.app.push_screen(Reader(self.document.id, mention.spans[0].start))

    def action_scroll(self, rows: int) -> None:
        """Scroll the comparison."""
        self.sheet.scroll_relative(y=rows, animate=False)

    # ------------------------------------------------------------------ remarks

    def action_remarks(self) -> None:
        """Read and answer what was remarked on a mention of this group: that which waits for an answer first."""
        item = self.here
        if item is None:
            return
        members = sorted(item.group.members, key=lambda each: -self._asked(each))
        mention = members[0] if members else item.gold
        if mention is None:
            return
        project = self.onrecord.project
        held = threads.threads(project.connection, mention.uid)
        self.app.push_screen(
            Remarks(f"{mention.annotator}: {mention.quote}", held, project.annotator),
            lambda said: self._said(mention, said),
        )

    def _asked(self, mention: Mention) -> int:
        talk = self._talk.get(mention.uid)
        return 2 * talk.open + 1 if talk else 0

    def _said(self, mention: Mention, said: Said | None) -> None:
        if said:
            self.do(lambda act: team.remark(act, mention.uid, said.text, said.answers), "The remark is recorded")

    # ------------------------------------------------------------------ what can be done

    def why_not_ruled(self, item: Item) -> str | None:
        """Why a group cannot be ruled on, or None."""
        if not item.group.members:
            return "The mentions that this ruling weighed are gone; del takes it back"
        return None

    def why_not(self, action: Action) -> str | None:
        """Why an action cannot run now, or None."""
        name = action.id.partition(".")[2]
        project = self.onrecord.project
        if name in _RULING or name.startswith("take_"):
            refused = team.why_not_rule(project.connection, project.annotator)
            if refused:
                return refused
        item = self.here
        if (name in _NEED_A_GROUP or name.startswith("take_")) and item is None:
            return "There is no group in the list"
        return self._why_not_here(name, item)

    def _why_not_here(self, name: str, item: Item | None) -> str | None:
        mine = self.onrecord.project.annotator
        ruling = item.ruling if item else None
        if name in ("reason", "unrule"):
            if ruling is None:
                return "Nothing was ruled here yet"
            if ruling.adjudicator != mine:
                return f"This ruling is {ruling.adjudicator}’s; rule anew, and yours counts"
        if name in ("open", "majority", "none") or name.startswith("take_"):
            return self.why_not_ruled(item) if item else None
        if name == "unanimous" and not self.docket.agreed():
            return "There is no group left in which all agree"
        if name in ("next_document", "previous_document", "documents") and not self._documents:
            return "No document was submitted by two annotators yet"
        return None


_OFFERED = 200
