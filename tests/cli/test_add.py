"""Adding articles: exactly, once, in batches, and never half a file."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from command_line import ONRECORD, CommandLine
from examples import examples
from hypothesis import HealthCheck, given
from onrecord.cli import add
from onrecord.schema import reading
from onrecord.schema.store import connect
from terminal import Terminal
from texts import texts


def text_of(project: str, document: int) -> str:
    connection = connect(Path(project), write=False)
    found = reading.document(connection, document)
    connection.close()
    assert found
    return found.text


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


@examples(25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=texts.filter(str.strip))
def test_a_text_is_stored_exactly_as_it_is(onrecord: CommandLine, text: str) -> None:
    Path("a.txt").write_bytes(text.encode())
    if not Path("p.db").exists():
        onrecord.ok("new", "p.db")
    (row,) = onrecord.ok("add", "p.db", "a.txt", "--json").json
    assert text_of("p.db", row["id"]) == text.removeprefix("\ufeff")


def test_the_same_text_adds_nothing_and_says_so(onrecord: CommandLine, article: Path) -> None:
    Path("again.md").write_bytes(Path("ferry.md").read_bytes().replace(b"Ferry", b"Another title"))
    done = onrecord.ok("add", article, "again.md")
    assert "was there already" in done.out
    assert "added 0 documents; 1 text there already" in done.out
    (row,) = onrecord.ok("add", article, "again.md", "--json").json
    assert (row["new"], row["title"]) == (False, "Ferry")
    assert len(onrecord.rows("list", article, "documents")) == 1
    assert [act["what"] for act in onrecord.rows("log", article)] == ["made ann lead", "added “Ferry”"]


def test_standard_input(onrecord: CommandLine, article: Path) -> None:
    onrecord.ok("add", article, "-", "--title", "Piped", stdin="Caf\u00e9\r\nline".encode())
    onrecord.ok("add", article, "-", "--format", "jsonl", stdin=lines({"text": "x"}, {"text": "y"}).encode())
    rows = {row["title"]: row["id"] for row in onrecord.rows("list", article, "documents")}
    assert rows.keys() == {"Ferry", "Piped", "x", "y"}
    assert text_of("p.db", rows["Piped"]) == "Café\r\nline"


def test_options_replace_what_the_file_says(onrecord: CommandLine, article: Path) -> None:
    Path("a.md").write_text("---\ntitle: Old\noutlet: Bell\n---\nText.")
    about = ["--title", "New", "--date", "2026-03-03T06:30+01:00", "--author", "A", "--url", "u", "--language", "en"]
    onrecord.ok("add", article, "a.md", *about)
    row = onrecord.rows("list", article, "documents")[-1]
    assert [row[key] for key in ("title", "outlet", "author", "url", "published_at", "language")] == [
        "New", "Bell", "A", "u", "2026-03-03T05:30:00Z", "en",
    ]  # fmt: skip
    assert "is no date" in onrecord("add", article, "a.md", "--date", "last week").sentence
    assert "a.md: its title has 5,000 characters" in onrecord("add", article, "a.md", "--title", "x" * 5000).err


BAD = {
    '{"text": "a\\u0000b"}': "U+0000",
    '{"text": "a\\ud800b"}': "surrogate",
    '{"text": " \\n"}': "empty",
    '{"text": ["a"]}': "no text",
    '{"title": "a"}': "no text",
    '{"text": "a", "title": {"b": 1}}': "title",
    '{"text": "a", "title": "b\\u0000"}': "title",
    '["text"]': "object",
    '{"text": "a"': "column 13",
    "\udcff": "UTF-8",
    "[" * 100_000: "nested too deeply",
}


@pytest.mark.parametrize(("line", "reason"), BAD.items(), ids=range(len(BAD)))
def test_a_bad_record_refuses_its_file_and_is_named(
    onrecord: CommandLine, article: Path, line: str, reason: str
) -> None:
    good = [lines({"text": f"good {number}"}) for number in range(3)]
    content = good[0] + "\n" + line + "\n" + good[1] + good[2]
    Path("x.jsonl").write_bytes(content.encode("utf-8", "surrogateescape"))
    done = onrecord("add", article, "x.jsonl")
    first, last = done.err.splitlines()
    assert done.code == 1
    assert first.startswith("onrecord: x.jsonl:3: ")
    assert reason in first
    assert "--keep-good" in last
    assert len(onrecord.rows("list", article, "documents")) == 1
    done = onrecord("add", article, "x.jsonl", "--keep-good")
    assert done.code == 3
    assert done.err.startswith("onrecord: x.jsonl:3: ")
    assert "added 3 documents; 1 refused" in done.out


def test_a_bad_file_does_not_stop_the_others(onrecord: CommandLine, article: Path) -> None:
    Path("a.txt").write_text("One.")
    Path("b.txt").write_bytes(b"a\0b")
    Path("c.txt").write_text("Three.")
    done = onrecord("add", article, "a.txt", "b.txt", "nothing.txt", "c.txt")
    assert done.code == 3
    assert [line.split(": ")[1] for line in done.err.splitlines()] == ["b.txt", "nothing.txt"]
    assert "added 2 documents; 2 refused" in done.out


def test_keys_that_nothing_is_made_of_are_said_once(onrecord: CommandLine, article: Path) -> None:
    Path("x.jsonl").write_text(lines(*({"text": f"t{n}", "tags": ["a"], f"k{n % 2}": 1} for n in range(9))))
    done = onrecord.ok("add", article, "x.jsonl")
    assert done.sentence == "x.jsonl: not taken over: k0, k1, tags"


def test_the_same_remark_is_not_repeated_for_ever(onrecord: CommandLine, article: Path) -> None:
    Path("many").mkdir()
    for number in range(30):
        Path(f"many/{number}.txt").write_bytes(b"a\0b")
    done = onrecord("add", article, "many")
    assert len(done.err.splitlines()) == 11
    assert "20 times more" in done.err
    assert "30 refused" in done.out


def test_a_long_list_is_summed_up(onrecord: CommandLine, article: Path) -> None:
    Path("x.jsonl").write_text(lines(*({"text": f"t{n}"} for n in range(50))))
    done = onrecord.ok("add", article, "x.jsonl")
    assert len(done.out.splitlines()) == 22
    assert "added 50 documents" in done.out
    assert len(onrecord.ok("add", article, "x.jsonl", "--json").json) == 50


def test_documents_come_in_batches(onrecord: CommandLine, article: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(add, "BATCH", 20)
    monkeypatch.setattr(add, "BATCH_SECONDS", 1e9)
    Path("x.jsonl").write_text(lines(*({"text": f"t{n}"} for n in range(50))))
    onrecord.ok("add", article, "x.jsonl")
    assert [act["events"] for act in onrecord.rows("log", article)] == [1, 1, 20, 20, 10]
    monkeypatch.setattr(add, "BATCH_BYTES", 60)
    Path("y.jsonl").write_text(lines(*({"text": f"u{n}"} for n in range(4))))
    onrecord.ok("add", article, "y.jsonl")
    assert [act["events"] for act in onrecord.rows("log", article)][5:] == [2, 2]


def test_words_of_many_articles_are_merged_at_the_end(
    onrecord: CommandLine, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(add, "BATCH", 4)
    monkeypatch.setattr("onrecord.schema.bulk.AT_ONCE", 4)
    Path("x.jsonl").write_text(lines(*({"text": f"tide{n} at the quay"} for n in range(40))))
    onrecord.ok("add", article, "x.jsonl")
    with closing(sqlite3.connect(article)) as connection:
        parts = connection.execute("SELECT count(DISTINCT segid) FROM search_idx").fetchone()[0]
        found = connection.execute("SELECT count(*) FROM search WHERE search MATCH 'quay'").fetchone()[0]
        merging = connection.execute("SELECT v FROM search_config WHERE k = 'automerge'").fetchone()[0]
    assert parts <= 2  # ten acts came; the article of before may be one
    assert found == 40
    assert merging == 4
    onrecord.ok("check", article)


def test_what_was_added_before_an_interruption_stays_and_is_counted(
    onrecord: CommandLine, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = add.Intake._write

    def interrupted(self: add.Intake, batch: list[object]) -> object:
        if self.added:
            raise KeyboardInterrupt
        return written(self, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(add.Intake, "_write", interrupted)
    monkeypatch.setattr(add, "BATCH", 2)
    Path("x.jsonl").write_text(lines(*({"text": f"t{n}"} for n in range(5))))
    done = onrecord("add", article, "x.jsonl")
    assert done.code == 130
    assert "added 2 documents" in done.out
    assert len(onrecord.rows("list", article, "documents")) == 3


def test_a_revised_article(onrecord: CommandLine, article: Path) -> None:
    (old,) = onrecord.rows("list", article, "documents")
    for number, name in enumerate((old["id"], "Ferry", old["sha256"], old["sha256"][:12])):
        Path(f"{number}.md").write_text(f"---\ntitle: v{number}\nrevises: {name}\n---\nText {number}.")
        assert onrecord.ok("add", article, f"{number}.md").err == ""
    rows = onrecord.rows("list", article, "documents")
    assert [row["revises"] for row in rows] == [None, *[old["id"]] * 4]
    Path("x.md").write_text("---\nrevises: nowhere\n---\nText.")
    assert "no one document here" in onrecord.ok("add", article, "x.md").sentence


def test_a_record_may_revise_one_that_comes_later(onrecord: CommandLine, article: Path) -> None:
    (row,) = onrecord.rows("list", article, "documents")
    onrecord.ok("export", article, "x.jsonl")
    first = json.loads(Path("x.jsonl").read_text().splitlines()[0])
    Path("y.jsonl").write_text(lines({"text": "newer", "revises": row["sha256"]}, {"text": first["text"]}))
    onrecord.ok("new", "q.db", "y.jsonl")
    newer, older = onrecord.rows("list", "q.db", "documents")
    assert newer["revises"] == older["id"]


def test_formats_are_those_that_can_be_read(onrecord: CommandLine, article: Path) -> None:
    assert "there is no format 'pdf'" in onrecord("add", article, "a.pdf", "--format", "pdf").err
    Path("a.pdf").write_text("Text.")
    assert "--format" in onrecord("add", article, "a.pdf").err
    onrecord.ok("add", article, "a.pdf", "--format", "txt")


def test_a_charset_is_made_out_or_given(onrecord: CommandLine, article: Path) -> None:
    words = "Представитель заявил, что это неправда."
    Path("a.txt").write_bytes(words.encode("cp1251"))
    done = onrecord.ok("add", article, "a.txt")
    assert "a.txt: read as cp1251" in done.err
    Path("b.txt").write_bytes(words.encode("koi8-r") + b".")
    assert onrecord.ok("add", article, "b.txt", "--charset", "koi8-r").err == ""
    assert "no charset" in onrecord("add", article, "b.txt", "--charset", "klingon").err
    assert "not utf-8" in onrecord("add", article, "b.txt", "--charset", "utf-8").err
    assert text_of("p.db", onrecord.rows("list", article, "documents")[-1]["id"]) == words + "."


def test_a_name_that_is_no_utf8_is_no_trouble(onrecord: CommandLine, article: Path) -> None:
    name = os.fsdecode(b"\xff\x1b[31m.txt")
    Path(name).write_text("x" * 200)
    done = onrecord.ok("add", article, name)
    assert "\x1b" not in done.out + done.err
    assert onrecord.rows("list", article, "documents")[-1]["title"] == "\ufffd\x1b[31m"


@pytest.mark.slow
def test_progress_is_shown_on_a_terminal_alone(onrecord: CommandLine, article: Path) -> None:
    Path("x.jsonl").write_text(lines(*({"text": f"t{n}"} for n in range(50))))
    with Terminal([ONRECORD, "add", article, "x.jsonl", "--as", "ann"]) as terminal:
        assert terminal.finish() == 0
        assert "reading" in terminal.text
        assert "100%" in terminal.text
    piped = subprocess.run([ONRECORD, "add", article, "x.jsonl"], capture_output=True, text=True, check=True)
    assert piped.stderr == ""
