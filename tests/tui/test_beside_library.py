"""The library's filter is looked for beside the screen: keys go on meanwhile, and only the newest answer counts."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk_app import PATIENCE, looking
from held import Held
from library_app import InLibrary, in_library
from onrecord.schema import acts, queues, reading, team
from onrecord.schema.events import Member
from onrecord.schema.ledger import Ledger
from onrecord.tui import catalogue
from onrecord.tui.catalogue import Listed
from onrecord.tui.screens import library
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.reader import Reader
from onrecord.tui.screens.search import Search

TITLES = ("Gate stopped short", "Builder denies it", "Minister walks the wall", "Gate held, says builder")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Four articles; lea leads, ana has the last, the first and the second in her queue, in this order."""
    with Ledger.create(tmp_path / "p.db", "lea", "device") as ledger, ledger.act() as act:
        shas = [
            acts.add_document(act, f"Text {day}.", title=title, published_at=f"2026-03-{day:02d}")[0]
            for day, title in enumerate(TITLES, 1)
        ]
        act.put("lea", Member(role="lead"))
        for at, sha256 in enumerate((shas[3], shas[0], shas[1])):
            team.assign(act, sha256, "ana", at)
    return tmp_path / "p.db"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch, library)


def askers() -> int:
    """How many threads look for something beside the screens."""
    return sum(each.name == "onrecord-asker" for each in threading.enumerate())


def add(path: Path, title: str, published_at: str) -> None:
    """Add an article in another program."""
    with Ledger(path, "lea", "elsewhere") as ledger, ledger.act() as act:
        acts.add_document(act, f"Text of {title}.", title=title, published_at=published_at)


def in_hand(here: InLibrary) -> str:
    """The title of the document under the cursor; "" without one."""
    line = here.documents.current
    return line.title if line else ""


# ---------------------------------------------------------------------- while the answer is on its way


