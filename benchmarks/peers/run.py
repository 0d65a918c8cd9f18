"""Measure the tools whose folders are given, and onrecord; what was measured is kept in results/peers.json.

    python benchmarks/peers/run.py --venvs DIR
    python benchmarks/peers/run.py --venvs DIR --only cold --only label

DIR has a virtual environment for each tool, called as on PyPI: DIR/label-studio, DIR/doccano, DIR/potato-annotation,
DIR/slate-nlp, and DIR/onrecord if another one is to be measured than the one that runs this. A tool that is not there
is left out, and the table says so. Each work ends after --minutes, and so does what must be there before it; a size
after one that did not end is not tried. With --peer, --only or --size what is not measured again stays as it was kept,
unless that was another version of the tool or another machine.
"""

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import fmean, median

sys.path.insert(0, str(Path(__file__).parents[1]))

from lines import about

from peers.clocks import Took, TooLong, within
from peers.doccano import Doccano
from peers.frame import SHOWN, Failed, Peer, emptied
from peers.kept import Kept, Measured, Tool
from peers.ours import Ours
from peers.potato import Potato
from peers.slate import Slate
from peers.studio import LabelStudio

PEERS: tuple[type[Peer], ...] = (Ours, LabelStudio, Doccano, Potato, Slate)
SIZES = (1_000, 10_000, 100_000)
WORKS: dict[str, Callable[[Peer, int], Took]] = {
    "add": lambda fresh, size: fresh.add(size),
    "out": lambda fresh, size: fresh.out(size),
    "cold": lambda fresh, _: _middle([_cold(fresh) for _ in range(COLD)]),
    "label": lambda fresh, _: _middle(fresh.label(LABELS + 1)[1:]),
}
"""By name. What takes long comes first: what is short is measured when the machine has come to rest."""
SIZED = ("add", "out")
LABELS = 20
COLD = 3


def main() -> None:
    """Measure, and keep after each work."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venvs", type=Path, required=True, metavar="DIR", help="where the tools are installed")
    parser.add_argument("--peer", action="append", help="only this one; may be given again")
    parser.add_argument("--only", action="append", choices=list(WORKS), help="only this work; may be given again")
    parser.add_argument("--size", type=int, action="append", help="only so many articles; may be given again")
    parser.add_argument("--minutes", type=float, default=10, help="how long a work may take")
    options = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed tool has its bytecode
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before the end"))  # so that no server is left behind
    names = [peer.name for peer in PEERS]
    if unknown := set(options.peer or ()).difference(names):
        parser.error(f"no such tool: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    works = [work for work in WORKS if work in (options.only or WORKS)]
    for peer in PEERS:
        if peer.name in (options.peer or names):
            print(peer.name, flush=True)
            venv = (options.venvs / peer.name).absolute()
            venv = Path(sys.prefix) if peer is Ours and not venv.is_dir() else venv
            _measure(peer, venv, works, options.size, 60 * options.minutes)


def _measure(peer: type[Peer], venv: Path, works: list[str], sizes: list[int] | None, limit: float) -> None:
    tool = _tool(peer, venv)
    if tool.absent:
        print(f"  {tool.absent}", flush=True)
        return _keep(tool)
    with tempfile.TemporaryDirectory(prefix="onrecord-peers-") as folder:
        for work in works:
            why = Measured()
            for size in sorted(sizes or SIZES) if work in SIZED else (SHOWN,):
                fresh = peer(venv, emptied(Path(folder) / "data"), limit)
                measured = _not_tried(why) if why.why else _tried(WORKS[work], fresh, size, limit)
                tool.works.setdefault(work, {})[str(size)] = measured
                print(f"  {work} {size:,}: {_said(measured)}", flush=True)
                _keep(tool)
                why = measured
    return None


def _tool(peer: type[Peer], venv: Path) -> Tool:
    """The tool as it is installed, with what was kept of it before."""
    tool = Tool(peer.name, peer.added, peer.labelled, peer.written, about())
    try:
        tool.version, tool.about["python"], *others = _versions(venv, peer.name, *peer.beside)
    except (OSError, subprocess.CalledProcessError):
        tool.absent = f"not installed in {peer.name} of the folder given"
        return tool
    tool.beside = dict(zip(peer.beside, others, strict=True))
    before = Kept.load().tools.get(peer.name)
    if before and tool.like(before):
        tool.works = before.works
    elif before:
        print(f"  what was kept of {before.version or 'it'} is of another version or machine, and is left out")
    return tool


def _versions(venv: Path, name: str, *others: str) -> list[str]:
    """Of a tool, of the Python that runs it, and of other packages."""
    ask = "import json, platform, sys, importlib.metadata as m; tool, *others = map(m.version, sys.argv[1:]); "
    ask += "print(json.dumps([tool, platform.python_version(), *others]))"
    command = [str(venv / "bin" / "python"), "-c", ask, name, *others]
    found: list[str] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _keep(tool: Tool) -> None:
    kept = Kept.load()
    kept.tools[tool.name] = tool
    order = [peer.name for peer in PEERS]
    kept.tools = dict(sorted(kept.tools.items(), key=lambda item: order.index(item[0])))
    kept.save()


def _tried(work: Callable[[Peer, int], Took], fresh: Peer, size: int, limit: float) -> Measured:
    """What a work took, or why it is not known."""
    try:
        with within(limit, f"what it needs was not there in {limit / 60:g} min"):
            took = work(fresh, size)
        measured = Measured(took.seconds, took.processor)
    except TooLong as error:
        measured = Measured(processor=error.processor, why=str(error))
    except NotImplementedError as error:
        measured = Measured(why=str(error), none=True)
    except (Failed, OSError, http.client.HTTPException, AssertionError) as error:
        measured = Measured(why=f"failed: {' '.join(str(error).split())[:200]}")
    measured.load = round(os.getloadavg()[0], 1)
    return measured


def _not_tried(before: Measured) -> Measured:
    """Of a size after one that did not end."""
    if before.none:
        return before
    return replace(before, processor=None, why=f"not tried: {before.why.removeprefix('not tried: ')} before")


def _said(measured: Measured) -> str:
    took = measured.why if measured.seconds is None else f"{measured.seconds:.3g} s"
    processor = "" if measured.processor is None else f", {measured.processor:.3g} s of the processor"
    return f"{took}{processor}; load {measured.load:g}"


def _middle(took: list[Took]) -> Took:
    """The median by the clock; the mean of the processor's hundredths, which are too coarse for a median."""
    processor = [each.processor for each in took if each.processor is not None]
    return Took(median(each.seconds for each in took), fmean(processor) if processor else None)


def _cold(peer: Peer) -> Took:
    emptied(peer.folder)
    return peer.cold()


if __name__ == "__main__":
    main()
