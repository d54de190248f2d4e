"""The recipe: joint type-stratified ridge Cox with a penalty per block, half-pooled over types, partly shared."""

import numpy as np

import cox
from cohort import BLOCKS, TypeCohort, learn_scaling, standardise

GRID = [0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
START = {"clinical": 1.0, "rna": 0.3, "copy-number": 0.03, "mutation": 0.1}
SHARED = 0.3
MEMBERS = 10
SEED = 20261124


def jackknife_groups(cohorts: list) -> list:
    """Which member leaves each patient out, per type."""
    rng = np.random.default_rng(SEED)
    return [rng.permutation(len(c.months)) % MEMBERS for c in cohorts]


def block_scale(z: np.ndarray) -> float:
    """Mean squared row norm: dividing by it gives every block a mean kernel diagonal of 1."""
    return float((z**2).sum(axis=1).mean()) if z.shape[1] else 0.0


def learn_variances(z: dict, stratum: cox.Stratum, blocks) -> dict:
    """Prior variance per block by Laplace evidence, coordinate moves on a grid, two passes."""
    kernels = {b: z[b] @ z[b].T / block_scale(z[b]) for b in blocks if z[b].shape[1]}
    v = {b: START[b] for b in kernels}
    total = lambda values: sum(values[b] * kernels[b] for b in kernels) + 1e-9 * np.eye(stratum.n)
    asked = {}

    def evidence(values: dict) -> float:
        # The second pass asks much of what the first did.
        key = tuple(values.values())
        if key not in asked:
            asked[key] = cox.evidence(stratum, total(values))
        return asked[key]

    best = evidence(v)
    for _ in range(2):
        moved = False
        for b in kernels:
            for candidate in GRID:
                if candidate == v[b]:
                    continue
                trial = {**v, b: candidate}
                if max(trial.values()) == 0:
                    continue
                value = evidence(trial)
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


def scaled_columns(prepared: Prepared, variances: list, b: str, columns: list) -> np.ndarray:
    """All training patients' values of a block in the union's columns, times the root of the prior variance."""
    bounds = np.cumsum([0] + [s.n for s in prepared.strata])
    place = {c: i for i, c in enumerate(columns)}
    z = np.zeros((bounds[-1], len(columns)))
    for t, (scaling, mask) in enumerate(zip(prepared.scalings, prepared.masks)):
        v, c = variances[t].get(b, 0.0), prepared.scale[t][b]
        if v == 0.0 or c == 0.0:
            continue
        index = [place[name] for name in scaling.columns[b]]
        z[np.ix_(range(bounds[t], bounds[t + 1]), index)] = prepared.z[t][b][mask] * np.sqrt(v / c)
    return z


def per_type(prepared: Prepared, variances: list, b: str, columns: list, beta) -> np.ndarray:
    """[types, columns]: `beta(t)` of the scaled columns as weights of the standardised ones, 0 where the type lacks the column."""
    place = {name: i for i, name in enumerate(columns)}
    rows = []
    for t, scaling in enumerate(prepared.scalings):
        v, c = variances[t].get(b, 0.0), prepared.scale[t][b]
        factor = np.sqrt(v / c) if v > 0 and c > 0 else 0.0
        present = np.zeros(len(columns))
        present[[place[name] for name in scaling.columns[b]]] = 1.0
        rows.append(beta(t) * factor * present)
    return np.array(rows)


class Joint:
    """The joint problem of one training set: scaled columns and kernel once, fitted on all of its patients or on a part."""

    def __init__(self, prepared: Prepared, variances: list, blocks):
        self.prepared, self.variances, self.blocks = prepared, variances, blocks
        self.columns = union_columns(prepared, blocks)
        self.bounds = np.cumsum([0] + [s.n for s in prepared.strata])
        n = self.bounds[-1]
        self.kernel, self.scaled = np.zeros((n, n)), {}
        for b in blocks:
            z = scaled_columns(prepared, variances, b, self.columns[b])
            shared = z @ z.T
            self.kernel += SHARED * shared
            for lo, hi in zip(self.bounds[:-1], self.bounds[1:]):
                self.kernel[lo:hi, lo:hi] += (1 - SHARED) * shared[lo:hi, lo:hi]
            self.scaled[b] = z
        self.kernel[np.diag_indices(n)] += 1e-9

    def fit(self, keep=None, start=None):
        """Weights[block][type, column] and the dual variables; `keep` is a boolean array per type over its training patients."""
        strata, kernel, chosen = self.prepared.strata, self.kernel, slice(None)
        if keep is not None:
            chosen = np.flatnonzero(np.concatenate(keep))
            strata = [
                cox.Stratum(c.months[m][k], c.death[m][k]) for c, m, k in zip(self.prepared.cohorts, self.prepared.masks, keep)
            ]
            kernel = self.kernel[np.ix_(chosen, chosen)]
        bounds = np.cumsum([0] + [s.n for s in strata])
        a, _, _, _ = cox.fit(strata, kernel, None if start is None else start[chosen])
        out = {}
        for b in self.blocks:
            z = self.scaled[b][chosen]
            shared_beta = SHARED * (a @ z)
            own = lambda t: (1 - SHARED) * (a[bounds[t] : bounds[t + 1]] @ z[bounds[t] : bounds[t + 1]])
            out[b] = per_type(self.prepared, self.variances, b, self.columns[b], lambda t: shared_beta + own(t))
        return out, a


def fit_joint(prepared: Prepared, variances: list, blocks):
    """Fits all types together. Gives weights[block][type, column of the union], the columns and the dual variables.

    log-risk of a patient of type t = sum over blocks of z . weights[block][t].
    """
    joint = Joint(prepared, variances, blocks)
    weights, a = joint.fit()
    return weights, joint.columns, a


def fit_narrow(prepared: Prepared, variances: list, b: str):
    """The optimum of `fit_joint` for one block of few columns, by a weight per column and type instead of one per patient."""
    columns = union_columns(prepared, [b])
    bounds = np.cumsum([0] + [s.n for s in prepared.strata])
    z = scaled_columns(prepared, variances, b, columns[b])
    p, types = z.shape[1], len(prepared.strata)
    phi = np.zeros((len(z), p * (1 + types)))
    phi[:, :p] = np.sqrt(SHARED) * z
    for t, (lo, hi) in enumerate(zip(bounds[:-1], bounds[1:])):
        phi[lo:hi, p * (1 + t) : p * (2 + t)] = np.sqrt(1 - SHARED) * z[lo:hi]
    spans = list(zip(prepared.strata, bounds[:-1], bounds[1:]))

    w, _ = cox.fit_columns(phi, spans)
    beta = lambda t: np.sqrt(SHARED) * w[:p] + np.sqrt(1 - SHARED) * w[p * (1 + t) : p * (2 + t)]
    return {b: per_type(prepared, variances, b, columns[b], beta)}, columns


def contributions(prepared: Prepared, weights: dict, columns: dict, blocks, t: int) -> dict:
    """Per block, the log-risk contribution of every patient of type t (training or not)."""
    out = {}
    for b in blocks:
        place = {c: i for i, c in enumerate(columns[b])}
        index = [place[c] for c in prepared.scalings[t].columns[b]]
        out[b] = prepared.z[t][b] @ weights[b][t][index] if index else np.zeros(len(prepared.cohorts[t].months))
    return out
