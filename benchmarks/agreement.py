"""How far the annotators of PolNeAR agree, layer by layer, on the texts that five or six of them share.

Reads the folder that ONRECORD_DATA names (default ../shared/data beside the repository) and says so where it is absent.
The texts go through the real importer into a temporary project, and the figures are those of `onrecord agree`. Run it
with: .venv/bin/python benchmarks/agreement.py [--json] [--by annotator|document] [--layer NAME] [--samples N]
[--competence]
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

from onrecord.cli.main import run

DATA = Path(os.environ.get("ONRECORD_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
PARTS = {
    "annotator-training": "texts that annotators were trained on",
    "train": "core texts that were given to all, to see how they go on",
}
LEAD = ["--as", "benchmark"]
"""Who makes the project leads it, and sees everybody's work."""
FEWEST = 5
"""So many annotators share a text that is measured."""


def shared(folder: Path) -> list[str]:
    """The names of a part's texts that enough annotators share."""
    annotators = Counter(file.stem.rpartition("_")[0] for file in folder.glob("attributions/*.ann"))
    return sorted(name for name, count in annotators.items() if count >= FEWEST)


@contextmanager
def imported(folder: Path, names: list[str]) -> Iterator[Path]:
    """A temporary project with these texts and the work of all their annotators."""
    with tempfile.TemporaryDirectory() as place:
        some, project = Path(place) / folder.name, Path(place) / "polnear.db"
        for name in names:
            for file in (folder / "text" / f"{name}.txt", *folder.glob(f"attributions/{name}_*.ann")):
                target = some / file.relative_to(folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)
        with redirect_stdout(StringIO()):
            done = [run([*LEAD, "new", str(project)])]
            done.append(run([*LEAD, "import", str(project), str(some), "--format", "brat", "--keep-good"]))
        if any(done):
            print(f"{folder.name}: not everything could be imported", file=sys.stderr)
        yield project


def main() -> int:
    """Print the figures of each part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--by", choices=("annotator", "document"))
    parser.add_argument("--layer", choices=("boundaries", "labels", "attribution", "claims"))
    parser.add_argument("--competence", action="store_true", help="how competent the annotators are instead")
    parser.add_argument("--samples", default="1000")
    given = parser.parse_args()
    if not (DATA / "polnear").is_dir():
        print(f"no PolNeAR at {DATA / 'polnear'}; set ONRECORD_DATA", file=sys.stderr)
        return 1
    options = ["--samples", given.samples, *(["--json"] if given.json else [])]
    options += [
        word for name in ("by", "layer") if getattr(given, name) for word in (f"--{name}", getattr(given, name))
    ]
    for part, what in PARTS.items():
        folder = DATA / "polnear" / part
        names = shared(folder)
        if not given.json:
            print(f"== {part}: {len(names)} {what}")
        with imported(folder, names) as project:
            if given.competence:
                run([*LEAD, "team", str(project), "--competence", *(["--json"] if given.json else [])])
            else:
                run([*LEAD, "agree", str(project), *options])
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
