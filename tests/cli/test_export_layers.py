"""What an export holds of annotators' work and of what was ruled on it: in every format that is written."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_line import CommandLine
from jury import FERRY, GULLS, Team, a_team
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import formats
from onrecord.schema import acts, gold, rulings, sight
from onrecord.schema.errors import BadInput, NotAllowed
from onrecord.schema.events import Member
from onrecord.schema.layers import Layer, read_layer

WRITTEN = [name for name, form in formats().items() if form.write]
TELLING = [name for name in WRITTEN if formats()[name].layers]


@contextmanager
def ruled() -> Iterator[Team]:
    """A document that is ruled on, with a word in every note that tells whose it is; another that is not ruled on."""
    with a_team() as here:
        with here.act() as act:
            other, _ = acts.add_document(act, "Nothing is settled about this pier.", title="Unruled pier")
        for name, label in (("anazebra", "anonymous"), ("bobzebra", "sourced")):
            uid = here.mark(name, FERRY, label, claim=f"The ferry stops, says {name}.", who=f"{name} source")
            with here.act(name) as act:
                acts.describe_mention(act, uid, note=f"{name} note")
                pier = acts.new_mention(name)
                acts.set_mention(act, pier, other, "Nothing is settled about this pier.", [GULLS.__class__(0, 7)])
                acts.set_label(act, pier, "denied", note=f"{name} elsewhere")
                acts.submit(act, other, "submitted")
        here.submit("anazebra", "bobzebra")
        (item,) = here.bench().items
        with here.act("evezebra") as act:
            marks = rulings.marks_of(act, item.inputs[0])
            value = act.value("mention", item.inputs[0])
            rulings.rule(act, item.inputs, value, marks, reason="evezebra reason")
            acts.describe_mention(act, rulings.ruling_uid("evezebra", item.inputs), note="evezebra note")
        yield here


def told(path: Path) -> str:
    """All that a file or a folder holds, as one text, tables row by row."""
    parts = []
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.suffix == ".db":
            with sqlite3.connect(file) as connection:
                parts += [line for line in connection.iterdump() if "sqlite_master" not in line]
        elif file.suffix == ".parquet":
            parquet = pytest.importorskip("pyarrow.parquet")
            parts.append(str(parquet.read_table(file).to_pylist()))
        elif file.is_file():
            parts.append(_text(file))
    return "\n".join(parts)


def _text(file: Path) -> str:
    import zipfile

    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as inside:
            return "\n".join(inside.read(name).decode("utf-8", "replace") for name in inside.namelist())
    return file.read_bytes().decode("utf-8", "replace")


def written(here: Team, folder: Path, name: str, layer: Layer) -> str:
    """What an export in a format holds."""
    form = formats()[name]
    folder.mkdir(exist_ok=True)
    out = folder / f"{layer.kind}{'' if form.folder else (form.endings or ('',))[0]}"
    export(here.ledger.connection, out, name=name, layer=layer)
    return told(out)


@pytest.mark.parametrize("name", WRITTEN)
def test_each_layer_holds_its_own_work_alone_in_every_format(name: str, tmp_path: Path) -> None:
    with ruled() as here:
        before = here.ledger.connection.execute("SELECT count(*) FROM mentions").fetchone()
        everything = written(here, tmp_path, name, Layer())
        settled = written(here, tmp_path, name, Layer("gold"))
        anas = written(here, tmp_path, name, Layer("annotator", "anazebra"))
        assert here.ledger.connection.execute("SELECT count(*) FROM mentions").fetchone() == before, "it stays unharmed"
        assert here.ledger.connection.execute("SELECT name FROM sqlite_temp_master").fetchall() == []
    assert "anazebra" in everything
    assert "bobzebra" in everything
    assert ("evezebra" in everything) == (name in TELLING)
    assert "evezebra" in settled
    # A ruling names what it weighed, as the log does; of what stood there nothing else is told.
    assert ("bobzebra note" if name == "jsonl" else "bobzebra") not in settled
    assert "Unruled pier" not in settled
    assert "elsewhere" not in settled
    assert "anazebra" in anas
    assert "bobzebra" not in anas
    assert "evezebra" not in anas


def test_the_formats_that_tell_layers_have_gold_mentions_and_rulings_beside_the_work(tmp_path: Path) -> None:
    with ruled() as here:
        for name in sorted({"jsonl", "db", "datasette"} & {*TELLING}):
            everything = written(here, tmp_path / name, name, Layer())
            assert "evezebra note" in everything
            assert "evezebra reason" in everything
        lines = [json.loads(line) for line in (tmp_path / "jsonl" / "all.jsonl").read_text().splitlines()]
        (first,) = [line for line in lines if line.get("title") == "The ferry"]
        assert sorted(each["layer"] for each in first["mentions"]) == ["", "", "gold"]
        assert [each["adjudicator"] for each in first["rulings"]] == ["evezebra"]


def test_a_gold_table_is_one_adjudicator_s_and_its_standing_that_of_the_gold_layer(tmp_path: Path) -> None:
    with ruled() as here:
        export(here.ledger.connection, tmp_path / "gold.db", layer=Layer("gold"))
        export(here.ledger.connection, tmp_path / "bob.db", layer=Layer("annotator", "bobzebra"))
    with sqlite3.connect(tmp_path / "gold.db") as copy:
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
        assert copy.execute("SELECT name FROM annotators").fetchall() == [("evezebra",)]
        assert copy.execute("SELECT standing FROM claim_standing").fetchall() == [("anonymous",)]
    with sqlite3.connect(tmp_path / "bob.db") as copy:
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
        assert copy.execute("SELECT standing FROM claim_standing").fetchall() == [("sourced",)]


def test_two_who_agree_on_nothing_are_in_the_gold_layer_with_nothing(tmp_path: Path) -> None:
    with a_team() as here:
        here.submit("ana", "bob")
        assert "The ferry" in written(here, tmp_path, "jsonl", Layer("gold"))


def test_the_later_of_two_rulings_counts_and_both_are_named(tmp_path: Path) -> None:
    with ruled() as here:
        (item,) = here.bench().items
        uid = rulings.ruling_uid("kim", item.inputs)
        with here.act("kim") as act:  # as it would come in by a merge: kim did not know of eve's ruling
            value = act.value("mention", item.inputs[1])
            act.put(uid, value.__class__(document=here.sha256, spans=value.spans, layer="gold", note="kimzebra"))
            act.put(uid, act.value("adjudication", rulings.ruling_uid("evezebra", item.inputs)).__class__(
                document=here.sha256, inputs=item.inputs, choice=uid))  # fmt: skip
        assert gold.ruled_twice(here.ledger.connection) == [(here.document, "evezebra", "kim")]
        settled = written(here, tmp_path, "jsonl", Layer("gold"))
        assert "kimzebra" in settled
        assert "evezebra" not in settled


def test_who_is_blind_gets_no_gold_layer_and_of_others_nothing(tmp_path: Path) -> None:
    with ruled() as here:
        with here.act("lea") as act:
            act.put("lea", Member(role="lead"))
        with sight.looked_at(here.ledger.path, "cyd") as connection:
            with pytest.raises(NotAllowed):
                export(connection, tmp_path / "gold.jsonl", layer=Layer("gold"))
            for name in WRITTEN:
                form = formats()[name]
                out = tmp_path / f"{name}{'' if form.folder else (form.endings or ('',))[0]}"
                export(connection, out, name=name, layer=Layer("annotator", "anazebra"))
                assert "zebra" not in told(out), name
        with sight.looked_at(here.ledger.path, "lea") as connection:
            export(connection, tmp_path / "gold.jsonl", layer=Layer("gold"))
            assert "anazebra" in told(tmp_path / "gold.jsonl")


def test_the_command_says_what_is_left_out(onrecord: CommandLine, tmp_path: Path) -> None:
    with ruled() as here:
        path = here.ledger.path
        done = onrecord.ok("export", path, tmp_path / "gold.csv", "--layer", "gold")
        assert done.sentence == "1 document is left out, in which not everything is ruled on; see: onrecord adjudicate"
        assert done.out.endswith("gold.csv: 1 mark\n")
        done = onrecord.ok("export", path, tmp_path / "ana.csv", "--layer", "annotator=anazebra")
        assert done.out.endswith("ana.csv: 2 marks\n")
        assert onrecord.ok("export", path, tmp_path / "all.csv").out.endswith("all.csv: 4 marks\n")
        done = onrecord("export", path, tmp_path / "no.csv", "--layer", "annotator=nobody")
        assert (done.code, done.sentence) == (
            1,
            "no annotator is called 'nobody'; there are: anazebra, bobzebra, eve, evezebra",
        )
        assert onrecord("export", path, tmp_path / "no.csv", "--layer", "silver").sentence == (
            "there is no layer 'silver'; say gold, all, or annotator=NAME"
        )
        assert not (tmp_path / "no.csv").exists()


def test_layers_are_read_as_they_are_written() -> None:
    for words in ("all", "gold", "annotator=Björk O."):
        assert str(read_layer(words)) == words
    for words in ("", "annotator=", "Gold"):
        with pytest.raises(BadInput):
            read_layer(words)
