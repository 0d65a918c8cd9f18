"""What every screen is: once it is on its way out, it does nothing of its own any more, whatever still comes for it.

The answer of a thread can come while a screen is being closed. And one that is closed as soon as it opens is told that
it is there although nothing was laid out in it, so what it would look for in itself cannot be found.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

from textual import events
from textual.app import App
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

from ..lean import LeanCompositor
from ..opening import is_opening

Focused = TypeVar("Focused", bound=Widget)

_OURS = f"{__name__.partition('.')[0]}."


class _Leaving(Screen[ScreenResultType]):
    """Handles what comes for it as long as it is there; then only Textual does, which takes it down."""

    def _get_dispatch_methods(
        self, method_name: str, message: Message
    ) -> Iterable[tuple[type, Callable[[Message], Awaitable[Any]]]]:
        for cls, method in super()._get_dispatch_methods(method_name, message):
            if not self._pruning or isinstance(message, events.Unmount) or not cls.__module__.startswith(_OURS):
                yield cls, method


class Page(_Leaving[ScreenResultType]):
    """A screen that takes the whole terminal; only what changed of it is painted."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LeanCompositor()
        self._was_shown = False

    # ------------------------------------------------------------------ styled and laid out once when it opens

    def _post_register(self, app: App[Any]) -> None:
        """Take on the classes of the terminal's width: Textual does once all is laid out, and styles it anew then."""
        super()._post_register(app)
        self.add_class(*self.classes_of(app.size.width), update=False)

    def classes_of(self, width: int) -> set[str]:
        """The classes of a terminal that is so many cells wide."""
        return self._get_breakpoint_classes(width, self.app.HORIZONTAL_BREAKPOINTS or [])

    def begin_at(self, widget: Focused) -> Focused:
        """Have a widget begin with the focus that it gets: else it is styled without it first, and then again."""
        widget.set_reactive(Widget.has_focus, self.app.app_focus)
        return widget

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        event.refresh_styles = event.refresh_styles and self._was_shown  # when it opens all was styled a moment ago
        self._was_shown = True

    def _screen_resized(self, size: Size) -> None:
        if size != self._compositor.size:  # it hears of its first size too, for which it was just laid out
            super()._screen_resized(size)

    # ------------------------------------------------------------------ painted

    def _compositor_refresh(self) -> None:
        # Textual would put the rows together while nothing may be shown, and throw them away.
        if not self.app._batch_count:  # noqa: SLF001 - nothing public tells
            super()._compositor_refresh()

    def paint_now(self) -> None:
        """Paint all of it, laid out anew if need be, once: what is due to be painted in a moment is painted with it."""
        self._update_timer.pause()
        layout, self._layout_required = self._layout_required, False
        self._scroll_required = self._repaint_required = False
        self._dirty_widgets.clear()
        self._dirty_widgets.add(self)
        if layout:
            self._refresh_layout()  # which paints
        else:
            self._compositor.update_widgets(self._dirty_widgets)
            self._compositor_refresh()
        self.call_next(self._invoke_and_clear_callbacks)

    async def _invoke_and_clear_callbacks(self) -> None:
        if not is_opening(self.app):  # nothing was painted yet, after which these are to be called
            await super()._invoke_and_clear_callbacks()


class Window(ModalScreen[ScreenResultType], _Leaving[ScreenResultType]):  # the first one's styles count
    """A screen that lies over another one."""


class Ground(Page[None]):
    """What lies below all other screens: nothing, not even room for a notice, which is shown on the one on top."""

    def _extend_compose(self, widgets: list[Widget]) -> None:
        pass
