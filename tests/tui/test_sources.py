"""The sources: what the list and a source's page tell, where they lead, and merging, tying, naming, and parting them."""

from pathlib import Path

import pytest
from desk_app import make_project
from hypothesis import given
from hypothesis import strategies as st
from ledger_app import here_now, in_ledger, row_of, seen, to_row, type_in
from library_app import InLibrary, in_library
from onrecord.schema import acts, sources
from onrecord.schema.ledger import Ledger as Project
from onrecord.schema.sources import MANY, SourceLine
from onrecord.tui.screens.chooser import Chooser
from onrecord.tui.screens.claim_page import ClaimPage
from onrecord.tui.screens.ledger import Ledger
from onrecord.tui.screens.listing import Rows
from onrecord.tui.screens.prompt import Prompt
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.source_changes import sort_cell
from onrecord.tui.screens.source_page import SourcePage
from onrecord.tui.screens.sources import Sources
from onrecord.tui.widgets.source_row import source_row
from rich.cells import cell_len
from told import SECOND, elsewhere, mention, one, rows, told

TIES = "SELECT relation, certainty FROM source_relations"
HARBOUR, OTHER = "a harbour official", "an official at the harbour"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return told(tmp_path / "p.db")


async def open_source(here: InLibrary, words: str) -> None:
    """Open the source with these words."""
    await to_row(here, words)
    await here.press("enter")
    await here.until(lambda: isinstance(here.top, SourcePage) and seen(here))
    await here.quiet()


# ---------------------------------------------------------------------- what is shown


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80", "140"])
async def test_each_source_has_its_sort_and_its_counts(project: Path, size: tuple[int, int]) -> None:
    async with in_ledger(project, size, key="S") as here:
        assert "○ unnamed" in row_of(here, HARBOUR)
        assert "■ institution" in row_of(here, "Askerby")
        assert "● person" in row_of(here, "Valmark")
        counts = row_of(here, "Askerby").split()[3:]
        assert counts == (["1", "1", "·", "2"] if size[0] == 80 else ["1", "1", "·", "·", "·", "2", "2"])
        assert "4 sources" in here.text("#header")
        assert all(cell_len(row) == size[0] for row in seen(here))
        assert "unnamed person, of “Gate stopped”" in here.text("#foot")
        assert "says 2 · 2 claims in 1 article" in here.text("#foot")


@given(name=st.text(), width=st.integers(60, 240), here=st.booleans(), marked=st.booleans(), unnamed=st.booleans())
def test_a_row_is_as_wide_as_its_list(name: str, width: int, here: bool, marked: bool, unnamed: bool) -> None:
    line = SourceLine(1, "u", name, "person", 3 if unnamed else None, "", *(1, 0, 3, 4, 5, 6, 7), 2, 1)
    row = source_row(line, width, here, sort=sort_cell(line.kind, line.document_id), marked=marked)
    assert row.cell_length == width


async def test_without_sources_it_says_how_to_make_one(tmp_path: Path) -> None:
    async with in_ledger(make_project(tmp_path / "p.db"), key="S") as here:
        assert "No sources yet" in here.screen_text
        await here.press("enter", "m", "p", "a", "w", "x", "=", "G")
        assert isinstance(here.top, Sources)
        assert here.said[-1] == "No source is in the list"


