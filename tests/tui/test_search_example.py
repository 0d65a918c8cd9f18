"""Finding words across the NO-BREAK SPACEs of a real article: by `/` in the Reader, and by full-text search."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from onrecord.schema import reading, searching
from onrecord.schema.store import connect
from onrecord.schema.text import find_all
from onrecord.tui import settings
from terminal import Terminal

ONRECORD = Path(sys.executable).with_name("onrecord")


@pytest.fixture
def article(data: Path) -> str:
    return next((data / "seed").glob("*.txt")).read_bytes().decode("utf-8")


@pytest.fixture
def project(data: Path, tmp_path: Path) -> Path:
    path = tmp_path / "seed.db"
    article = next((data / "seed").glob("*.txt"))
    subprocess.run([ONRECORD, "new", path, article, "--as", "ana"], check=True, capture_output=True)
    return path


def pairs(article: str) -> list[tuple[int, str]]:
    """Every two words with a NO-BREAK SPACE between them, as a person types them, and where they stand."""
    found = re.finditer("[A-Za-z]+\u00a0[A-Za-z]+", article)
    return [(each.start(), each[0].replace("\u00a0", " ")) for each in found]


def test_all_of_its_spaces_are_kept_and_none_hides_a_word(project: Path, article: str) -> None:
    connection = connect(project, write=False)
    (line,) = reading.list_documents(connection, "ana", 0, 5)
    document = reading.document(connection, line.id)
    assert document
    assert document.text == article
    assert document.text.count("\u00a0") == 62
    assert len(pairs(article)) > 40
    for start, words in pairs(article):
        assert start in [span.start for span in find_all(article, words)], words
        assert [hit.document_id for hit in searching.search(connection, words).hits] == [line.id], words
    connection.close()


def is_at(project: Path, cursor: int) -> bool:
    place = settings.place(project)
    return place is not None and place.cursor == cursor


@pytest.mark.slow
def test_slash_lands_on_the_words_that_were_typed(project: Path, article: str) -> None:
    chosen = pairs(article)[::10][:6]
    with Terminal([ONRECORD, project, "--as", "ana"], columns=120, rows=40) as terminal:
        terminal.wait("? help")
        terminal.settle()
        terminal.press("enter")
        terminal.wait("│")
        terminal.settle()
        for start, words in chosen:
            terminal.press("g", "g")
            terminal.settle()
            terminal.press("/")
            terminal.settle(0.3)
            terminal.type(words)
            terminal.settle()
            terminal.press("enter")
            terminal.settle(0.3)
            wanted = min(span.start for span in find_all(article, words))
            assert start in [span.start for span in find_all(article, words)]
            terminal.wait(partial(is_at, project, wanted))
