"""Every action of the app in one place: its id, its default keys, what it does, and where it belongs.

Bindings, the hint line, the help screen, the palette, the user's keymap and the key table in the docs are all made of
this list. An action's handler is the method `action_NAME` of the screen that its id begins
with; `call` adds arguments.
"""

from collections.abc import Iterable

from msgspec import Struct
from textual.binding import Binding, BindingType


class Action(Struct, frozen=True):
    """One thing that a key can do. `hint` is the word for the hint line; without one the line does not show it."""

    id: str
    keys: str
    help: str
    group: str
    hint: str = ""
    call: str = ""

    @property
    def name(self) -> str:
        """What Textual calls: the handler's name without `action_`, with its arguments if it has any."""
        return self.call or self.id.partition(".")[2]

    @property
    def place(self) -> str:
        """Where it works: `app`, or the name of a screen, as `library` or `reader`."""
        return self.id.partition(".")[0]


def _moves(place: str, thing: str, first: str = "First", last: str = "Last") -> tuple[Action, ...]:
    """Moving in a list of things."""
    return (
        Action(f"{place}.down", "j,down", f"Next {thing}", "Move"),
        Action(f"{place}.up", "k,up", f"Previous {thing}", "Move"),
        Action(f"{place}.page_down", "ctrl+d,pagedown", "A page down", "Move"),
        Action(f"{place}.page_up", "ctrl+u,pageup", "A page up", "Move"),
        Action(f"{place}.first", "g,home", f"{first} {thing}", "Move"),
        Action(f"{place}.last", "G,end", f"{last} {thing}", "Move"),
    )


def _ends(place: str, back: str) -> tuple[Action, ...]:
    """What every list ends with: taking back, doing again, going back."""
    return (
        Action(f"{place}.undo", "u", "Undo your last act", "Change", "undo"),
        Action(f"{place}.redo", "ctrl+r", "Redo", "Change"),
        Action(f"{place}.close", "q,escape", back, "Move", "back"),
    )


def _moments(place: str) -> tuple[Action, ...]:
    """Looking at claims as they were."""
    return (
        Action(f"{place}.as_of", "t", "As of a day or time: by what was published up to then", "Time", "as of"),
        Action(f"{place}.known_at", "T", "As known at a day or time: by what was recorded up to then", "Time"),
    )


