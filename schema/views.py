"""What is derived from the tables by SQL alone: the readable views, and what the full-text search looks into."""

from unicodedata import category

from .standing import CASE
from .text import SEARCH_FOLDS


def _folded(column: str) -> str:
    # FTS5 ends a word at every space and quotation mark; only those that Unicode counts as letters need replacing.
    letters = [char for char in SEARCH_FOLDS if category(char).startswith("L")]
    for char in letters:
        literal = SEARCH_FOLDS[char].replace("'", "''")
        column = f"replace({column}, char({ord(char)}), '{literal}')"
    return column


WORDS = "tokenize = 'unicode61 remove_diacritics 2'"
"""What a word is, in both indexes."""

_SEARCH = f"""
CREATE VIEW searchable AS
SELECT documents.id AS id, 'document' AS thing,
    {_folded("title || ' ' || outlet || ' ' || author")} AS title, {_folded("texts.text")} AS body
FROM documents JOIN texts USING (sha256)
UNION ALL
SELECT id, 'claim', {_folded("claim")}, {_folded("note")} FROM claims
UNION ALL
SELECT id, 'mention', '', {_folded("note")} FROM mentions WHERE note <> ''
UNION ALL
SELECT id, 'mark', '', {_folded("note")} FROM marks WHERE note <> ''
UNION ALL
SELECT id, 'submission', '', {_folded("note")} FROM submissions WHERE note <> ''
UNION ALL
SELECT id, 'remark', '', {_folded('"text"')} FROM remarks
UNION ALL
SELECT id, 'source', {_folded("name")}, {_folded("note")} FROM sources;

CREATE VIRTUAL TABLE search USING fts5 (
    title, body, content = 'searchable', content_rowid = 'id', {WORDS}
);
-- So many bytes of words are gathered in memory before they are written: of many articles, each word comes up often.
INSERT INTO search (search, rank) VALUES ('hashsize', 16777216);
"""

NAMES = f"""
CREATE VIEW nameable AS
SELECT id, {_folded("title || ' ' || outlet || ' ' || author")} AS document, '' AS claim, '' AS source, '' AS note
FROM documents
UNION ALL
SELECT id, '', {_folded("claim")}, '', {_folded("note")} FROM claims
UNION ALL
SELECT id, '', '', {_folded("name")}, {_folded("note")} FROM sources;

CREATE VIRTUAL TABLE names USING fts5 (
    document, claim, source, note, content = 'nameable', content_rowid = 'id',
    {WORDS}, prefix = '1 2'
);
"""
"""What things are called, for lists that are filtered while somebody types: also by their first letter or two."""

