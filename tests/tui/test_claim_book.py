"""What the ledger asks of a project: told in pieces, it comes to the same as what is asked at once."""

from bisect import bisect_left
from collections.abc import Iterator

import pytest
from claimed import OUTLETS, claimed
from hypothesis import given
from hypothesis import strategies as st
from onrecord.schema import claims, leading
from onrecord.schema.claims import ClaimFilter
from onrecord.schema.standing import STANDINGS
from onrecord.tui import claim_book
from onrecord.tui.claim_book import Listed, look_up

LATER = "2100-01-01"
FILTERS = st.builds(
    ClaimFilter,
    words=st.sampled_from(["", "", "claim", "number 1", "nothing has these", "..."]),
    standing=st.sampled_from(["", *STANDINGS]),
    outlet=st.sampled_from(["", "", *OUTLETS, "Nowhere"]),
    as_of=st.sampled_from(["", "2026-03-02"]),
)


def never() -> bool:
    return False


@pytest.fixture(autouse=True, scope="module")
def _few() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leading, "FIRST", 4)
        patch.setattr(claim_book, "_CHUNK", 3)
        yield


@given(wanted=FILTERS, near=st.integers(0, 45), seed=st.integers(0, 2), known_at=st.sampled_from(["", LATER]))
def test_the_last_answer_has_all_and_each_before_it_a_part(
    wanted: ClaimFilter, near: int, seed: int, known_at: str
) -> None:
    with claimed(seed) as connection:
        whole = claims.ids(connection, wanted)
        *parts, last = look_up(connection, wanted, known_at, never, near)
        assert (last.ids, last.more) == (whole, False)
        if known_at and whole:
            assert last.lines == {line.id: line for line in claims.lines(connection, whole, wanted.as_of)}
        before: set[int] = set()
        for part in parts:
            ids = list(part.ids)
            assert part.more
            assert ids == whole[whole.index(ids[0]) :][: len(ids)], "all between them are there"
            assert set(ids) > before
            assert not known_at or set(part.lines or ()) == set(ids)
            before = set(ids)


@pytest.mark.parametrize("known_at", ["", LATER])
@pytest.mark.parametrize("near", [0, 20, 1_000])
def test_the_first_answer_is_there_before_all_claims_were_looked_at(
    near: int, known_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    look = claim_book._left

    def left(connection: object, some: list[int], *how: object) -> object:
        looked.extend(some)
        return look(connection, some, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(claim_book, "_left", left)
    with claimed(0) as connection:
        wanted = ClaimFilter(standing="" if known_at else "mixed")
        whole = claims.ids(connection, wanted)
        first = next(look_up(connection, wanted, known_at, never, near))
        place = bisect_left(whole, near)
        assert first.more
        assert len(looked) < len(claims.ids(connection))
        assert set(first.ids) & set(whole[max(0, place - 1) : place + 1]), "they are those around the claim"


@given(wanted=FILTERS, stop=st.integers(0, 12), known_at=st.sampled_from(["", LATER]))
def test_once_overtaken_nothing_more_is_told(wanted: ClaimFilter, stop: int, known_at: str) -> None:
    asked = 0

    def overtaken() -> bool:
        nonlocal asked
        asked += 1
        return asked > stop

    with claimed(1) as connection:
        told = list(look_up(connection, wanted, known_at, overtaken))
        assert asked <= stop + 1
        if asked > stop:
            assert all(listed.more for listed in told)
        else:
            assert told[-1].ids == claims.ids(connection, wanted)


def test_few_claims_are_told_of_once() -> None:
    with claimed(0) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(leading, "FIRST", 100)
        for standing in ("", "denied"):
            told = list(look_up(connection, ClaimFilter(standing=standing), "", never, 30))
            assert told == [Listed(claims.ids(connection, ClaimFilter(standing=standing)))]
