"""Parse questions about the folder itself: how many articles, which, by whom, from when.

read_folder_question("Which articles by Ruiz mention the ferry?") → a list, by “Ruiz”, topic “the ferry”
read_folder_question("Who wrote the article about bees?")         → an author, of “the article about bees”
read_folder_question("Summarize the articles from 2024")          → a summary of each of them
read_folder_question("hive-log.md in short")            → a summary of “hive-log.md”
read_folder_question("How many bees live in a hive?")             → None

Rules for English only: whatever matches none of them is answered like any other question. Whether “who wrote
…” names an article at all is decided by the titles (`rag.search.known`).
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from rag.language.dates import MONTHS
from rag.language.periods import Period, period
from rag.search.summaries import BRIEF, GIVE, SUM_UP, Forms, forms, matched, named_to_sum_up
from rag.search.times import beside

Wanted = Literal["count", "list", "newest", "oldest", "author", "date", "summary"]

_MOST_CHARS = 300  # a longer message is not a plain question
_TEXT = r"(?:articles?|documents?|docs?|files?|texts?|stories|story)"
# Other words for an article: they count as one only where a title fits (“the piece about moths”), for
# articles also tell of reports and posts.
_PIECE = (
    r"(?:pieces?|reports?|posts?|columns?|essays?|features?|papers?|write-?ups?|entry|entries|reviews?"
    r"|interviews?|blog(?: posts?)?)"
)
_NEWEST = r"(?:newest|latest|(?:most )?recent(?:ly published)?|last)"
_OLDEST = r"(?:oldest|earliest|first)"
_END = rf"(?P<end>{_NEWEST}|{_OLDEST})"
_IS_NEWEST, _HAS_TEXT = re.compile(_NEWEST, re.I), re.compile(_TEXT, re.I)
_BY_AGE = re.compile(rf"(?:the |your )?{_END}(?: {_TEXT})?", re.I)
_OUT = r"(?:published|written|posted|released|printed|dated)"


# The questions; `rest` narrows the articles that they are about.
_ENDS = forms(
    rf"(?:which|what)(?: one)?(?: is| are|'s)?(?: the)? {_END}"
    rf"(?: of (?:the|these|all) {_TEXT})?(?: {_TEXT})?(?P<rest>.*)",
    rf"(?:which|what)(?: of the)? {_TEXT} (?:is|was)(?: the)? (?:{_OUT} )?{_END}(?P<rest>.*)",
    rf"(?:(?:show|give|name)(?: me)? )?(?:the )?{_END} {_TEXT}(?P<rest>.*)",
)
_COUNTS = forms(
    rf"(?:how many|count(?: all)?(?: the)?) (?:of the |different )?{_TEXT}(?P<rest>.*)",
    rf"(?:what(?: is|'s|’s) )?(?:the )?(?:total )?number of {_TEXT}(?P<rest>.*)",
)
_LISTS = forms(
    rf"(?:which|what) (?:other |of the )?{_TEXT}(?P<rest>.*)",
    rf"(?:please )?(?:list|show|name|find|give)(?: me| us)?(?: all)?(?: of)?(?: the| your)?"
    rf"(?: titles of(?: the)?)? {_TEXT}(?P<rest>.*)",
    rf"(?:are there|do you have|is there)(?: any| an| a| some)? {_TEXT}(?P<rest>.*)",
    rf"(?:all )?(?:the )?{_TEXT}"
    r"(?P<rest> (?:by|from|about|on|mentioning|that mention|since|before|after) .{1,300})",
    rf"(?:what|which) (?:is|are|was|were)(?: the)? titles? of (?:the |all |all the )?{_TEXT}(?P<rest>.*)",
    r"what (?P<rest>(?:did|has|have) .{1,300}? (?:write|written|publish|published)(?: about)?)",
    r"who (?:wrote|writes|has written) (?P<rest>about .{1,300})",
    rf"who (?:are|were)(?: all)? the (?:authors|writers)"
    rf"(?: of (?:the|these|all(?: the)?) {_TEXT})?(?P<rest>)",
    r"(?:do you have|is there|are there|(?:list|show|give)(?: me)?) (?:anything|everything|something|all)"
    r"(?: (?:that|which))?(?P<rest> (?:by .{1,300}|was written by .{1,300}))",
    r"(?:list|show|give)(?: me)? (?:everything|all)(?: (?:that|which))?"
    r" (?P<by>[A-Z].{1,80}?) (?:has |have )?(?:wrote|written|published)(?P<rest>)",
)
_IS = re.compile(r"\b(who|what|which|when)['’]s ", re.I)
_ALL = r"(?:all of |all |every |each of )?(?:the |these |those |your |my |this )?"
_WHOLE = r"(?P<whole>corpus|collection|folder|library|everything)"
_OF_IT = re.compile(rf"(?:{SUM_UP}|{GIVE}{BRIEF})(?:(?: of)? (?:it|this|that|all this|it all))?", re.I)
_SUMMARIES = forms(
    rf"{SUM_UP} {_ALL}{_TEXT}(?P<rest>.*)",
    rf"{SUM_UP}(?: {_ALL}{_WHOLE}| all)?(?P<rest>)",
    rf"what (?:is|are) (?:{_ALL}(?:{_TEXT}|{_WHOLE})|this|it all|all this) about(?P<rest>)",
    rf"{GIVE}{BRIEF}(?:(?: of| about)? {_ALL}(?:{_TEXT}|{_WHOLE})(?P<rest>.*))?",
)
_AUTHORS = forms(
    r"who (?:wrote|authored|penned|has written) (?P<named>.{1,300})",
    r"(?:who|what) (?:is|was|are|were)(?: the)? (?:authors?|writers?) (?:of|behind) (?P<named>.{1,300})",
    r"(?:who|by whom) (?:is|was|were|are) (?P<named>.{1,300}?) (?:written|authored)(?: by)?",
    r"(?:name |tell me )?(?:the )?(?:author|writer) of (?P<named>.{1,300})",
    r"who (?:is|was) (?P<named>.{1,300}?) by",
)
_DATES = forms(
    rf"when (?:is|was|were|are) (?P<named>.{{1,300}}?) {_OUT}",
    r"when did (?P<named>.{1,300}?) (?:appear|come out)",
    r"what (?:is|was) the (?:date|publication date|date of publication) of (?P<named>.{1,300})",
    rf"(?:on )?(?:what|which) (?:date|day|year|month) (?:is|was|were) (?P<named>.{{1,300}}?) {_OUT}",
)
_NARROWED: tuple[tuple[Wanted, Forms], ...] = (("summary", _SUMMARIES), ("count", _COUNTS), ("list", _LISTS))
_NAMING: tuple[tuple[Wanted, Forms], ...] = (("author", _AUTHORS), ("date", _DATES))
# What `rest` may consist of, one after the other.
_STOP = (
    r"(?=$| (?:from|in|of|by|about|on|before|after|since|until|between|that|which|mention\w*|discuss\w*"
    r"|(?:were |was |are )?(?:published|written))\b)"
)
_FILLER = re.compile(
    r"(?:are there|is there|there are|there|exist|do you (?:have|know)|have you(?: got)?|you have|here"
    r"|are|is|were|was|have been|have|has|been|got|loaded|stored|in total|altogether|in all|all together"
    r"|so far|right now|at the moment|that|which|also|available|indexed|in here|in there"
    r"|can you (?:search|read|see)"
    rf"|(?:in|of) (?:the|this|your|my) (?:folder|collection|corpus|index|set)|{_OUT}|and|with titles)(?=$| )",
    re.I,
)
_BY = re.compile(rf"by (?P<by>(?:the )?.+?){_STOP}", re.I)
_DID = re.compile(
    r"(?:did|has|have) (?P<by>.{1,300}?) (?:write|written|publish|published)(?: about)?"
    r"(?=$| (?:in|about|on|from|since|before|after) )",
    re.I,
)
_TIME = re.compile(
    r"(?P<when>from|of|in|during|on|before|until|up to|after|since|later than|earlier than)"
    rf" (?P<time>.{{1,300}}?){_STOP}",
    re.I,
)
_BETWEEN = re.compile(
    rf"(?:from|between) (?P<since>.{{1,300}}?) (?:and|to|until) (?P<until>.{{1,300}}?){_STOP}", re.I
)
_TOPIC = re.compile(
    r"(?P<how>about|on|over|concerning|regarding|deals? with|dealing with|covers?|covering|discuss(?:es|ing)?"
    r"|mentions?|mentioning|names?|naming|contains?|containing|refers? to|talks? (?:about|of)|speaks? of"
    rf"|says? something (?:about|on)|writes? about) (?P<topic>.{{1,300}}?){_STOP}",
    re.I,
)
_ABOUT = ("about", "on", "over", "concern", "regard", "deal", "cover", "discuss")


@dataclass(frozen=True, slots=True)
class FolderQuestion:
    """What is asked about which articles; empty fields do not narrow them.

    `named` is how the question names the article whose author or date it asks for. An article must be dated
    between `since` and `until`, in `month` of any year, and mention `topic` (or be about it, with `about`).
    `whole` is the question's word for the folder, which may rather be one of a title.
    """

    wants: Wanted
    named: str = ""
    by: str = ""
    topic: str = ""
    about: bool = False
    since: Period | None = None
    until: Period | None = None
    month: int = 0
    whole: str = ""

    @property
    def is_timed(self) -> bool:
        """Whether an article must have a date that fits."""
        return bool(self.since or self.until or self.month)


def sums_up(message: str) -> bool:
    """Whether a readable message asks for a summary without saying of what: “Can you summarize that?”"""
    return len(message) <= _MOST_CHARS and _OF_IT.fullmatch(_plain(message)) is not None


def _plain(message: str) -> str:
    text = " ".join(message.split()).strip(" ?!.").removeprefix("Please ").removeprefix("please ")
    text = _IS.sub(r"\1 is ", text)
    return text.removesuffix(", please").removesuffix(" please")


def read_folder_question(message: str) -> FolderQuestion | None:
    """Parse what a readable message asks about the folder; None if it asks something else."""
    text = _plain(message)
    if len(text) > _MOST_CHARS:
        return None
    if (match := matched(_ENDS, text)) and _HAS_TEXT.search(match[0]):
        newest = _IS_NEWEST.fullmatch(match["end"])
        return _narrowed(FolderQuestion("newest" if newest else "oldest"), match["rest"])
    for wants, narrowed in _NARROWED:
        if match := matched(narrowed, text):
            named = match.groupdict()
            asked = FolderQuestion(wants, whole=named.get("whole") or "", by=named.get("by") or "")
            return _narrowed(asked, match["rest"] or "")
    if summed_up := named_to_sum_up(text):
        return FolderQuestion("summary", named=summed_up)
    for wants, naming in _NAMING:
        if match := matched(naming, text):
            return FolderQuestion(wants, named=match["named"])
    return None


def names_end(named: str) -> Literal["newest", "oldest"] | None:
    """The age by which an article is named, as in “the newest article”; None if it is not."""
    match = _BY_AGE.fullmatch(named)
    if match is None:
        return None
    return "newest" if _IS_NEWEST.fullmatch(match["end"]) else "oldest"


_HEADED = r"(?:about|on|titled|called|named|entitled|headed|concerning|regarding|of|with the title)"
_PIECE_NAMED = forms(
    rf"(?:the|an?|this|that|your) {_PIECE} {_HEADED} (?P<name>.{{1,300}})",
    rf"(?:the|this|that) (?P<name>.{{1,300}}?) {_PIECE}",
)
_NAMED = forms(
    rf"(?:the|an?|this|that|your)? ?{_TEXT}(?: {_HEADED} (?P<name>.{{1,300}}))?",
    rf"(?:the|this|that) (?P<name>.{{1,300}}?) {_TEXT}",
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a phrase calls an article by, and whether it says that it is one: “the article about bees”.

    `perhaps`: it uses a word that may also mean something that an article tells of: “the report on bees”.
    """

    name: str
    is_article: bool = False
    perhaps: bool = False


