"""The thread that answers while somebody types: an older question is cut short, and none is waited for."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from desk_app import PATIENCE, make_project
from onrecord.tui.asker import Asker
from textual.message import Message

ENDLESS = "WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n) SELECT count(*) FROM n"


class Answer(Message):
    """What a question came to."""

    def __init__(self, said: object) -> None:
        super().__init__()
        self.said = said


class Asked:
    """An asker with the answers that it gave."""

    def __init__(self, path: Path) -> None:
        self.answers: SimpleQueue[Message] = SimpleQueue()
        self.asker = Asker(path, "ana", self.answers.put)

    def ask(self, sql: str) -> threading.Event:
        """Ask for the first value of a query; the event is set when it begins."""
        begun = threading.Event()

        def question(connection: sqlite3.Connection) -> Message:
            begun.set()
            return Answer(connection.execute(sql).fetchone()[0])

        self.asker.ask(question, lambda problem: Answer(f"failed: {problem}"))
        return begun

    def answer(self) -> object:
        """The next answer."""
        found = self.answers.get(timeout=PATIENCE)
        assert isinstance(found, Answer)
        return found.said


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    asked = Asked(make_project(tmp_path / "p.db"))
    yield asked
    asked.asker.close()


def test_the_next_question_cuts_an_endless_one_short(asked: Asked) -> None:
    assert asked.ask(ENDLESS).wait(PATIENCE)
    asked.ask("SELECT count(*) FROM documents")
    assert asked.answer() == 1
    assert asked.answers.empty()


def test_what_is_dropped_is_not_answered(asked: Asked) -> None:
    assert asked.ask(ENDLESS).wait(PATIENCE)
    asked.asker.drop()
    with pytest.raises(Empty):
        asked.answers.get(timeout=0.05)
    asked.ask("SELECT 7")
    assert asked.answer() == 7


def test_it_ends_while_it_answers(tmp_path: Path) -> None:
    asked = Asked(make_project(tmp_path / "p.db"))
    assert asked.ask(ENDLESS).wait(PATIENCE)
    asked.asker.close()
    assert asked.answers.empty()


def test_what_goes_wrong_is_told_and_the_next_question_answered(asked: Asked) -> None:
    asked.ask("SELECT nothing FROM nowhere")
    assert str(asked.answer()).startswith("failed: ")
    asked.ask("SELECT 7")
    assert asked.answer() == 7


def test_a_project_that_cannot_be_opened_is_told_when_it_is_asked(tmp_path: Path) -> None:
    asked = Asked(tmp_path / "p.db")
    asked.ask("SELECT 7")
    assert "p.db" in str(asked.answer())
    make_project(tmp_path / "p.db")
    asked.ask("SELECT count(*) FROM documents")
    assert asked.answer() == 1
    asked.asker.close()
