"""Names of files that are made of what people wrote."""

import re

from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange.file_names import FileNames


@given(st.lists(st.text(max_size=100), max_size=20))
def test_names_are_safe_and_differ(words: list[str]) -> None:
    names = FileNames("annotation.conf")
    made = [names.name(each, "document") for each in words]
    assert len({name.lower() for name in made} - {"annotation.conf"}) == len(words)
    assert all(re.fullmatch("[A-Za-z0-9_][A-Za-z0-9._-]*", name) and not name.endswith(".") for name in made)


def test_names_that_windows_keeps_for_devices_are_made_others() -> None:
    names = FileNames()
    given = ["CON", "con", "NUL.txt", "com1", "lpt9.a.b", "Contract", "COM10"]
    assert [names.name(each, "document") for each in given] == [
        "document-CON", "document-con-2", "document-NUL.txt", "document-com1", "document-lpt9.a.b", "Contract", "COM10",
    ]  # fmt: skip
