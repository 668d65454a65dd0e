"""Parts of the chatbot for programs that need more than `rag` exports: the evaluation, training, tools.

    from rag.parts import read_corpus, relation

These names, and those of `rag.models.reader` (to train a reader), are as stable as those of `rag`; any other
may change.
"""

from rag.answer.said import count_text
from rag.articles.loaders.loader import Loaded, Loader
from rag.articles.read import read_corpus
from rag.articles.sentences import split_sentences
from rag.feedback import Disliked, drop_disliked, read_disliked
from rag.language.relation import PairModel, Place, Relation, place, relation
from rag.language.words import STOPWORDS, stem, words
from rag.models.chat import ChatModel, Finished, Message, Piece, Text, ask
from rag.models.choose import open_model
from rag.models.encoder import Encoder
from rag.pictures import PagePicture
from rag.progress import progress_on_stderr
from rag.search.find import Ranker
from rag.search.versions import possible_labels
from rag.settings import LLMName
from rag.types import Evidence, Mode, Sentence, Usage
from rag.wording import Wording, wording_for

__all__ = [
    "STOPWORDS",
    "ChatModel",
    "Disliked",
    "Encoder",
    "Evidence",
    "Finished",
    "LLMName",
    "Loaded",
    "Loader",
    "Message",
    "Mode",
    "PagePicture",
    "PairModel",
    "Piece",
    "Place",
    "Ranker",
    "Relation",
    "Sentence",
    "Text",
    "Usage",
    "Wording",
    "ask",
    "count_text",
    "drop_disliked",
    "open_model",
    "place",
    "possible_labels",
    "progress_on_stderr",
    "read_corpus",
    "read_disliked",
    "relation",
    "split_sentences",
    "stem",
    "wording_for",
    "words",
]
