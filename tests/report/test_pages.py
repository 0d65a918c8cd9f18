"""Reports: they tell what the ledger tells, in valid pages, and text from outside stays text."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.demo.build import build
from onrecord.report import pages
from onrecord.report.drawing import picture
from onrecord.report.gather import gather
from onrecord.schema import acts, claims
from onrecord.schema.events import Link
from onrecord.schema.ledger import Ledger
from onrecord.schema.store import connect
from onrecord.schema.text import Span
from project_state import project

VOID = {"meta", "link", "br", "hr", "img", "input", "line", "circle", "rect"}
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\x1b]0;x\x07\u202e${7*7}{{7*7}}</style>]]>-->|*_`[x](javascript:alert(3))'
GATE = "The Sallow Gate did not close fully in its test on 24 February 2026."


class Page(HTMLParser):
    """The elements of a page, which must nest; and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[object]]:
    path = tmp_path_factory.mktemp("report") / "story.db"
    build(path)
    connection = connect(path, write=False)
    yield list(gather(connection, claims.ids(connection)))
    connection.close()


def told(ledger: Ledger) -> list[object]:
    return list(gather(ledger.connection, claims.ids(ledger.connection)))


def one_claim(words: str, url: str = "") -> Iterator[str]:
    """The HTML and the Markdown of a project in which every text is these words."""
    text = f"before {words} after"
    with project() as ledger:
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, text, title=words, outlet=words, url=url, published_at="2026-03-02")
            acts.set_mention(
                act, "ana/1", sha256, text, [Span(7, 7 + len(words))], claim=acts.state_claim(act, words, words)
            )
            acts.set_label(act, "ana/1", "denied", kind=words)
            acts.set_chain(act, "ana/1", "denied", [Link(source=acts.name_source(act, words))])
        for make in (pages.html, pages.markdown):
            yield make(told(ledger), pages.Heading(words, words, words))  # type: ignore[arg-type]


def test_a_page_tells_each_claim_with_its_history(story: list[object]) -> None:
    page = Page(pages.html(story, pages.Heading("story.db")))  # type: ignore[arg-type]
    for words in (
        GATE,
        "18 mentions in 8 documents of 4 outlets",
        "Distinct origins: 5",
        "flat denial: Askerby Hydraulic",
    ):
        assert words in " ".join(page.text.split())
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == 1
    assert tags.count("svg") == 8
    assert tags.count("script") == 0
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    assert all(link.startswith(("https://", "#claim-")) for link in links)
    assert all(link[1:] in ids for link in links if link.startswith("#"))
    pictures = [attributes for tag, attributes in page.tags if tag == "svg"]
    assert all(each["role"] == "img" and each["aria-labelledby"] for each in pictures)


def test_a_page_needs_nothing_from_elsewhere(story: list[object]) -> None:
    page = pages.html(story, pages.Heading("story.db"))  # type: ignore[arg-type]
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|@import|url\()\s*=?\s*["']?(?:https?:)?//""", page)
    assert page == pages.html(story, pages.Heading("story.db"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://a.example/x?y=1&z=2", "https://a.example/\u202e", 'https://"onx=1']
)
def test_hostile_text_stays_text(url: str) -> None:
    html, markdown = one_claim(HOSTILE, url)
    page = Page(html)
    assert not {"script", "img", "iframe"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]
    assert "alert(1)" in page.text
    assert "{{7*7}}" in page.text
    assert not set(html) & set("\x1b\x07\u202e")
    hrefs = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    assert [href for href in hrefs if not href.startswith("#")] == ([url] if url.endswith("z=2") else [])
    assert "<script" not in markdown
    assert not re.search(r"(?<!\\)\]\(javascript", markdown)
    assert not set(markdown) & set("\x1b\x07\u202e")


@examples(15)
@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30).filter(
        str.strip
    )
)
def test_whatever_the_words_the_elements_nest(words: str) -> None:
    html, _ = one_claim(words)
    Page(html)


def test_nothing_to_tell_and_nothing_dated() -> None:
    assert "Nobody has linked a mention to a claim yet" in pages.html([], pages.Heading("p.db"))
    assert picture(()) is None
    with project() as ledger:
        text = "It said no."
        with ledger.act() as act:
            sha256, _ = acts.add_document(act, text, published_at="in spring")
            acts.set_mention(act, "ana/1", sha256, text, [Span(0, 2)], claim=acts.state_claim(act, "No"))
            acts.set_label(act, "ana/1", "denied")
        page = pages.html(told(ledger), pages.Heading("p.db"))  # type: ignore[arg-type]
        assert "<svg" not in page
        assert "in spring" in page
        Page(page)


def test_markdown_tells_the_same(story: list[object]) -> None:
    page = pages.markdown(story, pages.Heading("story.db"))  # type: ignore[arg-type]
    assert f"## {GATE}" in page
    assert page.count("### How its standing came about") == 8
    assert "- denies: Askerby Hydraulic (flat denial)" in page
