"""What somebody may see of a project: temporary views on a reading connection, under the names of the tables.

SQLite looks for a name among the temporary things first, so every question that is asked of such a connection, whoever
asks it, is answered from what may be seen; nothing that reads a project has to think of it.

Blind work: an annotator sees another's mentions, marks, notes, remarks and word on a document, and the claims and
sources that only these name, once they have submitted the document themselves. Adjudicators and leads see everything,
and so does everybody in a project that has no lead, or whose lead opened it. Rulings stay with adjudicators and leads
until then. What an engine proposed in its own name is nobody's work and hidden from nobody. What who rules remarks on
one's own mention is heard at once, and their answers to one's own remarks; what fellow annotators remark there, later.

Claims and sources are shared: whoever names one that is there already sees it as it is. One that its maker took back
is theirs no longer, even where hidden work keeps it; one that a lead or an adjudicator laid down by itself is there for
everybody.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .migrations import run_script
from .older import brought_up
from .store import connect
from .views import READABLE

if TYPE_CHECKING:
    from .undo import Undone

MANY = 1000
"""So many mentions that are hidden are counted; a project of any size has no end of them."""

_OPEN = """(
    EXISTS (SELECT 1 FROM main.policies WHERE blind = 0)
    OR NOT EXISTS (SELECT 1 FROM main.members WHERE role = 'lead')
    OR EXISTS (SELECT 1 FROM main.members WHERE name = {me} AND role <> 'annotator')
)"""
_MY_ID = "(SELECT id FROM main.annotators WHERE name = {me})"
# A unary plus keeps SQLite, which knows nothing of how many rows an annotator has, from looking them all through.
_DONE = """EXISTS (
    SELECT 1 FROM main.submissions AS word WHERE word.document_id = {thing}.document_id
    AND word.annotator_id = {my_id} AND +word.state = 'submitted'
)"""
_BY_AN_ENGINE = """{mention}.extra <> '' AND instr({mention}.extra, '"engine":"' || (
    SELECT name FROM main.annotators WHERE id = {mention}.annotator_id
) || '"')"""
_SEEN_MENTION = """(
    +mention.annotator_id = {my_id}
    OR mention.layer = '' AND ({done} OR {by_an_engine})
    OR {open}
)"""
_BY_WHO_RULES = """EXISTS (
    SELECT 1 FROM main.annotators JOIN main.members USING (name)
    WHERE annotators.id = {one}.annotator_id AND role <> 'annotator'
)"""

_STANDS = """NOT EXISTS (
    SELECT 1 FROM main.events AS undo WHERE undo.undoes = said.act AND +undo.annotator = said.annotator
    AND NOT EXISTS (
        SELECT 1 FROM main.events AS redo WHERE redo.undoes = undo.act AND +redo.annotator = undo.annotator
    )
)"""
_SHARED_SEEN = """(
    {used}
    OR EXISTS (SELECT 1 FROM main.events AS said WHERE said.subject_id = {one}.id AND +said.annotator = {me}
        AND +said.undoes IS NULL AND {stands})
    OR EXISTS (SELECT 1 FROM main.{one}_relations AS tie JOIN main.events AS said ON said.subject_id = tie.id
        WHERE tie.{one}_id = {one}.id AND +said.annotator = {me} AND +said.undoes IS NULL)
    OR EXISTS (SELECT 1 FROM main.{one}_relations AS tie JOIN main.events AS said ON said.subject_id = tie.id
        WHERE tie.other_id = {one}.id AND +said.annotator = {me} AND +said.undoes IS NULL)
    OR EXISTS (SELECT 1 FROM main.events AS said WHERE said.subject_id = {one}.id AND CASE
        WHEN said.annotator NOT IN (SELECT name FROM main.members WHERE role <> 'annotator') THEN 0
        WHEN EXISTS (SELECT 1 FROM main.parents WHERE event_id = said.id) THEN 0
        ELSE NOT EXISTS (SELECT 1 FROM main.needs JOIN main.events AS beside ON beside.subject_id = needs.subject_id
            WHERE needs.needed_id = {one}.id AND +beside.clock = said.clock AND +beside.device = said.device) END)
    OR {open}
)"""

_VIEWS = """
CREATE TEMP VIEW mentions AS SELECT * FROM main.mentions AS mention WHERE {seen_mention};

CREATE TEMP VIEW marks AS SELECT * FROM main.marks AS mark
WHERE EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = mark.mention_id);

