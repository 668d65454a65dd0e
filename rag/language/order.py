"""Word order: are the words that a claim takes from its source arranged as they are there?

Ignoring what the claim leaves out, each word must be next to the same words as in the source, unless its
phrase was moved as grammar allows: an adjunct to the front or the end, a passive, one clause before another.
Anything else has put a word in another's place: “imports under Trump” for “the Trump administration”.
"""

from collections.abc import Mapping, Sequence

from rag.language import grammar
from rag.language.laid import Laid
from rag.language.reading import Reading, Token, is_verb
from rag.language.subjects import role

_STAYS = frozenset(("of", "'s"))  # a phrase with one of these stays with its noun
# Of places only these are read; whether what follows is a place is not known (“in May”, “at length”).
_PLACES = frozenset(("in", "at", "from"))
_JOINS = frozenset((",", "and", "or"))


def out_of_place(laid: Laid) -> str:
    """Why the claim's word order does not follow from the source's (its first misplaced word); else ""."""
    if away := next((token for token in laid.claim.matter if _left_its_noun(laid, token)), None):
        return f"“{away.text}” belongs with other words in the cited sentence"
    kept = [
        (token, there)
        for token in laid.claim.matter
        if (there := laid.there(token.at)) is not None and not _stands_anywhere(laid, token, there)
    ]
    rank = {at: n for n, at in enumerate(sorted({there.at for _, there in kept}))}
    furthest = rank[kept[0][1].at] if kept else 0
    for n in range(1, len(kept)):
        (before, before_there), (token, there) = kept[n - 1], kept[n]
        onwards = rank[there.at] == furthest + 1
        furthest = max(furthest, rank[there.at])
        if onwards:
            continue  # it directly follows everything so far
        gap = rank[there.at] - rank[before_there.at]
        swapped = gap == -1 and _reversed(laid, before, token)
        if abs(gap) <= 1 and not swapped:
            continue
        following = kept[n + 1] if n + 1 < len(kept) else None
        # A phrase moves as a whole: the word after its first one is also next to it in the source.
        whole = (
            token.verbal
            or _is_its_deed(laid, token, there)
            or following is None
            or following[0].clause != token.clause
            or following[0].marker != token.marker
            or _beside(rank, there, following[1])
        )
        if not swapped and _owner_moved(laid, kept, rank, n):
            continue
        if swapped or not whole or not _may_move(laid, token, there, before):
            return f"“{token.text}” belongs with other words in the cited sentence"
    return ""


def _stands_anywhere(laid: Laid, token: Token, there: Token) -> bool:
    """Whether a word may change its place: when a verb's deed was done, and where a noun's thing is.

    “In 1961 Ada left”, “Ada left in 1961”; “the US workers”, “the workers in the United States”.
    """
    if token.day or (token.quantity and token.quantity.rank == "year"):
        ours, theirs = role(laid.claim, token), role(laid.source, there)
        verb = laid.there(ours.verb) if ours.verb >= 0 else None
        return bool(ours.kind) and ours.kind == theirs.kind and verb is not None and verb.at == theirs.verb
    if token.part != "name" or token.marker in _PLACES:
        return False
    nouns = [laid.there(one.at) for one in _described(laid.claim, token)]
    head = nouns[-1] if nouns else None
    if head is None or there.marker not in _PLACES:
        return False
    between = laid.source.tokens[head.at + 1 : there.at]
    return 0 < len(between) <= 2 and all(one.part == "function" for one in between)


def _left_its_noun(laid: Laid, token: Token) -> bool:
    """Whether a place describes a noun of the claim but a verb of the source: “workers sold it in Norway”."""
    describes = token.part == "name" or token.owner
    there, nouns = laid.there(token.at), _described(laid.claim, token) if describes else []
    head = laid.there(nouns[-1].at) if nouns else None
    if head is None or there is None or there.marker not in _PLACES:
        return False
    return any(is_verb(one) for one in laid.source.tokens[head.at : there.at])


def _described(reading: Reading, token: Token) -> list[Token]:
    """The nouns that a name describes: “US construction workers”."""
    found: list[Token] = []
    for one in reading.tokens[token.at + 1 :]:
        if one.part != "matter" or one.verbal:
            break
        found.append(one)
    return found


def _owner_moved(laid: Laid, kept: Sequence[tuple[Token, Token]], rank: Mapping[int, int], n: int) -> bool:
    """Whether two runs of words swapped sides of an “of”: “the court's judges”, “judges of the court”."""
    first, last = n - 1, n
    while first and rank[kept[first][1].at] - rank[kept[first - 1][1].at] == 1:
        first -= 1
    while last + 1 < len(kept) and rank[kept[last + 1][1].at] - rank[kept[last][1].at] == 1:
        last += 1
    # The run may continue past what was swapped: it ends where the other run begins.
    ends = [k for k in range(n, last + 1) if rank[kept[first][1].at] == rank[kept[k][1].at] + 1]
    of = [
        any(one.lower == "of" for one in reading.tokens[left.at : right.at])
        for reading, left, right in (
            (laid.claim, kept[n - 1][0], kept[n][0]),
            (laid.source, kept[ends[0]][1], kept[first][1]),
        )
    ] if ends else []  # fmt: skip
    return len(of) == 2 and of[0] != of[1]


