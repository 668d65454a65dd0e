"""The trained part of the reader: it aligns two texts word by word, on the encoder's states.

answers (pairs,)            how well the sentence answers the question; 0 is the level of “none of these”
says (pairs,)               whether the source states the claim; above 0 is yes
start, end (pairs, said)    where in the sentence the answer begins and ends

The encoder is frozen and reads question and sentence separately, so that a sentence is read once for many
questions, and an example costs a tenth of what training the encoder with it would. Each word piece of one
text is compared with what it attends to in the other (decomposable attention: Parikh et al., 2016). Whether
the identical piece occurs there is an input of its own, since one changed word decides about a proof but
barely moves a mean. One transformer layer then reads all comparisons together. The *answers* output is
initialized to the cosine between the means, by which the encoder itself ranks.
"""

import torch
from torch import nn

_MASKED = -1e4


class ReaderHead(nn.Module):
    """Maps the states and ids of two texts' word pieces to the four outputs."""

    def __init__(self, width: int = 384, size: int = 128, heads: int = 4, dropout: float = 0.1) -> None:
        super().__init__()
        self.project, self.norm = nn.Linear(width, size), nn.LayerNorm(size)
        self.query, self.key = nn.Linear(width, size, bias=False), nn.Linear(width, size, bias=False)
        self.sharpness, self.sameness = nn.Parameter(torch.tensor(10.0)), nn.Parameter(torch.tensor(2.0))
        self.compare = nn.Linear(4 * size + 4, size)
        self.side = nn.Embedding(2, size)
        self.layer = _Layer(size, heads, dropout)
        self.out_norm = nn.LayerNorm(size)
        self.mix, self.judge = nn.Linear(4 * size + 6, size), nn.Linear(size, 2)
        self.edges = nn.Linear(2 * size, 2)
        self.cosine_scale = nn.Parameter(torch.tensor(10.0))
        self.dropout = nn.Dropout(dropout)
        nn.init.orthogonal_(self.query.weight)
        nn.init.zeros_(self.judge.weight)
        with torch.no_grad():
            self.key.weight.copy_(self.query.weight)
            self.judge.bias.copy_(torch.tensor([-5.0, 0.0]))  # half of a cosine is about where answers begin

    def forward(
        self, asked: torch.Tensor, asked_ids: torch.Tensor, said: torch.Tensor, said_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """States (pairs, pieces, width) and ids (pairs, pieces) of both texts, padded below 0."""
        a_kept, s_kept = asked_ids >= 0, said_ids >= 0
        both = a_kept.unsqueeze(2) & s_kept.unsqueeze(1)
        cosine = _unit(asked) @ _turned(_unit(said))
        same = (asked_ids.unsqueeze(2) == said_ids.unsqueeze(1)).float()
        attention = self.sharpness * (_unit(self.query(asked)) @ _turned(_unit(self.key(said))))
        attention = (attention + self.sameness * same).masked_fill(~both, _MASKED)
        to_said, to_asked = attention.softmax(2), _turned(attention.softmax(1))
        a, s = self._projected(asked), self._projected(said)
        near = cosine.masked_fill(~both, -1.0)
        a_likeness = _likeness(near, cosine, same, to_said)
        s_likeness = _likeness(_turned(near), _turned(cosine), _turned(same), to_asked)
        compared = torch.cat(
            (
                self._compared(a, to_said @ s, a_likeness) + self.side.weight[0],
                self._compared(s, to_asked @ a, s_likeness) + self.side.weight[1],
            ),
            dim=1,
        )
        read = self.layer(compared, torch.cat((a_kept, s_kept), dim=1))
        read = self.out_norm(read)
        a_read, s_read = read[:, : asked.shape[1]], read[:, asked.shape[1] :]
        means = (_unit(_mean(asked, a_kept)) * _unit(_mean(said, s_kept))).sum(1)
        whole = torch.cat(
            (
                _mean(a_read, a_kept), _peak(a_read, a_kept), _mean(s_read, s_kept), _peak(s_read, s_kept),
                means.unsqueeze(1), _mean(a_likeness, a_kept), s_kept.sum(1, keepdim=True) / 50.0,
            ),
            dim=1,
        )  # fmt: skip
        judged = self.judge(self.dropout(nn.functional.gelu(self.mix(whole))))
        edges = self.edges(torch.cat((s_read, s), dim=2)).masked_fill(~s_kept.unsqueeze(2), _MASKED)
        return self.cosine_scale * means + judged[:, 0], judged[:, 1], edges[:, :, 0], edges[:, :, 1]

    def _projected(self, states: torch.Tensor) -> torch.Tensor:
        projected: torch.Tensor = self.norm(self.project(self.dropout(states)))
        return projected

    def _compared(self, own: torch.Tensor, other: torch.Tensor, likeness: torch.Tensor) -> torch.Tensor:
        seen = torch.cat((own, other, (own - other).abs(), own * other, likeness), dim=2)
        return nn.functional.gelu(self.compare(seen))


class _Layer(nn.Module):
    """A transformer layer, norms first. PyTorch's own fixes the length of its example when exported."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.joined, self.out = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.grow, self.shrink = nn.Linear(size, 2 * size), nn.Linear(2 * size, size)
        self.before_attention, self.before_growth = nn.LayerNorm(size), nn.LayerNorm(size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, read: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
        """Read (pairs, pieces, size), masked by `kept`."""
        pairs, pieces, size = read.shape
        each = self.joined(self.before_attention(read)).reshape(
            pairs, pieces, 3, self.heads, size // self.heads
        )
        query, key, value = each.permute(2, 0, 3, 1, 4)
        likeness = query @ key.transpose(2, 3) / (size // self.heads) ** 0.5
        attention = likeness.masked_fill(~kept[:, None, None, :], _MASKED).softmax(3)
        mixed = (self.dropout(attention) @ value).permute(0, 2, 1, 3).reshape(pairs, pieces, size)
        read = read + self.dropout(self.out(mixed))
        grown = self.dropout(nn.functional.gelu(self.grow(self.before_growth(read))))
        whole: torch.Tensor = read + self.dropout(self.shrink(grown))
        return whole


def _likeness(
    near: torch.Tensor, cosine: torch.Tensor, same: torch.Tensor, attention: torch.Tensor
) -> torch.Tensor:
    """Return for each piece: the greatest cosine, whether it occurs there too, and both as attended to."""
    return torch.stack(
        (near.amax(2), same.amax(2), (attention * cosine).sum(2), (attention * same).sum(2)), dim=2
    )


def _turned(table: torch.Tensor) -> torch.Tensor:
    return table.transpose(1, 2)  # `mT` cannot be exported to ONNX


def _unit(states: torch.Tensor) -> torch.Tensor:
    return nn.functional.normalize(states, dim=-1)


def _mean(states: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    return (states * kept.unsqueeze(2)).sum(1) / kept.sum(1, keepdim=True).clamp(min=1)


def _peak(states: torch.Tensor, kept: torch.Tensor) -> torch.Tensor:
    peak = states.masked_fill(~kept.unsqueeze(2), _MASKED).amax(1)
    return peak * kept.any(1, keepdim=True)  # 0 if nothing is kept
