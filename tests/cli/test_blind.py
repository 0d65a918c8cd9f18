"""No command tells anything of another's work early: every command, in words and as JSON, and every export format."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from command_line import CommandLine, Done
from onrecord.cli.group import cli
from onrecord.cli.lists import LISTINGS
from onrecord.exchange.formats import formats
from onrecord.schema import acts, sight, team
from onrecord.schema.errors import OnrecordError
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import inspect
from planted import ANA, BEGINNING, BOB, LEAD, SECRET, STRANGER, come_to_light, make_project, secrets, submit, written

WRITERS = [name for name, form in formats().items() if form.write]

WAYS: dict[str, list[list[str]]] = {
    "add": [["p.db", "new.txt"]],
    "adjudicate": [["p.db", "--auto", "majority"], ["p.db", "--auto", "majority", "--dry-run"]],
    "agree": [
        ["p.db", "--documents", "all", "--samples", "0"],
        *(["p.db", "--documents", "all", "--samples", "0", "--by", by] for by in ("annotator", "document", "suggestion")),
        ["p.db", "--annotators", f"{ANA},{BOB}", "--samples", "0"],
    ],
    "assign": [["p.db", "--to", f"{ANA},{BOB}"], ["p.db", "--to", ANA, "--dry-run"]],
    "backup": [["p.db", "kept.db"]],
    "blind": [["p.db", "on"]],
    "check": [["p.db"], ["p.db", "--rebuild"], ["p.db", "--salvage", "saved.db"]],
    "claim": [["p.db", "{claim}"], ["p.db", "{hidden}"], ["p.db", "{claim}", "--known-at", "2999-01-01"]],
    "claims": [
        ["p.db"], ["p.db", "--search", BEGINNING], ["p.db", "--known-at", "2999-01-01"], ["p.db", "--as-of", "2999-01-01"],
        ["p.db", "--outlet", "Bell"], ["p.db", "--standing", "denied"],
    ],
    "completion": [["bash"]],
    "demo": [["--copy", "sample.db"]],
    "export": [
        *(["p.db", f"out-{name}", "--format", name] for name in WRITERS),
        *(["p.db", f"out-{name}", "--format", name, "--layer", f"annotator={BOB}"] for name in WRITERS),
        ["p.db", "gold.jsonl", "--layer", "gold"],
    ],
    "formats": [[]],
    "import": [["p.db", "work.jsonl"], ["p.db", "work.jsonl", "--update"]],
    "link": [
        ["p.db"], ["p.db", "--all"], ["p.db", "--all", "--new", "--threshold", "0"], ["p.db", "--merge", "--threshold", "0"],
        ["p.db", "--apply", "--new", "--threshold", "0"], ["p.db", "--merge", "--apply", "--threshold", "0"],
    ],
    "list": [["p.db", things] for things in LISTINGS],
    "log": [["p.db"], ["p.db", "-n", "3"]],
    "mark": [
        ["p.db", "The gate", "4:36", "denied"],
        ["p.db", "The gate", "4:36", "denied", "--claim", "The gate stopped short.", "--who", "the mayor"],
    ],
    "merge": [["p.db", "other.db"]],
    "new": [["new.db", "new.txt"]],
    "redo": [["p.db"]],
    "remark": [["p.db", "{mention}", "Is this so?"], ["p.db", "{hidden mention}", "Is this so?"]],
    "report": [
        ["p.db", "-o", "all.html"], ["p.db", "-o", "all.md"], ["p.db", "{claim}", "-o", "one.html"],
        ["p.db", "{hidden}", "-o", "hidden.md"], ["p.db", "-o", "then.md", "--known-at", "2999-01-01"],
    ],
    "restore": [["p.db", "other.db"]],
    "revise": [
        ["p.db", "The gate, corrected"], ["p.db", "The gate, corrected", "--all"],
        ["p.db", "The gate, corrected", "--all", "--apply"],
    ],
    "role": [["p.db", ANA, "lead"], ["p.db", BOB, "none"]],
    "show": [["p.db", "The gate"], ["p.db", "The gate", "--annotator", BOB]],
    "sources": [["p.db"], ["p.db", "--search", BEGINNING], ["p.db", "--named"], ["p.db", "--unnamed"]],
    "suggest": [["p.db"], ["p.db", "--explain"], ["p.db", "--document", "The gate", "--explain"]],
    "team": [["p.db"], ["p.db", "--documents"], ["p.db", "--competence"]],
    "undo": [["p.db"]],
}  # fmt: skip
"""Every command with all that it can be asked. A new command has to be put here, and in `TELLS` if it tells of work."""

TELLS = {"claim", "claims", "export", "link", "list", "log", "report", "revise", "show", "sources"}
"""The commands that tell a lead what bob said: it is known of them that they would tell."""


@pytest.fixture(scope="module")
def _project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("planted") / "p.db")


@pytest.fixture
def planted(onrecord: CommandLine, monkeypatch: pytest.MonkeyPatch, _project: Path) -> Path:
    """The project, where nobody has said who is asking."""
    monkeypatch.delenv("ONRECORD_ANNOTATOR")
    return Path(shutil.copy(_project, "p.db"))


@contextmanager
def a_folder(planted: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[Path]:
    """A folder of its own with the project, a copy on which bob went on, and things to bring in."""
    folder = planted.resolve().parent / name
    folder.mkdir()
    shutil.copy(planted, folder / "p.db")
    shutil.copy(planted, folder / "other.db")
    with Ledger(folder / "other.db", BOB, "bobs-3") as ledger, ledger.act() as act:
        acts.state_claim(act, f"Another {SECRET} came by.")
    (folder / "new.txt").write_text("A new text, said nobody.")
    (folder / "work.jsonl").write_text('{"text": "The lamp went out.\\n", "mentions": []}\n')
    with monkeypatch.context() as there:
        there.chdir(folder)
        yield folder
    shutil.rmtree(folder)


def names_of(path: Path) -> dict[str, str]:
    """The numbers of what is ana's, and of what is hidden from her."""
    connection = sqlite3.connect(path)
    rows = {
        "claim": "SELECT id FROM claims WHERE added_by = 'ana'",
        "hidden": "SELECT id FROM claims WHERE added_by = 'bob'",
        "mention": "SELECT id FROM mentions WHERE uid GLOB 'ana/*' AND claim_id NOT NULL",
        "hidden mention": "SELECT id FROM mentions WHERE uid GLOB 'bob/*'",
    }
    found = {name: str(connection.execute(sql).fetchone()[0]) for name, sql in rows.items()}
    connection.close()
    return found


