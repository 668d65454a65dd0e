"""LlamaIndex's recipe: an ingestion pipeline into Chroma; its document store tracks what is indexed."""

from pathlib import Path

import chromadb
from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.vector_stores.chroma import ChromaVectorStore
from protocol import main


class LlamaIndex:
    def __init__(self, articles: Path, folder: Path, model: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._articles, self._documents = articles, folder / "documents.json"
        client = chromadb.PersistentClient(str(folder / "chroma"))
        collection = client.get_or_create_collection("chunks", configuration={"hnsw": {"space": "cosine"}})
        self._store = ChromaVectorStore(chroma_collection=collection)
        self._embedding = HuggingFaceEmbedding(model_name=str(model))
        documents = SimpleDocumentStore()
        if self._documents.exists():
            documents = SimpleDocumentStore.from_persist_path(str(self._documents))
        self._pipeline = IngestionPipeline(
            transformations=[SentenceSplitter(chunk_size=160, chunk_overlap=20), self._embedding],
            vector_store=self._store,
            docstore=documents,
            docstore_strategy=DocstoreStrategy.UPSERTS_AND_DELETE,
        )
        self._retriever = VectorStoreIndex.from_vector_store(
            self._store, embed_model=self._embedding
        ).as_retriever(similarity_top_k=5)

    def index(self) -> None:
        documents = SimpleDirectoryReader(str(self._articles), filename_as_id=True).load_data()
        self._pipeline.run(documents=documents)
        self._pipeline.docstore.persist(str(self._documents))

    def ask(self, question: str) -> int:
        return len(self._retriever.retrieve(question))

    def close(self) -> None:
        """Chroma and the document store have written all their data."""


if __name__ == "__main__":
    main(LlamaIndex)
