"""Score the answers to a question set stage by stage, and detect whether a change made them worse.

    dataset → scoring → stats → alterations → report → lab → commands

Each package may import those before it; a run is a list of `scoring.run.Row`.
"""

from importlib.util import find_spec

if find_spec("statsmodels") is None:
    raise ImportError("the evaluation needs its extra `eval`: pip install 'article-qa[eval]'")
