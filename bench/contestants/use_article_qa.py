"""This project, answering with quotes: each question goes through retrieval, evidence and checks."""

from pathlib import Path

from bench.contestants.protocol import main
from rag import Chatbot, Settings
from rag.index.vectors import load_chroma
from rag.models.export import load_encoder


class ArticleQA:
    """`model` is unused: the default encoder is the same.

    Like the others, it loads Chroma and the encoder before the first question.
    """

    def __init__(self, articles: Path, index: Path, model: Path) -> None:
        del model
        settings = Settings.load(articles=articles, index=index, llm="none")
        encoder = load_encoder(settings.encoder, settings.precision, settings.cache)
        self._chatbot = Chatbot(settings, encoder=encoder)
        load_chroma()

    def index(self) -> None:
        self._chatbot.sync(progress=lambda *_: None)

    def ask(self, question: str) -> int:
        return len(self._chatbot.ask(question).passages)

    def close(self) -> None:
        """Every sync leaves its generation complete."""


if __name__ == "__main__":
    main(ArticleQA)