READABLE = f"""
CREATE VIEW mention_counted AS
SELECT * FROM mentions
WHERE NOT EXISTS (SELECT 1 FROM adjudication_inputs WHERE mention_id = mentions.id);

CREATE VIEW mark_current AS
SELECT
    marks.id AS mark_id,
    marks.uid AS mark_uid,
    mentions.id AS mention_id,
    claims.id AS claim_id,
    documents.id AS document_id,
    annotators.name AS annotator,
    marks.label AS label,
    marks.kind AS kind,
    marks.certainty AS certainty,
    claims.claim AS claim,
    mentions.polarity AS polarity,
    mentions.quote AS quote,
    mentions.start AS start,
    mentions."end" AS "end",
    origin_source.name AS origin,
    origin.identified AS origin_identified,
    origin_source.id AS origin_id,
    teller_source.name AS teller,
    documents.title AS title,
    documents.outlet AS outlet,
    documents.published_at AS published_at,
    marks.recorded_at AS recorded_at,
    marks.note AS note
FROM marks
JOIN mentions ON mentions.id = marks.mention_id
JOIN documents ON documents.id = mentions.document_id
JOIN annotators ON annotators.id = marks.annotator_id
LEFT JOIN claims AS worded ON worded.id = mentions.claim_id
LEFT JOIN claims ON claims.id = worded.merged_id
LEFT JOIN attributions AS origin ON origin.mark_id = marks.id AND origin.is_origin = 1
LEFT JOIN sources AS origin_named ON origin_named.id = origin.source_id
LEFT JOIN sources AS origin_source ON origin_source.id = origin_named.merged_id
LEFT JOIN attributions AS teller ON teller.mark_id = marks.id AND teller.position = 1
LEFT JOIN sources AS teller_named ON teller_named.id = teller.source_id
LEFT JOIN sources AS teller_source ON teller_source.id = teller_named.merged_id;

CREATE VIEW claim_standing AS
WITH tally AS (
    SELECT
        claims.id AS claim_id,
        claims.claim AS claim,
        count(DISTINCT mentions.id) AS mentions,
        count(DISTINCT mentions.document_id) AS documents,
        count(DISTINCT nullif(documents.outlet, '')) AS outlets,
        count(DISTINCT CASE WHEN marks.label IN ('sourced', 'anonymous') THEN sources.merged_id END) AS origins,
        count(CASE marks.label WHEN 'sourced' THEN 1 END) AS sourced,
        count(CASE marks.label WHEN 'anonymous' THEN 1 END) AS anonymous,
        count(CASE marks.label WHEN 'denied' THEN 1 END) AS denied,
        count(CASE marks.label WHEN 'confirmed' THEN 1 END) AS confirmed,
        min(documents.published_at) AS first_published,
        max(documents.published_at) AS last_published
    FROM claims
    LEFT JOIN claims AS worded ON worded.merged_id = claims.id
    LEFT JOIN mention_counted AS mentions ON mentions.claim_id = worded.id
    LEFT JOIN documents ON documents.id = mentions.document_id
    LEFT JOIN marks ON marks.mention_id = mentions.id
    LEFT JOIN attributions AS origin ON origin.mark_id = marks.id AND origin.is_origin = 1
    LEFT JOIN sources ON sources.id = origin.source_id
    WHERE claims.merged_id = claims.id
    GROUP BY claims.id
)
SELECT
    claim_id,
    claim,
    {CASE} AS standing,
    sourced, anonymous, denied, confirmed, mentions, documents, outlets, origins, first_published, last_published
FROM tally;

CREATE VIEW timeline AS
WITH dated AS (
    SELECT
        claims.id AS claim_id,
        claims.claim AS claim,
        coalesce(published_at, mark_current.recorded_at) AS moment,
        label, kind, origin, outlet, title, mark_current.quote AS quote, annotator, published_at,
        mark_current.recorded_at AS recorded_at, mark_current.document_id AS document_id,
        mark_current.mention_id AS mention_id, mark_id, mark_uid
    FROM claims
    JOIN claims AS worded ON worded.merged_id = claims.id
    JOIN mention_counted AS mentions ON mentions.claim_id = worded.id
    JOIN mark_current ON mark_current.mention_id = mentions.id
),
running AS (
    SELECT
        *,
        max(label = 'sourced') OVER so_far AS sourced,
        max(label = 'anonymous') OVER so_far AS anonymous,
        max(label = 'denied') OVER so_far AS denied,
        max(label = 'confirmed') OVER so_far AS confirmed
    FROM dated
    WINDOW so_far AS (
        PARTITION BY claim_id ORDER BY moment, recorded_at, mark_uid ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),
stated AS (
    SELECT
        *,
        {CASE} AS standing
    FROM running
)
SELECT
    claim_id,
    claim,
    moment,
    standing,
    standing <> lag(standing, 1, 'unattributed') OVER (PARTITION BY claim_id ORDER BY moment, recorded_at, mark_uid)
        AS changed,
    label,
    kind,
    origin,
    outlet,
    title,
    quote,
    annotator,
    published_at,
    recorded_at,
    document_id,
    mention_id,
    mark_id,
    mark_uid
FROM stated
ORDER BY claim_id, moment, recorded_at, mark_uid;
"""
"""The views that people query: they read the tables alone, whatever stands under the tables' names."""

VIEWS = _SEARCH + NAMES + "\n" + READABLE
