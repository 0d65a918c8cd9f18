"""What the suggester posts to the app; apart from it, so that an app that has offered nothing yet need not load it."""

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from ..suggest.offers import Offer
    from .suggesting import Pairs


class Offered(Message):
    """What is to be offered in a document; `found` is everything that was found there, answered or not.

    `number` is that of the question. `reasons` say what one's answers made of an offer, by its uid, if anything was
    learnt.
    """

    def __init__(self, number: int, offered: "list[Offer]", found: "Pairs", reasons: dict[str, list[str]]) -> None:
        super().__init__()
        self.number, self.offers, self.found, self.reasons = number, offered, found, reasons


class NotOffered(Message):
    """Suggestions could not be looked for; the problem says why."""

    def __init__(self, number: int, problem: str) -> None:
        super().__init__()
        self.number, self.problem = number, problem
