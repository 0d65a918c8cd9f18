"""Word lists for English news text: what can head, open or modify a phrase that names a source. All in lower case."""

from ..schema.events import SourceKind

_SINGULAR: dict[SourceKind, str] = {
    "spokesperson": "spokesman spokeswoman spokesperson",
    "outlet": "newspaper magazine tabloid broadcaster channel station website site paper daily weekly network blog "
    "outlet",
    "document": "report study survey poll statement letter memo document filing email ad article indictment transcript "
    "dossier analysis complaint lawsuit ruling cable record tweet post research story book video film "
    "brief recording piece data",
    "institution": "agency ministry government administration campaign company firm party committee commission court "
    "council union group organisation organization army military department bureau office embassy bank university "
    "association foundation board regulator watchdog parliament house center centre institute church school fund team "
    "service movement federation league corporation operator manufacturer builder maker city "
    "congress alliance coalition",
    "person": "official officer commander leader minister president senator governor mayor chief chairman chairwoman "
    "head director manager adviser advisor aide analyst expert diplomat lawyer attorney prosecutor judge professor "
    "researcher scientist economist strategist activist lawmaker politician candidate nominee soldier general colonel "
    "doctor engineer resident witness neighbour neighbor voter worker teacher student parent executive ambassador "
    "envoy representative negotiator investigator detective insider whistleblower critic supporter opponent protester "
    "demonstrator historian author reporter journalist correspondent editor columnist host veteran father mother son "
    "daughter wife husband brother sister friend man woman boy girl survivor victim member owner founder secretary "
    "democrat republican conservative liberal rival colleague surrogate pollster operative donor scholar congressman "
    "congresswoman businessman billionaire mogul immigrant environmentalist speechwriter observer commentator source "
    "moderator narrator speaker captain sailor keeper inspector contractor consultant commissioner "
    "reader user delegate announcer president-elect",
    "collective": "family",
}
_PLURAL: dict[SourceKind, str] = {
    "spokesperson": "spokesmen spokespeople",
    "document": "studies surveys analyses stories",
    "institution": "agencies ministries companies parties universities",
    "collective": "people authorities police women men witnesses others everyone families attorneys colleges",
}


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}es" if word.endswith(("s", "ch")) else f"{word}s"


SINGULAR: dict[str, SourceKind] = {word: kind for kind, words in _SINGULAR.items() for word in words.split()}
PLURAL: dict[str, SourceKind] = {
    **{_plural(word): "collective" if kind == "person" else kind for word, kind in SINGULAR.items()},
    **{word: kind for kind, words in _PLURAL.items() for word in words.split()},
}
NAMES_OF_OUTLETS = frozenset(
    "times post herald tribune journal gazette chronicle news mercury courier observer".split()
)
TITLES = frozenset(
    "mr mrs ms miss dr sen rep gov gen lt col sgt capt maj adm prof rev sir lord lady dame judge justice president "
    "senator representative governor mayor minister chancellor secretary general colonel captain professor king queen "
    "prince princess pope father sister chairman chairwoman ambassador congressman congresswoman speaker".split()
)
UNSPECIFIED = frozenset("reports rumours rumors rumour rumor speculation allegations gossip hearsay".split())
"""Nouns that stand for saying itself: "denied reports that ..." names no source and no cue."""

INDEFINITE = frozenset("a an another one some several many few two three four five six seven eight nine ten".split())
DETERMINERS = INDEFINITE | frozenset(
    "the this these those other both all most each every no any its his her their our my your".split()
)
SOME = frozenset(("some", "many", "most", "few", "both", "several", "all"))
"""What may stand alone for people: "some say"."""

HE = frozenset(("he", "she"))
IT = frozenset(("it",))
THEY = frozenset(("they", "we"))
PRONOUNS = HE | IT | THEY | {"i"}
IN_NAMES = frozenset("of for de van von bin ibn al el du la".split())
AFTER_HEADS = frozenset("with to on by".split())
INFORMED = frozenset("familiar close briefed knowledge acquainted".split())
"""As in "people familiar with the matter"."""

ADJECTIVES = frozenset(
    "top former unnamed unidentified armed local other young old new chief deputy vice prime state police media news "
    "press campaign security defence defense intelligence industry law opposition rebel union trade health business "
    "government military government-backed white black foreign unconfirmed published latest more recent leading "
    "mainstream retired current several party army court house city county company school street".split()
)
NEVER = frozenset(
    "a about above across after against along although am amid among and as at away back because before behind below "
    "between beyond but by came come could despite did does doing down during either even every except from gave get "
    "give given go goes going gone got had here how i if in inside instead into is just keep let like made make makes "
    "making many met more most much must near neither never next nor not nothing now off onto or out outside over own "
    "put run same seem seems set shall since so still such take taken takes than that then there therefore though "
    "through throughout thus till together too took toward towards under unless until up upon us use used very via "
    "was well went were what whatever when where whereas whether which while who whom whose why will with within "
    "without would yes yet".split()
)

# ---------------------------------------------------------------------- verbs

_REGULAR = (
    "accuse acknowledge add affirm agree allege announce answer argue ask assert assure attack believe blame blast "
    "boast call caution challenge chant characterise characterize cite claim comment complain concede conclude "
    "condemn confirm contend continue contradict counter criticise criticize declare decline defend demand denounce "
    "deny describe detail disclose discuss dismiss dispute echo emphasise emphasize encourage endorse estimate expect "
    "explain explore express favour fear hail hint hope identify indicate inform insist joke label lament maintain "
    "mention mock note observe oppose outline plan pledge point praise predict persist promise propose question quote "
    "rate recall recommend recount refuse reiterate reject relate relay release remark remind repeat reply report "
    "request respond reveal rule scold shout signal slam state stress suggest support testify threaten tweet urge "
    "view voice vow want warn welcome wonder worry".split()
)
_IRREGULAR = (
    "say says said saying tell tells told telling write writes wrote written writing find finds found finding admit "
    "admits admitted admitting know knows knew think thinks thought thinking feel feels felt show shows showed shown "
    "showing see sees saw seek seeks sought seeking speak speaks spoke speaking swear swears swore hold holds held "
    "refer refers referred referring learned learnt learns hears heard understands understood withdraws "
    "withdrew".split()
)


def forms_of(verb: str) -> tuple[str, str, str, str]:
    """A regular English verb by itself, after "she", in the past, and with -ing."""
    if verb.endswith("e"):
        return verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    doubled = verb + verb[-1] if verb in ("plan", "slam") else verb
    return verb, f"{verb}{'es' if verb.endswith('ss') else 's'}", f"{doubled}ed", f"{doubled}ing"


FORMS = frozenset([*_IRREGULAR, *(form for verb in _REGULAR for form in forms_of(verb))])
"""Every form of every verb that can report, in lower case."""

FILLERS = frozenset(
    "also then later now earlier again once still first just even recently soon today yesterday tomorrow on in at "
    "this last that next the same week month year day morning afternoon evening night monday tuesday wednesday "
    "thursday friday saturday sunday january february march april may june july august september october november "
    "december has have had is was are were be been being did does do not will would could should can may might must "
    "to who which himself herself itself themselves and however meanwhile not never neither nor been".split()
)
"""What may stand between a source and its verb."""

SAYING = frozenset(
    "deny denies denied say says said tell tells told add adds added write writes wrote note notes noted ask asks "
    "asked argue argues argued find finds found show shows showed suggest suggests suggested insist insists "
    "insisted claim claims claimed report reported believe believes believed agree agrees agreed warn warns "
    "warned think thinks thought".split()
)
"""The forms that hardly ever do anything but report."""
