"""The command itself: help, version, exit codes, and every mistake as one line that a terminal can take."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import ONRECORD, CommandLine
from onrecord.cli.commands import COMMANDS as SUMMARIES
from onrecord.cli.group import cli
from onrecord.tui import settings

COMMANDS = [
    "add",
    "adjudicate",
    "agree",
    "assign",
    "backup",
    "blind",
    "check",
    "claim",
    "claims",
    "completion",
    "demo",
    "export",
    "formats",
    "import",
    "link",
    "list",
    "log",
    "mark",
    "merge",
    "new",
    "redo",
    "remark",
    "report",
    "restore",
    "revise",
    "role",
    "show",
    "sources",
    "suggest",
    "team",
    "undo",
]


def test_help_names_every_command_and_the_exit_codes(onrecord: CommandLine) -> None:
    assert sorted(cli.commands) == COMMANDS
    told = onrecord.ok("--help").out
    assert all(re.search(rf"^  {name} ", told, re.MULTILINE) for name in COMMANDS)
    assert re.search(r"Exit codes: 0 .* 1 .* 2 .*\s3 .* 130 ", told, re.DOTALL)
    assert not re.search(r"\.\.\.$", told.partition("Commands:")[2], re.MULTILINE)  # no summary is cut off


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_sums_up_a_command_as_it_does_itself(name: str) -> None:
    command = cli.commands[name]
    assert command.get_short_help_str(200) == SUMMARIES[name][1]
    assert not command.hidden


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(onrecord: CommandLine, name: str) -> None:
    assert onrecord.ok(name, "--help").out.startswith(f"Usage: onrecord {name} ")


def test_no_words_at_all_show_the_help(onrecord: CommandLine) -> None:
    done = onrecord()
    assert (done.code, done.out) == (2, "")
    assert "Commands:" in done.err


HEAVY = {
    "textual",
    "rich",
    "sqlite_utils",
    "trafilatura",
    "charset_normalizer",
    "yaml",
    "lxml",
    "filelock",
    "platformdirs",
}


@pytest.mark.parametrize("word", ["--version", "--help"])
def test_help_and_version_import_no_command_no_database_and_no_text(word: str) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", ONRECORD, word], capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "|" in line}
    ours = {name for name in imported if name.startswith("onrecord.")}
    assert ours == {
        "onrecord.cli", "onrecord.cli.main", "onrecord.cli.opening", "onrecord.cli.group", "onrecord.cli.commands",
        "onrecord.schema", "onrecord.schema.errors",
    }  # fmt: skip
    assert not imported & (HEAVY | {"sqlite3", "msgspec", "importlib.metadata"})


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["list", "--help"], ["_COMPLETE"]])
def test_help_version_and_completion_load_nothing_heavy(words: list[str]) -> None:
    environment = dict(os.environ)
    if words == ["_COMPLETE"]:
        words = []
        environment |= {"_ONRECORD_COMPLETE": "bash_complete", "COMP_WORDS": "onrecord li", "COMP_CWORD": "1"}
    code = f"""
import sys
from onrecord.cli.main import run
try:
    run({words!r})
except SystemExit:
    pass
