"""The sample project as it is built: what demo/README.md tells is what the views of the file say."""

import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from onrecord.demo.build import articles, build
from onrecord.schema import check
from onrecord.schema.errors import AlreadyThere, NotStored
from onrecord.schema.standing import CASE, changes, standing_at
from onrecord.schema.store import connect
from onrecord.schema.tables import TABLES

DEMO = Path(__file__).resolve().parents[2] / "demo"
README = (DEMO / "README.md").read_text("utf-8")
STORY: dict[str, Any] = tomllib.loads((DEMO / "story.toml").read_text("utf-8"))
CLAIMS = {claim["key"]: claim["text"] for claim in STORY["claims"]}
BOTH = ("ines", "tomasz")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The sample project, read-only."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path)
    with closing(connect(path, write=False)) as connection:
        yield connection


def told(heading: str) -> dict[str, list[str]]:
    """A table of the README under a heading: the first cell of each row, without backquotes, to the others."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    return {row[0].strip("`"): row[1:] for row in rows[2:]}


def published(connection: sqlite3.Connection) -> list[str]:
    """When the articles were published, in their order."""
    return [row[0] for row in connection.execute("SELECT published_at FROM documents ORDER BY published_at")]


def claim_id(connection: sqlite3.Connection, key: str) -> int:
    row = connection.execute("SELECT id FROM claims WHERE claim = ?", (CLAIMS[key],)).fetchone()
    return int(row[0])


def marks_until(annotators: tuple[str, ...], column: str = "published_at") -> str:
    """The marks of these annotators up to a moment, as a table for a FROM clause."""
    names = ", ".join(f"'{name}'" for name in annotators)
    return f"(SELECT * FROM mark_current WHERE annotator IN ({names}) AND {column} <= :moment AND claim_id = :claim)"


def standing_of(
    connection: sqlite3.Connection, key: str, moment: str, *annotators: str, column: str = "published_at"
) -> str:
    """A claim's standing from the marks of these annotators up to a moment, by the rule that the views use."""
    rows = ", ".join(
        f"count(CASE label WHEN '{each}' THEN 1 END) AS {each}"
        for each in ("sourced", "anonymous", "denied", "confirmed")
    )
    query = f"SELECT {CASE} FROM (SELECT {rows} FROM {marks_until(annotators, column)})"
    row = connection.execute(query, {"claim": claim_id(connection, key), "moment": moment}).fetchone()
    return str(row[0])


# ---------------------------------------------------------------------- as the README tells


def test_each_claims_standing_after_each_article(demo: sqlite3.Connection) -> None:
    for key, cells in told("Standing of each claim after each article").items():
        worded = demo.execute(
            "SELECT min(published_at) FROM timeline WHERE claim_id = ?", (claim_id(demo, key),)
        ).fetchone()[0]
        for moment, cell in zip(published(demo), cells, strict=True):
            expected = "unattributed" if cell == "–" else cell
            assert (moment < worded) == (cell == "–")
            assert standing_at(demo, claim_id(demo, key), moment) == expected
            for who in (("ines",), BOTH):
                assert standing_of(demo, key, moment, *who) == expected


def test_the_last_standing_is_that_of_the_view(demo: sqlite3.Connection) -> None:
    view = dict(demo.execute("SELECT claim, standing FROM claim_standing").fetchall())
    assert view == {CLAIMS[key]: cells[-1] for key, cells in told("Standing of each claim after each article").items()}


def test_tomasz_alone_sees_two_claims_otherwise(demo: sqlite3.Connection) -> None:
    last = {key: [standing_of(demo, key, "9", *who) for who in (("ines",), ("tomasz",))] for key in CLAIMS}
    differing = {key: pair for key, pair in last.items() if len(set(pair)) == 2}
    assert differing == {"gap-40": ["denied", "anonymous"], "seal-repair": ["mixed", "sourced"]}


def test_distinct_origins_after_each_article(demo: sqlite3.Connection) -> None:
    for key, cells in told("Distinct origins after each article").items():
        counted = [
            demo.execute(
                f"SELECT count(DISTINCT origin_id) FROM {marks_until(who)} WHERE label IN ('sourced', 'anonymous')",
                {"claim": claim_id(demo, key), "moment": moment},
            ).fetchone()[0]
            for who, moment in [*((("ines",), moment) for moment in published(demo)), (BOTH, "9")]
        ]
        assert counted == [int(cell) for cell in cells]
        view = demo.execute("SELECT origins FROM claim_standing WHERE claim = ?", (CLAIMS[key],)).fetchone()
        assert view == (counted[-1],)


def test_what_changed_the_first_claim(demo: sqlite3.Connection) -> None:
    seen = [
        (each.moment, each.standing, each.label, each.outlet) for each in changes(demo, claim_id(demo, "gate-short"))
    ]
    assert seen == [
        ("2026-03-03T05:30:00Z", "anonymous", "anonymous", "Tarrowmouth Mercury"),
        ("2026-03-05T15:05:00Z", "denied", "denied", "Ostmere Press Agency"),
        ("2026-03-12T12:40:00Z", "contested", "confirmed", "Ostmere Press Agency"),
    ]


