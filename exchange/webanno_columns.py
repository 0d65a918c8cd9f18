"""The header of a WebAnno TSV file: which layers and features its columns are."""

import re
from typing import Literal

from msgspec import Struct

from ..schema.errors import BadInput

Kind = Literal["feature", "bare", "role", "target", "relation", "base", "link", "element"]
_ROLE = re.compile(r"ROLE_[^:|]*:(.+?)(?:_([A-Za-z][\w.]*))?")
_MOST = 2000


class Column(Struct, frozen=True):
    """A column: what it holds, its layer and feature, and the layer of what it refers to."""

    kind: Kind
    layer: str
    feature: str = ""
    hint: str = ""


class Columns:
    """The columns in their order; `kinds` are the pairs of a layer and what a column of it holds."""

    def __init__(self) -> None:
        self.all: list[Column] = []
        self.kinds: set[tuple[str, Kind]] = set()

    def declare(self, line: str) -> None:
        """Take in a line that declares a layer.

        Raises:
            BadInput: it declares none.
        """
        head, _, rest = line.partition("=")
        layer, *names = rest.split("|")
        if head not in ("#T_SP", "#T_RL", "#T_CH") or not layer.strip():
            raise BadInput("declares no layer; a header line begins with #T_SP=, #T_RL= or #T_CH= and the layer's name")
        if any(column.layer == layer for column in self.all):
            raise BadInput(f"declares the layer {layer[:100]!r} again")
        declare = {"#T_SP": self._span, "#T_RL": self._relation, "#T_CH": self._chain}[head]
        for name in [name for name in names if name] or [""]:
            self.all.append(declare(layer, name))
            self.kinds.add((layer, self.all[-1].kind))
        if len(self.all) > _MOST:
            raise BadInput(f"declares more than {_MOST:,} columns")

    def _span(self, layer: str, name: str) -> Column:
        before = self.all[-1] if self.all else None
        if before and before.layer == layer and before.kind == "role":
            return Column("target", layer, before.feature, name)
        role = _ROLE.fullmatch(name)
        if role:
            return Column("role", layer, role[1], role[2] or "")
        return Column("feature" if name else "bare", layer, name)

    @staticmethod
    def _relation(layer: str, name: str) -> Column:
        return Column("base", layer, "", name[3:]) if name.startswith("BT_") else Column("relation", layer, name)

    @staticmethod
    def _chain(layer: str, name: str) -> Column:
        return Column("link" if name == "referenceRelation" else "element", layer, name)
