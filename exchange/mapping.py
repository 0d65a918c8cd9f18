"""What other tools call things, and what they are called here: `--map`, or a small TOML file."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field

from ..schema.act import check_signer
from ..schema.errors import BadInput

LEFT_OUT = "-"
_SECTIONS = ("label", "annotator", "column")


class Mapping(Struct, frozen=True):
    """Names of another tool and what stands for them here; what is not named stays as it is.

    A label may be mapped to `label`, `label/kind`, or `-`, which leaves it out. Columns are those of a table, ours to
    theirs.
    """

    labels: dict[str, str] = field(default_factory=dict)
    annotators: dict[str, str] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)

    def label(self, name: str) -> tuple[str, str] | None:
        """The label and the kind that a name stands for; None where it is left out."""
        wanted = self.labels.get(name, "")
        if wanted == LEFT_OUT:
            return None
        label, _, kind = wanted.partition("/")
        return (label, kind) if wanted else (name, "")

    def annotator(self, name: str) -> str:
        """Whose work it is; a slash, which no annotator's name can hold, becomes a dash."""
        return self.annotators.get(name, name).strip().replace("/", "-")


def read_mapping(words: Sequence[str]) -> Mapping:
    """The mapping of `--map` options: each a TOML file, or `[label:|annotator:|column:]THEIRS=OURS`.

    A file has the tables `[labels]`, `[annotators]` and `[columns]`. Later words win.

    Raises:
        BadInput: a file that cannot be read, or a word that says nothing.
        InvalidEvent: nobody can have the name that an annotator gets.
    """
    made: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for word in words:
        path = Path(word)
        if word.endswith(".toml") or ("=" not in word and path.is_file()):
            for section, names in _read_file(path).items():
                made[section].update(names)
            continue
        head, colon, rest = word.partition(":")
        section, pair = (head, rest) if colon and head in _SECTIONS else ("label", word)
        name, equals, value = pair.partition("=")
        if not equals or not name or not value.strip():
            raise BadInput(f"--map {word!r} says nothing; write THEIRS=OURS, annotator:THEIRS=OURS or a .toml file")
        made[section][name] = value.strip()
    for name in made["annotator"].values():
        check_signer(name)
    return Mapping(labels=made["label"], annotators=made["annotator"], columns=made["column"])


def _read_file(path: Path) -> dict[str, dict[str, str]]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadInput(f"{path}: is not valid TOML: {error}") from None
    made: dict[str, dict[str, str]] = {}
    for table, names in content.items():
        section = table.removesuffix("s")
        if section not in _SECTIONS or not isinstance(names, dict):
            raise BadInput(f"{path}: {table!r} is no part of a mapping; use [labels], [annotators] and [columns]")
        for name, value in names.items():
            if not isinstance(value, str) or not value.strip():
                raise BadInput(f"{path}: {name!r} must stand for a name in quotes, or for '-' to leave it out")
        made[section] = {name: value.strip() for name, value in names.items()}
    return made
