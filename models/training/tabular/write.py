"""Writes a model on one table: ONNX with parity rows, its columns, and its card as data and as a page."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import torch

OPSET = 13


def write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n")


def parity_rows(columns: list, count: int = 48) -> np.ndarray:
    """Rows both sides can make without a file: inside each column's range by integer arithmetic; optional ones unknown in every third row."""
    rows = np.empty((count, len(columns)))
    for i in range(count):
        for j, column in enumerate(columns):
            step = ((i * 7919 + j * 104729) % 1001) / 1000
            value = column["min"] + step * (column["max"] - column["min"])
            rows[i, j] = round(value) if column.get("values") else value
            if column.get("values"):
                rows[i, j] = column["values"][(i * 7 + j * 3) % len(column["values"])]
            # Whole rows without, and one column here and there: every path of the graph.
            if not column["required"] and (i % 3 == 0 or (i + j) % 11 == 0):
                rows[i, j] = np.nan
    return rows.astype(np.float32)


def write_model(folder: Path, model: torch.nn.Module, columns: list, outputs=("probability",)) -> None:
    """Exports `model` ([n, columns] raw float32, NaN for unknown -> an [n] tensor per output) and what torch says of the parity rows."""
    folder.mkdir(parents=True, exist_ok=True)
    model.eval()
    rows = parity_rows(columns)
    torch.onnx.export(
        model, (torch.tensor(rows[:3]),), str(folder / "model.onnx"), input_names=["features"], output_names=list(outputs),
        dynamic_axes={"features": {0: "n"}, **{name: {0: "n"} for name in outputs}}, opset_version=OPSET,
    )
    with torch.no_grad():
        said = model(torch.tensor(rows))
    said = dict(zip(outputs, said if isinstance(said, tuple) else (said,)))
    write_json(folder / "parity.json", {
        "tolerance": 1e-5,
        "rows": [[None if np.isnan(x) else float(f"{x:.9g}") for x in row] for row in rows.astype(np.float64)],
        **{name: [float(f"{x:.9g}") for x in value.numpy().astype(np.float64)] for name, value in said.items()},
    })


def typical(values: pd.Series) -> list:
    """1 % and 99 % of the training values, by which another scale is noticed."""
    return [float(f"{q:.6g}") for q in np.quantile(values.dropna(), [0.01, 0.99])]


def write_predictions(folder: Path, parts: list, seed: int) -> None:
    """Out-of-fold and outside predictions without an id, in an order of their own: what `models benchmark` measures again."""
    rng = np.random.default_rng(seed)
    table = pd.concat([part.iloc[rng.permutation(len(part))] for part in parts])
    table.to_csv(folder / "predictions.csv", index=False, float_format="%.6g")


def _number(x: dict) -> str:
    return f"{x['value']:.3f} ({x['low']:.3f} to {x['high']:.3f})"


def write_card(folder: Path, card: dict, sections: list) -> None:
    """`sections` are (title, head, rows) tables for the page; everything in them comes from the card's own numbers."""
    write_json(folder / "card.json", card)
    lines = [
        f"# {card['title']}", "", f"Version {card['version']}. {card['intendedUse']}", "",
        "## Must not be used for", "", *[f"- {x}" for x in card["notFor"]], "",
        "## Method", "", card["method"], "",
        "## Data", "", *[f"- {d['name']}: {d['citation']}. {d['licence']}." for d in card["data"]], "",
    ]
    for title, head, rows in sections:
        lines += [f"## {title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        lines += ["| " + " | ".join(_number(x) if isinstance(x, dict) else str(x) for x in row) + " |" for row in rows] + [""]
    lines += [
        "## Input", "",
        f"`consilium models evaluate {card['id']} --data <csv>` reads a CSV with a header. The outcome is the column `{card['outcome']['column']}` ({card['outcome']['meaning']}); columns that are not named here are left alone.", "",
        "| column | meaning | unit | range | may be unknown |", "|---|---|---|---|---|",
    ]
    for c in card["columns"]:
        span = ", ".join(f"{v:g}" for v in c["values"]) if c.get("values") else f"{c['min']:g} to {c['max']:g}"
        lines.append(f"| `{c['name']}` | {c['meaning']} | {c.get('unit', '')} | {span} | {'no' if c['required'] else 'yes: ' + c['unknown']} |")
    lines += ["", "## Limits", "", *[f"- {x}" for x in card["limits"]], ""]
    (folder / "card.md").write_text("\n".join(lines))
