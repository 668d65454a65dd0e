"""Disliked answers: kept once, whole, within bounds."""

import json
import threading
from pathlib import Path

import pytest

from rag import Chatbot
from rag.errors import FeedbackError
from rag.feedback import drop_candidate, keep_candidate, read_candidates

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
    threads = [threading.Thread(target=keep_candidate, args=(path, answer, [])) for answer in answers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.question for one in read_candidates(path)} == {answer.question for answer in answers}


def test_one_is_taken_out_and_the_others_stay(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    for question in ("Who is the mayor?", "Who is the architect?"):
        keep_candidate(path, chatbot.ask(question), [])
    drop_candidate(path, read_candidates(path)[0])
    assert [one.question for one in read_candidates(path)] == ["Who is the architect?"]


def test_a_full_or_broken_file_is_told(chatbot: Chatbot, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    answer = chatbot.ask("Who is the mayor?")
    path.write_text("{broken\n")
    with pytest.raises(FeedbackError, match="cannot read"):
        keep_candidate(path, answer, [])
    path.write_text(" " * 20_000_001)
    with pytest.raises(FeedbackError, match="full"):
        keep_candidate(path, answer, [])
    with pytest.raises(FeedbackError, match="cannot write"):
        keep_candidate(path / "below", answer, [])
