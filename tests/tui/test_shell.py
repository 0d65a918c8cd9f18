"""What works on every screen: the name, help, palette, guidelines, themes, the hint line and the prompt."""

from collections.abc import Callable
from pathlib import Path

import pytest
from desk_app import make_project
from library_app import InLibrary, in_library
from msgspec import structs
from onrecord.schema.codebook import BUILT_IN
from onrecord.schema.errors import BadInput
from onrecord.schema.ledger import Ledger
from onrecord.tui import actions, settings
from onrecord.tui.screens.help import HelpScreen
from onrecord.tui.screens.library import Library
from onrecord.tui.screens.name import AskName, problem_with
from onrecord.tui.screens.palette import Palette
from onrecord.tui.screens.prompt import Prompt
from onrecord.tui.screens.reader import Reader
from onrecord.tui.themes import THEMES
from onrecord.tui.widgets.demo_bar import DemoBar
from onrecord.tui.widgets.guidelines import Guidelines
from onrecord.tui.widgets.hanging import Hanging
from onrecord.tui.widgets.hint_line import HintLine
from textual.content import Content
from textual.widgets import Input, OptionList


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p.db")


async def open_reader(here: InLibrary) -> None:
    await here.press("enter")
    await here.until(lambda: isinstance(here.top, Reader) and hasattr(here.top, "desk"))


# ---------------------------------------------------------------------- the name


async def test_the_first_start_asks_for_a_name_and_keeps_it(project: Path) -> None:
    async with in_library(project, annotator=None, size=(80, 24)) as here:
        assert isinstance(here.top, AskName)
        assert "signed with your name" in here.text("#card")
        await here.press("enter")
        assert "Type a name first." in here.text("#card")
        await here.press("a", "slash", "b", "enter")
        assert "no slash" in here.text("#card")
        await here.press("backspace", "backspace", "n", "a", "space", "space", "enter")
        await here.until(lambda: isinstance(here.top, Library))
        assert here.app.project.annotator == "ana"
    assert settings.load().name == "ana"


