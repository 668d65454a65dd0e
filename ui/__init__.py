"""The Gradio page: chat on the left, evidence on the right."""

from importlib.util import find_spec

if find_spec("gradio") is None:
    raise ImportError("the page needs its extra `ui`: pip install 'article-qa[ui]'")
