"""Who leads a project that nobody has worked in yet: whoever opens it first to work."""

from typing import TYPE_CHECKING

from . import team

if TYPE_CHECKING:
    from .ledger import Ledger


def found(ledger: "Ledger") -> bool:
    """Let the annotator of a ledger lead its project, as an act of its own, unless somebody has worked in it."""
    if ledger.connection.execute("SELECT 1 FROM annotators UNION ALL SELECT 1 FROM members LIMIT 1").fetchone():
        return False
    with ledger.act() as act:
        return team.found(act)
