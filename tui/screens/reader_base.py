"""The Reader's ground: what it is made of, how it shows the desk, and what becomes of the edits that it sends."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.getters import query_one

from ...schema import acts, reading, threads
from ...schema.records import Mention
from ..desk import CannotNow, Desk, Edit
from ..widgets.article import ArticleView
from ..widgets.heading import Heading
from ..widgets.hint_line import HintLine
from ..widgets.mention_card import one_line
from ..widgets.mention_list import MentionList
from ..widgets.mention_panel import MentionPanel
from ..widgets.overlaps import Highlight, State
from ..widgets.wording import reversal
from ..workers import Committed, Refused, Reversed, Touched
from .page import Page

if TYPE_CHECKING:
    from ...schema.ledger import Act
    from ..app import OnrecordApp


NARROW = 100
"""Below this many columns the panel goes under the article."""

ROOMY = 160
"""From so many columns on the guidelines stand beside the panel; below, they take its place."""

FEW = 20
"""So many mentions that changed at once are read one by one; when there are more, all of the document's are read."""

SHARED = {"document", "claim", "source", "label", "member", "policy"}
"""Kinds of things that any mention may show, or that decide which are shown."""


class ReaderBase(Page[None]):
    """One document on the screen. `cursor` is where to begin, in code points; `query` words to find at once."""

    article = query_one(ArticleView)
    panel = query_one(MentionPanel)
    hint_line = query_one(HintLine)

    def __init__(self, document: int, cursor: int = 0, query: str = "") -> None:
        super().__init__()
        self._document, self._cursor, self._query = document, cursor, query
        self._sent: dict[int, str] = {}
        self._saved = 0
        self._in_hand: object = None
        self._owes = False
        """Whether what stands beside the article is to be shown anew, once the article is painted."""
        self._header = ("", "")

    # ------------------------------------------------------------------ set-up

    @property
    def onrecord(self) -> "OnrecordApp":
        """The app, with what onrecord adds to it."""
        return cast("OnrecordApp", self.app)

    def compose(self) -> ComposeResult:
        """Header, article and panel, the hint line; a mode's lines come when there is one."""
        yield Heading(50, id="header")
        if self.onrecord.demo:
            from ..widgets.demo_bar import DemoBar

            yield DemoBar("reader")
        with Horizontal(id="desk"):
            yield self.begin_at(ArticleView())
            yield MentionPanel()
        yield HintLine("reader")

    def on_mount(self) -> None:
        """Load the document and listen to the workers."""
        app = self.onrecord
        for signal, handler in (
            (app.committed, self._committed),
            (app.refused, self._refused),
            (app.reversed, self._reversed),
            (app.touched, self._touched),
        ):
            signal.subscribe(self, handler)  # type: ignore[arg-type]
        app.theme_changed_signal.subscribe(self, self._restyle)
        self._load(self._document, self._cursor)
        self.article.focus()
        if self._query:
            self.find(self._query)

    @property
    def sha256(self) -> str | None:
        """What names the document; None as long as there is none."""
        return self.desk.document.sha256 if hasattr(self, "desk") else None

    def on_screen_resume(self) -> None:
        """Back from another screen: from now on the time is this document's again."""
        self.onrecord.stirred()

    def on_unmount(self) -> None:
        """The document was left."""
        self.onrecord.stirred()

    def _restyle(self, _: object) -> None:
        self.article.palette = self.onrecord.palette()
        self._show_all()

    def find(self, query: str) -> None:
        """Show where words occur, and go to the first place."""
        raise NotImplementedError

    def classes_of(self, width: int) -> set[str]:
        """A narrow terminal stacks the panel under the article."""
        own = "narrow" if width < NARROW else "roomy" if width >= ROOMY else ""
        return super().classes_of(width) | {own} - {""}

    def on_resize(self, event: events.Resize) -> None:
        """Lay the panel out for another width."""
        classes = self.classes_of(event.size.width)
        self.set_class("narrow" in classes, "narrow")
        self.set_class("roomy" in classes, "roomy")
        self._in_hand = None
        self.call_after_refresh(self._show)

    @on(ArticleView.Pointed)
    def _pointed(self, message: ArticleView.Pointed) -> None:
        self._move(lambda: self.desk.go(message.offset))

    @on(ArticleView.Selected)
    def _selected(self, message: ArticleView.Selected) -> None:
        if message.further:
            self._move(lambda: self.desk.choose_further(message.span))
        else:
            self._move(lambda: self.desk.choose(message.span))

    @on(MentionList.Chosen)
    def _chosen(self, message: MentionList.Chosen) -> None:
        if message.uid in self.desk.stops():  # the list is a frame behind
            self._move(lambda: self.desk.take(message.uid))

    def _load(self, document_id: int, cursor: int = 0) -> None:
        connection = self.onrecord.project.connection
        document = reading.document(connection, document_id)
        if document is None:
            self._leave_gone_document()
            return
        self._document = self.onrecord.last_read = document_id
        mentions, whole = self._read_mentions(document_id, cursor)
        self.desk = Desk(document, mentions, self.onrecord.project.annotator, self.onrecord.project.labels)
        self.desk.whole = whole
        self.desk.talk = threads.talk(connection, document_id)
        self.desk.show_others_too(self.onrecord.show_others)
        self.desk.go(cursor)
        self.article.palette = self.onrecord.palette()
        self.article.show(document.text, self.desk.segments)
        self._show_all()
        self._follow()
        self.onrecord.stirred()

    def _read_mentions(self, document_id: int, cursor: int) -> tuple[list[Mention], bool]:  # noqa: ARG002 - not here
        """The mentions of a document to begin with, and whether these are all."""
        return reading.mentions(self.onrecord.project.connection, document_id), True

    def _finds(self, sha256: str) -> bool:
        return bool(reading.find_document(self.onrecord.project.connection, sha256))

    def _leave_gone_document(self) -> None:
        if self in self.app.screen_stack:
            self.notify("The document is no longer there", severity="warning", markup=False)
            while self.app.screen is not self:
                self.app.pop_screen()
            self.dismiss()

    # ------------------------------------------------------------------ showing

    def _show_all(self) -> None:
        """Show every mention anew."""
        self.article.set_marks([*self._offer_highlights(), *self._highlights(self.desk.shown())])
        self._in_hand = None
        self._show_header()
        self._show()

    def _show_mention(self, uid: str) -> None:
        """Show one mention anew, and nothing else of the text."""
        mention = self.desk.mentions.get(uid)
        if mention and (self.desk.show_others or mention.annotator == self.desk.annotator):
            for highlight in self._highlights([mention]):
                self.article.put(highlight)
        else:
            self.article.drop(uid)
        self._show()

    def _show(self) -> None:
        """Show where the cursor is, what is selected and what is in hand: in the words at once, then around them."""
        desk = self.desk
        self.article.point(desk.cursor, desk.selection(), desk.active)
        if not self._owes:
            self._owes = True
            self.call_after_refresh(self._show_around)

    def _show_around(self) -> None:
        """Show what stands around the words, in the frame after theirs; the panel only if its content changed."""
        self._owes = False
        if self._pruning:
            return
        desk = self.desk
        in_hand = (desk.mention, desk.mark, desk.offer, bool(desk.selection()), desk.changes)
        if in_hand != self._in_hand:
            self._in_hand = in_hand
            keys = (self.onrecord.key_of("reader.others"), self.onrecord.key_of("reader.remarks"))
            self.panel.show(desk, self.onrecord.label_colour, *keys, self._card())
            self._show_chain()
        self.hint_line.show_status(self._status())
        self.onrecord.remember(desk.document.sha256, desk.cursor.start)

    def _offer_highlights(self) -> Iterable[Highlight]:
        """How the article shows what is offered."""
        return ()

    def _card(self) -> Callable[[int], Content] | None:
        """What the panel shows instead of a mention: the offer in hand, for a width in cells."""
        return None

    def _show_chain(self) -> None:
        """Set off the words of the mark in hand: who says so, the cues, the evidence."""
        proposal = self.desk.proposal
        mark = proposal.marks[0] if proposal else self.desk.mark
        links = mark.chain if mark else ()
        self.article.set_layer("source", [span for link in links for span in link.spans])
        self.article.set_layer("cue", [span for link in links for span in link.cue])
        self.article.set_layer("evidence", [span for item in (mark.evidence if mark else ()) for span in item.spans])

    def _show_header(self) -> None:
        desk = self.desk
        state, _ = reading.state_of(self.onrecord.project.connection, desk.document.id, desk.annotator)
        date = (desk.document.published_at or "")[:10]
        about = [self._queue_told(), state.replace("_", " "), date, desk.document.outlet]
        shown = one_line(desk.document.title) or "untitled", " · ".join(one_line(each) for each in about if each)
        if shown != self._header:
            self._header = shown
            self.query_one(Heading).show(Content.styled(shown[0], "bold"), Content.styled(shown[1], "$muted"))

    def _queue_told(self) -> str:
        """How far one is with one's queue; "" for whoever has none."""
        return ""

    def _status(self) -> str:
        """What goes on, for the right end of the hint line: writes on their way, or how many are done."""
        waiting = len(self._sent)
        return f"◌ {waiting} saving" if waiting else f"✓ {self._saved} saved" if self._saved else ""

    def _highlights(self, mentions: Iterable[Mention]) -> list[Highlight]:
        talk = self.desk.talk
        return [
            Highlight(
                mention.uid, mention.spans, tuple(mark.label for mark in mention.marks), self._state(mention),
                asked=mention.uid in talk and talk[mention.uid].open > 0,
            )
            for mention in mentions
        ]  # fmt: skip

    def _state(self, mention: Mention) -> State:
        if mention.annotator != self.desk.annotator:
            return "other"
        return "pending" if self.desk.pending.get(mention.uid) else "done"

    # ------------------------------------------------------------------ edits and their outcome

    def _send(self, edit: Edit) -> None:
        """Give an edit to the writer and show it as pending."""
        sha256 = self.desk.document.sha256
        mine = f"{self.desk.annotator}/{sha256}"

        def work(act: "Act") -> None:
            if act.value("submission", mine) is None:
                acts.submit(act, sha256, "in_progress")
            edit.work(act)

        self._sent[self.onrecord.project.writer.do(work)] = edit.uid
        self._show_mention(edit.uid)

    def _committed(self, message: Committed) -> None:
        self._saved += 1
        self._settled(message.number)

    def _refused(self, message: Refused) -> None:
        self._settled(message.number)

    def _settled(self, number: int) -> None:
        uid = self._sent.pop(number, "")
        if uid:
            self.desk.done(uid)
            self._reload([uid])
        else:
            self._show_header()
            self._show()

    def _reversed(self, message: Reversed) -> None:
        self._saved += 1
        self._sent.pop(message.number, None)
        touched = [_mention_of(kind, subject) for kind, subject in message.undone.changed]
        self._touched(Touched(list(message.undone.changed)))
        here = next((uid for uid in touched if uid and uid in self.desk.mentions), None)
        if here:
            self.desk.take(here)
            self._follow()
        self._show()
        self.notify(reversal(message.verb, message.undone), timeout=4, markup=False)

    def _touched(self, message: Touched) -> None:
        """Somebody, or this program, wrote: read again what concerns this document."""
        sha256 = self.desk.document.sha256
        uids = {uid for kind, subject in message.subjects if (uid := _mention_of(kind, subject))}
        if ("document", sha256) in message.subjects and not self._finds(sha256):
            self._leave_gone_document()
        elif not message.subjects or len(uids) > FEW or self._may_show_more(message.subjects):
            connection = self.onrecord.project.connection
            here = {mention.uid: mention for mention in reading.mentions(connection, self.desk.document.id)}
            for uid in [*self.desk.mentions, *here]:
                self.desk.reload(uid, here.get(uid))
            self._show_all()
        else:
            self._reload(uids)

    def _may_show_more(self, subjects: Iterable[tuple[str, str]]) -> bool:
        """Whether more may be shown differently now than the mentions that these subjects name."""
        opens = ("submission", f"{self.desk.annotator}/{self.desk.document.sha256}")
        return any(kind in SHARED or (kind, subject) == opens for kind, subject in subjects)

    def _reload(self, uids: Iterable[str]) -> None:
        connection = self.onrecord.project.connection
        for uid in uids:
            self.desk.reload(uid, reading.mention(connection, uid))
            self._show_mention(uid)
        self._show_header()

    # ------------------------------------------------------------------ what the actions are made of

    def _move(self, step: Callable[[], object]) -> None:
        """Do a step that moves, show where it led, and say why if it cannot be done."""
        try:
            step()
        except CannotNow as reason:
            self._say(str(reason))
        self._show()
        self._follow()

    def _edit(self, change: Callable[[], Edit | None]) -> bool:
        """Do an edit and send it; say why if it cannot be done. False then."""
        try:
            edit = change()
        except CannotNow as reason:
            self._say(str(reason))
            return False
        if edit:
            self._send(edit)
        else:
            self._show()
        return True

    def _follow(self) -> None:
        self.article.scroll_to_offset(self.desk.cursor.start)

    def _say(self, reason: str) -> None:
        self.notify(reason, severity="warning", timeout=4, markup=False)


def _mention_of(kind: str, subject: str) -> str | None:
    """The uid of the mention that an event on a mention or a mark concerns."""
    if kind == "mention":
        return subject
    return subject.rpartition("/")[0] if kind == "mark" else None
