"""HTML of everything that is shown: templates that escape every value.

All text is untrusted: articles, questions, model replies, what a browser has stored. A template drops
invisible characters from each value and escapes it; only `Markup` created here is inserted unchanged.
"""

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from rag import Citation, readable
from ui.words import Words

_LINE_ENDS = str.maketrans({"\r": None})


def page_part(template: str, words: Words, **values: object) -> str:
    """Render a template of `ui/templates`; `t` is the interface's texts in it."""
    return _TEMPLATES.get_template(f"{template}.html").render(t=words, **values)


def place_of(citation: Citation, words: Words) -> str:
    """Return where in its article a quote is: the page or chapter of a document that has them, else the
    line.
    """
    return getattr(citation, "place", "") or words("line", line=citation.line)


def lines(text: str) -> Markup:
    """Return text with its line breaks, otherwise made readable and escaped."""
    return Markup("\n").join(_line(line) for line in text.translate(_LINE_ENDS).split("\n"))


def _line(line: str) -> Markup:
    """Keep spaces at the ends, so that adjacent text is not joined."""
    inner = readable(line)
    if not inner:
        return escape(" " if line else "")
    return escape((" " if line[0].isspace() else "") + inner + (" " if line[-1].isspace() else ""))


def _shown(value: object) -> object:
    return readable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_TEMPLATES = Environment(
    loader=PackageLoader("ui"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_shown,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals["place_of"] = place_of
