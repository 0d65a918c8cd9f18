"""brat's `annotation.conf`: the types of a collection, each with what it may stand on."""

import re
from collections.abc import Iterable, Iterator

from ..schema.errors import BadInput
from .brat_lines import Event, Other, TextBound, parse, split_role

_NAME = re.compile(r"[\w.+-]+")
_MANY = 500


class Configuration:
    """Collects the types that files use."""

    def __init__(self) -> None:
        self._entities: set[str] = set()
        self._triggers: set[str] = set()
        self._events: dict[str, dict[str, set[str]]] = {}
        self._relations: dict[str, dict[str, set[str]]] = {}
        self._groups: set[str] = set()
        self._attributes: dict[str, tuple[set[str], set[str]]] = {}

    def add(self, lines: Iterable[str]) -> None:
        """Add what the lines of a file use."""
        for line in lines:
            try:
                self._add(line)
            except BadInput:
                continue

    def _add(self, line: str) -> None:
        if line.startswith("#"):
            return
        said = parse(line)
        if isinstance(said, TextBound):
            self._entities.add(said.type)
        elif isinstance(said, Event):
            self._triggers.add(said.type)
            _add_roles(self._events.setdefault(said.type, {}), said.args)
        elif said.id[0] == "R":
            args = [tuple(arg.split(":", 1)) for arg in said.line.split("\t")[1].split()[1:]]
            _add_roles(self._relations.setdefault(said.type, {}), args)
        elif said.id[0] == "*":
            self._groups.add(said.type)
        elif said.id[0] in "AM":
            self._add_attribute(said)

    def _add_attribute(self, said: Other) -> None:
        targets, values = self._attributes.setdefault(said.type, (set(), set()))
        targets.add(_kind(said.refs[0]))
        if said.rest and len(values) < _MANY and "|" not in said.rest and "," not in said.rest:
            values.add(said.rest)

    def lines(self) -> Iterator[str]:
        """The lines of the file. A name that brat's configuration cannot hold is left out of it."""
        yield "[entities]"
        yield from _named(self._entities - self._triggers)
        yield ""
        yield "[relations]"
        for name in _named(self._relations):
            yield f"{name}\t{_roles(self._relations[name], '')}"
        for name in _named(self._groups - self._relations.keys()):
            yield f"{name}\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive"
        yield "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>"
        yield ""
        yield "[events]"
        for name in _named(self._events):
            yield f"{name}\t{_roles(self._events[name], '*')}".rstrip()
        yield ""
        yield "[attributes]"
        for name in _named(self._attributes):
            targets, values = self._attributes[name]
            valued = f", Value:{'|'.join(sorted(values, key=_as_number))}" if values else ""
            yield f"{name}\tArg:{'|'.join(sorted(targets))}{valued}"


def _add_roles(known: dict[str, set[str]], args: Iterable[tuple[str, ...]]) -> None:
    for role, id_ in args:
        known.setdefault(role if role.startswith("Arg") else split_role(role)[0], set()).add(_kind(id_))


def _kind(id_: str) -> str:
    return {"T": "<ENTITY>", "E": "<EVENT>"}.get(id_[0], "<RELATION>")


def _roles(roles: dict[str, set[str]], often: str) -> str:
    return ", ".join(f"{role}{often}:{'|'.join(sorted(roles[role]))}" for role in _named(roles))


def _named(names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if _NAME.fullmatch(name))


def _as_number(value: str) -> tuple[int, str]:
    return (int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0, value)
