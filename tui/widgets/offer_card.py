"""The suggestion in hand, told in a few lines: which key accepts it as what, by whom, how sure it is and why."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from textual.content import Content
from textual.style import Style

from ...schema.records import Label, Mention
from .mention_card import hanging, mark_lines, one_line

if TYPE_CHECKING:
    from ...suggest.offers import Offer

_DIM = Style(dim=True)
_KEY = "bold $accent"
_LABELS = ("sourced", "anonymous", "denied", "confirmed", "responded")


class Knows(Protocol):
    """What the card asks the app."""

    def label_colour(self, label: str) -> str:
        """The colour of a label on the theme in use."""

    def key_of(self, action_id: str) -> str:
        """The first key of an action."""


def offer_card(
    offer: "Offer", proposal: Mention, labels: list[Label], app: Knows, reasons: Sequence[str], width: int
) -> Content:
    """What the panel shows of an offer in hand, `width` cells wide. `proposal` is the mention that it would become."""
    suggestion = offer.suggestion
    (mark,) = proposal.marks
    lines = [(0, _accepts(offer, labels, app)), (0, _other_keys(offer, labels, app)), (0, Content(""))]
    lines += mark_lines(mark, labels, app.label_colour)
    lines.append((0, Content("")))
    rule = f"{suggestion.confidence} % sure · rule “{one_line(suggestion.rule)}”"
    lines.append((2, Content.styled(rule, _DIM)))
    lines += [(2, Content.styled(f"your answers: {one_line(reason)}", _DIM)) for reason in reasons]
    lines.append((2, Content.styled(f"suggested by {one_line(offer.engine)}", _DIM)))
    return Content("\n").join(part for indent, line in lines for part in hanging(line, indent, max(12, width)))


def _accepts(offer: "Offer", labels: list[Label], app: Knows) -> Content:
    """The key that accepts the suggestion as it is, and what that says."""
    suggestion = offer.suggestion
    who = " ← ".join(one_line(link.name) or "nobody named" for link in suggestion.chain)
    said = [one_line(suggestion.label), one_line(suggestion.kind).replace("_", " "), f"by {who}" if who else ""]
    key = _key(suggestion.label, labels, app)
    return Content.assemble((key, _KEY), " accepts: ", (", ".join(filter(None, said)), "bold"))


def _other_keys(offer: "Offer", labels: list[Label], app: Knows) -> Content:
    """The keys that accept it as something else, open its details, or dismiss it."""
    others = [_key(label, labels, app) for label in _LABELS if label != offer.suggestion.label]
    return Content.assemble(
        (" ".join(filter(None, others)), _KEY), (" instead  ", _DIM),
        (app.key_of("reader.details"), _KEY), (" details  ", _DIM),
        (app.key_of("reader.remove"), _KEY), (" dismiss", _DIM),
    )  # fmt: skip


def _key(label: str, labels: list[Label], app: Knows) -> str:
    """The key of a label: an action's, or the codebook's own."""
    if label in _LABELS:
        return app.key_of(f"reader.{label}")
    return next((each.key for each in labels if each.label == label), "") or app.key_of("reader.details")
