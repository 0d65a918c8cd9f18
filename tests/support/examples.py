"""How many examples a property that takes long is tried on: a few in every run, ten times as many in the long one."""

import os

from hypothesis import settings

_TIMES = 10 if os.environ.get("ONRECORD_LONG") else 1


def examples(number: int) -> settings:
    """Settings of a property: so many examples, and ten times as many with `make test-long`."""
    return settings(max_examples=number * _TIMES)
