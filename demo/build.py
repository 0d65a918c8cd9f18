"""Builds the sample project from the articles and `story.toml`: the same events, to the byte, on every machine.

Every act is stamped with the time that the story gives it, so that "what did we know at 14:00?" has an answer here.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from ..schema import acts
from ..schema.anchors import Anchor
from ..schema.errors import AlreadyThere, NotStored
from ..schema.events import Evidence, Link, Mark
from ..schema.ledger import Act, Ledger
from ..schema.text import Span, content_hash
from ..schema.whole import whole

HERE = Path(__file__).parent
READING_MS = 30_000
"""How long before an annotator's first act on an article it was added."""


class Article(Struct, frozen=True):
    """One article of the story: its front matter, and its text without the line end that ends the file."""

    about: dict[str, str]
    text: str

    @property
    def sha256(self) -> str:
        """The document's identity."""
        return content_hash(self.text)


class Step(Struct, frozen=True):
    """One act of the story: when, by whom, and what is done."""

    at: int
    annotator: str
    do: Callable[[Act], object]


def build(path: Path) -> None:
    """Make the sample project; it appears under its name only when it is whole.

    Raises:
        AlreadyThere: a file of this name exists; it is left as it is.
        NotStored: the folder cannot be written to.
    """
    try:
        with whole(path) as new:
            tell(new, Story())
    except FileExistsError:
        raise AlreadyThere(f"{path}: exists already; choose another name") from None
    except OSError as error:
        raise NotStored(f"{path}: cannot be made ({error.strerror})") from None


def tell(path: Path, story: "Story") -> None:
    """Make a project and do in it what the story tells, act by act, each at its own time."""
    now = 0
    steps = sorted(story.steps(), key=lambda step: step.at)
    first, *others = story.annotators
    ledgers = {first: Ledger.create(path, first, f"demo-{first}", now=lambda: now)}
    try:
        for name in others:
            ledgers[name] = Ledger(path, name, f"demo-{name}", now=lambda: now)
        for step in steps:
            now = step.at
            with ledgers[step.annotator].act() as act:
                step.do(act)
    finally:
        for ledger in ledgers.values():
            ledger.close()