def test_publication_and_recording_tell_different_days(demo: sqlite3.Connection) -> None:
    moment = "2026-03-05T23:00:00Z"
    assert standing_of(demo, "gate-short", moment, *BOTH) == "denied"
    assert standing_of(demo, "gate-short", moment, *BOTH, column="recorded_at") == "anonymous"


def test_the_articles_are_those_of_the_table(demo: sqlite3.Connection) -> None:
    rows = demo.execute("SELECT outlet, length, revises FROM documents ORDER BY published_at").fetchall()
    assert [outlet for outlet, _, _ in rows] == [cells[1] for cells in told("What happens").values()]
    assert [length for _, length, _ in rows] == [len(article.text) for article in articles()]
    first = demo.execute("SELECT id FROM documents ORDER BY published_at LIMIT 1").fetchone()[0]
    assert [revises for _, _, revises in rows] == [None] * 7 + [first, None]


def test_every_mark_is_there_and_was_made_when_the_story_says(demo: sqlite3.Connection) -> None:
    recorded = demo.execute(
        """SELECT name, quote, mentions.recorded_at, polarity, claim, mentions.note FROM mentions
        JOIN annotators ON annotators.id = annotator_id LEFT JOIN claims ON claims.id = claim_id"""
    ).fetchall()
    wanted = [
        (
            each["annotator"], " … ".join(each["quotes"]), utc(each["recorded_at"]), each["polarity"],
            CLAIMS[each["claim"]] if "claim" in each else None, each.get("note", ""),
        )
        for each in STORY["mentions"]
    ]  # fmt: skip
    assert sorted(recorded, key=str) == sorted(wanted, key=str)
    marks = demo.execute("SELECT annotator, quote, label, kind, certainty, note FROM mark_current").fetchall()
    assert sorted(marks, key=str) == sorted(
        (
            (
                each["annotator"],
                " … ".join(each["quotes"]),
                *map(mark.get, ("label", "kind", "certainty")),
                mark.get("note", ""),
            )
            for each in STORY["mentions"]
            for mark in each.get("marks", [])
        ),
        key=str,
    )
    assert demo.execute("SELECT count(*) FROM spans JOIN attributions ON attributions.id = attribution_id").fetchone()[
        0
    ] == sum(
        (key in link)
        for each in STORY["mentions"]
        for mark in each.get("marks", [])
        for link in mark["chain"]
        for key in ("quote", "cue")
    )


def test_nothing_was_recorded_before_it_could_be(demo: sqlite3.Connection) -> None:
    early = "SELECT count(*) FROM documents JOIN {} ON {} WHERE recorded_at <= added_at OR added_at <= published_at"
    for join in (("mentions", "document_id = documents.id"), ("submissions", "document_id = documents.id")):
        assert demo.execute(early.format(*join)).fetchone() == (0,)
    submissions = demo.execute(
        "SELECT name, state, note, recorded_at FROM submissions JOIN annotators ON annotators.id = annotator_id"
    ).fetchall()
    assert sorted(submissions) == sorted(
        (each["annotator"], each["state"], each.get("note", ""), utc(each["recorded_at"]))
        for each in STORY["submissions"]
    )


def test_claims_and_sources_are_tied_as_the_story_says(demo: sqlite3.Connection) -> None:
    relations = demo.execute(
        """SELECT one.claim, relation, other.claim FROM claim_relations
        JOIN claims AS one ON one.id = claim_id JOIN claims AS other ON other.id = other_id"""
    ).fetchall()
    assert sorted(relations) == sorted(
        (CLAIMS[each["claim"]], each["relation"], CLAIMS[each["other"]]) for each in STORY["relations"]
    )
    notes = dict(demo.execute("SELECT claim, note FROM claims").fetchall())
    assert notes == {each["text"]: each.get("note", "") for each in STORY["claims"]}
    sources = demo.execute("SELECT name, kind, document_id IS NULL FROM sources").fetchall()
    assert sorted(sources) == sorted((each["name"], each["kind"], int(each["named"])) for each in STORY["sources"])


def utc(moment: str) -> str:
    """A time of the story, an hour east of Greenwich throughout, as the tables keep it."""
    hour = int(moment[11:13]) - 1
    assert moment.endswith("+01:00")
    assert hour >= 0
    return f"{moment[:11]}{hour:02d}{moment[13:19]}.000Z"


# ---------------------------------------------------------------------- as a file


def test_the_project_is_sound(demo: sqlite3.Connection) -> None:
    assert list(check.check(demo)) == []


def test_every_build_is_the_same_to_the_byte_of_each_event(demo: sqlite3.Connection, tmp_path: Path) -> None:
    build(tmp_path / "again.db")
    with closing(connect(tmp_path / "again.db", write=False)) as again:
        for query in ("SELECT id, hash, body FROM events ORDER BY id", *(f"SELECT * FROM {table}" for table in TABLES)):
            assert demo.execute(query).fetchall() == again.execute(query).fetchall()


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("my novel")
    with pytest.raises(AlreadyThere):
        build(tmp_path / "x.db")
    assert (tmp_path / "x.db").read_text() == "my novel"
    with pytest.raises(NotStored):
        build(tmp_path / "no" / "x.db")
    assert [path.name for path in tmp_path.iterdir()] == ["x.db"]
