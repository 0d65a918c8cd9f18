"""No screen tells anything of another's work early, whatever is pressed; and it opens as soon as one submits."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from desk_app import AtDesk, at_desk
from library_app import InLibrary, in_library
from onrecord.schema import acts, sight, team
from onrecord.schema.ledger import Ledger
from onrecord.tui import actions, settings
from onrecord.tui.actions import Action
from onrecord.tui.screens.library import Library
from planted import ANA, BEGINNING, BOB, LEAD, SECRET, come_to_light, make_project, secrets
from textual.widgets import Input

WAYS = {
    "app": [],
    "library": [],
    "reader": ["library.open"],
    "revision": ["library.down", "library.open", "reader.revision"],
    "ledger": ["library.ledger"],
    "claim": ["library.ledger", "ledger.down", "ledger.open"],
    "sources": ["library.sources"],
    "source": ["library.sources", "sources.down", "sources.open"],
    "team": ["library.team"],
    "pairs": ["library.team", "team.section", "team.section", "team.section", "team.open"],
    "worklist": ["library.team", "team.documents"],
    "adjudicate": ["library.adjudicate"],
}
"""How one comes to each place: the actions, from the library. A new place has to be put here."""
TELL = ("reader", "ledger", "claim", "sources", "source")
"""The places in which a lead sees what bob said."""
LEAVES = {"close", "cancel", "submit"}
_MOMENT = 0.1


@pytest.fixture(scope="module")
def _project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("planted") / "p.db")


@pytest.fixture
def planted(tmp_path: Path, _project: Path) -> Path:
    return Path(shutil.copy(_project, tmp_path / "p.db"))


@pytest.fixture
def tripped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text with the secret word that anything reads of the project, shown or not; a writer's own reading apart."""
    found: list[str] = []
    look = sight.look

    def wired(path: Path, viewer: str | None) -> sqlite3.Connection:
        connection = look(path, viewer)

        def read(raw: bytes) -> str:
            text = raw.decode()
            if SECRET in text.lower() and "CREATE" not in text:
                found.append(text)
            return text

        connection.text_factory = read
        return connection

    monkeypatch.setattr(sight, "look", wired)
    return found


def seen(here: InLibrary) -> str:
    """All that the app shows and says now, on whatever screen."""
    return "\n".join([here.screen_text, *here.said])


async def do(here: InLibrary, action: Action) -> None:
    """Press the first key of an action, or choose it in the palette if it has none."""
    key = action.keys.split(",")[0]
    if key:
        await here.press(key)
    else:
        await here.app.perform(action)
    await here.quiet()


async def go(here: InLibrary, place: str) -> bool:
    """From wherever one is to a place; False where one does not come to it."""
    while not isinstance(here.app.screen, Library):
        await here.app.pop_screen()
    await here.quiet()
    for step in WAYS[place]:
        await do(here, actions.BY_ID[step])
        await asyncio.sleep(_MOMENT)
    return place in ("app", here.app.place)


async def looked_around(here: InLibrary, place: str) -> AsyncIterator[tuple[str, str]]:
    """Do everything that can be done in a place, type a beginning wherever one can, and see what is shown."""
    for action in actions.at(place):
        if action.name.partition("(")[0] in LEAVES or action.id.endswith(".close"):
            continue
        if here.app.place != place and not await go(here, place):
            return
        if place == "reader":
            await here.press("tab")
        await do(here, action)
        yield action.id, seen(here)
        if isinstance(here.app.focused, Input):
            await here.press(*BEGINNING)
            await asyncio.sleep(_MOMENT)
            await here.quiet()
            yield f"{action.id}, typing", seen(here)
            await here.press("enter")
            await asyncio.sleep(_MOMENT)
            yield f"{action.id}, entered", seen(here)
        await here.press("escape")


def test_every_place_is_walked() -> None:
    assert set(WAYS) == {action.place for action in actions.ACTIONS}


@asynccontextmanager
async def opened(path: Path, viewer: str) -> AsyncIterator[InLibrary]:
    """The library, with suggestions, as somebody opens it for the first time, and everybody's mentions asked for."""
    settings.save(suggestions=True)
    async with in_library(path, annotator=viewer, size=(140, 45)) as here:
        here.app.show_others = True
        yield here


@pytest.mark.parametrize("place", WAYS)
@pytest.mark.long
async def test_no_key_tells_anything_early(planted: Path, tripped: list[str], place: str) -> None:
    hidden = secrets(planted)
    async with opened(planted, ANA) as here:
        if await go(here, place):
            async for action, text in looked_around(here, place):
                assert not come_to_light(text, hidden), f"{action}:\n{text}"
        assert not come_to_light(seen(here), hidden), seen(here)
    assert tripped == []


