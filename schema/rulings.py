"""Adjudication: an adjudicator rules on aligned mentions, and what they rule is the gold layer.

A ruling makes a mention of the gold layer, which is the adjudicator's own, so that no change to an input changes
what was ruled. Its inputs stay as they are, and no longer count for a claim's standing. A ruling and its gold mention
have one name, which follows from the adjudicator and the inputs: ruling again on the same mentions replaces the ruling.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from .errors import NoSuchThing
from .events import Adjudication, Mark, Mention
from .ledger import Act
from .team import RULING, require


class Ruling(Struct, frozen=True):
    """A ruling as stored: row ids of its inputs, of the gold mention that it made, and of the input that was taken."""

    id: int
    uid: str
    document_id: int
    adjudicator: str
    inputs: tuple[int, ...]
    choice_id: int | None
    taken_id: int | None
    reason: str
    recorded_at: str


def ruling_uid(adjudicator: str, inputs: Iterable[str]) -> str:
    """The name of an adjudicator's ruling on these mentions (uids), and of the gold mention that it makes."""
    named = "\n".join(sorted(set(inputs)))
    return f"{adjudicator}/{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def rule(
    act: Act, inputs: Sequence[str], mention: Mention | None, marks: Iterable[Mark] = (), *, taken: str | None = None,
    reason: str = "",
) -> str:  # fmt: skip
    """Rule on aligned mentions (uids): this is what holds, or with None, that there is no claim here.

    `mention` and `marks` are values, as of one of the inputs or of one's own making; the answer is the ruling's uid.

    Raises:
        NoSuchThing: one of the inputs is gone.
        NotAllowed: the signer is neither adjudicator nor lead.
    """
    require(act, RULING, "rule on the work of others")
    documents = set()
    for each in inputs:
        value = act.value("mention", each)
        if not isinstance(value, Mention):
            raise NoSuchThing(f"There is no such mention any more: {each}")
        documents.add(value.document)
    uid = ruling_uid(act.annotator, inputs)
    _set_gold(act, uid, mention, marks)
    (document,) = documents
    choice = uid if mention is not None else None
    act.put(
        uid,
        Adjudication(document=document, inputs=tuple(sorted(set(inputs))), choice=choice, taken=taken, reason=reason),
    )
    return uid


def take(act: Act, inputs: Sequence[str], taken: str, reason: str = "") -> str:
    """Rule that one of the inputs holds, as it stands now, with its marks; raises as `rule`."""
    mention = act.value("mention", taken)
    if not isinstance(mention, Mention):
        raise NoSuchThing(f"There is no such mention any more: {taken}")
    return rule(act, inputs, mention, marks_of(act, taken), taken=taken, reason=reason)


def marks_of(act: Act, mention: str) -> list[Mark]:
    """The values of the marks on a mention."""
    rows = act.ledger.connection.execute(
        "SELECT marks.uid FROM marks JOIN mentions ON mentions.id = mention_id WHERE mentions.uid = ?", (mention,)
    ).fetchall()
    values = (act.value("mark", uid) for (uid,) in rows)
    return [value for value in values if isinstance(value, Mark)]


def overrule(act: Act, uid: str) -> bool:
    """Take a ruling of one's own back, with the gold mention that it made."""
    _set_gold(act, uid, None, ())
    return act.withdraw("adjudication", uid)


def _set_gold(act: Act, uid: str, mention: Mention | None, marks: Iterable[Mark]) -> None:
    """Let the gold mention of a ruling be this one with these marks alone, or not be."""
    wanted = {f"{uid}/{mark.label}": structs.replace(mark, mention=uid) for mark in marks} if mention else {}
    for now in marks_of(act, uid):
        if f"{uid}/{now.label}" not in wanted:
            act.withdraw("mark", f"{uid}/{now.label}")
    if mention is None:
        act.withdraw("mention", uid)
        return
    act.put(uid, structs.replace(mention, layer="gold"))
    for subject, mark in wanted.items():
        act.put(subject, mark)


# ---------------------------------------------------------------------- questions


def rulings(connection: sqlite3.Connection, document_id: int) -> list[Ruling]:
    """The rulings in a document, in the order in which they were made."""
    rows = connection.execute(
        """SELECT adjudications.id, uid, document_id, name, (
                SELECT group_concat(mention_id, ' ') FROM adjudication_inputs WHERE adjudication_id = adjudications.id
            ), choice_id, taken_id, reason, recorded_at
        FROM adjudications JOIN annotators ON annotators.id = annotator_id
        WHERE document_id = ? ORDER BY recorded_at, uid""",
        (document_id,),
    )
    return [
        Ruling(id_, uid, document, name, tuple(int(each) for each in (inputs or "").split()), *rest)
        for id_, uid, document, name, inputs, *rest in rows
    ]


def unruled(connection: sqlite3.Connection, document_id: int) -> list[int]:
    """The annotators' mentions in a document that no ruling weighs, as row ids in the order of the text."""
    rows = connection.execute(
        """SELECT id FROM mention_counted WHERE document_id = ? AND layer = '' ORDER BY start, "end", id""",
        (document_id,),
    )
    return [row[0] for row in rows]
