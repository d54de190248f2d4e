"""What the out-of-fold predictions say: C-index within type, gains with paired intervals, calibration, subsets."""

import pickle
from pathlib import Path

import numpy as np

from cohort import BLOCKS, TYPES
from cox import Stratum, harrell, slope

BOOTSTRAPS = 300
OMICS = BLOCKS[1:]
#: Every subset of modalities that a case may come with; clinical data are the least a score is given for.
SUBSETS = [["clinical"] + [b for i, b in enumerate(OMICS) if bits >> i & 1] for bits in range(8)]


def subset_key(blocks) -> str:
    return "+".join(b for b in BLOCKS if b in blocks)


class OutOfFold:
    """Contributions of every patient from the fold that did not see them."""

    def __init__(self, cohorts: list, folder: Path, split: str):
        self.cohorts = cohorts
        self.fold = [np.full(len(c.months), -1) for c in cohorts]
        self.blocks = [{b: np.zeros(len(c.months)) for b in BLOCKS} for c in cohorts]
        self.rich = [np.zeros(len(c.months)) for c in cohorts]
        self.simple = [np.zeros(len(c.months)) for c in cohorts]
        self.variances = []
        for fold in range(5):
            with open(folder / f"{split}-{fold}.pickle", "rb") as file:
                for t, part in enumerate(pickle.load(file)):
                    held = part["held"]
                    self.fold[t][held] = fold
                    for b in BLOCKS:
                        self.blocks[t][b][held] = part["full"][b]
                    self.rich[t][held] = part["rich"]
                    self.simple[t][held] = part["simple"]
                    self.variances.append((part["type"], part["variances"]))

    def score(self, blocks, t: int) -> np.ndarray:
        return sum(self.blocks[t][b] for b in blocks)

    def all_scores(self, blocks) -> list:
        return [self.score(blocks, t) for t in range(len(self.cohorts))]

    def c_index(self, scores: list, t: int, pick=None) -> float:
        """Mean over folds of Harrell's C inside type and fold; `pick` resamples patients inside each fold."""
        cohort, values = self.cohorts[t], []
        for fold in range(5):
            index = np.flatnonzero(self.fold[t] == fold) if pick is None else pick[fold]
            c = harrell(scores[t][index], cohort.months[index], cohort.death[index])
            if not np.isnan(c):
                values.append(c)
        return float(np.mean(values))

    def resamples(self, t: int, rng) -> list:
        return [rng.choice(index, len(index)) for index in (np.flatnonzero(self.fold[t] == f) for f in range(5))]

    def slope(self, scores: list) -> tuple:
        offset, strata, flat = 0, [], []
        for t, cohort in enumerate(self.cohorts):
            for fold in range(5):
                index = np.flatnonzero(self.fold[t] == fold)
                if cohort.death[index].any():
                    strata.append((Stratum(cohort.months[index], cohort.death[index]), index + offset))
            flat.append(scores[t])
            offset += len(cohort.months)
        return slope(np.concatenate(flat), strata)


def measure(oof: OutOfFold, seed: int = 20261124) -> dict:
    """C per type for C0 (age, sex, stage, grade), C1 (rich clinical) and the full model, with paired intervals."""
    rng = np.random.default_rng(seed)
    full = oof.all_scores(BLOCKS)
    models = {"simpleClinical": oof.simple, "richClinical": oof.rich, "full": full}
    per_type, draws = {}, {name: np.zeros((BOOTSTRAPS, len(TYPES))) for name in models}
    for t, name in enumerate(TYPES):
        for i in range(BOOTSTRAPS):
            pick = oof.resamples(t, rng)
            for model, scores in models.items():
                draws[model][i, t] = oof.c_index(scores, t, pick)
        row = {"patients": len(oof.cohorts[t].months), "deaths": int(oof.cohorts[t].death.sum())}
        for model, scores in models.items():
            row[model] = with_interval(oof.c_index(scores, t), draws[model][:, t])
        row["gainOverRichClinical"] = with_interval(
            row["full"]["value"] - row["richClinical"]["value"], draws["full"][:, t] - draws["richClinical"][:, t]
        )
        per_type[name] = row
    mean = {m: with_interval(np.mean([per_type[n][m]["value"] for n in TYPES]), draws[m].mean(axis=1)) for m in models}
    for baseline in ("simpleClinical", "richClinical"):
        gains = [per_type[n]["full"]["value"] - per_type[n][baseline]["value"] for n in TYPES]
        mean[f"gainOver{baseline[0].upper()}{baseline[1:]}"] = {
            **with_interval(np.mean(gains), (draws["full"] - draws[baseline]).mean(axis=1)),
            "typesUp": int(np.sum(np.array(gains) > 0)),
        }
    subsets = {}
    for blocks in SUBSETS:
        scores = oof.all_scores(blocks)
        raw, error = oof.slope(scores)
        subsets[subset_key(blocks)] = {
            "meanWithinTypeC": round(float(np.mean([oof.c_index(scores, t) for t in range(len(TYPES))])), 4),
            "rawSlope": round(raw, 4),
            "rawSlopeStandardError": round(error, 4),
        }
    return {"perType": per_type, "mean": mean, "subsets": subsets}


def with_interval(value, draws) -> dict:
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"value": round(float(value), 4), "low": round(float(low), 4), "high": round(float(high), 4)}
