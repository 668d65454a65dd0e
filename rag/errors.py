"""Errors a caller may show to a reader: what failed, the value, and the next command.

RagError
├── SettingsError     a setting is missing or wrong
├── CorpusError       the articles folder cannot be read
│   ├── ArticleError  one of its files cannot be read
│   └── AddressError  an address is not allowed, or cannot be fetched
├── IndexFault        the index is missing, foreign, newer or damaged
│   ├── IndexBusy     another process is writing it
│   └── IndexOutdated it was built by an older version of this program
├── EncoderError      the embedding model cannot be found or loaded
│   └── EncoderDamaged its cached files have changed since they were created
├── ReaderError       the reader's file is missing, truncated or another's
├── QuestionError     the question is empty or too long, or the history malformed
│   └── ScopeError    what it is limited to is malformed, or not there
├── FeedbackError     disliked answers cannot be saved or read
└── LLMError          the language model gave no usable answer
    ├── LLMTimeout    … within the deadline
    └── LLMStopped    … before the caller stopped it
"""


class RagError(Exception):
    """Any failure of this package; its message is safe to show."""


class SettingsError(RagError):
    """A setting is missing or wrong."""


class CorpusError(RagError):
    """The articles folder cannot be read."""


class ArticleError(CorpusError):
    """One file of the folder cannot be read; the message is the reason."""


class AddressError(CorpusError):
    """An address is not allowed, or what is there cannot be fetched or read."""


class IndexFault(RagError):
    """The index is missing, foreign, newer than this program, or damaged."""


class IndexBusy(IndexFault):
    """Another process is writing the index."""


class IndexOutdated(IndexFault):
    """The index was built by an older version of this program; a sync rebuilds it."""


class EncoderError(RagError):
    """The embedding model cannot be found or loaded."""


class EncoderDamaged(EncoderError):
    """The embedding model's cached files have changed since they were created."""


class ReaderError(RagError):
    """The reader's file is missing, truncated or another's; the first stage's order answers."""


class QuestionError(RagError):
    """The question is empty or too long, or the history is malformed."""


class ScopeError(QuestionError):
    """What a question is limited to is malformed, or names an article or a folder that is not there."""


class FeedbackError(RagError):
    """Disliked answers cannot be saved or read."""


class LLMError(RagError):
    """The language model gave no usable answer.

    The message is for the log and the command line: it may name an address and a setting. `reader` says the
    same in a sentence for people who only ask questions and can change neither.
    """

    def __init__(self, message: str, reader: str = "") -> None:
        super().__init__(message)
        self.reader = reader or message


class LLMTimeout(LLMError):
    """The language model did not finish within the deadline."""


class LLMStopped(LLMError):
    """The caller stopped the language model."""
