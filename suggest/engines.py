"""The engines that propose attributions: our rules, and whatever else is installed, behind one small protocol.

An engine is an object with a `name`, a `version` and `suggest(text)`; an installed package enters it under
`onrecord.suggesters`. The rules are always there; any other is asked only when a person names it.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.metadata import entry_points
from typing import Protocol, runtime_checkable

from ..schema.errors import BadInput, OnrecordError
from ..schema.validity import check_name
from . import engine as rules
from .engine import Suggestion

GROUP = "onrecord.suggesters"
RULES = "rules"
"""The engine that is asked when nobody names one."""


@runtime_checkable
class Engine(Protocol):
    """What proposes attributions. `name` and `version` together sign what it proposes."""

    name: str
    version: str

    def suggest(self, text: str) -> Iterable[Suggestion]:
        """The attributions that it finds in a text; offsets are code points."""
        ...


class _Rules:
    """Our own rules as an engine."""

    name, _, version = rules.ENGINE.rpartition(" ")

    def suggest(self, text: str) -> Iterable[Suggestion]:
        return rules.suggest(text)


def rule_engine() -> Engine:
    """Our own rules, for an entry point like any other's."""
    return _Rules()


@lru_cache(1)
def known() -> tuple[str, ...]:
    """The names of the engines that are installed, in alphabetical order."""
    return tuple(sorted({entry.name for entry in entry_points(group=GROUP)}))


def engine(name: str = RULES, **options: str) -> Engine:
    """The engine of a name; `options` are those that it takes (a model's name, say).

    Raises:
        BadInput: there is none, or it is no engine, or takes no such option.
        MissingExtra: it needs an optional part.
    """
    entry = next((each for each in entry_points(group=GROUP) if each.name == name), None)
    if entry is None:
        raise BadInput(f"there is no engine {name!r}; choose one of: {', '.join(known())}")
    try:
        make: Callable[..., object] = entry.load()
        made = make(**{key: value for key, value in options.items() if value})
    except OnrecordError:
        raise
    except Exception as error:  # noqa: BLE001 - an engine may be anybody's
        raise BadInput(f"the engine {name!r} cannot be used ({type(error).__name__}: {error})") from None
    if not isinstance(made, Engine):
        raise BadInput(f"the engine {name!r} is none: it has no name, version and suggest(text)")
    check_name(signature(made))
    return made


def signature(made: Engine) -> str:
    """How an engine signs what it proposes: name and version."""
    return f"{made.name} {made.version}"
