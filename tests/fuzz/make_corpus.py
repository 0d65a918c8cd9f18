"""Write the first inputs of each target into `corpus/`, where a target has none: `python tests/fuzz/make_corpus.py`."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "support")]

from fuzz_targets import CORPUS, seeds  # noqa: E402


def main() -> None:
    """Write them; what is there stays."""
    for name, inputs in seeds().items():
        (CORPUS / name).mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(inputs, 1):
            path = CORPUS / name / f"good-{number}"
            if not path.exists():
                path.write_bytes(data)


if __name__ == "__main__":
    main()
