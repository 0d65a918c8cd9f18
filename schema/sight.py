"""What somebody may see of a project: temporary views on a reading connection, under the names of the tables.

SQLite looks for a name among the temporary things first, so every question that is asked of such a connection, whoever
asks it, is answered from what may be seen; nothing that reads a project has to think of it.

Blind work: an annotator sees another's mentions, marks, notes and remarks in a document, and the claims and sources
that only these name, once they have submitted the document themselves. Adjudicators and leads see everything, and so
does everybody in a project that has no lead, or whose lead opened it. Rulings stay with adjudicators and leads until
then.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .migrations import run_script
from .store import connect
from .views import READABLE

_OPEN = """(
    EXISTS (SELECT 1 FROM main.policies WHERE blind = 0)
    OR NOT EXISTS (SELECT 1 FROM main.members WHERE role = 'lead')
    OR EXISTS (SELECT 1 FROM main.members WHERE name = {me} AND role <> 'annotator')
)"""
_DONE = """(
    SELECT document_id FROM main.submissions WHERE state = 'submitted'
    AND annotator_id = (SELECT id FROM main.annotators WHERE name = {me})
)"""
_SEEN_MENTION = """(
    {mention}.annotator_id = (SELECT id FROM main.annotators WHERE name = {me})
    OR {mention}.layer = '' AND {mention}.document_id IN {done}
    OR {open}
)"""

_VIEWS = """
CREATE TEMP VIEW mentions AS SELECT * FROM main.mentions AS mention WHERE {seen_mention};

CREATE TEMP VIEW marks AS SELECT * FROM main.marks AS mark
WHERE EXISTS (SELECT 1 FROM main.mentions AS mention WHERE mention.id = mark.mention_id AND {seen_mention});

CREATE TEMP VIEW attributions AS SELECT * FROM main.attributions AS link
WHERE EXISTS (SELECT 1 FROM temp.marks AS mark WHERE mark.id = link.mark_id);

CREATE TEMP VIEW evidence AS SELECT * FROM main.evidence AS item
WHERE EXISTS (SELECT 1 FROM temp.marks AS mark WHERE mark.id = item.mark_id);

CREATE TEMP VIEW spans AS SELECT * FROM main.spans AS span
WHERE EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = span.mention_id)
    OR EXISTS (SELECT 1 FROM temp.attributions AS link WHERE link.id = span.attribution_id)
    OR EXISTS (SELECT 1 FROM temp.evidence AS item WHERE item.id = span.evidence_id);

CREATE TEMP VIEW submissions AS
SELECT id, document_id, annotator_id, state,
    iif(annotator_id = (SELECT id FROM main.annotators WHERE name = {me}) OR document_id IN {done} OR {open}, note, '')
    AS note, recorded_at
FROM main.submissions;

CREATE TEMP VIEW adjudications AS SELECT * FROM main.adjudications WHERE {open};

CREATE TEMP VIEW adjudication_inputs AS SELECT * FROM main.adjudication_inputs WHERE {open};

CREATE TEMP VIEW assignments AS
SELECT id, document_id, annotator, position, iif({open}, gold, 0) AS gold FROM main.assignments
WHERE annotator = {me} OR {open};

CREATE TEMP VIEW sittings AS SELECT * FROM main.sittings
WHERE annotator_id = (SELECT id FROM main.annotators WHERE name = {me}) OR {open};

CREATE TEMP VIEW remarks AS SELECT * FROM main.remarks AS remark
WHERE annotator_id = (SELECT id FROM main.annotators WHERE name = {me})
    OR EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = remark.mention_id);

CREATE TEMP VIEW seen_claims AS SELECT id, merged_id, added_at, uid FROM main.claims AS claim
WHERE claim.added_by = {me}
    OR EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.claim_id = claim.id)
    OR NOT EXISTS (SELECT 1 FROM main.mentions AS mention WHERE mention.claim_id = claim.id)
        AND claim.added_by IN (SELECT name FROM main.members WHERE role <> 'annotator')
        AND NOT EXISTS (SELECT 1 FROM main.claim_relations WHERE claim.id IN (claim_id, other_id))
    OR {open};

CREATE TEMP VIEW claims AS
SELECT id, uid, claim, note, (
        SELECT one.id FROM temp.seen_claims AS one WHERE one.merged_id = claim.merged_id
        ORDER BY one.added_at, one.uid LIMIT 1
    ) AS merged_id, added_by, added_at
FROM main.claims AS claim WHERE EXISTS (SELECT 1 FROM temp.seen_claims AS one WHERE one.id = claim.id);

CREATE TEMP VIEW claim_relations AS SELECT * FROM main.claim_relations AS tie
WHERE EXISTS (SELECT 1 FROM temp.seen_claims AS one WHERE one.id = tie.claim_id)
    AND EXISTS (SELECT 1 FROM temp.seen_claims AS one WHERE one.id = tie.other_id);

