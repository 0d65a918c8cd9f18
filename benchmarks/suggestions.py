"""What it costs to look for suggestions in an article that is opened, beside splitting it into sentences."""

from collections.abc import Callable
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from lines import Line, Pair, Taken, main, timed
from onrecord.schema.creation import make_project
from onrecord.schema.segments import Segments
from onrecord.schema.store import connect
from onrecord.schema.text import content_hash
from onrecord.suggest.engines import rule_engine
from onrecord.suggest.offers import live, offers

ARTICLES = sorted((Path(__file__).parents[1] / "demo" / "articles").glob("*.md"))

TOGETHER = 100_000
"""Short texts are read again and again until they come to so many characters, so that there is something to time."""


def text_of(size: int) -> str:
    """About so many characters of the sample project's articles, over and over."""
    texts = [article.read_text(encoding="utf-8").split("---\n", 2)[-1] for article in ARTICLES]
    mean = sum(map(len, texts)) // len(texts)
    return "\n\n".join(islice(cycle(texts), max(1, round(size / mean))))


def pair(folder: Path, size: int) -> Pair:
    """All sentences of a text, and all that is to be offered of it to somebody who has marked nothing."""
    text = text_of(size)
    path = folder / "empty.db"
    make_project(path)
    connection, engine, sha256 = connect(path, write=False), rule_engine(), content_hash(text)

    times = range(max(1, TOGETHER // size))

    def floor() -> None:
        for _ in times:
            assert len(Segments(text).sentences) > size // 1000

    def work() -> None:
        for _ in times:
            assert len(offers(connection, sha256, "ana", live(text, engine), ())) > size // 1000

    return Pair(partial(one_of, len(times), floor), partial(one_of, len(times), work), len(text))


def one_of(times: int, work: Callable[[], None]) -> Taken:
    """What one of so many takes that are done in a run."""
    took = timed(work)
    return Taken(took.seconds / times, (took.processor or 0) / times)


LINES = (
    Line(
        name="suggestions", what="suggestions for an article when it opens", floor="splitting it into sentences",
        bar=20, make=pair, sizes=(4_000, 40_000, 400_000), size=4_000, quick=40_000, things="characters", rounds=9,
    ),
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
