"""The same words elsewhere, and the same claim in other words: places in this document or the project, to be ticked."""

from collections.abc import Callable, Iterator
from functools import partial

from rich.cells import cell_len, set_cell_size
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.getters import query_one
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ...schema.errors import OnrecordError
from ...schema.same_words import Find, Finds
from ..widgets.choices import Choice, Choices
from ..widgets.mention_card import one_line
from ..widgets.options import Options
from ..widgets.wording import count, in_quotes
from .page import Window

_HERE, _EVERYWHERE = "here", "everywhere"
_NOTHING = Finds((), cut=False)


class SameWords(Window[list[Find] | None]):
    """Answers with the places that were ticked, in order, or None. Places that are marked already cannot be ticked.

    `everywhere` is called in a thread of its own, once, when the whole project is first asked for. `alike` finds the
    places of this document that say about the same; it is called in a thread once the window stands.
    """

    CSS_PATH = "same_words.tcss"
    BINDINGS = [  # noqa: RUF012 - as Textual declares them
        Binding("space", "tick", show=False),
        Binding("a", "tick_all(True)", show=False),
        Binding("n", "tick_all(False)", show=False),
        Binding("tab,shift+tab", "other_scope", show=False, priority=True),
        Binding("j", "move('cursor_down')", show=False),
        Binding("k", "move('cursor_up')", show=False),
        Binding("ctrl+s,enter", "accept", show=False, priority=True),
        Binding("escape", "cancel", show=False),
    ]

    options = query_one(OptionList)
    scope = query_one(Choices)

    class Looked(Message):
        """The whole project was looked through, or could not be."""

        def __init__(self, found: Finds, problem: str = "") -> None:
            super().__init__()
            self.found, self.problem = found, problem

    class Alike(Message):
        """This document was looked through for the same in other words."""

        def __init__(self, found: Finds) -> None:
            super().__init__()
            self.found = found

    def __init__(
        self, words: str, here: Finds, everywhere: Callable[[], Finds], alike: Callable[[], Finds] | None = None
    ) -> None:
        super().__init__()
        self._words, self._everywhere, self._alike = words, everywhere, alike
        self._found: dict[str, Finds] = {_HERE: here}
        self._problem = ""
        self._ticked: set[Find] = set()
        self._rows: list[Find | None] = []

    def compose(self) -> ComposeResult:
        """The words, where to look, the places, and what is ticked."""
        scopes = [Choice(_HERE, "this document"), Choice(_EVERYWHERE, "whole project")]
        keys = "space ticks  a all exact  n none  ⇥ document/project  ↵ marks  esc cancels"
        with Vertical(id="card"):
            with Vertical(id="head"):
                words = in_quotes(one_line(self._words))
                yield Static(Content.assemble(("The same words  ", "bold"), words), id="title")
                yield Choices(scopes, _HERE)
            yield Options(compact=True, markup=False)
            with Vertical(id="foot"):
                yield Static(id="state", markup=False)
                yield Static(Content(keys), id="keys")

    def on_mount(self) -> None:
        """Show this document's places."""
        self.scope.can_focus = False
        self.options.focus()
        self._show()
        if self._alike:
            self.run_worker(partial(self._look_here, self._alike), thread=True, exit_on_error=False)

    # ------------------------------------------------------------------ where to look

    def action_other_scope(self) -> None:
        """From this document to the whole project, or back."""
        self.scope.value = _HERE if self.scope.value == _EVERYWHERE else _EVERYWHERE

    @on(Choices.Changed)
    def _turn(self) -> None:
        if self.scope.value not in self._found:
            self._found[_EVERYWHERE] = _NOTHING
            self._problem = "looking through the project …"
            self.run_worker(self._look, thread=True)
        self._show()

    def _look(self) -> None:
        try:
            self.post_message(self.Looked(self._everywhere()))
        except OnrecordError as error:
            self.post_message(self.Looked(Finds((), cut=False), str(error)))

    def _look_here(self, alike: Callable[[], Finds]) -> None:
        self.post_message(self.Alike(alike()))

    @on(Alike)
    def _looked_here(self, message: Alike) -> None:
        here = self._found[_HERE]
        self._found[_HERE] = Finds((*here.finds, *message.found.finds), cut=here.cut or message.found.cut)
        if self.scope.value == _HERE:
            at = self.options.highlighted
            find = self._rows[at] if at is not None else None
            self._show(None if find is None or find.marked else at)

    @on(Looked)
    def _looked(self, message: Looked) -> None:
        self._found[_EVERYWHERE], self._problem = message.found, message.problem
        if self.scope.value == _EVERYWHERE:
            self._show()

    # ------------------------------------------------------------------ ticking

    @property
    def _shown(self) -> Finds:
        """What is known of where to look; nothing yet, if it was only just asked for."""
        return self._found.get(self.scope.value, _NOTHING)

    @property
    def _finds(self) -> tuple[Find, ...]:
        return self._shown.finds

    def action_tick(self) -> None:
        """Tick the highlighted place, or take the tick off, and go to the next."""
        at = self.options.highlighted
        find = self._rows[at] if at is not None else None
        if at is None or find is None or find.marked:
            return
        self._ticked ^= {find}
        self.options.replace_option_prompt_at_index(at, self._row(find))
        if any(row is not None for row in self._rows[at + 1 :]):
            self.options.action_cursor_down()
        self._show_state()

    def action_tick_all(self, on: bool) -> None:
        """Tick all places of the same words, or none at all; what is only like them is ticked one by one."""
        places = {find for find in self._finds if not find.marked and (not on or find.likeness == 100)}
        self._ticked = self._ticked | places if on else self._ticked - places
        self._show(self.options.highlighted)

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_tick()

    def action_move(self, how: str) -> None:
        """To the next or previous place."""
        getattr(self.options, f"action_{how}")()

    # ------------------------------------------------------------------ showing

    def _show(self, highlighted: int | None = None) -> None:
        rows = list(self._all_rows())
        self._rows = [find for _, find in rows]
        self.options.set_options(Option(row, disabled=find is None) for row, find in rows)
        open_rows = [at for at, find in enumerate(self._rows) if find and not find.marked]
        first = next((at for at, find in enumerate(self._rows) if find), None)
        self.options.highlighted = highlighted if highlighted is not None else next(iter(open_rows), first)
        self._show_state()

    def _all_rows(self) -> Iterator[tuple[Content, Find | None]]:
        document, exact = None, True
        for find in self._finds:
            if exact and find.likeness < 100:
                document, exact = None, False
                yield Content.styled("Perhaps the same in other words", "italic $muted"), None
            if find.document_id != document:
                document = find.document_id
                about = [find.outlet, (find.published_at or "")[:10]]
                shown = "   " + " · ".join(one_line(each) for each in about if each)
                title = Content.assemble((one_line(find.title) or "untitled", "bold $secondary"), (shown, "$muted"))
                yield title.truncate(self._width, ellipsis=True), None
            yield self._row(find), find

    def _row(self, find: Find) -> Content:
        """The place on one line, the words in its middle."""
        box = " ✓  " if find.marked else "[x] " if find in self._ticked else "[ ] "
        box += f"{find.likeness:>2} % " if find.likeness < 100 else ""
        room = self._width - cell_len(box)
        words = Content(one_line(find.quote)).truncate(max(8, room // 2), ellipsis=True)
        around = max(0, (room - words.cell_length) // 2)
        before, after = (one_line(f"|{text}|")[1:-1] for text in (find.before, find.after))
        return Content.assemble(
            (box, "bold $accent" if find in self._ticked else "$muted"),
            (set_cell_size(before[::-1], around)[::-1], "$muted"),
            words.stylize("$muted" if find.marked else "bold"),
            (set_cell_size(after, around), "$muted"),
        )

    @property
    def _width(self) -> int:
        return self.options.scrollable_content_region.width

    def on_resize(self) -> None:
        """The words stay in the middle, wherever that is."""
        self.call_after_refresh(self._show, self.options.highlighted)

    def _show_state(self) -> None:
        found = self._shown
        documents = len({find.document_id for find in found.finds})
        marked = sum(find.marked for find in found.finds)
        first = "only the first " if found.cut else ""
        places = f"{first}{count(len(found.finds), 'place')} in {count(documents, 'document')}"
        said = [f"{len(self._ticked)} ticked", places]
        said += [f"✓ {marked} marked already"] if marked else []
        if self._problem and self.scope.value == _EVERYWHERE:
            said = [one_line(self._problem)]
        self.query_one("#state", Static).update(Content("  ·  ".join(said)))

    # ------------------------------------------------------------------ leaving

    def action_accept(self) -> None:
        """Answer with the ticked places, if there are any."""
        every = {find for found in self._found.values() for find in found.finds}
        chosen = sorted(self._ticked & every, key=lambda each: (each.published_at or "", each.document_id, each.span))
        if chosen:
            self.dismiss(chosen)
        else:
            self.notify("Tick places with space first, or all with a", severity="warning", timeout=4, markup=False)

    def action_cancel(self) -> None:
        """Mark nothing."""
        self.dismiss(None)
