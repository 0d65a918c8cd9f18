"""The user's settings and this machine's identity: what both faces need to know before they open a project.

Settings are `settings.toml` in the platform's config folder: `name`, `theme`, `suggestions` and a table `[keys]`. The
place where a person left each project is kept beside them, in the state folder; it is no part of the project.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import platformdirs
from msgspec import Struct

from ..schema.errors import BadInput
from ..schema.whole import whole

APP = "onrecord"
DEFAULT_THEME = "onrecord-dark"


class Settings(Struct, frozen=True):
    """What a user chose; `keys` maps an action's id to the keys that call it, separated by commas.

    Without `suggestions` none are computed or shown in the Reader.
    """

    name: str = ""
    theme: str = DEFAULT_THEME
    suggestions: bool = True
    keys: dict[str, str] = {}


class Place(Struct, frozen=True):
    """Where a person was in a project: the document by its sha256, and the cursor in code points."""

    document: str
    cursor: int


def settings_file() -> Path:
    """Where the settings are; the file need not exist."""
    return platformdirs.user_config_path(APP) / "settings.toml"


def load() -> Settings:
    """The user's settings, or the defaults.

    Raises:
        BadInput: the file is not valid TOML, or a setting has the wrong type; the sentence names file and setting.
    """
    path = settings_file()
    try:
        text = path.read_text("utf-8")
        import tomllib  # which costs time that nobody without settings need pay

        found = tomllib.loads(text)
    except FileNotFoundError:
        return Settings()
    except (ValueError, RecursionError) as error:  # of the decoder, or of TOML
        raise BadInput(f"{path}: is not valid TOML ({error}); mend or remove it") from None
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror})") from None
    name, theme, keys = found.get("name", ""), found.get("theme", DEFAULT_THEME), found.get("keys", {})
    if not isinstance(name, str) or not isinstance(theme, str):
        raise BadInput(f"{path}: `name` and `theme` are texts; write them in quotes")
    suggestions = found.get("suggestions", True)
    if not isinstance(suggestions, bool):
        raise BadInput(f"{path}: `suggestions` is true or false")
    if not isinstance(keys, dict) or not all(isinstance(key, str) for key in keys.values()):
        raise BadInput(f'{path}: [keys] maps an action to its keys, as in "reader.submit" = "space"')
    return Settings(name=name, theme=theme, suggestions=suggestions, keys=keys)


def save(**changes: str | bool) -> None:
    """Write settings, keeping the rest of the file and its comments."""
    import tomlkit

    path = settings_file()
    load()  # a file that cannot be read is never overwritten
    document = tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    document.update(changes)
    _replace(path, tomlkit.dumps(document))


def annotator(option: str | None = None) -> str | None:
    """Who is working: the option, else ONRECORD_ANNOTATOR, else the configured name, else None."""
    return option or os.environ.get("ONRECORD_ANNOTATOR") or load().name or None


def device(project: Path) -> str:
    """What numbers this machine's events in a project file: another id for every file, so that copies diverge cleanly.

    It follows from this machine's id and the file's place on the disk, which a copy does not share and a move keeps.
    """
    there = project.stat()
    return hashlib.sha256(f"{_machine()} {there.st_dev} {there.st_ino}".encode()).hexdigest()[:32]


def _machine() -> str:
    """This machine's id, made at first use."""
    path = platformdirs.user_data_path(APP) / "device"
    try:
        if found := path.read_text("ascii").strip():
            return found
    except (FileNotFoundError, UnicodeDecodeError):
        pass
    import uuid

    new = uuid.uuid4().hex
    _replace(path, new)
    return new


def place(project: Path, person: str = "") -> Place | None:
    """Where this user, or a person who shares the account, left a project, if that is known."""
    try:
        found: Any = json.loads(_place_file(project, person).read_text("utf-8"))
        return Place(document=str(found["document"]), cursor=int(found["cursor"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None


class PlaceFile:
    """Where this user is in a project, kept at every move: the last place is known however the process ends.

    A place is one small write over the last one, at no cost that a key would feel.
    """

    _SIZE = 128

    def __init__(self, project: Path, person: str = "") -> None:
        path = _place_file(project, person)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def keep(self, here: Place) -> None:
        """Remember a place."""
        line = json.dumps({"document": here.document, "cursor": here.cursor})
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, line.ljust(self._SIZE).encode("ascii"))

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def _place_file(project: Path, person: str) -> Path:
    whose = [str(project.resolve()), person] if person else [str(project.resolve())]
    name = hashlib.sha256("\0".join(whose).encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return platformdirs.user_state_path(APP) / "places" / f"{name}.json"


def _replace(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path, replace=True) as new:
        new.write_text(content, "utf-8", "backslashreplace")
