"""INCEpTION's own reference files: each comes in whole, and what came in goes out and comes back."""

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from onrecord.exchange.annotated import Annotated, of_extra
from onrecord.exchange.articles import Refused
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import Incoming, named
from onrecord.exchange.importing import ImportOptions, bring_in
from onrecord.exchange.report import Report
from project_state import project
from projects import bring, held, records_of

FORMATS = ("webanno", "xmi")


def read(name: str, path: Path) -> Annotated:
    """The one document of a file."""
    form = named(name)
    assert form.read
    records = form.read(Incoming(path=path, place=path.name, annotator="me", override="ana"))
    (item,) = [record for record in records if isinstance(record, Annotated)]
    return structs.replace(item, place="")


def outside(data: Path) -> list[tuple[str, Path]]:
    """INCEpTION's reference files."""
    folder = data / "interop"
    tsv = [*folder.glob("inception-tsv3/*/*.tsv"), *folder.glob("inception-curation/*/*.tsv")]
    return [*(("webanno", path) for path in sorted(tsv)), *(("xmi", path) for path in sorted(folder.glob("*/*.xmi")))]


@pytest.mark.slow
def test_every_reference_file_comes_in_whole_and_goes_out_again(data: Path, tmp_path: Path) -> None:
    files = outside(data)
    assert len(files) > 60
    if os.environ.get("CI"):  # a third of them, as of the examples of a property
        files = files[::3]
    for number, (name, path) in enumerate(files):
        records = records_of(path, name)
        assert not [record for record in records if isinstance(record, Refused)], path
        with project("lead") as one:
            assert bring_in(one, path, named(name), ImportOptions(annotator="ana"), Report())
            for out in FORMATS:
                folder = tmp_path / f"{number}{out}"
                export(one.connection, folder, name=out)
                with project("lead", "d2") as two:
                    bring(two, folder, out)
                    assert held(two) == held(one), path


def test_the_annotators_of_a_case_are_kept_apart_and_come_back(data: Path, tmp_path: Path) -> None:
    for case in sorted((data / "interop" / "inception-curation").iterdir()):
        if not case.is_dir():
            continue
        with project("lead") as one:
            bring(one, case, "webanno")
            (item,) = held(one)
            for name in FORMATS:
                export(one.connection, tmp_path / f"{case.name}-{name}", name=name)
                with project("lead", "d2") as two:
                    bring(two, tmp_path / f"{case.name}-{name}", name)
                    assert held(two) == [item]


def test_a_case_in_both_formats_is_the_same_project(data: Path) -> None:
    """The reference files of one case name its layer differently, so layers and names made of them are left out."""
    folder, pairs = data / "interop", 0
    for path in sorted(folder.glob("inception-xmi/*.xmi")):
        other = folder / "inception-tsv3" / path.stem / "reference.tsv"
        if not other.is_file():
            continue
        xmi, tsv = read("xmi", path), read("webanno", other)
        assert (xmi.text, xmi.document) == (tsv.text, tsv.document)
        assert _without_layers(xmi) == _without_layers(tsv)
        pairs += 1
    assert pairs == 2


def _without_layers(item: Annotated) -> list[Any]:
    found = []
    for uid, mention in item.mentions.items():
        about = of_extra(mention.extra, "inception")
        layer = about.pop("id").split(" ")[0].rsplit(".", 1)[-1]
        labels = ["" if mark.label == layer else mark.label for mark in item.marks_of(uid)]
        found.append((mention.spans, labels, about))
    return found
