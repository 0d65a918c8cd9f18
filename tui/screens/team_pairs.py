"""One layer of agreement, for each pair of annotators: who reads the guideline otherwise."""

from collections.abc import Callable, Iterator

from textual import on
from textual.content import Content
from textual.message import Message
from textual.worker import get_current_worker

from ...measure.agreement import LAYER_NAMES, Agreement, Figure, Options, agreement
from ...measure.teamwork import SHOWN
from ...report import plots
from .. import actions, crash
from ..widgets.cells import cell, row
from ..widgets.mention_card import one_line
from ..widgets.team_row import figure_cells
from ..widgets.wording import count
from .section_page import Entry, SectionPage, heading, plain
from .team import Overtaken
from .team_sections import about_figure

_NAMES = 30


class Paired(Message):
    """The layer was measured by pairs; `problem` says why not."""

    def __init__(self, found: Agreement | None, problem: str = "") -> None:
        super().__init__()
        self.found, self.problem = found, problem


class TeamPairs(SectionPage):
    """Each figure of a layer, the pair that agrees least first."""

    BINDINGS = actions.bindings("pairs")
    place = "pairs"

    def __init__(self, layer: str) -> None:
        super().__init__()
        self._layer = next(each for each in LAYER_NAMES if each == layer)
        self._found: Agreement | None = None
        self._problem = ""

    def on_mount(self) -> None:
        """Measure beside the screen."""
        super().on_mount()
        self.query_one("#head").display = False

    def reload(self) -> None:
        """Measure anew, if nothing was measured yet: what is looked at stays as it is."""
        if self._found is None:
            self.run_worker(self._measured_beside, thread=True, exclusive=True, exit_on_error=False)
        self._show()

    def _measured_beside(self) -> None:
        project, worker, layer = self.onrecord.project, get_current_worker(), self._layer

        def told(*_: int) -> None:
            if worker.is_cancelled:
                raise Overtaken

        options = Options(layer=layer, by="annotator", documents="submitted")
        try:
            message = Paired(project.look(lambda connection: agreement(connection, options, told)))
        except Overtaken:
            return
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the person hears of it
            message = Paired(None, crash.sentence(error))
        if not worker.is_cancelled:
            self.post_message(message)

    @on(Paired)
    def _paired(self, message: Paired) -> None:
        self._found, self._problem = message.found, message.problem
        self._show()

    # ------------------------------------------------------------------ showing

    def _show(self) -> None:
        found = self._found
        pairs = len({each.of for each in found.figures}) if found else 0
        said = f"{count(pairs, 'pair')} on {count(found.documents, 'document')}" if found else ""
        self.set_header(f"Agreement by pairs: {self._layer}", said, "" if found or self._problem else "comparing …")
        self.show_entries(list(self._entries()))

    def _entries(self) -> Iterator[Entry]:
        if self._found is None or not self._found.figures:
            said = self._problem or ("comparing …" if self._found is None else "there is nothing to compare")
            yield heading("Pairs")
            yield plain(("none", "pairs"), said)
            return
        for measure in SHOWN[self._layer]:
            some = [each for each in self._found.figures if each.measure == measure]
            for label in sorted({each.label for each in some}):
                yield from self._section(measure, [each for each in some if each.label == label])

    def _section(self, measure: str, figures: list[Figure]) -> Iterator[Entry]:
        label = one_line(figures[0].label)
        yield heading(" ".join(filter(None, (measure.replace("_", " "), label))), "the least first")
        least = plots.least_of([each.low if each.low is not None else each.value for each in figures])
        for each in sorted(figures, key=lambda each: (each.value is None, each.value or 0, each.of)):
            yield Entry(("pair", each.id), self._painter(each, least), self._teller(each))

    def _painter(self, each: Figure, least: float) -> Callable[[int], Content]:
        def paint(width: int) -> Content:
            lead = cell(one_line(each.of), min(_NAMES, width // 3), "bold")
            return row(*figure_cells(lead, each, width, least))[1:]

        return paint

    def _teller(self, each: Figure) -> Callable[[], Content]:
        return lambda: about_figure(each, "by outlet and document: onrecord agree --by")

    def action_open(self) -> None:
        """Nothing: a pair is a number."""
        self.say("There is nothing to open here; the documents of the team tell where annotators differ")
