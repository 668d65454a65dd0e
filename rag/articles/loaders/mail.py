"""E-mails (.eml): subject, sender and date from the header, text from the body; attachments are left out."""

import email
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from rag.articles.loaders.loader import Loaded
from rag.articles.loaders.markup import to_markdown
from rag.errors import ArticleError
from rag.types import readable

_MAX_PARTS = 200


class Mail:
    suffixes = (".eml",)

    def load(self, source: str, data: bytes) -> Loaded:
        message = email.message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        if not message.keys():
            raise ArticleError("it is not an e-mail")
        text = _text(message)
        if not text.strip():
            raise ArticleError("the e-mail contains no text")
        subject, sender = readable(str(message["subject"] or "")), readable(str(message["from"] or ""))
        attached = [readable(name) for part in message.iter_attachments() if (name := part.get_filename())]
        note = f"not read: attached {', '.join(attached[:5])}" if attached else ""
        head = "".join(
            f"{name}: {readable(str(message[name.lower()]))}\n"
            for name in ("Subject", "From", "To", "Date")
            if message[name.lower()]
        )
        return Loaded(f"{head}\n{text}", subject, sender, _date(str(message["date"] or "")), note=note)


def _text(message: EmailMessage) -> str:
    parts = [part for part, _ in zip(message.walk(), range(_MAX_PARTS), strict=False)]
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and not part.is_attachment():
                try:
                    content = str(part.get_content())
                except (LookupError, ValueError):  # an unknown character set
                    content = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]
                return content if kind == "text/plain" else to_markdown(content)
    return ""


def _date(written: str) -> str:
    try:
        return parsedate_to_datetime(written).date().isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""
