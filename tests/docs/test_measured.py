"""The frame of the benchmarks: by turns, held to a bar, kept as measured, and a fall of two told from noise."""

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from lines import Line, Pair, Point, Taken, exponent, fallen, keep_large, load, load_all, measure, measured, quick, save
from rows import FILES, LINES


def line(work: float, **more: object) -> Line:
    """A line whose floor takes one second and whose work takes this, or so."""
    plain = Line(
        "a", "to do", "not to do", 2.0, lambda _, size: Pair(lambda: 1.0, lambda: work, size), (10, 100), size=10
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def test_floor_and_work_go_by_turns(tmp_path: Path) -> None:
    told: list[str] = []

    def say(what: str) -> float:
        told.append(what)
        return 1.0

    measure(line(1, make=lambda _, size: Pair(lambda: say("floor"), lambda: say("work"), size)), 10, 3)
    assert told == ["floor", "work"] * 4  # the first for nothing


@pytest.mark.parametrize(("work", "at_least", "met"), [(1.9, False, True), (2.1, False, False), (2.1, True, True)])
def test_a_bar_is_met_or_not(work: float, at_least: bool, met: bool) -> None:
    assert measured(line(work, at_least=at_least)).met is met


def test_what_was_measured_is_kept(tmp_path: Path) -> None:
    result = measured(line(1.5))
    save(result, tmp_path)
    assert load("a", tmp_path) == result
    assert load("b", tmp_path) is None


def test_twice_as_slow_is_a_fall_and_noise_is_none(tmp_path: Path) -> None:
    before = Point(10, 1.0, 1.5, 1.5, 3)
    assert fallen(line(1), before, replace(before, ratio=3.0))
    assert not fallen(line(1), before, replace(before, ratio=2.2))
    assert fallen(line(1, at_least=True), before, replace(before, ratio=0.75))
    save(measured(line(1.5)), tmp_path)
    assert quick(line(1.5), tmp_path)
    assert not quick(line(3.0), tmp_path)


def test_growth_is_a_power_of_the_size() -> None:
    points = [Point(size, 1.0, float(size**2), 1.0, 1) for size in (10, 100, 1000)]
    assert exponent(points) == pytest.approx(2)
    assert exponent(points[:1]) is None


def test_a_quick_line_that_other_programs_hold_up_is_measured_again(tmp_path: Path) -> None:
    save(measured(line(1.5)), tmp_path)
    slow = iter([4.0, 4.0])
    assert quick(line(1.5, make=lambda _, size: Pair(lambda: 1.0, lambda: next(slow, 1.5), size)), tmp_path)


def test_processor_time_is_believed_before_the_clock(tmp_path: Path) -> None:
    def made(seconds: float, processor: float) -> Line:
        took = Taken(seconds, processor)
        return line(1.5, make=lambda _, size: Pair(lambda: Taken(1.0, 1.0), lambda: took, size))

    save(measured(made(1.5, 1.5)), tmp_path)
    assert quick(made(9.0, 1.5), tmp_path)
    assert not quick(made(1.5, 3.0), tmp_path)


def test_a_large_size_is_kept_beside_the_others(tmp_path: Path) -> None:
    grown = line(1.5, large=(1_000,), make=lambda _, size: Pair(lambda: 1.0, lambda: float(size), size))
    keep_large(grown, tmp_path)
    assert load("a", tmp_path) is None  # nothing to keep it beside
    save(measured(grown), tmp_path)
    keep_large(grown, tmp_path)
    keep_large(grown, tmp_path)
    kept = load("a", tmp_path)
    assert kept
    assert [(point.size, point.rounds) for point in kept.points] == [(10, 5), (100, 5), (1_000, 1)]
    assert kept.exponent == pytest.approx(1)
    assert kept.size == 10


def test_a_line_without_a_quick_form_never_falls(tmp_path: Path) -> None:
    result = measured(line(1.5, quick=None))
    assert result.quick is None
    save(result, tmp_path)
    assert quick(line(9.0, quick=None), tmp_path)


def test_a_size_that_takes_long_has_rounds_of_its_own() -> None:
    assert [point.rounds for point in measured(line(1.5, rounds=3, rounds_at={100: 1})).points] == [3, 1]


def test_the_table_has_a_place_for_every_line() -> None:
    measures = [(name, import_module(name)) for name in LINES]
    there = {
        each.name: name
        for name, module in measures
        for value in vars(module).values()
        if isinstance(value, tuple)
        for each in value
        if isinstance(each, Line)
    }
    assert there == FILES
    assert {result.name for result in load_all()} <= set(FILES)
