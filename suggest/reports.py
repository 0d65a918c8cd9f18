"""What a rule finds: a piece of text that somebody is reported to say, and the links to whoever says it."""

from typing import NamedTuple

from .cuebook import Verb
from .page import Piece


class Step(NamedTuple):
    """One link as the words show it: whose words, and through which cue; either may be left unsaid.

    `relative` is the "who" between a source and its verb.
    """

    source: Piece | None
    cue: Piece | None
    relay: bool = False
    relative: Piece | None = None


class Report(NamedTuple):
    """What a rule found. `steps` go from the nearest the writer to the origin; `verb` is that of the origin."""

    rule: str
    content: tuple[Piece, ...]
    steps: tuple[Step, ...]
    verb: Verb | None = None
    negated: bool = False

    @property
    def end(self) -> int:
        """The word after all that is said and after the origin's cue."""
        cues = [step.cue[1] for step in self.steps if step.cue]
        return max([self.content[-1][1], *cues])
