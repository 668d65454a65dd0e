"""A reader so small that a test can make it: random weights over the encoder's own word pieces."""

from pathlib import Path

from rag.models.export import DEFAULT_ENCODER, model_folder

TOKENIZER = Path(model_folder(DEFAULT_ENCODER)) / "tokenizer.json"


def tiny_network():  # type: ignore[no-untyped-def]
    """An untrained network of one layer."""
    import torch
    from transformers import BertConfig, BertModel

    from eval.train.network import ReaderNetwork

    torch.manual_seed(3)
    body = BertModel(
        BertConfig(
            vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        ),
        add_pooling_layer=False,
    )  # fmt: skip
    network = ReaderNetwork(body, 16)
    torch.nn.init.normal_(network.judge.weight)
    return network


def write_tiny_reader(folder: Path) -> Path:
    """reader.onnx and reader.json in `folder`."""
    from eval.train.export import export

    return export(tiny_network(), folder, TOKENIZER, {"lists": 0})