def ways_of(name: str, path: Path) -> Iterator[list[str]]:
    """All that a command can be asked, also as JSON if it has that."""
    json = any(param.name == "as_json" for param in cli.commands[name].params)
    for way in WAYS[name]:
        words = [name, *(word.format(**names_of(path)) if "{" in word else word for word in way)]
        yield words
        if json:
            yield [*words, "--json"]


def asked(onrecord: CommandLine, words: list[str], viewer: str | None) -> Done:
    return onrecord(*(["--as", viewer] if viewer else []), *words)


def is_project(path: Path) -> bool:
    """Whether a file is a project, which shows itself to nobody but through a command or the app."""
    try:
        inspect(path)
    except OnrecordError:
        return False
    return True


def told(onrecord: CommandLine, planted: Path, monkeypatch: pytest.MonkeyPatch, name: str, viewer: str | None) -> str:
    """All that a command tells a viewer, whatever it is asked: what it prints, and what it writes."""
    everything = []
    for number, words in enumerate(ways_of(name, planted)):
        with a_folder(planted, monkeypatch, f"{viewer}-{number}") as folder:
            before = {path for path, _ in written(folder)}
            done = asked(onrecord, words, viewer)
            assert "SQLite cannot" not in done.err, done
            assert "went wrong" not in done.err, done
            everything += [" ".join(words), done.out, done.err]
            made = {path: text for path, text in written(folder) if path not in before and not is_project(Path(path))}
            everything += [f"{path}: {text}" for path, text in made.items()]
    return "\n".join(everything)


def test_every_command_is_walked() -> None:
    assert set(WAYS) == set(cli.commands)


@pytest.mark.parametrize("name", sorted(WAYS))
@pytest.mark.parametrize("viewer", [ANA, STRANGER, None])
def test_a_command_tells_nothing_early(
    onrecord: CommandLine, planted: Path, monkeypatch: pytest.MonkeyPatch, name: str, viewer: str | None
) -> None:
    everything = told(onrecord, planted, monkeypatch, name, viewer)
    found = come_to_light(everything, secrets(planted))
    assert not found, [line for line in everything.splitlines() if come_to_light(line, found)][:5]


