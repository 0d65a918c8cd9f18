"""The line above a list in which one types what its rows must have."""

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static


def filter_line(placeholder: str) -> Horizontal:
    """The line, with how many rows are left at its end (`#filter-count`)."""
    return Horizontal(
        Static(Content("filter "), id="filter-name"),
        Input(placeholder=placeholder, compact=True, select_on_focus=False),
        Static(id="filter-count", markup=False),
        id="filter",
    )
