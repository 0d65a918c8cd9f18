"""The questions in docs/queries.md can be asked of any project, and the sample project has answers to each."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from onrecord.demo.build import build

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
QUESTIONS = re.findall(r"^## (.+?)\n\n(.+?)\n\n```sql\n(.+?)```", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The sample project, opened as any tool would."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    build(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA trusted_schema = OFF")
    yield connection
    connection.close()


def test_there_are_ten_and_each_is_explained() -> None:
    assert len(QUESTIONS) == PAGE.read_text("utf-8").count("```sql") == 10
    assert all(title.endswith("?") and prose.endswith(".") for title, prose, _ in QUESTIONS)


@pytest.mark.parametrize(("title", "_", "sql"), QUESTIONS, ids=[title.split(".")[0] for title, _, _ in QUESTIONS])
def test_each_is_one_select_with_an_answer(title: str, _: str, sql: str, sample: sqlite3.Connection) -> None:
    assert sql.count(";") == 1
    cursor = sample.execute(sql)
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    assert rows
    assert all(len(row) == len(names) for row in rows)


def test_the_answers_are_those_of_the_story(sample: sqlite3.Connection) -> None:
    answers = {int(title.split(".")[0]): sample.execute(sql).fetchall() for title, _, sql in QUESTIONS}
    assert {row[1] for row in answers[1]} <= {"denied", "contested"}
    assert {row[4] for row in answers[5]} == {1}
    assert {outlet for outlet, _, percent in answers[6] if percent == 100} == {"Tarrowmouth Mercury"}
    assert {row[1] for row in answers[8]} == {"A 40 and a 14"}  # all in the writer's own voice
    assert {row[3] for row in answers[9]} == {"The Sallow Gate stopped 40 centimetres above its sill in the test."}
