"""Offsets in UTF-16 and UTF-8 are those that Python's own encoders give."""

from collections.abc import Callable
from itertools import accumulate

import pytest
from hypothesis import given
from onrecord.schema.errors import BadOffset
from onrecord.schema.units import Units
from texts import texts


def _check(offsets: list[int], there: Callable[[int], int], back: Callable[[int], int]) -> None:
    assert [there(offset) for offset in range(len(offsets))] == offsets
    assert [back(offset) for offset in offsets] == list(range(len(offsets)))
    for inside in set(range(offsets[-1])) - set(offsets):
        with pytest.raises(BadOffset, match="inside a character"):
            back(inside)
    for convert, beyond in [(there, len(offsets)), (back, offsets[-1] + 1), (there, -1), (back, -1)]:
        with pytest.raises(BadOffset, match="outside the text"):
            convert(beyond)


@given(texts)
def test_every_offset_goes_there_and_back(text: str) -> None:
    units = Units(text)
    utf16 = [0, *accumulate(len(char.encode("utf-16-le")) // 2 for char in text)]
    utf8 = [0, *accumulate(len(char.encode()) for char in text)]
    _check(utf16, units.to_utf16, units.from_utf16)
    _check(utf8, units.to_utf8, units.from_utf8)
