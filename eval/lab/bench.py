"""`python -m eval bench`: how fast it is, every figure measured in this run on this machine.

The indexing rate is also given as a ratio to sentence-transformers (fp32) over the same chunk
texts, in the same run: ratios carry over to other machines, seconds do not.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from eval.dataset.samples import Sample
from rag import Chatbot, Settings
from rag.corpus.chunks import embedded_text
from rag.resources import Resources

_FRESH_RUNS = 5
_REFERENCE_CHUNKS = 256
_FRESH = """
import sys
from rag import Chatbot, Settings
answer = Chatbot(Settings.load(llm="none", articles=sys.argv[1], index=sys.argv[2])).ask(sys.argv[3])
assert answer.text and "torch" not in sys.modules
"""


def bench(articles: Path, samples: Sequence[Sample]) -> dict[str, float]:
    """Figures by name; units are in the names."""
    with tempfile.TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        settings = Settings.load(articles=articles, index=index, llm="none")
        chatbot = Chatbot(settings)
        Resources(settings).encoder()  # exported beforehand, once for every index
        first, again = chatbot.sync(progress=_silent), chatbot.sync(progress=_silent)
        chatbot.ask(samples[0].question)
        warm = [_seconds(partial(chatbot.ask, sample.question, history=sample.history)) for sample in samples]
        command = [sys.executable, "-c", _FRESH, str(articles.resolve()), str(index), samples[0].question]
        fresh = [_seconds(lambda: subprocess.run(command, check=True)) for _ in range(_FRESH_RUNS)]
        bare = [_seconds(lambda: _python("pass")) for _ in range(_FRESH_RUNS)]
        imported = [_seconds(lambda: _python("import rag")) for _ in range(_FRESH_RUNS)]
        ours, reference = _encoder_rates(settings)
    return {
        "chunks": first.embedded_chunks,
        "index_from_empty_s": first.seconds,
        "index_unchanged_s": again.seconds,
        "index_chunks_per_s": first.embedded_chunks / first.seconds,
        "encoder_chunks_per_s": ours,
        "sentence_transformers_chunks_per_s": reference,
        "encoder_ratio": ours / reference,
        "fresh_process_to_answer_median_s": statistics.median(fresh),
        "warm_question_median_ms": statistics.median(warm) * 1e3,
        "warm_question_p95_ms": statistics.quantiles(warm, n=20)[-1] * 1e3,
        "import_rag_median_s": statistics.median(imported) - statistics.median(bare),
    }


def _encoder_rates(settings: Settings) -> tuple[float, float]:
    """Chunks a second, ours (chunk and sentence vectors) and sentence-transformers' (chunk only)."""
    from rag.index.export import load_unexported

    resources = Resources(settings)
    catalog = resources.generation().catalog
    step = max(len(catalog) // _REFERENCE_CHUNKS, 1)
    texts, spans = zip(
        *(embedded_text(catalog.chunk(row)) for row in range(0, len(catalog), step)), strict=True
    )
    encoder = resources.encoder()
    model = load_unexported(settings.encoder)
    no_spans = [()] * len(texts)
    list(encoder.encode_chunks(texts[:8], spans[:8])), list(model.encode_chunks(texts[:8], no_spans[:8]))
    ours = _seconds(lambda: list(encoder.encode_chunks(texts, spans)))
    reference = _seconds(lambda: list(model.encode_chunks(texts, no_spans)))
    return len(texts) / ours, len(texts) / reference


def _python(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
