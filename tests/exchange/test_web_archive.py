"""Web archives: their pages as articles, everything else counted, and archives that are broken in every way."""

import gzip
import io
import random
import sys
import uuid
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from onrecord.cli.group import cli
from onrecord.exchange import web_archive, web_records
from onrecord.exchange.articles import Article, Item, Note, Refused
from onrecord.exchange.formats import reader_for
from onrecord.exchange.intake import Options, read
from onrecord.exchange.web_archive import read_archive

SENTENCE = "The ferry will not close, the council said on Tuesday, and nobody in the harbour had expected otherwise. "
CAPTURED = "2026-03-09T10:11:12Z"


def page(title: str = "Ferry stays", more: str = "", head: str = "") -> bytes:
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{head}</head><body><nav>Home</nav>'
        f"<article><h1>{title}</h1><p>{SENTENCE * 3}{more}</p></article></body></html>"
    ).encode()


DATED = '<meta property="article:published_time" content="2026-03-03T06:30:00+01:00">'


class Archive:
    """An archive in the making."""

    def __init__(self, *, packed: bool = True) -> None:
        self.data, self._packed = b"", packed
        self._record("warcinfo", "", "application/warc-fields", b"software: a test\r\n")

    def add(
        self, body: bytes, url: str = "https://bell.example/ferry", content_type: str = "text/html", status: str = "200 OK",
        kind: str = "response", **headers: str,
    ) -> "Archive":  # fmt: skip
        first = "GET / HTTP/1.1" if kind == "request" else f"HTTP/1.1 {status}"
        said = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
        head = "".join(f"{line}\r\n" for line in [first, *(f"{name}: {value}" for name, value in said.items()), ""])
        return self._record(kind, url, f"application/http; msgtype={kind}", head.encode() + body)

    def _record(self, kind: str, url: str, content_type: str, block: bytes) -> "Archive":
        said = {
            "WARC-Type": kind, "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>", "WARC-Date": CAPTURED,
            **({"WARC-Target-URI": url} if url else {}), "Content-Type": content_type, "Content-Length": len(block),
        }  # fmt: skip
        head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in said.items()) + "\r\n"
        record = head.encode() + block + b"\r\n\r\n"
        self.data += gzip.compress(record) if self._packed else record
        return self


def items(data: bytes, charset: str = "") -> list[Item]:
    return list(read_archive(io.BytesIO(data), "x.warc.gz", charset))


def articles(found: list[Item]) -> list[Article]:
    return [item for item in found if isinstance(item, Article)]


@pytest.mark.parametrize("packed", [True, False])
def test_pages_are_articles_and_the_rest_is_counted(packed: bool) -> None:
    archive = Archive(packed=packed)
    archive.add(b"", kind="request")
    archive.add(page(head=DATED + '<link rel="canonical" href="https://bell.example/canonical">'))
    archive.add(
        page("Harbour shut", "It is."), url="https://bell.example/shut?x=1", content_type="Text/HTML; Charset=utf-8"
    )
    archive.add(page("Gone"), status="404 Not Found")
    archive.add(b"\x89PNG", content_type="image/png")
    archive.add(b"<html><body></body></html>", url="https://bell.example/empty")
    found = items(archive.data)
    one, two = articles(found)
    assert (one.title, one.url, one.published_at) == (
        "Ferry stays", "https://bell.example/canonical", "2026-03-03T06:30:00+01:00",
    )  # fmt: skip
    assert (two.title, two.url, two.published_at) == (
        "Harbour shut",
        "https://bell.example/shut?x=1",
        "2026-03-09T10:11:12+00:00",
    )
    assert SENTENCE.strip() in one.text
    assert two.place == "x.warc.gz, https://bell.example/shut?x=1"
    assert [item for item in found if not isinstance(item, Article)] == [
        Note("x.warc.gz", "1 page states no date, and got that of the capture"),
        Note(
            "x.warc.gz",
            "not taken for articles: warcinfo (1), request (1), HTTP status 404 (1), image/png (1),"
            " page without an article (1)",
        ),
    ]


def chunked(body: bytes) -> bytes:
    pieces = [body[at : at + 700] for at in range(0, len(body), 700)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (chunked(page()), {"Transfer_Encoding": "chunked"}),
        (page(), {"Transfer_Encoding": "chunked"}),
        (gzip.compress(page()), {"Content_Encoding": "gzip"}),
        (page(), {"Content_Encoding": "gzip"}),
        (page(), {"Content_Encoding": "br"}),
        (zlib.compress(page()), {"Content_Encoding": "deflate"}),
        (bare_deflate(page()), {"Content_Encoding": "deflate"}),
        (chunked(gzip.compress(page())), {"Content_Encoding": "GZIP", "Transfer_Encoding": "Chunked"}),
    ],
)
def test_chunked_and_compressed_bodies(body: bytes, headers: dict[str, str]) -> None:
    (article,) = articles(items(Archive().add(body, **headers).data))
    assert article.title == "Ferry stays"
    assert SENTENCE.strip() in article.text


def test_the_charset_of_the_http_header() -> None:
    body = page("Паром остаётся", "Паром остаётся на месте. " * 5)
    archive = Archive().add(body.decode().encode("koi8-r"), content_type="text/html; charset=koi8-r")
    (article,) = articles(items(archive.data))
    assert article.title == "Паром остаётся"
    meta = page("Паром остаётся", head='<meta charset="windows-1251">').decode().encode("cp1251")
    (article,) = articles(items(Archive().add(meta).data))
    assert article.title == "Паром остаётся"
    (article,) = articles(items(Archive().add(meta, content_type="text/html; charset=koi8-r").data, "cp1251"))
    assert article.title == "Паром остаётся"