CREATE TEMP VIEW attributions AS SELECT * FROM main.attributions AS link
WHERE EXISTS (SELECT 1 FROM temp.marks AS mark WHERE mark.id = link.mark_id);

CREATE TEMP VIEW evidence AS SELECT id, mark_id, position, quote, (
        SELECT mention.id FROM temp.mentions AS mention WHERE mention.id = item.mention_id
    ) AS mention_id, url, note
FROM main.evidence AS item WHERE EXISTS (SELECT 1 FROM temp.marks AS mark WHERE mark.id = item.mark_id);

CREATE TEMP VIEW spans AS SELECT * FROM main.spans AS span
WHERE EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = span.mention_id)
    OR EXISTS (SELECT 1 FROM temp.attributions AS link WHERE link.id = span.attribution_id)
    OR EXISTS (SELECT 1 FROM main.evidence AS item JOIN temp.marks AS mark ON mark.id = item.mark_id
        WHERE item.id = span.evidence_id);

CREATE TEMP VIEW submissions AS SELECT * FROM main.submissions AS submission
WHERE +submission.annotator_id = {my_id} OR {submission_done} OR {open};

CREATE TEMP VIEW adjudications AS SELECT * FROM main.adjudications WHERE {open};

CREATE TEMP VIEW adjudication_inputs AS SELECT * FROM main.adjudication_inputs WHERE {open};

CREATE TEMP VIEW assignments AS
SELECT id, document_id, annotator, position, iif({open}, gold, 0) AS gold FROM main.assignments
WHERE +annotator = {me} OR {open};

CREATE TEMP VIEW sittings AS SELECT * FROM main.sittings WHERE +annotator_id = {my_id} OR {open};

CREATE TEMP VIEW remarks AS SELECT id, uid, mention_id, annotator_id, "text", (
        SELECT asked.id FROM main.remarks AS asked WHERE asked.id = remark.answers_id
        AND EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = asked.mention_id)
    ) AS answers_id, recorded_at
FROM main.remarks AS remark WHERE EXISTS (
    SELECT 1 FROM temp.mentions AS mention WHERE mention.id = remark.mention_id
    AND (+remark.annotator_id = {my_id} OR {mention_done} OR {open} OR {remark_ruling} AND (
        remark.answers_id IS NULL OR EXISTS (
            SELECT 1 FROM main.remarks AS asked WHERE asked.id = remark.answers_id
            AND (asked.annotator_id = {my_id} OR {asked_ruling})
        )
    ))
);

CREATE TEMP VIEW seen_claims AS SELECT id, merged_id, added_at, uid FROM main.claims AS claim WHERE {seen_claim};

CREATE TEMP VIEW claim_relations AS SELECT * FROM main.claim_relations AS tie
WHERE EXISTS (SELECT 1 FROM temp.seen_claims AS one WHERE one.id = tie.claim_id)
    AND EXISTS (SELECT 1 FROM temp.seen_claims AS one WHERE one.id = tie.other_id);

CREATE TEMP VIEW seen_sources AS SELECT id, merged_id, added_at, uid FROM main.sources AS source WHERE {seen_source};

CREATE TEMP VIEW source_relations AS SELECT * FROM main.source_relations AS tie
WHERE EXISTS (SELECT 1 FROM temp.seen_sources AS one WHERE one.id = tie.source_id)
    AND EXISTS (SELECT 1 FROM temp.seen_sources AS one WHERE one.id = tie.other_id);

CREATE TEMP VIEW events AS SELECT * FROM main.events AS event
WHERE +event.annotator = {me}
    OR EXISTS (SELECT 1 FROM main.subjects AS subject WHERE subject.id = event.subject_id
        AND +kind IN ('document', 'label', 'member', 'policy'))
    OR EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.marks AS mark WHERE mark.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.seen_claims AS claim WHERE claim.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.claim_relations AS tie WHERE tie.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.seen_sources AS source WHERE source.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.source_relations AS tie WHERE tie.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.remarks AS remark WHERE remark.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.submissions AS said WHERE said.id = event.subject_id)
    OR {open};

CREATE TEMP VIEW heads AS SELECT * FROM main.heads AS head
WHERE EXISTS (SELECT 1 FROM temp.events AS event WHERE event.id = head.event_id);

CREATE TEMP VIEW subjects AS SELECT * FROM main.subjects AS subject
WHERE EXISTS (SELECT 1 FROM temp.events AS event WHERE event.subject_id = subject.id);