ACTIONS = (
    # ------------------------------------------------------------------ everywhere
    Action("app.help", "question_mark", "Show every key of this screen", "Everywhere", "help"),
    Action("app.palette", "ctrl+p", "Find any action by name", "Everywhere"),
    Action("app.guidelines", "ctrl+g", "Show or hide the guidelines", "Everywhere"),
    Action("app.next_theme", "ctrl+t", "Change the theme", "Everywhere"),
    Action("app.rename", "", "Change your name", "Everywhere"),
    Action("app.blind", "", "Open or close the work of others (for leads)", "Everywhere"),
    # ------------------------------------------------------------------ library
    Action("library.open", "enter", "Open the document", "Documents", "open"),
    Action("library.down", "j,down", "Next document", "Move"),
    Action("library.up", "k,up", "Previous document", "Move"),
    Action("library.page_down", "ctrl+d,pagedown", "A page down", "Move"),
    Action("library.page_up", "ctrl+u,pageup", "A page up", "Move"),
    Action("library.first", "g,home", "First document", "Move"),
    Action("library.last", "G,end", "Last document", "Move"),
    Action("library.filter", "slash", "Filter by title, outlet or author as you type", "Find", "filter"),
    Action("library.search", "s", "Search all texts, claims, sources and notes", "Find", "search texts"),
    Action("library.queue", "a", "Your queue, or all documents", "Find"),
    Action("library.ledger", "L", "The ledger: claims across all documents", "Find", "ledger"),
    Action("library.sources", "S", "The sources: who says, denies and confirms what", "Find", "sources"),
    Action("library.adjudicate", "A", "Adjudicate: rule where annotators differ", "Find", "adjudicate"),
    Action("library.team", "T", "The team: progress, agreement, effort, competence", "Find", "team"),
    Action("library.undo", "u", "Undo your last act", "Documents", "undo"),
    Action("library.redo", "ctrl+r", "Redo", "Documents"),
    Action("library.close", "q,escape", "Leave onrecord", "Documents", "quit"),
    # ------------------------------------------------------------------ reader: moving
    Action("reader.next_sentence", "j,down", "Next sentence", "Move", "sentence", call="sentence(1)"),
    Action("reader.previous_sentence", "k,up", "Previous sentence", "Move", call="sentence(-1)"),
    Action("reader.next_word", "w", "Next word", "Move", "word", call="word(1)"),
    Action("reader.previous_word", "b", "Previous word", "Move", call="word(-1)"),
    Action("reader.next_character", "l,right", "Next character", "Move", call="character(1)"),
    Action("reader.previous_character", "h,left", "Previous character", "Move", call="character(-1)"),
    Action("reader.page_down", "ctrl+d,pagedown", "Half a page down", "Move", call="page(1)"),
    Action("reader.page_up", "ctrl+u,pageup", "Half a page up", "Move", call="page(-1)"),
    Action("reader.go", "g", "Press twice: to the start", "Move"),
    Action("reader.start", "home", "To the start", "Move"),
    Action("reader.end", "G,end", "To the end", "Move"),
    Action("reader.next_mention", "tab", "Next mention or suggestion", "Move", "mention", call="mention(1)"),
    Action("reader.previous_mention", "shift+tab", "Previous mention or suggestion", "Move", call="mention(-1)"),
    Action("reader.search", "slash", "Search in this document", "Move"),
    Action("reader.next_hit", "n", "Next find", "Move", call="hit(1)"),
    Action("reader.previous_hit", "N", "Previous find", "Move", call="hit(-1)"),
    # ------------------------------------------------------------------ reader: selecting
    Action("reader.pick", "p", "Pick words: press the letters of the first and the last word", "Select", "pick words"),
    Action("reader.select", "v", "Select while moving", "Select", "select"),
    Action("reader.add_piece", "V", "Keep this piece and select a further one", "Select"),
    Action(
        "reader.start_left",
        "left_square_bracket",
        "Move the start one word to the left",
        "Select",
        call="move_edge('start', -1)",
    ),
    Action(
        "reader.start_right",
        "right_square_bracket",
        "Move the start one word to the right",
        "Select",
        call="move_edge('start', 1)",
    ),
    Action(
        "reader.end_left",
        "left_curly_bracket",
        "Move the end one word to the left",
        "Select",
        call="move_edge('end', -1)",
    ),
    Action(
        "reader.end_right",
        "right_curly_bracket",
        "Move the end one word to the right",
        "Select",
        call="move_edge('end', 1)",
    ),
    # ------------------------------------------------------------------ reader: marking
    Action("reader.sourced", "s", "Sourced: the origin is identified", "Mark", "sourced", call="label('sourced')"),
    Action(
        "reader.anonymous",
        "a",
        "Anonymous: the origin is not identified",
        "Mark",
        "anonymous",
        call="label('anonymous')",
    ),
    Action("reader.denied", "d", "Denied by a party with standing", "Mark", "denied", call="label('denied')"),
    Action(
        "reader.confirmed",
        "c",
        "Confirmed by someone other than the origin",
        "Mark",
        "confirmed",
        call="label('confirmed')",
    ),
    Action(
        "reader.responded",
        "r",
        "Responded: neither denied nor confirmed",
        "Mark",
        "responded",
        call="label('responded')",
    ),
    Action("reader.who", "f", "Who says so: pick the source, then the one behind it", "Mark", "who"),
    Action("reader.evidence", "e", "Evidence: pick the words that show it", "Mark", "evidence"),
    Action("reader.turn", "t", "Turn to the next label of this mention", "Mark"),
    Action("reader.details", "enter", "All details of this mention", "Mark", "details"),
    Action("reader.claim", "equals_sign", "Link to a claim, or state a new one", "Mark", "claim"),
    Action("reader.same_words", "m", "The same words, and the same claim in other words, here or everywhere", "Mark"),
    Action("reader.remarks", "M", "Remarks on this mention: read, answer, or ask whoever adjudicates", "Mark"),
    Action("reader.others", "o", "Show or hide other annotators' mentions", "Mark"),
    Action("reader.suggestions", "full_stop", "Switch suggestions on or off", "Mark"),
    Action("reader.remove", "x,delete", "Remove the mention, or dismiss the suggestion for good", "Mark"),
    Action("reader.undo", "u", "Undo", "Mark", "undo"),
    Action("reader.redo", "ctrl+r", "Redo", "Mark"),
    # ------------------------------------------------------------------ reader: documents
    Action("reader.submit", "space", "Submit this document and open the next one that is to do", "Documents", "submit"),
    Action("reader.skip", "", "Skip this document and open the next one that is to do", "Documents"),
    Action("reader.flag", "exclamation_mark", "Flag this document with a note", "Documents"),
    Action("reader.next_document", "greater_than_sign", "Next document", "Documents", call="document(1)"),
    Action("reader.previous_document", "less_than_sign", "Previous document", "Documents", call="document(-1)"),
    Action("reader.cancel", "escape", "Let go of the selection", "Documents"),
    Action("reader.ledger", "L", "The ledger, at the claim of the mention in hand", "Documents"),
    Action("reader.sources", "S", "The sources", "Documents"),
    Action("reader.adjudicate", "A", "Adjudicate this document: rule where annotators differ", "Documents"),
    Action("reader.revision", "R", "Corrected article: review the mentions of its old version", "Documents"),
    Action("reader.close", "q", "Back to where you came from", "Documents", "back"),
    # ------------------------------------------------------------------ ledger
    Action("ledger.open", "enter", "Open the claim: its history, mentions, origins and relations", "Claims", "open"),
    *_moves("ledger", "claim"),
    Action("ledger.filter", "slash", "Filter by words as you type", "Find", "filter"),
    Action("ledger.standing", "f", "Only claims of one standing", "Find", "standing"),
    Action("ledger.outlet", "o", "Only claims that one outlet worded", "Find", "outlet"),
    Action("ledger.search", "s", "Search all texts, claims, sources and notes", "Find"),
    *_moments("ledger"),
    Action("ledger.merge", "m", "Mark this claim; on another, merge it with the marked one", "Change", "merge"),
    Action("ledger.same", "equals_sign", "Merge with a claim that is looked for", "Change"),
    Action("ledger.relate", "r", "Tie to another claim: narrower than, contradicts, same as", "Change", "relate"),
    Action("ledger.split", "x", "Split from all that it was merged with", "Change"),
    Action("ledger.reword", "w", "Reword the claim", "Change"),
    Action("ledger.sources", "S", "The sources", "Claims"),
    *_ends("ledger", "Take the filters away, or go back"),
    # ------------------------------------------------------------------ one claim
    Action("claim.open", "enter", "Jump to the mention, or open the claim or the source", "Claim", "go there"),
    *_moves("claim", "row"),
    Action("claim.section", "tab", "Next section", "Move", "section", call="section(1)"),
    Action("claim.section_back", "shift+tab", "Previous section", "Move", call="section(-1)"),
    Action("claim.marks", "a", "All marks, or only those that changed the standing", "Claim", "all marks"),
    *_moments("claim"),
    Action("claim.relate", "r", "Tie to another claim: narrower than, contradicts, same as", "Change", "relate"),
    Action("claim.same", "equals_sign", "Merge with a claim that is looked for", "Change"),
    Action("claim.split", "x", "Cut the relation, or split off the merged claim, under the cursor", "Change"),
    Action("claim.reword", "w", "Reword the claim", "Change", "reword"),
    *_ends("claim", "Back"),
    # ------------------------------------------------------------------ sources
    Action("sources.open", "enter", "Open the source: what it says, denies and confirms", "Sources", "open"),
    *_moves("sources", "source"),
    Action("sources.filter", "slash", "Filter by words as you type", "Find", "filter"),
    Action("sources.sort", "f", "Only persons, institutions or unnamed sources", "Find", "sort"),
    Action("sources.merge", "m", "Mark this source; on another, merge it with the marked one", "Change", "merge"),
    Action("sources.same", "equals_sign", "Merge with a source that is looked for", "Change"),
    Action("sources.probably", "p", "Probably the same as another, with a certainty", "Change", "probably same"),
    Action("sources.alias", "a", "Give the source another name that means it too", "Change", "alias"),
    Action("sources.rename", "w", "Correct the name", "Change"),
    Action("sources.split", "x", "Split from all that it was merged with", "Change"),
    Action("sources.ledger", "L", "The ledger", "Sources"),
    *_ends("sources", "Take the filters away, or go back"),
    # ------------------------------------------------------------------ one source
    Action("source.open", "enter", "Jump to the statement, or open the other source", "Source", "go there"),
    *_moves("source", "row"),
    Action("source.section", "tab", "Next section", "Move", "section", call="section(1)"),
    Action("source.section_back", "shift+tab", "Previous section", "Move", call="section(-1)"),
    Action("source.claim", "L", "Open the claim of the statement", "Source", "claim"),
    Action("source.same", "equals_sign", "Merge with a source that is looked for", "Change"),
    Action("source.probably", "p", "Probably the same as another, with a certainty", "Change", "probably same"),
    Action("source.alias", "a", "Give the source another name that means it too", "Change", "alias"),
    Action("source.rename", "w", "Correct the name", "Change"),
    Action("source.split", "x", "Cut the tie, or split off the merged source, under the cursor", "Change"),
    *_ends("source", "Back"),
    # ------------------------------------------------------------------ the team
    Action(
        "team.open", "enter", "List the documents of a state, or show a figure by pairs of annotators", "Team", "open"
    ),
    *_moves("team", "row"),
    Action("team.section", "tab", "Next section", "Move", "section", call="section(1)"),
    Action("team.section_back", "shift+tab", "Previous section", "Move", call="section(-1)"),
    Action("team.documents", "d", "The documents, what needs somebody first", "Team", "documents"),
    Action("team.compare", "r", "Compare all work anew", "Team", "compare anew"),
    *_ends("team", "Back"),
    # ------------------------------------------------------------------ agreement by pairs
    *_moves("pairs", "pair"),
    Action("pairs.section", "tab", "Next figure", "Move", "next figure", call="section(1)"),
    Action("pairs.section_back", "shift+tab", "Previous figure", "Move", call="section(-1)"),
    *_ends("pairs", "Back"),
    # ------------------------------------------------------------------ the documents of a team
    Action(
        "worklist.open", "enter", "Open the document, to rule if it waits for that and you may", "Documents", "open"
    ),
    *_moves("worklist", "document"),
    Action("worklist.state", "f", "Only documents that wait for one thing", "Find", "filter"),
    *_ends("worklist", "Back"),
    # ------------------------------------------------------------------ a corrected article
    Action("revision.open", "enter", "Jump to the place; what vanished, in the old version", "Mentions", "go there"),
    *_moves("revision", "mention"),
    Action("revision.carry", "c", "Carry this mention over", "Change", "carry over"),
    Action("revision.carry_all", "C", "Carry over all that were found", "Change", "carry all"),
    *_ends("revision", "Back to the article"),
    # ------------------------------------------------------------------ adjudicating
    *(
        Action(
            f"adjudicate.take_{number}",
            str(number),
            f"Rule that what annotator {number} has holds",
            "Rule",
            "or 2 … takes theirs" if number == 1 else "",
            call=f"take({number})",
        )
        for number in range(1, 10)
    ),
    Action("adjudicate.majority", "m", "Rule what most have, layer by layer", "Rule", "majority"),
    Action("adjudicate.none", "x", "Rule that there is no claim here", "Rule", "no claim"),
    Action("adjudicate.open", "enter", "Rule otherwise: every detail, with a reason", "Rule", "otherwise"),
    Action("adjudicate.reason", "r", "Give your ruling a reason", "Rule", "reason"),
    Action("adjudicate.unanimous", "equals_sign", "Rule on every group in which all agree", "Rule", "all agreed"),
    Action("adjudicate.unrule", "delete,backspace", "Take your ruling back", "Rule"),
    Action("adjudicate.remarks", "M", "Remarks on this group: read and answer them", "Rule", "remarks"),
    Action("adjudicate.undo", "u", "Undo your last act", "Rule", "undo"),
    Action("adjudicate.redo", "ctrl+r", "Redo", "Rule"),
    Action("adjudicate.next_open", "tab", "Next group that waits for a ruling", "Move", "next to rule"),
    Action("adjudicate.previous_open", "shift+tab", "Previous group that waits for a ruling", "Move"),
    *_moves("adjudicate", "group"),
    Action("adjudicate.scroll_down", "J,shift+down", "Scroll the comparison down", "Move", call="scroll(1)"),
    Action("adjudicate.scroll_up", "K,shift+up", "Scroll the comparison up", "Move", call="scroll(-1)"),
    Action("adjudicate.differing", "f", "Only groups that differ, or all", "Find", "only differing"),
    Action("adjudicate.unfinished", "i", "Count in work that nobody submitted, or leave it out", "Find"),
    Action(
        "adjudicate.next_document",
        "greater_than_sign",
        "Next document",
        "Documents",
        "next document",
        call="document(1)",
    ),
    Action("adjudicate.previous_document", "less_than_sign", "Previous document", "Documents", call="document(-1)"),
    Action("adjudicate.documents", "slash", "Choose a document", "Documents"),
    Action("adjudicate.article", "o", "Open the article at this place", "Documents"),
    Action("adjudicate.close", "q,escape", "Back to where you came from", "Documents", "back"),
)

