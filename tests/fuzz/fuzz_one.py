"""Fuzz one target, guided by the lines that inputs reach: `python tests/fuzz/fuzz_one.py TARGET [libFuzzer's options]`.

An input must be answered within `SECONDS` and within ten times its own size in memory, above a floor.
"""

import os
import random
import resource
import sys
from pathlib import Path

import atheris

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each of its threads would take memory that no input asked for

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]

SECONDS = 10
FLOOR = 96 * 1024 * 1024
FACTOR = 10

with atheris.instrument_imports(include=["onrecord"]):
    from fuzz_targets import CORPUS, targets

from fuzz_mutators import mutate  # noqa: E402


def in_use() -> int:
    """The memory that this process has, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def main() -> None:
    """Fuzz until libFuzzer's options say that it is enough."""
    name = sys.argv[1]
    target = targets()[name]
    for seed in sorted((CORPUS / name).iterdir()):  # what is loaded only once is loaded now, before memory is counted
        target.run(seed.read_bytes())

    def bounded(data: bytes) -> None:
        most = in_use() + FLOOR + FACTOR * len(data)
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
        try:
            target.run(data)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def damaged(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if name in ("project", "commands") or rng.random() < 0.3:
            return bytes(atheris.Mutate(data, most))
        return mutate(data, rng, target.words)[:most]

    atheris.Setup([sys.argv[0], f"-timeout={SECONDS}", *sys.argv[2:]], bounded, custom_mutator=damaged)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
