"""The closed word classes of English: function words, which carry a sentence's structure, not its content.

Grammars list them completely (Quirk et al., A Comprehensive Grammar of the English Language, 1985,
§2.39), so these lists do not grow with the articles. In other languages every word counts as a content word.
"""

from typing import Literal

BE = frozenset("be am is are was were been being".split())
HAVE = frozenset("have has had having".split())
DO = frozenset("do does did doing".split())
_POSSIBLE = "may might could can"
_NECESSARY = "must should shall ought need needs"
_FUTURE = "will would"
MODALS = frozenset(f"{_POSSIBLE} {_NECESSARY} {_FUTURE}".split())
AUXILIARIES = BE | HAVE | DO | MODALS
NEGATIONS = frozenset(
    "not no never none neither nor nobody nothing nowhere cannot without hardly scarcely barely".split()
)
SUBJECTS = frozenset("i you he she it we they who".split())
PRONOUNS = SUBJECTS | frozenset(
    (
        "me him her us them my your his its our their mine yours hers ours theirs himself herself itself"
        " themselves myself ourselves yourself this that these those both each other others another one ones"
        " which whom whose what someone somebody something anyone anybody anything everyone everybody"
        " everything there here such same so"
    ).split()
)
STANDS_FOR = frozenset("he she it they him her them his hers its their theirs this these those both".split())
PREPOSITIONS = frozenset(
    (
        "about above across after against along alongside amid among amongst around as at before behind below"
        " beneath beside besides between beyond by concerning considering despite down during except"
        " excluding following for from in including inside into like near of off on onto opposite out"
        " outside over past per regarding round since than through throughout till to toward towards under"
        " underneath unlike until up upon versus via with within without"
    ).split()
)
ARTICLES = frozenset("a an the".split())
COORDINATORS = frozenset("and or nor but plus".split())
SUBORDINATORS = frozenset(
    (
        "although because if unless while whereas though when where whenever whether since once lest"
        " that which who whom whose"
    ).split()
)
QUANTIFIERS = {
    **dict.fromkeys("all every each both everyone everybody everything always whole entire".split(), "all"),
    **dict.fromkeys("some several any someone somebody something sometimes".split(), "some"),
    **dict.fromkeys("most mostly usually generally majority".split(), "most"),
    **dict.fromkeys("many much lot lots numerous often frequently".split(), "many"),
    **dict.fromkeys("few little rarely seldom fewer less least minority".split(), "few"),
    **dict.fromkeys("no none neither never nobody nothing nowhere".split(), "no"),
    **dict.fromkeys("only solely merely exclusively just".split(), "only"),
    **dict.fromkeys("almost nearly about approximately around roughly".split(), "about"),
    **dict.fromkeys("more further additional greater".split(), "more"),
}
DISCOURSE = frozenset(
    (
        "also too however moreover furthermore thus therefore then meanwhile still yet already even again"
        " indeed instead nevertheless nonetheless now very quite rather either ever well according"
        " respectively namely overall finally later ago today together"
    ).split()
)
OTHERS = frozenset(
    "mr mrs ms dr prof own how why whatever whichever yes eg ie etc just s t d ll m re ve o".split()
)
FUNCTION = (
    AUXILIARIES | NEGATIONS | PRONOUNS | PREPOSITIONS | ARTICLES | COORDINATORS | SUBORDINATORS
    | frozenset(QUANTIFIERS) - frozenset("majority minority whole entire certain additional numerous".split())
    | DISCOURSE | OTHERS
)  # fmt: skip
"""All function words. Nouns and adjectives among `QUANTIFIERS` are excluded: they are content words too."""

Modality = Literal["", "possible", "necessary", "future"]


def modality(word: str) -> Modality:
    """How certain or binding a lower-case modal verb, adverb or adjective makes a statement; else ""."""
    if word in _POSSIBLE.split() or word in ("perhaps", "possibly", "maybe", "potentially", "possible"):
        return "possible"
    if word in _NECESSARY.split() or word in ("required", "obliged", "mandatory", "compulsory"):
        return "necessary"
    return "future" if word in _FUTURE.split() else ""
