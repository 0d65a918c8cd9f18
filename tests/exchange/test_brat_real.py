"""PolNeAR and the collections that come with brat: what goes in comes out again, annotation by annotation.

Of PolNeAR a sample is taken; ONRECORD_ALL=1 takes all of it, which lasts some minutes. The files are compared by a
reader of their own that shares nothing with the one under test.
"""

import hashlib
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from onrecord.exchange.exporting import export
from onrecord.exchange.importing import ImportOptions, bring_in, files_of
from onrecord.exchange.report import Report
from project_state import project

EVERY = 1 if os.environ.get("ONRECORD_ALL") else 40
ODD = (
    "nyt_2016-04-18_for-news-outlets-feeling-the-squ_4e07",  # words over several lines
    "usa-today_2016-08-09_khans-trump-stirs-ugliness-musli_4e07",
    "wash-post_2016-06-27_byline-amber-phillips_4e07",
    "nyt_2016-01-29_it-s-still-bill-but-old-magic-se_4e07",  # Content2 without Content
    "west-journal_2016-04-18_trump-s-son-says-the-battle-agai_4b22",  # a note
    "politico_2015-12-11_politico-new-york-s-culture-busi_4b22",  # Discard, pieces out of order
    "nyt_2016-07-07_in-criticizing-clinton-hints-tha_ef2d",  # no arguments
    "breitbart_2016-04-01_hillary-clinton-gets-testy-on-ca_4e07",  # Content and Content2
)
OURS = ("Onrecord", "OnrecordDocument")


def facts(ann: Path, text: str) -> dict[str, Counter[Any]]:
    """What a file says, with every id replaced by what it stands for; pieces are cut at line feeds."""
    lines: list[str] = []
    for line in ann.read_bytes().decode().split("\n"):
        if re.match(r"([TERAMN#][0-9]+|\*)\t", line):
            lines.append(line)
        elif line.strip():
            lines[-1] += f" {line}"
    spans: dict[str, Any] = {}
    for line in lines:
        if line.startswith("T"):
            id_, said, _ = line.split("\t", 2)
            type_, offsets = said.split(" ", 1)
            pieces = []
            for piece in offsets.split(";"):
                start, end = map(int, piece.split())
                pieces += [
                    (start + found.start(), start + found.end()) for found in re.finditer("[^\n]+", text[start:end])
                ]
            spans[id_] = (type_, tuple(pieces))
    events = {line.split("\t")[0]: line.split("\t")[1].split() for line in lines if line.startswith("E")}
    others = {line.split("\t")[0]: line for line in lines if line[0] in "RAMN#"}

    def named(id_: str, depth: int = 0) -> Any:
        if id_ in spans or depth > 3:
            return spans.get(id_, id_)
        if id_ in events:
            first, *args = events[id_]
            type_, trigger = first.split(":")
            return type_, named(trigger), tuple((role, named(ref, depth + 1)) for role, ref in map(_split, args))
        return tuple(others[id_].split("\t")[1:]) if id_ in others else id_

    made: dict[str, Counter[Any]] = {kind: Counter() for kind in "TERAN#*"}
    made["T"].update(spans.values())
    made["E"].update(map(named, events))
    for line in lines:
        if line[0] in "TE":
            continue
        said, *rest = line.split("\t")[1:]
        if said.split()[0] not in OURS:
            words = [
                re.sub(r"^(\w+:)?([TERAMN#]\d+)$", lambda found: repr(named(found[2])), word) for word in said.split()
            ]
            made[line[0].replace("M", "A")][(*words, *rest)] += 1
    return made


def _split(arg: str) -> tuple[str, str]:
    role, _, ref = arg.partition(":")
    return role, ref


def compare(files: list[tuple[Path, Path, str]], folder: Path) -> tuple[Report, Counter[str], list[str]]:
    """Import files (annotations, text, annotator), export them, and find what differs; the counts say what agreed."""
    report, agreed, differ = Report(), Counter[str](), []
    with project("me") as ledger:
        for path, form in files_of([ann for ann, _, _ in files], ImportOptions(), report):
            assert bring_in(ledger, path, form, ImportOptions(), report), list(report.rows())
        export(ledger.connection, folder / "out", name="brat")
    back = {
        (path.parent.name, hashlib.sha256(path.with_suffix(".txt").read_bytes()).hexdigest()): path
        for path in (folder / "out").rglob("*.ann")
    }
    for ann, text, annotator in files:
        data = text.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        there = back.get((annotator, sha256)) or back["unannotated", sha256]
        before, after = facts(ann, data.decode()), facts(there, data.decode())
        for kind, count in before.items():
            if count == after[kind]:
                agreed[kind] += count.total()
            else:
                differ.append(f"{ann.name}: {kind}: lost {count - after[kind]}, gained {after[kind] - count}")
    return report, agreed, differ


def test_polnear_comes_out_as_it_went_in(data: Path, tmp_path: Path) -> None:
    folder = data / "polnear"
    if not folder.is_dir():
        pytest.skip("no PolNeAR in the outside data")
    anns = sorted(folder.glob("*/attributions/*.ann"))
    files = []
    for ann in anns[::EVERY] + ([ann for ann in anns if ann.stem in ODD] if EVERY > 1 else []):
        stem, _, annotator = ann.stem.rpartition("_")
        files.append((ann, ann.parent.parent / "text" / f"{stem}.txt", annotator))
    report, agreed, differ = compare(files, tmp_path)
    print(f"{len(files)} files: {dict(agreed)}; {dict(report.came)}")  # noqa: T201 - what the full run is for
    assert not differ, "\n".join(differ[:5])
    assert not report.refused
    assert {label for label in report.codes if label.startswith("Attribution")} == {
        "Attribution",
        "Attribution-no-source",
    }
    said = " ".join(reason for _, _, reason in report.said)
    for defect in ("broken over several lines", "has no arguments", "has 2 contents", "Discard here is part of no"):
        assert defect in said


def test_collections_of_brat_come_out_as_they_went_in(data: Path, tmp_path: Path) -> None:
    folder = data / "interop" / "brat"
    if not folder.is_dir():
        pytest.skip("no brat collections in the outside data")
    files = [(ann, ann.with_suffix(".txt"), "me") for ann in sorted(folder.rglob("*.ann"))]
    report, agreed, differ = compare(files, tmp_path)
    assert not differ, "\n".join(differ[:5])
    assert not report.refused
    assert all(agreed[kind] for kind in "TERAN#*"), agreed
