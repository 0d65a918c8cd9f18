"""Every command on a project that is hostile everywhere, with files whose names are hostile: judged by the bytes.

The commands are walked as click knows them, so a new one fails a test until somebody says here how it is called.
"""

import json
import os
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import click
import corpus
import pytest
from desk_app import looking
from onrecord.cli.group import cli
from onrecord.schema.text import content_hash
from received import piled_up, unsafe
from terminal import Blind, Terminal

pytestmark = pytest.mark.slow
P = "[b]p.db"
DOC, LATER, LONG = (content_hash(text)[:12] for text in (corpus.TEXT, corpus.REVISED, corpus.LONG))
NAMED = corpus.STRANGER
ITEM = f"{corpus.item(2).start}:{corpus.item(2).end}"
CALLS: dict[str, list[list[str]]] = {
    "": [["no such \x1b]0;x\x07 file \u202e"], [P, "more"]],
    "add": [["add", P, "articles"], ["add", P, "--title", corpus.ALL, "--url", corpus.ALL,
            "articles/\x1b]0;owned\x07.txt"], ["add", P, "articles/nul.txt"], ["add", P, "articles/half.jsonl"]],
    "adjudicate": [["adjudicate", P, "--auto", "majority"], ["adjudicate", P, "--document", corpus.ALL[:90]]],
    "agree": [["agree", P, "--documents", "all", "--samples", "10"], ["agree", P, "--by", "document", "--samples", "10"]],
    "assign": [["assign", P, "--to", NAMED, "--overlap", "1"], ["assign", P, "--to", corpus.ALL]],
    "backup": [["backup", P, "\x1b[31mbackup.db"], ["backup", P]],
    "blind": [["blind", P, "off"]],
    "check": [["check", P], ["check", P, "--rebuild"]],
    "claim": [["claim", P, "{claims}"], ["claim", P, "9999"]],
    "claims": [["claims", P], ["claims", P, "--search", "owned"], ["claims", P, "--outlet", corpus.ALL]],
    "completion": [["completion", shell] for shell in ("bash", "zsh", "fish")],
    "demo": [["demo", "--copy", "\u202edemo.db"]],
    "export": [["export", P, f"out.{ending}"] for ending in ("jsonl", "csv", "tsv", "db")]
    + [["export", P, "\x1b[31mout.csv", "--escape-formulas"], ["export", P, "no/\x1b[31m.csv"]],
    "formats": [["formats"]],
    "import": [["import", P, "out.jsonl"], ["import", P, "articles"], ["import", P, "out.csv"]],
    "link": [["link", P, "--all"], ["link", P, "--all", "--new"], ["link", P, "--merge"]],
    "list": [["list", P, things] for things in ("documents", "claims", "mentions", "marks", "sources", "annotators")],
    "log": [["log", P]],
    "mark": [["mark", P, DOC, ITEM, "denied", "--claim", corpus.ALL, "--who", corpus.ALL, "--note", corpus.ALL],
             ["mark", P, corpus.ALL, "0:5", "\x1b[31m"]],
    "merge": [["merge", P, "\u202edemo.db"], ["merge", P, "articles/CON.txt"]],
    "new": [["new", "\x1b]0;new\x07.db", "articles/[b]bold[-b] [-x].txt"], ["new", P]],
    "redo": [["redo", P]],
    "remark": [["remark", P, "{mentions}", corpus.ALL], ["remark", P, "\x1b[31m", "x"]],
    "report": [["report", P, "-o", "report.html"], ["report", P, "-o", "report.md"], ["report", P, "{claims}", "-o", "one.html"],
               ["report", P, "-o", "\x1b[31m.pdf"]],
    "restore": [["restore", "restored \u202e.db", "\x1b[31mbackup.db"]],
    "revise": [["revise", P, LATER, "--all"], ["revise", P, LATER, "--all", "--apply"]],
    "role": [["role", P], ["role", P, NAMED, "annotator"]],
    "show": [["show", P, doc] for doc in (DOC, LATER, LONG, corpus.ALL, "\x1b[31m")],
    "sources": [["sources", P], ["sources", P, "--unnamed", "--search", "owned"]],
    "suggest": [["suggest", P, "--document", DOC, "--explain"], ["suggest", P, "--document", DOC]],
    "team": [["team", P], ["team", P, "--documents"], ["team", P, "--competence"]],
    "undo": [["undo", P]],
}  # fmt: skip
"""How each command is called, in this order; the first call must do its work. `--json` is added by itself."""
PROGRESS = re.compile(rb"\x1b\[\?25[lh]|\x1b\[K")
"""What click itself sends around a progress bar."""
RUN = """
import json, sys
from onrecord.cli.main import run
codes = []
for call in json.load(open(sys.argv[1])):
    print("$", json.dumps(call))
    codes.append(run(call))
json.dump(codes, open(sys.argv[2], "w"))
"""


