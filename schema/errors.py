"""What can go wrong, as one family: each error has a title and one sentence that says what to do."""


class OnrecordError(Exception):
    """The base of every error that a person is meant to read: `str(error)` is the sentence."""

    title = "That did not work"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UnstorableText(OnrecordError):
    """A text holds U+0000 or a lone surrogate."""

    title = "This text cannot be stored"


class BadOffset(OnrecordError):
    """An offset lies outside a text or inside a character of another encoding."""

    title = "The offset does not fit the text"


class BadInput(OnrecordError):
    """A file or an option from outside cannot be used as it is."""

    title = "The input cannot be used"


class MissingExtra(OnrecordError):
    """An optional part is not installed; the sentence names it."""

    title = "An optional part is missing"


class InvalidEvent(OnrecordError):
    """An event breaks a rule of the model."""

    title = "The event is not valid"


class NoSuchThing(OnrecordError):
    """A document, mention, mark or claim that was asked for is not there."""

    title = "There is no such thing here"


class NotAllowed(OnrecordError):
    """Somebody asked for what another role in the team does."""

    title = "Another role does that"


class NothingToUndo(OnrecordError):
    """No act is left to undo or redo."""

    title = "Nothing left"


class ProjectMissing(OnrecordError):
    """The project file does not exist."""

    title = "No such project"


class AlreadyThere(OnrecordError):
    """A file of the name exists and is not overwritten."""

    title = "The file exists"


class ForeignFile(OnrecordError):
    """A file is no onrecord project."""

    title = "Not a project"


class OnNetwork(OnrecordError):
    """A project is in a folder of another machine, and nobody said that it is to be opened there."""

    title = "A network folder"


class AlteredFile(ForeignFile):
    """A project holds tables, views, indexes or triggers that onrecord did not make."""

    title = "Not as onrecord made it"


class NewerFile(OnrecordError):
    """A newer onrecord wrote the file."""

    title = "Made by a newer onrecord"


class ProjectBusy(OnrecordError):
    """Another process keeps the project's write lock."""

    title = "The project is busy"


class NotStored(OnrecordError):
    """The disk refused; nothing of the act was written."""

    title = "Nothing was written"


class Stopped(OnrecordError):
    """The app met an error of its own and ended."""

    title = "The app had to stop"
