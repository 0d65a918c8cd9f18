"""Who does what: roles, queues, the policy of blind work, time spent and remarks; acts and questions.

Roles are an agreement that onrecord keeps, not a lock: whoever can write to the file can sign with any name, unless the
file stands behind a service that fixes the names. A project without a lead has no roles: everybody may do everything.

Whoever opens a project asks here, so acts import what they alone need: the classes of all events take time to make.
"""

import sqlite3
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from .errors import NoSuchThing, NotAllowed

if TYPE_CHECKING:
    from .events import Role
    from .ledger import Act

RULING = ("adjudicator", "lead")


class Person(Struct, frozen=True):
    """Somebody in the team: `role` is empty for one who only works here. Counts are of documents."""

    name: str
    role: str
    assigned: int
    in_progress: int
    submitted: int
    skipped: int
    flagged: int
    mentions: int
    seconds: int


class Note(Struct, frozen=True):
    """A remark on a mention; `answers` is the row id of the remark that it answers, if any."""

    id: int
    uid: str
    mention_id: int
    author: str
    text: str
    answers: int | None
    recorded_at: str


# ---------------------------------------------------------------------- roles and policy


def role_of(connection: sqlite3.Connection, name: str | None) -> str:
    """Somebody's role; "" for one who has none."""
    row = connection.execute("SELECT role FROM members WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def has_lead(connection: sqlite3.Connection) -> bool:
    """Whether anybody leads the project."""
    return connection.execute("SELECT 1 FROM members WHERE role = 'lead'").fetchone() is not None


def is_blind(connection: sqlite3.Connection) -> bool:
    """Whether annotators do not see each other's work before they submit theirs."""
    return has_lead(connection) and not connection.execute("SELECT 1 FROM policies WHERE blind = 0").fetchone()


def may(connection: sqlite3.Connection, name: str | None, roles: Iterable[str]) -> bool:
    """Whether somebody may do what these roles do."""
    return not has_lead(connection) or role_of(connection, name) in roles


def require(act: "Act", roles: Iterable[str], what: str) -> None:
    """Check that whoever signs an act may do it.

    Raises:
        NotAllowed: another role does; `what` says what, as in "assign documents".
    """
    names = tuple(roles)
    if not may(act.ledger.connection, act.annotator, names):
        who = " or ".join(("an adjudicator" if name == "adjudicator" else "a lead") for name in names)
        raise NotAllowed(f"Only {who} may {what}; {act.annotator} is neither" if len(names) > 1 else
                         f"Only {who} may {what}; {act.annotator} is not one")  # fmt: skip


def why_not_rule(connection: sqlite3.Connection, name: str) -> str | None:
    """Why somebody may not rule on the work of others, or None."""
    if may(connection, name, RULING):
        return None
    return f"Only an adjudicator or a lead may rule on the work of others; {name} is neither"


def found(act: "Act") -> bool:
    """Let whoever signs the act lead a project that nobody has worked in yet; False where somebody has."""
    execute = act.ledger.connection.execute
    if execute("SELECT 1 FROM annotators UNION ALL SELECT 1 FROM members LIMIT 1").fetchone():
        return False
    from .events import Member

    return act.put(act.annotator, Member(role="lead"))


def appoint(act: "Act", name: str, role: "Role") -> bool:
    """Give somebody a role.

    Raises:
        NotAllowed: the signer is no lead, or the last lead would be gone.
        InvalidEvent: nobody can have this name.
    """
    from .events import Member
    from .validity import check_name

    require(act, ("lead",), "give roles")
    check_name(name)
    _keep_a_lead(act, name, role)
    return act.put(name, Member(role=role))


def dismiss(act: "Act", name: str) -> bool:
    """Take somebody's role away; their work stays.

    Raises:
        NotAllowed: the signer is no lead, or the last lead would be gone.
    """
    require(act, ("lead",), "take roles away")
    _keep_a_lead(act, name, "")
    return act.withdraw("member", name)


def _keep_a_lead(act: "Act", name: str, role: str) -> None:
    leads = {row[0] for row in act.ledger.connection.execute("SELECT name FROM members WHERE role = 'lead'")}
    if role != "lead" and leads == {name}:
        raise NotAllowed(f"{name} is the only lead; make somebody else lead first")


def set_blind(act: "Act", *, blind: bool) -> bool:
    """Let annotators see each other's work before they submit theirs, or not.

    Raises:
        NotAllowed: the signer is no lead.
    """
    from .events import Policy

    require(act, ("lead",), "open or close the work of others")
    return act.put("project", Policy(blind=blind))


# ---------------------------------------------------------------------- queues


def assign(act: "Act", sha256: str, annotator: str, position: int, *, gold: bool = False) -> bool:
    """Put a document into somebody's queue; `gold` holds the work against the gold layer without telling them.

    Raises:
        NotAllowed: the signer is no lead.
    """
    from .events import Assignment

    require(act, ("lead",), "assign documents")
    assignment = Assignment(document=sha256, annotator=annotator, position=position, gold=gold)
    return act.put(f"{sha256}|{annotator}", assignment)


def unassign(act: "Act", sha256: str, annotator: str) -> bool:
    """Take a document out of somebody's queue.

    Raises:
        NotAllowed: the signer is no lead.
    """
    require(act, ("lead",), "take assignments back")
    return act.withdraw("assignment", f"{sha256}|{annotator}")


def has_queue(connection: sqlite3.Connection, annotator: str) -> bool:
    """Whether anything was ever assigned to somebody and still is."""
    return connection.execute("SELECT 1 FROM assignments WHERE annotator = ?", (annotator,)).fetchone() is not None


def queue(connection: sqlite3.Connection, annotator: str) -> list[int]:
    """The documents in somebody's queue, in its order, as row ids."""
    rows = connection.execute(
        """SELECT document_id FROM assignments JOIN documents ON documents.id = document_id WHERE annotator = ?
        ORDER BY position, sha256""",
        (annotator,),
    )
    return [row[0] for row in rows]


# ---------------------------------------------------------------------- time and remarks


def sit(act: "Act", sha256: str, seconds: int) -> bool:
    """Record that the annotator was active in a document for so many seconds; what is under one is not recorded."""
    from .events import Sitting

    if seconds < 1:
        return False
    return act.put(f"{act.annotator}/{uuid.uuid4().hex}", Sitting(document=sha256, seconds=seconds))


def remark(act: "Act", mention: str, text: str, answers: str | None = None) -> str:
    """Say something about a mention to the others who work on it; the answer is the remark's uid.

    Raises:
        NoSuchThing: the mention, or the remark to answer, is not there.
    """
    from .events import Remark

    if act.value("mention", mention) is None:
        raise NoSuchThing(f"There is no such mention any more: {mention}")
    if answers is not None and act.value("remark", answers) is None:
        raise NoSuchThing(f"There is no such remark any more: {answers}")
    uid = f"{act.annotator}/{uuid.uuid4().hex}"
    act.put(uid, Remark(mention=mention, text=text, answers=answers))
    return uid


def remarks(connection: sqlite3.Connection, mention_id: int) -> list[Note]:
    """What was said about a mention, in the order in which it was said."""
    rows = connection.execute(
        """SELECT remarks.id, uid, mention_id, name, text, answers_id, recorded_at FROM remarks
        JOIN annotators ON annotators.id = annotator_id WHERE mention_id = ? ORDER BY recorded_at, uid""",
        (mention_id,),
    )
    return [Note(*row) for row in rows]


# ---------------------------------------------------------------------- progress


def people(connection: sqlite3.Connection) -> list[Person]:
    """Everybody who has a role, a queue or work in the project, by name."""
    rows = connection.execute(
        """WITH person (name) AS (
            SELECT name FROM annotators UNION SELECT name FROM members UNION SELECT annotator FROM assignments
        ),
        said AS (
            SELECT annotator_id, count(CASE state WHEN 'in_progress' THEN 1 END) AS in_progress,
                count(CASE state WHEN 'submitted' THEN 1 END) AS submitted,
                count(CASE state WHEN 'skipped' THEN 1 END) AS skipped,
                count(CASE state WHEN 'flagged' THEN 1 END) AS flagged
            FROM submissions GROUP BY annotator_id
        )
        SELECT person.name, coalesce(role, ''),
            (SELECT count(*) FROM assignments WHERE assignments.annotator = person.name),
            coalesce(in_progress, 0), coalesce(submitted, 0), coalesce(skipped, 0), coalesce(flagged, 0),
            (SELECT count(*) FROM mentions WHERE annotator_id = annotators.id AND layer = ''),
            (SELECT coalesce(sum(seconds), 0) FROM sittings WHERE annotator_id = annotators.id)
        FROM person LEFT JOIN members ON members.name = person.name
        LEFT JOIN annotators ON annotators.name = person.name LEFT JOIN said ON said.annotator_id = annotators.id
        ORDER BY person.name"""
    )
    return [Person(*row) for row in rows]
