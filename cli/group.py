"""What click understands of a command line: the commands, the options of all, and what happens without a command."""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import click

from . import VERSION
from .commands import COMMANDS

EPILOG = """\b
Instead of a command, name what to open in the app:
  onrecord PROJECT.db      opens a project where you left off
  onrecord ARTICLE ...     adds articles to ./onrecord.db and opens it

\b
Exit codes: 0 done, 1 failed or a problem found, 2 a command that cannot be
understood, 3 done in part (some inputs were refused), 130 interrupted."""


class Shelf(MutableMapping[str, click.Command]):
    """The commands as click keeps them, each imported when it is first taken."""

    def __init__(self) -> None:
        self._taken: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._taken:
            module, _, attribute = COMMANDS[name][0].partition(":")
            self._taken[name] = getattr(import_module(f".{module}", __package__), attribute)
        return self._taken[name]

    def __contains__(self, name: object) -> bool:
        return name in COMMANDS or name in self._taken

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._taken[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError("commands are never taken away")


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


def call(args: list[str], **more: Any) -> int:
    """Run a command line as click understands it; the answer is its exit code. What click refuses is one line."""
    try:
        return int(cli.main(args, prog_name="onrecord", standalone_mode=False, **more) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        from .mistakes import told

        return told(_sentence(error), error.exit_code)
    except click.Abort:
        from .mistakes import INTERRUPTED, told

        return told(INTERRUPTED, 130)


def _sentence(error: click.ClickException) -> str:
    sentence = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    return f"{sentence} (see: {context.command_path.strip()} --help)" if context else sentence
