"""What of an old version's mentions still waits to be carried over into a corrected article."""

import sqlite3
from collections.abc import Collection, Sequence

from msgspec import structs

from ..schema import reading, revision
from ..schema.errors import NoSuchThing
from ..schema.ledger import Act
from ..schema.records import Mention
from ..schema.revision import Carried


def outcomes(connection: sqlite3.Connection, document: int, annotator: str) -> list[Carried]:
    """What became of an annotator's mentions of the version that a document revises.

    A mention counts as being there also when the annotator marked the new version by hand: the same words, or words
    that overlap them for the same claim.

    Raises:
        NoSuchThing: the document revises none that is here.
    """
    found = revision.outcomes(connection, document, [annotator])
    mine = [each for each in reading.mentions(connection, document) if each.annotator == annotator]
    old = revision.old_version(connection, document)
    claims = dict(connection.execute("SELECT uid, claim_id FROM mentions WHERE document_id = ?", (old,)))
    return [
        structs.replace(each, there=True) if any(_alike(each, claims.get(each.old_uid), one) for one in mine) else each
        for each in found
    ]


def _alike(carried: Carried, claim: int | None, mention: Mention) -> bool:
    if mention.spans == carried.spans:
        return True
    same = claim is not None and mention.claim_id == claim
    return same and any(span.overlaps(other) for span in carried.spans for other in mention.spans)


def waiting(found: Sequence[Carried]) -> list[Carried]:
    """The mentions that were found in the new version and neither are nor were there."""
    return [each for each in found if each.spans and not each.there and not each.removed]


def carry_over(act: Act, document: int, uids: Collection[str], annotator: str) -> None:
    """Carry these mentions of the old version over, by what the file says now; removed ones too, as it is asked for."""
    try:
        found = outcomes(act.ledger.connection, document, annotator)
    except NoSuchThing:
        return
    for each in found:
        if each.old_uid in uids:
            revision.carry(act, document, structs.replace(each, removed=False))