async def test_a_key_is_painted_and_the_rows_stay_until_the_answer_is_there(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        assert askers() == 0, "none is made before there is anything to look for"
        await here.press("slash", *"gate")
        assert here.text("#filter") == "filter gate …"
        assert here.titles == list(TITLES)
        held.go.set()
        await here.until(lambda: here.text("#filter-count") == "2 of 4")
        assert here.titles == [TITLES[0], TITLES[3]]
    assert askers() == 0
    assert list(project.parent.glob("p.db-*")) == [], "nothing keeps the journal"


async def test_only_the_newest_answer_is_shown(project: Path, held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    show = Library._list

    def noted(screen: Library, listed: Listed, problem: str = "") -> None:
        shown.append(listed.wanted.words)
        show(screen, listed, problem)

    monkeypatch.setattr(Library, "_list", noted)
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", "g")
        await here.until(lambda: held.asked)
        await here.press(*"ate")
        held.go.set()
        await here.until(lambda: here.titles == [TITLES[0], TITLES[3]])
        assert (held.words, shown) == (["g", "gate"], ["gate"])


async def test_nothing_matches_is_said_only_when_that_is_known(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"zebra")
        assert "No document matches" not in here.screen_text
        held.go.set()
        await here.until(lambda: "No document matches “zebra”" in here.screen_text)
        held.go.clear()
        await here.press(*["backspace"] * 5, *"gate")
        assert here.titles == list(TITLES), "without words all are there at once, and stay"
        held.go.set()
        await here.until(lambda: here.titles == [TITLES[0], TITLES[3]])


async def test_a_filter_that_is_taken_away_leaves_nothing_behind(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"gate")
        held.go.set()
        await here.until(lambda: len(here.titles) == 2)
        held.go.clear()
        await here.press(*" held")
        await here.until(lambda: len(held.asked) > 1)
        await here.press("escape")
        assert here.titles == list(TITLES)
        assert not here.library.has_class("filtering")
        held.go.set()
        await here.press("j")
        assert here.titles == list(TITLES)
        assert in_hand(here) == TITLES[1]
        await here.press("slash")
        assert here.text("#filter-count") == "4 of 4"


async def test_the_queue_can_be_left_and_gone_back_to_meanwhile(project: Path, held: Held) -> None:
    async with in_library(project, annotator="ana") as here:
        queue = [TITLES[3], TITLES[0], TITLES[1]]
        assert here.titles == queue
        await here.press("slash", *"gate", "enter", "a")
        assert here.titles == queue, "what is shown stays, all of it"
        assert "a shows it" in here.text("#header")
        held.go.set()
        await here.until(lambda: here.text("#filter-count") == "2 of 4")
        assert here.titles == [TITLES[0], TITLES[3]]
        await here.press("j", "a")
        await here.until(lambda: here.text("#filter-count") == "2 of 3")
        assert here.titles == [TITLES[3], TITLES[0]]
        assert in_hand(here) == TITLES[3], "it stays on the same document"


# ---------------------------------------------------------------------- keys that come before the answer


async def test_keys_that_mean_a_document_wait_for_those_that_were_asked_for(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"build", "enter", "j", "enter")
        assert here.back
        assert in_hand(here) == TITLES[0]
        held.go.set()
        await here.until(lambda: isinstance(here.top, Reader))
        assert here.desk.document.title == "Gate held, says builder"


async def test_what_waits_is_dropped_with_the_filter_and_with_other_words(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"gate", "down", "x", "backspace")
        held.go.set()
        await here.until(lambda: here.text("#filter-count") == "2 of 4")
        assert in_hand(here) == TITLES[0], "the move was one among other rows"
        held.go.clear()
        await here.press("x", "enter", "enter", "escape")
        held.go.set()
        await here.press("j", "k")
        assert here.back
        assert here.titles == list(TITLES)


async def test_what_waits_is_not_done_on_another_screen(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"gate", "enter", "enter", "s")
        await here.until(lambda: isinstance(here.top, Search))
        held.go.set()
        await here.until(lambda: not here.library._looking.on_the_way)  # type: ignore[union-attr]
        await here.quiet()
        assert isinstance(here.top, Search)
        await here.press("escape")
        assert here.titles == [TITLES[0], TITLES[3]]


async def test_a_document_that_can_be_seen_opens_with_the_mouse_at_once(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"zebra")
        await here.pilot.click(here.documents, offset=(20, 1), times=2)
        await here.until(lambda: isinstance(here.top, Reader))
        assert here.desk.document.title == TITLES[1]
        held.go.set()


async def test_what_waits_for_rows_that_never_come_says_why(project: Path, held: Held) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"zebra", "enter", "enter")
        assert here.said == []
        held.go.set()
        await here.until(lambda: here.said)
        assert here.said == ["No document matches the filter"]
        assert here.back


# ---------------------------------------------------------------------- what else can come between


async def test_what_goes_wrong_is_told_in_place_of_the_list(project: Path, held: Held) -> None:
    held.fails = "database disk image is malformed\x1b[31m"
    held.go.set()
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", "g")
        await here.until(lambda: "database disk image is malformed" in here.screen_text)
        assert "\x1b" not in here.screen_text
        assert here.titles == []
        held.fails = ""
        await here.press("a")
        await here.until(lambda: here.titles == [TITLES[0], TITLES[3]])
        assert "malformed" not in here.screen_text


async def test_what_is_written_meanwhile_is_looked_at_afterwards_and_the_cursor_stays(
    project: Path, held: Held
) -> None:
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", *"gate", "enter", "j")
        await here.until(lambda: held.asked)
        add(project, "Gate in February", "2026-02-01")
        await here.until(lambda: here.library._looking._again)  # type: ignore[union-attr]
        add(project, "Gate in January", "2026-01-01")
        assert len(held.asked) == 1, "what looks long comes to its end first"
        held.go.set()
        await here.until(lambda: len(here.titles) == 4)
        assert here.titles == ["Gate in January", "Gate in February", TITLES[0], TITLES[3]]
        await here.press("G", "k")
        add(project, "Gate on New Year's Eve", "2025-12-31")
        await here.until(lambda: len(here.titles) == 5)
        assert in_hand(here) == TITLES[0]
        assert here.text("#filter-count") == "5 of 7"


async def test_whoever_takes_the_chair_gets_an_answer_of_their_own(project: Path, held: Held) -> None:
    with Ledger(project, "lea", "elsewhere") as ledger, ledger.act() as act:
        team.assign(act, sha_of(project, TITLES[2]), "bob", 0)
    async with in_library(project, annotator="ana") as here:
        await here.press("slash", *"t")
        await here.until(lambda: held.asked)
        here.app._renamed("bob")
        held.go.set()
        await here.until(lambda: here.titles == [TITLES[2]])
        assert list(dict.fromkeys(each.annotator for each in held.asked)) == ["ana", "bob"]
        assert here.text("#filter-count") == "1 of 1"
        assert askers() == 1
        held.go.clear()
        here.app._renamed("lea")
        await here.quiet()
        assert here.titles == [], "nothing stays of what another person saw"
        assert "No document" not in here.screen_text
        held.go.set()
        await here.until(lambda: here.text("#filter-count") == "1 of 4")


def sha_of(path: Path, title: str) -> str:
    with looking(path) as connection:
        return reading.find_document(connection, title)[0].sha256


async def test_the_app_ends_while_an_answer_is_on_its_way(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def endless(connection: object, wanted: object, **_: object) -> object:
        begun.set()
        endless_count = "WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n) SELECT count(*) FROM n"
        return connection.execute(endless_count).fetchone()  # type: ignore[attr-defined]

    monkeypatch.setattr(library, "look_up", endless)
    async with in_library(project, annotator="lea") as here:
        await here.press("slash", "g")
        await here.until(begun.is_set)
    assert askers() == 0


def test_nothing_is_loaded_for_it_when_the_library_opens() -> None:
    assert "looking" not in vars(library)
    assert "asker" not in vars(catalogue)


@pytest.mark.parametrize("to_end", [False, True])
@pytest.mark.parametrize("annotator", ["lea", "ana"])
async def test_the_first_of_many_are_there_and_of_use_before_all_are_found(
    tmp_path: Path, annotator: str, to_end: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.create(tmp_path / "p.db", "lea", "device") as ledger, ledger.act() as act:
        act.put("lea", Member(role="lead"))
        for number in range(40):
            title = f"{'Gate' if number % 2 else 'Wall'} {number:02}"
            sha256, _ = acts.add_document(act, f"Text {number}.", title=title, published_at=f"{2000 + number}")
            team.assign(act, sha256, "ana", number)
    rest = threading.Event()
    for module, find in ((reading, "documents_matching"), (queues, "matching")):
        monkeypatch.setattr(module, find, after(rest, getattr(module, find)))
        monkeypatch.setattr(module, "FIRST", 20)
    monkeypatch.setattr(catalogue, "LARGE", 30)
    monkeypatch.setattr(catalogue, "SCREENFUL", 5)
    async with in_library(tmp_path / "p.db", annotator=annotator) as here:
        await here.press("slash")
        here.library.filter_input.value = "ga"
        await here.press("enter")
        await here.until(lambda: here.text("#filter-count") == "10 …")
        first = list(here.titles)
        assert len(first) == 10
        await here.press("down", "down")
        assert in_hand(here) == first[2]
        await here.press(*(("G", "up") if to_end else ()))
        assert in_hand(here) == first[2], "the last one is not known yet"
        rest.set()
        await here.until(lambda: here.text("#filter-count") == "20 of 40")
        if to_end:
            await here.until(lambda: in_hand(here) == "Gate 37")
        else:
            assert (here.titles[:10], in_hand(here)) == (first, first[2]), "what is shown stays, and so does the cursor"


def after(event: threading.Event, find: Callable[..., list[int]]) -> Callable[..., list[int]]:
    """The same, but only once a test lets it go."""

    def wait(*asked: Any) -> list[int]:
        assert event.wait(PATIENCE)
        return find(*asked)

    return wait
