"""OpenTelemetry spans of each question: its stages, with counts and times, but no content.

article_qa.question      article_qa.status = "answered", gen_ai.usage.input_tokens = 812, …
  article_qa.asking      until it stands alone
  article_qa.searching
  article_qa.reading     what was found, until the language model is asked or quotes are chosen
  article_qa.waiting     for the embedded model, behind other questions
  article_qa.writing
  article_qa.sentence    from the first proved sentence to the end

Nothing is recorded or sent unless the program configures OpenTelemetry's SDK: without it, its API does
nothing. The names of the model's attributes follow its semantic conventions for generative AI.
"""

from opentelemetry.trace import Span, Status, StatusCode, get_tracer, set_span_in_context

from rag.events import Event, Steps
from rag.explanation import Explanation
from rag.types import Answer
from rag.version import package_version


def traced(steps: Steps[Explanation]) -> Steps[Explanation]:
    """Take the steps of a question, recording a span for each stage.

    The spans are not made current: a generator may be resumed in another thread than the one it began in.
    """
    tracer = get_tracer("article-qa", package_version())
    question = tracer.start_span("article_qa.question")
    within, stage = set_span_in_context(question), "asking"
    span = tracer.start_span(f"article_qa.{stage}", within)
    try:
        while True:
            event: Event = next(steps)
            if event.kind != stage:
                span.end()
                stage = event.kind
                span = tracer.start_span(f"article_qa.{stage}", within)
            yield event
    except StopIteration as ended:
        explanation: Explanation = ended.value
        _describe(question, explanation.answer)
        return explanation
    except Exception as error:
        # Only the kind: a message may quote the question.
        question.set_status(Status(StatusCode.ERROR, type(error).__name__))
        raise
    finally:
        steps.close()
        span.end()
        question.end()


def _describe(span: Span, answer: Answer) -> None:
    span.set_attributes(
        {
            "article_qa.status": answer.status,
            "article_qa.mode": answer.mode,
            "article_qa.confidence": answer.confidence,
            "article_qa.sentences": len(answer.sentences),
            "article_qa.passages": len(answer.passages),
            "gen_ai.usage.input_tokens": answer.usage.prompt_tokens,
            "gen_ai.usage.output_tokens": answer.usage.completion_tokens,
        }
    )
    if answer.model:
        span.set_attribute("gen_ai.response.model", answer.model)