class Story:
    """The story's data, with its references resolved."""

    def __init__(self) -> None:
        data: dict[str, Any] = tomllib.loads((HERE / "story.toml").read_text("utf-8"))
        self.articles = {article.about["slug"]: article for article in articles()}
        self.annotators: list[str] = data["annotators"]
        self._claims = {claim["key"]: claim for claim in data["claims"]}
        self._sources = {source["key"]: source for source in data["sources"]}
        self._relations = data["relations"]
        self._mentions = data["mentions"]
        self._submissions = data["submissions"]

    def steps(self) -> Iterator[Step]:
        """All acts: each article is added shortly before anybody works on it, then come mentions and submissions."""
        work = [
            Step(_milliseconds(told["recorded_at"]), told["annotator"], self._mentioning(told))
            for told in self._mentions
        ]
        work += [
            Step(_milliseconds(told["recorded_at"]), told["annotator"], self._submitting(told))
            for told in self._submissions
        ]
        yield from work
        begun: dict[str, Step] = {}
        for told, step in zip([*self._mentions, *self._submissions], work, strict=True):
            slug = told["article"]
            begun[slug] = min(step, begun.get(slug, step), key=lambda each: each.at)
        for slug, step in begun.items():
            yield Step(step.at - READING_MS, step.annotator, self._adding(slug))

    # ------------------------------------------------------------------ what is done

    def _adding(self, slug: str) -> Callable[[Act], object]:
        article = self.articles[slug]
        about: dict[str, Any] = {key: value for key, value in article.about.items() if key != "slug"}
        if "revises" in about:
            about["revises"] = self.articles[about["revises"]].sha256
        return lambda act: acts.add_document(act, article.text, **about)

    def _submitting(self, told: dict[str, Any]) -> Callable[[Act], object]:
        article = self.articles[told["article"]]
        return lambda act: acts.submit(act, article.sha256, told["state"], told.get("note", ""))

    def _mentioning(self, told: dict[str, Any]) -> Callable[[Act], object]:
        def do(act: Act) -> None:
            article = self.articles[told["article"]]
            identity = json.dumps([told["article"], told["quotes"], told["recorded_at"]])
            uid = f"{act.annotator}/{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
            wanted = told.get("occurrence", [1] * len(told["quotes"]))
            spans = [_find(article.text, *each) for each in zip(told["quotes"], wanted, strict=True)]
            claim = self._claim(act, told["claim"]) if "claim" in told else None
            acts.set_mention(
                act, uid, article.sha256, article.text, spans,
                claim=claim, polarity=told["polarity"], note=told.get("note", ""),
            )  # fmt: skip
            for mark in told.get("marks", []):
                act.put(f"{uid}/{mark['label']}", self._mark(act, uid, article, mark))

        return do

    def _mark(self, act: Act, uid: str, article: Article, told: dict[str, Any]) -> Mark:
        return Mark(
            mention=uid,
            label=told["label"],
            kind=told["kind"],
            certainty=told.get("certainty"),
            note=told.get("note", ""),
            chain=tuple(self._link(act, article, link) for link in told["chain"]),
            evidence=tuple(_evidence(article, shown) for shown in told.get("evidence", [])),
        )

    def _link(self, act: Act, article: Article, told: dict[str, Any]) -> Link:
        return Link(
            source=self._source(act, told["source"]) if "source" in told else None,
            identified=told["identified"],
            relay=told["relay"],
            ground=told.get("ground", ""),
            spans=_words(article.text, told, "quote", "occurrence"),
            cue=_words(article.text, told, "cue", "cue_occurrence"),
        )

    def _claim(self, act: Act, key: str) -> str:
        """A claim's uid; the claim is stated when it first comes up, with its ties to those that came up before."""
        told = self._claims[key]
        uid = acts.state_claim(act, told["text"], told.get("note", ""))
        for relation in self._relations:
            one, other = (self._claims[relation[end]]["text"] for end in ("claim", "other"))
            if key in (relation["claim"], relation["other"]) and _is_stated(act, one) and _is_stated(act, other):
                acts.relate_claims(act, acts.state_claim(act, one), relation["relation"], acts.state_claim(act, other))
        return uid

    def _source(self, act: Act, key: str) -> str:
        told = self._sources[key]
        document = None if told["named"] else self.articles[told["article"]].sha256
        return acts.name_source(act, told["name"], told["kind"], document)


def articles() -> list[Article]:
    """The story's articles in their order."""
    return [_article(path) for path in sorted((HERE / "articles").glob("*.md"))]


def _article(path: Path) -> Article:
    _, front, body = path.read_bytes().decode().split("---\n", 2)
    pairs = (line.split(": ", 1) for line in front.splitlines())
    about = {key: json.loads(value) if value.startswith('"') else value for key, value in pairs}
    return Article(about, body.removesuffix("\n"))


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


def _find(text: str, quote: str, occurrence: int = 1) -> Span:
    """Where a quote stands for the nth time."""
    starts = [found.start() for found in re.finditer(f"(?={re.escape(quote)})", text)]
    return Span(starts[occurrence - 1], starts[occurrence - 1] + len(quote))


def _words(text: str, told: dict[str, Any], quote: str, occurrence: str) -> tuple[Anchor, ...]:
    return acts.words(text, [_find(text, told[quote], told.get(occurrence, 1))]) if quote in told else ()


def _evidence(article: Article, told: dict[str, Any]) -> Evidence:
    return Evidence(spans=_words(article.text, told, "quote", "occurrence"), url=told.get("url", ""))


def _is_stated(act: Act, claim: str) -> bool:
    row = act.ledger.connection.execute("SELECT 1 FROM claims WHERE claim = ?", (claim,)).fetchone()
    return row is not None
