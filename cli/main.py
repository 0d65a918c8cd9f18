"""The command `onrecord`: its commands, what happens without one, and how every error becomes one line."""

import os
import sqlite3
import sys
from typing import Any

import click

from ..schema.errors import OnrecordError
from .add import add
from .adjudicate import adjudicate
from .agree import agree
from .assign import assign
from .backup import backup, restore
from .claims import claim, claims, sources
from .export import export
from .formats import formats
from .history import log, redo, undo
from .importing import import_
from .link import link
from .lists import list_
from .mark import mark
from .members import blind, role
from .merge import merge
from .printing import say
from .projects import completion, demo, new, open_
from .remark import remark
from .report import report
from .revise import revise
from .show import show
from .suggest import suggest
from .team import team
from .upkeep import check

EPILOG = """\b
Instead of a command, name what to open in the app:
  onrecord PROJECT.db      opens a project where you left off
  onrecord ARTICLE ...     adds articles to ./onrecord.db and opens it

\b
Exit codes: 0 done, 1 failed or a problem found, 2 a command that cannot be
understood, 3 done in part (some inputs were refused), 130 interrupted."""


class Commands(click.Group):
    """A group in which a first word that is no command is something to open."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word, or the one that opens, with all words."""
        if self.get_command(ctx, args[0]):
            return super().resolve_command(ctx, args)
        return "", open_, args


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord", message="onrecord %(version)s")
@click.option("--as", "annotator", metavar="NAME", help="Who is working; else ONRECORD_ANNOTATOR, else your settings.")
def cli(annotator: str | None) -> None:
    """Annotate who said what, and how, in news articles."""


for command in (
    demo, new, add, list_, show, mark, claims, claim, sources, suggest, link, revise, report, undo, redo, import_,
    export, merge, formats, role, blind, assign, remark, adjudicate, agree, team, check, backup, restore, log,
    completion,
):  # fmt: skip
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    # A stream that the caller closed is one that swallows, or holds nothing.
    sys.stdin = sys.stdin or open(os.devnull)  # noqa: SIM115, PTH123 - open for as long as the process runs
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        # A terminal or pipe that cannot take a character gets a question mark instead of a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = run(sys.argv[1:])
    except Exception as error:  # noqa: BLE001 - a traceback prints the message, which may hold anybody's text
        from ..tui import crash

        say(crash.sentence(error))
        code = 1
    sys.exit(code)


def run(args: list[str], **more: Any) -> int:
    """Run one command line; the answer is its exit code. Every error that a person can make is one line."""
    try:
        return int(cli.main(args, prog_name="onrecord", standalone_mode=False, **more) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        say(_sentence(error))
        return error.exit_code
    except click.Abort:
        say("interrupted; what was not finished was not written")
        return 130
    except OnrecordError as error:
        say(str(error))
    except UnicodeEncodeError:
        say("a name or a text on the command line is not valid UTF-8; type it again")
        return 2
    except sqlite3.Error as error:
        say(f"SQLite cannot go on ({error}); see: onrecord check PROJECT.db")
    except _damage():
        say("what is stored in the project is damaged; see: onrecord check PROJECT.db")
    except OSError as error:
        say(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return 1


def _damage() -> tuple[type[Exception], ...]:
    """What is raised where a stored event is no longer one; asked for only once something was raised."""
    from msgspec import MsgspecError

    return MsgspecError, UnicodeDecodeError


def _sentence(error: click.ClickException) -> str:
    sentence = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{sentence} (see: {context.command_path.strip()} --help)" if context else sentence
