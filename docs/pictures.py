"""The pictures in these docs: the app itself with the demo project, driven by keys, and drawn as SVG.

The same code always gives the same bytes: the settings, the project and the size are fixed, and what Rich makes up for
each picture (ids, fonts from the web) is replaced.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from onrecord.demo.build import build
from onrecord.tui.app import OnrecordApp
from onrecord.tui.screens.reader import Reader


class Picture(NamedTuple):
    """A screen of the app: who sees it, in a terminal of which size, and the keys that lead there from the library."""

    title: str
    annotator: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()


PICTURES = {
    "library.svg": Picture("onrecord: the Library", "tomasz", (120, 14)),
    "screenshot.svg": Picture("onrecord: the Reader", "ines", (120, 36), ("j", "j", "j", "enter", "tab")),
}
"""By their names in docs/."""

_FONT_FACES = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_MADE_UP_ID = re.compile(r"terminal-\d+")
_FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


async def draw_all() -> dict[str, str]:
    """Every picture by its name in docs/."""
    return {name: await draw(picture) for name, picture in PICTURES.items()}


async def draw(picture: Picture) -> str:
    """The app's screen as SVG, the same bytes every time."""
    with tempfile.TemporaryDirectory() as folder, _own_home(Path(folder)):
        project = Path(folder) / "story.db"
        build(project)
        app = OnrecordApp(project, annotator=picture.annotator)
        async with app.run_test(size=picture.size) as pilot:
            await pilot.pause()
            for key in picture.keys:
                await pilot.press(key)
                await pilot.pause()
                while isinstance(app.screen, Reader) and not app.screen.desk.tray.offers:
                    await pilot.pause(0.02)
            return _steady(app.export_screenshot(title=picture.title, simplify=True))


def _steady(svg: str) -> str:
    svg = _FONT_FACES.sub("", svg)
    svg = _MADE_UP_ID.sub("t", svg)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {_FONTS}")
    return "\n".join(line.rstrip() for line in svg.splitlines() if line.strip()) + "\n"


@contextmanager
def _own_home(folder: Path) -> Iterator[None]:
    """Settings and environment of nobody in particular."""
    before = dict(os.environ)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(folder / name)
    for name in ("ONRECORD_ANNOTATOR", "NO_COLOR", "FORCE_COLOR"):
        os.environ.pop(name, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
