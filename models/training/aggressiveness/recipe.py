"""The recipe: joint type-stratified ridge Cox with a penalty per block, half-pooled over types, partly shared."""

import numpy as np

import cox
from cohort import BLOCKS, TypeCohort, learn_scaling, standardise

GRID = [0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
START = {"clinical": 1.0, "rna": 0.3, "copy-number": 0.03, "mutation": 0.1}
SHARED = 0.3


def block_scale(z: np.ndarray) -> float:
    """Mean squared row norm: dividing by it gives every block a mean kernel diagonal of 1."""
    return float((z**2).sum(axis=1).mean()) if z.shape[1] else 0.0


def learn_variances(z: dict, stratum: cox.Stratum, blocks) -> dict:
    """Prior variance per block by Laplace evidence, coordinate moves on a grid, two passes."""
    kernels = {b: z[b] @ z[b].T / block_scale(z[b]) for b in blocks if z[b].shape[1]}
    v = {b: START[b] for b in kernels}
    total = lambda values: sum(values[b] * kernels[b] for b in kernels) + 1e-9 * np.eye(stratum.n)
    best, a = cox.evidence(stratum, total(v))
    for _ in range(2):
        moved = False
        for b in kernels:
            for candidate in GRID:
                if candidate == v[b]:
                    continue
                trial = {**v, b: candidate}
                if max(trial.values()) == 0:
                    continue
                value, a_trial = cox.evidence(stratum, total(trial))
                if value > best + 1e-6:
                    best, v, moved = value, trial, True
        if not moved:
            break
    return v


class Prepared:
    """All types' standardised training features and outcomes for one training set."""

    def __init__(self, cohorts: list, masks: list):
        self.cohorts, self.masks = cohorts, masks
        self.scalings = [learn_scaling(c, m) for c, m in zip(cohorts, masks)]
        self.z = [standardise(c, s) for c, s in zip(cohorts, self.scalings)]
        self.strata = [cox.Stratum(c.months[m], c.death[m]) for c, m in zip(cohorts, masks)]
        self.scale = [{b: block_scale(z[b][m]) for b in BLOCKS} for z, m in zip(self.z, masks)]

    @classmethod
    def of_subset(cls, whole: "Prepared", masks: list) -> "Prepared":
        """Fewer training patients under the scaling of the whole: members of a jackknife share one set of features."""
        part = object.__new__(cls)
        part.cohorts, part.masks, part.scalings, part.z, part.scale = whole.cohorts, masks, whole.scalings, whole.z, whole.scale
        part.strata = [cox.Stratum(c.months[m], c.death[m]) for c, m in zip(whole.cohorts, masks)]
        return part


def half_pool(own: list, blocks) -> list:
    """v = half the type's own variance, half the mean over the types that have the block."""
    mean = {b: np.mean([v[b] for v in own if b in v]) for b in blocks if any(b in v for v in own)}
    return [{b: 0.5 * v[b] + 0.5 * mean[b] for b in v} for v in own]


def union_columns(prepared: Prepared, blocks) -> dict:
    return {b: sorted({c for s in prepared.scalings for c in s.columns[b]}) for b in blocks}


def fit_joint(prepared: Prepared, variances: list, blocks, weights=None, start=None):
    """Fits all types together. Gives weights[block][type, column of the union] and the dual variables.

    log-risk of a patient of type t = sum over blocks of z . weights[block][t].
    """
    columns = union_columns(prepared, blocks)
    bounds = np.cumsum([0] + [s.n for s in prepared.strata])
    n = bounds[-1]
    kernel = np.zeros((n, n))
    scaled = {}
    for b in blocks:
        place = {c: i for i, c in enumerate(columns[b])}
        z = np.zeros((n, len(columns[b])))
        for t, (scaling, mask) in enumerate(zip(prepared.scalings, prepared.masks)):
            v, c = variances[t].get(b, 0.0), prepared.scale[t][b]
            if v == 0.0 or c == 0.0:
                continue
            index = [place[name] for name in scaling.columns[b]]
            z[np.ix_(range(bounds[t], bounds[t + 1]), index)] = prepared.z[t][b][mask] * np.sqrt(v / c)
        shared = z @ z.T
        kernel += SHARED * shared
        for lo, hi in zip(bounds[:-1], bounds[1:]):
            kernel[lo:hi, lo:hi] += (1 - SHARED) * shared[lo:hi, lo:hi]
        scaled[b] = z
    kernel[np.diag_indices(n)] += 1e-9
    a, _, _, _ = cox.fit(prepared.strata, kernel, start)
    weights_out = {}
    for b in blocks:
        z = scaled[b]
        shared_beta = SHARED * (a @ z)
        rows = []
        for t, (lo, hi) in enumerate(zip(bounds[:-1], bounds[1:])):
            own_beta = (1 - SHARED) * (a[lo:hi] @ z[lo:hi])
            v, c = variances[t].get(b, 0.0), prepared.scale[t][b]
            factor = np.sqrt(v / c) if v > 0 and c > 0 else 0.0
            present = np.zeros(len(columns[b]))
            place = {name: i for i, name in enumerate(columns[b])}
            present[[place[name] for name in prepared.scalings[t].columns[b]]] = 1.0
            rows.append((shared_beta + own_beta) * factor * present)
        weights_out[b] = np.array(rows)
    return weights_out, columns, a


def contributions(prepared: Prepared, weights: dict, columns: dict, blocks, t: int) -> dict:
    """Per block, the log-risk contribution of every patient of type t (training or not)."""
    out = {}
    for b in blocks:
        place = {c: i for i, c in enumerate(columns[b])}
        index = [place[c] for c in prepared.scalings[t].columns[b]]
        out[b] = prepared.z[t][b] @ weights[b][t][index] if index else np.zeros(len(prepared.cohorts[t].months))
    return out
