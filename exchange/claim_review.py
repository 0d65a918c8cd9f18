"""Claims as ClaimReview of schema.org: one JSON-LD document for the `<script>` of a page, a review a claim.

The rating is the claim's standing, derived from all marks on it. It says how far a claim is supported on the record,
and nothing on whether it is true; `reviewAspect` and `ratingExplanation` say so to readers, and `alternateName` is the
standing in words. The scale runs from 1, spoken against, to 7, affirmed by another:

| standing     | ratingValue | why there                                                  |
|--------------|-------------|------------------------------------------------------------|
| denied       | 1           | somebody with standing speaks against it, nobody affirms it |
| contested    | 2           | one denies it, another affirms it                          |
| unattributed | 3           | nobody is said to stand behind it                          |
| anonymous    | 4           | its origin is not identified                               |
| mixed        | 5           | one origin is identified, another is not                   |
| sourced      | 6           | its origin is identified                                   |
| confirmed    | 7           | somebody other than its origin affirms it                  |

A search engine that reads the numbers as truth from 1 to 7 reads them wrongly: who publishes the reviews decides
whether they belong there. `author` of the claim are its origins as far as they are identified; one that is neither a
person nor a body is named by a plain text. `author` of the review are the annotators, `datePublished` is when they last
said something, and `url` a name of the review (`urn:uuid:`), to be replaced by the page that it is published on.
"""

import re
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ..schema.standing import changes
from .formats import Format, Outgoing
from .json_text import to_json

RATINGS = {
    "denied": (1, "Denied: somebody with standing says that it is false, and nobody confirms it"),
    "contested": (2, "Contested: it is both denied and confirmed"),
    "unattributed": (3, "Unattributed: nobody is said to stand behind it"),
    "anonymous": (4, "Anonymous: whoever says so is not identified"),
    "mixed": (5, "Sourced in part: one origin is identified, another is not"),
    "sourced": (6, "Sourced: whoever says so is identified"),
    "confirmed": (7, "Confirmed: somebody other than its origin affirms it, which does not mean that it is true"),
}
ASPECT = "Support on the record"
EXPLANATION = "How far the claim is supported on the record, from 1 to 7. It does not say whether the claim is true."

_CLAIMS = """
SELECT claim_id, uid, claim_standing.claim, standing, added_by, added_at
FROM claim_standing JOIN claims ON claims.id = claim_id ORDER BY claim_standing.claim, uid
"""
_WORK = """
SELECT annotators.name, mentions.recorded_at FROM mentions
JOIN annotators ON annotators.id = annotator_id JOIN claims ON claims.id = claim_id WHERE merged_id = :claim
UNION SELECT annotator, recorded_at FROM mark_current WHERE claim_id = :claim
"""
_APPEARANCES = """
SELECT DISTINCT sha256, title, outlet, author, url, published_at FROM documents
JOIN mentions ON mentions.document_id = documents.id JOIN claims ON claims.id = claim_id WHERE merged_id = ?
ORDER BY published_at IS NULL, published_at, title, sha256
"""
_ORIGINS = """
SELECT DISTINCT origin, mark_current.kind, sources.kind FROM mark_current
JOIN sources ON sources.id = origin_id WHERE claim_id = ? AND label = 'sourced' ORDER BY 1, 2, 3
"""
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_ADDRESS = re.compile(r'https?://[^\x00-\x20<>"{}|\\^`]+')
_TYPES = {
    "person": "Person",
    "spokesperson": "Person",
    "institution": "Organization",
    "organisation": "Organization",
    "outlet": "Organization",
    "collective": "Organization",
}
# In a <script>, a page ends where it says </script>, whatever quotes stand around; an escape is the same text.
_UNSAFE = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def write(connection: sqlite3.Connection, out: Path, _: Outgoing) -> int:
    """Write a review for each claim, one for claims that were merged; the answer is how many there were."""
    number = 0
    with out.open("w", encoding="utf-8", newline="") as file:
        file.write('{"@context": "https://schema.org", "@graph": [')
        for row in connection.execute(_CLAIMS):
            file.write((",\n" if number else "\n") + to_json(_review(connection, *row)).translate(_UNSAFE))
            number += 1
        file.write("\n]}\n")
    return number


def _review(
    connection: sqlite3.Connection, claim_id: int, uid: str, claim: str, standing: str, added_by: str, added_at: str
) -> dict[str, Any]:
    work = connection.execute(_WORK, {"claim": claim_id}).fetchall()
    value, words = RATINGS[standing]
    history = [
        f"{each.moment[:10]}: {each.standing} ({', '.join(name for name in (each.outlet, each.title) if name)})"
        for each in changes(connection, claim_id)
    ]
    name = f"urn:uuid:{uuid5(NAMESPACE_URL, 'claim ' + sha256(uid.encode()).hexdigest())}"
    return {
        "@type": "ClaimReview",
        "@id": name,
        "url": name,
        "claimReviewed": claim,
        "author": [_named("Person", name) for name in sorted({name for name, _ in work} or {added_by})],
        "datePublished": max((moment for _, moment in work), default=added_at),
        "itemReviewed": _claim(connection, claim_id, claim),
        "reviewAspect": ASPECT,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": value,
            "worstRating": 1,
            "bestRating": len(RATINGS),
            "alternateName": words,
            "ratingExplanation": EXPLANATION,
        },
        **({"reviewBody": "\n".join(history)} if history else {}),
    }


def _claim(connection: sqlite3.Connection, claim_id: int, claim: str) -> dict[str, Any]:
    rows = connection.execute(_APPEARANCES, (claim_id,)).fetchall()
    works = [_work(*row[1:]) for row in rows]
    origins: dict[str, dict[str, str] | str] = {}
    for name, of_mark, of_source in connection.execute(_ORIGINS, (claim_id,)):
        kind = _TYPES.get(of_source) or _TYPES.get(of_mark)
        origins.setdefault(name, _named(kind, name) if kind else name)
    authors = list(origins.values())
    return {
        "@type": "Claim",
        "text": claim,
        **({"author": authors if len(authors) > 1 else authors[0]} if authors else {}),
        **({"appearance": works} if works else {}),
        **({"firstAppearance": works[0]} if works and "datePublished" in works[0] else {}),
    }


def _work(title: str, outlet: str, author: str, url: str, published_at: str | None) -> dict[str, Any]:
    """A document as the work that a claim appears in; one of an outlet is an article of news."""
    return {
        "@type": "NewsArticle" if outlet else "CreativeWork",
        "headline": title,
        **({"url": url} if _ADDRESS.fullmatch(url) else {}),
        **({"datePublished": published_at} if published_at and _DATE.fullmatch(published_at) else {}),
        **({"author": author} if author else {}),
        **({"publisher": _named("Organization", outlet)} if outlet else {}),
    }


def _named(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name}


FORMAT = Format(
    name="claimreview",
    about="claims with their standing as ClaimReview of schema.org, for the page that publishes them",
    endings=(".jsonld",),
    write=write,
    things="claims",
    layers=True,  # a standing counts what was ruled in place of what it was ruled on
)
