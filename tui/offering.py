"""What the suggester posts to the app; apart from it, so that an app that has offered nothing yet need not load it."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from ..suggest.offers import Offer
    from .suggesting import Pairs


class Offered(Message):
    """What is to be offered in a document; `found` is everything that was found there, answered or not.

    `number` is that of the question. `reasons` say what one's answers made of an offer, by its uid, if anything was
    learnt. `changed` are the uids of what is offered or not otherwise than in the answer before; None of an answer that
    has nothing to do with that one.
    """

    def __init__(
        self,
        number: int,
        offered: "dict[str, Offer]",
        found: "Pairs",
        reasons: dict[str, list[str]],
        changed: set[str] | None,
    ) -> None:
        super().__init__()
        self.number, self.offers, self.found, self.reasons, self.changed = number, offered, found, reasons, changed


class NotOffered(Message):
    """Suggestions could not be looked for; the problem says why."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__()
        self.number, self.problem = number, problem
