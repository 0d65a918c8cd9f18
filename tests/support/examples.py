"""How many examples a property that takes long is tried on: so many at a desk, a third of them in CI, ten times in the
long run.
"""

import os
from typing import Any

from hypothesis import settings

_FEWEST = 5


def examples(number: int, **more: Any) -> settings:
    """Settings of a property: so many examples, ten times as many with `make test-long`, and a third in CI."""
    if os.environ.get("ONRECORD_LONG"):
        number *= 10
    elif os.environ.get("CI"):
        number = max(number // 3, _FEWEST)
    return settings(max_examples=number, **more)
