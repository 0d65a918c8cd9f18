"""Front matter comes off cleanly, and not one code point of the text with it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from onrecord.exchange.articles import Article, Item, Note, Refused
from onrecord.exchange.markdown import read_markdown
from texts import texts


def read(content: str | bytes, place: str = "dir/a-name.md") -> list[Item]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_markdown(io.BytesIO(data), place, ""))


def article(content: str) -> Article:
    (item,) = read(content)
    assert isinstance(item, Article)
    return item


@given(text=texts.filter(str.strip), end=st.sampled_from(["\n", "\r\n"]), close=st.sampled_from(["---", "...", "--- "]))
def test_the_text_begins_right_after_the_front_matter(text: str, end: str, close: str) -> None:
    front = end.join(["---", 'title: "T"', "outlet: O", close, ""])
    found = article(front + text)
    assert (found.text, found.title, found.outlet) == (text, "T", "O")


@given(texts.filter(lambda text: text.strip() and not text.startswith(("---", "\ufeff"))))
def test_without_front_matter_the_file_is_the_text(text: str) -> None:
    assert article(text).text == text


def test_values_are_what_is_written() -> None:
    found = article(
        "---\ntitle: No\ndate: 2026-03-03 06:30:00 +0100\nauthors: [Ann, Bo]\nlang: no\nurl: 12:30:45\n---\nText"
    )
    assert (found.title, found.author, found.language, found.url) == ("No", "Ann, Bo", "no", "12:30:45")
    assert found.published_at == "2026-03-03T06:30:00+01:00"


def test_titles_from_front_matter_heading_first_line_or_name() -> None:
    assert article("---\ntitle: T\n---\n# Heading").title == "T"
    assert article("para\n\n# Heading ##\n\ntext").title == "Heading"
    assert article("A line.\n\n## Sub").title == "A line."
    assert article("word " * 100).title == "a-name"


@pytest.mark.parametrize(
    "content", ["---\ntitle: x\n", "---", "----\na: b\n----\n", " ---\na: b\n---\n", "\n---\na: b\n---\n"]
)
def test_what_only_looks_like_front_matter_is_text(content: str) -> None:
    assert article(content).text == content


def test_empty_front_matter() -> None:
    assert article("---\n---\nText").text == "Text"


@pytest.mark.parametrize(
    ("front", "place"),
    [
        ("title: [", "dir/a-name.md:"),
        ("a: b\n: : :\n\t- x", "dir/a-name.md:"),
        ("- a\n- b", "dir/a-name.md"),
        ("just words", "dir/a-name.md"),
        ("a: \x07", "dir/a-name.md"),
        ("? [a, b]\n: c", "dir/a-name.md:"),
        ("a: !!python/object:os.system x", "dir/a-name.md"),
        ("[" * 800, "dir/a-name.md"),
        ("title: {a: b}", "dir/a-name.md"),
    ],
)
def test_front_matter_that_cannot_be_read_is_one_sentence(front: str, place: str) -> None:
    items = read(f"---\n{front}\n---\nText")
    refused = [item for item in items if isinstance(item, Refused)]
    if front.startswith("a: !!"):
        assert [type(item) for item in items] == [Note, Article]  # a tag is no code here
        return
    assert len(refused) == 1
    assert refused[0].place.startswith(place)
    assert "\n" not in refused[0].sentence


def test_the_line_of_a_mistake() -> None:
    (item,) = read("---\ntitle: a\noutlet: [b\n---\nText")
    assert isinstance(item, Refused)
    assert item.place in ("dir/a-name.md:3", "dir/a-name.md:4")


def test_keys_that_are_not_used_are_noted() -> None:
    note, _ = read("---\ntitle: T\ntags: [a]\nslug: s\n---\nText")
    assert note == Note("dir/a-name.md", "not taken over: slug, tags")


def test_an_empty_text_is_refused() -> None:
    assert isinstance(read("---\ntitle: T\n---\n")[-1], Refused)
