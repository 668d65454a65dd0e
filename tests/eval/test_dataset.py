"""Question sets: the schema, what is checked beyond it, writing questions, other formats."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.dataset.samples import QuestionSetError, append_sample, load_samples, to_line, write_samples
from eval.dataset.validate import KINDS, faults
from rag import Chatbot
from rag.feedback import keep_disliked, read_disliked
from tests.conftest import ARTICLES, SEEDS, write_articles
from tests.fakes.evaluation import QUESTION, far, sample

OWN = Path(__file__).parents[2] / "eval" / "questions.jsonl"
TEXTS = {**ARTICLES}


def test_the_own_set_is_large_varied_and_without_faults() -> None:
    samples = load_samples(OWN)
    assert len(samples) >= 200
    assert {one.kind for one in samples} == set(KINDS)
    texts = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.iterdir()}
    assert list(faults(samples, texts)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no questions"),
        ("{broken", "1: Expecting property name"),
        ('{"id": "1"}', "1: question: Field required; answerable: Field required"),
        ('{"id": "1", "question": "q", "answerable": "yes"}', "answerable: Input should be a valid boolean"),
        ('{"id": "1", "question": " ", "answerable": true}', "question: String should have at least 1"),
        ('{"id": "1", "question": "q", "answerable": true}\n' * 2, "2: the id '1' is used twice"),
        ('{"id": "1", "question": "q", "answerable": true, "history": [{"role": "x"}]}', "history.0"),
        ('{"id": "1", "question": "q", "answerable": true, "answers": [[""]]}', "answers.0.0"),
        ("[1]", "1: row"),
    ],
)
def test_a_bad_question_set_is_refused_with_line_and_fault(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "q.jsonl").write_text(text)
    with pytest.raises(QuestionSetError) as caught:
        load_samples(tmp_path / "q.jsonl")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"kind": "riddle"}, "none of fact"),
        ({"kind": "unanswerable_far"}, "answerable is True"),
        ({"answers": ()}, "neither answers nor a reference"),
        ({"evidence": ()}, "answers need evidence"),
        ({"sources": ("nowhere.txt",)}, "no article 'nowhere.txt'"),
        ({"evidence": ("Repairs cost $4.3 million",)}, "word for word"),
        ({"answers": (("$4.3 million",),)}, "is in the evidence"),
        ({"not_answers": ("million",)}, "forbidden"),
    ],
)
def test_what_a_question_must_keep(changes: dict[str, object], fault: str) -> None:
    assert list(faults([sample()], TEXTS)) == []
    assert any(fault in one for one in faults([sample(**changes)], TEXTS))


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("What do the repairs cost?", True),
        ("the repairs: what did they cost", False),
        ("Repairs cost what?", True),
        ("What did the repairs not cost?", False),
        ("What did the repairs cost in May?", False),
    ],
)
def test_near_duplicates_are_refused(question: str, same: bool) -> None:
    found = list(faults([sample(), sample(id="2", question=question)], TEXTS))
    assert found == (["2: asks the same as 1"] if same else [])


def test_the_same_words_after_another_conversation_are_another_question() -> None:
    turns = (
        {"role": "user", "content": "Which bridge?"},
        {"role": "assistant", "content": "The one over the Aln."},
    )
    assert list(faults([sample(), sample(id="2", kind="follow_up", history=turns)], TEXTS)) == []


def test_a_set_is_written_as_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    write_samples(path, [sample(), far(reference="Nothing.")])
    path.write_text(path.read_text().rstrip("\n"))  # an editor may leave the last line open
    append_sample(path, sample(id="3"))
    assert load_samples(path) == [sample(), far(reference="Nothing."), sample(id="3")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "articles", ARTICLES)
    return tmp_path


def eval_command(*arguments: str, typed: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments), input=typed)
    return done.exit_code, done.output


def paths(folder: Path) -> list[str]:
    return ["--articles", str(folder / "articles"), "--questions", str(folder / "q.jsonl")]


def test_check_lists_every_fault(folder: Path) -> None:
    (folder / "q.jsonl").write_text(to_line(sample()) + to_line(sample(id="2", kind="riddle")))
    code, out = eval_command("check", *paths(folder))
    assert code == 1
    assert "2: the kind 'riddle'" in out
    assert "2: asks the same as 1" in out
    assert "2 questions, 2 faults" in out


def test_add_asks_until_the_question_holds(folder: Path) -> None:
    fields = (
        "riddle",
        "fact",
        "Who is the architect?",
        "Its architect is Leni Voss",
        "Its architect is Lena Voss",
    )
    typed = "\n".join([*fields, "", "Lena Voss | Voss", "", ""])
    code, out = eval_command("add", *paths(folder), typed=typed)
    assert code == 0, out
    assert "no article says that word for word; the nearest is: Its architect is Lena Voss." in out
    (added,) = load_samples(folder / "q.jsonl")
    assert (added.id, added.sources, added.answers) == ("fact-01", ("library.md",), (("Lena Voss", "Voss"),))
    same = ("fact", "Who is the architect?", "Lena Voss", "", "Lena Voss", "")
    again = "\n".join([*same, "unanswerable_near", "How old is the architect?", ""])
    code, out = eval_command("add", *paths(folder), typed=again)
    assert "asks the same as fact-01" in out
    assert [one.id for one in load_samples(folder / "q.jsonl")] == ["fact-01", "unanswerable_near-01"]


def test_review_makes_a_question_of_a_disliked_answer_and_keeps_what_was_skipped(
    folder: Path, chatbot: Chatbot
) -> None:
    path = folder / "feedback.jsonl"
    for question in (QUESTION, "Who is the architect?", "Who is the mayor?"):
        keep_disliked(path, chatbot.ask(question), [])
    typed = "x\na\nfact\n\nRepairs cost $4.2 million\n\n4.2 million\n\nd\nq\n"
    code, out = eval_command("review", *paths(folder), "--feedback", str(path), typed=typed)
    assert code == 0, out
    assert "1 of 3" in out
    assert [one.question for one in load_samples(folder / "q.jsonl")] == [QUESTION]
    assert [one.question for one in read_disliked(path)] == ["Who is the mayor?"]
    assert eval_command("review", *paths(folder), "--feedback", str(folder / "none.jsonl"))[0] == 0


def test_beir_there_and_back(folder: Path) -> None:
    write_samples(folder / "q.jsonl", [sample(), sample(id="2", kind="follow_up", history=(
        {"role": "user", "content": "q"}, {"role": "assistant", "content": "a"})), far()])  # fmt: skip
    code, out = eval_command("export", "beir", str(folder / "beir"), *paths(folder))
    assert code == 0, out
    assert "1 of 3 questions" in out
    assert (
        folder / "beir" / "qrels" / "test.tsv"
    ).read_text() == "query-id\tcorpus-id\tscore\n1\tbridge.txt\t1\n"
    code, out = eval_command("import", "beir", str(folder / "beir"), "--to", str(folder / "back"))
    assert code == 0, out
    (back,) = load_samples(folder / "back" / "questions.jsonl")
    text = (folder / "back" / "articles" / back.sources[0]).read_text()
    assert "title: Harbour bridge reopens" in text
    assert "Repairs cost $4.2 million" in text
    code, out = eval_command("import", "beir", str(folder / "beir"), "--to", str(folder / "back"))
    assert (code, "empty folder" in out) == (1, True)


def test_squad_there_and_back(folder: Path) -> None:
    several = sample(
        id="2", answers=(("$4.2 million",), ("90 days",)), question="What did it cost, how long did it take?"
    )
    write_samples(folder / "q.jsonl", [sample(), several, far()])
    code, out = eval_command("export", "squad", str(folder / "squad.json"), *paths(folder))
    assert code == 0, out
    assert "2 of 3 questions" in out
    code, out = eval_command("import", "squad", str(folder / "squad.json"), "--to", str(folder / "back"))
    assert code == 0, out
    nothing, back = load_samples(folder / "back" / "questions.jsonl")
    assert (back.question, back.answers) == (QUESTION, (("$4.2 million", "4.2 million"),))
    assert back.evidence == ("Repairs cost $4.2 million and took 90 days.",)
    assert not nothing.answerable
    assert eval_command("check", "--articles", str(folder / "back/articles"), "--questions",
                        str(folder / "back/questions.jsonl"))[0] == 0  # fmt: skip


def test_squad_spans_are_where_they_say(folder: Path) -> None:
    write_samples(folder / "q.jsonl", [sample(answers=(("4.2 MILLION",),))])
    eval_command("export", "squad", str(folder / "squad.json"), *paths(folder))
    data = json.loads((folder / "squad.json").read_text())["data"]
    paragraphs = [paragraph for entry in data for paragraph in entry["paragraphs"]]
    found = [
        (paragraph["context"][answer["answer_start"] :][: len(answer["text"])], answer["text"])
        for paragraph in paragraphs
        for question in paragraph["qas"]
        for answer in question["answers"]
    ]
    assert found == [("4.2 million", "4.2 million")]


@pytest.mark.parametrize(("kind", "name"), [("beir", "nowhere"), ("squad", "articles"), ("squad", "q.jsonl")])
def test_what_is_no_such_set_is_refused(folder: Path, kind: str, name: str) -> None:
    (folder / "q.jsonl").write_text("[]")
    code, out = eval_command("import", kind, str(folder / name), "--to", str(folder / "out"))
    assert code == 1
    assert "is no " in out