BY_ID = {action.id: action for action in ACTIONS}


def at(place: str) -> list[Action]:
    """The actions of a screen, or of the app as a whole."""
    return [action for action in ACTIONS if action.place == place]


def bindings(place: str) -> list[BindingType]:
    """Textual's bindings for a screen; their ids are those of the actions, so that a keymap can move them.

    An action without a key is bound to one that no keyboard has: a keymap only moves what is there.
    """
    return [
        Binding(action.keys or f"none-{action.id}", action.name, action.help, id=action.id, show=False, priority=False)
        for action in at(place)
    ]


def key_names(keys: str) -> str:
    """Keys as a person reads them: `ctrl+r`, `?`, `↵`; several are parted by a space."""
    return " ".join(_NAMES.get(key, key) for key in keys.split(",")) if keys else ""


_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "equals_sign": "=",
    "exclamation_mark": "!",
    "greater_than_sign": ">",
    "less_than_sign": "<",
    "enter": "↵",
    "escape": "esc",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "shift+tab": "⇧tab",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "delete": "del",
}


def grouped(actions: Iterable[Action]) -> dict[str, list[Action]]:
    """Actions by their group, in the order of the list."""
    groups: dict[str, list[Action]] = {}
    for action in actions:
        groups.setdefault(action.group, []).append(action)
    return groups