def named_article(named: str) -> Named:
    """Parse a phrase that may name an article.

    “the article about bees” → “bees”, an article; “Winter bees” → “Winter bees”, not said to be one
    """
    if match := matched(_NAMED, named):
        return Named(match["name"] or "", is_article=True)
    if match := matched(_PIECE_NAMED, named):
        return Named(match["name"], is_article=True, perhaps=True)
    return Named(named)


def _narrowed(question: FolderQuestion, rest: str) -> FolderQuestion | None:
    """The question, narrowed by the rest of the message; None if that cannot be parsed."""
    rest = rest.strip(" ,?:")
    while rest:
        if match := _DID.match(rest) or _BY.match(rest):
            question = replace(question, by=match["by"])
        elif match := _FILLER.match(rest):
            pass
        elif (match := _BETWEEN.match(rest)) and period(match["since"]) and period(match["until"]):
            question = replace(question, since=period(match["since"]), until=period(match["until"]))
        elif (match := _TIME.match(rest)) and (timed := _timed(question, match["when"], match["time"])):
            question = timed
        elif match := _TOPIC.match(rest):
            about = match["how"].lower().startswith(_ABOUT)
            question = replace(question, topic=match["topic"], about=about)
        else:
            return None
        rest = rest[match.end() :].strip(" ,")
    return question


def _timed(question: FolderQuestion, when: str, time: str) -> FolderQuestion | None:
    time = re.sub(r"^(?:the )?(?:year|month|month of) ", "", time, flags=re.I)
    if time.lower() in MONTHS:
        return replace(question, month=MONTHS.index(time.lower()) + 1) if when.lower() in _IN else None
    found = period(time)
    if found is None:
        return None
    match when.lower():
        case "before" | "earlier than":
            return replace(question, until=beside(found, "before").until)
        case "until" | "up to":
            return replace(question, until=found)
        case "since":
            return replace(question, since=found)
        case "after" | "later than":
            return replace(question, since=beside(found, "after").since)
    return replace(question, since=found, until=found)


_IN = ("from", "of", "in", "during", "on")
