"""Out-of-fold predictions of the published folds as models/aggressiveness/predictions.csv: no case id, own order."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tabular"))

from cohort import BLOCKS, TYPES  # noqa: E402
from measure import OutOfFold  # noqa: E402
from write import write_predictions  # noqa: E402

SEED = 20261124
RACES = {"WHITE": "White", "BLACK OR AFRICAN AMERICAN": "Black or African American", "ASIAN": "Asian"}
HORIZON = 60.0
#: How `models benchmark` judges it: C inside type and fold, five years, called in the upper half of predicted risk or above.
SPEC = {"within": "tumor type", "horizonMonths": HORIZON, "thresholds": [{"name": "more likely than not", "at": 0.5}, {"name": "low below", "at": 0.2}]}


def five_years(risk: np.ndarray, months: np.ndarray, death: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Probability of death within five years: Breslow hazard of the type's other folds, so that no patient helps itself."""
    out = np.empty(len(risk))
    for k in np.unique(fold):
        a, b = fold != k, fold == k
        order = np.argsort(months[a], kind="stable")
        t, d, e = months[a][order], death[a][order], np.exp(risk[a][order])
        at_risk = np.cumsum(e[::-1])[::-1][np.searchsorted(t, t, "left")]
        out[b] = 1 - np.exp(-np.exp(risk[b]) * (d / at_risk)[t <= HORIZON].sum())
    return out


def predictions(folder: Path, oof: OutOfFold, factors: dict) -> None:
    parts = []
    for t, (name, cohort) in enumerate(zip(TYPES, oof.cohorts)):
        present = [b for b in BLOCKS if b == "clinical" or cohort.raw[b].shape[1] > 0]
        risk = oof.score(BLOCKS, t) * factors["+".join(present)]
        people = cohort.demographics
        age = people["age"].to_numpy(float)
        parts.append(pd.DataFrame({
            "set": "TCGA, published folds", "fold": oof.fold[t], "months": np.round(cohort.months, 1), "event": cohort.death.astype(int),
            "probability": five_years(risk, cohort.months, cohort.death, oof.fold[t]), "score": risk,
            "rich clinical (C1)": oof.rich[t], "simple clinical (C0)": oof.simple[t],
            "by tumor type": name, "by age": np.where(age < 50, "under 50 years", np.where(age < 70, "50 to 69 years", "70 years and over")),
            "by sex": people["is_female"].map({1: "female", 0: "male"}).fillna("").to_numpy(), "by race": people["race"].map(RACES).fillna("").to_numpy(),
        }))
    table = pd.concat(parts)
    write_predictions(folder, [table], SEED)
