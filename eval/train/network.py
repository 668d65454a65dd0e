"""The network of the reader: a cross-encoder, trained from the encoder's own weights.

answers (pairs,)              how well the sentence answers the question; 0 is the level of “none of these”
start, end (pairs, pieces)    where in the sentence the answer begins and ends

All read the states of one pass over both texts. *answers* starts as the cosine between the means of
the two texts' states: read together, too, the untrained encoder puts the right sentence first in .73 of the
training lists (separately .77, by chance .2), so that no time is spent on learning what it knows. The word
embeddings are not trained: the data has too few of them.
"""

from collections.abc import Mapping
from pathlib import Path

import torch
from torch import nn

from rag.models.reader import ASKED, PAD, SAID

_MASKED = -1e4
_COSINE_SCALE, _COSINE_AT_NONE = 10.0, 0.85


class ReaderNetwork(nn.Module):
    """Maps pairs of texts to the three outputs. `body` is a BERT whose states have `size` numbers."""

    def __init__(self, body: nn.Module, size: int) -> None:
        super().__init__()
        self.body = body
        self.cosine_scale = nn.Parameter(torch.tensor(_COSINE_SCALE))
        self.judge, self.edges = nn.Linear(2 * size, 1), nn.Linear(size, 2)
        nn.init.zeros_(self.judge.weight)
        with torch.no_grad():
            self.judge.bias.copy_(torch.tensor([-_COSINE_SCALE * _COSINE_AT_NONE]))

    def forward(
        self, ids: torch.Tensor, parts: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Ids and parts (pairs, pieces), as in `rag.models.reader.PairBatch`."""
        said = (parts == SAID).long()
        states = self.body(
            input_ids=ids, attention_mask=(ids != PAD).long(), token_type_ids=said
        ).last_hidden_state
        asked_mean, said_mean = _mean(states, parts == ASKED), _mean(states, said)
        judged = self.judge(torch.cat((states[:, 0], said_mean), dim=1))
        cosine = (nn.functional.normalize(asked_mean) * nn.functional.normalize(said_mean)).sum(1)
        edges = self.edges(states).masked_fill(said.unsqueeze(2) == 0, _MASKED)
        return self.cosine_scale * cosine + judged[:, 0], edges[:, :, 0], edges[:, :, 1]

    def trained(self) -> dict[str, nn.Parameter]:
        """Return the parameters that are trained, by name."""
        return {name: one for name, one in self.named_parameters() if one.requires_grad}

    def load(self, trained: Mapping[str, torch.Tensor]) -> None:
        """Set what is `trained`; raises KeyError if one is missing."""
        with torch.no_grad():
            for name, one in self.trained().items():
                one.copy_(trained[name])


def from_encoder(folder: Path | str) -> ReaderNetwork:
    """Return an untrained network whose body is the encoder in `folder`."""
    from transformers import BertModel

    # Examples are drawn anew at every step, so that there is little to overfit, and dropout takes time.
    body = BertModel.from_pretrained(
        folder, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    body.embeddings.word_embeddings.weight.requires_grad_(False)
    return ReaderNetwork(body, body.config.hidden_size)


def _mean(states: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    mask = kept.unsqueeze(2).to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1).clamp(min=1)
