"""Fuzz every target in turn, in processes of their own, and print what became of it: `make fuzz MINUTES=10`.

What was learned is kept in `--keep` for the next time; an input that was answered badly is put there under `found`, to be
mended at its root and kept in `corpus/`.
"""

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

from msgspec import Struct

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from fuzz_targets import CORPUS, targets  # noqa: E402

_STATS = re.compile(r"stat::(\w+):\s+(\d+)")
_COVERED = re.compile(r"cov: (\d+)")


class Told(Struct, frozen=True):
    """What libFuzzer told of one target: inputs, branches reached, the slowest input in s, the most memory in MB."""

    inputs: int
    branches: int
    slowest: int
    memory: int
    found: tuple[Path, ...]
    output: str


def fuzz(name: str, seconds: int, keep: Path, seed: int = 0) -> Told:
    """Fuzz one target for so many seconds; with another `seed` than 0 each time with the same inputs, as far as it comes."""
    learned, found = keep / "corpus" / name, keep / "found" / name
    for folder in (learned, found):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    done = subprocess.run(
        [
            sys.executable, str(HERE / "fuzz_one.py"), name, f"-max_total_time={seconds}", f"-seed={seed}",
            "-print_final_stats=1",
            f"-artifact_prefix={found}/", "-rss_limit_mb=1500", str(learned), str(CORPUS / name),
        ],
        capture_output=True, text=True, errors="replace", check=False, timeout=seconds + 120,
    )  # fmt: skip
    errors = "\n".join(line for line in done.stderr.splitlines() if not line.startswith("INFO:"))
    stats = {key: int(value) for key, value in _STATS.findall(done.stderr)}
    covered = _COVERED.findall(done.stderr)
    news = tuple(sorted(set(found.iterdir()) - before))
    if done.returncode and not news:  # the process died of something that no input tells
        told = found / f"ended-with-{done.returncode}"
        told.write_text(done.stdout + errors, "utf-8")
        news = (told,)
    return Told(
        inputs=stats.get("number_of_executed_units", 0), branches=int(covered[-1]) if covered else 0,
        slowest=stats.get("slowest_unit_time_sec", 0), memory=stats.get("peak_rss_mb", 0), found=news,
        output=done.stdout[-4000:] + errors[-1500:],
    )  # fmt: skip


def main() -> int:
    """Fuzz, print a table, and answer with 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="for all targets together")
    parser.add_argument("--keep", type=Path, default=Path(".fuzz"), help="where to keep what was learned and found")
    parser.add_argument("names", nargs="*", help="targets; all if none is named")
    options = parser.parse_args()
    names = options.names or sorted(targets())
    seconds = max(2, round(options.minutes * 60 / len(names)))
    print(f"| {'target':<22} | {'inputs':>8} | branches | slowest, s | memory, MB | found |")
    print(f"| {'---':<22} | {'---:':>8} |     ---: |       ---: |       ---: |  ---: |")
    began, inputs, found = time.monotonic(), 0, 0
    for name in names:
        told = fuzz(name, seconds, options.keep)
        inputs, found = inputs + told.inputs, found + len(told.found)
        print(
            f"| {name:<22} | {told.inputs:>8,} | {told.branches:>8,} | {told.slowest:>10} | {told.memory:>10,}"
            f" | {len(told.found):>5} |", flush=True,
        )  # fmt: skip
        for path in told.found:
            print(f"\n{path}:\n{told.output}\n", flush=True)
    print(f"\n{inputs:,} inputs in {time.monotonic() - began:,.0f} s; found: {found}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
