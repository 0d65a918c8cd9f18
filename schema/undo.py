"""Taking acts back and doing them again, as acts of their own: which is next, and what of it still stands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import NothingToUndo
from .events import AnyEvent, kind_of, trusted

if TYPE_CHECKING:
    from .ledger import Act

_IN_ACT = "{event}.clock = substr({act}, 1, 17) AND {event}.device = substr({act}, 19)"
OF_ACT = _IN_ACT.format(event="events", act=":act")
"""The condition that finds the events of an act by its name, `CLOCK@DEVICE`, which is stored in these two parts."""

# An act is undone while one of its undos stands, and an undo stands until it is undone itself: that is a redo. Only
# one's own undos count: nobody can take back what somebody else did.
_UNDONE = """SELECT 1 FROM events AS undo WHERE undo.undoes = events.act AND undo.annotator = events.annotator
    AND NOT EXISTS (SELECT 1 FROM events AS redo WHERE redo.undoes = undo.act AND redo.annotator = undo.annotator)"""
# Time that was spent is spent, and who is in the team is not one annotator's work: neither is taken back by undo.
_WORK = "(SELECT kind FROM subjects WHERE id = subject_id) NOT IN ('sitting', 'member', 'policy')"
_LAST_DONE = f"""SELECT act FROM events WHERE annotator = :me AND undoes IS NULL AND {_WORK} AND NOT EXISTS ({_UNDONE})
    ORDER BY clock DESC, device DESC LIMIT 1"""
_LAST_UNDONE = f"""SELECT act FROM events WHERE annotator = :me AND undoes IS NOT NULL AND NOT EXISTS ({_UNDONE})
    AND clock > coalesce((
        SELECT clock FROM events WHERE annotator = :me AND undoes IS NULL AND {_WORK} ORDER BY clock DESC LIMIT 1
    ), '')
    AND EXISTS (
        SELECT 1 FROM events AS done
        WHERE {_IN_ACT.format(event="done", act="events.undoes")}
        AND done.annotator = events.annotator AND done.undoes IS NULL
    )
    ORDER BY clock DESC, device DESC LIMIT 1"""


@dataclass(frozen=True)
class Undone:
    """What an undo or redo did: which act, the subjects that changed, and those that others have changed since."""

    act: str
    changed: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]


def take_back(act: "Act") -> Undone:
    """Undo, in an open act, the last act of its annotator that still stands.

    Raises:
        NothingToUndo: there is none.
    """
    return _reverse(act, _LAST_DONE, "There is nothing left to undo")


def do_again(act: "Act") -> Undone:
    """Redo, in an open act, what its annotator last undid.

    Raises:
        NothingToUndo: nothing was undone since the last act.
    """
    return _reverse(act, _LAST_UNDONE, "There is nothing to redo")


def _reverse(act: "Act", chosen: str, none: str) -> Undone:
    row = act.ledger.connection.execute(chosen, {"me": act.annotator}).fetchone()
    if row is None:
        raise NothingToUndo(none)
    act.undoes = row[0]
    changed, kept = [], []
    events = _events_of(act, row[0])
    for event in events:
        thing = (kind_of(event), event.subject)
        before = _parents_of(act, event)
        if _still_stands(act, event, before):
            act.state(*thing, before[0].data if before else None, always=True)
            changed.append(thing)
        else:
            kept.append(thing)
    if not changed:
        # Nothing of the act still stands; the undo is recorded all the same, so that the next one goes further.
        act.restate(kind_of(events[0]), events[0].subject)
    return Undone(row[0], tuple(changed), tuple(kept))


def _events_of(act: "Act", target: str) -> list[AnyEvent]:
    """The annotator's events of another act, the last one first."""
    rows = act.ledger.connection.execute(
        f"SELECT body FROM events WHERE {OF_ACT} AND annotator = :annotator ORDER BY +seq DESC",
        {"act": target, "annotator": act.annotator},
    )
    return [trusted(body) for (body,) in rows]


def _parents_of(act: "Act", event: AnyEvent) -> list[AnyEvent]:
    """The events that an event superseded, the one that decided first; those that are not here yet are missing."""
    rows = act.ledger.connection.execute(
        f"SELECT body FROM events WHERE hash IN ({', '.join('?' * len(event.parents))}) ORDER BY clock DESC, hash DESC",
        event.parents,
    )
    return [trusted(body) for (body,) in rows]


def _still_stands(act: "Act", event: AnyEvent, before: list[AnyEvent]) -> bool:
    """Whether an event decides its subject, so that it can be taken back without hiding what others did."""
    subject = act.fold.subject_id(kind_of(event), event.subject)
    heads = [head for _, head in act.fold.heads(subject)]
    if heads[0].data != event.data or len(before) < len(event.parents):
        return False
    if any(head.annotator != act.annotator and head.undoes is None for head in heads):
        return False
    gone = not before or before[0].data is None
    return not (gone and _others_need(act, subject))


def _others_need(act: "Act", subject: int) -> bool:
    """Whether other annotators' work stands on a thing, so that taking it away would hide theirs."""
    row = act.ledger.connection.execute(
        """WITH RECURSIVE above (id) AS (
            SELECT subject_id FROM needs WHERE needed_id = :thing AND now
            UNION SELECT needs.subject_id FROM above JOIN needs ON needs.needed_id = above.id AND now
        )
        SELECT 1 FROM above JOIN heads ON heads.subject_id = above.id JOIN events ON events.id = heads.event_id
        WHERE above.id <> :thing AND events.annotator <> :me LIMIT 1""",
        {"thing": subject, "me": act.annotator},
    ).fetchone()
    return row is not None
