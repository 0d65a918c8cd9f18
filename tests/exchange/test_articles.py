"""What every format has in common: the text as it is, fields under any of their names, and sentences for the rest."""

import pytest
from hypothesis import given
from onrecord.exchange.articles import (
    KEYS,
    MAX_FIELD,
    Article,
    Note,
    Refused,
    as_moment,
    described,
    title_of,
    unknown_keys,
)
from onrecord.schema.moments import comparable_moment
from texts import texts


@given(texts)
def test_a_text_is_taken_as_it_is_or_refused_for_being_empty(text: str) -> None:
    (item,) = described("x", text, {}, "name")
    if text.strip():
        assert isinstance(item, Article)
        assert item.text == text
        assert item.title
    else:
        assert isinstance(item, Refused)


@pytest.mark.parametrize(("field", "keys"), KEYS.items())
def test_every_name_of_a_field_counts_and_the_first_wins(field: str, keys: tuple[str, ...]) -> None:
    for at, key in enumerate(keys):
        said = {each: f"2026-01-0{number}" for number, each in enumerate(keys[at:], 1)}
        (article,) = described("x", "text", {**said, "other": 1})
        assert getattr(article, field) == said[key]
    assert unknown_keys({**dict.fromkeys(keys), "other": 1}) == {"other"}


def test_values_become_texts() -> None:
    (article,) = described("x", "text", {"title": 7, "author": ["A", "B"], "outlet": None, "url": "  u \n"})
    assert isinstance(article, Article)
    assert (article.title, article.author, article.outlet, article.url) == ("7", "A, B", "", "u")


@pytest.mark.parametrize("value", [True, {}, ["a", 1], "a\0b", "a\ud800", "x" * (MAX_FIELD + 1)])
@pytest.mark.parametrize("field", KEYS)
def test_a_value_that_is_no_text_refuses_the_article(field: str, value: object) -> None:
    (item,) = described("place", "text", {field: value})
    assert isinstance(item, Refused)
    assert item.place == "place"
    assert field in item.sentence


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("2026-03-03", "2026-03-03"),
        ("20260303", "2026-03-03"),
        ("2026-03-03T06:30:00+01:00", "2026-03-03T06:30:00+01:00"),
        ("2026-03-03 06:30", "2026-03-03T06:30:00"),
        ("2026-03-03 06:30:00 +0100", "2026-03-03T06:30:00+01:00"),
        ("2026-03-03T06:30:00Z", "2026-03-03T06:30:00+00:00"),
        ("Tue, 03 Mar 2026 06:30:00 +0100", "2026-03-03T06:30:00+01:00"),
        ("2026-03", "2026-03"),
        ("2026", "2026"),
        ("", ""),
    ],
)
def test_dates(given: str, kept: str) -> None:
    assert as_moment(given) == (kept, True)
    if "06:30:00+01:00" in kept:
        assert comparable_moment(kept) == "2026-03-03T05:30:00Z"


@pytest.mark.parametrize("given", ["yesterday", "3/3/2026", "2026-13-01", "\x1b[31m", "9" * 4000])
def test_a_date_that_is_not_understood_is_kept_with_a_note(given: str) -> None:
    assert as_moment(given) == (given, False)
    note, article = described("x", "text", {"date": given})
    assert isinstance(note, Note)
    assert isinstance(article, Article)
    assert article.published_at == given


def test_titles() -> None:
    assert title_of("\n\n  First line \r\nSecond") == "First line"
    assert title_of("First\rSecond", "name") == "First"
    assert title_of("word " * 100, "name") == "name"
    assert title_of("word " * 100) == "word " * 23 + "…"
    assert title_of("字" * 500) == "字" * 120 + " …"
