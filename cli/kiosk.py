"""The app and nothing else: what `onrecord --as NAME --kiosk PROJECT.db` does, for people who reach it over SSH."""

import os
import signal
from pathlib import Path

import click

from .options import PATH


@click.command(add_help_option=False)
@click.argument("project", metavar="PROJECT.db", type=PATH)
@click.pass_context
def kiosk(ctx: click.Context, project: Path) -> None:
    """Open a project in the app as the one who was named before; end when the app ends."""
    from ..schema.act import check_signer
    from .opening import run_app

    name = ctx.find_root().params["annotator"]
    if not name:
        raise click.UsageError("--kiosk needs a name that nobody can change: onrecord --as NAME --kiosk PROJECT.db")
    check_signer(name)
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)  # there is no shell to go back to
    for variable in [each for each in os.environ if each.startswith("TEXTUAL")]:
        del os.environ[variable]  # Textual would load a driver, write a log or take a screenshot for them
    ctx.exit(run_app(project, name, kiosk=True))
