"""Names for files that are made of what people wrote."""

import re

_UNSAFE = re.compile("[^A-Za-z0-9._-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that no file can have on Windows, whatever their ending."""
_LONGEST = 80


class FileNames:
    """File names that are safe everywhere and differ from each other, whatever they are made of."""

    def __init__(self, *taken: str) -> None:
        self._next = {name.lower(): 2 for name in taken}

    def name(self, words: str, otherwise: str) -> str:
        """A name like these words, or `otherwise` where they hold no letter; two that differ only in case are alike."""
        base = _UNSAFE.sub("-", words)[:_LONGEST].strip("-.") or otherwise
        if _RESERVED.fullmatch(base):
            base = f"{otherwise}-{base}"
        name = base
        while name.lower() in self._next:
            number = self._next[base.lower()]
            self._next[base.lower()] = number + 1
            name = f"{base}-{number}"
        self._next[name.lower()] = 2
        return name
