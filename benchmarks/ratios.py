"""What every benchmark needs: a fair time, and a ratio held to a bound.

Absolute times say more about the machine than about the program, so a benchmark compares two of its own times (a big
project with a small one, a new way with the plain one) and bounds their ratio.
"""

import gc
from collections.abc import Callable
from time import perf_counter


def fastest(work: Callable[[], object], rounds: int = 7) -> float:
    """The shortest of several runs, in seconds: other programs only ever make a run longer."""
    times = []
    gc.collect()
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def hold(what: str, ratio: float, at_most: float) -> None:
    """Print a ratio and its bound.

    Raises:
        SystemExit: the ratio is out of bounds; the benchmark ends here.
    """
    print(f"  {what}: {ratio:.2f} (at most {at_most:g})", flush=True)
    if ratio > at_most:
        raise SystemExit(f"  out of bounds: {what}")
