"""The ledger shows the first claims as soon as they are found; the rest comes when it comes, and moves nothing."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from claimed import DAYS, OUTLETS, TEXT, many
from desk_app import PATIENCE
from ledger_app import here_now, in_ledger, row_of, seen, type_in
from library_app import InLibrary, in_library
from onrecord.schema import acts, claims, leading
from onrecord.schema.events import Member
from onrecord.schema.ledger import Act, Ledger
from onrecord.schema.text import Span
from onrecord.tui import claim_book
from onrecord.tui.claim_book import Listed, look_up
from onrecord.tui.looking import Looked
from onrecord.tui.screens import ledger
from onrecord.tui.screens.claim_page import ClaimPage
from onrecord.tui.screens.listing import Rows
from onrecord.tui.widgets.paged_list import PagedList
from onrecord.tui.workers import Touched
from told import elsewhere

SIZE = 200
FIRST = 50


class Pieces:
    """What the ledger looks for, held back in its thread once the first piece of it was told, until it is let go."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self.asked: list[str] = []
        self.posted: list[Looked] = []
        self.fails = ""
        patch.setattr(ledger, "look_up", self._look_up)
        post = ledger.Ledger.post_message

        def posting(screen: ledger.Ledger, message: Any) -> bool:
            if isinstance(message, Looked):
                self.posted.append(message)
            return post(screen, message)

        patch.setattr(ledger.Ledger, "post_message", posting)

    def _look_up(self, connection: sqlite3.Connection, wanted: Any, *asked: Any, **how: Any) -> Iterator[Listed]:
        self.asked.append(wanted.standing)
        for listed in look_up(connection, wanted, *asked, **how):
            told = len(self.posted)
            yield listed
            if len(self.posted) > told:
                assert self.go.wait(PATIENCE)
                if self.fails:
                    raise sqlite3.OperationalError(self.fails)


@pytest.fixture(scope="module")
def _many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many(tmp_path_factory.mktemp("many") / "p.db", SIZE)


