"""Disliked answers: kept once, whole, within bounds."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from rag import Chatbot
from rag.errors import FeedbackError
from rag.feedback import drop_disliked, keep_disliked, read_disliked

TURNS = [{"role": "user", "content": "Which bridge?"}, {"role": "assistant", "content": "Over the Aln."}]


def test_a_disliked_answer_is_kept_with_its_passages_and_blank_gold(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "sub" / "feedback.jsonl"
    bot = Chatbot(chatbot.settings.model_copy(update={"feedback": path}))
    answer = bot.ask("What did it cost?", history=TURNS)
    bot.dislike(answer, history=TURNS)
    bot.dislike(answer, history=TURNS)
    (row,) = map(json.loads, path.read_text().splitlines())
    assert (row["question"], row["history"], row["answer"]) == ("What did it cost?", TURNS, answer.text)
    assert (row["answers"], row["evidence"]) == ([], [])
    assert 1 <= len(row["passages"]) <= 5


def test_readers_at_the_same_time_lose_nothing(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    answers = [chatbot.ask(f"Who is the architect number {n}?") for n in range(12)]
    threads = [threading.Thread(target=keep_disliked, args=(path, answer, [])) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.question for one in read_disliked(path)} == {answer.question for answer in answers}


def test_one_is_taken_out_and_the_others_stay(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    for question in ("Who is the mayor?", "Who is the architect?"):
        keep_disliked(path, chatbot.ask(question), [])
    drop_disliked(path, read_disliked(path)[0])
    assert [one.question for one in read_disliked(path)] == ["Who is the architect?"]


def test_a_full_file_or_one_that_cannot_be_written_is_reported(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    answer = chatbot.ask("Who is the mayor?")
    path.write_text(" " * 20_000_001)
    with pytest.raises(FeedbackError, match="full"):
        keep_disliked(path, answer, [])
    with pytest.raises(FeedbackError, match="cannot write"):
        keep_disliked(path / "below", answer, [])


LINE_ENDS = [chr(code) for code in (0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029)]


@pytest.mark.parametrize("end", LINE_ENDS, ids=lambda end: f"U+{ord(end):04X}")
def test_a_row_ends_at_a_line_feed_only(chatbot: Chatbot, tmp_path: Path, end: str) -> None:
    path = tmp_path / "feedback.jsonl"
    first = chatbot.ask("Who is the mayor?")
    passages = tuple(replace(one, text=f"before{end}after") for one in first.passages)
    keep_disliked(path, replace(first, text=f"He{end}She", passages=passages), [])
    keep_disliked(path, chatbot.ask("Who is the architect?"), [])
    kept = read_disliked(path)
    assert [one.question for one in kept] == ["Who is the mayor?", "Who is the architect?"]
    assert kept[0].answer == f"He{end}She"
    drop_disliked(path, kept[1])
    assert read_disliked(path) == kept[:1]


@pytest.mark.parametrize(
    "broken", [b"{broken\n", b"\xff\xfe\n", b'{"question": 1}\n', b"null\n", b'{"cut off']
)
def test_a_bad_row_costs_one_row(chatbot: Chatbot, tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "feedback.jsonl"
    keep_disliked(path, chatbot.ask("Who is the mayor?"), [])
    path.write_bytes(path.read_bytes() + broken)
    keep_disliked(path, chatbot.ask("Who is the architect?"), [])
    kept = read_disliked(path)
    assert [one.question for one in kept] == ["Who is the mayor?", "Who is the architect?"]
    drop_disliked(path, kept[0])
    assert read_disliked(path) == kept[1:]
    assert broken.strip() in path.read_bytes()  # somebody may mend it


def test_what_a_reader_sends_along_is_bounded(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    turns = [{"role": "user", "content": "x" * 1_000_000}] * 100
    keep_disliked(path, chatbot.ask("Who is the mayor?"), turns, word="\ud800" * 60_000_000)
    assert path.stat().st_size < 200_000
    [kept] = read_disliked(path)
    assert kept.question == "Who is the mayor?"
