"""The library: what it shows of the documents, how it is filtered, and that it follows what is written."""

from pathlib import Path
from typing import Any

import pytest
from desk_app import looking, make_project
from hypothesis import given
from hypothesis import strategies as st
from library_app import InLibrary, in_library
from onrecord.schema import acts, reading
from onrecord.schema.ledger import Ledger
from onrecord.schema.records import DocumentLine
from onrecord.schema.text import Span
from onrecord.tui import settings
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.search import Search
from onrecord.tui.widgets.demo_bar import DemoBar
from onrecord.tui.widgets.document_row import Heads, columns, document_row
from rich.cells import cell_len

TITLES = ("Gate stopped short", "Builder denies it", "Minister walks the wall", "The test record")


def make(path: Path, *titles: str, **about: Any) -> Path:
    """A project with a document for each title, in the order of publication."""
    with Ledger.create(path, "ana", "device") as ledger, ledger.act() as act:
        for day, title in enumerate(titles, 1):
            acts.add_document(
                act, f"Text {day}, which says that the gate held.",
                **{"title": title, "outlet": "The Mercury", "published_at": f"2026-03-{day:02d}", **about},
            )  # fmt: skip
    return path


def write(path: Path, *works: Any, annotator: str = "ana") -> None:
    """Do these as one act each, in another program."""
    with Ledger(path, annotator, "elsewhere") as ledger:
        for work in works:
            with ledger.act() as act:
                work(act)


def sha_of(path: Path, title: str) -> str:
    with looking(path) as connection:
        return reading.find_document(connection, title)[0].sha256


def row_of(here: InLibrary, words: str) -> str:
    return next(row for row in here.rows if words in row)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make(tmp_path / "p.db", *TITLES)


# ---------------------------------------------------------------------- what is shown


async def test_documents_stand_in_the_order_of_publication(project: Path) -> None:
    async with in_library(project) as here:
        assert here.titles == list(TITLES)
        assert here.rows[0].split()[:5] == ["▌2026-03-01", "Gate", "stopped", "short", "The"]
        assert "4 documents · 0 submitted · 0 mentions" in here.text("#header")
        assert here.text("#header").startswith("p.db")
        assert here.text("#header").endswith("ana")


async def test_each_row_says_ones_own_state_and_mentions(project: Path) -> None:
    shas = [sha_of(project, title) for title in TITLES]
    text = "Text 1, which says that the gate held."
    write(
        project,
        lambda act: acts.submit(act, shas[0], "submitted"),
        lambda act: acts.submit(act, shas[1], "flagged", "look"),
        lambda act: acts.submit(act, shas[2], "in_progress"),
        lambda act: acts.set_mention(act, acts.new_mention("ana"), shas[0], text, [Span(0, 4)]),
    )
    write(project, lambda act: acts.submit(act, shas[3], "skipped"), annotator="ben")
    async with in_library(project) as here:
        states = ["✓ submitted", "⚑ flagged", "◐ in progress", "· to do"]
        for row, state in zip(here.rows, states, strict=True):
            assert state in row
        assert here.rows[0].split()[-3:] == ["1", "✓", "submitted"]
        assert "1 submitted · 1 mention" in here.text("#header")
    async with in_library(project, annotator="ben") as here:
        assert ["to do" in row for row in here.rows] == [True, True, True, False]
        assert "– skipped" in here.rows[3]


HOSTILE = (
    "[bold]not bold[/bold] [/x] [@click=app.exit]x",
    "\x1b[31mred\x1b]52;c;aGk=\x07",
    "re\u202eversed \u2066 title",
    "lone\rreturn\u2028and\ttab",
    "𝔄" * 90 + "漢字" * 90,
    "港務局の関係者、クレーンの故障を以前から把握していたと匿名で証言",
    "👩‍👩‍👧‍👦 e\u0301\u0301 שלום",
    "",
)


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80", "140"])
async def test_hostile_titles_are_shown_as_text_and_move_no_column(tmp_path: Path, size: tuple[int, int]) -> None:
    path = make(tmp_path / "p.db", *HOSTILE, outlet="[red]Out[/]", author="a\x1bb")
    async with in_library(path, size=size) as here:
        assert len(here.rows) == len(HOSTILE)
        heads = here.lines(here.library.query_one(Heads))[0]
        at = cell_len(heads[: heads.index("your state")])
        for row in here.rows:
            assert cell_len(row) == size[0]
            assert cell_len(row[: row.index("· to do")]) == at
            assert all(character.isprintable() for character in row)
        assert "[bold]not bold[/bold]" in here.rows[0]
        assert "␛[31mred" in here.rows[1]
        assert "untitled" in here.rows[-1]
        assert ("a␛b" in here.screen_text) is (size[0] == 140)


