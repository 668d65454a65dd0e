"""What an example's form gives away: how well it is classified by the question alone.

A network that can recognize a near miss without its sentences learns how near misses are made, not what
they lack. The measure is a linear model over words, word pairs and letters, fitted on half of the texts.
"""

import random
from collections.abc import Sequence

from eval.train.lists import Lists

_DRAWN = 6000
_TOKEN = r"\w+|[^\w\s]"  # noqa: S105


def question_leak(lists: Lists, drawn: int = _DRAWN) -> float:
    """Return the AUC of generated near misses against answered lists, by the question alone.

    Human near misses are left out.
    """
    rng = random.Random(11)  # noqa: S311
    found = [one for one in (lists.draw(rng) for _ in range(drawn)) if one.miss != "human"]
    return _text_auc([one.question for one in found], [one.miss != "" for one in found])


def _text_auc(texts: Sequence[str], labels: Sequence[bool]) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline, make_union

    seen = make_union(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, token_pattern=_TOKEN, lowercase=False),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=5, lowercase=False),
    )
    half = len(texts) // 2
    model = make_pipeline(seen, LogisticRegression(max_iter=1000)).fit(texts[:half], labels[:half])
    return float(roc_auc_score(labels[half:], model.predict_proba(texts[half:])[:, 1]))
