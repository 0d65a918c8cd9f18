"""A widget without a face that takes every key while a mode lasts, so that letters mean places and not actions."""

from textual import events
from textual.message import Message
from textual.widget import Widget


class KeyCatcher(Widget, can_focus=True):
    """Focus it to send all keys to `Caught`; focus something else to end that."""

    DEFAULT_CSS = "KeyCatcher { width: 0; height: 0; }"

    class Caught(Message):
        """A key: its name, and the character that it types, if any."""

        def __init__(self, key: str, character: str | None) -> None:
            super().__init__()
            self.key, self.character = key, character

    def on_key(self, event: events.Key) -> None:
        """Take the key before any binding sees it."""
        event.stop()
        event.prevent_default()
        self.post_message(self.Caught(event.key, event.character))