async def test_words_and_sorts_filter(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await here.press("/", *"harb")
        await here.until(lambda: len(seen(here)) == 2)
        await here.press("enter", "escape")
        await here.until(lambda: len(seen(here)) == 4)
        for words, names in (("unnamed", [HARBOUR, OTHER]), ("instit", ["Askerby"]), ("persons", ["Valmark"])):
            await here.press("f")
            await type_in(here, words)
            await here.until(lambda names=names: len(seen(here)) == len(names))  # type: ignore[misc]
            assert all(row_of(here, name) for name in names)
        await here.press("/", *"zzz")
        await here.until(lambda: "No source is left" in here.screen_text)
        await here.press("escape")
        await here.until(lambda: len(seen(here)) == 4)
        await here.press("escape")
        assert here.back


async def test_hostile_names_are_shown_as_text(tmp_path: Path) -> None:
    path, name = tmp_path / "p.db", "[bold]x[/] \x1b]52;c;aGk=\x07 \u202e 港務局 " + "漢" * 99
    with Project.create(path, "ana", "device") as ledger, ledger.act() as act:
        sha, _ = acts.add_document(act, "It said so", title=name, outlet=name)
        mention(act, sha, "It said so", "It", None, sourced=acts.name_source(act, name, document=sha))
    async with in_ledger(path, (80, 24), key="S") as here:
        assert "[bold]x[/]" in row_of(here, "unnamed")
        await open_source(here, "unnamed")
        assert "\x1b" not in here.screen_text
        assert all(cell_len(row) == 80 for row in seen(here))
        await here.press("p")
        await here.until(lambda: isinstance(here.top, Chooser))
        assert "No other source has these words" in here.screen_text


# ---------------------------------------------------------------------- one source


async def test_a_source_tells_what_it_says_and_denies_and_leads_there(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await open_source(here, "Askerby")
        page = here.text(here.top.query_one(Rows))
        assert "Says 1 mark" in page
        assert "2026-03-05 The Mercury ●S The gate closed fully" in page
        assert "Denies 1 mark" in page
        assert "2026-03-03 The Courier ✗D The gate stopped short" in page
        await here.press("tab")
        assert SECOND in here.text("#foot")
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))
        assert here.desk.cursor.start == SECOND.index("it stopped")
        await here.press("q")
        await here.until(lambda: isinstance(here.top, SourcePage))
        assert "✗D" in here_now(here)
        await here.press("L")
        await here.until(lambda: isinstance(here.top, ClaimPage) and seen(here))
        await here.press("q")
        await here.until(lambda: isinstance(here.top, SourcePage))
        await here.press("G", "L")
        assert here.said[-1] == "Put the cursor on a statement of a claim first"
        await here.press("x")
        assert here.said[-1] == "Put the cursor on another source that it is tied to first"


# ---------------------------------------------------------------------- changing


async def test_of_links_without_end_the_newest_are_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MANY", 1)
    async with in_ledger(project, (80, 24), key="S") as here:
        assert row_of(here, "Askerby").split()[3:] == ["1+", "·", "·", "1+"]
        await open_source(here, "Askerby")
        assert "of its newest 1 links" in here.text("#head").replace(f"{MANY:,}", "1")
        assert "Says 1 mark, of the newest 1 links" in here.text(here.top.query_one(Rows))


async def test_two_sources_are_merged_split_and_undone(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await to_row(here, HARBOUR)
        await here.press("m")
        assert f"◆ {HARBOUR}" in row_of(here, HARBOUR)
        await to_row(here, OTHER)
        await here.press("m")
        await here.until(lambda: len(seen(here)) == 3)
        assert rows(project, TIES) == [("same_as", None)]
        assert "(+1)" in row_of(here, "unnamed")
        await here.press("u")
        await here.until(lambda: len(seen(here)) == 4)
        assert here.said[-1] == "Undone: 1 tie between sources"
        await here.press("ctrl+r")
        await here.until(lambda: len(seen(here)) == 3)
        await to_row(here, "unnamed")
        await here.press("x")
        await here.until(lambda: len(seen(here)) == 4)
        assert rows(project, TIES) == []
        await here.press("x")
        assert here.said[-1] == "This source was merged with no other"


async def test_unnamed_sources_are_probably_the_same_with_a_certainty(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await to_row(here, HARBOUR)
        await here.press("p")
        await here.until(lambda: isinstance(here.top, Chooser) and here.top.options.option_count)
        assert OTHER in here.screen_text
        assert "in Askerby denies" in here.screen_text
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Prompt))
        await here.press(*"101", "enter")
        assert "Write a number from 0 to 100" in here.screen_text
        await here.press(*["backspace"] * 3)
        await type_in(here, "70")
        await here.until(lambda: rows(project, TIES) == [("probably_same", 70)])
        await here.until(lambda: "≈1" in row_of(here, HARBOUR))
        await open_source(here, HARBOUR)
        await here.press("G")
        assert "≈ probably" in here_now(here)
        assert "70 % sure" in here_now(here)
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, SourcePage) and OTHER in here.text("#head"))
        await here.press("q")
        await here.until(lambda: HARBOUR in here.text("#head"))
        await here.press("x")
        await here.until(lambda: rows(project, TIES) == [])
        await here.until(lambda: "nobody; = merges it with another" in here.screen_text)
        await here.press("u")
        await here.until(lambda: rows(project, TIES) == [("probably_same", 70)])


