"""docs/performance.md and its plot, made from what `make bench` kept in benchmarks/results/ and from notes by hand."""

import math
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

HERE = Path(__file__).parent
BENCHMARKS = HERE.parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))

from lines import Point, Result, load_all  # noqa: E402
from peers.kept import Kept, Measured, Tool  # noqa: E402
from rows import place  # noqa: E402

MADE = "<!-- Made by docs/build.py from benchmarks/results/ and benchmarks/notes.md: then `make docs`. -->"
_NOTES = BENCHMARKS / "notes.md"


def performance() -> str:
    """The table of all lines, how they grow, the machines, and the notes."""
    results = _kept()
    lines = ["# Performance", "", MADE, "", *_notes("intro"), "", "## The table", ""]
    lines += ["| work | floor in the same run | ratio | bar | met |", "|---|---|---|---|---|", *map(_row, results)]
    lines += ["", *_notes("reading"), "", "## Growth", "", "![How time grows with size](performance.svg)", ""]
    lines += ["| work | size | floor | work | ratio | processor |", "|---|---|---|---|---|---|"]
    lines += [row for result in results for row in _points(result)]
    lines += ["", "## Machines", "", *_machines(results), "", *_peers(list(Kept.load().tools.values()))]
    lines += ["", *_notes("rest")]
    return "\n".join(lines).rstrip() + "\n"


def _kept() -> list[Result]:
    """What is kept of all lines, in the order of the table."""
    return sorted(load_all(), key=lambda result: place(result.name))


def _notes(part: str) -> list[str]:
    """A part of the notes: what stands under a line `<!-- part -->`."""
    parts = _NOTES.read_text(encoding="utf-8").split("<!-- ")
    found = [text.partition(" -->\n")[2] for text in parts if text.startswith(f"{part} -->")]
    return found[0].strip().splitlines() if found else []


def _row(result: Result) -> str:
    size = f", {result.point.size:,} {result.things}" if result.things else ""
    sign = "≥" if result.at_least else "≤"
    met = "yes" if result.met else "**no**"
    return f"| {result.what}{size} | {result.floor} | {result.point.ratio:.2f} | {sign} {result.bar:g} | {met} |"


def _points(result: Result) -> Iterator[str]:
    grows = "" if result.exponent is None else f" (size to the power of {result.exponent:.2f})"
    for at, point in enumerate(result.points):
        name = f"{result.what}{grows}" if at == 0 else ""
        size = f"{point.size:,} {result.things}" if result.things else "–"
        processor = "–" if point.processor is None else f"{point.processor:.2f}"
        floor, work = _amount(point.floor, result.unit), _amount(point.work, result.unit)
        yield f"| {name} | {size} | {floor} | {work} | {point.ratio:.2f} | {processor} |"


def _amount(value: float, unit: str) -> str:
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:.3g} {unit}"


def _machines(results: list[Result]) -> Iterator[str]:
    """Each machine with the lines that were measured there."""
    there: dict[str, list[str]] = {}
    for result in results:
        about = ", ".join(
            value if key in ("machine", "system") else f"{key} {value}" for key, value in result.about.items()
        )
        there.setdefault(about, []).append(result.name)
    for about, names in there.items():
        yield f"- {about}: {', '.join(names)}."


# ---------------------------------------------------------------------- other tools


def _peers(tools: list[Tool]) -> Iterator[str]:
    """The same work in other tools, each with its machine and versions."""
    yield from ["## Beside other tools", "", *_notes("peers"), ""]
    sizes = sorted({int(size) for tool in tools for work in ("add", "out") for size in tool.works.get(work, {})})
    columns = [("cold", 0), ("label", 0), *(("add", size) for size in sizes), *(("out", size) for size in sizes)]
    heads = {"cold": "cold start", "label": "one label", "add": "in", "out": "annotated out"}
    yield "| tool | " + " | ".join(f"{size:,} {heads[work]}" if size else heads[work] for work, size in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for tool in tools:
        cells = [tool.absent or _cell(tool, work, size) for work, size in columns]
        yield f"| {tool.name} {tool.version} | {' | '.join(cells)} |"
    yield ""
    for tool in tools:
        about = f"{tool.about['machine']}, {tool.about['system']}, Python {tool.about['python']}"
        about += "".join(f", {name} {version}" for name, version in tool.beside.items())
        loads = [each.load for work in tool.works.values() for each in work.values()]
        load = f"; load {min(loads):g} to {max(loads):g}" if loads else ""
        yield f"- {tool.name}: in: {tool.added}. Label: {tool.labelled}. Out: {tool.written}. ({about}{load})"


def _cell(tool: Tool, work: str, size: int) -> str:
    measured: dict[str, Measured] = tool.works.get(work, {})
    at = measured.get(str(size)) if size else next(iter(measured.values()), None)
    if at is None:
        return "not measured"
    if at.none:
        return "no such work"
    processor = "" if at.processor is None else f" ({_amount(at.processor, 's')})"
    return f"{at.why if at.seconds is None else _amount(at.seconds, 's')}{processor}"


# ---------------------------------------------------------------------- the plot

_WIDTH, _HEIGHT, _GAP, _ACROSS = 230, 130, 45, 3


def plot() -> str:
    """One small plot a line that was measured at several sizes: floor and work over size, both logarithmic."""
    shown = [result for result in _kept() if len(result.points) > 1]
    rows = math.ceil(len(shown) / _ACROSS) or 1
    width, height = _ACROSS * (_WIDTH + _GAP) + _GAP, rows * (_HEIGHT + 2 * _GAP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">']
    parts += [f'<rect width="{width}" height="{height}" fill="#ffffff"/>']
    for at, result in enumerate(shown):
        x, y = _GAP + at % _ACROSS * (_WIDTH + _GAP), _GAP + at // _ACROSS * (_HEIGHT + 2 * _GAP)
        parts += [f'<g transform="translate({x} {y})">', *_small(result), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _small(result: Result) -> Iterator[str]:
    values = [value for point in result.points for value in (point.floor, point.work)]
    low, high = math.log10(min(values)) - 0.1, math.log10(max(values)) + 0.1
    first, last = (math.log10(result.points[at].size) for at in (0, -1))

    def at(point: Point, value: float) -> str:
        across = (math.log10(point.size) - first) / (last - first or 1) * _WIDTH
        return f"{across:.1f},{_HEIGHT - (math.log10(value) - low) / (high - low) * _HEIGHT:.1f}"

    grows = "" if result.exponent is None else f", power {result.exponent:.2f}"
    yield f'<text y="-10" font-size="12" fill="#222222">{escape(result.name + grows)}</text>'
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="none" stroke="#bbbbbb"/>'
    for colour, dash, take in (("#888888", "4 3", "floor"), ("#0b6fa4", "none", "work")):
        path = " ".join(at(point, getattr(point, take)) for point in result.points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        across, down = map(float, at(result.points[-1], getattr(result.points[-1], take)).split(","))
        yield _text(across - 4, down - 4, take, colour, "end")
    for point, across, anchor in ((result.points[0], 0, "start"), (result.points[-1], _WIDTH, "end")):
        yield _text(across, _HEIGHT + 14, f"{point.size:,}", "#444444", anchor)
    yield _text(_WIDTH / 2, _HEIGHT + 14, f"{result.things}, {result.unit}", "#444444", "middle")


def _text(across: float, down: float, words: str, colour: str, anchor: str) -> str:
    place = f'x="{across:.1f}" y="{down:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="10" fill="{colour}">{escape(words)}</text>'
