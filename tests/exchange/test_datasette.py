"""Datasette: the real one serves every table, every facet and every query of the folder."""

import asyncio
import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from onrecord.demo.build import build
from onrecord.exchange.exporting import export
from onrecord.exchange.meanings import VIEWS
from onrecord.schema.store import connect
from onrecord.schema.tables import TABLES
from project_state import project

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project, exported."""
    path = tmp_path_factory.mktemp("demo")
    build(path / "demo.db")
    with closing(connect(path / "demo.db", write=False)) as connection:
        export(connection, path / "out", name="datasette")
    return path / "out"


def asked(folder: Path, *paths: str) -> list[Any]:
    """What the real Datasette answers; JSON as values, pages as text."""
    from datasette.app import Datasette  # type: ignore[import-untyped]

    async def answers() -> list[Any]:
        metadata = json.loads((folder / "metadata.json").read_text("utf-8"))
        datasette = Datasette([str(folder / "onrecord.db")], metadata=metadata)
        await datasette.invoke_startup()
        responses = [await datasette.client.get(path) for path in paths]
        assert [(path, each.status_code) for path, each in zip(paths, responses, strict=True)] == [
            (path, 200) for path in paths
        ]
        return [each.json() if ".json" in path else each.text for path, each in zip(paths, responses, strict=True)]

    return asyncio.run(answers())


def metadata(folder: Path) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((folder / "metadata.json").read_text("utf-8"))
    return said["databases"]["onrecord"]  # type: ignore[no-any-return]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # other people's
def test_every_page_is_served_with_its_meaning_and_facets(folder: Path) -> None:
    names = [*TABLES, *VIEWS, "searchable", "nameable"]
    home, *pages = asked(folder, "/onrecord", *(f"/onrecord/{name}" for name in names))
    for name, page in zip(names, pages, strict=True):
        said = metadata(folder)["tables"][name]
        assert said["description"].split(":")[0].split("'")[0] in page
        assert f"/onrecord/{name}" in home
        for facet in said.get("facets", []):
            assert f'data-column="{facet}"' in page
    facets = [(name, facet) for name in names for facet in metadata(folder)["tables"][name].get("facets", [])]
    answers = asked(folder, *(f"/onrecord/{name}.json?_facet={facet}&_size=0" for name, facet in facets))
    assert all(facet in answer["facet_results"] for (_, facet), answer in zip(facets, answers, strict=True))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # other people's
def test_every_query_finds_something_in_the_sample_project(folder: Path) -> None:
    queries = metadata(folder)["queries"]
    assert len(queries) == 10
    pages = asked(folder, *(f"/onrecord/{name}" for name in queries))
    answers = asked(folder, *(f"/onrecord/{name}.json?_shape=array" for name in queries))
    for (name, query), page, rows in zip(queries.items(), pages, answers, strict=True):
        assert rows, name
        assert query["title"].split("'")[0] in page
    with_parameters = {
        "disputed_claims_from_unnamed_origins": {"outlet": "Tarrowmouth Mercury"},
        "on_record_at": {"moment": "2026-03-05T20"},
        "where_words_occur": {"words": '"storm gate"'},
    }
    paths = [f"/onrecord/{name}.json?_shape=array&{urlencode(each)}" for name, each in with_parameters.items()]
    fewer = dict(zip(with_parameters, asked(folder, *paths), strict=True))
    every = dict(zip(queries, answers, strict=True))
    assert all(0 < len(rows) <= len(every[name]) or name == "where_words_occur" for name, rows in fewer.items())
    assert {row["outlet"] for row in fewer["disputed_claims_from_unnamed_origins"]} == {"Tarrowmouth Mercury"}
    assert all("storm" in (row["excerpt"] + row["title"]).lower() for row in fewer["where_words_occur"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # other people's
def test_searches_units_and_links_work(folder: Path) -> None:
    found, page, sources = asked(
        folder,
        "/onrecord/documents.json?_search=harbour&_shape=array",
        "/onrecord/marks?certainty__notnull=1",
        "/onrecord/sources.json?_search=orrin&_shape=array",
    )
    assert found
    assert sources
    assert all("orrin" in row["name"].lower() + row["note"].lower() for row in sources)
    assert "%" in page


def test_what_it_says_is_of_columns_that_are_there(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "onrecord.db")) as copy:
        said = tomllib.loads((ROOT / "exchange" / "datasette.toml").read_text("utf-8"))
        for part in ("facets", "names", "sort"):
            for table, named in said[part].items():
                columns = {row[1] for row in copy.execute(f"PRAGMA table_info({table})")}
                assert columns, table
                assert {named} <= columns if isinstance(named, str) else set(named) <= columns


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # other people's
def test_an_empty_project_is_served_too(tmp_path: Path) -> None:
    with project() as ledger:
        export(ledger.connection, tmp_path / "out", name="datasette")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"onrecord.db", "metadata.json", "README.md"}
    asked(tmp_path / "out", *(f"/onrecord/{name}.json?_shape=array" for name in metadata(tmp_path / "out")["queries"]))
    assert "datasette serve OUT/onrecord.db -m OUT/metadata.json" in (tmp_path / "out" / "README.md").read_text()
