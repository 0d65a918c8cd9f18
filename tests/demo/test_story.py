"""The demo story's data, checked on its own: quotes, labels, chains, references, and what demo/README.md says."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

DEMO = Path(__file__).resolve().parents[2] / "demo"
README = (DEMO / "README.md").read_text(encoding="utf-8")
STORY: dict[str, Any] = tomllib.loads((DEMO / "story.toml").read_text(encoding="utf-8"))
INES, TOMASZ = STORY["annotators"]

KINDS = {
    "sourced": {"person", "spokesperson", "organisation", "document"},
    "anonymous": {"described", "collective", "bare", "unspecified"},
    "denied": {"flat_denial", "scoped_denial", "counter_claim", "retraction"},
    "confirmed": {"official", "admission", "independent", "documentary"},
    "responded": {
        "non_denial", "declined_comment", "no_response", "neither_confirm_nor_deny", "deny_knowledge", "source_attack",
    },
}  # fmt: skip
SOURCE_KINDS = {"person", "spokesperson", "institution", "outlet", "document", "collective", "unknown"}
NBSP = "\u00a0"
FIRST, CORRECTED = "storm-gate-stopped-short", "storm-gate-stopped-short-v2"


class Article(NamedTuple):
    meta: dict[str, str]
    text: str

    @property
    def published(self) -> datetime:
        return datetime.fromisoformat(self.meta["published_at"])


def read_article(path: Path) -> Article:
    """The front matter's values, and the body without the one newline that ends the file."""
    opening, front, body = path.read_bytes().decode("utf-8").split("---\n", 2)
    assert opening == ""
    pairs = (line.split(": ", 1) for line in front.splitlines())
    meta = {key: json.loads(value) if value.startswith('"') else value for key, value in pairs}
    assert body.endswith("\n")
    return Article(meta, body[:-1])


PATHS = sorted((DEMO / "articles").glob("*.md"))
ARTICLES = {article.meta["slug"]: article for article in map(read_article, PATHS)}
CLAIMS = {claim["key"]: claim for claim in STORY["claims"]}
SOURCES = {source["key"]: source for source in STORY["sources"]}
MENTIONS: list[dict[str, Any]] = STORY["mentions"]
Pick = Callable[[dict[str, Any]], bool]


def marks(mention: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = mention.get("marks", [])
    return found


def of(*annotators: str) -> Pick:
    return lambda mention: mention["annotator"] in annotators


def offsets(text: str, quote: str) -> list[int]:
    """Every start of `quote` in `text`, in code points, overlaps included."""
    return [m.start() for m in re.finditer(f"(?={re.escape(quote)})", text)]


def quotes_of(mention: dict[str, Any]) -> Iterator[tuple[str, int | None]]:
    """Each quote of a mention, its chains and its evidence, with the occurrence declared for it."""
    pieces = mention["quotes"]
    yield from zip(pieces, mention.get("occurrence", [None] * len(pieces)), strict=True)
    for mark in marks(mention):
        for link in mark["chain"]:
            if "quote" in link:
                yield link["quote"], link.get("occurrence")
            if "cue" in link:
                yield link["cue"], link.get("cue_occurrence")
        for shown in mark.get("evidence", []):
            if "quote" in shown:
                yield shown["quote"], shown.get("occurrence")


def standing(claim: str, pick: Pick) -> str:
    """The standing of a claim from the marks of the picked mentions, as the four labels define it."""
    picked = [m for m in MENTIONS if m.get("claim") == claim and pick(m)]
    labels = {mark["label"] for m in picked for mark in marks(m)} - {"responded"}
    if not picked:
        return "–"
    for needed, name in (({"denied", "confirmed"}, "contested"), ({"denied"}, "denied"), ({"confirmed"}, "confirmed"),
                         ({"sourced", "anonymous"}, "mixed")):  # fmt: skip
        if needed <= labels:
            return name
    return labels.pop() if labels else "unattributed"


def origins(claim: str, pick: Pick) -> set[str]:
    """The distinct named sources at the deep end of the chains of sourced and anonymous marks."""
    return {
        mark["chain"][-1]["source"]
        for m in MENTIONS
        if m.get("claim") == claim and pick(m)
        for mark in marks(m)
        if mark["label"] in {"sourced", "anonymous"} and "source" in mark["chain"][-1]
    }


def upto(slug: str, *annotators: str) -> Pick:
    limit = ARTICLES[slug].published
    return lambda m: m["annotator"] in annotators and ARTICLES[m["article"]].published <= limit


def table(heading: str) -> dict[str, list[str]]:
    """A README table under a heading: the first cell of each row, without backquotes, to the others."""
    section = README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in rows[2:]}


def test_nine_articles_from_four_outlets_over_two_weeks() -> None:
    assert len(ARTICLES) == len(PATHS) == 9
    assert len({a.meta["outlet"] for a in ARTICLES.values()}) == 4
    times = [a.published for a in ARTICLES.values()]
    assert times == sorted(times)
    assert all(t.tzinfo is not None for t in times)
    assert (times[-1] - times[0]).days == 13


