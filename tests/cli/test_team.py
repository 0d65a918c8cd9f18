"""`onrecord team`: progress, effort, agreement, competence and work beside gold, and what a blind annotator is told."""

import builtins
import re
from pathlib import Path
from typing import Any

import pytest
from command_line import CommandLine
from onrecord.schema import acts, team
from onrecord.schema.ledger import Ledger
from teams import document, make_team, mark, submit


@pytest.fixture
def desk(onrecord: CommandLine, tmp_path: Path) -> Path:
    make_team(tmp_path / "p.db")
    return Path("p.db")


def figure(rows: list[dict[str, Any]], id_: str) -> Any:
    (row,) = [row for row in rows if row["id"] == id_]
    return row["value"]


def test_everything_at_a_glance(onrecord: CommandLine, desk: Path) -> None:
    told = onrecord.ok("team", desk, "--as", "lea").out
    sections = re.findall(r"^(\w[\w ]*)(?::.*)?$(?=\n *(?:name|layer|flagged|fewer))", told, re.MULTILINE)
    assert sections == ["progress", "documents", "effort", "agreement", "competence", "beside gold", "beside gold"]
    assert re.search(r"^ben +annotator +█{12}!{4}░{4} +5 +3 +0 +3 +0 +1 +4$", told, re.MULTILINE)
    assert re.search(r"^ana +annotator +█{12}▒{4}░{4} ", told, re.MULTILINE)
    assert re.search(r"^  to rule +2$", told, re.MULTILINE)
    assert re.search(r"^ana +2 +0\.1 +2\.0 +45$", told, re.MULTILINE)  # 60 and 180 seconds, three marks
    assert re.search(r"^boundaries +exact_f1 +0\.\d{3} +0\.\d{3} to 1\.000 .*[├●].*$", told, re.MULTILINE)
    assert re.search(r"^beside gold: hidden checks.*\nname .*\ncai +1 +0\.667 +0\.667 ", told, re.MULTILINE)
    assert "\x1b" not in told


def test_the_same_as_flat_objects(onrecord: CommandLine, desk: Path) -> None:
    rows = onrecord.rows("team", desk, "--as", "ada")
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["layer"] for row in rows} == {
        "progress", "documents", "effort", "groups", "boundaries", "labels", "competence", "hidden checks", "ruled work",
    }  # fmt: skip
    assert figure(rows, "progress/done/ana") == 3
    assert figure(rows, "progress/flagged/ben") == 1
    assert figure(rows, "documents/done/all") == 1
    assert figure(rows, "effort/minutes_per_document/cai") == 2
    assert figure(rows, "effort/marks_per_hour/ben") == 30
    assert figure(rows, "hidden checks/precision/all/cai") == 1
    assert figure(rows, "hidden checks/recall/all/cai") == 0.5
    assert figure(rows, "ruled work/f1/labels/ben") == 0.5
    assert figure(rows, "ruled work/f1/all/ana") == 1


def test_agreement_is_what_agree_says(onrecord: CommandLine, desk: Path) -> None:
    layers = {"groups", "boundaries", "labels", "attribution", "claims"}
    whole = {row["id"]: row for row in onrecord.rows("agree", desk, "--as", "lea")}
    shown = [row for row in onrecord.rows("team", desk, "--as", "lea") if row["layer"] in layers]
    assert len(shown) > 8
    assert all(row == whole[row["id"]] for row in shown)


def test_competence_label_by_label(onrecord: CommandLine, desk: Path) -> None:
    rows = onrecord.rows("team", desk, "--competence", "--as", "lea")
    assert {row["label"] for row in rows} == {"", "anonymous", "denied", "sourced"}
    assert [row["of"] for row in rows if row["measure"] == "mace"] == ["ana", "ben", "cai"]
    told = onrecord.ok("team", desk, "--competence", "--as", "lea").out
    assert re.search(r"^ben +finds +denied +0\.\d{3} ", told, re.MULTILINE)
    assert "too few to know much" in told