@pytest.mark.parametrize("name", sorted(TELLS))
def test_the_same_command_tells_a_lead(
    onrecord: CommandLine, planted: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert come_to_light(told(onrecord, planted, monkeypatch, name, LEAD), secrets(planted))


@pytest.mark.parametrize("name", WRITERS)
def test_every_export_format_tells_a_lead(onrecord: CommandLine, planted: Path, name: str) -> None:
    assert asked(onrecord, ["export", "p.db", f"out/{name}", "--format", name], LEAD).code == 1  # no such folder
    Path("out").mkdir()
    onrecord.ok("--as", LEAD, "export", "p.db", f"out/{name}", "--format", name)
    told = "".join(text for _, text in written(Path("out")))
    assert come_to_light(told, [*secrets(planted), f"annotator = {BOB}"])  # CoNLL has no place for notes


def test_every_way_to_name_oneself_is_the_same(
    onrecord: CommandLine, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["list", "p.db", "mentions", "--json"]
    before, after = onrecord.ok("--as", ANA, *words), onrecord.ok(*words, "--as", ANA)
    monkeypatch.setenv("ONRECORD_ANNOTATOR", ANA)
    assert before == after == onrecord.ok(*words)
    assert len(before.json) == 2


def readers() -> list[str]:
    """The commands that open a project to read."""
    return sorted({*TELLS, "agree", "check", "team", "suggest"})


@pytest.mark.parametrize("name", readers())
def test_whoever_reads_can_say_who_is_asking(name: str) -> None:
    command = cli.commands[name]
    assert isinstance(command, click.Command)
    assert any("--as" in param.opts for param in command.params)


def test_what_is_hidden_is_counted_beside_the_results(
    onrecord: CommandLine, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = onrecord.ok("list", "p.db", "mentions", "--json", "--as", ANA)
    assert [row["annotator"] for row in done.json] == [ANA, ANA]
    assert done.err == "onrecord: not shown: 3 mentions of others; ana sees them after submitting their documents\n"
    done = onrecord.ok("list", "p.db", "mentions", "--json")
    assert done.json == []
    assert done.err == "onrecord: not shown: 5 mentions, because nobody said who is asking; add --as NAME\n"
    assert onrecord.ok("list", "p.db", "mentions", "--as", LEAD).err == ""
    monkeypatch.setattr(sight, "MANY", 2)
    told = onrecord.ok("list", "p.db", "mentions", "--as", ANA).err
    assert told == "onrecord: not shown: over 2 mentions of others; ana sees them after submitting their documents\n"
    monkeypatch.setattr(sight, "MANY", 3)
    done = onrecord.ok("export", "p.db", "x.csv", "--as", ANA)
    assert (done.out, "not shown: 3 mentions" in done.err) == ("x.csv: 1 mark\n", True)


def test_why_an_event_was_set_aside_is_told_to_those_who_see_all(onrecord: CommandLine, planted: Path) -> None:
    told = []
    for viewer in (ANA, LEAD):
        for name in ("here.db", "there.db"):
            shutil.copy(planted, f"{viewer}-{name}")
        with Ledger(Path(f"{viewer}-there.db"), BOB, "bobs") as ledger:
            ledger.connection.execute(
                "INSERT INTO events (hash, subject_id, annotator, device, seq, clock, body)"
                " SELECT substr(hash, 1, 63) || 'x', subject_id, annotator, 'far', 1, clock,"
                ' CAST(replace(CAST(body AS TEXT), \'"data":{\', \'"data":{"zebra":1,\') AS BLOB) FROM events'
                " WHERE annotator = 'bob' LIMIT 1"
            )
        done = onrecord("merge", f"{viewer}-here.db", f"{viewer}-there.db", "--as", viewer)
        assert done.code == 3
        told.append(done.out)
    assert (SECRET in told[0], SECRET in told[1]) == (False, True)
    assert "set aside: 1 event;" in told[0]


@pytest.mark.parametrize("name", sorted(TELLS - {"log", "revise"}))
def test_a_document_opens_with_ones_own_submission(
    onrecord: CommandLine, planted: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    submit(planted, ANA)
    assert SECRET in told(onrecord, planted, monkeypatch, name, ANA).lower()
    for viewer in (STRANGER, None):
        assert SECRET not in told(onrecord, planted, monkeypatch, name, viewer).lower()


def test_rulings_stay_hidden_from_annotators_who_submitted(onrecord: CommandLine, planted: Path) -> None:
    submit(planted, ANA)
    assert onrecord.ok("list", "p.db", "rulings", "--json", "--as", ANA).json == []
    assert "not shown: 1 mention" in onrecord.ok("list", "p.db", "mentions", "--as", ANA).err
    assert f"a {SECRET} reason" not in onrecord.ok("log", "p.db", "--as", ANA).out
    assert len(onrecord.ok("list", "p.db", "rulings", "--json", "--as", LEAD).json) == 1


def test_what_one_does_to_shared_things_tells_nothing(onrecord: CommandLine, planted: Path) -> None:
    """ana takes a claim back: the same words are said whether bob's hidden mention keeps it or not."""
    said = []
    for name, kept in (("alone.db", False), ("kept.db", True)):
        shutil.copy(planted, name)
        with Ledger(Path(name), ANA, "anas") as ledger, ledger.act() as act:
            acts.state_claim(act, "The test was at noon.")
        if kept:
            with Ledger(Path(name), BOB, "bobs") as ledger, ledger.act() as act:
                (uid,) = ledger.connection.execute("SELECT uid FROM mentions WHERE uid GLOB 'bob/*'").fetchone()
                acts.link_claim(act, uid, acts.claim_uid("The test was at noon."))
        outputs = [onrecord.ok("undo", name, "--as", ANA)]
        outputs += [onrecord.ok(*words, "--as", ANA) for words in (["claims", name], ["list", name, "claims"])]
        said.append([(done.out, done.err) for done in outputs])
    assert said[0] == said[1]


# ---------------------------------------------------------------------- roles and the policy


def test_a_lead_gives_roles_and_opens_the_work(onrecord: CommandLine, planted: Path) -> None:
    def count(viewer: str) -> int:
        return len(onrecord.ok("list", "p.db", "mentions", "--json", "--as", viewer).json)

    assert onrecord.ok("role", "p.db", STRANGER, "adjudicator", "--as", LEAD).out == "p.db: sam is an adjudicator\n"
    assert count(STRANGER) == 4
    assert "nothing changed" in onrecord.ok("role", "p.db", STRANGER, "adjudicator", "--as", LEAD).out
    assert onrecord.ok("role", "p.db", STRANGER, "none", "--as", LEAD).out == "p.db: sam has no role\n"
    assert count(STRANGER) == 0
    assert onrecord.ok("blind", "p.db", "off", "--as", LEAD).out == "p.db: everybody sees the work of others\n"
    assert count(STRANGER) == 4
    assert "nothing changed" in onrecord.ok("blind", "p.db", "off", "--as", LEAD).out
    assert "after submitting" in onrecord.ok("blind", "p.db", "on", "--as", LEAD).out
    assert count(STRANGER) == 0
    rows = onrecord.ok("list", "p.db", "members", "--json", "--as", ANA).json
    assert [(row["name"], row["role"]) for row in rows] == [
        ("ada", "adjudicator"), ("ana", "annotator"), ("bob", "annotator"), ("lea", "lead"),
    ]  # fmt: skip


def test_only_a_lead_decides(onrecord: CommandLine, planted: Path) -> None:
    for words in (["role", "p.db", ANA, "lead"], ["role", "p.db", LEAD, "none"], ["blind", "p.db", "off"]):
        for viewer in (ANA, "ada", STRANGER):
            assert "Only a lead may" in onrecord(*words, "--as", viewer).sentence
    assert "lea is the only lead" in onrecord("role", "p.db", LEAD, "none", "--as", LEAD).sentence
    assert onrecord("role", "p.db", "a/b", "lead", "--as", LEAD).code == 1
    assert onrecord("role", "p.db", ANA, "boss", "--as", LEAD).code == 2
    assert onrecord("blind", "p.db", "off").code == 2


def led_by(path: Path) -> list[str]:
    with Ledger(path, "x", "x") as ledger:
        return [person.name for person in team.people(ledger.connection) if person.role == "lead"]


def test_whoever_is_first_leads(onrecord: CommandLine) -> None:
    Path("a.txt").write_text("A text.")
    onrecord.ok("new", "made.db", "--as", LEAD)
    onrecord.ok("add", "made.db", "a.txt", "--as", ANA)
    assert led_by(Path("made.db")) == [LEAD]
    onrecord.ok("new", "filled.db", "a.txt", "--as", ANA)
    assert led_by(Path("filled.db")) == [ANA]
    onrecord.ok("demo", "--copy", "demo.db")
    onrecord.ok("mark", "demo.db", "6", "0:5", "denied", "--as", ANA)
    assert led_by(Path("demo.db")) == []
    onrecord.ok("merge", "copy.db" if shutil.copy("demo.db", "copy.db") else "", "filled.db", "--as", BOB)
    assert led_by(Path("copy.db")) == [ANA], "who merges copies does not come to lead by it"


def test_nobody_leads_until_somebody_works(
    onrecord: CommandLine, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.txt").write_text("A text.")
    onrecord.ok("new", "p2.db")
    assert led_by(Path("p2.db")) == []
    assert onrecord("undo", "p2.db", "--as", ANA).code == 1
    assert led_by(Path("p2.db")) == [ANA]
    assert "nothing left to undo" in onrecord("undo", "p2.db", "--as", ANA).sentence, "and that is no act to undo"


def test_a_project_without_a_lead_gets_one_by_anybody(onrecord: CommandLine, demo: Path) -> None:
    assert len(onrecord.rows("list", demo, "mentions", "--as", STRANGER)) == 68
    assert "nobody leads" in onrecord.ok("blind", demo, "on").out
    onrecord.ok("role", demo, LEAD, "lead", "--as", STRANGER)
    assert onrecord.rows("list", demo, "mentions", "--as", STRANGER) == []
    assert "Only a lead" in onrecord("role", demo, STRANGER, "lead", "--as", STRANGER).sentence
