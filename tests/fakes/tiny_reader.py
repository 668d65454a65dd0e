"""A reader so small that a test can make it: the encoder's word pieces, and a body of random weights."""

from pathlib import Path


def tiny_network():  # type: ignore[no-untyped-def]
    """An untrained network whose outputs differ from pair to pair."""
    import torch
    from transformers import BertConfig, BertModel

    from eval.train.network import ReaderNetwork

    torch.manual_seed(3)
    small = BertConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, initializer_range=0.3,
    )  # fmt: skip
    network = ReaderNetwork(BertModel(small, add_pooling_layer=False), 16)
    torch.nn.init.normal_(network.judge.weight)
    return network.eval()


def write_tiny_reader(folder: Path) -> None:
    """The files of a reader in `folder`."""
    from eval.train.export import export

    export(tiny_network(), folder, {"sure_from": 0.0, "lists": 0})
