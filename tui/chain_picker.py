"""Who says so, by single keys: letters for likely sources in the text, digits for sources already known, and so inward.

The chain runs from the source nearest the writer to the origin: each press adds the one behind the last.
"""

from collections.abc import Sequence

from msgspec import structs

from ..schema.records import Source
from ..schema.text import Span
from ..suggest.cues import cue_for
from ..suggest.engine import Link, Suggestion
from ..suggest.likely import likeliest, unknown
from ..suggest.sources import Candidate
from .drafts import LinkDraft
from .hints import assign

DIGITS = "123456789"


class ChainPicker:
    """The chain of one mark while keys are pressed for it. `content` is the mention's extent, `visible` the screen.

    `pieces` are its words. What a suggestion for them says of its sources comes first, and `proposed` is its whole
    chain, until a key is pressed.
    """

    def __init__(
        self,
        text: str,
        content: Span,
        candidates: Sequence[Candidate],
        known: Sequence[Source],
        speakers: Sequence[LinkDraft],
        chain: Sequence[LinkDraft],
        visible: Span,
        pieces: Sequence[Span] = (),
        suggestion: Suggestion | None = None,
    ) -> None:
        self._text, self._content = text, content
        self._candidates = [*candidates, *unknown(suggestion, candidates)]
        self.known = list(known[: len(DIGITS)])
        self._speakers = [link for link in speakers if link.source_uid]
        self.chain = list(chain)
        self._typed = ""
        self.same = False
        shown = [each for each in self._candidates if each.span.overlaps(visible)]
        shown = likeliest(text, pieces or (content,), shown, suggestion)
        self.proposed = [self._suggested(link) for link in suggestion.chain] if suggestion and not chain else []
        self._codes = assign([each.span.start for each in shown], ())
        self._at = {each.span.start: each for each in shown}

    def hints(self) -> dict[int, str]:
        """The letters over the text: the rest of each code, by the offset of its source."""
        rest = len(self._typed)
        return {at: code[rest:] for code, at in self._codes.items() if code.startswith(self._typed)}

    def press(self, key: str) -> None:
        """Take a letter or a digit: `0` nobody named, `1`-`9` a known source, `=` makes the last link a known one."""
        self.proposed = []
        if key == "=":
            self.same = bool(self.chain)
        elif key == "0":
            self.add(LinkDraft(identified="unspecified", cue=self._cue(None)))
        elif key in DIGITS:
            self._known(DIGITS.index(key))
        else:
            self._letter(key)

    def take_proposed(self) -> None:
        """Take the whole chain of the suggestion, if there is one and nothing was picked yet."""
        self.chain += self.proposed
        self.proposed = []

    def add(self, link: LinkDraft) -> None:
        """Put a link behind the last one."""
        self.same, self.proposed = False, []
        self.chain.append(link)

    def add_words(self, span: Span) -> None:
        """Put words of the text behind the last link: a candidate if they are one, else a source described by them."""
        candidate = next((each for each in self._candidates if each.span == span), None)
        name = " ".join(span.cut(self._text).split())
        self.add(
            self._from(candidate)
            if candidate
            else LinkDraft(source=name, identified="described", spans=(span,), cue=self._cue(span))
        )

    def set_cue(self, span: Span) -> None:
        """Make these words the cue of the last link."""
        if self.chain:
            self.chain[-1] = structs.replace(self.chain[-1], cue=(span,))

    def drop(self) -> None:
        """Take the last link away."""
        self.same, self.proposed = False, []
        if self.chain:
            self.chain.pop()

    def _letter(self, key: str) -> None:
        self._typed += key
        if self._typed in self._codes:
            self.add(self._from(self._at[self._codes[self._typed]]))
            self._typed = ""
        elif not any(code.startswith(self._typed) for code in self._codes):
            self._typed = ""

    def _known(self, at: int) -> None:
        if at >= len(self.known):
            return
        source = self.known[at]
        spoken = next((link.identified for link in self._speakers if link.source_uid == source.uid), "described")
        identified = "named" if source.document_id is None else spoken
        named = LinkDraft(
            source_uid=source.uid, source=source.name, source_kind=source.kind, identified=identified  # type: ignore[arg-type]
        )  # fmt: skip
        if self.same:
            last = self.chain.pop()
            named = structs.replace(last, source_uid=source.uid, source=source.name, source_kind=named.source_kind,
                                    identified=named.identified)  # fmt: skip
        self.add(named)

    def _from(self, candidate: Candidate) -> LinkDraft:
        """A link for a candidate; "he" or "the newspaper" speaks as whoever it stands for.

        Somebody whose words are a source already is that source, whatever name it has been given.
        """
        root = candidate if candidate.same_as is None else self._candidates[candidate.same_as]
        named = self._known_as(
            LinkDraft(source=root.name, source_kind=root.kind, identified=root.identified), (root.span, candidate.span)
        )
        return structs.replace(named, relay=False, ground="", spans=(candidate.span,), cue=self._cue(candidate.span))

    def _suggested(self, link: Link) -> LinkDraft:
        """A link as it is suggested, of a source that is known already where its words are."""
        named = LinkDraft(source=link.name, source_kind=link.kind, identified=link.identified)
        known = self._known_as(named, link.spans)
        return structs.replace(known, relay=link.relay, ground="", spans=link.spans, cue=link.cue)

    def _known_as(self, named: LinkDraft, spans: Sequence[Span]) -> LinkDraft:
        return next(
            (each for each in self._speakers if any(piece.overlaps(span) for piece in each.spans for span in spans)),
            named,
        )

    def _cue(self, source: Span | None) -> tuple[Span, ...]:
        taken = tuple(piece for link in self.chain for piece in link.cue)
        cue = cue_for(self._text, source, self._content, taken)
        return (cue,) if cue else ()
