"""What is done by hand, until the first rows that answer it are there, in a large project beside a small one.

Asked of the database as the screens and commands ask, by a lead who sees everything and by an annotator from whom the
other's work is hidden. What a screen does with an answer depends on the window alone.
"""

import sqlite3
from collections.abc import Callable, Mapping
from functools import cache, partial

from adding import WORDS
from lines import Line, Pair, Taken, main, timed
from newsroom import ANNOTATORS, LEAD, newsroom
from onrecord.schema import claims, leading, queues, reading, searching, sight, sources, standing
from onrecord.schema.claims import ClaimFilter

SMALL = 1_000
FLAT = 4
"""A hundred times the articles may take so many times as long: trees are deeper, and less of them is at hand."""
PAGE, FIND = 50, 100
TIMES = 20
FREQUENT = WORDS[1]
Work = Callable[[sqlite3.Connection, str], object]


@cache
def opened(articles: int, viewer: str) -> sqlite3.Connection:
    """A connection of somebody to a project, which all lines read."""
    return sight.look(newsroom(articles), viewer)


def lists(connection: sqlite3.Connection, viewer: str) -> None:
    """The first page of the articles, of one's queue, of the claims and of the sources."""
    reading.list_documents(connection, viewer, 0, PAGE)
    queues.page(connection, viewer, 0, PAGE)
    pieces = claims.near(connection, ClaimFilter())
    claims.lines(connection, next(pieces)[0][:PAGE])
    sources.lines(connection, sources.ids(connection, most=PAGE))


def through(connection: sqlite3.Connection, viewer: str) -> None:
    """From an article to the next, to the one before, and to the next that is to do."""
    here, _ = _somewhere(connection)
    for step in (1, -1):
        reading.neighbour(connection, here, step)
        queues.neighbour(connection, viewer, here, step)
    reading.next_to_do(connection, here, viewer)
    queues.next_to_do(connection, viewer, here)


def far(connection: sqlite3.Connection, viewer: str) -> None:
    """To the last article, and back to the place of one in the list."""
    reading.list_documents(connection, viewer, reading.count_documents(connection) - PAGE, PAGE)
    reading.position_of(connection, _somewhere(connection)[0])


def filters(letter: str, connection: sqlite3.Connection, viewer: str) -> None:
    """The first articles, of all and of the queue, and the first claims that have a word that begins so."""
    claims.lines(connection, next(claims.near(connection, ClaimFilter(words=letter)))[0][:PAGE])
    for found in (reading.first_matching(connection, letter), queues.first_matching(connection, viewer, letter)):
        reading.document_lines(connection, viewer, found[:PAGE])


def pickers(letter: str, connection: sqlite3.Connection, _: str) -> None:
    """Claims and sources to choose from, as one types."""
    claims.lines(connection, searching.named(connection, "claims", letter, PAGE))
    searching.named(connection, "sources", letter, PAGE)


def standings(connection: sqlite3.Connection, _: str) -> None:
    """The first claims of a standing, however many there are."""
    wanted = ClaimFilter(standing="denied")
    first = next(claims.near(connection, wanted))[0][: leading.FIRST]
    found = standing.standings(connection, first)
    claims.lines(connection, [each for each in first if found[each] == wanted.standing][:PAGE])


def searches(words: str, connection: sqlite3.Connection, _: str) -> None:
    """The best, or the newest, of all that has these words."""
    assert searching.search(connection, words, FIND).hits


def searches_one(connection: sqlite3.Connection, _: str) -> None:
    """What one article alone has."""
    assert len(searching.search(connection, _somewhere(connection)[1], FIND).hits) == 1


def around(connection: sqlite3.Connection, viewer: str) -> None:
    """What each command, and each key that writes, asks besides: what is hidden, and whether that changed."""
    sight.again(connection, viewer)
    sight.hidden(connection)


@cache
def _somewhere(connection: sqlite3.Connection) -> tuple[int, str]:
    """An article near the end of a list by publication, and its title."""
    number = reading.count_documents(connection) * 9 // 10
    (line,) = reading.list_documents(connection, "", number, 1)
    return line.id, line.title


def pair(work: Work, articles: int) -> Pair:
    """The work of both persons in a small project, and in one with so many articles."""

    def run(size: int) -> Taken:
        people = [(opened(size, viewer), viewer) for viewer in (LEAD, ANNOTATORS[0])]

        def often() -> None:
            for _ in range(TIMES):
                for connection, viewer in people:
                    work(connection, viewer)

        return timed(often)

    return Pair(lambda: run(SMALL), lambda: run(articles), articles)


WORKS: Mapping[str, tuple[str, Work]] = {
    "lists": ("the first page of articles, a queue, claims, sources", lists),
    "through": ("to the next article, the one before, the next to do", through),
    "far": ("to the last article, and to the place of one in the list", far),
    "filter": ("filter articles, a queue and claims by a first letter: the first rows", partial(filters, "s")),
    "choose": ("choose a claim or a source by a first letter", partial(pickers, "s")),
    "standing": ("claims of one standing: the first rows", standings),
    "search-letter": ("search for a first letter", partial(searches, "s")),
    "search-frequent": ("search for a word that all articles have", partial(searches, FREQUENT)),
    "search-one": ("search for what one article alone has", searches_one),
    "hidden": ("what is hidden from a blind annotator, after each command", around),
}
LINES = tuple(
    Line(
        f"hand-{name}", f"by hand: {what}", f"the same with {SMALL:,}", FLAT,
        lambda _, size, work=work: pair(work, size),  # type: ignore[misc]
        (10_000, 100_000), size=100_000, quick=3_000, things="articles", rounds=5,
    )
    for name, (what, work) in WORKS.items()
)  # fmt: skip

if __name__ == "__main__":
    main(LINES)
