"""The command `onrecord`: its commands, what happens without one, and how every error becomes one line."""

import os
import sys
from typing import Any

import click

from ..schema.errors import OnrecordError
from . import VERSION
from .commands import COMMANDS, Shelf

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
        if ctx.params.get("kiosk"):
            from .kiosk import kiosk

            return "", kiosk, args
        if args[0] in COMMANDS:
            return super().resolve_command(ctx, args)
        from .projects import open_

        return "", open_, args

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands and their summaries, as click writes them, but without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _allow_networks(_ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from ..schema import network

        network.allowed = True


@click.group(cls=Commands, commands=Shelf(), epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="onrecord %(version)s")
@click.option("--as", "annotator", metavar="NAME", help="Who is working; else ONRECORD_ANNOTATOR, else your settings.")
@click.option(
    "--no-wal",
    is_flag=True,
    envvar="ONRECORD_NO_WAL",
    expose_value=False,
    callback=_allow_networks,
    help="Open projects in network folders too: see docs/sharing.md.",
)
@click.option("--kiosk", is_flag=True, help="With --as: open one project, and let nothing else be done.")
def cli(annotator: str | None, kiosk: bool) -> None:
    """Annotate who said what, and how, in news articles."""


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
        from .printing import say

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
        return _told(_sentence(error), error.exit_code)
    except click.Abort:
        return _told("interrupted; what was not finished was not written", 130)
    except OnrecordError as error:
        return _told(str(error))
    except UnicodeEncodeError:
        return _told("a name or a text on the command line is not valid UTF-8; type it again", 2)
    except _of_sqlite() as error:
        return _told(f"SQLite cannot go on ({error}); see: onrecord check PROJECT.db")
    except _damage():
        return _told("what is stored in the project is damaged; see: onrecord check PROJECT.db")
    except OSError as error:
        return _told(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _told(sentence: str, code: int = 1) -> int:
    """Say it, and leave with this exit code."""
    from .printing import say

    say(sentence)
    return code


def _of_sqlite() -> type[Exception]:
    """What SQLite raises; like the next, asked for only once something was raised, so that help needs no SQLite."""
    from sqlite3 import Error

    return Error


def _damage() -> tuple[type[Exception], ...]:
    """What is raised where a stored event is no longer one."""
    from msgspec import MsgspecError

    return MsgspecError, UnicodeDecodeError


def _sentence(error: click.ClickException) -> str:
    sentence = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{sentence} (see: {context.command_path.strip()} --help)" if context else sentence
