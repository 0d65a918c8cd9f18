"""How much memory one input takes in a fresh process: `python tests/fuzz/fuzz_memory.py TARGET FILE` prints it in bytes."""

import gc
import resource
import sys
import threading
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]

import fuzz_targets  # noqa: E402
from fuzz_targets import CORPUS, targets  # noqa: E402


def in_use() -> int:
    """The memory that this process has of the machine's now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def main() -> None:
    """Warm up with small inputs, so that what is loaded once does not count; then take the input, and watch."""
    fuzz_targets.assert_sound = lambda ledger: None
    name, file = sys.argv[1], Path(sys.argv[2])
    for seed in sorted((CORPUS / name).glob("good-*")):
        targets()[name].run(seed.read_bytes())
    data, done = file.read_bytes(), threading.Event()
    gc.collect()
    before = most = in_use()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.001):
            most = max(most, in_use())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        targets()[name].run(data)
    finally:
        done.set()
        watching.join()
    sys.stdout.write(f"{most - before}\n")


if __name__ == "__main__":
    main()