@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem)
def test_front_matter_and_body(path: Path) -> None:
    article = read_article(path)
    wanted = {"title", "outlet", "author", "url", "published_at", "language", "slug"}
    assert wanted <= set(article.meta) <= wanted | {"revises"}
    assert path.stem.split("-", 1)[1] == article.meta["slug"]
    assert re.fullmatch(r"https://[a-z-]+\.example/\S+", article.meta["url"])
    assert article.text == article.text.strip()
    assert 120 <= len(article.text.split()) <= 320


def test_texts_hold_the_characters_that_the_readme_promises() -> None:
    counts = {slug: a.text.count(NBSP) for slug, a in ARTICLES.items() if NBSP in a.text}
    assert counts == {"questions-over-gate": 8, "minister-walks-the-wall": 6}
    assert all("“" in ARTICLES[slug].text and "’" in ARTICLES[slug].text for slug in counts)
    for words in ("24 February", "Lisbet Orrin"):
        text = ARTICLES["questions-over-gate"].text
        assert words not in text
        assert words.replace(" ", NBSP) in text
    blog = ARTICLES["what-the-rigger-did-not-hear"].text
    assert all(sample in blog for sample in ("🌊", "水瀬さん", "「水は嘘をつかない」", "Zélie Ånderhof"))


def test_every_quote_is_where_it_says_it_is() -> None:
    for mention in MENTIONS:
        text = ARTICLES[mention["article"]].text
        for quote, occurrence in quotes_of(mention):
            found = len(offsets(text, quote))
            where = (mention["annotator"], mention["article"], quote)
            if occurrence is None:
                assert found == 1, where
            else:
                # an occurrence on a unique quote is noise, except in an array where a neighbour needs one
                assert 1 <= occurrence <= found, where
                assert found > 1 or quote in mention["quotes"], where


def test_pieces_of_a_mention_are_in_order_and_apart() -> None:
    for mention in MENTIONS:
        text, end = ARTICLES[mention["article"]].text, -1
        pieces = mention["quotes"]
        for piece, occurrence in zip(pieces, mention.get("occurrence", [1] * len(pieces)), strict=True):
            start = offsets(text, piece)[occurrence - 1]
            assert start > end
            end = start + len(piece)
            assert piece == piece.strip()


def test_labels_kinds_and_chains_are_legal() -> None:
    for mention in MENTIONS:
        assert mention["polarity"] in {"asserts", "negates", "questions"}
        labels = [mark["label"] for mark in marks(mention)]
        assert len(labels) == len(set(labels))
        for mark in marks(mention):
            assert mark["kind"] in KINDS[mark["label"]]
            assert 0 <= mark.get("certainty", 100) <= 100
            links = mark["chain"]
            assert links
            assert [link["relay"] for link in links] == [True] * (len(links) - 1) + [False]
            for link in links:
                assert link["identified"] in {"named", "described", "collective", "bare", "unspecified"}
                assert link.get("ground", "on_record") in {"on_record", "background", "anonymous_request", "document"}
                assert ("source" in link) == (link["identified"] != "unspecified")
            if mark["label"] == "sourced":
                assert links[-1]["identified"] == "named"
            if mark["label"] == "anonymous":
                assert links[-1]["identified"] != "named"


def test_references_resolve_and_nothing_lies_unused() -> None:
    slugs = set(ARTICLES)
    assert {m["article"] for m in MENTIONS} == slugs
    assert {m["annotator"] for m in MENTIONS} == {INES, TOMASZ}
    assert {m["claim"] for m in MENTIONS if "claim" in m} == set(CLAIMS)
    assert len(CLAIMS) == len(STORY["claims"])
    assert len(SOURCES) == len(STORY["sources"])
    linked = {link["source"] for m in MENTIONS for mark in marks(m) for link in mark["chain"] if "source" in link}
    assert linked == set(SOURCES)
    for source in SOURCES.values():
        assert source["kind"] in SOURCE_KINDS
        assert ("article" in source) == (not source["named"])
        assert source.get("article", FIRST) in slugs
    for relation in STORY["relations"]:
        assert {relation["claim"], relation["other"]} <= set(CLAIMS)
        assert relation["relation"] in {"narrower_than", "contradicts", "same_as"}
    assert [(slug, a.meta["revises"]) for slug, a in ARTICLES.items() if "revises" in a.meta] == [(CORRECTED, FIRST)]


def test_records_come_after_publication_and_in_order() -> None:
    for name in (INES, TOMASZ):
        acts = [act for act in MENTIONS + STORY["submissions"] if act["annotator"] == name]
        times = [datetime.fromisoformat(act["recorded_at"]) for act in acts]
        assert len(times) == len(set(times))
        assert all(t > ARTICLES[act["article"]].published for t, act in zip(times, acts, strict=True))
        told = [datetime.fromisoformat(m["recorded_at"]) for m in MENTIONS if m["annotator"] == name]
        assert told == sorted(told)


