"""Web pages: text, title, outlet, author, date, address and language; and what is no article."""

import io
import logging
import sys
from pathlib import Path

import pytest
from onrecord.exchange.articles import Article, Item, Note, Refused
from onrecord.exchange.intake import Options, read
from onrecord.exchange.web import read_web

SENTENCE = "The ferry will not close, the council said on Tuesday, and nobody in the harbour had expected otherwise. "
BODY = f"""<article><h1>Ferry stays</h1><p>{SENTENCE * 3}</p>
<p>“It\u00a0stays,” said <b>Ann&nbsp;Rui</b> &amp; others [/x] [@click=app.quit]x[/]. {SENTENCE}</p></article>"""
HEAD = """<title>Ferry stays | The Bell</title>
<meta property="og:site_name" content="The Bell"><meta property="og:title" content="Ferry stays">
<meta name="author" content="Bo Lind"><meta property="article:published_time" content="2026-03-03T06:30:00+01:00">
<link rel="canonical" href="https://bell.example/ferry-stays">"""


def page(head: str = HEAD, body: str = BODY) -> str:
    return f'<!doctype html><html lang="en-GB"><head>{head}</head><body><nav>Home News</nav>{body}</body></html>'


def read_page(content: str | bytes, charset: str = "") -> list[Item]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_web(io.BytesIO(data), "page.html", charset))


def test_a_page_tells_what_it_is() -> None:
    (article,) = read_page(page())
    assert isinstance(article, Article)
    assert article.title == "Ferry stays"
    assert article.outlet == "The Bell"
    assert article.author == "Bo Lind"
    assert article.published_at == "2026-03-03T06:30:00+01:00"
    assert article.url == "https://bell.example/ferry-stays"
    assert article.language == "en-GB"
    assert SENTENCE.strip() in article.text
    assert "[@click=app.quit]x[/]" in article.text
    assert "Home News" not in article.text


def test_a_page_that_tells_nothing_has_its_heading_or_name() -> None:
    (article,) = read_page(page(head=""))
    assert isinstance(article, Article)
    assert (article.title, article.outlet, article.published_at) == ("Ferry stays", "", "")


def test_a_time_of_another_day_is_not_that_of_publication() -> None:
    head = (
        HEAD.replace("2026-03-03T06:30:00+01:00", "3 March 2026")
        + '<meta itemprop="datePublished" content="2025-01-01">'
    )
    (article,) = read_page(page(head))
    assert isinstance(article, Article)
    assert article.published_at in ("2026-03-03", "2025-01-01")


@pytest.mark.parametrize(
    "declared", ['<meta charset="windows-1251">', '<meta http-equiv="x" content="text/html; charset=windows-1251">']
)
def test_a_declared_charset(declared: str) -> None:
    content = (
        page(declared + HEAD, BODY.replace("Ferry", "Паром")).replace("\u00a0", " ").replace("“", '"').replace("”", '"')
    )
    note, article = read_page(content.encode("cp1251"))
    assert isinstance(note, Note)
    assert "cp1251" in note.sentence
    assert isinstance(article, Article)
    assert "Паром" in article.text


@pytest.mark.parametrize("content", ["", " ", "<html>", "x", "<p></p>", "<div>" * 3000, "\x1b]52;c;AA==\x07"])
def test_what_is_no_article_is_one_sentence_and_nothing_else(content: str, caplog: pytest.LogCaptureFixture) -> None:
    (item,) = read_page(content)
    assert isinstance(item, Refused)
    assert "no article" in item.sentence
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_looks_like_xml() -> None:
    (article,) = read_page('<?xml version="1.0" encoding="utf-8"?>' + page())
    assert isinstance(article, Article)


def test_without_the_optional_part_the_sentence_names_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    (tmp_path / "a.html").write_text(page())
    (item,) = read(tmp_path / "a.html", Options())
    assert isinstance(item, Refused)
    assert "pip install 'onrecord[html]'" in item.sentence
