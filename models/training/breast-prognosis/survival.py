"""Ridge Cox in its primal form over several strata, with observation weights; baseline hazards; cumulative incidence."""

import numpy as np


def fit(x: np.ndarray, months: np.ndarray, event: np.ndarray, penalty: np.ndarray, strata=None, steps: int = 25) -> np.ndarray:
    """Maximises the Breslow log partial likelihood minus sum(penalty * beta^2) / 2 by Newton. x is [n, p]."""
    strata = np.zeros(len(x), int) if strata is None else strata
    parts = []
    for s in np.unique(strata):
        rows = np.flatnonzero(strata == s)
        rows = rows[np.argsort(months[rows], kind="stable")]
        t = months[rows]
        parts.append((x[rows], event[rows].astype(float), np.searchsorted(t, t, "left"), np.searchsorted(t, t, "right") - 1))

    def terms(beta):
        value, gradient, hessian = -0.5 * (penalty * beta**2).sum(), -penalty * beta, np.diag(penalty).astype(float)
        for z, d, first, last in parts:
            f = z @ beta
            e = np.exp(f - f.max())
            s0 = np.cumsum(e[::-1])[::-1][first]
            s1 = np.cumsum((e[:, None] * z)[::-1], axis=0)[::-1][first]
            value += (d * (f - f.max() - np.log(s0))).sum()
            a = np.cumsum(d / s0)[last]
            gradient = gradient + z.T @ (d - e * a)
            m = (s1 / s0[:, None])[d > 0]
            hessian = hessian + (z * (e * a)[:, None]).T @ z - m.T @ m
        return value, gradient, hessian

    beta = np.zeros(x.shape[1])
    value, gradient, hessian = terms(beta)
    for _ in range(steps):
        step = np.linalg.solve(hessian, gradient)
        size = 1.0
        while size > 1e-4:
            new = terms(beta + size * step)
            if new[0] >= value - 1e-10:
                break
            size /= 2
        gain, beta = new[0] - value, beta + size * step
        value, gradient, hessian = new
        if gain < 1e-8:
            break
    return beta


def baseline(risk: np.ndarray, months: np.ndarray, event: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Breslow cumulative hazard at the grid's months for log-risk 0."""
    order = np.argsort(months, kind="stable")
    t, d, e = months[order], event[order].astype(float), np.exp(risk[order])
    s0 = np.cumsum(e[::-1])[::-1][np.searchsorted(t, t, "left")]
    total = np.concatenate([[0.0], np.cumsum(d / s0)])
    return total[np.searchsorted(t, grid, "right")]


def cumulative_incidence(h1: np.ndarray, h2: np.ndarray, risk1: np.ndarray, risk2: np.ndarray) -> np.ndarray:
    """[n, grid] probability of dying of cause 1 by each month where cause 2 competes: sum of S(t-) dH1(t)."""
    a, b = np.exp(risk1)[:, None] * h1, np.exp(risk2)[:, None] * h2
    survival = np.exp(-(a + b))
    before = np.concatenate([np.ones((len(a), 1)), survival[:, :-1]], axis=1)
    da, db = np.diff(np.concatenate([np.zeros((len(a), 1)), a], axis=1)), np.diff(np.concatenate([np.zeros((len(b), 1)), b], axis=1))
    both = da + db
    share = np.divide(da, both, out=np.zeros_like(da), where=both > 0)
    return np.cumsum(before * (1 - np.exp(-both)) * share, axis=1)


def aalen_johansen(months: np.ndarray, event: np.ndarray, at: float) -> float:
    """Observed cumulative incidence of event 1 by `at`, other deaths competing."""
    survival, total = 1.0, 0.0
    for t in np.unique(months[(event > 0) & (months <= at)]):
        n = (months >= t).sum()
        total += survival * ((months == t) & (event == 1)).sum() / n
        survival *= 1 - ((months == t) & (event > 0)).sum() / n
    return total
