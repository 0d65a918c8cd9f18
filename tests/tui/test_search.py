"""Full-text search: what is found while typing, where a find opens, and the thread that searches."""

import sqlite3
import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_app import InLibrary, in_library
from onrecord.schema import acts, searching
from onrecord.schema.events import Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.records import Hit
from onrecord.schema.searching import Finds
from onrecord.schema.store import connect
from onrecord.schema.text import Span
from onrecord.tui.catalogue import find_in, found_words, place_of
from onrecord.tui.finder import Finder, Found
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.search import Search, hit_row
from textual.message import Message
from textual.widgets import Input

GATE = "Gate held\n\nThe storm\u00a0gate held, said an official.\n\nNobody said “it\u00a0broke”. The café was closed."
SOUP = "Soup\n\nA rigger spoke of soup, and of the gate.\n\n" + "Much more was said. " * 60 + "A zebra crossed."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two documents; the first has a mention with a claim, a source and notes."""
    path = tmp_path / "p.db"
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        gate, _ = acts.add_document(act, GATE, title="The [b]gate[/b]", outlet="Mercury", published_at="2026-03-01")
        acts.add_document(act, SOUP, title="Soup", published_at="2026-03-02")
        uid, at = acts.new_mention("ana"), GATE.index("gate")
        claim = acts.state_claim(act, "The gate held in its trial.")
        acts.set_mention(act, uid, gate, GATE, [Span(at, at + 9)], claim=claim, note="a note on the quokka")
        acts.set_label(act, uid, "sourced", note="a note on the numbat")
        source = acts.name_source(act, "Askerby Hydraulic", "institution")
        acts.set_chain(act, uid, "sourced", [Link(source=source)])
        acts.state_claim(act, "The moon is a balloon.")
        acts.submit(act, gate, "flagged", "a note on the wombat")
    return path


@pytest.fixture
def connection(project: Path) -> Iterator[sqlite3.Connection]:
    opened = connect(project, write=False)
    yield opened
    opened.close()


async def search(here: InLibrary, words: str) -> Search:
    """Open the search, type, and wait for the answer."""
    await here.press("s")
    found = here.top
    assert isinstance(found, Search)
    found.query_one(Input).value = words
    await here.until(lambda: found._query == words)
    return found


async def opened(here: InLibrary) -> tuple[str, str]:
    """The title of the document that a find opens, and the words from the cursor on."""
    await here.press("enter")
    await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))
    desk = here.desk
    return desk.document.title, " ".join(desk.text[desk.cursor.start :].split())


# ---------------------------------------------------------------------- on the screen


async def test_finds_come_while_typing_and_enter_opens_there(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("s", *"gate hel")
        screen = here.top
        assert isinstance(screen, Search)
        await here.until(lambda: screen._query == "gate hel")
        rows = here.lines("#finds")
        assert rows[0].startswith(("▌document", "▌claim"))
        assert any("The [b]gate[/b]" in row for row in rows)
        at = next(index for index, row in enumerate(rows) if "document" in row)
        await here.press(*["down"] * at)
        title, words = await opened(here)
        assert title == "The [b]gate[/b]"
        assert words.startswith("Gate held")
        assert len(here.reader._hits) == 2
        await here.press("q")
        await here.until(lambda: here.top is screen)
        await here.press("escape")
        assert isinstance(here.top, Library)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        ("storm gate", "storm gate held"),
        ("STORM  GATE", "storm gate held"),
        ('"it broke"', "it broke"),
        ("zebra", "zebra crossed"),
        ("cafe closed", "closed."),
        ("official nobody", "official."),
    ],
)
async def test_a_find_opens_at_its_words(project: Path, words: str, begins: str) -> None:
    async with in_library(project) as here:
        await search(here, words)
        _, there = await opened(here)
        assert there.startswith(begins)
        assert not here.said, "the reader has no complaint"


@pytest.mark.parametrize(
    ("words", "thing"),
    [("trial", "claim"), ("askerby", "source"), ("quokka", "note"), ("numbat", "note"), ("wombat", "note")],
)
async def test_claims_sources_and_notes_open_where_they_are_spoken_of(project: Path, words: str, thing: str) -> None:
    async with in_library(project) as here:
        await search(here, words)
        assert here.lines("#finds")[0].startswith(f"▌{thing}")
        assert "1 found" in here.text("#count")
        title, there = await opened(here)
        assert title == "The [b]gate[/b]"
        assert there.startswith("gate held" if words != "wombat" else "Gate held")


async def test_what_no_article_says_cannot_be_opened(project: Path) -> None:
    async with in_library(project) as here:
        screen = await search(here, "balloon")
        await here.press("enter")
        assert here.top is screen
        assert here.said == ["No article has this claim yet"]


async def test_nothing_asked_and_nothing_found(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("s", "enter", "down", "pagedown")
        assert "All of them must occur" in here.screen_text
        here.top.query_one(Input).value = "xyzzy"
        await here.until(lambda: "Nothing has all of these words" in here.screen_text)
        assert "0 found" in here.screen_text


@pytest.mark.parametrize("words", ['"', "a OR", "NEAR(", "title:x", "*", "^a", "\x1b]52;", "[/x]", "a\0b", "\ud800"])
async def test_no_words_are_too_strange(project: Path, words: str) -> None:
    async with in_library(project) as here:
        await search(here, words)
        assert isinstance(here.top, Search)


async def test_what_went_wrong_is_said(project: Path) -> None:
    async with in_library(project) as here:
        screen = await search(here, "gate")
        screen.post_message(Found("gate", Finds(), "the [disk] is gone"))
        await here.until(lambda: "the [disk] is gone" in here.screen_text)


async def test_it_says_that_the_newest_of_many_are_shown(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MANY", 1)
    async with in_library(project) as here:
        await search(here, "gate")
        assert "newest of over" in here.text("#count")


async def test_many_finds_can_be_paged(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        for number in range(120):
            acts.add_document(act, f"Gate {number}.", title=f"Gate {number}")
    async with in_library(path) as here:
        screen = await search(here, "gate")
        assert "the 100 best" in here.text("#count")
        await here.press("pagedown", "pagedown", "up", "pageup")
        assert screen.finds.cursor == screen.finds.page_rows - 1


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=12), st.integers(46, 160), st.booleans())
def test_a_find_fits_its_row(title: str, snippet: str, query: str, width: int, here: bool) -> None:
    row = hit_row(Hit(1, "document", title, snippet, 1), query, width, here=here)
    assert row.cell_length <= width
    assert "\n" not in row.plain


def test_the_words_found_are_in_sight() -> None:
    snippet = "so much was said before anybody came to it, and then, at last, a zebra crossed"
    assert "zebra" in hit_row(Hit(1, "document", "Soup", snippet, 1), "zebra", 60, here=False).plain


# ---------------------------------------------------------------------- where a find is


@given(st.text("ab é\u00a0\n…“”", max_size=30), st.text("abé ", max_size=6), st.text("ab é…", max_size=12))
def test_a_find_is_inside_the_text(text: str, query: str, snippet: str) -> None:
    at, words = find_in(text, query, snippet)
    assert 0 <= at <= len(text)
    if words:
        assert any(span.start >= at for span in found_words(text, words))


@given(st.text("abcABC ", max_size=30), st.text("abcAB ", max_size=8))
def test_found_words_do_not_overlap(text: str, query: str) -> None:
    spans = found_words(text, query)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert {span.cut(text).lower() for span in spans} <= set(query.lower().split())


def test_a_document_that_is_gone_has_no_place(connection: sqlite3.Connection) -> None:
    assert place_of(connection, Hit(10**6, "document", "x", "x", 10**6), "x") is None


# ---------------------------------------------------------------------- the thread


class Answers:
    """Takes the finder's messages."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.came = threading.Semaphore(0)

    def __call__(self, message: Message) -> None:
        assert isinstance(message, Found)
        self.found.append(message)
        self.came.release()

    def wait(self) -> Found:
        assert self.came.acquire(timeout=30)
        return self.found[-1]


