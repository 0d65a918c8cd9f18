"""What the Reader's modes are made of: the words and the likely sources on the screen, and the sources known so far."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...schema import reading
from ...schema.text import Span
from ..desk import Desk
from ..drafts import from_record
from ..hints import WordPicker

if TYPE_CHECKING:
    from ...suggest.engine import Suggestion
    from ..chain_picker import ChainPicker

AROUND = 30_000
"""How far around the screen sources are looked for, in code points: antecedents stand near by."""


def word_picker(desk: Desk, visible: Span) -> WordPicker:
    """A picker over the words on the screen; those of the cursor's sentence come first."""
    words, at = [], visible.start
    while (word := desk.segments.word_at(at) or desk.segments.next_word(at)) and word.start < visible.end:
        words.append(word)
        at = word.end
    return WordPicker(words, desk.segments.sentence_at(desk.cursor.start), visible)


def chain_picker(
    desk: Desk, connection: sqlite3.Connection, visible: Span, suggestions: "Sequence[Suggestion]" = ()
) -> "ChainPicker":
    """A picker of sources for the mark in hand, which must be there; what is suggested for its words comes first."""
    from ...suggest.likely import suggested_for
    from ...suggest.sources import candidates
    from ..chain_picker import ChainPicker

    mention, mark = desk.mention, desk.mark
    assert mention
    assert mark
    content = Span(mention.spans[0].start, mention.spans[-1].end)
    near = Span(max(0, min(visible.start, content.start) - AROUND), max(visible.end, content.end) + AROUND)
    speakers = [
        from_record(link) for each in desk.mentions.values() for each_mark in each.marks for link in each_mark.chain
    ]
    return ChainPicker(
        desk.text,
        content,
        candidates(desk.text, near),
        reading.sources_for(connection, desk.document.id),
        speakers,
        [from_record(link) for link in mark.chain],
        visible,
        mention.spans,
        suggested_for(mention.spans, suggestions),
    )