class Ran(NamedTuple):
    """What came of all calls in one terminal."""

    folder: Path
    calls: list[list[str]]
    codes: list[int]
    received: bytes


def commands(group: click.Group = cli, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command and the commands of groups, by the words that call them."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


def calls() -> Iterator[list[str]]:
    """All calls, those that can print JSON in both ways."""
    known = dict(commands())
    ordered = sorted(CALLS, key=lambda name: (name in ("import", "merge", "restore", "undo", "redo"), name == "redo"))
    for name in ordered:
        json_too = name in known and any("--json" in each.opts for each in known[name].params)
        for call in CALLS[name]:
            yield call
            if json_too:
                yield [*call, "--json"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A folder of hostile files after all calls were made in it."""
    folder = tmp_path_factory.mktemp("commands")
    work, articles = folder / "work", folder / "work" / "articles"
    articles.mkdir(parents=True)
    corpus.hostile_project(work / P)
    for number, name in enumerate(corpus.FILE_NAMES):
        (articles / name.replace("/", "-")).write_text(f"Article {number}: {corpus.ALL}", "utf-8", newline="")
    (articles / "nul.txt").write_bytes(b"before\0after \x1b[31m")
    (articles / "half.jsonl").write_bytes(rb'{"text": "before\ud800after", "title": "\u001b[31m"}')
    home = {name: str(folder / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    todo, done = folder / "todo.json", folder / "done.json"
    with looking(work / P) as connection:  # {claims} is the number of a claim
        claim, mention = connection.execute("SELECT claim_id, max(id) FROM mentions WHERE claim_id > 0").fetchone()
    first = {"{claims}": str(claim), "{mentions}": str(mention)}
    made = [[first.get(word, word) for word in call] for call in calls()]
    todo.write_text(json.dumps(made))
    command = ["env", "-C", str(work), sys.executable, "-c", RUN, str(todo), str(done)]
    with Terminal(command, env={**home, "ONRECORD_ANNOTATOR": "ana"}) as terminal:
        terminal._stream = Blind()  # type: ignore[assignment]
        while terminal.status is None:
            terminal.read(0.5)
            ended, status = os.waitpid(terminal.pid, os.WNOHANG)
            terminal.status = status if ended else None
        while terminal.read(0.2):
            pass
        assert done.exists(), bytes(terminal.received[-3000:])
        return Ran(work, made, json.loads(done.read_text()), bytes(terminal.received))


def test_every_command_is_called() -> None:
    assert sorted(set(CALLS) - {""}) == sorted(name for name, _ in commands())


def test_each_command_does_its_work_or_says_one_sentence(ran: Ran) -> None:
    worked = {call[0] for call, code in zip(ran.calls, ran.codes, strict=True) if code == 0}
    # Without a command, onrecord opens the app, and that needs somebody to press keys: `test_screens` does.
    assert {name for name in CALLS if name and name.split()[0] not in worked} == set()
    assert [call for call, code in zip(ran.calls, ran.codes, strict=True) if code not in (0, 1, 2, 3)] == []
    assert b"Traceback" not in ran.received
    assert ran.received.count(b"Item0") > 50


def test_nothing_unsafe_is_printed(ran: Ran) -> None:
    assert unsafe(PROGRESS.sub(b"", ran.received), app=False) == []
    assert [line[:200] for line in ran.received.decode().split("\n") if piled_up(line)] == []


def test_no_name_of_a_file_is_carried_out(ran: Ran) -> None:
    assert not list(ran.folder.rglob("pwned"))
    assert not list(ran.folder.glob("*passwd*"))


class Page(HTMLParser):
    """What a browser would do with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what runs, loads or leads somewhere odd."""
        self.tags.add(tag)
        for name, value in attrs:
            runs = name.startswith("on") or (
                name in ("srcdoc", "action", "formaction", "style") and "url(" in (value or "")
            )
            leads = name in ("href", "src", "xlink:href") and not re.match(r"(#|https?://|mailto:)", value or "")
            if runs or leads:
                self.wrong.append(f"<{tag} {name}={value!r}>")


def test_a_page_runs_nothing_and_shows_all(ran: Ran) -> None:
    pages = list(ran.folder.glob("*.html"))
    assert len(pages) >= 2
    for path in pages:
        text, page = path.read_text("utf-8"), Page()
        page.feed(text)
        assert page.wrong == []
        assert page.tags & {"script", "iframe", "object", "embed", "form", "link", "base", "img", "image"} == set()
        assert "default-src 'none'" in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "{{7*191}}" in text


def test_no_report_holds_what_acts_unseen_or_runs_a_template(ran: Ran) -> None:
    reports = [*ran.folder.glob("*.html"), *ran.folder.glob("*.md")]
    assert len(reports) >= 3
    for path in reports:
        assert unsafe(path.read_bytes(), app=False) == []
        assert str(7 * 191) not in path.read_text("utf-8")
        assert "<script" not in path.read_text("utf-8")
