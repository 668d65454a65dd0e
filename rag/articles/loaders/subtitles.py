"""Subtitles (.srt, .vtt): words with their time; consecutive lines form one text."""

import re

from rag.articles.loaders.loader import Loaded, Places
from rag.articles.loaders.plain import decoded
from rag.errors import ArticleError
from rag.types import readable

_TIMES = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d{1,3}[ \t]{0,4}-->[ \t]{0,4}(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
)
_TAG = re.compile(r"<(?:v(?:\.[\w.]{1,40})?[ \t]{1,4}([^<>]{1,80})|/?[^<>]{0,80})>")
_SPEAKER = re.compile(r"(?:-[ \t]{0,4})?([A-Z][\w.’' -]{1,40}):[ \t]")
_ENDS = '.!?。！？…"”'
_MOST_CUES = 12  # joined into one paragraph: then a new place begins


class Subtitles:
    suffixes = (".srt", ".vtt")

    def load(self, source: str, data: bytes) -> Loaded:
        file = decoded(data)
        places = Places()
        words, speaker, began, cues = "", "", "", 0
        time, lines = "", list[str]()
        for line in [*file.text.replace("\r\n", "\n").split("\n"), "", "99:59:59.000 --> 99:59:59.000"]:
            match = _TIMES.match(line.strip())
            if match is None:
                lines.append(line.strip())
                continue
            said, who = _said(lines, time)
            turned = bool(who) and who != speaker
            if words and (turned or words[-1] in _ENDS or cues >= _MOST_CUES):
                places.add(f"{speaker}: {words}" if speaker else words, began)
                words, cues = "", 0
            if said:
                began = began if words else time
                speaker = who or speaker
                words = f"{words} {said}" if words else said
                cues += 1
            time, lines = _time(match), []
        places.add(f"{speaker}: {words}" if speaker else words, began)
        if not places.text:
            raise ArticleError("it contains no subtitles")
        return Loaded(places.text, places=tuple(places.places), note=file.note)


def _time(match: re.Match[str]) -> str:
    hours = int(match[1] or 0)
    return f"{hours}:{int(match[2]):02}:{match[3]}" if hours else f"{int(match[2])}:{match[3]}"


def _said(lines: list[str], time: str) -> tuple[str, str]:
    """Return the words of one cue, and who says them; text before the first time is not a cue."""
    if not time:
        return "", ""
    kept = [line for line in lines if line and not line.isdigit()]
    text = " ".join(kept)
    voice = next((match[1] for match in _TAG.finditer(text) if match[1]), "")
    plain = readable(_TAG.sub("", text))
    if match := _SPEAKER.match(plain):
        voice, plain = match[1], plain[match.end() :]
    return plain, voice.strip()
