"""The moments that the ledger is looked at from: what was published by then, and what was recorded by then."""

from dataclasses import dataclass

from ..schema.errors import BadInput
from ..schema.moments import milliseconds_until


@dataclass
class Lookback:
    """Both are empty for now: `as_of` is about publication, `known_at` about recording. Screens share one."""

    as_of: str = ""
    known_at: str = ""

    def __str__(self) -> str:
        """Both in words, as a header says them; "" when neither is set."""
        said = [f"as of {self.as_of}"] if self.as_of else []
        return " · ".join(said + ([f"known at {self.known_at}"] if self.known_at else []))


def wrong_moment(text: str) -> str | None:
    """Why a text is no moment, in one sentence; None when it is one, or empty for now."""
    try:
        if text.strip():
            milliseconds_until(text.strip())
    except BadInput:
        return "Write 2026-03-05, or 2026-03-05T14:00+01:00"
    return None