print("LOADED", *sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    printed, loaded = done.stdout.split("LOADED")
    assert printed
    assert not HEAVY & set(loaded.split())


MISTAKES = {
    "no such command or file": (["nonsense"], 1),
    "nearly a command": (["lst"], 1),
    "no such project": (["list", "no.db", "claims"], 1),
    "no such project to open": (["no.db"], 1),
    "a text as a project": (["list", "a.txt", "claims"], 1),
    "a folder as a project": (["show", ".", "1"], 1),
    "an unknown listing": (["list", "p.db", "things"], 2),
    "an unknown option": (["list", "p.db", "claims", "--nonsense"], 2),
    "a missing argument": (["add", "p.db"], 2),
    "no such document": (["show", "p.db", "nothing"], 1),
    "no such file to add": (["add", "p.db", "nothing.txt"], 1),
    "a project that is there": (["new", "p.db"], 1),
    "an export without a known ending": (["export", "p.db", "x.pdf"], 1),
    "an export into no folder": (["export", "p.db", "no/x.csv"], 1),
    "no words to mark": (["mark", "p.db", "Ferry", "denied"], 2),
    "no label": (["mark", "p.db", "Ferry", "0:3"], 2),
    "an unknown label": (["mark", "p.db", "Ferry", "0:3", "doubtful"], 1),
    "words past the end": (["mark", "p.db", "Ferry", "0:3000", "denied"], 1),
    "words backwards": (["mark", "p.db", "Ferry", "9:3", "denied"], 1),
    "a name that cannot sign": (["add", "p.db", "a.txt", "--as", "a/b"], 1),
    "the name that signs the codebook": (["add", "p.db", "a.txt", "--as", "onrecord"], 1),
    "nothing to undo": (["undo", "p.db", "--as", "bob"], 1),
    "nothing to redo": (["redo", "p.db"], 1),
    "a project and more": (["p.db", "a.txt"], 1),
    "the app without a terminal": (["p.db"], 1),
    "an article for the app without a terminal": (["a.txt"], 1),
    "an unknown shell": (["completion", "cmd.exe"], 2),
    "a hostile name": (["show", "p.db", "\x1b]52;c;AA==\x07[bold]\u202e\n"], 1),
}


@pytest.mark.parametrize(("words", "code"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_line(onrecord: CommandLine, article: Path, words: list[str], code: int) -> None:
    Path("a.txt").write_text("A text.")
    done = onrecord(*words)
    sentence = done.sentence
    assert done.code == code
    assert len(sentence) > 20
    assert sentence.isprintable()
    assert "Traceback" not in done.err
    assert not done.out.strip() or done.out.startswith("p.db: added 0")


def test_a_word_that_is_nearly_a_command_is_explained(onrecord: CommandLine) -> None:
    assert "did you mean `onrecord list`?" in onrecord("lst").sentence


def test_nobody_is_guessed(onrecord: CommandLine, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    for words in (["add", "p.db", "ferry.md"], ["mark", "p.db", "Ferry", "0:3", "denied"], ["undo", "p.db"]):
        done = onrecord(*words)
        assert done.code == 2
        assert "--as NAME" in done.sentence
        assert "ONRECORD_ANNOTATOR" in done.sentence
    settings.save(name="configured")
    onrecord.ok("mark", "p.db", "Ferry", "0:3", "denied")
    assert [row["annotator"] for row in onrecord.rows("list", "p.db", "marks")] == ["configured"]


def test_the_name_comes_before_or_after_the_command(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("--as", "bea", "mark", "p.db", "Ferry", "0:3", "denied")
    onrecord.ok("mark", "p.db", "Ferry", "4:11", "denied", "--as", "cai")
    onrecord.ok("--as", "dan", "mark", "p.db", "Ferry", "12:18", "denied", "--as", "dan")
    onrecord.ok("mark", "p.db", "Ferry", "19:26", "denied")
    assert [row["annotator"] for row in onrecord.rows("list", "p.db", "marks")] == ["bea", "cai", "dan", "ann"]


def test_a_name_before_the_command_is_not_overruled(onrecord: CommandLine, article: Path) -> None:
    for words in (["mark", "p.db", "Ferry", "0:3", "denied"], ["list", "p.db", "marks"], ["undo", "p.db"]):
        done = onrecord("--as", "bea", *words, "--as", "dan")
        assert done.code == 2
        assert "--as bea was given before the command, so dan cannot sign it" in done.sentence
    assert onrecord.rows("list", "p.db", "marks") == []


def test_a_settings_file_that_cannot_be_read_is_one_line(
    onrecord: CommandLine, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    settings.save(name="ann")
    settings.settings_file().write_text("name = [")
    assert "settings.toml" in onrecord("undo", "p.db").sentence


def test_a_closed_pipe_is_no_error(onrecord: CommandLine, demo: Path) -> None:
    command = f"{ONRECORD} list {demo} marks --json | head -n 1; {ONRECORD} show {demo} 6 | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0] == "["
    assert done.stderr == ""


def test_a_terminal_of_few_characters_gets_question_marks(onrecord: CommandLine, demo: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([ONRECORD, "list", demo, "sources"], capture_output=True, env=environment, check=True)
    assert b"Mr Minase (????)" in done.stdout
    assert done.stderr == b""


def test_interruption_is_one_line(onrecord: CommandLine, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("onrecord.exchange.intake.find", interrupt)
    done = onrecord("add", "p.db", "ferry.md")
    assert done.code == 130
    assert done.err.splitlines()[-1].startswith("onrecord: interrupted")
    onrecord.ok("check", "p.db")


def test_a_database_error_is_one_line(onrecord: CommandLine, article: Path) -> None:
    damaged = Path("damaged.db")
    damaged.write_bytes(article.read_bytes()[: 16384 * 6] + b"\xff" * 100_000)
    for words in (["list", damaged, "documents"], ["show", damaged, "Ferry"], ["log", damaged]):
        done = onrecord(*words)
        if done.code:
            assert done.sentence
    assert onrecord("check", damaged).code == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(onrecord: CommandLine, shell: str) -> None:
    assert "_ONRECORD_COMPLETE" in onrecord.ok("completion", shell).out