async def test_who_gives_no_name_leaves(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with in_library(project, annotator=None) as here:
        left: list[int] = []
        monkeypatch.setattr(here.app, "exit", left.append)
        await here.press("escape")
        assert left == [1]


@pytest.mark.parametrize("name", ["", "onrecord", "a/b", "a\tb", "x" * 65, "\u202ename", "nul\0"])
def test_names_that_cannot_sign(name: str) -> None:
    assert problem_with(name)


@pytest.mark.parametrize("name", ["ana", "Ana Rui", "毎日", "[bold]", "x" * 64])
def test_names_that_can(name: str) -> None:
    assert problem_with(name) is None


async def test_another_name_signs_from_then_on(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p", *"change your name", "enter")
        assert isinstance(here.top, AskName)
        here.top.query_one(Input).value = "[b]Ben"
        await here.press("enter")
        await here.until(lambda: here.text("#header").endswith(" [b]Ben"))
        await open_reader(here)
        await here.press("space")
        await here.saved()
    assert settings.load().name == "[b]Ben"
    with Ledger(project, "x", "y") as ledger:
        rows = ledger.connection.execute(
            "SELECT name, state FROM submissions JOIN annotators ON annotators.id = annotator_id"
        )
        assert rows.fetchall() == [("[b]Ben", "submitted")]


async def test_the_name_changes_in_the_library_only(project: Path) -> None:
    async with in_library(project) as here:
        await open_reader(here)
        await here.press("ctrl+p", *"change your name", "enter")
        assert isinstance(here.top, Palette)
        assert here.said == ["Go back to the library to change your name"]


# ---------------------------------------------------------------------- help


@pytest.mark.parametrize("place", ["library", "reader"])
async def test_help_has_every_key_of_its_screen(project: Path, place: str) -> None:
    async with in_library(project, size=(130, 60)) as here:
        if place == "reader":
            await open_reader(here)
        await here.press("?")
        assert isinstance(here.top, HelpScreen)
        shown = [(keys.plain, help_.plain) for part in here.top.query(Hanging) for keys, help_ in part._rows]
        wanted = (*actions.at(place), *actions.at("app"))
        assert sorted(shown) == sorted((actions.key_names(each.keys) or "by name", each.help) for each in wanted)
        assert all(keys in here.screen_text for keys, _ in shown)
        left, right = (column.region for column in here.top.query(".column"))
        assert left.x < right.x
        assert left.y == right.y
        await here.press("?")
        assert not isinstance(here.top, HelpScreen)


async def test_help_scrolls_in_a_small_terminal(project: Path) -> None:
    async with in_library(project, size=(80, 24)) as here:
        await open_reader(here)
        await here.press("?")
        assert "Next sentence" in here.screen_text
        assert "esc closes" in here.screen_text
        assert "Change the theme" not in here.screen_text
        await here.press("G")
        assert "Change the theme" in here.screen_text
        await here.press("g", "pagedown", "pageup", "j", "k")
        assert "Next sentence" in here.screen_text
        await here.press("escape")
        assert isinstance(here.top, Reader)


async def test_an_action_without_a_key_can_be_given_one_that_another_has(project: Path) -> None:
    settings.settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings.settings_file().write_text('[keys]\n"reader.skip" = "S"\n', "utf-8")
    async with in_library(project) as here:
        await open_reader(here)
        await here.press("S")
        await here.until(lambda: "Skipped. No document is left to do; q goes back" in here.said)
        assert isinstance(here.top, Reader)


async def test_help_shows_the_users_own_keys(project: Path) -> None:
    settings.settings_file().parent.mkdir(parents=True)
    settings.settings_file().write_text('[keys]\n"app.help" = "f1"\n', "utf-8")
    async with in_library(project, size=(100, 48)) as here:
        assert here.text(HintLine.__name__).endswith("f1 help")
        await here.press("f1")
        assert "f1 Show every key" in " ".join(here.screen_text.split())


def test_long_help_goes_on_under_itself() -> None:
    rows = [(Content("a key"), Content("one two three four")), (Content("b"), Content("five"))]
    lines = [line.plain.rstrip() for line in Hanging(rows, 7)._lines(18)]
    assert lines == ["a key  one two", "       three four", "b      five"]


# ---------------------------------------------------------------------- palette


async def test_the_palette_finds_an_action_and_does_it(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p")
        entries = {entry.action.id for entry in here.top._entries}  # type: ignore[attr-defined]
        assert entries == {action.id for place in ("library", "app") for action in actions.at(place)} - {"app.palette"}
        await here.press(*"flt ty")
        assert here.lines("OptionList")[0].startswith("Filter by title")
        await here.press("enter")
        assert here.back
        assert here.library.has_class("filtering")


async def test_the_palette_greys_what_cannot_run_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    Ledger.create(path, "ana", "device").close()
    async with in_library(path, size=(80, 24)) as here:
        await here.press("ctrl+p", *"open")
        assert here.text("#reason") == "There is no article yet; add some first"
        await here.press("enter")
        assert isinstance(here.top, Palette)
        assert here.said == ["There is no article yet; add some first"]
        await here.press("escape")
        assert here.back


async def test_typing_fast_in_the_palette_does_no_harm(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p", "end", "down", "down", "down", "down", "down")
        line = here.top.query_one(Input)
        for words in ("s", "sea", "zzz", "", "redo", "zzzqqq"):
            line.value = words  # six changes before any of their messages is heard
        await here.quiet()
        await here.pilot.pause()
        assert here.text("#reason") == "No action is called so"


async def test_a_resize_forgets_nothing_that_was_typed(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p")
        palette = here.top
        assert isinstance(palette, Palette)
        palette.on_resize()
        palette.query_one(Input).value = "redo"
        await here.quiet()
        await here.pilot.pause()
        assert here.lines("OptionList")[0].startswith("Redo")
        assert len(palette._shown) < 9


async def test_moving_and_finding_nothing_in_the_palette(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p")
        await here.until(lambda: here.top.query("OptionList") and here.top.query_one("OptionList").size.height > 1)
        await here.press("down", "down", "up", "pagedown", "pageup")
        assert here.top.query_one("OptionList").highlighted in {0, 1}  # type: ignore[attr-defined]
        await here.press(*"zzzqqq", "enter")
        assert "No action is called so" in here.screen_text
        await here.press("ctrl+p")
        assert here.back


async def test_the_palette_keeps_its_place_in_another_width(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p")
        actions = here.top.query_one(OptionList)
        await here.press("down", "down", "down")
        await here.until(lambda: actions.size.height > 1)
        assert actions.highlighted == 3
        width = actions.size.width
        await here.pilot.resize_terminal(60, 20)
        await here.until(lambda: actions.size.width < width)
        await here.quiet()
        assert actions.highlighted == 3


async def test_the_palette_can_be_clicked(project: Path) -> None:
    async with in_library(project) as here:
        await here.press("ctrl+p", *"guidelines")
        await here.pilot.click("OptionList", offset=(5, 0))
        await here.until(lambda: here.top is here.library and here.library.query(Guidelines))


# ---------------------------------------------------------------------- guidelines


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80", "140"])
async def test_guidelines_come_and_go_and_give_the_keys_back(project: Path, size: tuple[int, int]) -> None:
    async with in_library(project, size=size) as here:
        await open_reader(here)
        await here.press("ctrl+g")
        panel = here.reader.query_one(Guidelines)
        assert "● S sourced" in here.text(panel)
        assert "· spokesperson" in here.text(panel)
        assert panel.has_focus
        assert size[0] == 80 or "? help" in here.text(HintLine.__name__), "the panel pushes the hints aside"
        await here.press("j", "G")
        await here.until(lambda: panel.scroll_offset.y == panel.max_scroll_y > 0)  # Textual scrolls after a refresh
        await here.until(lambda: "source attack" in here.text(panel))
        await here.press("escape")
        assert here.reader.article.has_focus
        assert bool(here.reader.query(Guidelines)) is (size[0] == 140)
        await here.press("w")
        assert here.word == "stopped"
        if size[0] == 140:
            await here.press("ctrl+g")
        assert not here.reader.query(Guidelines)
        assert here.reader.article.has_focus


async def test_guidelines_are_text_from_outside(project: Path) -> None:
    label = structs.replace(
        BUILT_IN["responded"], guideline="[bold]x[/x] \x1b]0;t\x07", examples=("[@click=app.exit]y → z",), position=1
    )
    with Ledger(project, "ana", "device") as ledger, ledger.act() as act:
        act.put("responded", label)
    async with in_library(project) as here:
        await here.press("ctrl+g")
        shown = here.text(here.library.query_one(Guidelines))
        assert "[bold]x[/x] ␛]0;t␇" in shown
        assert "[@click=app.exit]y → z" in shown


# ---------------------------------------------------------------------- themes


async def test_the_theme_key_goes_round_and_is_kept(project: Path) -> None:
    async with in_library(project) as here:
        seen = []
        for _ in THEMES:
            await here.press("ctrl+t")
            seen.append(here.app.theme)
            assert settings.load().theme == here.app.theme
        assert seen == [theme.name for theme in (*THEMES[1:], THEMES[0])]
        await here.press("ctrl+t")
    async with in_library(project) as here:
        assert here.app.theme == "onrecord-light"
        assert here.app.theme_variables["background"] == THEMES[1].background.upper()  # type: ignore[union-attr]


async def test_settings_that_cannot_be_written_do_no_harm(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: str) -> None:
        raise BadInput("settings.toml: is not valid [TOML]")

    monkeypatch.setattr(settings, "save", refuse)
    async with in_library(project) as here:
        await here.press("ctrl+t")
        assert here.app.theme == "onrecord-light"
        assert "settings.toml: is not valid [TOML]" in here.said


@pytest.mark.parametrize("theme", ["nord", "textual-ansi", "no such theme"])
async def test_a_foreign_theme_works_too(project: Path, theme: str) -> None:
    settings.save(theme=theme)
    async with in_library(project, demo=True) as here:
        await here.press("ctrl+g", "escape")
        await open_reader(here)
        await here.press("?")
        assert isinstance(here.top, HelpScreen)


async def test_no_colour_is_no_loss(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with in_library(project) as here:
        assert here.app.no_color
        assert here.rows[0].startswith("▌")
        assert "· to do" in here.rows[0]


# ---------------------------------------------------------------------- the hint line


@pytest.mark.parametrize("width", [40, 60, 80, 140, 220])
async def test_hints_fit_and_help_is_always_among_them(
    project: Path, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_library(project, size=(width, 24)) as here:
        await open_reader(here)
        line = here.lines(HintLine.__name__)[0]
        assert "? help" in line
        monkeypatch.setattr(here.reader, "_status", lambda: "◌ 3 saving")
        here.reader.hint_line.show_status(here.reader._status())
        await here.quiet()
        line = here.lines(HintLine.__name__)[0]
        assert "? help" in line
        assert line.rstrip().endswith("saving")
        assert len(line) == width


async def test_a_hint_that_cannot_run_is_grey_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    Ledger.create(path, "ana", "device").close()
    async with in_library(path) as here:
        line = here.library.hint_line.render()
        off = [line.plain[span.start : span.end] for span in line.spans if span.style == "$off"]
        assert off == ["↵", "open", "/", "filter", "s", "search texts"]
        await here.pilot.click(HintLine, offset=(3, 0))
        assert here.said == ["There is no article yet; add some first"]


async def test_a_click_on_a_hint_does_what_its_key_does(project: Path) -> None:
    async with in_library(project) as here:
        await here.pilot.click(HintLine, offset=(here.lines(HintLine.__name__)[0].index("help"), 0))
        await here.until(lambda: isinstance(here.top, HelpScreen))


def test_the_demo_bar_names_actions_that_exist() -> None:
    known = {action.id for action in actions.ACTIONS}
    for place in ("library", "reader"):
        for line in DemoBar(place)._lines:
            assert {piece.partition("]")[0] for piece in line.split("[")[1:]} <= known


# ---------------------------------------------------------------------- the prompt


async def ask(
    here: InLibrary,
    title: str,
    value: str = "",
    placeholder: str = "",
    validate: Callable[[str], str | None] | None = None,
    preview: Callable[[str], str] | None = None,
) -> list[str | None]:
    answers: list[str | None] = []
    here.app.push_screen(Prompt(title, value, placeholder, validate, preview), answers.append)
    await here.quiet()
    await here.pilot.pause()
    return answers


async def test_a_prompt_answers_with_what_was_typed(project: Path) -> None:
    async with in_library(project) as here:
        answers = await ask(here, "What [b]now[/b]?", "so", "a word")
        assert "What [b]now[/b]?" in here.screen_text
        assert "Story 1" in here.screen_text, "what it is about stays in sight"
        await here.press("end", *" it", "enter")
        assert answers == ["so it"]
        answers = await ask(here, "Again?")
        await here.press("x", "escape")
        assert answers == [None]


async def test_a_prompt_takes_nothing_wrong(project: Path) -> None:
    async with in_library(project) as here:
        answers = await ask(here, "Number?", validate=lambda text: None if text.isdigit() else f"{text} is no [number]")
        await here.press("a", "enter")
        assert "a is no [number]" in here.screen_text
        await here.press("backspace")
        assert "no [number]" not in here.screen_text
        await here.press("7", "enter")
        assert answers == ["7"]


async def test_a_prompt_shows_what_the_text_would_do(project: Path) -> None:
    async with in_library(project) as here:
        await ask(here, "Find", preview=lambda text: f"{len(text)} finds")
        await here.press("a", "b", "c")
        assert "3 finds" in here.screen_text
