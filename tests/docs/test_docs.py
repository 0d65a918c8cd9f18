"""The docs say what is so: generated pages are fresh, links lead somewhere, and every example runs as it is written."""

import doctest
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest
from msgspec import json
from onrecord.cli.group import cli
from onrecord.demo.build import build
from onrecord.schema.events import event_id
from onrecord.schema.store import connect
from onrecord.schema.text import visible
from onrecord.schema.validity import read_event
from onrecord.tui import actions, settings
from onrecord.tui.themes import THEMES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = {
    str(path.relative_to(ROOT)): path.read_text("utf-8")
    for path in (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")), *sorted((ROOT / "demo").glob("*.md")))
}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\bonrecord ([a-z][a-z-]*+)(?![\w./])")


def blocks(page: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return [body for kind, body in FENCE.findall(PAGES[page]) if kind == language]


def with_blocks(language: str) -> list[str]:
    """The pages that have such blocks."""
    return [page for page in PAGES if blocks(page, language)]


# ---------------------------------------------------------------------- generated pages


@pytest.mark.slow
def test_no_generated_page_is_stale(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", DOCS / "build.py", "--check"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES)
def test_no_page_holds_a_character_that_a_terminal_would_obey(page: str) -> None:
    assert visible(PAGES[page]) == PAGES[page]


# ---------------------------------------------------------------------- links and names


def anchors(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", PAGES[page]), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_repository_lead_somewhere(page: str) -> None:
    for link in LINK.findall(FENCE.sub("", PAGES[page])):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        there = ((ROOT / page).parent / file).resolve() if file else ROOT / page
        assert there.exists(), f"{page} links to {link}"
        assert not anchor or anchor in anchors(str(there.relative_to(ROOT))), f"{page} links to {link}"


def test_the_index_names_every_page() -> None:
    linked = set(LINK.findall(PAGES["docs/index.md"]))
    assert {path.name for path in DOCS.iterdir() if path.suffix in (".md", ".json")} - {"index.md"} <= linked


def test_every_command_that_the_docs_name_is_there() -> None:
    commands = set(cli.list_commands(click.Context(cli)))
    for page, text in PAGES.items():
        quoted = [*re.findall(r"`([^`\n]+)`", FENCE.sub("", text)), *(body for _, body in FENCE.findall(text))]
        named = {name for piece in quoted for name in COMMAND.findall(piece)}
        assert named <= commands, page


def test_no_example_escapes_the_tests() -> None:
    kinds = {kind for text in PAGES.values() for kind, _ in FENCE.findall(text)}
    assert kinds <= {"console", "python", "sql", "toml", "json", "text", ""}


# ---------------------------------------------------------------------- examples


def steps(block: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown for it."""
    for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *rest = step.splitlines()
        while rest and rest[0].startswith("> "):
            command += "\n" + rest.pop(0).removeprefix("> ")
        yield command, "\n".join(rest).strip("\n")


@pytest.mark.slow
@pytest.mark.parametrize("page", with_blocks("console"))
def test_consoles_run_as_they_are_shown(page: str, tmp_path: Path) -> None:
    if "sqlite3 " in "".join(blocks(page, "console")) and shutil.which("sqlite3") is None:
        pytest.skip("the sqlite3 shell is not installed")
    environment = dict(os.environ)
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    alike = doctest.OutputChecker()
    for block in blocks(page, "console"):
        for command, shown in steps(block):
            if exported := re.fullmatch(r"export (\w+)=(\S+)", command):
                environment[exported[1]] = exported[2]
                continue
            done = subprocess.run(
                command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
            printed = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).splitlines())
            fits = alike.check_output(shown + "\n", printed + "\n", doctest.ELLIPSIS) if shown else True
            assert fits, f"$ {command}\nshown:\n{shown}\nprinted:\n{printed}"


@pytest.mark.parametrize("page", with_blocks("python"))
def test_python_examples_run(page: str) -> None:
    for block in blocks(page, "python"):
        exec(compile(block, page, "exec"), {})


@pytest.mark.parametrize("page", [page for page in with_blocks("sql") if page != "docs/queries.md"])
def test_sql_examples_run_on_the_demo(page: str, tmp_path: Path) -> None:
    build(tmp_path / "story.db")
    with closing(connect(tmp_path / "story.db", write=False)) as connection:
        for block in blocks(page, "sql"):
            assert connection.execute(block).fetchall()


def test_the_settings_example_is_understood() -> None:
    (example,) = blocks("docs/terminal.md", "toml")
    path = settings.settings_file()
    path.parent.mkdir(parents=True)
    path.write_text(example, "utf-8")
    found = settings.load()
    assert found.keys.keys() <= {action.id for action in actions.ACTIONS}
    assert found.theme in {theme.name for theme in THEMES}
    assert tomllib.loads(example).keys() == {"name", "theme", "suggestions", "keys"}


def test_the_terminal_page_names_every_theme() -> None:
    assert {theme.name for theme in THEMES} == set(re.findall(r"`(onrecord-\w+)`", PAGES["docs/terminal.md"]))


def test_the_example_event_is_in_the_demo_under_the_id_that_is_given(tmp_path: Path) -> None:
    (example,) = blocks("docs/log.md", "json")
    body = json.encode(json.decode(example), order="sorted")
    read_event(body)
    assert event_id(body) in PAGES["docs/log.md"]
    build(tmp_path / "story.db")
    with closing(connect(tmp_path / "story.db", write=False)) as connection:
        assert connection.execute("SELECT body FROM events WHERE hash = ?", (event_id(body),)).fetchone() == (body,)
