"""A list of options that holds still while there is no room to lay it out."""

from textual.geometry import Size
from textual.widgets import OptionList


class Options(OptionList):
    """Textual's list; in a terminal too small to show any of it, it has no rows and no pages."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The rows of all options; without columns to wrap them in, one."""
        return super().get_content_height(container, viewport, width) if width > 0 else 1

    def action_page_down(self) -> None:
        """A page down, once there are pages."""
        if self.size:
            super().action_page_down()  # type: ignore[no-untyped-call]

    def action_page_up(self) -> None:
        """A page up, once there are pages."""
        if self.size:
            super().action_page_up()  # type: ignore[no-untyped-call]
