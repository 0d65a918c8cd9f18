"""Measure the tools whose folders are given, and onrecord; what was measured is kept in results/peers.json.

    python benchmarks/peers/run.py --venvs DIR

DIR has a virtual environment for each tool, called as on PyPI: DIR/label-studio, DIR/doccano, DIR/potato-annotation,
DIR/slate-nlp. A tool that is not there is left out, and the table says so. Each work ends after --minutes; a size after
one that did not end is not tried.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parents[1]))

from lines import about

from peers.doccano import Doccano
from peers.frame import SHOWN, Failed, Peer, TooLong, emptied, within
from peers.kept import Kept, Measured, Tool
from peers.ours import Ours
from peers.potato import Potato
from peers.slate import Slate
from peers.studio import LabelStudio

PEERS: tuple[type[Peer], ...] = (Ours, LabelStudio, Doccano, Potato, Slate)
SIZES = (1_000, 10_000, 100_000)
LABELS = 20
COLD = 3


def main() -> None:
    """Measure, and keep after each tool."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--venvs", type=Path, required=True, metavar="DIR", help="where the tools are installed")
    parser.add_argument("--peer", action="append", help="only this one; may be given again")
    parser.add_argument("--minutes", type=float, default=10, help="how long a work may take")
    parser.add_argument("--size", type=int, action="append", help="only so many articles; may be given again")
    options = parser.parse_args()
    for peer in PEERS:
        if options.peer and peer.name not in options.peer:
            continue
        venv = Path(sys.prefix) if peer is Ours else (options.venvs / peer.name).absolute()
        print(peer.name, flush=True)
        tool = _measured(peer, venv, 60 * options.minutes, options.size or SIZES)
        kept = Kept.load()
        kept.tools[peer.name] = tool
        kept.save()


def _measured(peer: type[Peer], venv: Path, seconds: float, sizes: tuple[int, ...]) -> Tool:
    tool = Tool(peer.name, peer.added, peer.labelled, peer.written, about())
    try:
        tool.version = _version(venv, peer.name)
    except (OSError, subprocess.CalledProcessError):
        tool.absent = f"not installed in {peer.name} of the folder given"
        return tool
    with tempfile.TemporaryDirectory(prefix="onrecord-peers-") as folder:

        def measure(what: str, work: Callable[[Peer], float], size: int) -> bool:
            fresh = peer(venv, emptied(Path(folder) / "data"))
            measured = _tried(lambda: work(fresh), seconds)
            measured.load = round(os.getloadavg()[0], 1)
            tool.works.setdefault(what, {})[str(size)] = measured
            print(f"  {what} {size:,}: {measured.seconds or measured.why}", flush=True)
            return measured.seconds is not None

        measure("cold", lambda fresh: _often(fresh), SHOWN)
        measure("label", lambda fresh: median(fresh.label(LABELS + 1)[1:]), SHOWN)
        for size in sizes:
            if not measure("add", lambda fresh, count=size: fresh.add(count), size):  # type: ignore[misc]
                break
        for size in sizes:
            if not measure("out", lambda fresh, count=size: fresh.out(count), size):  # type: ignore[misc]
                break
    return tool


def _often(peer: Peer) -> float:
    times = []
    for _ in range(COLD):
        emptied(peer.folder)
        times.append(peer.cold())
    return median(times)


def _tried(work: Callable[[], float], seconds: float) -> Measured:
    """What a work took, or why it is not known."""
    try:
        with within(seconds):
            return Measured(work())
    except TooLong:
        return Measured(why=f"not in {seconds / 60:g} min")
    except NotImplementedError as error:
        return Measured(why=str(error), none=True)
    except (Failed, OSError, AssertionError) as error:
        return Measured(why=f"failed: {' '.join(str(error).split())[:200]}")


def _version(venv: Path, name: str) -> str:
    ask = f"import importlib.metadata as m; print(m.version({name!r}))"
    return subprocess.run(
        [venv / "bin" / "python", "-c", ask], check=True, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    main()
