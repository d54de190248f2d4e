"""What predictions are worth: discrimination, paired gains, calibration, operating points; each with its interval."""

import numpy as np

DRAWS = 2000
SEED = 20261125


def auc(outcome: np.ndarray, score: np.ndarray) -> float:
    """Area under the ROC curve by ranks, ties counted half (Mann-Whitney)."""
    order = np.argsort(score, kind="mergesort")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    sums = np.bincount(inverse, weights=ranks)
    ranks = (sums / counts)[inverse]
    positives = outcome == 1
    n1, n0 = positives.sum(), (~positives).sum()
    return float((ranks[positives].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def _resample(outcome: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Patients drawn again within responders and non-responders, so that no draw lacks either."""
    out = []
    for value in (0, 1):
        places = np.flatnonzero(outcome == value)
        out.append(rng.choice(places, len(places)))
    return np.concatenate(out)


def _interval(value: float, draws: list) -> dict:
    low, high = np.quantile(draws, [0.025, 0.975])
    return {"value": value, "low": float(low), "high": float(high)}


def auc_with_interval(outcome: np.ndarray, score: np.ndarray) -> dict:
    """95 % percentile interval over DRAWS bootstraps of patients, predictions held fixed."""
    rng = np.random.default_rng(SEED)
    draws = []
    for _ in range(DRAWS):
        rows = _resample(outcome, rng)
        draws.append(auc(outcome[rows], score[rows]))
    return _interval(auc(outcome, score), draws)


def gain_with_interval(outcome: np.ndarray, score: np.ndarray, other: np.ndarray) -> dict:
    """AUC of `score` minus AUC of `other` on the same patients, paired bootstrap."""
    rng = np.random.default_rng(SEED)
    draws = []
    for _ in range(DRAWS):
        rows = _resample(outcome, rng)
        draws.append(auc(outcome[rows], score[rows]) - auc(outcome[rows], other[rows]))
    return _interval(auc(outcome, score) - auc(outcome, other), draws)


def calibration(outcome: np.ndarray, probability: np.ndarray) -> dict:
    """Slope and intercept of the outcome's logit on the predicted one (Cox 1958); 1 and 0 are perfect."""
    logit = np.log(probability / (1 - probability))
    design = np.c_[np.ones(len(logit)), logit]
    beta = np.zeros(2)
    for _ in range(50):
        mean = 1 / (1 + np.exp(-design @ beta))
        weight = mean * (1 - mean)
        step = np.linalg.solve((design * weight[:, None]).T @ design, design.T @ (outcome - mean))
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    covariance = np.linalg.inv((design * weight[:, None]).T @ design)
    error = float(np.sqrt(covariance[1, 1]))
    return {"slope": float(beta[1]), "slopeStandardError": error, "intercept": float(beta[0]), "meanPredicted": float(probability.mean()), "observed": float(outcome.mean())}


def at_threshold(outcome: np.ndarray, probability: np.ndarray, threshold: float) -> dict:
    """Sensitivity, specificity, PPV, NPV and F1 of `probability >= threshold`."""
    called, truth = probability >= threshold, outcome == 1
    tp, fp = int((called & truth).sum()), int((called & ~truth).sum())
    fn, tn = int((~called & truth).sum()), int((~called & ~truth).sum())
    share = lambda a, b: a / b if b else None
    return {"threshold": threshold, "called": tp + fp, "sensitivity": share(tp, tp + fn), "specificity": share(tn, tn + fp), "ppv": share(tp, tp + fp), "npv": share(tn, tn + fn), "f1": share(2 * tp, 2 * tp + fp + fn)}


def summary(outcome: np.ndarray, probability: np.ndarray) -> dict:
    return {"patients": len(outcome), "responders": int(outcome.sum()), "auc": auc_with_interval(outcome, probability), "calibration": calibration(outcome, probability)}
