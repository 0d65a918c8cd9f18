"""What is installed is what was locked, by its hash; what is needed is few, and each is there for a written reason."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PAGE = (ROOT / "docs" / "dependencies.md").read_text("utf-8")


def locked() -> dict[Requirement, list[str]]:
    """Each locked requirement with its hashes."""
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {Requirement(line.split(" --hash=")[0]): line.split(" --hash=")[1:] for line in lines}


def test_every_core_dependency_is_listed_with_its_reason_and_nothing_else() -> None:
    listed = dict(re.findall(r"^\| `([\w.-]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))
    needed = {Requirement(each).name for each in PROJECT["project"]["dependencies"]}
    assert set(listed) == needed
    assert all(len(reason.split()) > 2 for reason in listed.values())


def test_every_core_dependency_is_imported_somewhere() -> None:
    rooms = list(ROOT.glob("*/__init__.py"))
    code = "\n".join(path.read_text("utf-8") for room in rooms for path in room.parent.rglob("*.py"))
    for each in PROJECT["project"]["dependencies"]:
        name = {"PyYAML": "yaml"}.get(Requirement(each).name, Requirement(each).name.replace("-", "_"))
        assert re.search(rf"^\s*(import|from) {name}\b", code, re.MULTILINE), name


def test_every_extra_is_explained() -> None:
    for extra in set(PROJECT["project"]["optional-dependencies"]) - {"all"}:
        assert f"`{extra}`" in PAGE, extra


def test_everything_locked_has_one_version_and_hashes() -> None:
    lock = locked()
    assert len(lock) > 100
    for requirement, hashes in lock.items():
        assert [each.operator for each in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each.strip()) for each in hashes), requirement


def test_everything_that_is_asked_for_is_locked() -> None:
    names = {canonicalize_name(each.name) for each in locked()}
    asked = [
        *PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"],
        *(each for extra in PROJECT["project"]["optional-dependencies"].values() for each in extra),
    ]  # fmt: skip
    assert {canonicalize_name(Requirement(each).name) for each in asked} - {"onrecord"} <= names


def test_what_is_installed_is_what_was_locked() -> None:
    for requirement in locked():
        if requirement.marker and not requirement.marker.evaluate():
            continue
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            installed = "missing"
        assert requirement.specifier.contains(installed, prereleases=True), f"{requirement}: {installed} is installed"
