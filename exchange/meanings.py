"""What each public table and column means, for files that can carry it along."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

VIEWS = ("mark_current", "claim_standing", "timeline")
"""The public views, which formats for analysis hold as if they were tables."""


@lru_cache(1)
def _said() -> dict[str, Any]:
    return tomllib.loads(files("onrecord.schema").joinpath("meanings.toml").read_text("utf-8"))


def meaning(table: str, column: str = "purpose") -> str:
    """What a column means, or what a table is for, as plain text; empty where nobody has said it."""
    said = _said()
    own: dict[str, str] = said["tables"].get(table, {})
    words = own.get(column) or said["columns"].get(column, "")
    return str(words).replace("`", "")
