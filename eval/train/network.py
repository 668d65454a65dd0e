"""The network: a small encoder that reads a pair, and four outputs on it.

answers (pairs,)        how well the sentence answers the question; 0 is the place of “none of these”
says (pairs,)           whether the source states the claim; above 0 is yes
start, end (pairs, tokens)  where in the sentence the answer begins and ends

The body is trained for cosines between means, so the *answers* output begins as one: an untrained
reader ranks like the encoder. What one changed word does to a mean is little, so the greatest value
of each dimension over the tokens of either part is read as well.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel

from rag.models.pairs import ASKED, SENTENCE

_HIDDEN = 256
_MASKED = -1e4


@dataclass(frozen=True, slots=True)
class Outputs:
    """What the network says of a batch."""

    answers: torch.Tensor
    says: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor


class ReaderNetwork(nn.Module):
    """An encoder of the BERT family with the four outputs."""

    def __init__(self, body: nn.Module, width: int) -> None:
        super().__init__()
        self.body = body
        self.mix = nn.Linear(6 * width, _HIDDEN)
        self.judge = nn.Linear(_HIDDEN, 2)
        self.edges = nn.Linear(width, 2)
        self.cosine_scale = nn.Parameter(torch.tensor(10.0))
        nn.init.zeros_(self.judge.weight)
        # Half of a cosine is about where answers begin.
        self.judge.bias.data = torch.tensor([-5.0, 0.0])

    def forward(
        self, ids: torch.Tensor, parts: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        sentence = parts == SENTENCE
        states = self.body(
            input_ids=ids, attention_mask=(parts > 0).long(), token_type_ids=sentence.long()
        ).last_hidden_state.float()
        asked_mean, asked_peak = _pooled(states, parts == ASKED)
        said_mean, said_peak = _pooled(states, sentence)
        features = torch.cat(
            (
                asked_mean,
                said_mean,
                asked_mean * said_mean,
                (asked_mean - said_mean).abs(),
                asked_peak,
                said_peak,
            ),
            dim=1,
        )
        judged = self.judge(nn.functional.gelu(self.mix(features)))
        cosine = (nn.functional.normalize(asked_mean) * nn.functional.normalize(said_mean)).sum(1)
        edges = self.edges(states).masked_fill(~sentence.unsqueeze(2), _MASKED)
        return self.cosine_scale * cosine + judged[:, 0], judged[:, 1], edges[:, :, 0], edges[:, :, 1]


def from_encoder(folder: Path) -> ReaderNetwork:
    """An untrained reader on the encoder in `folder`; the vectors of words stay as they are."""
    # Nothing is read twice, so nothing is learned by heart; without dropout, attention is one fused step.
    body = AutoModel.from_pretrained(
        str(folder), add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    for part in (body.embeddings.word_embeddings, body.embeddings.position_embeddings):
        part.weight.requires_grad_(False)
    return ReaderNetwork(body, body.config.hidden_size)


def _pooled(states: torch.Tensor, kept: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean and the greatest value of each dimension over the kept tokens, both (pairs, width)."""
    mask = kept.unsqueeze(2)
    mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1)
    peak = states.masked_fill(~mask, _MASKED).amax(1)
    return mean, peak * kept.any(1, keepdim=True)  # of nothing: 0
