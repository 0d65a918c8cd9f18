"""What exports read straight from the log is what the slow and plain way through values and tables tells."""

import csv
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from examples import examples
from histories import TEXTS, logs
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange import table
from onrecord.exchange.exporting import export
from onrecord.exchange.held import IN_ORDER, document_held
from onrecord.exchange.json_text import struct_to_json
from onrecord.exchange.jsonl import document_out
from onrecord.exchange.portable import PortableMention, mention_out
from onrecord.exchange.told import BRIEF, told
from onrecord.schema.events import AnyEvent, canonical
from project_state import project
from texts import texts

EVENTS = """
SELECT body FROM events WHERE subject_id = :document
    OR subject_id IN (SELECT id FROM mentions WHERE document_id = :document)
    OR subject_id IN (SELECT id FROM marks WHERE mention_id IN (SELECT id FROM mentions WHERE document_id = :document))
    OR subject_id IN (SELECT id FROM submissions WHERE document_id = :document)
    OR subject_id IN (SELECT id FROM adjudications WHERE document_id = :document)
ORDER BY clock, hash
"""
SHOWN = """
SELECT
    documents.sha256, documents.title, documents.outlet, documents.published_at, annotators.name AS annotator,
    marks.label, marks.kind, marks.certainty, claims.claim, mentions.polarity, mentions.start, mentions."end",
    (
        SELECT group_concat(piece, ' ') FROM (
            SELECT start || ':' || "end" AS piece FROM spans WHERE spans.mention_id = mentions.id ORDER BY position
        )
    ) AS spans,
    mentions.quote, origin_source.name AS origin, origin.identified AS origin_identified,
    (
        SELECT group_concat(name, ' → ') FROM (
            SELECT coalesce(sources.name, nullif(source_quote, ''), '(' || identified || ')') AS name
            FROM attributions LEFT JOIN sources ON sources.id = source_id
            WHERE mark_id = marks.id ORDER BY attributions.position
        )
    ) AS chain,
    (
        SELECT group_concat(shown, ' | ') FROM (
            SELECT coalesce(nullif(evidence.quote, ''), nullif(evidence.url, ''), 'mention ' || shown.uid) AS shown
            FROM evidence LEFT JOIN mentions AS shown ON shown.id = evidence.mention_id AND shown.layer = ''
            WHERE mark_id = marks.id ORDER BY evidence.position
        )
    ) AS evidence,
    marks.note, coalesce(marks.recorded_at, mentions.recorded_at) AS recorded_at, mentions.uid AS mention_uid
FROM mentions
JOIN documents ON documents.id = mentions.document_id
JOIN annotators ON annotators.id = mentions.annotator_id
LEFT JOIN claims ON claims.id = mentions.claim_id
LEFT JOIN marks ON marks.mention_id = mentions.id
LEFT JOIN attributions AS origin ON origin.mark_id = marks.id AND origin.is_origin = 1
LEFT JOIN sources AS origin_source ON origin_source.id = origin.source_id
WHERE layer = ''
ORDER BY documents.published_at IS NULL, documents.published_at, documents.sha256, mentions.start, mentions.uid,
    marks.uid
"""


@examples(40)
@given(log=logs())
def test_a_line_tells_what_the_events_say(log: list[AnyEvent]) -> None:
    with project() as ledger, tempfile.TemporaryDirectory() as folder:
        ledger.receive(map(canonical, log), TEXTS)
        connection = ledger.connection
        documents = [row[0] for row in connection.execute(IN_ORDER)]
        expected = []
        for each in documents:
            events = [body.decode() for (body,) in connection.execute(EVENTS, {"document": each})]
            expected.append({**document_out(document_held(connection, each)), "events": events})
        path = Path(folder) / "x.jsonl"
        export(connection, path)
        lines = [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]
        written = [line for line in lines if "mentions" in line]
        assert written == expected
        assert [list(line) for line in written] == [list(line) for line in expected]


@examples(40)
@given(log=logs())
def test_without_what_is_at_its_default_it_tells_the_same(log: list[AnyEvent]) -> None:
    with project() as ledger:
        ledger.receive(map(canonical, log), TEXTS)
        for (document,) in ledger.connection.execute(IN_ORDER).fetchall():
            held = document_held(ledger.connection, document)
            brief = told(ledger.connection, document, BRIEF, log=False)
            assert msgspec.to_builtins(brief.mentions) == [mention_out(held, uid) for uid in held.mentions]


@examples(40)
@given(log=logs())
def test_the_readable_columns_of_a_table_are_those_of_the_public_tables(log: list[AnyEvent]) -> None:
    with project() as ledger, tempfile.TemporaryDirectory() as folder:
        ledger.receive(map(canonical, log), TEXTS)
        path = Path(folder) / "x.csv"
        export(ledger.connection, path)
        with path.open(encoding="utf-8", newline="") as file:
            found = [row for row in csv.DictReader(file, strict=True) if not row["submission"]]
        rows = ledger.connection.execute(SHOWN)
        names = [column[0] for column in rows.description]
        expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
        assert [[row[name] for name in names] for row in found] == expected


CELLS = st.lists(texts | st.sampled_from(["", ",", '"', "\r", "a\nb", '""', " ", "\t"]), min_size=2)


@given(cells=CELLS, delimiter=st.sampled_from(",\t"))
def test_a_row_is_written_as_the_standard_library_writes_it(cells: list[str], delimiter: str) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerow(cells)
    assert table._line(cells, delimiter) == file.getvalue()


@given(texts)
def test_a_struct_is_one_line_in_which_nothing_is_unseen(text: str) -> None:
    value: Any = PortableMention(uid=text, note=text)
    line = struct_to_json(value)
    assert json.loads(line) == msgspec.to_builtins(value)
    assert all(char.isprintable() or char in "\u00a0\u202f\u2009\u3000" for char in line)
    assert len(line.splitlines()) == 1
