"""What two wordings differ in: words that went are struck out, words that came are bold and underlined."""

import re
from difflib import SequenceMatcher

from textual.content import Content

from .mention_card import one_line

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
GONE, NEW = "bold strike $error", "bold underline $success"


def differences(was: str, now: str) -> tuple[Content, Content]:
    """Both wordings on one line each, word by word. The signs hold without any colour."""
    old, new = _WORDS.findall(one_line(was)), _WORDS.findall(one_line(now))
    before, after = Content(""), Content("")
    for what, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before += Content.styled("".join(old[first:last]), "" if what == "equal" else GONE)
        after += Content.styled("".join(new[start:end]), "" if what == "equal" else NEW)
    return before, after
