"""Run every benchmark of this folder, each in its own process; exit non-zero when one of them fails.

With --quick only those run that measure lines of the table in docs/performance.md, in their short, loose form.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
SHARED = {"run", "ratios", "lines", "terminals"}
LINES: tuple[str, ...] = ("adding", "claims", "exports", "judgements", "keys", "startup", "suggestions", "writers")
"""Those that measure lines of the table; the others print ratios and bound them."""


def main() -> int:
    """Run all benchmarks, or those named as arguments; the answer is the number that failed."""
    quick = "--quick" in sys.argv
    wanted = [word for word in sys.argv[1:] if word != "--quick"]
    names = sorted(path.stem for path in HERE.glob("*.py") if path.stem not in SHARED)
    if unknown := set(wanted).difference(names):
        print("no such benchmark:", *sorted(unknown), "- there are:", *names)
        return len(unknown)
    failed = []
    for name in wanted or (LINES if quick else names):
        print(name, flush=True)
        how = [] if name not in LINES else ["--quick" if quick else "--keep"]
        if subprocess.run([sys.executable, HERE / f"{name}.py", *how], check=False).returncode:
            failed.append(name)
    if failed:
        print("failed:", *failed)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