@given(title=st.text(), outlet=st.text(), author=st.text(), width=st.integers(46, 240), here=st.booleans())
def test_a_row_is_as_wide_as_its_heads(title: str, outlet: str, author: str, width: int, here: bool) -> None:
    line = DocumentLine(1, "0" * 64, title, outlet, author, "2026-03-01", 123456, "in_progress", 12)
    row, at = document_row(line, width, here), columns(width)
    assert row.cell_length == max(width - 1, 46)
    assert row.plain.endswith("  ◐ in progress")
    assert at.title >= 8


def test_the_columns_grow_with_the_width() -> None:
    assert columns(79).author == columns(79).length == 0
    assert columns(79).outlet >= 12
    assert columns(139).author
    assert columns(139).length
    assert columns(200).title > columns(139).title > columns(79).title


async def test_only_what_can_be_seen_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[int, int]] = []

    def page(connection: object, annotator: str, first: int, size: int, matching: str = "") -> list[DocumentLine]:
        read.append((first, size))
        last = min(first + size, 100_000)
        return [DocumentLine(at + 1, "0" * 64, f"Document {at}", "", "", None, 1, "", 0) for at in range(first, last)]

    monkeypatch.setattr(reading, "count_documents", lambda *_: 100_000)
    monkeypatch.setattr(reading, "list_documents", page)
    async with in_library(project) as here:
        assert "100,000 documents" in here.text("#header")
        assert read == [(0, 64)]
        await here.press("G")
        assert "Document 99999" in here.rows[-1]
        assert len(read) <= 3
        await here.press("g", "j", "pagedown")
        assert len(read) <= 3
        assert here.documents.cursor == 1 + here.documents.page_rows


# ---------------------------------------------------------------------- moving, opening, coming back


async def test_keys_move_and_enter_opens(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("j", "down", "k")
        assert here.documents.cursor == 1
        await here.press("G")
        assert here.documents.cursor == 3
        await here.press("ctrl+u", "up")
        assert here.documents.cursor == 0
        await here.press("ctrl+d", "end", "up", "enter")
        await here.until(lambda: isinstance(here.top, Reader))
        assert here.desk.document.title == "Minister walks the wall"


async def test_coming_back_keeps_the_place_and_shows_what_was_done(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("j", "enter")
        await here.until(lambda: isinstance(here.top, Reader))
        await here.press("space")
        await here.saved()
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Library) and "✓ submitted" in here.rows[1])
        assert here.documents.cursor == 2, "submitting went on to the next document"
        assert "1 submitted" in here.text("#header")
        assert here.focused is here.documents


async def test_a_double_click_opens(project: Path) -> None:
    async with in_library(project) as here:
        await here.pilot.click(here.documents, offset=(20, 3), times=2)
        await here.until(lambda: isinstance(here.top, Reader))
        assert here.desk.document.title == "The test record"


async def test_what_another_program_writes_appears_and_the_cursor_stays_on_its_document(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("j")
        write(project, lambda act: acts.add_document(act, "Earlier.", title="Earlier", published_at="2026-02-01"))
        await here.until(lambda: len(here.rows) == 5)
        assert here.titles[0] == "Earlier"
        assert here.rows[2].startswith("▌")
        assert here.documents.current.title == "Builder denies it"  # type: ignore[union-attr]


# ---------------------------------------------------------------------- the filter


async def test_the_filter_works_while_typing(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("/", *"the")
        await here.found()
        assert here.titles == list(TITLES), "every outlet is The Mercury"
        await here.press("space", *"wal")
        await here.found()
        assert here.titles == ["Minister walks the wall"]
        assert "1 of 4" in here.text("#filter")
        await here.press("enter")
        assert here.focused is here.documents
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Reader))
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Library))
        assert here.titles == ["Minister walks the wall"], "the filter lasts"
        await here.press("escape")
        assert here.titles == list(TITLES)
        assert here.documents.current.title == "Minister walks the wall", "one stays where one was"  # type: ignore[union-attr]
        assert not here.library.has_class("filtering")


