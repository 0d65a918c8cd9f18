"""The registry: every format is found by name, by ending and by content; a stranger's is one file and one entry point."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import formats, recognise, writer_for
from onrecord.schema.errors import BadInput, OnrecordError
from project_state import project
from projects import bring, held

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "formats.md").read_text("utf-8")
(EXAMPLE,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def bracketed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The format that the docs show, installed as somebody else's package."""
    site = tmp_path / "site"
    (site / "bracketed-1.0.dist-info").mkdir(parents=True)
    (site / "bracketed.py").write_text(EXAMPLE, "utf-8")
    (site / "bracketed-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: bracketed\nVersion: 1.0\n")
    (site / "bracketed-1.0.dist-info" / "entry_points.txt").write_text(
        "[onrecord.formats]\nbracketed = bracketed:FORMAT\nbroken = nowhere_at_all:FORMAT\nodd = re:compile\n"
    )
    monkeypatch.syspath_prepend(site)
    formats.cache_clear()
    yield
    sys.modules.pop("bracketed", None)
    formats.cache_clear()


def test_every_entry_of_our_own_is_there() -> None:
    from importlib.metadata import distribution

    entries = {each.name for each in distribution("onrecord").entry_points if each.group == "onrecord.formats"}
    assert set(formats()) == entries
    for name, form in formats().items():
        assert form.name == name
        assert form.read or form.write or form.articles
        assert form.about == form.about.strip()
        assert not form.about.endswith(".")


def test_the_page_tells_what_the_registry_holds() -> None:
    told: dict[str, tuple[bool, bool]] = {}
    for names, comes_in, goes_out in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|([\w ]*)\|([\w ]*)\|", PAGE, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", names):
            told[name] = (comes_in.strip() == "yes", goes_out.strip() == "yes")
    assert told == {name: (bool(each.read), bool(each.write)) for name, each in formats().items()}


def test_the_example_of_the_docs_is_a_format(bracketed: None, tmp_path: Path) -> None:
    assert len(EXAMPLE.split('"""\n', 1)[1].strip().splitlines()) <= 45
    assert "broken" not in formats()
    assert "odd" not in formats()
    path = tmp_path / "a.marked"
    path.write_text("[[anonymous|The gate stopped]], [[denied|it is said]].", "utf-8")
    with project("lead") as ledger:
        report = bring(ledger, path)
        assert report.came["mark"] == 2
        assert held(ledger)[0].text == "The gate stopped, it is said."
        export(ledger.connection, tmp_path / "out", name="bracketed")
    (written,) = (tmp_path / "out").iterdir()
    assert written.read_text("utf-8") == path.read_text("utf-8")


def test_a_format_that_stumbles_costs_nothing(bracketed: None, tmp_path: Path) -> None:
    path = tmp_path / "a.marked"
    path.write_bytes(b"[[anonymous|caf\xe9]]")
    with project("lead") as ledger, pytest.raises(AssertionError, match="is not utf-8"):
        bring(ledger, path)


def test_what_cannot_be_told_is_asked_for(tmp_path: Path) -> None:
    for name, content, sentence in (
        ("a.unknown", "x", "no ending that says what it is"),
        ("a.json", '{"nothing": "known"}', "but is none"),
        ("a.jsonl", '{"nothing": "known"}', "but is none"),
    ):
        (tmp_path / name).write_text(content)
        with pytest.raises(BadInput, match=sentence):
            recognise(tmp_path / name)


def test_an_ending_names_the_writer_or_the_writers(tmp_path: Path) -> None:
    assert writer_for(Path("x.DB"), "").name == "db"
    assert writer_for(Path("x.csv"), "").name == "csv"
    assert writer_for(Path("x.jsonl"), "").name == "jsonl"
    assert writer_for(Path("x"), "brat").name == "brat"
    for path, name in (("x.docx", ""), ("x.txt", ""), ("x", "txt"), ("x", "nonsense")):
        with pytest.raises(BadInput):
            writer_for(Path(path), name)


@pytest.mark.parametrize("there", ["file", "full folder", "link"])
def test_a_folder_replaces_nothing(there: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    if there == "file":
        out.write_text("mine")
    elif there == "link":
        (tmp_path / "elsewhere").mkdir()
        out.symlink_to(tmp_path / "elsewhere")
    else:
        out.mkdir()
        (out / "mine.txt").write_text("mine")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with project("lead") as ledger, pytest.raises(OnrecordError, match="choose another name"):
        export(ledger.connection, out, name="brat", force=True)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