async def test_a_marked_source_is_the_one_that_another_may_be(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await to_row(here, HARBOUR)
        await here.press("m")
        await to_row(here, OTHER)
        await here.press("p")
        await type_in(here, "30 %")
        await here.until(lambda: rows(project, TIES) == [("probably_same", 30)])


async def test_another_name_means_the_same_source(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await to_row(here, HARBOUR)
        await here.press("a")
        assert here.said[-1] == "An unnamed source has no other names; = merges it, p ties it to another"
        await to_row(here, "Askerby")
        await here.press("a")
        await type_in(here, "Askerby Hydraulic")
        await here.until(lambda: "(+1)" in row_of(here, "Askerby"))
        assert rows(project, TIES) == [("same_as", None)]
        await open_source(here, "Askerby")
        await here.press("G")
        assert "= the same as" in here_now(here)
        assert "Askerby Hydraulic" in here_now(here)
        await here.press("enter")
        assert here.said[-1] == "It is this very source; x splits it off again"
        await here.press("x")
        await here.until(lambda: rows(project, TIES) == [])


async def test_a_name_is_corrected(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await to_row(here, "Valmark")
        await here.press("w")
        await type_in(here, " T.")
        await here.until(lambda: row_of(here, "Valmark T."))
        assert one(project, "SELECT count(*) FROM sources WHERE name = 'Valmark T.'") == 1
        await here.press("u")
        await here.until(lambda: not row_of(here, "Valmark T."))


async def test_a_source_is_looked_for_and_merged(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        await open_source(here, "Valmark")
        await here.press("=")
        await type_in(here, "asker")
        await here.until(lambda: rows(project, TIES) == [("same_as", None)])
        await here.until(lambda: "stands for 1 other name" in here.text("#head"))


# ---------------------------------------------------------------------- the ways in, the mouse, other programs


async def test_it_is_reached_from_everywhere(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p", *"the sources", "enter")
        await here.until(lambda: isinstance(here.top, Sources) and seen(here))
        await here.press("L")
        await here.until(lambda: isinstance(here.top, Ledger))
        await here.press("q")
        await here.until(lambda: isinstance(here.top, Sources))
        await here.press("q")
        await here.until(lambda: here.back)
        await here.press("enter")
        await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))
        await here.press("S")
        await here.until(lambda: isinstance(here.top, Sources) and seen(here))


async def test_clicks_and_sizes(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        for width, height in ((140, 45), (60, 16), (80, 24)):
            await here.pilot.resize_terminal(width, height)
            await here.quiet()
            assert all(cell_len(row) == width for row in seen(here))
        await here.pilot.click(Rows, offset=(20, 1))
        await here.until(lambda: "▌" in seen(here)[1])
        await here.pilot.click(Rows, offset=(20, 1), times=2)
        await here.until(lambda: isinstance(here.top, SourcePage))


async def test_what_another_program_writes_appears(project: Path) -> None:
    async with in_ledger(project, key="S") as here:
        elsewhere(project, lambda act: acts.name_source(act, "Somebody new", "person"))
        await here.until(lambda: row_of(here, "Somebody new"))
