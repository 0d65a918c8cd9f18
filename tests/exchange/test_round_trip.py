"""What goes out in a format and comes in again is what was there: for every format that does both, found by itself.

Gold mentions and rulings go out only in formats that tell layers; in the others they would pass for more work.
"""

import tempfile
from pathlib import Path

import pytest
from examples import examples
from hypothesis import HealthCheck, given
from onrecord.exchange.annotated import Annotated
from onrecord.exchange.exporting import export
from onrecord.exchange.formats import formats
from onrecord.schema import acts
from onrecord.schema.check import check
from onrecord.schema.ledger import Ledger
from project_state import project
from projects import bring, held, project_of, projects, without_rulings

BOTH_WAYS = [name for name, form in formats().items() if form.read and form.write]


def out_of(name: str, folder: str) -> Path:
    """Where to write a format's file or folder."""
    form = formats()[name]
    return Path(folder) / ("out" if form.folder else f"out{form.endings[0]}")


def with_texts(ledger: Ledger, items: list[Annotated]) -> None:
    """Add the documents alone, for formats that do not carry them."""
    with ledger.act() as act:
        for item in items:
            acts.add_document(act, item.text)
            act.put(item.sha256, item.document)


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH_WAYS)
@examples(12, suppress_health_check=list(HealthCheck))
@given(items=projects(ruled=True))
def test_what_goes_out_comes_in_again(name: str, items: list[Annotated]) -> None:
    with project_of(items) as one, project("lead", "d2") as other, tempfile.TemporaryDirectory() as folder:
        path = out_of(name, folder)
        export(one.connection, path, name=name)
        if not formats()[name].carries_texts:
            with_texts(other, items)
        bring(other, path, name)
        whole = held(one) if formats()[name].layers else [without_rulings(item) for item in held(one)]
        assert held(other) == whole
        again = bring(other, path, name)
        assert not sum(again.came.values()), "importing twice must add nothing"
        assert [finding for finding in check(other.connection) if finding.level == "problem"] == []
        second = out_of(name, folder).with_name("again" + path.suffix)
        export(other.connection, second, name=name)
        with project("lead", "d3") as third:
            if not formats()[name].carries_texts:
                with_texts(third, items)
            bring(third, second, name)
            assert held(third) == whole
