"""A line to type in for a text that may hold anything: what nobody touched comes back exactly as it was."""

from textual.widgets import Input


class TextField(Input):
    """Shows a text on one line; `text` is the text as it was until it is edited, and then what the line says."""

    def __init__(self, text: str = "", *, placeholder: str = "", restrict: str | None = None, **names: str) -> None:
        self._was, self._shown = text, flat(text)
        super().__init__(
            self._shown, placeholder=placeholder, restrict=restrict, compact=True, select_on_focus=False,
            id=names.get("id"), classes=names.get("classes"),
        )  # fmt: skip

    @property
    def text(self) -> str:
        """What the field holds."""
        return self._was if self.value == self._shown else flat(self.value)

    @text.setter
    def text(self, text: str) -> None:
        self._was, self._shown = text, flat(text)
        self.value = self._shown


def flat(text: str) -> str:
    """A text on one line: line ends and runs of white space as one space, none at the ends."""
    return " ".join(text.split())
