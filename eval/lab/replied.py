"""What the whole chatbot shows of a language model's replies, whose sentences are known to be true or false.

    replies.jsonl → a model that says them again, question by question → Chatbot → what is shown of them

The check alone (`python -m eval alter --replies`) is given what each sentence cites. Here the cited sentences
must be found, numbered in the prompt and read back, and what stands in for a dropped sentence is counted too.
"""

import json
import re
import threading
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from eval.alterations.claims import Claim
from eval.stats.figures import Metric, mean, share
from rag import Answer, Chatbot, Settings, readable
from rag.parts import Finished, Message, Mode, Piece, Text, Usage

_NUMBERED = re.compile(r"^\[(\d{1,4})\] (.*)$", re.MULTILINE)
_ASKED = "\n\nQuestion: "
_CLAIM = re.compile(r"^Claim (\d{1,3}): (.*)\nSource \1: (.*)$", re.MULTILINE)
_BARE = re.compile(r"(?:yes|no)[,.:;—–-]\s*", re.IGNORECASE)
_EVIDENCE_TOKENS = 2000
_MOST_QUOTES = 10.0  # an answer's, for the interval


@dataclass(frozen=True, slots=True)
class SaysAgain:
    """A chat model that says the sentences of a file again, each with the numbers of what it cites.

    A sentence none of whose citations is in the prompt is left out. As a judge, it is always right.
    """

    claims: Mapping[str, Sequence[Claim]]
    mode: Mode = "custom"
    name: str = "replies"
    evidence_tokens: int = _EVIDENCE_TOKENS

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,  # noqa: ARG002
        deadline: float,  # noqa: ARG002
        stop: threading.Event | None = None,  # noqa: ARG002
    ) -> Generator[Piece, None, None]:
        asked = next(one["content"] for one in reversed(messages) if _answerable(one["content"]))
        yield Text(self._verdicts(asked) if _ASKED not in asked else self._reply(asked))
        yield Finished(Usage())

    def _reply(self, prompt: str) -> str:
        shown, _, question = prompt.rpartition(_ASKED)
        numbered = [(n, text) for n, text in _NUMBERED.findall(shown)]
        said = [_with_numbers(claim, numbered) for claim in self.claims.get(question, ())]
        return " ".join(filter(None, said)) or "NOT IN THE ARTICLES"

    def _verdicts(self, prompt: str) -> str:
        true = {_checked(claim) for some in self.claims.values() for claim in some if claim.true}
        verdicts = [
            {"claim": int(n), "stated": text in true, "words": source if text in true else ""}
            for n, text, source in _CLAIM.findall(prompt)
        ]
        return json.dumps({"verdicts": verdicts})


def _checked(claim: Claim) -> str:
    """What is checked of a claim: a leading “No,” is not."""
    text = readable(claim.text)
    bare = _BARE.match(text)
    return text[bare.end() :] if bare else text


def _answerable(content: str) -> bool:
    return _ASKED in content or _CLAIM.search(content) is not None


def _with_numbers(claim: Claim, numbered: Sequence[tuple[str, str]]) -> str:
    """The claim with the numbers of the sentences that it cites; empty if the prompt has none of them."""
    cited = [readable(sentence.text) for sentence in claim.proofs[0]]
    numbers = [n for n, text in numbered if any(one in text for one in cited)]
    return f"{claim.text} {''.join(f'[{n}]' for n in numbers)}" if numbers else ""


@dataclass(frozen=True, slots=True)
class Replied:
    """The answer to one question of the file, and the sentences that the model wrote for it."""

    answer: Answer
    claims: Sequence[Claim]

    def shows(self, claim: Claim) -> bool:
        """Whether it shows the sentence as written."""
        written = {one.text for one in self.answer.sentences if one.origin == "model"}
        return bool(written & {readable(claim.text), _checked(claim)})

    @property
    def quotes(self) -> int:
        """Sentences of the articles that are shown although the model did not write them."""
        return sum(one.origin == "article" for one in self.answer.sentences)


def ask_again(settings: Settings, claims: Sequence[Claim]) -> list[Replied]:
    """Answer each question of the claims, with their sentences as the model's reply."""
    of_question: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        of_question[claim.question].append(claim)
    with Chatbot(settings, model=SaysAgain(of_question)) as chatbot:
        return [Replied(chatbot.ask(question), said) for question, said in of_question.items()]


def figures(found: Sequence[Replied]) -> dict[str, Metric]:
    """Shares of true and false sentences that are shown, and quotes per answer."""
    every = [(one, claim) for one in found for claim in one.claims]
    groups = {
        "true shown": share([(c.article, one.shows(c)) for one, c in every if c.true]),
        "false shown": share([(c.article, one.shows(c)) for one, c in every if not c.true]),
        "quotes an answer": mean([(one.claims[0].article, one.quotes) for one in found], _MOST_QUOTES),
        "quotes beside an answer": mean(
            [(one.claims[0].article, len(one.answer.more)) for one in found], _MOST_QUOTES
        ),
    }
    return {name: figure for name, figure in groups.items() if figure is not None}
