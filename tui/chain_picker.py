"""Who says so, by single keys: letters for likely sources in the text, digits for sources already known, and so inward.

The chain runs from the source nearest the writer to the origin: each press adds the one behind the last.
"""

from collections.abc import Sequence

from msgspec import structs

from ..schema.records import Source
from ..schema.text import Span
from ..suggest.cues import cue_for
from ..suggest.sources import Candidate
from .drafts import LinkDraft
from .hints import assign

DIGITS = "123456789"


class ChainPicker:
    """The chain of one mark while keys are pressed for it. `content` is the mention's extent, `visible` the screen."""

    def __init__(
        self,
        text: str,
        content: Span,
        candidates: Sequence[Candidate],
        known: Sequence[Source],
        speakers: Sequence[LinkDraft],
        chain: Sequence[LinkDraft],
        visible: Span,
    ) -> None:
        self._text, self._content = text, content
        self._candidates = list(candidates)
        self.known = list(known[: len(DIGITS)])
        self._speakers = [link for link in speakers if link.source_uid]
        self.chain = list(chain)
        self._typed = ""
        self.same = False
        shown = [each for each in self._candidates if each.span.overlaps(visible)]
        shown.sort(key=lambda each: _distance(each.span, content))
        self._codes = assign([each.span.start for each in shown], ())
        self._at = {each.span.start: each for each in shown}

    def hints(self) -> dict[int, str]:
        """The letters over the text: the rest of each code, by the offset of its source."""
        rest = len(self._typed)
        return {at: code[rest:] for code, at in self._codes.items() if code.startswith(self._typed)}

    def press(self, key: str) -> None:
        """Take a letter or a digit: `0` nobody named, `1`-`9` a known source, `=` makes the last link a known one."""
        if key == "=":
            self.same = bool(self.chain)
        elif key == "0":
            self.add(LinkDraft(identified="unspecified", cue=self._cue(None)))
        elif key in DIGITS:
            self._known(DIGITS.index(key))
        else:
            self._letter(key)

    def add(self, link: LinkDraft) -> None:
        """Put a link behind the last one."""
        self.same = False
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
        self.same = False
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
        named = LinkDraft(source=root.name, source_kind=root.kind, identified=root.identified)
        for speaker in self._speakers:
            if any(piece.overlaps(root.span) or piece.overlaps(candidate.span) for piece in speaker.spans):
                named = speaker
                break
        return structs.replace(named, relay=False, ground="", spans=(candidate.span,), cue=self._cue(candidate.span))

    def _cue(self, source: Span | None) -> tuple[Span, ...]:
        taken = tuple(piece for link in self.chain for piece in link.cue)
        cue = cue_for(self._text, source, self._content, taken)
        return (cue,) if cue else ()


def _distance(span: Span, content: Span) -> int:
    return max(content.start - span.end, span.start - content.end, 0)
