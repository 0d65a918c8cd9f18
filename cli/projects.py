"""Making and opening projects: `onrecord new`, `onrecord demo`, and `onrecord` with something to open."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..schema.errors import AlreadyThere, BadInput, ProjectMissing
from . import opening
from .options import PATH, annotator_name, open_ledger, signed, signer
from .printing import out, safe, say

if TYPE_CHECKING:
    from ..schema.ledger import Ledger
    from .add import Intake

HERE = Path("onrecord.db")
"""The project that articles go to when none is named."""


@click.command()
@click.argument("project", metavar="PROJECT.db", type=PATH)
@click.argument("articles", metavar="[ARTICLE ...]", nargs=-1)
@signed
@click.pass_context
def new(ctx: click.Context, project: Path, articles: tuple[str, ...], annotator: str | None) -> None:
    """Make a project. A file that exists is never overwritten.

    ARTICLE is what `onrecord add` takes. Then `onrecord PROJECT.db` opens it.
    """
    _check_there(articles)
    if os.path.lexists(project):
        raise AlreadyThere(f"{project}: exists already; open it, or choose another name")
    if not articles:
        name = annotator_name(annotator)
        _make(project, name)
        if name:
            open_ledger(project, name).close()  # whoever makes it leads it
        out(f"{safe(project)}: made; add articles with: onrecord add {safe(project)} ARTICLE ...")
        return
    signing = signer(annotator)
    from .add import list_added

    with _taking(lambda: _made(project, signing)) as intake:
        try:
            list_added(intake.take(articles))
        finally:
            intake.tell(project)
    ctx.exit(intake.exit_code)


@click.command()
@click.argument("things", metavar="PROJECT.db | ARTICLE ...", nargs=-1, required=True)
@signed
@click.pass_context
def open_(ctx: click.Context, things: tuple[str, ...], annotator: str | None) -> None:
    """Open a project in the app where you left off, or add articles to ./onrecord.db and open that.

    An article is what `onrecord add` takes: a .txt, .md, .html or .jsonl file, or a folder of such files.
    """
    if opening.is_project(things[0]):
        if len(things) > 1:
            raise BadInput(f"{things[0]}: to add articles to it: onrecord add {things[0]} ARTICLE ...")
        ctx.exit(opening.run_app(Path(things[0]), annotator_name(annotator)))
    _check_there(things)
    opening.check_terminal()
    name = annotator_name(annotator) or _ask_name()
    with _taking(lambda: _open_here(name)) as intake:
        ids = [row["id"] for row in intake.take(things)]
        intake.tell(HERE, say)
    if not ids:
        ctx.exit(1)
    ctx.exit(opening.run_app(HERE, name, document=ids[0]))


@click.command()
@click.option("--copy", "copy", metavar="PATH.db", type=PATH, help="Only write the sample project there.")
@signed
@click.pass_context
def demo(ctx: click.Context, copy: Path | None, annotator: str | None) -> None:
    """Open a throw-away copy of the sample project.

    It is an invented story, told, denied and confirmed over two weeks in nine articles, with two annotators' marks.
    """
    from ..demo.build import build

    if copy:
        build(copy)
        out(f"{safe(copy)}: made; open it with: onrecord {safe(copy)}")
        return
    opening.check_terminal()
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        path = Path(folder) / "demo.db"
        build(path)
        # Nothing of a throw-away copy is kept, so nobody is asked for a name.
        code = opening.run_app(path, annotator_name(annotator) or "you", demo=True)
    ctx.exit(code)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the shell's completion script.

    Put `eval "$(onrecord completion bash)"` into ~/.bashrc (zsh: ~/.zshrc), or for fish run
    `onrecord completion fish > ~/.config/fish/completions/onrecord.fish`.
    """
    from click.shell_completion import get_completion_class

    root = click.get_current_context().find_root().command
    kind = get_completion_class(shell)
    if kind is None:
        raise BadInput(f"click knows no completion for {shell}")
    out(kind(root, {}, "onrecord", "_ONRECORD_COMPLETE").source())


def _check_there(names: tuple[str, ...]) -> None:
    """Refuse names of nothing before anything is made.

    Raises:
        ProjectMissing: there is no such file; if the name is nearly a command's, the sentence says so.
    """
    for name in names:
        if name != "-" and not os.path.lexists(name):
            import difflib

            commands = click.get_current_context().find_root().command
            known = list(commands.commands) if isinstance(commands, click.Group) else []
            near = difflib.get_close_matches(name, known, 1)
            meant = f"; did you mean `onrecord {near[0]}`?" if near else "; `onrecord --help` lists the commands"
            raise ProjectMissing(f"{name}: there is no such file{meant}")


def _ask_name() -> str:
    """Ask for a name on the terminal and keep it, as the app does: what is added must be signed."""
    from ..schema.validity import check_name
    from ..tui import settings

    name: str = click.prompt("Your name, which signs what you record", err=True)
    check_name(name)
    settings.save(name=name)
    return name


def _make(path: Path, name: str | None) -> None:
    from ..schema.creation import make_project
    from ..schema.validity import check_name

    if name:  # making a project signs nothing, but a name that cannot sign is said at once
        check_name(name)
    make_project(path)


def _made(path: Path, name: str) -> "Ledger":
    _make(path, name)
    return open_ledger(path, name)


@contextmanager
def _taking(ledger: "Callable[[], Ledger]") -> "Iterator[Intake]":
    """An intake whose project is opened or made once an article was read: names of nothing leave nothing behind."""
    from ..exchange.intake import Options
    from .add import Intake

    with ExitStack() as stack:
        yield Intake(cache(lambda: stack.enter_context(ledger())), Options(), {})


def _open_here(name: str) -> "Ledger":
    if os.path.lexists(HERE):
        ledger = open_ledger(HERE, name)
        say(f"adding to ./{HERE}, which is here already")
        return ledger
    _make(HERE, name)
    say(f"made ./{HERE}")
    return open_ledger(HERE, name)