def test_only_the_newest_question_is_answered(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    real = searching.search

    def slow(connection: sqlite3.Connection, query: str, *more: Any) -> Finds:
        if query == "first":
            begun.set()
            assert go_on.wait(30)
        return real(connection, query, *more)

    monkeypatch.setattr(searching, "search", slow)
    answers = Answers()
    finder = Finder(project, "ana", answers)
    finder.look_for("first")
    assert begun.wait(30)
    finder.look_for("second")
    finder.look_for("gate")
    go_on.set()
    assert answers.wait().query == "gate"
    assert [found.query for found in answers.found] == ["gate"]
    assert answers.found[0].finds.hits
    finder.close()


def test_an_old_search_is_cut_short(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()
    real = searching.search

    def endless(connection: sqlite3.Connection, query: str, *more: Any) -> Finds:
        if query == "first":
            begun.set()
            connection.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n")
        return real(connection, query, *more)

    monkeypatch.setattr(searching, "search", endless)
    answers = Answers()
    finder = Finder(project, "ana", answers)
    finder.look_for("first")
    assert begun.wait(30)
    # The statement may not have begun when it is interrupted for the first time; typing goes on, as people do.
    while not answers.came.acquire(timeout=0.05):
        finder.look_for("gate")
    assert answers.found[-1].query == "gate"
    finder.close()


def test_a_search_that_fails_says_so(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Finds:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(searching, "search", fail)
    answers = Answers()
    finder = Finder(project, "ana", answers)
    finder.look_for("gate")
    assert answers.wait().problem == "database disk image is malformed"
    finder.close()