def test_submissions() -> None:
    state = {(s["annotator"], s["article"]): s["state"] for s in STORY["submissions"]}
    assert len(state) == len(STORY["submissions"]) == 18
    assert {slug for slug in ARTICLES if state[INES, slug] == "submitted"} == set(ARTICLES)
    odd = {slug: s for (name, slug), s in state.items() if name == TOMASZ and s != "submitted"}
    assert odd == {CORRECTED: "in_progress", "what-the-rigger-did-not-hear": "flagged"}
    assert not [m for m in MENTIONS if m["annotator"] == TOMASZ and m["article"] == "forty-and-fourteen"]
    for s in STORY["submissions"]:
        last = [m["recorded_at"] for m in MENTIONS if (m["annotator"], m["article"]) == (s["annotator"], s["article"])]
        assert all(s["recorded_at"] > at for at in last)


def test_the_readme_lists_the_articles() -> None:
    told = [cells[:3] for cells in table("What happens").values()]
    assert told == [
        [f"{a.published.day} March, {a.published:%H:%M}", a.meta["outlet"], f"`{slug}`"] for slug, a in ARTICLES.items()
    ]


def test_the_readme_tells_each_claims_standing_after_each_article() -> None:
    told = table("Standing of each claim after each article")
    for who in ((INES,), (INES, TOMASZ)):
        assert told == {claim: [standing(claim, upto(slug, *who)) for slug in ARTICLES] for claim in CLAIMS}


def test_tomasz_alone_sees_two_claims_otherwise() -> None:
    seen = {claim: (standing(claim, of(INES)), standing(claim, of(TOMASZ))) for claim in CLAIMS}
    differing = {claim: pair for claim, pair in seen.items() if len(set(pair)) == 2}
    assert differing == {"gap-40": ("denied", "anonymous"), "seal-repair": ("mixed", "sourced")}


def test_the_readme_counts_distinct_origins() -> None:
    told = table("Distinct origins after each article")
    counted = {
        claim: [len(origins(claim, upto(slug, INES))) for slug in ARTICLES] + [len(origins(claim, of(INES, TOMASZ)))]
        for claim in CLAIMS
    }
    assert {claim: [int(cell) for cell in cells] for claim, cells in told.items()} == counted


def test_three_outlets_relay_one_official() -> None:
    relayed = ["storm-gate-stopped-short", "agency-relays-report", "questions-over-gate"]
    assert len({ARTICLES[slug].meta["outlet"] for slug in relayed}) == 3
    for claim in ("gate-short", "gap-40", "council-not-told", "minister-order"):
        assert origins(claim, lambda m: m["annotator"] == INES and m["article"] in relayed) == {"harbour-official"}
        depths = [
            len(mark["chain"])
            for slug in relayed
            for m in MENTIONS
            if (m["annotator"], m["article"], m.get("claim")) == (INES, slug, claim)
            for mark in marks(m)
            if mark["label"] == "anonymous"
        ]
        assert depths == [1, 2, 3]


def test_the_correction_changes_one_marked_sentence_and_moves_others() -> None:
    old, new = ARTICLES[FIRST], ARTICLES[CORRECTED]
    assert (old.meta["title"], old.meta["url"]) == (new.meta["title"], new.meta["url"])
    changed, moved, still = set(), set(), set()
    for mention in (m for m in MENTIONS if m["article"] == FIRST):
        lost = [quote for quote, _ in quotes_of(mention) if quote not in new.text]
        assert lost in ([], mention["quotes"])
        if lost:
            changed.add(mention["claim"])
            assert lost[0].replace("40 centimetres", "14 centimetres") in new.text
        elif [offsets(old.text, q) for q in mention["quotes"]] == [offsets(new.text, q) for q in mention["quotes"]]:
            still.add(mention["claim"])
        else:
            moved.add(mention["claim"])
    assert (changed, moved, still) == ({"gap-40"}, {"council-not-told", "minister-order"}, {"gate-short"})


def test_no_standing_hangs_on_the_replaced_version() -> None:
    kept = {claim: standing(claim, lambda m: m["article"] != FIRST) for claim in CLAIMS}
    assert kept == {claim: standing(claim, of(INES, TOMASZ)) for claim in CLAIMS}


def test_publication_and_recording_tell_different_days() -> None:
    moment = datetime.fromisoformat("2026-03-06T00:00:00+01:00")
    published = standing("gate-short", lambda m: ARTICLES[m["article"]].published <= moment)
    known = standing("gate-short", lambda m: datetime.fromisoformat(m["recorded_at"]) <= moment)
    assert (published, known) == ("denied", "anonymous")
    assert "2026-03-06T00:00:00+01:00" in README


def test_every_label_kind_the_readme_lists_is_used_and_no_other() -> None:
    used = {(mark["label"], mark["kind"]) for m in MENTIONS for mark in marks(m)}
    told = table("Labels and kinds used")
    assert used == {(label, kind) for label, cells in told.items() for kind in re.findall("`(.+?)`", cells[0])}


def test_the_readme_counts_what_is_here() -> None:
    for who in (INES, TOMASZ):
        mine = [m for m in MENTIONS if m["annotator"] == who]
        total = sum(len(marks(m)) for m in mine)
        assert f"**{who}**: {len(mine)} mentions, {total} marks" in README
    for name in [*ARTICLES, *CLAIMS, *SOURCES]:
        assert f"`{name}`" in README, name
