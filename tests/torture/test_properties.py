"""Whatever is asked, written or set: typed errors only, and quotes that stand where they say."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from eval.dataset.samples import load_samples
from rag import Answer, Chatbot, RagError, Settings
from rag.articles.chunks import Chunking, cut_chunks
from rag.articles.read import read_corpus
from rag.models.export import DEFAULT_ENCODER, load_encoder
from rag.parts import Encoder
from rag.settings import variable
from tests.conftest import ARTICLES, make_settings, write_articles
from tests.fakes.generations import live
from tests.torture.effort import Effort

_ODD = ["\u202e", "\u200b", "\x00", "[1]", "“", "’", "\r\n", "\ud800", "%", "--"]
_WORDS = st.sampled_from([*" ".join(ARTICLES.values()).split(), *_ODD])
TEXT = st.lists(_WORDS | st.text(max_size=6), max_size=30).map(" ".join) | st.text(max_size=300)
TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": TEXT})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_MARKS = [
    "---\n",
    "title: ",
    "# ",
    "\n\n",
    "\r\n",
    "- ",
    "```\n",
    "\x00",
    ". ",
    "date: 2025-13-45\n",
    "&a [*a]\n",
]
_MARKS += ["e.g. ", "U.S. ", "日本語。", "\u2028", "\ufeff"]
MARKUP = st.sampled_from([*(mark.encode() for mark in _MARKS), b"\xff\xfe", b"\xe9", b"x" * 400])


def check_quotes(answer: Answer, bot: Chatbot) -> None:
    for citation in answer.citations:
        assert bot.article(citation.source).text[citation.start : citation.end] == citation.quote


def test_r8_any_question_and_history_is_answered_or_a_typed_error(chatbot: Chatbot, effort: Effort) -> None:
    counts = {"answered": 0, "typed_errors": 0}

    @effort.cases(short=40, long=4000)
    @given(TEXT, st.lists(TURN | ANYTHING, max_size=4))
    def ask(question: str, history: Any) -> None:
        try:
            answer = chatbot.ask(question, history=history)
        except RagError:
            counts["typed_errors"] += 1
            return
        counts["answered"] += 1
        check_quotes(answer, chatbot)
        json.dumps(answer.to_dict())

    ask()
    effort.found("R8", "any question and history", cases=sum(counts.values()), **counts)


def test_r8_any_bytes_of_an_article_are_read_or_skipped_with_exact_spans(
    tmp_path: Path, effort: Effort
) -> None:
    counts = {"read": 0, "skipped": 0}

    @effort.cases(short=60, long=4000)
    @given(st.binary(max_size=200) | st.lists(MARKUP | st.binary(max_size=20), max_size=40).map(b"".join))
    def read(data: bytes) -> None:
        (tmp_path / "a.md").write_bytes(data)
        corpus = read_corpus(tmp_path, 1_000_000)
        assert len(corpus.articles) + len(corpus.skipped) == 1
        counts["read" if corpus.articles else "skipped"] += 1
        for article in corpus.articles:
            chunks = cut_chunks(article, Chunking(64, 1), 62, lambda texts: [len(t.split()) for t in texts])
            at = 0
            for sentence in (s for chunk in chunks for s in chunk.sentences[chunk.overlap :]):
                assert at <= sentence.start < sentence.end <= len(article.text)
                at = sentence.end

    read()
    effort.found("R8", "any bytes of an article", cases=sum(counts.values()), **counts)


def test_r8_any_settings_are_taken_or_refused_with_the_variables_name(
    monkeypatch: pytest.MonkeyPatch, effort: Effort
) -> None:
    names = [name for name in Settings.model_fields if name not in ("articles", "cache", "index", "feedback")]
    allowed = st.characters(exclude_characters="\x00", codec="utf-8")
    counts = {"taken": 0, "refused": 0}

    @effort.cases(short=60, long=1000)
    @given(st.sampled_from(names), st.text(allowed, max_size=30))
    def load(name: str, value: str) -> None:
        with monkeypatch.context() as changed:
            changed.setenv(variable(name), value)
            told = ""
            try:
                Settings.load()
            except RagError as error:
                told = str(error)
        counts["refused" if told else "taken"] += 1
        assert not told or variable(name) in told
        if name.endswith(("key", "token")) and len(value.strip()) > 3:
            assert value.strip() not in told

    load()
    effort.found("R8", "any setting", cases=sum(counts.values()), **counts)


def test_r8_any_question_file_is_read_or_a_typed_error(tmp_path: Path, effort: Effort) -> None:
    fields = [
        "id",
        "question",
        "answerable",
        "answers",
        "not_answers",
        "sources",
        "evidence",
        "history",
        "kind",
    ]
    counts = {"read": 0, "refused": 0}
    sample = {"id": "a", "question": "What?", "answerable": True, "answers": [["x"]]}
    changed = st.dictionaries(st.sampled_from(fields), ANYTHING, max_size=3).map(
        lambda some: {**sample, **some}
    )

    @effort.cases(short=60, long=1000)
    @given(st.lists((changed | ANYTHING).map(json.dumps) | st.text(max_size=40), max_size=4))
    def load(lines: list[str]) -> None:
        (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
        try:
            load_samples(tmp_path / "q.jsonl", None)
            counts["read"] += 1
        except RagError:
            counts["refused"] += 1

    load()
    effort.found("R8", "any question file", cases=sum(counts.values()), **counts)


class Folder(RuleBasedStateMachine):
    """A folder and its index beside a plain model of both: names, and the one number of each article."""

    encoder: Encoder
    steps = syncs = asked = 0

    def __init__(self) -> None:
        super().__init__()
        self.root = tempfile.TemporaryDirectory()
        root = Path(self.root.name)
        self.files: dict[str, int] = {}
        self.indexed: dict[str, int] = {}
        self.gone: set[int] = set()
        self.next = 1000
        write_articles(root / "articles", {})
        self.bot = Chatbot(make_settings(root), encoder=self.encoder)
        self.bot.sync(progress=lambda *_: None)

    def teardown(self) -> None:
        self.root.cleanup()

    def _write(self, name: str) -> None:
        self.next += 1
        self.files[name] = self.next
        text = f"Farm {name}\n\nThe farm keeps {self.next} geese. It was founded long ago. " * 2
        (self.bot.settings.articles / f"{name}.txt").write_text(text)

    @rule(name=st.sampled_from("abcdef"))
    def add_or_change(self, name: str) -> None:
        self._write(name)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), other=st.sampled_from("uvwxyz"))
    def rename(self, data: st.DataObject, other: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        folder = self.bot.settings.articles
        (folder / f"{name}.txt").replace(folder / f"{other}.txt")
        self.files[other] = self.files.pop(name)

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.files)))
        (self.bot.settings.articles / f"{name}.txt").unlink()
        del self.files[name]

    @rule(rebuild=st.integers(0, 9), allow_empty=st.booleans())
    def sync(self, rebuild: int, allow_empty: bool) -> None:
        report = self.bot.sync(progress=lambda *_: None, rebuild=rebuild == 0, allow_empty=allow_empty)
        # An index of several articles is not emptied without leave: the folder may be offline.
        assert bool(report.held) == (not self.files and len(self.indexed) > 1 and not allow_empty)
        if report.held:
            return
        if report.needed and not report.rebuilt:
            left = {*report.removed, *(old for old, _ in report.renamed)}
            assert left == {f"{name}.txt" for name in self.indexed if name not in self.files}
        self.gone |= set(self.indexed.values()) - set(self.files.values())
        self.indexed = dict(self.files)
        Folder.syncs += 1

    @precondition(lambda self: self.indexed)
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.indexed)))
        answer = self.bot.ask(f"How many geese does the farm {name} keep?")
        check_quotes(answer, self.bot)
        for number in self.gone:
            assert str(number) not in answer.text
        Folder.asked += 1

    @invariant()
    def the_index_is_what_was_last_synced(self) -> None:
        Folder.steps += 1
        assert self.bot.sources() == sorted(f"{name}.txt" for name in self.indexed)
        generation = live(self.bot.settings)
        ids = generation.catalog.ids()
        assert len(ids) == len(set(ids)) == len(generation.catalog) == len(generation.vectors)
        for name, number in self.indexed.items():
            assert f"{number} geese" in self.bot.article(f"{name}.txt").text


def test_r9_an_index_and_a_plain_model_of_it_agree_after_every_step(effort: Effort) -> None:
    class Run(Folder):
        encoder = load_encoder(DEFAULT_ENCODER, "int8", make_settings(Path("unused")).cache)

    runs, steps = effort(short=2, long=100), effort(short=12, long=50)
    cases = settings(effort.cases(short=runs, long=runs), stateful_step_count=steps, deadline=None)
    run_state_machine_as_test(Run, settings=cases)
    effort.found(
        "R9", "add, change, rename, delete, sync, ask",
        runs=runs, steps=Folder.steps, syncs=Folder.syncs, asked=Folder.asked,
    )  # fmt: skip
