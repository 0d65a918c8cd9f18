"""The tables that people query, and the log beneath them, as SQL.

`PUBLIC` is all that an exported file holds: it depends on nothing else and needs no extension. `LOG` is what a project
has besides. Row ids of things are those of their subjects: the same in every table of one file, nothing in another.
"""

from .views import VIEWS

APPLICATION_ID = 0x6F6E7263
"""`onrc`, in the header of every project file."""


TEXTS = """
CREATE TABLE texts (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    text TEXT NOT NULL
) STRICT;
"""

_PLAIN = """
CREATE TABLE annotators (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE labels (
    id INTEGER PRIMARY KEY,
    label TEXT NOT NULL UNIQUE,
    axis TEXT NOT NULL CHECK (axis IN ('origin', 'response', 'neutral')),
    key TEXT NOT NULL,
    letter TEXT NOT NULL,
    glyph TEXT NOT NULL,
    colour TEXT NOT NULL,
    position INTEGER NOT NULL,
    guideline TEXT NOT NULL,
    examples TEXT NOT NULL
) STRICT;

CREATE TABLE kinds (
    id INTEGER PRIMARY KEY,
    label TEXT NOT NULL REFERENCES labels (label) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    gloss TEXT NOT NULL,
    position INTEGER NOT NULL,
    UNIQUE (label, kind)
) STRICT;

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE REFERENCES texts (sha256) DEFERRABLE INITIALLY DEFERRED,
    title TEXT NOT NULL,
    outlet TEXT NOT NULL,
    author TEXT NOT NULL,
    url TEXT NOT NULL,
    published_at TEXT,
    language TEXT NOT NULL,
    extra TEXT NOT NULL,
    length INTEGER NOT NULL,
    revises INTEGER REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
) STRICT;
CREATE INDEX documents_published ON documents (published_at, id);
CREATE INDEX documents_title ON documents (title);
CREATE INDEX documents_outlet ON documents (outlet, published_at);
CREATE INDEX documents_revises ON documents (revises);

CREATE TABLE claims (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    claim TEXT NOT NULL,
    note TEXT NOT NULL,
    merged_id INTEGER NOT NULL REFERENCES claims (id) DEFERRABLE INITIALLY DEFERRED,
    added_by TEXT NOT NULL,
    added_at TEXT NOT NULL
) STRICT;
CREATE INDEX claims_claim ON claims (claim);
CREATE INDEX claims_merged ON claims (merged_id);

CREATE TABLE claim_relations (
    id INTEGER PRIMARY KEY,
    claim_id INTEGER NOT NULL REFERENCES claims (id) DEFERRABLE INITIALLY DEFERRED,
    relation TEXT NOT NULL CHECK (relation IN ('narrower_than', 'contradicts', 'same_as')),
    other_id INTEGER NOT NULL REFERENCES claims (id) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (claim_id, relation, other_id)
) STRICT;
CREATE INDEX claim_relations_other ON claim_relations (other_id);

CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL
        CHECK (kind IN ('person', 'spokesperson', 'institution', 'outlet', 'document', 'collective', 'unknown')),
    document_id INTEGER REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    note TEXT NOT NULL,
    merged_id INTEGER NOT NULL REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    added_at TEXT NOT NULL
) STRICT;
CREATE INDEX sources_name ON sources (name);
CREATE INDEX sources_document ON sources (document_id);
CREATE INDEX sources_merged ON sources (merged_id);

CREATE TABLE source_relations (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    relation TEXT NOT NULL CHECK (relation IN ('same_as', 'probably_same')),
    other_id INTEGER NOT NULL REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    certainty INTEGER CHECK (certainty BETWEEN 0 AND 100),
    note TEXT NOT NULL,
    UNIQUE (source_id, relation, other_id)
) STRICT;
CREATE INDEX source_relations_other ON source_relations (other_id);

CREATE TABLE mentions (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    document_id INTEGER NOT NULL REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    annotator_id INTEGER NOT NULL REFERENCES annotators (id) DEFERRABLE INITIALLY DEFERRED,
    claim_id INTEGER REFERENCES claims (id) DEFERRABLE INITIALLY DEFERRED,
    polarity TEXT NOT NULL CHECK (polarity IN ('asserts', 'negates', 'questions')),
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL CHECK ("end" > start),
    quote TEXT NOT NULL,
    note TEXT NOT NULL,
    extra TEXT NOT NULL,
    layer TEXT NOT NULL CHECK (layer IN ('', 'gold')),
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX mentions_document ON mentions (document_id, start);
CREATE INDEX mentions_claim ON mentions (claim_id);

CREATE TABLE marks (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    mention_id INTEGER NOT NULL REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    annotator_id INTEGER NOT NULL REFERENCES annotators (id) DEFERRABLE INITIALLY DEFERRED,
    label TEXT NOT NULL REFERENCES labels (label) DEFERRABLE INITIALLY DEFERRED,
    kind TEXT NOT NULL,
    certainty INTEGER CHECK (certainty BETWEEN 0 AND 100),
    note TEXT NOT NULL,
    extra TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (mention_id, label)
) STRICT;
CREATE INDEX marks_label ON marks (label, mention_id);
CREATE INDEX marks_annotator ON marks (annotator_id);

CREATE TABLE attributions (
    id INTEGER PRIMARY KEY,
    mark_id INTEGER NOT NULL REFERENCES marks (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    is_origin INTEGER NOT NULL CHECK (is_origin IN (0, 1)),
    source_id INTEGER REFERENCES sources (id) DEFERRABLE INITIALLY DEFERRED,
    relay INTEGER NOT NULL CHECK (relay IN (0, 1)),
    identified TEXT NOT NULL CHECK (identified IN ('named', 'described', 'collective', 'bare', 'unspecified')),
    ground TEXT NOT NULL,
    source_quote TEXT NOT NULL,
    cue_quote TEXT NOT NULL,
    UNIQUE (mark_id, position)
) STRICT;
CREATE INDEX attributions_source ON attributions (source_id);

CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    mark_id INTEGER NOT NULL REFERENCES marks (id) DEFERRABLE INITIALLY DEFERRED,
    position INTEGER NOT NULL,
    quote TEXT NOT NULL,
    mention_id INTEGER REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    url TEXT NOT NULL,
    note TEXT NOT NULL,
    UNIQUE (mark_id, position)
) STRICT;
CREATE INDEX evidence_mention ON evidence (mention_id);

CREATE TABLE spans (
    id INTEGER PRIMARY KEY,
    mention_id INTEGER REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    attribution_id INTEGER REFERENCES attributions (id) DEFERRABLE INITIALLY DEFERRED,
    evidence_id INTEGER REFERENCES evidence (id) DEFERRABLE INITIALLY DEFERRED,
    role TEXT NOT NULL CHECK (role IN ('content', 'source', 'cue', 'evidence')),
    position INTEGER NOT NULL,
    start INTEGER NOT NULL CHECK (start >= 0),
    "end" INTEGER NOT NULL CHECK ("end" > start),
    quote TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    CHECK ((mention_id IS NOT NULL) + (attribution_id IS NOT NULL) + (evidence_id IS NOT NULL) = 1)
) STRICT;
CREATE INDEX spans_mention ON spans (mention_id) WHERE mention_id IS NOT NULL;
CREATE INDEX spans_attribution ON spans (attribution_id) WHERE attribution_id IS NOT NULL;
CREATE INDEX spans_evidence ON spans (evidence_id) WHERE evidence_id IS NOT NULL;

CREATE TABLE submissions (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    annotator_id INTEGER NOT NULL REFERENCES annotators (id) DEFERRABLE INITIALLY DEFERRED,
    state TEXT NOT NULL CHECK (state IN ('in_progress', 'submitted', 'skipped', 'flagged')),
    note TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (document_id, annotator_id)
) STRICT;
CREATE INDEX submissions_annotator ON submissions (annotator_id, state);

CREATE TABLE adjudications (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    document_id INTEGER NOT NULL REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    annotator_id INTEGER NOT NULL REFERENCES annotators (id) DEFERRABLE INITIALLY DEFERRED,
    choice_id INTEGER REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    taken_id INTEGER REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    reason TEXT NOT NULL,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX adjudications_document ON adjudications (document_id);
CREATE INDEX adjudications_choice ON adjudications (choice_id);
CREATE INDEX adjudications_taken ON adjudications (taken_id);

CREATE TABLE adjudication_inputs (
    adjudication_id INTEGER NOT NULL REFERENCES adjudications (id) DEFERRABLE INITIALLY DEFERRED,
    mention_id INTEGER NOT NULL REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (adjudication_id, mention_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX adjudication_inputs_mention ON adjudication_inputs (mention_id);

CREATE TABLE members (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('annotator', 'adjudicator', 'lead'))
) STRICT;

CREATE TABLE policies (
    id INTEGER PRIMARY KEY,
    blind INTEGER NOT NULL CHECK (blind IN (0, 1))
) STRICT;

CREATE TABLE assignments (
    id INTEGER PRIMARY KEY,
    document_id INTEGER NOT NULL REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    annotator TEXT NOT NULL,
    position INTEGER NOT NULL,
    gold INTEGER NOT NULL CHECK (gold IN (0, 1)),
    UNIQUE (document_id, annotator)
) STRICT;
CREATE INDEX assignments_annotator ON assignments (annotator, position);

CREATE TABLE sittings (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    document_id INTEGER NOT NULL REFERENCES documents (id) DEFERRABLE INITIALLY DEFERRED,
    annotator_id INTEGER NOT NULL REFERENCES annotators (id) DEFERRABLE INITIALLY DEFERRED,
    seconds INTEGER NOT NULL CHECK (seconds > 0),
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX sittings_document ON sittings (document_id, annotator_id);

CREATE TABLE remarks (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    mention_id INTEGER NOT NULL REFERENCES mentions (id) DEFERRABLE INITIALLY DEFERRED,
    annotator_id INTEGER NOT NULL REFERENCES annotators (id) DEFERRABLE INITIALLY DEFERRED,
    text TEXT NOT NULL,
    answers_id INTEGER REFERENCES remarks (id) DEFERRABLE INITIALLY DEFERRED,
    recorded_at TEXT NOT NULL
) STRICT;
CREATE INDEX remarks_mention ON remarks (mention_id);
CREATE INDEX remarks_answers ON remarks (answers_id);
"""