CREATE TEMP VIEW quarantine AS SELECT * FROM main.quarantine WHERE {open};
"""

_PLAIN = "CREATE TEMP VIEW {one}s AS SELECT * FROM main.{one}s AS {one} WHERE {seen};"
"""Claims or sources while each that is seen was merged with one that is: every index of the table serves."""

_STRAYED = {
    "claim": "id, uid, claim, note, {merged} AS merged_id, added_by, added_at",
    "source": "id, uid, name, kind, document_id, note, {merged} AS merged_id, added_at",
}
_STRAY = """CREATE TEMP VIEW {one}s AS SELECT {columns} FROM main.{one}s AS {one}
WHERE EXISTS (SELECT 1 FROM temp.seen_{one}s AS seen WHERE seen.id = {one}.id);"""
_FIRST_SEEN = """(
    SELECT seen.id FROM temp.seen_{one}s AS seen WHERE seen.merged_id = {one}.merged_id
    ORDER BY seen.added_at, seen.uid LIMIT 1
)"""
_HAS_STRAYS = """SELECT EXISTS (
    SELECT 1 FROM main.{one}s AS far WHERE far.merged_id <> far.id AND far.id IN (
        SELECT {one}_id FROM main.{one}_relations WHERE relation = 'same_as'
        UNION SELECT other_id FROM main.{one}_relations WHERE relation = 'same_as'
    ) AND EXISTS (SELECT 1 FROM temp.seen_{one}s AS seen WHERE seen.id = far.id)
    AND NOT EXISTS (SELECT 1 FROM temp.seen_{one}s AS seen WHERE seen.id = far.merged_id)
)"""


@contextmanager
def looked_at(path: Path, viewer: str | None) -> Iterator[sqlite3.Connection]:
    """A reading connection that shows what a person may see of a project; raises what `connect` raises."""
    with closing(look(path, viewer)) as connection:
        yield connection


def look(path: Path, viewer: str | None) -> sqlite3.Connection:
    """A reading connection that shows what a person may see of a project.

    `viewer` is a name, or None for somebody who did not say: then only what nobody hides is shown, but for a project
    that knows a single person. What they submit opens at once; that a role or the policy changed, `again` notices.

    Raises:
        ProjectMissing, ForeignFile, NewerFile: as `connect`.
    """
    connection = brought_up(connect(path, write=False))
    again(connection, viewer)
    return connection


def again(connection: sqlite3.Connection, viewer: str | None) -> bool:
    """Let a connection of `look` show what a person may see by now; whether that changed how it looks.

    Who keeps a connection open asks for this when the log has grown, and when somebody else takes the chair.
    """
    worn = _worn(connection)
    if sees_all(connection, viewer):
        if worn:
            _take_off(connection)
        return worn is not None
    if worn and worn[0] == viewer:
        if worn[1:] == _strays(connection):
            return False
    elif worn:
        _take_off(connection)
        worn = None
    _put_on(connection, viewer, fresh=worn is None)
    return True


def sees_all(connection: sqlite3.Connection, viewer: str | None) -> bool:
    """Whether nothing of a project is hidden from a person now."""
    if viewer is None and connection.execute(_PERSONS).fetchone()[0] <= 1:
        return True
    return bool(connection.execute(f"SELECT {_OPEN.format(me=':me')}", {"me": viewer}).fetchone()[0])


def hides(connection: sqlite3.Connection) -> bool:
    """Whether a connection of `look` hides anything: then each thing is looked at before it is told of or counted."""
    return _worn(connection) is not None


def hidden(connection: sqlite3.Connection) -> int:
    """How many mentions a connection of `look` does not show; of more than `MANY`, one more than that.

    The newest are looked at first: what others do now is what one does not see.
    """
    if _worn(connection) is None:
        return 0
    counted = """SELECT count(*) FROM (
        SELECT 1 FROM main.mentions AS one
        WHERE NOT EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = one.id) ORDER BY id DESC LIMIT ?
    )"""
    return int(connection.execute(counted, (MANY + 1,)).fetchone()[0])


def shows(connection: sqlite3.Connection, kind: str, subject: str) -> bool:
    """Whether a connection of `look` shows what is said of a subject; events set aside are of the kind `quarantine`."""
    if _worn(connection) is None:
        return True
    if kind == "quarantine":
        row = connection.execute("SELECT 1 FROM quarantine WHERE hash = ?", (subject,)).fetchone()
    else:
        row = connection.execute("SELECT 1 FROM subjects WHERE kind = ? AND subject = ?", (kind, subject)).fetchone()
    return row is not None


def told(path: Path, viewer: str, undone: "Undone") -> "Undone":
    """An undo as the person who did it may hear of it.

    A claim or source that only hidden work keeps from being taken back is gone for them, and so it is told.
    """
    if not undone.kept:
        return undone
    with looked_at(path, viewer) as connection:
        gone = tuple(thing for thing in undone.kept if not _is_seen(connection, *thing))
    kept = tuple(thing for thing in undone.kept if thing not in gone)
    return replace(undone, changed=(*undone.changed, *gone), kept=kept)


_PERSONS = f"""SELECT count(*) FROM (
    SELECT name FROM main.annotators AS one WHERE NOT EXISTS (
        SELECT 1 FROM main.mentions AS mention WHERE mention.annotator_id = one.id
        AND {_BY_AN_ENGINE.format(mention="mention")}
    ) UNION SELECT name FROM main.members
)"""


def _is_seen(connection: sqlite3.Connection, kind: str, subject: str) -> bool:
    table = {"claim": "claims", "source": "sources"}.get(kind)
    if table is None:
        return True
    return connection.execute(f"SELECT 1 FROM {table} WHERE uid = ?", (subject,)).fetchone() is not None


def _worn(connection: sqlite3.Connection) -> tuple[str | None, bool, bool] | None:
    """For whom a connection is blindfolded, and whether claims and sources are strays; None where it is not."""
    if not connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = 'blindfold'").fetchone():
        return None
    viewer, claims, sources = connection.execute("SELECT viewer, claims, sources FROM temp.blindfold").fetchone()
    return viewer, bool(claims), bool(sources)


def _strays(connection: sqlite3.Connection) -> tuple[bool, bool]:
    """Whether a claim, and a source, that is seen was merged with one that is not: then another stands for it."""
    claims, sources = (
        bool(connection.execute(_HAS_STRAYS.format(one=one)).fetchone()[0]) for one in ("claim", "source")
    )
    return claims, sources


def _take_off(connection: sqlite3.Connection, *names: str) -> None:
    found = connection.execute("SELECT name FROM temp.sqlite_master WHERE type = 'view'").fetchall()
    for (name,) in found:
        if not names or name in names:
            connection.execute(f"DROP VIEW temp.{name}")


def _put_on(connection: sqlite3.Connection, viewer: str | None, *, fresh: bool) -> None:
    words = _words(connection, viewer)
    if fresh:
        run_script(connection, _VIEWS.format(**words))
        run_script(connection, READABLE.replace("CREATE VIEW", "CREATE TEMP VIEW"))
    else:
        _take_off(connection, "claims", "sources", "blindfold")
    strays = _strays(connection)
    for one, strayed in zip(("claim", "source"), strays, strict=True):
        columns = _STRAYED[one].format(merged=_FIRST_SEEN.format(one=one))
        made = _STRAY if strayed else _PLAIN
        connection.execute(made.format(one=one, columns=columns, seen=words[f"seen_{one}"]))
    worn = f"{words['me']} AS viewer, {strays[0]:d} AS claims, {strays[1]:d} AS sources"
    connection.execute(f"CREATE TEMP VIEW blindfold AS SELECT {worn}")


def _words(connection: sqlite3.Connection, viewer: str | None) -> dict[str, str]:
    """What the views are made of, for a person."""
    (me,) = connection.execute("SELECT quote(?)", (viewer,)).fetchone()
    words = {"me": me, "open": _OPEN.format(me=me), "my_id": _MY_ID.format(me=me), "stands": _STANDS}
    words["by_an_engine"] = _BY_AN_ENGINE.format(mention="mention")
    words["seen_mention"] = _SEEN_MENTION.format(done=_DONE.format(thing="mention", **words), **words)
    words["mention_done"] = _DONE.format(thing="mention", **words)
    for one in ("remark", "asked"):
        words[f"{one}_ruling"] = _BY_WHO_RULES.format(one=one)
    words["submission_done"] = _DONE.format(thing="submission", **words)
    used = "EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.claim_id = claim.id)"
    words["seen_claim"] = _SHARED_SEEN.format(one="claim", used=used, **words)
    used = "EXISTS (SELECT 1 FROM temp.attributions AS link WHERE link.source_id = source.id)"
    words["seen_source"] = _SHARED_SEEN.format(one="source", used=used, **words)
    return words
