"""The house holds: imports point down, headless rooms stay headless, and the wheel has everything that it needs."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
HEADLESS = [room for room in ROOMS if room not in ("cli", "tui")]
SHIPPED = {".py", ".tcss", ".md", ".toml", ".json", ".sql", ".jinja"}


def sources(room: str) -> Iterator[Path]:
    """A room's files that belong in the wheel, relative to the repository."""
    for path in sorted((ROOT / room).rglob("*")):
        if path.suffix in SHIPPED:
            yield path.relative_to(ROOT)


def modules(*rooms: str) -> list[str]:
    """The import names of all modules of these rooms."""
    paths = [path for room in rooms for path in sources(room) if path.suffix == ".py"]
    return [".".join(["onrecord", *path.with_suffix("").parts]).removesuffix(".__init__") for path in paths]


Done = subprocess.CompletedProcess[str]


def run(*command: str | Path, cwd: Path | None = None, **environment: str) -> Done:
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=os.environ | environment, check=False)


def output(done: Done) -> str:
    """What a process printed; that it failed is an error."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python(code: str, *arguments: str, executable: str | Path = sys.executable, cwd: Path | None = None) -> str:
    """What a fresh Python process prints; any warning in it is an error."""
    return output(run(executable, "-W", "error", "-c", code, *arguments, cwd=cwd))


IMPORT = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(*sys.modules)"


# --- arrows --------------------------------------------------------------------------------------------------------


def lint_imports(house: Path) -> Done:
    command = Path(sys.executable).with_name("lint-imports")
    return run(command, "--config", ROOT / "pyproject.toml", "--no-cache", cwd=house, PYTHONPATH=str(house))


def copy_of_rooms(house: Path) -> Path:
    for room in ROOMS:
        shutil.copytree(ROOT / room, house / "onrecord" / room, ignore=shutil.ignore_patterns("__pycache__"))
    return house


def test_imports_only_point_down(tmp_path: Path) -> None:
    assert "0 broken" in output(lint_imports(copy_of_rooms(tmp_path)))


@pytest.mark.parametrize(
    ("room", "line"),
    [
        ("schema", "from ..demo import breach"),
        ("suggest", "from ..exchange import breach"),
        ("tui", "from ..cli import breach"),
        ("schema", "def late(): import click"),
        ("exchange", "from rich.text import Text"),
    ],
)
def test_an_import_upwards_is_caught(room: str, line: str, tmp_path: Path) -> None:
    house = copy_of_rooms(tmp_path) / "onrecord"
    for each in ROOMS:
        (house / each / "breach.py").write_text('"""A module to import."""\n', "utf-8")
    (house / room / "breach.py").write_text(line + "\n", "utf-8")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in done.stdout


@pytest.mark.parametrize("room", HEADLESS)
def test_a_headless_room_loads_no_terminal_and_no_extra(room: str) -> None:
    loaded = set(python(IMPORT, *modules(room)).split())
    assert set(modules(room)) <= loaded
    assert not loaded & {"textual", "rich", "trafilatura"}
    assert room != "schema" or "click" not in loaded


def test_the_command_line_loads_no_terminal() -> None:
    loaded = set(python(IMPORT, "onrecord.cli.main").split())
    assert not loaded & {"textual", "rich", "trafilatura"}


def test_the_first_screen_of_the_app_loads_only_what_it_shows() -> None:
    loaded = set(python(IMPORT, "onrecord.cli.main", "onrecord.tui.app", "onrecord.tui.screens.library").split())
    assert not loaded & {"onrecord.tui.screens.reader", "onrecord.tui.suggester", "onrecord.schema.ledger"}
    assert not loaded & {"onrecord.suggest", "onrecord.exchange", "onrecord.measure", "importlib.metadata"}
    assert not loaded & {"sqlite_utils", "numpy", "scipy", "pandas", "spacy", "jinja2", "yaml", "click"}


def test_asking_for_the_version_loads_next_to_nothing() -> None:
    code = """
import sys
sys.argv = ["onrecord", "--version"]
from onrecord.cli.main import main
try:
    main()
except SystemExit as end:
    assert not end.code
print(*sys.modules)
"""
    version, loaded = python(code).split("\n", 1)
    assert PROJECT["version"] in version
    assert not set(loaded.split()) & {"textual", "rich", "trafilatura", "sqlite_utils", "tomlkit", "frontmatter"}


# --- dependencies --------------------------------------------------------------------------------------------------


def imported(path: Path) -> Iterator[str]:
    """The top-level names that a module imports from outside the house."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def distribution(requirement: str) -> str:
    """The normal form of a requirement's name: `sqlite_utils>=4` is `sqlite-utils`."""
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()


def test_the_declared_dependencies_are_the_imported_ones() -> None:
    owners = packages_distributions()
    names = {name for room in ROOMS for path in sources(room) if path.suffix == ".py" for name in imported(ROOT / path)}
    outside = names - sys.stdlib_module_names - {"onrecord"}
    used = {distribution(owners[name][0]) for name in outside}
    extras = [line for group in PROJECT["optional-dependencies"].values() for line in group]
    assert used == {distribution(line) for line in [*PROJECT["dependencies"], *extras]} - {"onrecord"}


def test_the_extra_named_all_is_every_extra() -> None:
    extras = PROJECT["optional-dependencies"]
    (line,) = extras["all"]
    assert set(re.findall(r"\w+", line)) == {"onrecord", *extras} - {"all"}


# --- the wheel -----------------------------------------------------------------------------------------------------


def pip(*arguments: str | Path) -> None:
    output(run(sys.executable, "-m", "pip", *arguments))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the repository: an old `build/` folder must not lend it anything."""
    folder = tmp_path_factory.mktemp("wheel")
    litter = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, folder / "repository", ignore=litter)
    pip("wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, folder / "repository")
    (path,) = folder.glob("*.whl")
    return path


@pytest.mark.slow
def test_the_wheel_has_every_file_of_the_rooms_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [Path(name) for name in archive.namelist() if ".dist-info/" not in name]
    assert set(names) == {Path("onrecord") / path for room in ROOMS for path in sources(room)}


@pytest.mark.slow
def test_the_wheel_works_in_an_empty_environment_with_core_dependencies_alone(wheel: Path, tmp_path: Path) -> None:
    pins = re.findall(r"^[\w.-]+==[^\s\\]+", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("\n".join(pins), "utf-8")
    environment = tmp_path / "environment" / "bin"
    venv.create(environment.parent)
    pip("--python", environment / "python", "install", "--quiet", "--constraint", constraints, wheel)

    def onrecord(*arguments: str) -> str:
        return output(run(environment / "onrecord", *arguments, cwd=tmp_path))

    python(IMPORT, *modules(*ROOMS), executable=environment / "python", cwd=tmp_path)
    assert PROJECT["version"] in onrecord("--version")
    onrecord("demo", "--copy", "x.db")
    documents = json.loads(onrecord("list", "x.db", "documents", "--json"))
    assert len(documents) >= 6
    assert len({document["id"] for document in documents}) == len(documents)
