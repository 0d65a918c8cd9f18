"""`onrecord backup` and `restore`: a checked copy of a project, and back again."""

from pathlib import Path

import click

from .options import PATH, project
from .printing import out, plural, safe, say


@click.command()
@project
@click.argument("target", metavar="[TARGET]", required=False, type=PATH)
def backup(project: Path, target: Path | None) -> None:
    """Copy a project, while others work on it.

    TARGET is a file or a folder; without it, the copy gets a name with the time, beside the project. It holds one
    moment of the project, is checked as `onrecord check` does, and appears when it is whole and on disk. Nothing is
    overwritten.
    """
    from ..schema.backup import backup as copy
    from ..schema.backup import events_in

    made = copy(project, target)
    out(f"{safe(made)}: made and checked; {plural(events_in(made), 'event')}")


@click.command()
@project
@click.argument("backup", metavar="BACKUP.db", type=PATH)
def restore(project: Path, backup: Path) -> None:
    """Put a backup in the place of a project.

    The backup is checked first and stays as it is. What was in its place is kept beside it, under a name with the
    time; to bring the work in it that the backup lacks, merge it. Whoever has the project open must close it first.
    """
    from ..schema.restore import restore as put_back
    from ..tui import settings

    kept = put_back(project, backup, settings.device)
    out(f"{safe(project)}: restored from {safe(backup)}")
    if kept:
        say(f"what was there is kept as {kept}; to bring its work in: onrecord merge {project} {kept}")
