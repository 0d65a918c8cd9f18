"""What strangers send: whatever the bytes, every format brings something good in or says in one sentence why not."""

import json
import tempfile
from pathlib import Path

import pytest
from examples import examples
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from onrecord.demo.build import build
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import formats
from onrecord.exchange.importing import ImportOptions, bring_in
from onrecord.exchange.report import Report
from onrecord.schema.check import check
from onrecord.schema.store import connect
from project_state import project

READ = [name for name, form in formats().items() if form.read]
JSON = [name for name in READ if any(ending.startswith(".json") for ending in formats()[name].endings)]

HOSTILE = {
    "nothing": b"",
    "white space": b" \n\n \t\n",
    "zeros": b"\0" * 5000,
    "bytes that are no UTF-8": b"\xff\xfe\xfd" * 1000,
    "Latin-1": "déjà vu\n".encode("latin-1") * 100,
    "200,000 open brackets": b"[" * 200_000,
    "200,000 nested objects": b'{"a":' * 200_000,
    "200,000 nested elements": b"<a>" * 200_000,
    "NaN": b'[{"text": "a b", "label": [[NaN, Infinity, "x"]], "spans": NaN}]\n',
    "a key twice": b'{"text": "one", "text": "two", "mentions": [], "label": [], "spans": []}\n',
    "half a surrogate pair": b'{"text": "a \\ud800 b", "mentions": [], "label": [[0, 1, "x"]]}\n',
    "U+0000": b'{"text": "a \\u0000 b", "mentions": [], "label": [[0, 1, "x"]]}\n',
    "a number of 10,000 digits": b'{"text": "a", "id": ' + b"9" * 10_000 + b', "label": []}\n',
    "entities that grow": (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]><x>&j;</x>"
    ),
    "a file of the machine": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>',
    "an empty zip": b"PK\x05\x06" + b"\0" * 18,
    "half a zip": b"PK\x03\x04" + b"\0" * 40,
    "one long line": b"T1\tPerson 0 5\t" + b"x" * 2_000_000,
}


def outcome(name: str, data: bytes, *, keep_good: bool) -> tuple[bool, Report]:
    """What becomes of bytes under the ending of a format."""
    form = formats()[name]
    with tempfile.TemporaryDirectory() as folder, project("lead") as ledger:
        path = Path(folder) / f"x{form.endings[0]}"
        path.write_bytes(data)
        (Path(folder) / "x.txt").write_text("The gate stopped short.\nNobody said why.\n", "utf-8")
        report = Report()
        kept = bring_in(ledger, path, form, ImportOptions(keep_good=keep_good), report)
        assert not [finding for finding in check(ledger.connection) if finding.level == "problem"]
        return kept, report


def assert_told(kept: bool, report: Report) -> None:
    """What was refused has reasons, each one line without a traceback in it."""
    for row in report.rows():
        assert len(str(row["reason"]).splitlines()) <= 1, row
        assert "Traceback" not in row["reason"]
        assert "cannot go on" not in row["reason"], "the format's own mistake"
    assert kept or report.refused


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_the_bytes_it_is_taken_or_refused_in_a_sentence(name: str, what: str) -> None:
    for keep_good in (False, True):
        assert_told(*outcome(name, HOSTILE[what], keep_good=keep_good))


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A file of each two-way format with two short documents in it."""
    folder = tmp_path_factory.mktemp("samples")
    build(folder / "story.db")
    found = {}
    connection = connect(folder / "story.db", write=False)
    for name in READ:
        form = formats()[name]
        out = folder / (name if form.folder else f"{name}{form.endings[0]}")
        export(connection, out, name=name)
        files = sorted(path for path in out.rglob(f"*{form.endings[0]}")) if form.folder else [out]
        found[name] = files[0].read_bytes()
    connection.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", READ)
@examples(6, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_good_file_that_was_damaged(name: str, samples: dict[str, bytes], data: st.DataObject) -> None:
    good = samples[name][:60_000]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(good)))
        long = data.draw(st.integers(0, 40))
        put = data.draw(
            st.sampled_from([b"", b"\xff", b"\0", b'"', b"\n", b"\t", b"-1", b"99999999", b"{}", b"]", b"<", b"[1]"])
        )
        good = good[:at] + put + good[at + long :]
    assert_told(*outcome(name, good, keep_good=data.draw(st.booleans())))


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 40), st.floats(allow_nan=False), st.text(max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(
        ["text", "label", "labels", "spans", "start", "end", "id", "data", "annotations", "result", "value", "meta", "mentions",
         "marks", "entities", "relations", "target", "selector", "body", "type", "events", "start_char", "end_char", "answer",
         "annotator", "uid", "chain", "evidence", "utf8_text_md5_checksum", "extra", "onrecord", "submissions", "texts"]
    ), inner, max_size=5)),
    max_leaves=14,
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", JSON)
@examples(25, suppress_health_check=list(HealthCheck))
@given(value=st.one_of(VALUES, st.lists(VALUES, max_size=3)))
def test_json_of_any_shape(name: str, value: object) -> None:
    lines = value if isinstance(value, list) else [value]
    data = (
        b"\n".join(json.dumps(line).encode() for line in lines) if name != "labelstudio" else json.dumps(value).encode()
    )
    assert_told(*outcome(name, data, keep_good=True))
