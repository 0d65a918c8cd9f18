"""An annotator at the app under Textual's Pilot: presses real keys, looks at the desk, and reads what is on disk."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from msgspec import structs
from onrecord.schema import acts, reading
from onrecord.schema.check import check
from onrecord.schema.ledger import Ledger
from onrecord.schema.records import Mark, Mention
from onrecord.schema.store import connect
from onrecord.schema.text import Span
from onrecord.tui.app import OnrecordApp
from onrecord.tui.desk import Desk
from onrecord.tui.modes import PickWords
from onrecord.tui.screens.reader import Reader
from onrecord.tui.widgets.mention_list import MentionList
from textual import events
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot

PATIENCE = 30.0
_CHARACTERS = {
    "slash": "/", "space": " ", "full_stop": ".", "comma": ",", "equals_sign": "=", "question_mark": "?",
    "exclamation_mark": "!", "less_than_sign": "<", "greater_than_sign": ">", "left_square_bracket": "[",
    "right_square_bracket": "]", "left_curly_bracket": "{", "right_curly_bracket": "}", "enter": "\r", "tab": "\t",
}  # fmt: skip
TEXT = (
    "Gate stopped short, official says\n\n"
    "The gate stopped\u00a0short, said an official. Nobody said a word.\n\n"
    "“We closed it,” said Ana\u00a0Rui 🌊. The ministry declined to comment.\n\n"
    "A senior harbour official said the gate had failed before. The Mercury reported that the minister knew.\n"
)


def make_project(path: Path, *texts: str, annotator: str = "editor", **about: Any) -> Path:
    """A project with these texts, published a day apart; `about` describes each of them."""
    with Ledger.create(path, annotator, "device") as ledger, ledger.act() as act:
        for day, text in enumerate(texts or (TEXT,), 1):
            acts.add_document(
                act, text, **{"title": f"Story {day}", "published_at": f"2026-03-{day:02d}T06:00:00Z", **about}
            )
    return path


@contextmanager
def looking(path: Path) -> Iterator[Any]:
    """A fresh reading connection to a project."""
    connection = connect(path, write=False)
    try:
        yield connection
    finally:
        connection.close()


def stored(path: Path, document: int = 1) -> list[Mention]:
    """The mentions of a document as they are on disk; `document` counts the documents of the library from 1."""
    with looking(path) as connection:
        line = reading.list_documents(connection, "ana", document - 1, 1)[0]
        return reading.mentions(connection, line.id)


def problems(path: Path) -> list[str]:
    """What `onrecord check` finds wrong."""
    with looking(path) as connection:
        return [finding.what for finding in check(connection) if finding.level == "problem"]


def span_of(words: str, text: str = TEXT) -> Span:
    """Where words stand in a text for the first time."""
    start = text.index(words)
    return Span(start, start + len(words))


class AtDesk:
    """The app with a document open, as a person has it in front of them."""

    def __init__(self, pilot: Pilot[int], app: OnrecordApp, path: Path) -> None:
        self.pilot, self.app, self.path = pilot, app, path

    @property
    def reader(self) -> Reader:
        """The Reader, which must be the screen."""
        assert isinstance(self.app.screen, Reader), f"the screen is {self.app.screen}"
        return self.app.screen

    @property
    def desk(self) -> Desk:
        """The Reader's desk."""
        return self.reader.desk

    @property
    def word(self) -> str:
        """The words under the cursor."""
        return self.desk.cursor.cut(self.desk.text)

    @property
    def selected(self) -> list[str]:
        """The words of each selected piece."""
        return [span.cut(self.desk.text) for span in self.desk.selection()]

    @property
    def labels(self) -> list[str]:
        """The labels of the mention in hand."""
        return [mark.label for mark in self.desk.mention.marks] if self.desk.mention else []

    @property
    def mark(self) -> Mark:
        """The mark in hand, which must be there."""
        assert self.desk.mark
        return self.desk.mark

    @property
    def said(self) -> list[str]:
        """Everything that the app has said in its notifications and that is still to be seen."""
        return [str(notification.message) for notification in self.app._notifications]

    @property
    def status(self) -> str:
        """What the hint line says is going on."""
        return self.reader.hint_line._status

    def drawn_as(self, uid: str) -> str:
        """How the article draws a mention: done, pending, other; "" when it does not."""
        highlight = self.reader.article._overlaps.get(uid)
        return highlight.state if highlight else ""

    def letters_at(self, offset: int) -> str:
        """The letters over the word at an offset."""
        mode = self.reader._mode
        assert mode
        return mode.hints()[offset]

    def cursor_is_in_sight(self) -> bool:
        """Whether the word under the cursor can be seen."""
        article = self.reader.article
        _, row = article.cell_of(self.desk.cursor.start)
        return 0 <= row < article.size.height

    # ------------------------------------------------------------------ what a person does

    async def press(self, *keys: str) -> None:
        """Press keys, one by one; a character stands for its key."""
        for key in keys:
            self._send(key)
            await self.quiet()
        await self.pilot.pause()

    async def burst(self, *keys: str) -> None:
        """Press keys all at once, as they come over a slow line."""
        for key in keys:
            self._send(key)
        await self.quiet()
        await self.pilot.pause()

    def _send(self, key: str) -> None:
        driver = self.app._driver
        assert driver
        name = key if len(key) > 1 or key.isalnum() else _character_to_key(key)
        event = events.Key(name, key if len(key) == 1 else _CHARACTERS.get(key))
        event.set_sender(self.app)
        driver.send_message(event)

    async def quiet(self) -> None:
        """Wait until no widget has a message left to see to, and nothing waits for the screen's next picture."""
        rounds, end = 0, time.monotonic() + PATIENCE
        while rounds < 12 and not self.app._exit:
            await asyncio.sleep(0)
            self._alive()
            assert time.monotonic() < end, "the app does not come to rest"
            nodes: list[MessagePump] = [self.app]
            for screen in self.app.screen_stack:
                nodes += screen.walk_children()
            busy = any(node._message_queue.qsize() > 0 or not node.is_running for node in nodes)
            busy = busy or bool(self.app.screen_stack and self.app.screen._callbacks)
            rounds = 0 if busy else rounds + 1

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        end = time.monotonic() + PATIENCE
        while not holds():
            self._alive()
            assert time.monotonic() < end, f"waited in vain; the app said {self.said}"
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    def _alive(self) -> None:
        if self.app._exception:
            raise self.app._exception

    async def saved(self) -> None:
        """Wait until the writer has answered to everything that was sent."""
        await self.until(lambda: not self.reader._sent)

    async def mark_words(self, words: str, *labels: str) -> Mention:
        """Pick words, press labels, wait for the disk; the answer is the mention."""
        await self.pick(span_of(words, self.desk.text))
        await self.press(*labels)
        await self.saved()
        assert self.desk.mention
        return self.desk.mention

    async def pick(self, span: Span, key: str = "p") -> None:
        """Pick words by the letters over the first and the last of them."""
        self.reader.article.scroll_to_offset(span.start)
        await self.pilot.pause()
        await self.press(key)
        await self.pick_letters(span)

    async def pick_letters(self, span: Span) -> None:
        """Press the letters of a span's words in a mode that asks for them."""
        assert isinstance(self.reader._mode, PickWords)
        await self.press(*self.letters_at(span.start))
        last = self.desk.segments.prev_word(span.end)
        assert last
        await self.press(*self.letters_at(last.start))

    async def click(self, offset: int, times: int = 1, *, control: bool = False) -> None:
        """Click on a code point of the article."""
        article = self.reader.article
        await self.pilot.click(article, offset=article.cell_of(offset), times=times, control=control)
        await self.pilot.pause()

    async def drag(self, start: int, end: int) -> None:
        """Drag the mouse from one code point to another."""
        article = self.reader.article
        await self.pilot.mouse_down(article, offset=article.cell_of(start))
        await self.pilot.hover(article, offset=article.cell_of(end))
        await self.pilot.mouse_up(article, offset=article.cell_of(end))
        await self.pilot.pause()

    async def click_row(self, row: int) -> None:
        """Click on a row of the list of mentions."""
        await self.pilot.click(MentionList, offset=(8, row))
        await self.pilot.pause()


@asynccontextmanager
async def at_desk(
    path: Path,
    *,
    annotator: str = "ana",
    document: int | None = 1,
    size: tuple[int, int] = (120, 40),
    suggestions: bool = False,
) -> AsyncIterator[AtDesk]:
    """Open the app in a document, counted from 1 in the order of the library (None: where the person left off).

    Suggestions are switched off unless a test is about them, as somebody does who works without.
    """
    app = OnrecordApp(path, annotator=annotator, document=document and _row_id(path, document))
    app.settings = structs.replace(app.settings, suggestions=suggestions)
    async with app.run_test(size=size) as pilot:
        here = AtDesk(pilot, app, path)
        await here.until(lambda: isinstance(app.screen, Reader) and hasattr(app.screen, "desk"))
        yield here
        await here.until(lambda: not isinstance(app.screen, Reader) or not app.screen._sent)
    assert problems(path) == []


def _row_id(path: Path, document: int) -> int:
    with looking(path) as connection:
        return reading.list_documents(connection, "ana", document - 1, 1)[0].id
