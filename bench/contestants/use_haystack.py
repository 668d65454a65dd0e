"""Haystack's recipe: one pipeline writes to Chroma, one reads; what is already indexed is embedded again."""

from pathlib import Path

from haystack import Pipeline
from haystack.components.converters import TextFileToDocument
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.writers import DocumentWriter
from haystack.document_stores.types import DuplicatePolicy
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
from haystack_integrations.document_stores.chroma import ChromaDocumentStore
from protocol import main


class Haystack:
    def __init__(self, articles: Path, folder: Path, model: Path) -> None:
        self._articles = articles
        store = ChromaDocumentStore("chunks", persist_path=str(folder), distance_function="cosine")
        self._write = Pipeline()
        self._write.add_component("read", TextFileToDocument())
        self._write.add_component(
            "split", DocumentSplitter(split_by="word", split_length=120, split_overlap=12)
        )
        self._write.add_component(
            "embed", SentenceTransformersDocumentEmbedder(model=str(model), progress_bar=False)
        )
        self._write.add_component("store", DocumentWriter(store, policy=DuplicatePolicy.OVERWRITE))
        for one, other in (("read", "split"), ("split", "embed"), ("embed", "store")):
            self._write.connect(one, other)
        self._read = Pipeline()
        self._read.add_component(
            "embed", SentenceTransformersTextEmbedder(model=str(model), progress_bar=False)
        )
        self._read.add_component("retrieve", ChromaEmbeddingRetriever(store, top_k=5))
        self._read.connect("embed.embedding", "retrieve.query_embedding")

    def index(self) -> None:
        self._write.run({"read": {"sources": sorted(self._articles.glob("*.txt"))}})

    def ask(self, question: str) -> int:
        return len(self._read.run({"embed": {"text": question}})["retrieve"]["documents"])

    def close(self) -> None:
        """Chroma has written all its data."""


if __name__ == "__main__":
    main(Haystack)
