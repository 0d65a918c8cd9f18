"""The rules that tie what is said to whoever says it, tried at each cue of a text from left to right.

Each rule is a method that answers with a `Report` or None; the first that fits is taken. What lies inside something
already found is not looked at again: a report within a report belongs to what is said.
"""

from collections.abc import Iterator

from .cue_groups import Cue, cue_at
from .extents import clause_before, clause_end, following, going_on, past_asides, quoted_before, said_from
from .page import Page, Piece
from .reports import Report, Step
from .verbless import according, hearsay, noun, transcript

_ENDS = frozenset((".", ",", ";", "\n", "?", "!", ")"))
_SHORT_LEAD = 5
_NEAR = 12


class Reader:
    """Goes through a page from cue to cue. `found` grows from left to right."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[Report] = []
        self._done = 1

    def read(self) -> list[Report]:
        """All that is reported on the page, in the order of the cues."""
        page, cues = self.page, self.page.book.words
        for i in [i for i, word in enumerate(page.lower) if word in cues]:
            if i >= self._done and page.quote_at(i) is None:
                for report in self._at(i):
                    self._take(report)
        return self.found

    def _take(self, report: Report) -> None:
        """Keep a report; what was found inside it before goes."""
        report = self._with_cited(report)
        first = report.content[0][0]
        while self.found and self.found[-1].content[0][0] >= first and self.found[-1].end <= report.end:
            if self.found[-1].content == report.content:
                break
            self.found.pop()
        self.found.append(report)
        quotes = [piece for piece in report.content[1:] if self.page.quote_from(piece[0]) == piece]
        ends = [piece[1] for piece in report.content if piece not in quotes]
        self._done = max(self._done, *ends, *(step.cue[1] for step in report.steps if step.cue))

    def _with_cited(self, report: Report) -> Report:
        """The paper, citing two officials, reported that it fell: whom it cites is the next link."""
        before = self.found[-1] if self.found else None
        if before is None or before.steps[-1].source != report.steps[-1].source or len(before.steps) > 1:
            return report
        for citing, said in ((before, report), (report, before)):
            thing = citing.content[0]
            is_cited = citing.verb and citing.verb.effect == "relay" and citing.verb.form == "going"
            if is_cited and thing[0] in self.page.begins and said.steps[-1].cue and said.verb is not citing.verb:
                self.found.pop()
                self._done = max(self._done, citing.end)
                cited = (thing[0], self.page.begins[thing[0]])
                steps = (said.steps[0]._replace(relay=True), Step(cited, citing.steps[-1].cue))
                return said._replace(steps=steps)
        return report

    def _at(self, i: int) -> Iterator[Report]:
        page, word, book = self.page, self.page.lower[i], self.page.book
        if word in book.phrases and (report := according(page, i, self._done)):
            yield report
        elif word == ":":
            yield from filter(None, [transcript(page, i)])
        elif word in book.hearsay.adverbs:
            yield from filter(None, [hearsay(page, i)])
        elif word in book.verbs and (cue := cue_at(self.page, i)):
            yield from self._verb(cue)
        elif word in book.nouns or word in book.unnamed:
            yield from filter(None, [noun(page, i)])

    # ----------------------------------------------------------------- verbs

    def _verb(self, cue: Cue) -> Iterator[Report]:
        first, limit = self.page.sentence(cue.head)
        floor = max(first, 1)
        if cue.passive:
            passive = self._quoted_as(cue, floor, limit) or self._no_answer(cue, floor, limit)
            yield from filter(None, [passive or self._passive(cue, floor, limit)])
            return
        source = self._source(cue, floor)
        if source is None and cue.verb.effect == "ask" and cue.verb.form == "either":
            yield from filter(None, [self._asked(cue, limit)])
            return
        report = (
            self._inverted(cue, limit)
            or self._relayed(cue, source, limit)
            or self._after_quotation(cue, source, limit)
            or self._broken(cue, source, limit)
            or self._indirect(cue, source, limit)
            or self._before(cue, source, limit)
            or self._as_said(cue, source, limit)
            or self._thing_before(cue, source)
        )
        if report:
            yield report
            yield from self._unnamed_in(report)

    def _source(self, cue: Cue, floor: int) -> Piece | None:
        """Who says it: the subject, or that of the verb before where this one has none of its own."""
        page = self.page
        if cue.infinitive:
            return None
        if cue.going and cue.first in page.ends:
            return page.subject(cue.first, floor)
        if cue.going or page.lower[cue.first - 1] in ("and", "but", "then", "or"):
            return self._speaker_in(floor) or self._first_phrase(floor, cue.first)
        return page.subject(cue.first, floor)

    def _speaker_in(self, floor: int) -> Piece | None:
        """The last source in the sentence that begins at `floor`."""
        for report in self.found[-1:]:
            source = report.steps[-1].source
            if source and source[0] >= floor:
                return source
        return None

    def _first_phrase(self, floor: int, before: int) -> Piece | None:
        page = self.page
        for i in range(floor, min(before, floor + 40)):
            free = i == floor or page.lower[i - 1] not in page.book.grammar.preposition
            if free and page.begins.get(i, before + 1) <= before:
                return i, page.begins[i]
        return None

    def _report(self, rule: str, cue: Cue, source: Piece | None, *content: Piece) -> Report:
        at = cue.first - 1
        who = source is not None and source[1] <= at and self.page.lower[at] in self.page.book.grammar.relative
        step = Step(source, (cue.first, cue.last), relative=(at, cue.first) if who else None)
        return Report(rule, content, (step,), cue.verb, cue.negated)

    def _inverted(self, cue: Cue, limit: int) -> Report | None:
        """“The bridge fell,” said the mayor. “Twice.”"""
        page = self.page
        quote = page.quote_before(cue.first)
        after = page.begins.get(cue.last)
        if after is None or cue.verb.frame not in ("speak", "tell") or cue.first != cue.head:
            return None
        if set(page.letters[cue.last : after]) <= {"M"}:
            return None
        if quote:
            rest = going_on(page, after, limit)
            content = quoted_before(page, quote, self._done)
            return self._report("quotation, verb first", cue, (cue.last, after), content, *rest)
        if page.lower[cue.first - 1] != "," or cue.going or page.quote_at(cue.first - 2):
            return None
        if cue.first - 1 in page.ends and page.lower[after] not in (".", "\n", ","):
            return None
        clause = clause_before(page, cue.first - 1)
        return self._report("clause before, verb first", cue, (cue.last, after), clause) if clause else None

    def _after_quotation(self, cue: Cue, source: Piece | None, limit: int) -> Report | None:
        """“The bridge fell,” the mayor told us. “Twice.”"""
        page = self.page
        if source is None or cue.verb.frame == "judge" or cue.going:
            return None
        quote = self._quote_near(source[0]) if source[1] <= cue.first else None
        if quote is None or quote[0] < self._done - 1:
            return None
        rest = going_on(page, cue.last, limit)
        after = past_asides(page, cue.last, limit)
        if page.lower[after] == "that":
            return None
        content = quoted_before(page, quote, self._done)
        return self._report("quotation, then who", cue, source, content, *rest)

    def _quote_near(self, source: int) -> Piece | None:
        """The quotation before a source, or before the words that go with it: “It fell,” a weary Rui said."""
        page = self.page
        for at in range(source, max(source - _NEAR, 1), -1):
            if quote := page.quote_before(at):
                return quote
            if page.lower[at - 1] in _ENDS or page.lower[at - 1] in page.book.verbs:
                break
        return None

    def _broken(self, cue: Cue, source: Piece | None, limit: int) -> Report | None:
        """The bridge, the mayor said, fell twice."""
        page = self.page
        if source is None or page.lower[source[0] - 1] != "," or cue.verb.frame == "judge" or cue.going:
            return None
        after = past_asides(page, cue.last, limit)
        if page.lower[after] != "," or after >= limit:
            return None
        head = clause_before(page, source[0] - 1)
        tail = said_from(page, after + 1, limit)
        if tail is None:
            return None
        lead = page.lower[head[0]] if head else ""
        is_lead = lead in page.book.grammar.opening or lead in page.book.grammar.preposition
        if head is None or (is_lead and head[1] - head[0] <= _SHORT_LEAD):
            return self._report("clause after", cue, source, tail)
        return self._report("clause broken by who", cue, source, head, tail)

    def _indirect(self, cue: Cue, source: Piece | None, limit: int) -> Report | None:
        """The mayor said on Monday that the bridge fell."""
        page = self.page
        if source is None or source[1] > cue.first:
            return None
        content = following(page, cue, limit)
        if content is None or page.lower[content[0]] in page.book.grammar.be:  # "a plan that she says is dead"
            return None
        is_strict = cue.verb.lemma in page.book.grammar.strict and page.lower[cue.head + 1] not in cue.verb.takes
        if is_strict and not self._is_clause(content[0]):
            return None
        if page.quote_from(content[0]) == content:
            rest = going_on(page, content[1], content[1])
            return self._report("who, then quotation", cue, source, content, *rest)
        rule = "clause after" if cue.verb.frame != "judge" else "thing after"
        return self._report(rule, cue, source, content)

    def _is_clause(self, first: int) -> bool:
        page = self.page
        return (
            page.lower[first] in page.book.grammar.opener or page.letters[first] == "O" or bool(page.quote_from(first))
        )

    def _before(self, cue: Cue, source: Piece | None, limit: int) -> Report | None:
        """The bridge fell, the mayor said."""
        page = self.page
        if source is None or page.lower[source[0] - 1] != "," or cue.verb.frame not in ("speak", "tell", "think"):
            return None
        after = past_asides(page, cue.last, limit)
        if after < limit and page.lower[after] not in _ENDS:
            return None
        clause = clause_before(page, source[0] - 1)
        return self._report("clause before", cue, source, clause) if clause else None

    def _as_said(self, cue: Cue, source: Piece | None, limit: int) -> Report | None:
        """As the mayor said, the bridge fell."""
        page = self.page
        if source is None or page.lower[source[0] - 1] != "as" or cue.verb.frame not in ("speak", "tell"):
            return None
        after = past_asides(page, cue.last, limit)
        if page.lower[source[0] - 2] == "," and (after >= limit or page.lower[after] in _ENDS):
            content = clause_before(page, source[0] - 2)
        else:
            content = said_from(page, after + 1, limit) if page.lower[after] == "," else None
        return self._report("as somebody said", cue, source, content) if content else None

    def _thing_before(self, cue: Cue, source: Piece | None) -> Report | None:
        """The plan that the mayor supported fell through."""
        page = self.page
        if source is None or cue.verb.frame not in ("judge", "think") or page.lower[cue.last] not in _ENDS:
            return None
        end = source[0] - (page.lower[source[0] - 1] in page.book.grammar.relative)
        first = page.ends.get(end)
        if first is None or first < self._done:
            return None
        return self._report("thing before", cue, source, (first, end))

    def _asked(self, cue: Cue, limit: int) -> Report | None:
        """Asked by the Herald whether it fell, she left."""
        page, at = self.page, cue.last
        by = None
        if page.lower[at] == "by" and (last := page.begins.get(at + 1)):
            by, at = (at + 1, last), last
        at = past_asides(page, at, limit) if page.lower[at] != "about" else at + 1
        if page.lower[at] not in page.book.grammar.opener and page.lower[at - 1] != "about":
            return None
        end = next((i for i in range(at, min(limit, at + 60)) if page.lower[i] == ","), limit)
        return self._report("told in the passive", cue, by, (at, end)) if end > at else None

    # ---------------------------------------------------- relays and passives

    def _relayed(self, cue: Cue, source: Piece | None, limit: int) -> Report | None:
        """The paper quoted a guard as saying that the bridge fell."""
        if cue.verb.effect != "relay" or source is None:
            return None
        page = self.page
        last = page.after_phrases(cue.last, limit)
        inner = self._as_saying(last, limit)
        if last == cue.last or inner is None:
            return None
        content = following(page, inner, limit)
        if content is None:
            return None
        steps = (
            Step(source, (cue.first, cue.last), relay=True),
            Step((cue.last, page.begins[cue.last]), (inner.first, inner.last)),
        )
        return Report("relay", (content,), steps, inner.verb, inner.negated)

    def _quoted_as(self, cue: Cue, floor: int, limit: int) -> Report | None:
        """A guard was quoted by the paper as saying that the bridge fell."""
        if cue.verb.effect != "relay":
            return None
        page, source = self.page, self.page.subject(cue.first, floor)
        after, agent = cue.last, None
        if page.lower[after] == "by" and (last := page.begins.get(after + 1)):
            agent, after = (after + 1, last), last
        inner = self._as_saying(past_asides(page, after, limit), limit) or self._as_saying(after, limit)
        if source is None or inner is None:
            return None
        content = following(page, inner, limit)
        if content is None:
            return None
        steps = (Step(agent, (cue.first, cue.last), relay=True), Step(source, (inner.first, inner.last)))
        return Report("relay in the passive", (content,), steps, inner.verb, inner.negated)

    def _as_saying(self, at: int, limit: int) -> Cue | None:
        page = self.page
        for i in range(at, min(at + 2, limit)):
            verb = page.book.verbs.get(page.lower[i])
            if verb and verb.form == "going":
                cue = cue_at(page, i)
                return cue._replace(first=i - (page.lower[i - 1] == "as")) if cue else None
            if page.lower[i] != "as":
                break
        return None

    def _no_answer(self, cue: Cue, floor: int, limit: int) -> Report | None:
        """The mayor could not be reached for comment."""
        source = self.page.subject(cue.first, floor)
        if cue.verb.effect != "answer" or not cue.negated or source is None or cue.last >= limit:
            return None
        return self._report("no answer", cue, source, (cue.last, limit))

    def _passive(self, cue: Cue, floor: int, limit: int) -> Report | None:
        """The mayor is said to have left; the mayor was criticised by the press; he was told that it fell."""
        page = self.page
        subject = page.subject(cue.first, floor)
        last = page.begins.get(cue.last + 1)
        if page.lower[cue.last] == "by" and last and cue.verb.lemma not in page.book.grammar.strict:
            by = (cue.last + 1, last)
            content = subject or said_from(page, last, limit)
            return self._report("passive with by", cue, by, content) if content else None
        if cue.verb.lemma in page.book.hearsay.passives and page.lower[cue.last] in ("to", "that", "as"):
            tail = (cue.last, clause_end(page, cue.last, limit))
            if tail[1] <= tail[0]:
                return None
            head = [subject] if subject and page.lower[subject[0]] != "it" else []
            return self._report("said by nobody", cue, None, *head, tail)
        if cue.verb.frame == "tell" and (content := following(page, cue, limit)):
            return self._report("told in the passive", cue, None, content)
        return None

    def _unnamed_in(self, report: Report) -> Iterator[Report]:
        """The mayor denied reports that the bridge fell: what is denied has an origin of its own."""
        page = self.page
        if not report.verb or report.verb.effect not in ("deny", "reject", "confirm"):
            return
        first, last = report.content[0]
        end = page.begins.get(first)
        if end and end < last and page.letters[end - 1] == "U" and page.lower[end] in ("that", "of", "about"):
            start = end + (page.lower[end] != "that")
            content = ((start, last), *report.content[1:])
            self.found[-1] = report._replace(content=content)
            yield Report("unnamed reports", content, (Step((first, end), None),))