@pytest.fixture
def project(tmp_path: Path, _many: Path) -> Path:
    return Path(shutil.copy(_many, tmp_path / "p.db"))


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> Pieces:
    monkeypatch.setattr(leading, "FIRST", FIRST)
    monkeypatch.setattr(claim_book, "_CHUNK", FIRST)
    return Pieces(monkeypatch)


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The moment from which the first claims may be found; it has come unless a test clears it."""
    come, look = threading.Event(), claims.near
    come.set()

    def near(*asked: Any) -> Iterator[tuple[list[int], bool]]:
        assert come.wait(PATIENCE)
        yield from look(*asked)

    monkeypatch.setattr(claims, "near", near)
    return come


async def choose(here: InLibrary, key: str, words: str) -> None:
    """Ask for a standing or an outlet, and wait until the first claims of it are there."""
    await here.press(key)
    await type_in(here, words)
    await here.until(lambda: "looking" not in here.text("#header"))
    await here.quiet()


def counted(here: InLibrary, words: str) -> bool:
    """Whether the header and the line of the filter say so many."""
    header, _, found = words.partition(" / ")
    return f"Ledger {header} " in here.text("#header") + " " and found in here.text("#filter")


async def test_the_first_claims_can_be_used_while_the_rest_is_looked_for(project: Path, pieces: Pieces) -> None:
    async with in_ledger(project) as here:
        await choose(here, "f", "denied")
        assert counted(here, "25 claims, more …")
        assert all("✗ denied" in row for row in seen(here))
        assert "Claim number 001" in here_now(here)
        await here.press("j", "enter")
        await here.until(lambda: isinstance(here.top, ClaimPage) and "Claim number 003" in here.screen_text)
        await here.press("q")
        await here.press("j", "m")
        assert "◆ Claim number 005" in here_now(here)
        assert counted(here, "25 claims, more …")
        pieces.go.set()
        await here.until(lambda: counted(here, "100 claims"))
        assert "◆ Claim number 005" in here_now(here)


def words(here: InLibrary) -> list[str]:
    """The rows that can be seen, without the bar at their end."""
    return [row[:-1] for row in seen(here)]


@pytest.mark.parametrize("keys", [["g"], ["j"] * 22, ["G"], ["G", *["k"] * 12]], ids=["first", "down", "last", "up"])
async def test_nothing_on_the_screen_moves_when_the_rest_comes(project: Path, pieces: Pieces, keys: list[str]) -> None:
    async with in_ledger(project) as here:
        await here.press(*keys)
        await choose(here, "f", "denied")
        assert "claims, more …" in here.text("#header")
        await here.press("k", "j", "j")
        before = words(here)
        assert len(before) > 15
        pieces.go.set()
        await here.until(lambda: counted(here, "100 claims"))
        assert words(here) == before
        await here.press("g", "G")
        assert "Claim number 199" in here_now(here)


async def test_what_the_wheel_moved_stays_too(project: Path, pieces: Pieces) -> None:
    async with in_ledger(project) as here:
        await here.press("G")
        await choose(here, "f", "denied")
        here.top.query_one(Rows).scroll_to(y=0, animate=False, force=True)
        await here.quiet()
        before = words(here)
        assert "Claim number 149" in before[0]
        assert not here_now(here)
        pieces.go.set()
        await here.until(lambda: counted(here, "100 claims"))
        assert words(here) == before
        await here.press("k")
        assert "Claim number 197" in here_now(here)


async def test_a_question_that_is_overtaken_says_nothing_more(project: Path, pieces: Pieces) -> None:
    async with in_ledger(project) as here:
        await choose(here, "f", "denied")
        told = len(pieces.posted)
        await here.press("f")
        await type_in(here, "sourced")
        assert "looking …" in here.text("#header")
        assert all("✗ denied" in row for row in seen(here)), "until the others are there"
        pieces.go.set()
        await here.until(lambda: counted(here, "100 claims"))
        assert all("● sourced" in row for row in seen(here))
        assert pieces.asked[-2:] == ["denied", "sourced"]
        assert {each.question for each in pieces.posted[told:]} == {pieces.posted[told - 1].question + 1}


async def test_what_is_shown_already_is_not_shown_shorter_when_it_is_asked_for_again(
    project: Path, pieces: Pieces, first: threading.Event
) -> None:
    pieces.go.set()
    async with in_ledger(project) as here:
        await choose(here, "f", "denied")
        await here.until(lambda: counted(here, "100 claims"))
        first.clear()
        lengths = lengths_of(here)
        for standing in ("sourced", "denied"):
            await here.press("f")
            await type_in(here, standing)
            assert "looking …" in here.text("#header")
        first.set()
        await here.until(lambda: counted(here, "100 claims"))
        assert lengths == [100]


def lengths_of(here: InLibrary) -> list[int]:
    """How long the list is whenever it is read from now on."""
    view: PagedList[Any] = here.top.query_one(Rows)
    found: list[int] = []
    reload = view.reload

    def reloading(cursor: int | None = None) -> None:
        reload(cursor)
        found.append(view.virtual_size.height)

    view.reload = reloading  # type: ignore[method-assign]
    return found


async def test_a_commit_never_makes_the_list_shorter(project: Path, pieces: Pieces) -> None:
    pieces.go.set()
    async with in_ledger(project) as here:
        await choose(here, "f", "denied")
        await here.until(lambda: counted(here, "100 claims"))
        lengths = lengths_of(here)
        elsewhere(project, _deny_one_more)
        await here.until(lambda: counted(here, "101 claims"))
        assert set(lengths) <= {100, 101}
        assert not any(each.more for each in pieces.posted[-1:])


def _deny_one_more(act: Act) -> None:
    text = TEXT.format("of one more")
    document, _ = acts.add_document(act, text, outlet=OUTLETS[1], published_at=DAYS[1])
    uid = acts.new_mention(act.annotator)
    acts.set_mention(act, uid, document, text, [Span(4, 11)], claim=acts.state_claim(act, "One more"))
    acts.set_label(act, uid, "denied")


async def test_what_is_written_meanwhile_is_looked_at_when_all_is_there(project: Path, pieces: Pieces) -> None:
    async with in_ledger(project) as here:
        await choose(here, "f", "denied")
        elsewhere(project, _deny_one_more)
        await here.until(lambda: here.top._looking._again)  # type: ignore[attr-defined]
        assert counted(here, "25 claims, more …")
        lengths = lengths_of(here)
        pieces.go.set()
        await here.until(lambda: counted(here, "101 claims"))
        assert lengths[:2] == [100, 101]
        assert set(lengths[2:]) <= {101}


async def test_what_goes_wrong_later_is_told_in_place_of_the_list(project: Path, pieces: Pieces) -> None:
    pieces.fails = "database disk image is malformed\x1b[31m"
    async with in_ledger(project) as here:
        await choose(here, "f", "denied")
        pieces.go.set()
        await here.until(lambda: "database disk image is malformed" in here.screen_text)
        assert "\x1b" not in here.screen_text
        pieces.fails = ""
        here.app.touched.publish(Touched([]))
        await here.until(lambda: counted(here, "100 claims"))
        assert "malformed" not in here.screen_text


async def test_what_was_known_is_shown_as_soon_as_it_is_found(project: Path, pieces: Pieces) -> None:
    async with in_ledger(project) as here:
        await here.press("T")
        await type_in(here, "2100-01-01")
        await here.until(lambda: counted(here, "50 claims, more …"))
        await here.press("j")
        pieces.go.set()
        await here.until(lambda: counted(here, "200 claims"))
        assert "Claim number 001" in here_now(here)


async def test_keys_that_mean_a_claim_wait_for_the_first_of_those_asked_for(
    project: Path, pieces: Pieces, first: threading.Event
) -> None:
    async with in_ledger(project) as here:
        first.clear()
        await here.press("f")
        await type_in(here, "denied")
        await here.press("j", "m")
        assert "one marked" not in here.text("#header")
        first.set()
        await here.until(lambda: "one marked" in here.text("#header"))
        assert "◆ Claim number 003" in here_now(here)
        assert counted(here, "25 claims, more …")
        pieces.go.set()
        await here.until(lambda: counted(here, "100 claims"))


# ---------------------------------------------------------------------- all claims


def blind(path: Path) -> None:
    """Let lea lead the project; whoever is no lead is blind then."""
    with Ledger(path, "lea", "elsewhere") as there, there.act() as act:
        act.put("lea", Member(role="lead"))


async def test_where_claims_are_hidden_the_first_are_looked_for_and_shown(
    project: Path, pieces: Pieces, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind(project)
    elsewhere(project, lambda act: acts.state_claim(act, "A secret"), annotator="bob")
    monkeypatch.setattr(leading, "Leading", None)  # which would count all that are seen on the screen's thread
    async with in_ledger(project) as here:
        await here.until(lambda: counted(here, "50 claims, more …"))
        await here.press("j")
        pieces.go.set()
        await here.until(lambda: counted(here, "200 claims"))
        assert "Claim number 001" in here_now(here)
        await here.press("G")
        assert "Claim number 199" in here_now(here)
    async with in_ledger(project, annotator="bob") as here:
        await here.until(lambda: counted(here, "1 claim"))
        assert row_of(here, "A secret")
    async with in_ledger(project, annotator="cem") as here:
        await here.until(lambda: "No claims yet" in here.screen_text)


async def test_all_are_there_at_once_where_none_is_hidden(project: Path, pieces: Pieces) -> None:
    async with in_ledger(project) as here:
        assert counted(here, "200 claims")
        await here.press("j")
        await here.until(lambda: isinstance(here.top._book.listed.ids, list))  # type: ignore[attr-defined]
        assert not any(each.more for each in pieces.posted)
        assert "Claim number 001" in here_now(here)


@pytest.mark.parametrize("hidden", [False, True], ids=["all", "blind"])
async def test_a_claim_far_down_is_begun_at(project: Path, pieces: Pieces, hidden: bool) -> None:
    if hidden:
        blind(project)
    with Ledger(project, "ana", "elsewhere") as there:
        goal = claims.ids(there.connection)[150]
    async with in_library(project) as here:
        here.app.push_screen(ledger.Ledger(goal))
        await here.until(
            lambda: (
                isinstance(here.top, ledger.Ledger) and here.top.query(Rows) and "Claim number 150" in here_now(here)
            )
        )
        assert counted(here, "50 claims, more …")
        await here.press("k")
        before = seen(here)
        pieces.go.set()
        await here.until(lambda: counted(here, "200 claims"))
        assert here_now(here) in before


async def test_without_the_filter_one_is_still_on_the_same_claim(project: Path, pieces: Pieces) -> None:
    pieces.go.set()
    async with in_ledger(project) as here:
        await here.press("slash", *"number 177")
        await here.until(lambda: counted(here, "1 claim / 1 found"))
        await here.press("escape")
        await here.until(lambda: counted(here, "200 claims"))
        assert "Claim number 177" in here_now(here)


async def test_every_outlet_can_be_chosen(project: Path, pieces: Pieces) -> None:
    pieces.go.set()
    elsewhere(project, lambda act: acts.add_document(act, "No claim in it.", outlet="The Sleeper"))
    async with in_ledger(project) as here:
        await choose(here, "o", "courier")
        await here.until(lambda: counted(here, "200 claims"))
        await choose(here, "o", "sleeper")
        await here.until(lambda: "No claim is left by what is asked for" in here.screen_text)
