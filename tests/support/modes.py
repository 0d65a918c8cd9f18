"""In which modes a program left its terminal: what the bytes switched on and never off, and the driver's settings."""

import re
import termios
from typing import Any

from terminal import Terminal

_SWITCH = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
AT_REST = {7: True, 25: True}
"""Modes that are on in a terminal that nobody uses (line wrap, cursor); all others are off."""


def left_on(received: bytes) -> list[str]:
    """What these bytes leave otherwise than they found it: screen, cursor, mouse, paste, frames, keyboard protocol."""
    modes: dict[int, bool] = {}
    for numbers, switch in _SWITCH.findall(received):
        modes |= {int(number): switch == b"h" for number in numbers.split(b";")}
    wrong = [f"mode {mode} is {on}" for mode, on in modes.items() if on != AT_REST.get(mode, False)]
    pushed, popped = len(re.findall(rb"\x1b\[>\d+u", received)), received.count(b"\x1b[<u")
    return wrong + (["the keyboard protocol is on"] if pushed > popped else [])


def settings(terminal: Terminal) -> list[Any]:
    """The terminal driver's settings: echo, lines, signals, and the rest."""
    return termios.tcgetattr(terminal._fd)
