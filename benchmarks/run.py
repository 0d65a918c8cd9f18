"""Run every benchmark of this folder, each in its own process; exit non-zero when one of them fails."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SHARED = {"run", "ratios"}


def main() -> int:
    """Run all benchmarks, or those named as arguments; the answer is the number that failed."""
    wanted = sys.argv[1:]
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in SHARED)
    if unknown := set(wanted).difference(names):
        print("no such benchmark:", *sorted(unknown), "- there are:", *names)
        return len(unknown)
    failed = []
    for name in wanted or names:
        print(name, flush=True)
        if subprocess.run([sys.executable, HERE / f"{name}.py"], check=False).returncode:
            failed.append(name)
    if failed:
        print("failed:", *failed)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
