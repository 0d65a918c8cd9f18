"""Adjudication: an adjudicator rules on aligned mentions, and what they rule is the gold layer.

A ruling makes a mention of the gold layer, which is the adjudicator's own, so that no change to an input changes
what was ruled. Its inputs stay as they are, and no longer count for a claim's standing. A ruling and its gold mention
have one name, which follows from the adjudicator and the inputs: ruling again on the same mentions replaces the ruling.

Whoever rules on mentions that were ruled on before takes their own earlier rulings back, and weighs those of other
adjudicators (by the names of their gold mentions) along with the rest: what stands is what was ruled last. Two who rule
apart from each other, and know of each other only when their files are merged, both stand; then the later one counts
(`gold`).
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from .errors import NoSuchThing, NotAllowed
from .events import Adjudication, Mark, Mention, trusted
from .team import why_not_rule

if TYPE_CHECKING:
    from .ledger import Act


class Ruling(Struct, frozen=True):
    """A ruling as stored: row ids of its inputs, of the gold mention that it made, and of the input that was taken.

    `weighs` are the uids of all that it was made on, whether they are still there or not.
    """

    id: int
    uid: str
    document_id: int
    adjudicator: str
    inputs: tuple[int, ...]
    choice_id: int | None
    taken_id: int | None
    reason: str
    recorded_at: str
    weighs: frozenset[str] = frozenset()


def ruling_uid(adjudicator: str, inputs: Iterable[str]) -> str:
    """The name of an adjudicator's ruling on these mentions (uids), and of the gold mention that it makes."""
    named = "\n".join(sorted(set(inputs)))
    return f"{adjudicator}/{hashlib.sha256(named.encode()).hexdigest()[:32]}"


def rule(
    act: "Act", inputs: Sequence[str], mention: Mention | None, marks: Iterable[Mark] = (), *, taken: str | None = None,
    reason: str = "",
) -> str:  # fmt: skip
    """Rule on aligned mentions (uids): this is what holds, or with None, that there is no claim here.

    `mention` and `marks` are values, as of one of the inputs or of one's own making; the answer is the ruling's uid.

    Raises:
        NoSuchThing: one of the inputs is gone.
        NotAllowed: the signer is neither adjudicator nor lead.
    """
    check_may_rule(act.ledger.connection, act.annotator)
    documents = set()
    for each in inputs:
        value = act.value("mention", each)
        if not isinstance(value, Mention):
            raise NoSuchThing(f"There is no such mention any more: {each}")
        documents.add(value.document)
    (document,) = documents
    weighed = {*inputs, *_rulings_of_others(act, inputs)}
    uid = ruling_uid(act.annotator, weighed)
    marks = list(marks)  # before the gold mention that they may stand on goes
    for earlier in _own_rulings(act, inputs):
        if earlier != uid:
            overrule(act, earlier)
    _set_gold(act, uid, mention, marks)
    choice = uid if mention is not None else None
    value = Adjudication(
        document=document, inputs=tuple(sorted(weighed)), choice=choice, taken=taken, reason=reason
    )  # fmt: skip
    # Said again even if it is the same: then it holds for what the inputs have become since.
    act.state("adjudication", uid, value, always=True)
    return uid


def check_may_rule(connection: sqlite3.Connection, name: str) -> None:
    """Check that somebody may rule.

    Raises:
        NotAllowed: they are neither adjudicator nor lead.
    """
    if reason := why_not_rule(connection, name):
        raise NotAllowed(reason)


def _rulings_of_others(act: "Act", inputs: Iterable[str]) -> list[str]:
    """What other adjudicators ruled on any of these mentions, named like the gold mentions that it made."""
    return [uid for uid, name in _rulings_on(act, inputs) if name != act.annotator]


def _own_rulings(act: "Act", inputs: Iterable[str]) -> list[str]:
    return [uid for uid, name in _rulings_on(act, inputs) if name == act.annotator]


def _rulings_on(act: "Act", inputs: Iterable[str]) -> list[tuple[str, str]]:
    """The rulings that weigh any of these mentions, by uid, and who made them."""
    rows: dict[str, tuple[str, str]] = {}
    for each in inputs:
        for row in act.ledger.connection.execute(_RULINGS_ON, (each,)):
            rows[row[0]] = row
    return sorted(rows.values())


_RULINGS_ON = """
SELECT adjudications.uid, name FROM mentions
JOIN adjudication_inputs ON mention_id = mentions.id JOIN adjudications ON adjudications.id = adjudication_id
JOIN annotators ON annotators.id = adjudications.annotator_id WHERE mentions.uid = ?
"""


def is_weighed(act: "Act", inputs: Iterable[str]) -> bool:
    """Whether any ruling weighs one of these mentions."""
    return bool(_rulings_on(act, inputs))


def explain(act: "Act", uid: str, reason: str) -> bool:
    """Give a ruling of one's own another reason.

    Raises:
        NoSuchThing: the ruling was taken back meanwhile.
    """
    ruling = act.value("adjudication", uid)
    if not isinstance(ruling, Adjudication):
        raise NoSuchThing(f"There is no such ruling any more: {uid}")
    return act.put(uid, structs.replace(ruling, reason=reason))


