"""The ONNX graph of the model and what it must answer, from its weights."""

import json
from pathlib import Path

import numpy as np
import torch

from cohort import TYPES


class Model(torch.nn.Module):
    """features [N, F], type [N] → contributions [N, members, blocks] and the main member's terms [N, F]."""

    def __init__(self, weights: np.ndarray, blocks: np.ndarray):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.tensor(weights, dtype=torch.float32))  # [members, types, F]
        self.blocks = torch.nn.Parameter(torch.tensor(blocks, dtype=torch.float32))  # [F, blocks]

    def forward(self, features, tumor_type):
        chosen = torch.index_select(self.weights, 1, tumor_type)  # [members, N, F]
        terms = chosen * features.unsqueeze(0)
        return torch.matmul(terms, self.blocks).transpose(0, 1), terms[0]


def synthetic_row(i: int, width: int) -> np.ndarray:
    """Rows that both sides can make without a file: features between -4 and 4 by integer arithmetic."""
    j = np.arange(width, dtype=np.int64)
    return (((i * 7919 + j * 104729) % 801 - 400) / 100).astype(np.float32)


def export(folder: Path, weights: np.ndarray, widths: list) -> None:
    """`weights` [members, types, features], `widths` the features of each block in turn: model.onnx and parity.json."""
    block_of = np.repeat(np.eye(len(widths)), widths, axis=0)
    model = Model(weights, block_of).eval()
    rows = np.stack([synthetic_row(i, weights.shape[2]) for i in range(64)])
    kinds = np.arange(64, dtype=np.int64) % len(TYPES)
    torch.onnx.export(
        model,
        (torch.tensor(rows[:2]), torch.tensor(kinds[:2])),
        str(folder / "model.onnx"),
        input_names=["features", "tumor_type"],
        output_names=["contributions", "terms"],
        dynamic_axes={"features": {0: "n"}, "tumor_type": {0: "n"}, "contributions": {0: "n"}, "terms": {0: "n"}},
        opset_version=13,
    )
    with torch.no_grad():
        contributions, _ = model(torch.tensor(rows), torch.tensor(kinds))
    write_json(folder / "parity.json", {
        "tolerance": 1e-5,
        "rule": "feature j of row i = ((i * 7919 + j * 104729) mod 801 - 400) / 100; type of row i = i mod 14",
        "contributions": [[[float(f"{x:.9g}") for x in member] for member in row] for row in contributions.numpy().astype(np.float64)],
    })


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n")