CREATE TEMP VIEW seen_sources AS SELECT id, merged_id, added_at, uid FROM main.sources AS source
WHERE EXISTS (SELECT 1 FROM temp.attributions AS link WHERE link.source_id = source.id)
    OR EXISTS (SELECT 1 FROM main.events WHERE subject_id = source.id AND annotator = {me})
    OR NOT EXISTS (SELECT 1 FROM main.attributions AS link WHERE link.source_id = source.id)
        AND EXISTS (SELECT 1 FROM main.events JOIN main.members ON name = annotator AND role <> 'annotator'
            WHERE subject_id = source.id)
    OR {open};

CREATE TEMP VIEW sources AS
SELECT id, uid, name, kind, document_id, note, (
        SELECT one.id FROM temp.seen_sources AS one WHERE one.merged_id = source.merged_id
        ORDER BY one.added_at, one.uid LIMIT 1
    ) AS merged_id, added_at
FROM main.sources AS source WHERE EXISTS (SELECT 1 FROM temp.seen_sources AS one WHERE one.id = source.id);

CREATE TEMP VIEW source_relations AS SELECT * FROM main.source_relations AS tie
WHERE EXISTS (SELECT 1 FROM temp.seen_sources AS one WHERE one.id = tie.source_id)
    AND EXISTS (SELECT 1 FROM temp.seen_sources AS one WHERE one.id = tie.other_id);

CREATE TEMP VIEW events AS SELECT * FROM main.events AS event
WHERE event.annotator = {me}
    OR EXISTS (SELECT 1 FROM main.subjects AS subject WHERE subject.id = event.subject_id
        AND kind IN ('document', 'label', 'member', 'policy'))
    OR EXISTS (SELECT 1 FROM temp.mentions AS mention WHERE mention.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.marks AS mark WHERE mark.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.seen_claims AS claim WHERE claim.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.claim_relations AS tie WHERE tie.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.seen_sources AS source WHERE source.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.source_relations AS tie WHERE tie.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.remarks AS remark WHERE remark.id = event.subject_id)
    OR EXISTS (SELECT 1 FROM temp.submissions AS said WHERE said.id = event.subject_id AND said.document_id IN {done})
    OR {open};

CREATE TEMP VIEW heads AS SELECT * FROM main.heads AS head
WHERE EXISTS (SELECT 1 FROM temp.events AS event WHERE event.id = head.event_id);

CREATE TEMP VIEW subjects AS SELECT * FROM main.subjects AS subject
WHERE EXISTS (SELECT 1 FROM temp.events AS event WHERE event.subject_id = subject.id);

CREATE TEMP VIEW quarantine AS SELECT * FROM main.quarantine WHERE {open};
"""


@contextmanager
def looked_at(path: Path, viewer: str | None) -> Iterator[sqlite3.Connection]:
    """A reading connection that shows what a person may see of a project; raises what `connect` raises."""
    with closing(look(path, viewer)) as connection:
        yield connection


def look(path: Path, viewer: str | None) -> sqlite3.Connection:
    """A reading connection that shows what a person may see of a project, from now on and as that changes.

    `viewer` is a name, or None for somebody who did not say: then only what nobody hides is shown, but for a project
    that knows a single person.

    Raises:
        ProjectMissing, ForeignFile, NewerFile: as `connect`.
    """
    connection = connect(path, write=False)
    if not sees_all(connection, viewer):
        _blindfold(connection, viewer)
    return connection


def sees_all(connection: sqlite3.Connection, viewer: str | None) -> bool:
    """Whether nothing of a project is hidden from a person now."""
    if viewer is None and connection.execute(_PERSONS).fetchone()[0] <= 1:
        return True
    return bool(connection.execute(f"SELECT {_OPEN.format(me=':me')}", {"me": viewer}).fetchone()[0])


def hidden(connection: sqlite3.Connection) -> int:
    """How many mentions a connection of `look` does not show."""
    counts = "SELECT (SELECT count(*) FROM main.mentions) - (SELECT count(*) FROM mentions)"
    return int(connection.execute(counts).fetchone()[0])


_PERSONS = "SELECT count(*) FROM (SELECT name FROM main.annotators UNION SELECT name FROM main.members)"


def _blindfold(connection: sqlite3.Connection, viewer: str | None) -> None:
    (me,) = connection.execute("SELECT quote(?)", (viewer,)).fetchone()
    words = {"me": me, "open": _OPEN.format(me=me), "done": _DONE.format(me=me)}
    words["seen_mention"] = _SEEN_MENTION.format(mention="mention", **words)
    run_script(connection, _VIEWS.format(**words))
    run_script(connection, READABLE.replace("CREATE VIEW", "CREATE TEMP VIEW"))