def take(act: "Act", inputs: Sequence[str], taken: str, reason: str = "") -> str:
    """Rule that one of the inputs holds, as it stands now, with its marks; raises as `rule`."""
    mention = act.value("mention", taken)
    if not isinstance(mention, Mention):
        raise NoSuchThing(f"There is no such mention any more: {taken}")
    return rule(act, inputs, mention, marks_of(act, taken), taken=taken, reason=reason)


def marks_of(act: "Act", mention: str) -> list[Mark]:
    """The values of the marks on a mention."""
    rows = act.ledger.connection.execute(
        "SELECT marks.uid FROM marks JOIN mentions ON mentions.id = mention_id WHERE mentions.uid = ?", (mention,)
    ).fetchall()
    values = (act.value("mark", uid) for (uid,) in rows)
    return [value for value in values if isinstance(value, Mark)]


def overrule(act: "Act", uid: str) -> bool:
    """Take a ruling of one's own back, with the gold mention that it made."""
    _set_gold(act, uid, None, ())
    return act.withdraw("adjudication", uid)


def _set_gold(act: "Act", uid: str, mention: Mention | None, marks: Iterable[Mark]) -> None:
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
    return _rulings(connection, "document_id = ?", document_id)


def ruling(connection: sqlite3.Connection, uid: str) -> Ruling | None:
    """One ruling by its uid."""
    return next(iter(_rulings(connection, "uid = ?", uid)), None)


def _rulings(connection: sqlite3.Connection, where: str, value: object) -> list[Ruling]:
    rows = connection.execute(
        f"""SELECT adjudications.id, uid, document_id, name, (
                SELECT group_concat(mention_id, ' ') FROM adjudication_inputs WHERE adjudication_id = adjudications.id
            ), choice_id, taken_id, reason, recorded_at, (
                SELECT body FROM heads JOIN events ON events.id = event_id WHERE heads.subject_id = adjudications.id
                ORDER BY clock DESC, hash DESC LIMIT 1
            )
        FROM adjudications JOIN annotators ON annotators.id = annotator_id
        WHERE {where} ORDER BY recorded_at, uid""",
        (value,),
    )
    return [
        Ruling(
            id_,
            uid,
            document,
            name,
            tuple(int(each) for each in (inputs or "").split()),
            choice,
            taken,
            reason,
            at,
            _stated(body),
        )
        for id_, uid, document, name, inputs, choice, taken, reason, at, body in rows
    ]


def _stated(body: bytes) -> frozenset[str]:
    value = trusted(body).data
    return frozenset(value.inputs) if isinstance(value, Adjudication) else frozenset()


def unruled(connection: sqlite3.Connection, document_id: int) -> list[int]:
    """The annotators' mentions in a document that no ruling weighs, as row ids in the order of the text."""
    rows = connection.execute(
        """SELECT id FROM mention_counted WHERE document_id = ? AND layer = '' ORDER BY start, "end", id""",
        (document_id,),
    )
    return [row[0] for row in rows]


def changed_since(connection: sqlite3.Connection, document_id: int) -> set[str]:
    """The rulings of a document, by uid, of which an input was changed or removed after it was ruled on.

    It goes by the log's clocks: whoever ruled had seen all that is stamped earlier.
    """
    changed = {uid for (uid,) in connection.execute(_CHANGED, {"document": document_id})}
    there = {row[0] for row in connection.execute("SELECT uid FROM mentions WHERE document_id = ?", (document_id,))}
    for one in rulings(connection, document_id):
        # A gold mention bears the name of its ruling; that an adjudicator took it back changes none of the work.
        if any(each not in there and not _is_ruling(connection, each) for each in one.weighs):
            changed.add(one.uid)
    return changed


def _is_ruling(connection: sqlite3.Connection, subject: str) -> bool:
    found = connection.execute("SELECT 1 FROM subjects WHERE kind = 'adjudication' AND subject = ?", (subject,))
    return found.fetchone() is not None


_CHANGED = """
WITH ruled AS MATERIALIZED (
    SELECT adjudications.uid AS uid, mentions.id AS input, mentions.uid AS input_uid, max(clock) AS clock
    FROM adjudications JOIN heads ON heads.subject_id = adjudications.id JOIN events ON events.id = event_id
    JOIN adjudication_inputs ON adjudication_id = adjudications.id
    JOIN mentions ON mentions.id = mention_id AND layer = ''
    WHERE adjudications.document_id = :document GROUP BY adjudications.uid, mentions.id
)
SELECT DISTINCT ruled.uid FROM ruled CROSS JOIN events ON events.subject_id = input WHERE events.clock > ruled.clock
UNION
SELECT DISTINCT ruled.uid FROM ruled
CROSS JOIN subjects ON kind = 'mark' AND subject > input_uid || '/' AND subject < input_uid || '0'
CROSS JOIN events ON events.subject_id = subjects.id WHERE events.clock > ruled.clock
"""
