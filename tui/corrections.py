"""What of an old version's mentions still waits to be carried over into a corrected article."""

from collections.abc import Collection, Sequence

from msgspec import structs

from ..schema import revision
from ..schema.errors import NoSuchThing
from ..schema.ledger import Act
from ..schema.revision import Carried


def waiting(found: Sequence[Carried]) -> list[Carried]:
    """The mentions that were found in the new version and neither are nor were there."""
    return [each for each in found if each.spans and not each.there and not each.removed]


def carry_over(act: Act, document: int, uids: Collection[str], annotator: str) -> None:
    """Carry these mentions of the old version over, by what the file says now; removed ones too, as it is asked for."""
    try:
        found = revision.outcomes(act.ledger.connection, document, [annotator])
    except NoSuchThing:
        return
    for each in found:
        if each.old_uid in uids:
            revision.carry(act, document, structs.replace(each, removed=False))
