"""The ways out of the Reader: to the ledger, to the sources, and to what a correction did to the mentions."""

from ...schema import standing
from .reader_modes import ReaderModes


class ReaderWays(ReaderModes):
    """Opening the other screens from a document."""

    def action_ledger(self) -> None:
        """To the ledger, at the claim of the mention in hand."""
        from .ledger import Ledger

        claim = self.desk.mention.claim_id if self.desk.mention else None
        self.app.push_screen(Ledger(standing.merged(self.onrecord.project.connection, claim) if claim else None))

    def action_sources(self) -> None:
        """To the sources."""
        from .sources import Sources

        self.app.push_screen(Sources())
