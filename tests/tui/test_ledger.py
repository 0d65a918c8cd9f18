"""The ledger: what it shows of the claims, now and as it was, where it leads, and what is done to a claim there."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_app import PATIENCE, make_project
from hypothesis import given
from hypothesis import strategies as st
from ledger_app import in_ledger, open_claim, row_of, seen, to_row, type_in
from library_app import in_library
from onrecord.schema import acts, claims, leading
from onrecord.schema.claims import ClaimLine
from onrecord.schema.ledger import Ledger as Project
from onrecord.schema.standing import STANDINGS
from onrecord.tui import actions, themes
from onrecord.tui.claim_book import Listed, look_up
from onrecord.tui.screens import ledger
from onrecord.tui.screens.chooser import Chooser
from onrecord.tui.screens.claim_page import ClaimPage
from onrecord.tui.screens.ledger import Ledger
from onrecord.tui.screens.listing import Listing, Rows
from onrecord.tui.screens.prompt import Prompt
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.revision import Revision
from onrecord.tui.screens.search import Search
from onrecord.tui.screens.source_page import SourcePage
from onrecord.tui.screens.sources import Sources
from onrecord.tui.widgets.claim_row import TimeLine, claim_row, columns
from onrecord.tui.widgets.sparkline import sparkline
from onrecord.tui.widgets.standing import LOOKS
from rich.cells import cell_len
from told import SHORT, UNTOLD, elsewhere, mention, one, rows, told


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return told(tmp_path / "p.db")


# ---------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80", "140"])
async def test_each_claim_has_its_standing_in_a_sign_and_a_word(project: Path, size: tuple[int, int]) -> None:
    async with in_ledger(project, size) as here:
        assert "⇄ contested" in row_of(here, "stopped short")
        assert "○ anonymous" in row_of(here, "council was")
        assert "● sourced" in row_of(here, "closed fully")
        assert row_of(here, "stopped short").rstrip().endswith("2026-03-05")
        assert "3 claims" in here.text("#header")
        assert all(cell_len(row) == size[0] for row in seen(here))
        foot = here.text("#foot")
        assert SHORT in foot
        assert "contested: it is both denied and confirmed" in foot
        assert "4 mentions in 3 documents of 2 outlets · 2 origins · 2026-03-01 – 2026-03-05" in foot


async def test_wide_rows_have_all_counts_and_the_first_day(project: Path) -> None:
    async with in_ledger(project, (140, 45)) as here:
        assert row_of(here, "stopped short").split()[-5:] == ["4", "2", "2", "2026-03-01", "2026-03-05"]


def test_the_line_of_time_shows_how_often_and_when() -> None:
    moments = ["2026-03-01", "2026-03-01T12:00:00Z", "2026-03-08", "no moment", "2027-01-01"]
    assert sparkline(moments, "2026-03-01", "2026-03-09", 8) == "█      █"
    assert sparkline(moments[:1], "2026-03-01", "2026-03-01", 4) == "█   "
    assert sparkline(moments[:3], "2026-03-01", "2026-03-08", 7) == "█     ▄"
    assert sparkline([], "2026-03-01", "2026-03-08", 3) == sparkline(moments, "", "", 3) == "   "


@given(st.lists(st.dates().map(str) | st.datetimes().map(str) | st.text()), st.integers(0, 60))
def test_the_line_is_as_long_as_it_was_asked_for(moments: list[str], width: int) -> None:
    assert len(sparkline(moments, "2026-03-01", "2026-03-09T10:00", width)) == width


@given(text=st.text(), width=st.integers(60, 240), here=st.booleans(), marked=st.booleans())
def test_a_row_is_as_wide_as_its_list(text: str, width: int, here: bool, marked: bool) -> None:
    line = ClaimLine(1, "u", text, "", "denied", 1, 2, 3, 4, 5, 6, 7, 8, "2026-03-01", "2026-03-05", 0, ("2026-03-02",))
    over = TimeLine("2026-03-01", "2026-03-09")
    row = claim_row(line, width, here, over=over, colour=lambda _: "#ffffff", marked=marked)
    assert row.cell_length == width
    assert columns(width).claim >= 8


HOSTILE = "[bold]x[/bold] [/x] [@click=app.exit]\x1b[31m \u202e 港務局 " + "漢" * 200


async def test_hostile_words_are_shown_as_text_everywhere(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with Project.create(path, "ana", "device") as ledger, ledger.act() as act:
        sha, _ = acts.add_document(act, f"{HOSTILE} said so", title=HOSTILE, outlet=HOSTILE, published_at="2026-03-01")
        claim = acts.state_claim(act, HOSTILE, note=HOSTILE)
        other = acts.state_claim(act, "[/] other \x1b]52;c;aGk=\x07")
        acts.relate_claims(act, claim, "contradicts", other)
        mention(act, sha, f"{HOSTILE} said so", HOSTILE[:20], HOSTILE, sourced=acts.name_source(act, "[/b]\x1b[2J"))
    async with in_ledger(path, (80, 24)) as here:
        assert "[bold]x[/bold] [/x]" in row_of(here, "sourced")
        await open_claim(here, "sourced")
        assert "\x1b" not in here.screen_text
        for _ in range(8):
            await here.press("j")
            assert all(cell_len(row) == 80 for row in seen(here))
        await here.press("r")
        await here.until(lambda: isinstance(here.top, Chooser))
        await here.quiet()
        assert "[/] other ␛]52" in here.screen_text


async def test_without_claims_it_says_how_to_make_one(tmp_path: Path) -> None:
    async with in_ledger(make_project(tmp_path / "p.db")) as here:
        assert "No claims yet" in here.screen_text
        assert "press = there" in here.screen_text
        await here.press("enter", "m", "x", "w", "r", "j", "G")
        assert isinstance(here.top, Ledger)
        assert here.said[-1] == "No claim is in the list"


@pytest.mark.parametrize("theme", [theme.name for theme in themes.THEMES])
async def test_a_standing_is_told_in_every_theme(project: Path, theme: str) -> None:
    async with in_ledger(project) as here:
        here.app.theme = theme
        await here.pilot.pause()
        assert "⇄ contested" in row_of(here, "stopped short")
        assert "○ anonymous" in row_of(here, "council was")


async def test_no_colour_is_needed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with in_ledger(project, (80, 24)) as here:
        assert all(sign in here.screen_text for sign in ("⇄ contested", "○ anonymous", "● sourced"))


@pytest.mark.parametrize("screen", [Ledger, ClaimPage, Sources, SourcePage, Revision])
def test_every_action_of_a_screen_can_be_done(screen: type[Listing]) -> None:
    for action in actions.at(screen.place):
        assert callable(getattr(screen, f"action_{action.name.partition('(')[0]}", None)), action.id


def test_every_standing_has_a_sign_of_its_own() -> None:
    assert set(LOOKS) == set(STANDINGS)
    assert len({sign for sign, _, _ in LOOKS.values()}) == len(LOOKS)


async def test_only_what_can_be_seen_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def lines(connection: Any, wanted: Any, as_of: str = "") -> list[ClaimLine]:
        read.extend(wanted)
        return [
            ClaimLine(each, "u", f"Claim {each}", *("", "denied", 0, 0, 1, 0, 1, 1, 1, 1), None, None, 0, ())
            for each in wanted
        ]

    monkeypatch.setattr(leading, "Leading", lambda *_: range(100_000))
    monkeypatch.setattr(ledger, "look_up", lambda *_, **__: iter([Listed(range(100_000))]))
    monkeypatch.setattr(claims, "lines", lines)
    async with in_ledger(project) as here:
        assert "100,000 claims" in here.text("#header")
        assert len(read) < 200
        await here.press("G")
        assert "Claim 99999" in seen(here)[-1]
        assert len(read) < 400


# ---------------------------------------------------------------------- filters


async def test_words_filter_as_one_types(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.press("/", *"counc")
        await here.until(lambda: len(seen(here)) == 1)
        assert "council was" in seen(here)[0]
        assert "1 found" in here.text("#filter")
        await here.press("enter", "enter")
        await here.until(lambda: isinstance(here.top, ClaimPage))
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Ledger))
        await here.press("q")
        await here.until(lambda: len(seen(here)) == 3)
        await here.press("/", *"zzz")
        await here.until(lambda: "No claim is left by what is asked for" in here.screen_text)
        await here.press("escape")
        await here.until(lambda: len(seen(here)) == 3)
        await here.press("escape")
        await here.until(lambda: here.back)


async def test_a_standing_and_an_outlet_filter(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.press("f")
        await type_in(here, "den")
        await here.until(lambda: "denied" in here.text("#header"))
        await here.press("f")
        await type_in(here, "contes")
        await here.until(lambda: len(seen(here)) == 1)
        assert "⇄ contested" in seen(here)[0]
        assert "contested" in here.text("#header")
        await here.press("f")
        await type_in(here, "")
        await here.until(lambda: len(seen(here)) == 3)
        await here.press("o")
        await type_in(here, "cour")
        await here.until(lambda: len(seen(here)) == 1)
        assert "stopped short" in seen(here)[0]
        assert "The Courier" in here.text("#header")


async def test_the_search_and_the_sources_are_a_key_away(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.press("s")
        await here.until(lambda: isinstance(here.top, Search))
        await here.press("escape")
        await here.until(lambda: isinstance(here.top, Ledger))
        await here.press("S")
        await here.until(lambda: isinstance(here.top, Sources))


async def test_a_long_look_comes_to_its_end_whatever_is_written(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    go, looked = threading.Event(), []

    def slow(*asked: Any, **how: Any) -> Iterator[Listed]:
        looked.append(asked)
        go.wait(PATIENCE)
        return look_up(*asked, **how)

    monkeypatch.setattr(ledger, "look_up", slow)
    async with in_ledger(project) as here:
        await here.press("/", "g")
        await here.until(lambda: len(looked) == 1)
        assert "looking …" in here.text("#header")
        elsewhere(project, lambda act: acts.state_claim(act, "A gate elsewhere"))
        await here.until(lambda: here.top._looking._again)  # type: ignore[attr-defined]
        assert len(looked) == 1
        go.set()
        await here.until(lambda: row_of(here, "A gate elsewhere"))
        assert len(looked) == 2


# ---------------------------------------------------------------------- changing


async def test_two_claims_are_merged_split_undone_and_redone(project: Path) -> None:
    def merged() -> int:
        return int(one(project, "SELECT count(*) FROM claims WHERE merged_id <> id"))

    async with in_ledger(project) as here:
        await to_row(here, "stopped short")
        await here.press("m")
        assert "◆ The gate stopped short" in row_of(here, "stopped short")
        assert "one marked" in here.text("#header")
        await to_row(here, "closed fully")
        await here.press("m")
        await here.until(lambda: len(seen(here)) == 2)
        assert merged() == 1
        assert "◆" not in here.text(here.top.query_one(Rows))
        await here.press("u")
        await here.until(lambda: len(seen(here)) == 3)
        assert merged() == 0
        await here.press("ctrl+r")
        await here.until(lambda: len(seen(here)) == 2)
        await to_row(here, "stopped short")
        await here.press("x")
        await here.until(lambda: len(seen(here)) == 3)
        assert merged() == 0


async def test_a_claim_marked_twice_is_marked_no_more(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.press("m", "m")
        assert "◆" not in here.screen_text
        await here.press("m", "escape")
        assert "◆" not in here.screen_text
        assert isinstance(here.top, Ledger)
        await here.press("x")
        assert here.said[-1] == "This claim was merged with no other"


async def test_a_claim_is_reworded(project: Path) -> None:
    async with in_ledger(project) as here:
        await to_row(here, "closed fully")
        await here.press("w")
        await here.until(lambda: isinstance(here.top, Prompt))
        await here.press(*["backspace"] * 40, "enter")
        assert "A claim needs words" in here.screen_text
        await type_in(here, "It shut")
        await here.until(lambda: row_of(here, "It shut"))
        assert one(project, "SELECT count(*) FROM claims WHERE claim = 'It shut'") == 1
        await here.press("u")
        await here.until(lambda: row_of(here, "closed fully"))


# ---------------------------------------------------------------------- the ways in, the mouse, other programs


async def test_from_the_reader_it_opens_at_the_claim_in_hand(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))
        await here.press("tab")
        assert here.desk.mention is not None
        assert here.desk.mention.claim == UNTOLD
        await here.press("L")
        await here.until(lambda: isinstance(here.top, Ledger) and seen(here))
        assert row_of(here, "council was").startswith("▌")
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Reader))


async def test_it_is_in_the_palette(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p", *"the ledger", "enter")
        await here.until(lambda: isinstance(here.top, Ledger))


async def test_a_click_puts_the_cursor_on_a_row_and_a_second_opens_it(project: Path) -> None:
    async with in_ledger(project) as here:
        await here.pilot.click(Rows, offset=(20, 1))
        await here.until(lambda: seen(here)[1].startswith("▌"))
        await here.pilot.click(Rows, offset=(20, 1), times=2)
        await here.until(lambda: isinstance(here.top, ClaimPage) and seen(here))
        await here.pilot.click(Rows, offset=(20, 0))
        await here.quiet()
        assert not seen(here)[0].startswith("▌")


async def test_what_another_program_writes_appears(project: Path) -> None:
    async with in_ledger(project) as here:
        elsewhere(project, lambda act: acts.state_claim(act, "A claim from elsewhere"))
        await here.until(lambda: row_of(here, "A claim from elsewhere"))
        await open_claim(here, "stopped short")
        elsewhere(project, lambda act: acts.state_claim(act, "Yet another"))
        uids = dict(rows(project, "SELECT claim, uid FROM claims"))
        elsewhere(project, lambda act: acts.describe_claim(act, uids[SHORT], text="Reworded elsewhere"))
        await here.until(lambda: "Reworded elsewhere" in here.text("#head"))
        await here.press("q")
        await here.until(lambda: row_of(here, "Yet another"))


async def test_it_follows_the_size_of_the_terminal(project: Path) -> None:
    async with in_ledger(project) as here:
        for width, height in ((140, 45), (80, 24), (60, 16), (100, 30)):
            await here.pilot.resize_terminal(width, height)
            await here.quiet()
            assert all(cell_len(row) == width for row in seen(here))
            assert "contested" in seen(here)[0]
        await open_claim(here, "stopped short")
        for width, height in ((140, 45), (60, 16), (80, 24)):
            await here.pilot.resize_terminal(width, height)
            await here.quiet()
            assert all(cell_len(row) == width for row in seen(here))
