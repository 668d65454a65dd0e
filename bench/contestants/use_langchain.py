"""LangChain's recipe: load, split, embed, store in Chroma; a record manager tracks what is indexed."""

from pathlib import Path

from langchain_chroma import Chroma
from langchain_classic.indexes import SQLRecordManager
from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_core.indexing import index
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from protocol import main


class LangChain:
    def __init__(self, articles: Path, folder: Path, model: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._loader = DirectoryLoader(str(articles), glob="*.txt", loader_cls=TextLoader)
        self._splitter = RecursiveCharacterTextSplitter(chunk_size=800, chunk_overlap=80)
        self._store = Chroma(
            "chunks", HuggingFaceEmbeddings(model_name=str(model)), persist_directory=str(folder / "chroma")
        )
        self._records = SQLRecordManager("chunks", db_url=f"sqlite:///{folder}/records.sqlite")
        self._records.create_schema()

    def index(self) -> None:
        documents = self._splitter.split_documents(self._loader.load())
        index(
            documents, self._records, self._store, cleanup="full", source_id_key="source",
            key_encoder="blake2b",
        )  # fmt: skip

    def ask(self, question: str) -> int:
        return len(self._store.similarity_search(question, k=5))

    def close(self) -> None:
        """Chroma has written all its data."""


if __name__ == "__main__":
    main(LangChain)
