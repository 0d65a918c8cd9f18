"""Which sources are shown is looked for beside the screen: keys go on meanwhile, and only the newest answer counts."""

from pathlib import Path

import pytest
from held import Held
from ledger_app import here_now, in_ledger, row_of, seen
from library_app import InLibrary
from onrecord.schema import acts, leading
from onrecord.schema.events import Member
from onrecord.schema.ledger import Ledger
from onrecord.tui.screens import sources
from onrecord.tui.screens.chooser import Chooser
from onrecord.tui.screens.listing import Rows
from onrecord.tui.screens.source_page import SourcePage
from onrecord.tui.screens.sources import Sources
from told import elsewhere, told

NAMES = ["a harbour official", "an official at the harbour", "Askerby", "Valmark"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return told(tmp_path / "p.db")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch, sources)


def names(here: InLibrary) -> list[str]:
    """The sources that can be seen."""
    view = here.top.query_one(Rows)
    found = [view.item(index) for index in range(len(seen(here)))]
    return [line.name for line in found if line]


async def sort(here: InLibrary, words: str) -> None:
    """Ask for a sort of sources."""
    await here.press("f")
    await here.until(lambda: isinstance(here.top, Chooser))
    await here.press(*words, "enter")
    await here.until(lambda: isinstance(here.top, Sources))


async def test_a_key_is_painted_and_the_rows_stay_until_the_answer_is_there(project: Path, held: Held) -> None:
    async with in_ledger(project, key="S") as here:
        assert (names(here), held.asked) == (NAMES, []), "all of them are there at once"
        await here.press("slash", *"harb")
        assert here.text("#filter") == "filter harb …"
        assert "looking …" in here.text("#header")
        assert names(here) == NAMES
        held.go.set()
        await here.until(lambda: "2 found" in here.text("#filter"))
        assert names(here) == NAMES[:2]
        assert held.words[-1] == "harb"


async def test_nothing_is_left_is_said_only_when_that_is_known(project: Path, held: Held) -> None:
    async with in_ledger(project, key="S") as here:
        await here.press("slash", *"zebra")
        assert "No source" not in here.screen_text
        held.go.set()
        await here.until(lambda: "No source is left by what is asked for" in here.screen_text)
        held.go.clear()
        before = len(held.asked)
        elsewhere(project, lambda act: acts.name_source(act, "Zebra Haulage", "institution"))
        await here.until(lambda: len(held.asked) > before)
        assert "No source is left by what is asked for" in here.screen_text, "until it is known better"
        held.go.set()
        await here.until(lambda: names(here) == ["Zebra Haulage"])


async def test_words_and_a_sort_go_together_and_are_taken_away_meanwhile(project: Path, held: Held) -> None:
    async with in_ledger(project, key="S") as here:
        await here.press("slash", *"a", "enter")
        await sort(here, "instit")
        assert names(here) == NAMES
        held.go.set()
        await here.until(lambda: names(here) == ["Askerby"])
        assert "institutions" in here.text("#header")
        held.go.clear()
        await here.press("slash", *"zebra")
        await here.until(lambda: held.words[-1].startswith("az"))
        await here.press("escape")
        held.go.set()
        await here.until(lambda: names(here) == NAMES)
        assert held.asked[-1] == sources.Wanted()
        assert "Askerby" in here_now(here), "it stays on the same source"
        await here.press("escape")
        assert here.back


async def test_keys_that_mean_a_source_wait_for_those_that_were_asked_for(project: Path, held: Held) -> None:
    async with in_ledger(project, key="S") as here:
        await here.press("slash", *"valm", "enter", "m")
        assert "one marked" not in here.text("#header")
        held.go.set()
        await here.until(lambda: "one marked" in here.text("#header"))
        assert "◆ Valmark" in row_of(here, "Valmark")
        held.go.clear()
        await here.press("escape", "k", "enter")
        assert isinstance(here.top, Sources)
        held.go.set()
        await here.until(lambda: isinstance(here.top, SourcePage) and seen(here))
        assert "Askerby" in here.screen_text


async def test_what_goes_wrong_is_told_in_place_of_the_list(project: Path, held: Held) -> None:
    held.fails = "database disk image is malformed\x1b[31m"
    held.go.set()
    async with in_ledger(project, key="S") as here:
        await here.press("slash", "v")
        await here.until(lambda: "database disk image is malformed" in here.screen_text)
        assert "\x1b" not in here.screen_text
        held.fails = ""
        await here.press("a")
        await here.until(lambda: names(here) == ["Valmark"])
        assert "malformed" not in here.screen_text


async def test_what_is_written_meanwhile_is_looked_at_afterwards(project: Path, held: Held) -> None:
    async with in_ledger(project, key="S") as here:
        await here.press("slash", "v")
        await here.until(lambda: held.asked)
        elsewhere(project, lambda act: acts.name_source(act, "Vessel Traffic", "institution"))
        await here.until(lambda: here.top._looking._again)  # type: ignore[attr-defined]
        assert len(held.asked) == 1
        held.go.set()
        await here.until(lambda: names(here) == ["Valmark", "Vessel Traffic"])
        assert len(held.asked) == 2


async def test_the_first_are_there_at_once_and_the_others_soon(
    project: Path, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leading, "FIRST", 2)
    async with in_ledger(project, key="S") as here:
        await here.until(lambda: held.asked == [sources.Wanted()])
        assert "4 sources" in here.text("#header")
        assert names(here) == NAMES
        await here.press("j", "j")
        held.go.set()
        await here.until(lambda: isinstance(here.top._book.ids, list))  # type: ignore[attr-defined]
        await here.quiet()
        assert "Askerby" in here_now(here)
        assert names(here) == NAMES


async def test_where_sources_are_hidden_all_is_looked_for(project: Path, held: Held) -> None:
    with Ledger(project, "lea", "elsewhere") as ledger, ledger.act() as act:
        act.put("lea", Member(role="lead"))
    async with in_ledger(project, key="S", annotator="bob") as here:
        assert "looking …" in here.text("#header")
        assert "No sources yet" not in here.screen_text
        await here.press("j")
        held.go.set()
        await here.until(lambda: "No sources yet" in here.screen_text)
        assert here.said == ["No source is in the list"]
    async with in_ledger(project, key="S", annotator="ana") as here:
        await here.until(lambda: names(here) == NAMES)
