"""Plots in characters: as wide as asked, in their places, and nothing lost by rounding."""

from hypothesis import given
from hypothesis import strategies as st
from onrecord.report import plots

shares = st.floats(-1, 1)


def test_a_value_with_its_interval() -> None:
    assert plots.interval(0.5, 0.25, 0.75, 21) == "┊    ├────●────┤    ┊"
    assert plots.interval(None, None, None, 11) == "┊    ┊    ┊"
    assert plots.interval(1, None, None, 5) == "┊ ┊ ●"
    assert plots.interval(-0.5, -1, 0, 5, -1) == "├●┤┊┊"
    assert plots.scale(21) == "0         .5         "[:19] + " 1"


@given(shares, shares, shares, st.integers(0, 60), st.sampled_from([0.0, -0.3, -1.0]))
def test_a_plot_is_as_wide_as_asked_and_shows_its_value(
    value: float, low: float, high: float, width: int, least: float
) -> None:
    low, high = min(low, value, high), max(low, value, high)
    drawn = plots.interval(value, low, high, width, least)
    assert len(drawn) == width
    assert drawn.count("●") == (width > 0)
    assert len(plots.scale(width, least)) == width


def test_a_scale_begins_where_all_can_be_seen() -> None:
    assert plots.least_of([0.2, None, 0.9]) == 0
    assert plots.least_of([]) == 0
    assert plots.least_of([-0.01]) == -0.1
    assert plots.least_of([-0.3, 0.2]) == -0.3
    assert plots.least_of([-7.0]) == -1


def test_a_bar_has_its_parts() -> None:
    assert plots.bar([(5, "█"), (1, "▒")], 10, 10) == "█████▒░░░░"
    assert plots.bar([(1, "█")], 100_000, 10) == "█░░░░░░░░░"
    assert plots.bar([], 0, 4) == "░░░░"
    assert plots.bar([(7, "█")], 5, 4) == "████"


@given(st.lists(st.integers(0, 50), max_size=4), st.integers(0, 200), st.integers(0, 40))
def test_a_bar_is_as_wide_as_asked_and_leaves_out_no_part(numbers: list[int], whole: int, width: int) -> None:
    parts = list(zip(numbers, "█▓▒!", strict=False))
    drawn = plots.bar(parts, whole, width)
    assert len(drawn) == width
    if width >= len(parts):
        assert all(character in drawn for number, character in parts if number)
