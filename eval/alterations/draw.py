"""Draw every kind of claim from the sentences of a folder of articles."""

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from eval.alterations import forms, people, quantities, rewordings, sections, wordwise
from eval.alterations.claims import Claim
from eval.alterations.material import Material, Tagged

# Makes a claim from one sentence.
Change = Callable[[Tagged, random.Random, Material], str | None]
# Makes claims from several sentences of an article.
Maker = Callable[[Material, random.Random], Iterator[Claim]]

ALTERATIONS: Mapping[str, Change] = {
    "any word": wordwise.any_word,
    "opposite": wordwise.opposite,
    "negation": wordwise.negation,
    "modal and hedge": wordwise.modal_or_hedge,
    "quantifier": wordwise.quantifier,
    "ordinal": wordwise.ordinal,
    "number": quantities.number,
    "unit": quantities.unit,
    "sign": quantities.sign,
    "date": quantities.date,
    "name": people.name,
    "role swap": people.role_swap,
}
FALSE_OF_SEVERAL: Mapping[str, Maker] = {
    "attribution": people.attribution,
    "joined": people.joined,
    "section": sections.other_section,
}
REWORDINGS: Mapping[str, Change] = {
    "verbatim": rewordings.verbatim,
    "clause split": rewordings.clause_split,
    "conjunct dropped": rewordings.conjunct_dropped,
    "passive": rewordings.passive,
    "moved": rewordings.moved,
    "shortened": rewordings.shortened,
    "contracted": rewordings.contracted,
    "number form": forms.number_form,
    "name form": forms.name_form,
}
TRUE_OF_SEVERAL: Mapping[str, Maker] = {"own section": sections.own_section}
# Small folders have few sentences: each is changed this many times, and duplicates are dropped.
_ROUNDS = 8


def draw(found: Material, n: int, seed: int) -> Iterator[Claim]:
    """Yield at most `n` claims of every kind; kinds for which the articles have no sentences are left out.

    Every kind is drawn independently: adding or changing one leaves the others as they are.
    """
    for changes, true in ((ALTERATIONS, False), (REWORDINGS, True)):
        for kind, change in changes.items():
            yield from islice(_changed(found, kind, change, true, _rng(seed, kind)), n)
    for kind, maker in (*FALSE_OF_SEVERAL.items(), *TRUE_OF_SEVERAL.items()):
        yield from _few(maker(found, _rng(seed, kind)), n, _rng(seed, f"{kind} order"))


def _rng(seed: int, kind: str) -> random.Random:
    return random.Random(f"{seed} {kind}")  # noqa: S311  a draw that can be repeated, nothing secret


def _changed(found: Material, kind: str, change: Change, true: bool, rng: random.Random) -> Iterator[Claim]:
    """Yield every sentence changed in turn, repeatedly, without duplicates."""
    sentences, seen = found.all_sentences, set()
    for _ in range(_ROUNDS):
        rng.shuffle(sentences)
        for one in sentences:
            text = change(one, rng, found)
            if text and (text not in seen) and (true or text != one.text):
                seen.add(text)
                yield Claim(kind, true, text, ((one.sentence,),))


def _few(claims: Iterator[Claim], n: int, rng: random.Random) -> list[Claim]:
    """Return `n` of the claims, spread over the articles."""
    every = list({claim.text: claim for claim in claims}.values())
    rng.shuffle(every)
    return every[:n]
