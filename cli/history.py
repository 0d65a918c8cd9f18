"""`onrecord log`, `undo` and `redo`: who did what when, act by act."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import as_json, asked, open_ledger, opened, project, signed
from .printing import json_array, out, plural, safe
from .wording import shortened

if TYPE_CHECKING:
    from ..schema.events import AnyEvent, Mention
    from ..schema.ledger import Ledger, Undone

_QUOTED = 60
_MANY = 20
_DEVICE = 8
_PAST = {"submitted": "submitted", "skipped": "skipped", "flagged": "flagged", "in_progress": "began"}


@click.command()
@project
@click.option("-n", "last", type=click.IntRange(min=1, max=2**62), metavar="N", help="Only the last N acts.")
@asked
@as_json
def log(project: Path, last: int | None, annotator: str | None, as_json: bool) -> None:
    """Print who did what when.

    An act is a line, the newest is last, and times are local.
    """
    with opened(project, annotator) as connection:
        acts = _acts(connection, last)
        if as_json:
            json_array(acts)
            return
        for act in acts:
            when = datetime.fromisoformat(act["recorded_at"]).astimezone()
            who = f"{safe(act['annotator'])}@{safe(act['device'][:_DEVICE])}"
            out(f"{when:%Y-%m-%d %H:%M:%S}  {who}  {safe(act['what'])}")


@click.command()
@project
@signed
def undo(project: Path, annotator: str | None) -> None:
    """Take back your last act; again for the one before it."""
    with open_ledger(project, annotator) as ledger:
        undone = ledger.undo()
        _tell(ledger, "took back", undone.act, undone)


@click.command()
@project
@signed
def redo(project: Path, annotator: str | None) -> None:
    """Do again what you last took back.

    That is no longer possible once you did something else.
    """
    with open_ledger(project, annotator) as ledger:
        undone = ledger.redo()
        again = Teller(ledger.connection).undoes(undone.act) or ""
        _tell(ledger, "did again", again, undone)


def _tell(ledger: "Ledger", verb: str, act: str, undone: "Undone") -> None:
    from ..schema.sight import looked_at, told

    with looked_at(ledger.path, ledger.annotator) as connection:
        out(f"{verb}: {safe(Teller(connection).what(act))}")
    if kept := told(ledger.path, ledger.annotator, undone).kept:
        kinds = Counter(kind for kind, _ in kept)
        things = ", ".join(plural(count, kind) for kind, count in kinds.items())
        out(f"left as it is, because others changed it or build on it since: {things}")


def _acts(connection: sqlite3.Connection, last: int | None) -> Iterator[dict[str, Any]]:
    from ..schema.clock import moment_of
    from ..schema.codebook import AUTHOR

    teller = Teller(connection)
    chosen = "newest CROSS JOIN events USING (clock, device)" if last else "events"
    rows = connection.execute(
        f"""WITH newest AS (
            SELECT DISTINCT clock, device FROM events WHERE annotator <> :author
            ORDER BY clock DESC, device DESC LIMIT :last
        )
        SELECT act, annotator, device, clock, undoes, count(*) FROM {chosen}
        WHERE annotator <> :author GROUP BY act ORDER BY clock, act""",
        {"author": AUTHOR, "last": last},
    )
    for act, annotator, device, clock, undoes, events in rows:
        yield {
            "id": act,
            "recorded_at": moment_of(clock),
            "annotator": annotator,
            "device": device,
            "what": teller.what(act),
            "undoes": undoes,
            "events": events,
        }


class Teller:
    """Says in a few words what acts of a project did."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._title = lru_cache(1000)(self._title_of)
        self._quote = lru_cache(1000)(self._quote_of)
        self._claim = lru_cache(1000)(self._claim_of)

    def what(self, act: str) -> str:
        """An act in a few words: `marked denied: “the gate had closed” in Record shows …`."""
        if undone := self.undoes(act):
            again = self.undoes(undone)
            return f"did again: {self.what(again)}" if again else f"took back: {self.what(undone)}"
        kinds = Counter(
            kind for (kind,) in self._of(act, "kind", "JOIN subjects ON subjects.id = subject_id", "ORDER BY events.id")
        )
        if sum(kinds.values()) > _MANY:
            return "recorded " + ", ".join(plural(count, kind) for kind, count in kinds.items())
        return "; ".join(self._phrases(act)) or "nothing that is known here"

    def undoes(self, act: str) -> str | None:
        """The act that an act takes back, if it does."""
        undone: str | None = self._of(act, "max(undoes)").fetchone()[0]
        return undone

    def _of(self, act: str, columns: str, joined: str = "", ordered: str = "") -> sqlite3.Cursor:
        from ..schema.undo import OF_ACT

        return self._db.execute(f"SELECT {columns} FROM events {joined} WHERE {OF_ACT} {ordered}", {"act": act})

    def _phrases(self, act: str) -> list[str]:
        from ..schema.events import kind_of, trusted

        events = [trusted(body) for (body,) in self._of(act, "body", ordered="ORDER BY +seq, id")]
        marked = {event.subject.rpartition("/")[0] for event in events if kind_of(event) == "mark"}
        shown = [event for event in events if kind_of(event) != "mention" or event.subject not in marked]
        main = [event for event in shown if kind_of(event) not in ("claim", "source", "relation")]
        phrases = [
            self._marked(mention, events) for mention in dict.fromkeys(_mention_of(each) for each in main) if mention
        ]
        return phrases + [self._phrase(event) for event in main or shown if not _mention_of(event)]

    def _marked(self, mention: str, events: "list[AnyEvent]") -> str:
        """What became of a mention's labels."""
        mine = {event.subject.rpartition("/")[2]: event.data for event in events if _mention_of(event) == mention}
        on = [label for label, data in mine.items() if data is not None]
        off = [label for label, data in mine.items() if data is None]
        verbs = [f"marked {', '.join(on)}"] if on else []
        verbs += [f"took off {', '.join(off)}"] if off else []
        return f"{' and '.join(verbs)}: {self._quote(mention)}"

    def _phrase(self, event: "AnyEvent") -> str:
        from ..schema import events as e

        verb = "withdrew" if event.data is None else "changed" if event.parents else "added"
        match event:
            case e.DocumentEvent():
                return f"{verb} {self._title(event.subject)}"
            case e.MentionEvent(data=data):
                words = self._words(data) if data else self._quote(event.subject)
                return f"{'made' if verb == 'added' else verb} a mention: {words}"
            case e.SubmissionEvent(data=data):
                title = self._title(event.subject.rpartition("/")[2])
                note = f": {data.note}" if data and data.note else ""
                return f"{_PAST[data.state] if data else 'withdrew the word on'} {title}{note}"
            case e.ClaimEvent(data=data):
                return f"{verb} the claim {_quoted(data.text) if data else self._claim(event.subject)}"
            case e.ClaimRelationEvent():
                one, relation, other = event.subject.split("|")
                words = f"{self._claim(one)} {relation.replace('_', ' ')} {self._claim(other)}"
                return f"{'no longer' if event.data is None else 'stated'}: {words}"
            case e.SourceEvent(data=data):
                return f"{verb} the source {data.name if data else event.subject}"
            case e.LabelEvent():
                return f"{verb} the label {event.subject}"
            case e.AdjudicationEvent():
                return f"{'withdrew a ruling' if event.data is None else 'ruled'}"
        return self._phrase_of_team(event)

    def _phrase_of_team(self, event: "AnyEvent") -> str:
        from ..schema import events as e

        match event:
            case e.MemberEvent(data=data):
                return f"made {event.subject} {data.role}" if data else f"took the role of {event.subject} away"
            case e.PolicyEvent(data=data):
                return f"{'closed' if data is None or data.blind else 'opened'} the work of others to annotators"
            case e.AssignmentEvent(data=data):
                title, name = self._title(event.subject.partition("|")[0]), event.subject.partition("|")[2]
                return f"gave {title} to {name}" if data else f"took {title} back from {name}"
            case e.SittingEvent(data=data):
                return (
                    f"worked on {self._title(data.document)} for {plural(data.seconds, 'second')}"
                    if data
                    else "withdrew a time"
                )
            case e.RemarkEvent(data=data):
                return f"remarked on {self._quote(data.mention)}: {_quoted(data.text)}" if data else "withdrew a remark"
        return event.subject

    def _last_value(self, kind: str, subject: str) -> Any:
        """The last value that a subject had, even if it was withdrawn since."""
        from ..schema.events import trusted

        rows = self._db.execute(
            """SELECT body FROM events JOIN subjects ON subjects.id = subject_id WHERE kind = ? AND subject = ?
            ORDER BY clock DESC, hash DESC""",
            (kind, subject),
        )
        return next((value for (body,) in rows if (value := trusted(body).data) is not None), None)

    def _title_of(self, sha256: str) -> str:
        value = self._last_value("document", sha256)
        return _quoted(value.title) if value and value.title else f"document {sha256[:12]}"

    def _quote_of(self, mention: str) -> str:
        value = self._last_value("mention", mention)
        return self._words(value) if value else mention

    def _words(self, mention: "Mention") -> str:
        return f"{_quoted(' … '.join(piece.quote for piece in mention.spans))} in {self._title(mention.document)}"

    def _claim_of(self, claim: str) -> str:
        value = self._last_value("claim", claim)
        return _quoted(value.text) if value else claim


def _quoted(text: str) -> str:
    return f"“{shortened(text, _QUOTED)}”"


def _mention_of(event: "AnyEvent") -> str | None:
    """The mention that a mark's event is about."""
    from ..schema.events import kind_of

    return event.subject.rpartition("/")[0] if kind_of(event) == "mark" else None
