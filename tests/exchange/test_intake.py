"""From names to articles: folders, links, pipes, and files that are none."""

import io
import json
import os
import sys
from pathlib import Path

import pytest
from onrecord.exchange import articles, json_text, plain
from onrecord.exchange.articles import Article, Item, Note, Refused
from onrecord.exchange.formats import article_formats, named, reader_for
from onrecord.exchange.intake import Options, find, read


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*names: str, **options: object) -> list[Path | Item]:
    return list(find(names, Options(**options)))  # type: ignore[arg-type]


def everything(name: str, **options: object) -> list[Item]:
    return list(read(Path(name), Options(**options)))  # type: ignore[arg-type]


def test_every_ending_has_its_reader() -> None:
    assert {ending: name for name, reader in article_formats().items() for ending in reader.endings} == {
        ".txt": "txt", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".jsonl": "jsonl",
        ".ndjson": "jsonl", ".warc": "warc", ".warc.gz": "warc",
    }  # fmt: skip
    assert reader_for(Path("A.TXT")) is named("txt")
    assert reader_for(Path("crawl.2026.WARC.gz")) is named("warc")
    assert reader_for(Path("other.gz")) is None


def test_folders_are_walked_in_order_without_what_is_hidden() -> None:
    for name in ("b/2.txt", "b/10.txt", "a.md", "c.HTML", ".hidden/x.txt", "b/.x.txt", "x.txt/inside.txt", "b/z.jsonl"):
        Path("in", name).parent.mkdir(parents=True, exist_ok=True)
        Path("in", name).touch()
    assert [str(path) for path in found("in")] == [
        "in/a.md", "in/c.HTML", "in/b/10.txt", "in/b/2.txt", "in/b/z.jsonl", "in/x.txt/inside.txt",
    ]  # fmt: skip
    assert found("in", "in/a.md")[-1] == Path("in/a.md")


def test_a_walk_ends_and_says_what_it_passed_over() -> None:
    Path("in/deep").mkdir(parents=True)
    Path("in/deep/up").symlink_to(Path("in").resolve())
    Path("in/self.txt").symlink_to("self.txt")
    Path("in/nowhere.txt").symlink_to("nothing")
    Path("real.txt").touch()
    Path("in/real.txt").symlink_to(Path("real.txt").resolve())
    os.mkfifo("in/pipe.txt")
    for name in ("a.pdf", "b.PDF", "c", "d.docx"):
        Path("in", name).touch()
    items = found("in")
    assert [item.place for item in items if isinstance(item, Refused)] == [
        "in/nowhere.txt", "in/pipe.txt", "in/self.txt",
    ]  # fmt: skip
    assert Path("in/real.txt") in items
    assert items[-1] == Note("in", "files of other kinds were passed over: .docx (1), .pdf (2), no ending (1)")
    assert {str(path) for path in found("in", format="txt") if isinstance(path, Path)} == {
        "in/real.txt", "in/a.pdf", "in/b.PDF", "in/c", "in/d.docx",
    }  # fmt: skip


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read() -> None:
    Path("in/locked").mkdir(parents=True)
    Path("in/a.txt").touch(mode=0)
    Path("in/locked").chmod(0)
    assert "Permission denied" in str(found("in"))
    (item,) = everything("in/a.txt")
    assert isinstance(item, Refused)
    Path("in/locked").chmod(0o700)


@pytest.mark.parametrize("name", ["nothing.txt", "self.txt", "folder.txt", "no/where.txt"])
def test_what_is_no_file_is_one_sentence(name: str) -> None:
    Path("self.txt").symlink_to("self.txt")
    Path("folder.txt").mkdir()
    (item,) = everything(name)
    assert isinstance(item, Refused)
    assert item.place == name


def test_a_file_without_a_known_ending_is_refused_and_one_that_is_not_there_too() -> None:
    Path("a.pdf").touch()
    (refused,) = found("a.pdf")
    assert isinstance(refused, Refused)
    assert "--format" in refused.sentence
    (path,) = found("nothing.pdf")
    assert isinstance(path, Path)
    (item,) = everything("nothing.pdf")
    assert isinstance(item, Refused)
    assert "no such file" in item.sentence


def test_a_named_pipe_is_read_when_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b'{"text": "a"}\n{"text": "b"}\n')
    os.close(writing)
    items = everything(f"/dev/fd/{reading}", format="jsonl")
    assert [item.text for item in items if isinstance(item, Article)] == ["a", "b"]
    os.close(reading)


@pytest.mark.parametrize("format_", ["txt", "md", "html"])
def test_a_file_that_never_ends(monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    for module in (articles, plain):
        monkeypatch.setattr(module, "MAX_BYTES", 10_000)
    (item,) = everything("/dev/zero", format=format_)
    assert isinstance(item, Refused)
    assert "no article" in item.sentence


def test_a_line_that_is_too_long_costs_only_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MAX_BYTES", 100)
    Path("x.jsonl").write_text('{"text": "a"}\n{"text": "' + "x" * 10_000 + '"}\n{"text": "b"}')
    items = everything("x.jsonl", keep_good=True)
    assert [item.place for item in items] == ["x.jsonl:1", "x.jsonl:2", "x.jsonl:3"]
    assert [type(item) for item in items] == [Article, Refused, Article]


def test_a_file_is_taken_whole_or_not_at_all() -> None:
    Path("x.jsonl").write_text('{"text": "a"}\n{}\n{"text": "b"}\n{"text": ""}\n')
    items = everything("x.jsonl")
    assert [type(item) for item in items] == [Refused, Refused, Note]
    assert not [item for item in items if isinstance(item, Article)]
    Path("y.jsonl").write_text("[]\n")
    assert [type(item) for item in everything("y.jsonl")] == [Refused]


def test_a_marked_json_lines_file_and_one_without_a_last_line_end() -> None:
    Path("x.jsonl").write_bytes(b'\xef\xbb\xbf{"text": "a"}\r\n\r\n{"text": "b"}')
    assert [(item.place, item.text) for item in everything("x.jsonl") if isinstance(item, Article)] == [
        ("x.jsonl:1", "a"),
        ("x.jsonl:3", "b"),
    ]


def test_progress_adds_up_to_the_file() -> None:
    Path("x.jsonl").write_text("".join(json.dumps({"text": f"text {n}"}) + "\n" for n in range(1000)))
    done: list[int] = []
    for _ in read(Path("x.jsonl"), Options(), done.append):
        pass
    assert sum(done) == Path("x.jsonl").stat().st_size
    assert 10 <= len(done) <= 1000


def test_standard_input_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfea")))
    (item,) = everything("-")
    assert isinstance(item, Refused)
    assert item.place == "stdin"
    assert "utf-16" in item.sentence
