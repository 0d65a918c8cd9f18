"""Run every benchmark of this folder, each in its own process; exit non-zero when one of them fails.

With --quick only those run that measure lines of the table in docs/performance.md, in their short, loose form; with
--keep-quick they keep that form anew, for the next time. With --large they are measured at the sizes that take minutes.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from lines import FOLDER
from rows import LINES

HERE = Path(__file__).parent
SHARED = {"run", "machine", "ratios", "lines", "rows", "desk", "stretching", "terminals", "newsroom"}
APART = ("--quick", "--keep-quick", "--large")


def main() -> int:
    """Run all benchmarks, or those named as arguments; the answer is the number that failed."""
    apart = [word for word in sys.argv[1:] if word in APART]
    wanted = [word for word in sys.argv[1:] if word not in APART]
    others = sorted({path.stem for path in HERE.glob("*.py")} - SHARED - set(LINES))
    if unknown := set(wanted).difference(LINES, others):
        print("no such benchmark:", *sorted(unknown), "- there are:", *LINES, *others)
        return len(unknown)
    failed = []
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        for name in wanted or (LINES if apart else (*LINES, *others)):
            how = [] if name not in LINES else apart[:1] or ["--keep"]
            began = perf_counter()
            print(name, flush=True)
            done = subprocess.run(
                [sys.executable, HERE / f"{name}.py", *how], env=os.environ | {FOLDER: folder}, check=False
            )
            print(f"  ({perf_counter() - began:.0f} s)", flush=True)
            if done.returncode:
                failed.append(name)
    if failed:
        print("failed:", *failed)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
