"""`onrecord role` and `onrecord blind`: who may do what in a team, and whether annotators work blind."""

from pathlib import Path
from typing import cast

import click

from .options import open_ledger, project, signed
from .printing import out, safe

_SAID = {
    "annotator": "is an annotator",
    "adjudicator": "is an adjudicator",
    "lead": "is a lead",
    "none": "has no role",
}
_NOTHING = " (nothing changed: it was so already)"


@click.command()
@project
@click.argument("name", metavar="NAME")
@click.argument("role", metavar="ROLE", type=click.Choice(["annotator", "adjudicator", "lead", "none"]))
@signed
def role(project: Path, name: str, role: str, annotator: str | None) -> None:
    """Give somebody a role: annotator, adjudicator, lead, none.

    Whoever is the first to work in a project leads it, and a lead alone gives roles. Annotators see each other's work
    in a document after submitting it themselves; adjudicators and leads see all. Without a role one is an annotator. A
    project that nobody leads hides nothing, and there anybody may make the first lead.
    """
    from ..schema import team
    from ..schema.events import Role

    with open_ledger(project, annotator) as ledger, ledger.act() as act:
        changed = team.dismiss(act, name) if role == "none" else team.appoint(act, name, cast(Role, role))
    out(f"{safe(project)}: {safe(name)} {_SAID[role]}{'' if changed else _NOTHING}")


@click.command()
@project
@click.argument("state", metavar="on|off", type=click.Choice(["on", "off"]))
@signed
def blind(project: Path, state: str, annotator: str | None) -> None:
    """Hide the work of others until one submits, or not.

    It is on in every project that somebody leads, and a lead alone turns it off and on. Turned off, everybody sees
    everything.
    """
    from ..schema import team

    with open_ledger(project, annotator) as ledger, ledger.act() as act:
        before = team.is_blind(ledger.connection)
        team.set_blind(act, blind=state == "on")
        now, led = team.is_blind(ledger.connection), team.has_lead(ledger.connection)
    what = "annotators see the work of others after submitting theirs" if now else "everybody sees the work of others"
    note = _NOTHING if before == now else ""
    out(f"{safe(project)}: {what}{note if led else ', because nobody leads the project; see: onrecord role --help'}")
