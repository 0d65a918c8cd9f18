"""What INCEpTION's curation cases say of themselves is what the alignment finds in them."""

from contextlib import closing
from pathlib import Path

import pytest
from onrecord.cli.main import run
from onrecord.measure.alignment import Alignment, align_document
from onrecord.schema.store import connect

TWO = ("user1", "user2")


@pytest.fixture
def case(data: Path, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Alignment:
    """The two annotators of a case, imported and aligned; the curator is left out."""
    folder = data / "interop" / "inception-curation" / request.param
    if not folder.is_dir():
        pytest.skip(f"no curation case at {folder}; set ONRECORD_DATA")
    monkeypatch.setenv("ONRECORD_ANNOTATOR", "ann")
    path = tmp_path / "p.db"
    for words in (["new", path], ["import", path, folder, "--format", "webanno"]):
        assert run([str(word) for word in words]) == 0
    with closing(connect(path, write=False)) as connection:
        (document,) = connection.execute("SELECT id FROM documents").fetchone()
        return align_document(connection, document, TWO)


def shown(alignment: Alignment) -> list[tuple[int, tuple[str, ...]]]:
    """How many members each group has, and in which layers it differs."""
    return [(len(group.members), group.differs) for group in alignment.groups]


SAME, ALONE = (2, ()), (1, ("boundaries",))


@pytest.mark.parametrize(
    ("case", "piles"),
    [("simpleSpanDiffWithLabelStackingTest", 2), ("relStackedTest", 3), ("simpleSpanNoDiffWithLabelTest", 0)],
    indirect=["case"],
)
def test_what_is_stacked_is_told_to_be(case: Alignment, piles: int) -> None:
    assert len(case.stacked) == piles


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ("simpleSpanNoDiffWithLabelTest", [SAME]),
        ("simpleSpanNoDiffMultiFeatureTest", [SAME]),
        ("simpleSpanDiffNoLabelTest", [ALONE]),
        ("simpleSpanDiffIncompleteTest", [ALONE, ALONE]),
        # Both stacked the same two annotations on the same words: they pair, where INCEpTION compares no stacks.
        ("simpleSpanDiffWithLabelStackingTest", [SAME, SAME]),
        ("simpleRelNoDiffTest", [SAME, SAME]),
        # The relation runs to a word that one called a noun and the other a name.
        ("simpleRelGovDiffTest", [SAME, (2, ("labels",))]),
        # The annotations are the same, in another order; what differs are relations, which are no layer of a mention.
        ("relStackedTest", [SAME, SAME, SAME, SAME]),
    ],
    indirect=["case"],
)
def test_what_differs_is_what_the_case_is_called(case: Alignment, found: list[tuple[int, tuple[str, ...]]]) -> None:
    assert shown(case) == found