OWN_MENTIONS = "CREATE INDEX mentions_annotator ON mentions (annotator_id, document_id, layer);\n"
"""Somebody's mentions, in a document or in all; where they are only counted, without a look at the mentions."""

DERIVED = _PLAIN + OWN_MENTIONS + VIEWS
"""All that can be derived from the log and the texts."""

PUBLIC = TEXTS + DERIVED

TABLES = (
    "annotators",
    "labels",
    "kinds",
    "texts",
    "documents",
    "claims",
    "claim_relations",
    "sources",
    "source_relations",
    "mentions",
    "marks",
    "attributions",
    "evidence",
    "spans",
    "submissions",
    "adjudications",
    "adjudication_inputs",
    "members",
    "policies",
    "assignments",
    "sittings",
    "remarks",
)
"""The public tables, each after those that it refers to."""

_SUBJECTS = """
CREATE TABLE subjects (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    UNIQUE (kind, subject)
) STRICT;
"""

EVENTS = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64),
    subject_id INTEGER NOT NULL REFERENCES subjects (id),
    annotator TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    clock TEXT NOT NULL,
    act TEXT NOT NULL AS (clock || '@' || device) VIRTUAL,
    undoes TEXT,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX events_subject ON events (subject_id);
CREATE INDEX events_clock ON events (clock, device);
CREATE INDEX events_device ON events (device, seq);
CREATE INDEX events_annotator ON events (annotator, clock, device) WHERE undoes IS NULL;
CREATE INDEX events_undo ON events (annotator, clock, device) WHERE undoes IS NOT NULL;
CREATE INDEX events_undoes ON events (undoes) WHERE undoes IS NOT NULL;
"""

_BESIDE = """
CREATE TABLE parents (
    event_id INTEGER NOT NULL REFERENCES events (id),
    parent TEXT NOT NULL,
    PRIMARY KEY (event_id, parent)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    reason TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE heads (
    subject_id INTEGER NOT NULL REFERENCES subjects (id),
    event_id INTEGER NOT NULL REFERENCES events (id),
    PRIMARY KEY (subject_id, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE needs (
    needed_id INTEGER NOT NULL REFERENCES subjects (id),
    subject_id INTEGER NOT NULL REFERENCES subjects (id),
    now INTEGER NOT NULL CHECK (now IN (0, 1)),
    PRIMARY KEY (needed_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX needs_subject ON needs (subject_id);
"""


def _append_only(table: str, key: str) -> str:
    """Triggers that refuse to change or delete rows of a table, whose rows `key` names."""
    says = f"raise(ABORT, 'the log is append-only: {table} are never changed or deleted')"
    made = "".join(
        f"""
CREATE TRIGGER {table}_never_{verb.lower()} BEFORE {verb} ON {table}
BEGIN SELECT {says}; END;
"""
        for verb in ("UPDATE", "DELETE")
    )
    if not key:  # its rows are never stated twice
        return made
    # `INSERT OR REPLACE` deletes without asking the triggers above.
    return f"""{made}
CREATE TRIGGER {table}_never_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = new.{key} OR rowid = new.rowid)
BEGIN SELECT {says}; END;
"""


EVENTS += _append_only("events", "hash")
"""The events themselves, with their indexes and triggers."""

LOG = _SUBJECTS + EVENTS + _BESIDE
LOG += _append_only("parents", "") + _append_only("quarantine", "hash") + _append_only("texts", "sha256")
