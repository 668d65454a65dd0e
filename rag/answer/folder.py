"""Answer questions about the folder itself from its files' metadata, citing the line that states it.

“Which is the newest article?” → “The newest article is “Ness light” (Tove Lund, 2 May 2024).” [1]
[1] ness.md:4 “date: 2024-05-02”
“Summarize the articles” → one sentence of each, quoted, the newest article first
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answer.said import Said
from rag.index.catalog import ArticleRow
from rag.index.generation import Generation
from rag.language.periods import period, written
from rag.language.words import stems
from rag.search.folder import FolderQuestion, named_article, read_folder_question
from rag.search.gist import gist
from rag.search.known import (
    Fitting,
    dated,
    filed,
    fits_time,
    is_absent,
    is_by,
    is_file_name,
    may_state,
    meant,
    mentioning,
    newest_first,
    where,
)
from rag.search.scope import Scope
from rag.text import readable
from rag.types import Sentence

_MOST_LISTED = 25
_MOST_COUNTED = 5  # articles that a count names
_OF_ONE = 4  # sentences that summarize a single article


@dataclass(frozen=True, slots=True)
class FolderAnswer:
    """An answer about the folder; if `said` has no sentences, `text` says that no article matches."""

    said: Said
    text: str = ""
    notice: str = ""


def answer_about_folder(question: str, generation: Generation, scope: Scope) -> FolderAnswer | None:
    """Answer a question about the folder; None if it is not one, or the metadata do not answer it.

    Raises:
        ScopeError: if the scope names an article or folder that does not exist.
    """
    asked = read_folder_question(question)
    if asked is None:
        return None
    rows = scope.articles(generation.catalog)
    if asked.whole and any(set(stems(asked.whole)) & set(stems(row.title)) for row in rows):
        return None  # “the library” is one that an article is about
    with generation.damage():
        if asked.wants == "summary" and asked.named:
            return _summary_of(asked.named, generation, rows)
        if asked.named:
            named = meant(generation, rows, asked.named)
            return (
                _fact(asked, generation, named)
                or _unstated(asked, generation, named)
                or _absent(asked, generation, rows)
            )
        return _fitting(asked, generation, rows)


def _fact(asked: FolderQuestion, generation: Generation, rows: Sequence[ArticleRow]) -> FolderAnswer | None:
    """Who wrote the articles in question, or when."""
    said = Said()
    for row in rows[:_MOST_LISTED]:
        day = period(row.date)
        if asked.wants == "author" and row.author:
            text, fact = f"{_titled(row)} was written by {row.author}.", row.author
        elif asked.wants == "date" and day is not None:
            text, fact = f"{_titled(row)} is dated {written(day)}.", row.date
        else:
            continue
        said = said.listing(text, [where(generation.catalog.article(row.n), fact)])
    return FolderAnswer(said) if said.sentences else None


def _unstated(
    asked: FolderQuestion, generation: Generation, rows: Sequence[ArticleRow]
) -> FolderAnswer | None:
    """That an article does not name its author, or its date; None if its text may, or none is meant."""
    called = named_article(asked.named)
    if len(rows) != 1 or not called.is_article or called.perhaps:
        return None
    article = generation.catalog.article(rows[0].n)
    if may_state(article, asked.wants):
        return None
    lacks = "does not name its author" if asked.wants == "author" else "has no date"
    return FolderAnswer(Said(), f"{_titled(rows[0])} {lacks}.")


def _absent(asked: FolderQuestion, generation: Generation, rows: Sequence[ArticleRow]) -> FolderAnswer | None:
    """That there is no article of the name that is asked for; None if there may be one."""
    if not rows or not is_absent(generation, rows, asked.named):
        return None
    return FolderAnswer(
        Said(), f"None of the {len(rows)} articles is about {named_article(asked.named).name}."
    )


def _fitting(
    asked: FolderQuestion, generation: Generation, rows: Sequence[ArticleRow]
) -> FolderAnswer | None:
    fitting, whole = [Fitting(row) for row in rows if fits_time(row, asked)], True
    if asked.is_timed and not any(period(row.date) for row in rows):
        return None
    if asked.by:
        if not any(is_by(row, asked.by) for row in rows):
            return None
        fitting = [one for one in fitting if is_by(one.row, asked.by)]
    if asked.topic:
        found = mentioning(generation, [one.row for one in fitting], asked.topic, about=asked.about)
        fitting, whole = list(found.found), found.whole
    if asked.wants in ("newest", "oldest"):
        return _end(asked, generation, [one.row for one in fitting])
    if not fitting:
        return FolderAnswer(Said(), f"None of the {len(rows)} articles {_needed(asked)}.") if rows else None
    order = {row.n: at for at, row in enumerate(newest_first([one.row for one in fitting]))}
    fitting.sort(key=lambda one: order[one.row.n])
    if asked.wants == "summary":
        return _summary([one.row for one in fitting], generation, whole=whole)
    show = _shown_by(asked, generation)
    if asked.wants == "list":
        return _listed(fitting, show, whole=whole)
    return FolderAnswer(_counted(asked, fitting, len(rows), show, whole=whole))


def _end(asked: FolderQuestion, generation: Generation, rows: Sequence[ArticleRow]) -> FolderAnswer | None:
    """The newest or oldest article, or several of the same day."""
    by_age = dated(rows)
    if not by_age:
        return None
    day = by_age[0 if asked.wants == "newest" else -1][0]
    said = Said()
    for row in [row for other, row in by_age if other == day][:_MOST_LISTED]:
        text = f"The {asked.wants} article is {_described(row)}."
        said = said.listing(text, [where(generation.catalog.article(row.n), row.date)])
    undated = len(rows) - len(by_age)
    return FolderAnswer(said, notice=f"{undated} of {len(rows)} articles have no date." if undated else "")


def _counted(
    asked: FolderQuestion,
    fitting: Sequence[Fitting],
    of: int,
    show: Callable[[Fitting], Sentence],
    *,
    whole: bool,
) -> Said:
    count = f"{'' if whole else 'At least '}{len(fitting)}"
    if not _needed(asked):
        text = f"There are {of} articles" if of > 1 else "There is one article"
    else:
        text = f"{count} of {of} articles {_needed(asked)}"
    names = ", ".join(_titled(one.row) for one in fitting[:_MOST_COUNTED])
    more = len(fitting) - _MOST_COUNTED
    text += f": {names}{f' and {more} more' if more > 0 else ''}."
    return Said().listing(text, [show(one) for one in fitting[:_MOST_COUNTED]])


def _listed(fitting: Sequence[Fitting], show: Callable[[Fitting], Sentence], *, whole: bool) -> FolderAnswer:
    said = Said()
    for one in fitting[:_MOST_LISTED]:
        said = said.listing(_described(one.row), [show(one)], item=True)
    return FolderAnswer(said, notice=_left_out(len(fitting), "listed", whole=whole))


def _left_out(of: int, done: str, *, whole: bool) -> str:
    """How many of the articles are not shown; without `whole`, there may be others."""
    more = of - _MOST_LISTED
    notice = f"{of} articles in all; {more} more are not {done}." if more > 0 else ""
    return notice if whole else f"{notice} There may be others.".strip()


def _summary(rows: Sequence[ArticleRow], generation: Generation, *, whole: bool) -> FolderAnswer | None:
    """One sentence of each article, word for word, after its title; several of one that is alone."""
    said = Said()
    several = len(rows) > 1
    for row in rows[:_MOST_LISTED]:
        for n, sentence in enumerate(gist(generation, row, 1 if several else _OF_ONE)):
            titled = readable(row.title).rstrip("… .")
            repeated = sentence.display_text.startswith(titled)  # a title made from the first line
            label = readable(row.title) if n == 0 and not repeated else ""
            said = said.quoting(sentence, label=label, item=several)
    notice = _left_out(len(rows), "summarized", whole=whole)
    return FolderAnswer(said, notice=notice) if said.sentences else None


def _summary_of(named: str, generation: Generation, rows: Sequence[ArticleRow]) -> FolderAnswer | None:
    """A summary of the article that is named by its file or title; None if none is, so that the name may be a
    topic. A file that does not exist is none.
    """
    found = filed(rows, named) or meant(generation, rows, named)
    if found and len(found) <= _MOST_COUNTED:
        return _summary(found, generation, whole=True)
    if is_file_name(named):
        return FolderAnswer(Said(), f"None of the {len(rows)} articles is called {named}.")
    return None


def _shown_by(asked: FolderQuestion, generation: Generation) -> Callable[[Fitting], Sentence]:
    """A function that returns the sentence showing that an article matches."""

    def show(one: Fitting) -> Sentence:
        fact = one.row.author if asked.by else one.row.date if asked.is_timed else ""
        return one.shown or where(generation.catalog.article(one.row.n), fact)

    return show


def _needed(asked: FolderQuestion) -> str:
    """What an article must satisfy, as the predicate of a sentence: “mention heather”."""
    times = []
    if asked.since and asked.since == asked.until:
        times.append(f"from {written(asked.since)}")
    elif asked.since or asked.until:
        times += [f"from {asked.since.first} on"] if asked.since else []
        times += [f"until {asked.until.last}"] if asked.until else []
    elif asked.month:
        times.append("from that month")
    parts = (
        f"{'are about' if asked.about else 'mention'} {asked.topic}" if asked.topic else "",
        f"are by {asked.by}" if asked.by else "",
        f"are {' '.join(times)}" if times else "",
    )
    return " and ".join(filter(None, parts))


def _titled(row: ArticleRow) -> str:
    return f"“{readable(row.title)}”"


def _described(row: ArticleRow) -> str:
    day = period(row.date)
    about = ", ".join(filter(None, (readable(row.author), written(day) if day else "")))
    return f"{_titled(row)} ({about})" if about else _titled(row)
