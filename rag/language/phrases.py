"""Tie each token of a sentence to its phrase, its clause and its verb, once the verbs are known."""

from rag.language import grammar
from rag.language.lexicon import noun_share
from rag.language.tokens import Token, TokenBuilder, is_verb


def tie_phrases(tokens: list[TokenBuilder]) -> None:
    """Give every token its phrase's preposition, its clause, and the verb it is subject or object of."""
    marker, clause, verb_seen = "", 0, False
    for n, token in enumerate(tokens):
        after = tokens[n + 1] if n + 1 < len(tokens) else None
        if marker and n and _is_when(tokens[n - 1]) and _begins_phrase(token):
            marker = ""  # “In 1961 Britta left”
        if token.part == "mark":
            if after is not None and after.lower in grammar.COORDINATORS and n + 2 < len(tokens):
                after = tokens[n + 2]  # “by T cells, monocytes, and macrophages”
            listed = token.lower == "," and marker and after is not None and after.part in ("name", "matter")
            listed = listed and not _verb_follows(tokens, n)  # “After the storm, Ada left”
            marker = marker if listed else ""
            if token.lower != ",":
                clause, verb_seen = clause + 1, False
        elif token.lower in grammar.SUBORDINATORS and token.lower not in ("since", "once"):
            marker, clause, verb_seen = "", clause + 1, False
        elif token.lower in grammar.COORDINATORS:
            if verb_seen and _verb_follows(tokens, n):
                marker, clause, verb_seen = "", clause + 1, False
        elif token.lower in grammar.PREPOSITIONS and token.part == "function":
            infinitive = token.lower == "to" and _governs(tokens, n)
            marker = "" if infinitive else token.lower
        elif is_verb(token):
            marker, verb_seen = "", True
        token.marker, token.clause = "'s" if token.owner else marker, clause
    _tie_to_verbs(tokens)


def _is_when(token: TokenBuilder) -> bool:
    return token.day is not None or (token.quantity is not None and token.quantity.rank == "year")


def _begins_phrase(token: TokenBuilder) -> bool:
    return token.part == "name" or token.lower in grammar.ARTICLES | grammar.DEFINITE | grammar.SUBJECTS


def _governs(tokens: list[TokenBuilder], n: int) -> bool:
    """Whether the next word that is no adverb is a verb: “to quietly close”."""
    return next((one.verbal for one in tokens[n + 1 : n + 4] if not is_adverb(one)), False)


def _verb_follows(tokens: list[TokenBuilder], n: int) -> bool:
    """Whether a verb follows a conjunction before the next mark or conjunction."""
    for token in tokens[n + 1 : n + 9]:
        if token.part == "mark" or token.lower in grammar.COORDINATORS:
            return False
        if is_verb(token):
            return True
    return False


def _tie_to_verbs(tokens: list[TokenBuilder]) -> None:
    clauses: dict[int, list[int]] = {}
    for token in tokens:
        if token.verbal:
            clauses.setdefault(token.clause, []).append(token.at)
    for token in tokens:
        verbs = clauses.get(token.clause, [])
        if verbs and not token.verbal:
            before = [verb for verb in verbs if verb < token.at]
            following = next((verb for verb in verbs if verb > token.at), None)
            if before and following is not None and _begins_anew(tokens, before[-1], token.at, following):
                token.verb = following
            else:
                token.verb = before[-1] if before else verbs[0]


def _begins_anew(tokens: list[TokenBuilder], before: int, at: int, following: int) -> bool:
    """Whether a word behind a comma is the subject of the verb that follows: “To be safe, the crew left”."""
    if tokens[following - 1].lower == "to" or tokens[following].lower.endswith("ing"):
        return False
    comma = any(one.lower == "," for one in tokens[before:at])
    return comma and not any(one.lower == "," for one in tokens[at:following])


def is_adverb(token: Token | TokenBuilder) -> bool:
    """Whether it may stand between a verb and its subject: “quickly”, but not “family” or “Emily”."""
    return token.lower.endswith("ly") and not token.capital and noun_share(token.lower) == 0
