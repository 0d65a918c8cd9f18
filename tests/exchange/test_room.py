"""How much one file may say, and how it is told that it says more."""

import json
from pathlib import Path

import pytest
from onrecord.exchange import room
from onrecord.exchange.formats import named
from onrecord.exchange.importing import ImportOptions, bring_in
from onrecord.exchange.json_text import parse
from onrecord.exchange.report import Report
from onrecord.schema.errors import BadInput
from project_state import open_quickly


def _example(mentions: int, pad: str = "") -> str:
    spans = [[number * 3, number * 3 + 2, "a"] for number in range(mentions)]
    return json.dumps({"text": "ab " * mentions, "label": spans, "pad": pad}) + "\n"


@pytest.mark.parametrize("keep_good", [False, True])
def test_an_article_with_too_many_mentions_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep_good: bool
) -> None:
    monkeypatch.setattr(room, "MENTIONS", 20)
    path = tmp_path / "x.jsonl"
    path.write_text(_example(3) + _example(40) + _example(4))
    most = 20 + path.stat().st_size // room.A_MENTION
    with open_quickly(tmp_path / "p.db") as ledger:
        report = Report()
        kept = bring_in(ledger, path, named("doccano"), ImportOptions(keep_good=keep_good), report)
        (count,) = ledger.connection.execute("SELECT count(*) FROM mentions").fetchone()
    (refused,) = [row for row in report.rows() if row["what"] == "refused"]
    assert f"over {most} mentions" in refused["reason"]
    assert kept is keep_good
    assert count == (3 if keep_good else 0)  # what stands before it is whole


def test_a_thousand_labels_become_codes_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    spans = [[number * 3, number * 3 + 2, f"label {number}"] for number in range(1_100)]
    path.write_text(json.dumps({"text": "ab " * 1_100, "label": spans}) + "\n")
    with open_quickly(tmp_path / "p.db") as ledger:
        report = Report()
        assert bring_in(ledger, path, named("doccano"), ImportOptions(keep_good=True), report)
    assert len(report.codes) == 1_000
    (refused,) = [row for row in report.rows() if row["what"] == "refused"]
    assert (refused["count"], "over 1,000 labels" in refused["reason"]) == (100, True)


def test_a_larger_file_may_bring_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MENTIONS", 20)
    path = tmp_path / "x.jsonl"
    path.write_text(_example(40, "." * room.A_MENTION * 20))
    with open_quickly(tmp_path / "p.db") as ledger:
        assert bring_in(ledger, path, named("doccano"), ImportOptions(), Report())
        assert ledger.connection.execute("SELECT count(*) FROM mentions").fetchone() == (40,)


@pytest.mark.parametrize("value", ["[]", "{}", '{"a":1}', '"ab"'])
def test_very_many_values_in_few_bytes_are_not_read(value: str) -> None:
    many = ",".join([value] * (12_000_000 // len(value)))
    with pytest.raises(BadInput, match="more lists and objects"):
        parse(f"[{many}]".encode())


def test_long_texts_and_numbers_are() -> None:
    data = json.dumps([{"text": "It stopped. " * 200, "spans": [[1, 20, "denied"]]} for _ in range(4_000)]).encode()
    assert len(data) > 8_000_000
    assert len(parse(data)) == 4_000


def test_very_many_different_reasons_are_counted_as_one(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    spans = [[number + 9, number + 8, "a"] for number in range(5_000)]
    path.write_text(json.dumps({"text": "ab", "label": spans}) + "\n")
    with open_quickly(tmp_path / "p.db") as ledger:
        report = Report()
        assert not bring_in(ledger, path, named("doccano"), ImportOptions(), report)
    rows = list(report.rows())
    assert report.refused == sum(row["count"] for row in rows if row["what"] == "refused") == 5_000
    assert 1_000 < len(rows) < 2_500
