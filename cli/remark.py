"""`onrecord remark`: something said about a mention to the others who work on it, or an answer to that."""

import sqlite3
from pathlib import Path

import click

from ..schema.errors import BadInput, NoSuchThing
from .options import as_json, open_ledger, project, signed, signer
from .printing import json_array, out, safe
from .wording import shortened

_QUOTED = 60


@click.command()
@project
@click.argument("mention", metavar="MENTION")
@click.argument("text", metavar="TEXT")
@click.option("--answers", metavar="REMARK", help="The remark that this one answers, by its number.")
@signed
@as_json
def remark(project: Path, mention: str, text: str, answers: str | None, annotator: str | None, as_json: bool) -> None:
    """Remark on a mention, or answer a remark.

    A question to whoever adjudicates, or their answer; `onrecord list PROJECT.db remarks` shows what there is. MENTION
    is its number or uid, as `onrecord list PROJECT.db mentions` prints them.

    \b
      onrecord remark p.db 8 "One claim or two?" --as ana
      onrecord remark p.db 8 "Two: split off the second." --answers 31 --as ada
    """
    from ..schema import sight, team

    if not text.strip():
        raise BadInput("the remark is empty; say something")
    with open_ledger(project, annotator) as ledger, sight.looked_at(project, signer(annotator)) as connection:
        uid, quote = _the_mention(connection, project, mention)
        asked = _the_remark(connection, project, uid, answers) if answers is not None else None
        with ledger.act() as act:
            made = team.remark(act, uid, text, asked)
        (id_, on) = connection.execute("SELECT id, mention_id FROM remarks WHERE uid = ?", (made,)).fetchone()
    if as_json:
        author = ledger.annotator
        json_array([{"id": id_, "uid": made, "mention_id": on, "author": author, "text": text, "answers": asked}])
    else:
        out(f"remark {id_} on mention {on}, “{safe(shortened(quote, _QUOTED))}”")


def _the_mention(connection: sqlite3.Connection, path: Path, name: str) -> tuple[str, str]:
    """The uid and the words of the mention that a number or a uid means."""
    row = connection.execute(
        "SELECT uid, quote FROM mentions WHERE uid = :name OR id = :id", {"name": name, "id": _number(name)}
    ).fetchone()
    if row is None:
        raise NoSuchThing(f"{path}: there is no mention {name!r}; see: onrecord list {path} mentions")
    return str(row[0]), str(row[1])


def _the_remark(connection: sqlite3.Connection, path: Path, mention: str, name: str) -> str:
    """The uid of the remark on a mention that a number or a uid means."""
    row = connection.execute(
        """SELECT remarks.uid FROM remarks JOIN mentions ON mentions.id = mention_id
        WHERE mentions.uid = :mention AND (remarks.uid = :name OR remarks.id = :id)""",
        {"mention": mention, "name": name, "id": _number(name)},
    ).fetchone()
    if row is None:
        raise NoSuchThing(f"{path}: there is no remark {name!r} on this mention; see: onrecord list {path} remarks")
    return str(row[0])


def _number(name: str) -> int | None:
    return int(name) if name.isdecimal() and name.isascii() and len(name) < 19 else None
