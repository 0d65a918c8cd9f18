"""Meanings of tables and columns that exports carry: the same words as in the documentation."""

from pathlib import Path

from onrecord.exchange.meanings import VIEWS, meaning
from onrecord.schema.tables import TABLES

ROOT = Path(__file__).resolve().parents[2]


def test_every_table_and_every_kind_of_column_has_a_meaning() -> None:
    assert [table for table in (*TABLES, *VIEWS) if not meaning(table)] == []
    assert meaning("claim_standing", "origins").startswith("How many distinct sources")
    assert meaning("marks", "note") == "A remark in free words."
    assert "`" not in meaning("spans", "start") + meaning("mentions", "quote")