@pytest.mark.parametrize("place", TELL)
async def test_a_lead_sees_it_there(planted: Path, tripped: list[str], place: str) -> None:
    async with opened(planted, LEAD) as here:
        assert await go(here, place)
        word = f"{BOB}:" if place == "reader" else SECRET
        await here.until(lambda: word in seen(here).lower())
    assert tripped


async def test_a_search_finds_it_for_a_lead_alone(planted: Path) -> None:
    for viewer, found in ((ANA, False), (LEAD, True)):
        async with opened(planted, viewer) as here:
            await do(here, actions.BY_ID["library.search"])
            await here.press(*BEGINNING)
            await asyncio.sleep(3 * _MOMENT)
            await here.quiet()
            assert (SECRET in seen(here).lower()) == found


# ---------------------------------------------------------------------- when it opens


def shown(here: AtDesk) -> set[str]:
    """Whose mentions the Reader holds."""
    return {mention.annotator for mention in here.desk.mentions.values()}


async def test_a_document_opens_when_one_submits_it(planted: Path) -> None:
    async with at_desk(planted, annotator=ANA) as here:
        await here.press("o")
        assert shown(here) == {ANA}
        await here.press(" ")
        await here.saved()
        await here.press("<")
        assert shown(here) == {ANA, BOB}


async def test_the_last_document_opens_where_one_stays_in_it(planted: Path) -> None:
    with Ledger(planted, ANA, "anas") as ledger, ledger.act() as act:
        for (sha256,) in ledger.connection.execute("SELECT sha256 FROM documents WHERE title <> 'The gate'").fetchall():
            acts.submit(act, sha256, "skipped")
    async with at_desk(planted, annotator=ANA) as here:
        await here.press("o", " ")
        await here.until(lambda: shown(here) == {ANA, BOB})


@pytest.mark.parametrize("how", ["lead opens", "role", "another terminal"])
async def test_what_others_decide_shows_at_once(planted: Path, how: str) -> None:
    async with at_desk(planted, annotator=ANA) as here:
        await here.press("o")
        assert shown(here) == {ANA}
        with decided(planted, how):
            await here.until(lambda: shown(here) == {ANA, BOB})
        await here.until(lambda: shown(here) == {ANA})
        if how != "another terminal":
            assert any("You are an annotator now" in said or "closed" in said for said in here.said)


@contextmanager
def decided(path: Path, how: str) -> Iterator[None]:
    """Something that opens the first document to ana, and is taken back at the end."""
    _decide(path, how, on=True)
    yield
    _decide(path, how, on=False)


def _decide(path: Path, how: str, *, on: bool) -> None:
    with Ledger(path, ANA if how == "another terminal" else LEAD, "elsewhere") as ledger, ledger.act() as act:
        if how == "lead opens":
            team.set_blind(act, blind=not on)
        elif how == "role":
            team.appoint(act, ANA, "adjudicator" if on else "annotator")
        else:
            (sha256,) = ledger.connection.execute("SELECT sha256 FROM documents WHERE title = 'The gate'").fetchone()
            acts.submit(act, sha256, "submitted" if on else "in_progress")


async def test_another_name_sees_what_is_its_own(planted: Path) -> None:
    async with opened(planted, ANA) as here:
        here.app._renamed(LEAD)
        await go(here, "reader")
        assert BOB in {mention.annotator for mention in here.app.screen.desk.mentions.values()}  # type: ignore[attr-defined]
        await go(here, "library")
        here.app._renamed("sam")
        await go(here, "reader")
        assert here.app.screen.desk.mentions == {}  # type: ignore[attr-defined]


# ---------------------------------------------------------------------- who leads


async def test_a_lead_opens_the_work_from_the_palette(planted: Path) -> None:
    async with opened(planted, LEAD) as here:
        assert "lea · lead" in here.text("#header")
        await here.app.perform(actions.BY_ID["app.blind"])
        await here.until(lambda: any("open: everybody sees it" in said for said in here.said))
        await here.app.perform(actions.BY_ID["app.blind"])
        await here.until(lambda: any("closed" in said for said in here.said))
    async with opened(planted, ANA) as here:
        assert "ana · blind" in here.text("#header")
        await here.app.perform(actions.BY_ID["app.blind"])
        await here.until(lambda: any("Only a lead" in said for said in here.said))


async def test_whoever_opens_a_new_project_first_leads_it(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    Ledger.create(path, "x", "x").close()
    async with in_library(path, annotator=ANA) as here:
        await here.until(lambda: "ana · lead" in here.text("#header"))
        assert here.said == []
    async with in_library(path, annotator=BOB) as here:
        assert "bob · blind" in here.text("#header")
