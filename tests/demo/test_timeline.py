"""The demo project, asked through the ledger, tells each claim's history as demo/README.md does."""

import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from onrecord.demo.build import articles, build
from onrecord.measure.corroboration import corroboration
from onrecord.schema import claims, standing
from onrecord.schema.asof import as_known
from onrecord.schema.store import connect

DEMO = Path(__file__).resolve().parents[2] / "demo"
README = (DEMO / "README.md").read_text("utf-8")
STORY = tomllib.loads((DEMO / "story.toml").read_text("utf-8"))
CLAIMS = {claim["key"]: claim["text"] for claim in STORY["claims"]}
ABOUT_BOTH = "2026-03-06T00:00:00+01:00"
MOMENTS = [article.about["published_at"] for article in articles()]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path = tmp_path_factory.mktemp("story") / "story.db"
    build(path)
    with closing(connect(path, write=False)) as connection:
        yield connection


def told(heading: str) -> dict[str, list[str]]:
    """A table of the README by its first column."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| `([\w-]+)` \|(.*)\|$", section, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


def id_of(story: sqlite3.Connection, key: str) -> int:
    words = (CLAIMS[key],)
    return int(story.execute("SELECT id FROM claims WHERE claim = ?", words).fetchone()[0])


@pytest.mark.parametrize("key", sorted(CLAIMS))
def test_each_claims_standing_after_each_article(story: sqlite3.Connection, key: str) -> None:
    expected = told("Standing of each claim after each article")[key]
    here = id_of(story, key)
    found = []
    for moment in MOMENTS:
        (line,) = claims.lines(story, [here], moment)
        assert line.standing == standing.standing_at(story, here, moment)
        assert line.standing == standing.standings(story, [here], moment)[here]
        found.append(line.standing if line.mentions else "–")
    assert found == expected
    by_day = dict(standing.by_day(story, here))
    assert list(by_day.values())[-1] == expected[-1]
    assert len(standing.in_documents(story, here)) == claims.lines(story, [here])[0].documents


@pytest.mark.parametrize("key", sorted(CLAIMS))
def test_each_claims_distinct_origins(story: sqlite3.Connection, key: str) -> None:
    both = int(told("Distinct origins after each article")[key][-1])
    found = corroboration(story, id_of(story, key))
    assert found.distinct == found.untied == both == claims.lines(story, [id_of(story, key)])[0].origins


def test_a_claim_that_three_outlets_relay_has_one_origin(story: sqlite3.Connection) -> None:
    found = corroboration(story, id_of(story, "gate-short"), as_of="2026-03-04")
    (origin,) = found.origins
    assert origin.names == ("a harbour official who was on the wall that evening",)
    assert (origin.documents, len(origin.outlets), origin.named) == (3, 3, False)


def test_the_two_clocks_differ_where_an_annotator_was_away(story: sqlite3.Connection) -> None:
    here = id_of(story, "gate-short")
    assert standing.standing_at(story, here, ABOUT_BOTH) == "denied"
    with as_known(story, [here], ABOUT_BOTH) as known:
        assert standing.standing_at(known, here, ABOUT_BOTH) == "anonymous"


def test_every_change_names_its_mark_and_document(story: sqlite3.Connection) -> None:
    for key in CLAIMS:
        for change in standing.changes(story, id_of(story, key)):
            label, document = story.execute(
                "SELECT label, document_id FROM mark_current WHERE mark_id = ?", (change.mark_id,)
            ).fetchone()
            assert (label, document) == (change.label, change.document_id)


def test_relations_read_from_both_ends(story: sqlite3.Connection) -> None:
    short, closed, forty = (id_of(story, key) for key in ("gate-short", "gate-closed", "gap-40"))
    assert {(each.relation, each.claim_id) for each in claims.related(story, short)} >= {
        ("contradicts", closed), ("wider_than", forty),
    }  # fmt: skip
    assert ("narrower_than", short) in {(each.relation, each.claim_id) for each in claims.related(story, forty)}