def test_documents_by_what_needs_somebody_first(onrecord: CommandLine, desk: Path) -> None:
    rows = onrecord.rows("team", desk, "--documents", "--as", "lea")
    assert [(row["title"], row["state"]) for row in rows] == [
        ("Article 4", "flagged"), ("Article 2", "to rule"), ("Article 1", "to rule"), ("Article 5", "to do"),
        ("Article 6", "to do"), ("Article 3", "done"),
    ]  # fmt: skip
    flagged, second, *_, third = rows
    assert (flagged["notes"], flagged["assigned"], flagged["flagged"]) == ("ben: half of it is missing", 3, 1)
    assert (second["groups"], second["differing"], second["unruled"], second["seconds"]) == (2, 2, 5, 540)
    assert (third["ruled"], third["unruled"]) == (True, 1)  # what the hidden check made waits for no ruling
    told = onrecord.ok("team", desk, "--documents", "--as", "lea").out
    assert re.search(r"to rule +Article 2 .* 2 of 2 ", told)


def test_who_is_blind_is_told_of_their_own_work_alone(onrecord: CommandLine, desk: Path) -> None:
    rows = onrecord.rows("team", desk, "--as", "ben")
    assert {row["layer"] for row in rows} == {"progress", "documents", "effort"}
    assert {row["of"] for row in rows if row["layer"] != "documents"} == {"ben"}
    told = onrecord.ok("team", desk, "--as", "ben").out
    assert not re.search("ana|cai", told)
    assert "you see your own progress" in told
    assert "competence" not in told
    mine = onrecord.rows("team", desk, "--documents", "--as", "ben")
    assert {row["title"] for row in mine} == {f"Article {number}" for number in range(1, 6)}
    assert all(row["submitted"] < 2 and row["assigned"] < 2 and row["differing"] is None for row in mine)
    assert {row["ruled"] for row in mine} == {False}
    assert onrecord.rows("team", desk, "--competence", "--as", "ben") == []


def test_who_is_not_blind_but_does_not_judge_sees_no_worth(onrecord: CommandLine, desk: Path) -> None:
    with Ledger(desk, "lea", "device") as ledger, ledger.act() as act:
        team.set_blind(act, blind=False)
    layers = {row["layer"] for row in onrecord.rows("team", desk, "--as", "ben")}
    assert "labels" in layers
    assert not layers & {"competence", "hidden checks", "ruled work"}
    done = onrecord.ok("team", desk, "--competence", "--as", "ben", "--json")
    assert (done.json, done.sentence) == ([], "only adjudicators and leads are told how competent the others are")


def test_without_the_libraries_the_rest_is_told(
    onrecord: CommandLine, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("scipy"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    told = onrecord.ok("team", desk, "--as", "lea").out
    assert "pip install 'onrecord[agreement]'" in told
    assert "minutes a document" in told
    done = onrecord.ok("team", desk, "--as", "lea", "--documents")
    assert "onrecord[agreement]" in done.err
    assert "Article 2" in done.out
    assert "onrecord[agreement]" in onrecord("team", desk, "--as", "lea", "--competence").sentence


def test_nothing_and_one_annotator(onrecord: CommandLine, tmp_path: Path) -> None:
    Ledger.create(tmp_path / "empty.db", "lea", "device").close()
    for words in ((), ("--documents",), ("--competence",)):
        assert onrecord("team", "empty.db", *words).code == 0
    with Ledger.create(tmp_path / "one.db", "ana", "device") as ledger, ledger.act() as act:
        mark(act, "ana", 1, (4, 19), "sourced")
        submit(act, "ana", 1)
        document(act, 2)
    told = onrecord.ok("team", "one.db", "--as", "ana").out
    assert re.search(r"^ana +█{10}░{10} ", told, re.MULTILINE)  # one of the project's two: nobody was assigned any
    assert "no document is shared by two annotators" in told


def test_two_lists_at_once_are_refused(onrecord: CommandLine, desk: Path) -> None:
    assert onrecord("team", desk, "--documents", "--competence").code == 2


def test_hostile_names_and_notes_do_not_reach_the_terminal(onrecord: CommandLine, desk: Path) -> None:
    with Ledger(desk, "[bold]y", "device") as ledger, ledger.act() as act:
        mark(act, "[bold]y", 6, (4, 19), "denied")
        acts.submit(act, document(act, 6), "flagged", "\x1b]52;c;AA==\x07[bold]\u202e\n")
        acts.submit(act, acts.add_document(act, "A text.", title="\x1b[31m\u202eGate")[0], "flagged")
    for words in ((), ("--documents",)):
        told = onrecord.ok("team", desk, "--as", "lea", *words).out
        assert told.replace("\n", "").isprintable()