@pytest.mark.parametrize(
    ("body", "coding", "sentence"),
    [
        (b"\x8b\x03\x80" + random.Random(1).randbytes(500), "br", "its body is compressed as 'br', which is not read"),
        (gzip.compress(page())[:-40], "gzip", "its body breaks off"),
        (b"\x1f\x8b" + random.Random(1).randbytes(500), "gzip", "its body is damaged and cannot be unpacked"),
    ],
)
def test_a_page_that_cannot_be_read_is_refused_by_its_address(body: bytes, coding: str, sentence: str) -> None:
    found = items(Archive().add(body, Content_Encoding=coding).add(page()).data)
    assert Refused("x.warc.gz, https://bell.example/ferry", sentence) in found
    assert len(articles(found)) == 1


def test_a_page_that_unpacks_to_more_than_an_article(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (web_archive, web_records):
        monkeypatch.setattr(module, "MAX_BYTES", 100_000)
    bomb = gzip.compress(b"\0" * 50_000_000)
    found = items(
        Archive()
        .add(bomb, Content_Encoding="gzip")
        .add(chunked(bomb), Content_Encoding="gzip", Transfer_Encoding="chunked")
        .data
    )
    assert [item.sentence for item in found if isinstance(item, Refused)] == [
        "has more than 0 MB; that is no article"
    ] * 2
    found = items(Archive().add(page() + b" " * 300_000).add(page() + b" " * 120_000).add(page()).data)
    assert "page that is too large (1)" in str(found)
    assert len(articles(found)) == 1


def refusals(data: bytes) -> list[str]:
    return [item.sentence for item in items(data) if isinstance(item, Refused)]


def test_archives_that_are_broken(capfd: pytest.CaptureFixture[str]) -> None:
    packed, plain = (
        Archive().add(page()).add(page("Again")).data,
        Archive(packed=False).add(page()).add(page("Again")).data,
    )
    assert refusals(b"") == ["holds no record: it is empty, or no web archive"]
    assert refusals(b"PK\x03\x04" + bytes(200)) == ["is no web archive (WARC)"]
    assert refusals(b"<html>") == ["is no web archive (WARC)"]
    assert refusals(gzip.compress(b"no archive at all")) == ["is no web archive (WARC)"]
    assert refusals(gzip.compress(plain)) == [
        "is compressed as a whole, not record by record; unpack it with gunzip and add that"
    ]
    for data in (packed[:-100], plain[:-300]):
        assert refusals(data) == ["breaks off in the middle of record 3"]
        assert len(articles(items(data))) == 1
    assert refusals(plain + b"and more words\r\n")[0].startswith("cannot be read on after record 3")
    assert refusals(plain.replace(b"Content-Length: ", b"Content-Length: -"))[0].startswith("cannot be read on after")
    assert refusals(plain.replace(b"Content-Length: ", b"Content-Width: "))
    assert refusals(plain.replace(b"WARC-Target-URI", b"WARC-Target-XXX"))[0].startswith(
        "cannot be read on after record 1"
    )
    assert capfd.readouterr() == ("", "")


def test_headers_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_records, "_HEADERS", 10_000)
    assert refusals(b"WARC/1.0\r\nX: " + b"x" * 100_000) == ["has a record whose headers never end"]
    assert refusals(b"WARC/1.0\r\n" + b"X: x\r\n" * 20_000) == ["has a record whose headers never end"]
    assert refusals(gzip.compress(b"\n" * 1_000_000))


PACKED, PLAIN = Archive().add(page()).add(b"x", content_type="image/png").data, Archive(packed=False).add(page()).data


@examples(60)
@given(st.sampled_from([PACKED, PLAIN]), st.data())
def test_no_damage_raises(data: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(data)
    for at in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=4)):
        damaged[at] = draw.draw(st.integers(0, 255))
    start, end = draw.draw(st.integers(0, 20)), draw.draw(st.integers(len(data) // 2, len(data)))
    assert items(bytes(damaged[start:end]))


def test_one_bad_page_keeps_the_whole_archive_out_unless_the_good_ones_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / "crawl.WARC.GZ"
    path.write_bytes(Archive().add(b"\x1f\x8bxx", Content_Encoding="gzip").add(page()).data)
    assert reader_for(path)
    found = list(read(path, Options()))
    assert not articles(found)
    assert any("--keep-good" in item.sentence for item in found if isinstance(item, Note))
    assert len(articles(list(read(path, Options(keep_good=True))))) == 1


def test_an_archive_is_added_and_progress_adds_up(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(Archive().add(page()).add(page("Another")).data)
    done: list[int] = []
    assert len(articles(list(read(path, Options(), done.append)))) == 2
    assert sum(done) == path.stat().st_size
    run = CliRunner().invoke(cli, ["new", str(tmp_path / "p.db"), str(path), "--as", "ana"])
    assert run.exit_code == 0, run.output
    assert "added 2 documents" in run.output
    again = CliRunner().invoke(cli, ["add", str(tmp_path / "p.db"), str(path), "--as", "ana"])
    assert "2 texts there already" in again.output


@pytest.mark.parametrize("module", ["warcio", "trafilatura"])
def test_without_the_optional_part_the_sentence_names_it(
    module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / "a.warc").write_bytes(PLAIN)
    (item,) = read(tmp_path / "a.warc", Options())
    assert isinstance(item, Refused)
    assert "pip install 'onrecord[html]'" in item.sentence
