"""Spans of a question, as a program sees them that has configured OpenTelemetry."""

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from rag import Chatbot
from rag.errors import ScopeError
from tests.fakes import openai_server as fake

QUESTION = "What did the repairs to the bridge over the Aln cost?"


@pytest.fixture(scope="module")
def exporter() -> InMemorySpanExporter:
    """A provider can be set once per process."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return exporter


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    exporter.clear()
    return exporter


def whole(spans: InMemorySpanExporter) -> ReadableSpan:
    (span,) = (one for one in spans.get_finished_spans() if one.parent is None)
    return span


def test_each_stage_is_a_span_of_the_question_and_none_tells_what_it_says(
    chatbot: Chatbot, spans: InMemorySpanExporter
) -> None:
    with fake.serving(fake.says("The repairs cost $4.2 million. [1]")) as api:
        bot = chatbot.variant(
            llm="openai", openai_base_url=api.base_url, openai_model="m", price_prompt=2, price_completion=8
        )
        answer = bot.ask(QUESTION)
    question = whole(spans)
    assert question.attributes is not None
    assert question.attributes["article_qa.status"] == "answered"
    assert question.attributes["gen_ai.response.model"] == "m"
    assert question.attributes["gen_ai.usage.input_tokens"] == answer.usage.prompt_tokens > 0
    stages = [one for one in spans.get_finished_spans() if one.parent is not None]
    assert [one.name.partition(".")[2] for one in stages] == [
        "asking", "searching", "reading", "writing", "sentence",
    ]  # fmt: skip
    for one in stages:
        assert one.parent is not None
        assert one.parent.span_id == question.context.span_id
        assert question.start_time <= one.start_time <= one.end_time <= question.end_time
    told = "".join(one.to_json() for one in spans.get_finished_spans())
    assert "bridge" not in told
    assert "4.2" not in told
    used = answer.usage
    assert used.cost == pytest.approx((2 * used.prompt_tokens + 8 * used.completion_tokens) / 1e6)


def test_a_question_that_fails_or_is_left_ends_its_spans(
    chatbot: Chatbot, spans: InMemorySpanExporter
) -> None:
    with pytest.raises(ScopeError):
        chatbot.ask(QUESTION, sources=["nowhere.txt"])
    assert whole(spans).status.description == "ScopeError"
    spans.clear()
    with chatbot.stream(QUESTION) as stream:
        next(stream)
    assert [one.name for one in spans.get_finished_spans()][-1] == "article_qa.question"


def test_without_prices_no_cost_is_told(chatbot: Chatbot) -> None:
    assert chatbot.ask(QUESTION).usage.cost is None
