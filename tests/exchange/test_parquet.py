"""Parquet: what the files hold is what SQLite holds, in types that fit."""

import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from examples import examples
from histories import TEXTS, logs
from hypothesis import given
from onrecord.demo.build import build
from onrecord.exchange import parquet
from onrecord.exchange.database import shown
from onrecord.exchange.exporting import export
from onrecord.exchange.meanings import VIEWS
from onrecord.schema.errors import MissingExtra
from onrecord.schema.events import AnyEvent, canonical
from onrecord.schema.ledger import Ledger
from onrecord.schema.tables import TABLES
from project_state import project

OF: dict[str, Callable[[Any], Any]] = {
    "timestamp[ms, tz=UTC]": lambda cell: datetime.fromisoformat(cell),
    "bool": bool,
    "int64": int,
    "string": str,
}


def assert_same(ledger: Ledger, folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {f"{name}.parquet" for name in (*TABLES, *VIEWS)}
    for name in (*TABLES, *VIEWS):
        table = pq.read_table(folder / f"{name}.parquet")
        rows = shown(ledger.connection, name)
        assert table.column_names == [column[0] for column in rows.description]
        kinds = [OF[str(field.type)] for field in table.schema]
        expected = [
            tuple(cell if cell is None else kind(cell) for kind, cell in zip(kinds, row, strict=True)) for row in rows
        ]
        assert [tuple(row.values()) for row in table.to_pylist()] == expected
        for kind, cells in zip(kinds, zip(*shown(ledger.connection, name), strict=True), strict=False):
            assert kind is not str or all(isinstance(cell, str) for cell in cells if cell is not None)


@examples(12)
@given(log=logs())
def test_the_files_hold_what_sqlite_holds(log: list[AnyEvent]) -> None:
    with project() as ledger, tempfile.TemporaryDirectory() as folder:
        ledger.receive(map(canonical, log), TEXTS)
        export(ledger.connection, Path(folder) / "x", name="parquet")
        assert_same(ledger, Path(folder) / "x")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build(path)
    return path


def test_the_sample_project_in_small_batches(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 7)
    monkeypatch.setattr(parquet, "_CHARACTERS", 3000)
    monkeypatch.setattr(parquet, "_CLAIMS", 2)
    with Ledger(demo, "ana", "d1") as ledger:
        export(ledger.connection, tmp_path / "x", name="parquet")
        assert_same(ledger, tmp_path / "x")
    assert pq.ParquetFile(tmp_path / "x" / "spans.parquet").num_row_groups > 20
    schema = pq.read_schema(tmp_path / "x" / "timeline.parquet")
    assert {name: str(schema.field(name).type) for name in ("changed", "recorded_at", "claim_id", "moment")} == {
        "changed": "bool", "recorded_at": "timestamp[ms, tz=UTC]", "claim_id": "int64", "moment": "string",
    }  # fmt: skip
    attributions = pq.read_schema(tmp_path / "x" / "attributions.parquet")
    assert str(attributions.field("is_origin").type) == str(attributions.field("relay").type) == "bool"
    standing = pq.read_schema(tmp_path / "x" / "claim_standing.parquet")
    assert str(standing.field("origins").type) == "int64"
    assert standing.field("origins").metadata[b"description"].startswith(b"How many distinct sources")
    assert standing.metadata[b"description"].startswith(b"One row a claim")


def test_an_empty_project_has_all_files_and_types(tmp_path: Path) -> None:
    with project() as ledger:
        export(ledger.connection, tmp_path / "x", name="parquet")
        assert_same(ledger, tmp_path / "x")
    assert str(pq.read_schema(tmp_path / "x" / "marks.parquet").field("certainty").type) == "int64"


def test_without_the_optional_part_the_sentence_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with project() as ledger, pytest.raises(MissingExtra, match=r"pip install 'onrecord\[parquet\]'"):
        export(ledger.connection, tmp_path / "x", name="parquet")
    assert not list(tmp_path.iterdir())