async def test_one_can_go_down_without_leaving_the_filter(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("/", *"mercury", "down", "down")
        await here.found()
        assert here.documents.cursor == 2
        await here.press(*"x")
        await here.found()
        assert not here.titles


@pytest.mark.parametrize("words", ['"', "a OR", "NEAR(", "title:x", "*", "-", "\x1b", "[/x]", "'; --", "“gate”"])
async def test_no_words_are_too_strange_for_the_filter(project: Path, words: str) -> None:
    async with in_library(project) as here:
        await here.press("/")
        here.library.filter_input.value = words
        await here.quiet()
        await here.found()
        assert here.top is here.library
        assert here.titles or "No document matches" in here.screen_text


async def test_what_is_typed_too_late_filters_nothing(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("/", *"min", "escape")
        here.library.filter_input.value = "mini"
        await here.quiet()
        await here.pilot.pause()
        assert here.titles == list(TITLES)
        await here.press("/")
        assert here.library.filter_input.value == ""
        await here.press("m", "i", "enter", "/")
        assert here.library.filter_input.value == "mi", "the filter that is there can be changed"


async def test_nothing_that_matches_says_so_and_what_cannot_be_done(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("/", *"zebra", "enter", "enter")
        await here.until(lambda: here.said)
        assert "No document matches “zebra”" in here.screen_text
        assert here.said == ["No document matches the filter"]
        await here.press("s")
        assert isinstance(here.top, Search)


# ---------------------------------------------------------------------- an empty project


async def test_an_empty_project_says_how_to_fill_it_and_fills_at_once(tmp_path: Path) -> None:
    path = make(tmp_path / "my [b]project[b].db")
    async with in_library(path, size=(200, 24)) as here:
        assert "No articles yet" in here.screen_text
        assert f"onrecord add '{path}' ARTICLE" in here.screen_text
        no_article, no_text = "no article yet", "nothing to look through yet"
        for key, reason in (("enter", no_article), ("/", no_text), ("s", no_text), ("j", no_article)):
            await here.press(key)
            assert here.top is here.library
            assert [reason in said for said in here.said] == [True]
        write(path, lambda act: acts.add_document(act, "First.", title="The first"))
        await here.until(lambda: here.titles == ["The first"])
        assert "No articles yet" not in here.screen_text


# ---------------------------------------------------------------------- undo


async def test_undo_and_redo_say_what_they_did(project: Path) -> None:
    sha = sha_of(project, TITLES[0])
    write(project, lambda act: acts.submit(act, sha, "submitted"))
    async with in_library(project) as here:
        await here.press("u")
        await here.until(lambda: "Undone: 1 document's state" in here.said)
        await here.until(lambda: "to do" in here.rows[0])
        await here.press("ctrl+r")
        await here.until(lambda: "Redone: 1 document's state" in here.said)
        await here.until(lambda: "submitted" in here.rows[0])
        await here.press("ctrl+r")
        await here.until(lambda: "There is nothing to redo" in here.said)


async def test_undo_says_what_stays(project: Path) -> None:
    sha, text = sha_of(project, TITLES[0]), "Text 1, which says that the gate held."
    claim = ""

    def state(act: Any) -> None:
        nonlocal claim
        claim = acts.state_claim(act, "The gate held.")

    write(project, state)
    uid = acts.new_mention("ben")
    write(
        project,
        lambda act: acts.set_mention(act, uid, sha, text, [Span(0, 4)], claim=claim),
        annotator="ben",
    )
    async with in_library(project) as here:
        await here.press("u")
        await here.until(lambda: here.said)
        assert here.said == ["Undone: nothing of it still stood. Some of it stays: others have built on it since"]


# ---------------------------------------------------------------------- the rest of the screen


async def test_the_demo_has_two_lines_of_its_own(project: Path) -> None:
    async with in_library(project, demo=True, size=(80, 24)) as here:
        first, second = here.lines(here.library.query_one(DemoBar))
        assert "made-up story" in first
        assert "…" not in first + second
        assert second.split()[:4] == ["↵", "opens", "an", "article,"]
    async with in_library(project) as here:
        assert not here.library.query(DemoBar)


async def test_keys_are_the_users_own(project: Path) -> None:
    settings.settings_file().parent.mkdir(parents=True)
    settings.settings_file().write_text('[keys]\n"library.search" = "f"\n', "utf-8")
    async with in_library(project) as here:
        assert "f search texts" in here.text("HintLine")
        await here.press("s")
        assert here.top is here.library
        await here.press("f")
        assert isinstance(here.top, Search)


async def test_q_leaves(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_library(project) as here:
        left: list[int] = []
        monkeypatch.setattr(here.app, "exit", left.append)
        await here.press("q")
        assert left == [0]


async def test_it_is_whole_in_a_very_small_terminal(tmp_path: Path) -> None:
    async with in_library(make_project(tmp_path / "p.db"), size=(46, 8)) as here:
        assert "Story 1" in here.rows[0]
        assert "? help" in here.screen_text
        await here.pilot.resize_terminal(200, 60)
        await here.quiet()
        assert "author" in here.screen_text
