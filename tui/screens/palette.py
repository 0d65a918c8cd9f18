"""Every action by name: type a part of it, press enter."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.fuzzy import FuzzySearch
from textual.getters import query_one
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ..actions import Action
from ..widgets.options import Options
from .page import Window


@dataclass(frozen=True)
class Entry:
    """An action with its keys as a person reads them and, if it cannot run now, why not."""

    action: Action
    keys: str
    reason: str | None


class Palette(Window[Action | None]):
    """Answers with the action that was chosen. One that cannot run now says why instead."""

    CSS_PATH = "palette.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("escape,ctrl+p", "close", show=False),
        Binding("down,ctrl+n", "move('cursor_down')", show=False, priority=True),
        Binding("up", "move('cursor_up')", show=False, priority=True),
        Binding("pagedown", "move('page_down')", show=False, priority=True),
        Binding("pageup", "move('page_up')", show=False, priority=True),
    ]

    options = query_one(OptionList)

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries = list(entries)
        self._shown: list[Entry] = []
        self._fuzzy = FuzzySearch()

    def compose(self) -> ComposeResult:
        """A line to type in, and the actions that fit."""
        with Vertical(id="card"):
            yield Input(placeholder="What do you want to do?", compact=True)
            yield Options(compact=True, markup=False)
            yield Static(id="reason", markup=False)

    def on_mount(self) -> None:
        """All actions, and the cursor in the line: keys that come before the first picture move among them too."""
        self.query_one(Input).focus()
        self._show()

    def on_resize(self) -> None:
        """Keys stand at the right edge, wherever that is."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """Show the same actions in the width that there is now, with the cursor where it was."""
        at = self.options.highlighted
        self._show()
        if at is not None and at < len(self._shown):
            self.options.highlighted = at

    @on(Input.Changed)
    def _show(self) -> None:
        query = self.query_one(Input).value
        found = []
        for entry in self._entries:
            score, offsets = self._fuzzy.match(query, entry.action.help) if query.strip() else (1.0, ())
            if score > 0:
                found.append((score, entry, offsets))
        found.sort(key=lambda each: -each[0])
        self._shown = [entry for _, entry, _ in found]
        width = self.options.scrollable_content_region.width - 1
        self.options.clear_options()
        self.options.add_options(
            Option(_line(entry, offsets, width), id=entry.action.id) for _, entry, offsets in found
        )
        self.options.highlighted = 0 if found else None
        self._explain()

    @on(OptionList.OptionHighlighted)
    def _explain(self) -> None:
        """Say why the action under the cursor cannot run. A message may be older than the list: only that counts."""
        at = self.options.highlighted
        here = self._shown[at : at + 1] if at is not None else []
        reason = here[0].reason or "" if here else "No action is called so"
        self.query_one("#reason", Static).update(Content(reason))

    @on(Input.Submitted)
    def _entered(self) -> None:
        at = self.options.highlighted
        if at is not None and at < len(self._shown):
            self._choose(self._shown[at])

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        self._choose(next(entry for entry in self._entries if entry.action.id == message.option_id))

    def _choose(self, entry: Entry) -> None:
        if entry.reason:
            self.notify(entry.reason, severity="warning", timeout=4, markup=False)
        else:
            self.dismiss(entry.action)

    def action_move(self, how: str) -> None:
        """Move through the actions while typing."""
        getattr(self.options, f"action_{how}")()

    def action_close(self) -> None:
        """Do nothing."""
        self.dismiss(None)


def _line(entry: Entry, offsets: Sequence[int], width: int) -> Content:
    text = Content(entry.action.help)
    for at in offsets:
        text = text.stylize("bold underline", at, at + 1)
    if entry.reason:
        text = text.stylize("$off")
    keys = Content.styled(entry.keys, "$off" if entry.reason else "$accent")
    group = Content.styled(entry.action.group, "$muted")
    text = text.truncate(max(10, width - keys.cell_length - 2), ellipsis=True)
    space = width - text.cell_length - keys.cell_length
    if space > group.cell_length + 4:
        return text + "  " + group + " " * (space - group.cell_length - 2) + keys
    return text + " " * max(1, space) + keys
