"""Small ways of putting things in words."""


def in_quotes(words: str) -> str:
    """The words in quotation marks, unless they are a quotation themselves."""
    return words if words[:1] in _OPENING and words[-1:] in _CLOSING else f"“{words}”"


def count(number: int, thing: str) -> str:
    """`1 place`, `2 places`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


_OPENING = frozenset("\"'“‘„‚«»‹›")
_CLOSING = frozenset("\"'”’“‘»«›‹")