def _beside(rank: Mapping[int, int], one: Token, other: Token) -> bool:
    return abs(rank[one.at] - rank[other.at]) <= 1


def _reversed(laid: Laid, before: Token, token: Token) -> bool:
    """Whether two words of one phrase are in reverse order: “Fame of Hall”."""
    if before.verbal or token.verbal:
        return False
    there, other = laid.there(before.at), laid.there(token.at)
    if there is None or other is None:
        return False
    ours = [one.lower for one in laid.claim.tokens[before.at + 1 : token.at]]
    theirs = [one.lower for one in laid.source.tokens[other.at + 1 : there.at]]
    phrases = all(grammar.PREPOSITIONS & set(between) - _STAYS for between in (ours, theirs))
    if phrases and there.marker == before.marker:
        return False  # “in Geneva in May”
    joined = [bool(_JOINS & set(between)) for between in (ours, theirs)]
    if any(joined):
        return not all(joined)
    # “China's exports”, “Chinese exports”, “exports of China”; “X is Y”
    turned = ("of" in ours) != ("of" in theirs) or before.owner != there.owner
    if grammar.BE & set(ours) and grammar.BE & set(theirs):
        # “A rose is a plant” cannot be reversed: it is one of many. “Oslo is the capital” can.
        return bool({"a", "an"} & set(ours + theirs))
    return not turned and not set(ours + theirs) & grammar.AUXILIARIES and ours == theirs


def _may_move(laid: Laid, token: Token, there: Token, before: Token) -> bool:
    if token.verbal or there.verbal:
        return True
    owned = laid.claim.tokens[token.at + 1] if token.owner and token.at + 1 < len(laid.claim.tokens) else None
    if owned is not None and (owned_there := laid.there(owned.at)) is not None and owned_there.at > there.at:
        token, there = owned, owned_there  # “Ada's mill” has the role that “mill” has
    if _of_its_deed(laid, token, there):
        return True
    ours, theirs = role(laid.claim, token), role(laid.source, there)
    opens = _opens(laid.claim, token)
    if opens and _opens(laid.source, there):
        return True
    if token.marker and token.marker == there.marker and token.marker not in _STAYS:
        edges = _opens(laid.source, there), _closes(laid.claim, token), _closes(laid.source, there)
        if opens or any(edges):
            return True
    if (token.day or token.quantity) and (opens or _closes(laid.claim, token) or _closes(laid.source, there)):
        return True
    verb = laid.there(ours.verb) if ours.verb >= 0 else None
    same_verb = verb is not None and verb.at == theirs.verb
    behind = ours.kind in ("subject", "object") or (token.at > ours.verb and there.at > theirs.verb)
    if ours.kind == theirs.kind and ours.kind not in _STAYS and ours.kind and same_verb and behind:
        return True
    return _listed(laid.claim, before, token)


def _of_its_deed(laid: Laid, token: Token, there: Token) -> bool:
    """Whether a phrase with “of” is the object of the verb from which its noun comes.

    “The director of the film”, “the film was directed”.
    """
    of = next((one for one in reversed(laid.claim.tokens[: token.at]) if one.part != "function"), None)
    deed = laid.there(of.at) if of is not None and token.marker == "of" and not of.verbal else None
    done = role(laid.source, there)
    return deed is not None and deed.verbal and done == ("object", deed.at)


def _is_its_deed(laid: Laid, token: Token, there: Token) -> bool:
    """Whether a noun with “of” stands for a verb of the source that has the same object."""
    of = laid.claim.tokens[token.at + 1] if token.at + 1 < len(laid.claim.tokens) else None
    if token.verbal or not there.verbal or of is None or of.lower != "of":
        return False
    first = next((one for one in laid.claim.tokens[of.at + 1 :] if one.part != "function"), None)
    done = laid.there(first.at) if first is not None else None
    return done is not None and role(laid.source, done) == ("object", there.at)


def _opens(reading: Reading, token: Token) -> bool:
    """Whether no content word precedes it in its clause, or since the last mark."""
    for one in reversed(reading.tokens[: token.at]):
        if one.part == "mark" or one.clause != token.clause:
            return True
        if one.part != "function":
            return False
    return True


def _closes(reading: Reading, token: Token) -> bool:
    """Whether its phrase is the last of its clause."""
    for one in reading.tokens[token.at + 1 :]:
        if one.part == "mark" or one.clause != token.clause:
            return True
        if one.marker != token.marker or one.verbal:
            return False
    return True


def _listed(reading: Reading, before: Token, token: Token) -> bool:
    between: Sequence[Token] = reading.tokens[before.at + 1 : token.at]
    return bool(between) and all(one.lower in _JOINS or one.lower in grammar.ARTICLES for one in between)
