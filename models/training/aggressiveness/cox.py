"""Ridge Cox in kernel form: one log-risk per patient, Gaussian prior with covariance K, each tumor type its own risk sets.

Breslow ties. Newton steps after the penalised partial likelihood l(f) - a'Ka/2 with f = Ka (Therneau & Grambsch,
Modeling Survival Data, 2000, section 5.2; Laplace evidence as in Rasmussen & Williams, 2006, section 3.4).
"""

import numpy as np


class Stratum:
    """One type's training outcomes, sorted so that risk sets are suffixes."""

    def __init__(self, months: np.ndarray, death: np.ndarray):
        self.order = np.argsort(months, kind="stable")
        times = months[self.order]
        self.death = death[self.order].astype(float)
        # Start of each patient's risk set: everyone whose time is not earlier (ties stay in).
        self.first = np.searchsorted(times, times, side="left")
        # Last index of the same time: deaths up to and including it have happened by then.
        self.last = np.searchsorted(times, times, side="right") - 1
        self.n = len(months)

    def terms(self, f: np.ndarray):
        """Log partial likelihood, gradient and negative Hessian with respect to f, in the caller's order."""
        g = f[self.order]
        e = np.exp(g - g.max())
        risk = np.cumsum(e[::-1])[::-1][self.first]
        value = float(np.sum(self.death * (g - g.max() - np.log(risk))))
        a = np.cumsum(self.death / risk)[self.last]
        b = np.cumsum(self.death / risk**2)[self.last]
        gradient = self.death - e * a
        hessian = -np.outer(e, e) * np.minimum.outer(b, b)  # b grows with time, so b at the earlier time is the smaller
        hessian[np.diag_indices(self.n)] += e * a
        out_g = np.empty(self.n)
        out_g[self.order] = gradient
        out_h = np.empty((self.n, self.n))
        out_h[np.ix_(self.order, self.order)] = hessian
        return value, out_g, out_h


def fit(strata: list, kernel: np.ndarray, start=None, steps: int = 12, tolerance: float = 1e-5):
    """Maximises sum of the strata's partial likelihoods minus a'Ka/2. Gives a, f, objective and W."""
    n = kernel.shape[0]
    bounds = np.cumsum([0] + [s.n for s in strata])
    a = np.zeros(n) if start is None else start.copy()

    def evaluate(alpha):
        f = kernel @ alpha
        value, gradient, blocks = 0.0, np.empty(n), []
        for s, lo, hi in zip(strata, bounds[:-1], bounds[1:]):
            v, g, h = s.terms(f[lo:hi])
            value += v
            gradient[lo:hi] = g
            blocks.append(h)
        return value - 0.5 * alpha @ f, f, gradient, blocks

    objective, f, gradient, blocks = evaluate(a)
    for _ in range(steps):
        wk = np.empty((n, n))
        wf = np.empty(n)
        for h, lo, hi in zip(blocks, bounds[:-1], bounds[1:]):
            wk[lo:hi] = h @ kernel[lo:hi]
            wf[lo:hi] = h @ f[lo:hi]
        wk[np.diag_indices(n)] += 1.0
        target = np.linalg.solve(wk, wf + gradient)
        step, moved = 1.0, False
        while step > 1e-3:
            trial = a + step * (target - a)
            new = evaluate(trial)
            if new[0] >= objective - 1e-9:
                moved = True
                break
            step /= 2
        if not moved:
            break
        gain = new[0] - objective
        a, (objective, f, gradient, blocks) = trial, new
        if gain < tolerance:
            break
    return a, f, objective, blocks


def evidence(stratum: Stratum, kernel: np.ndarray, start=None):
    """Laplace evidence of one type's kernel, up to a constant, and the fit it was taken at."""
    a, f, objective, blocks = fit([stratum], kernel, start, steps=8, tolerance=1e-3)
    m = blocks[0] @ kernel
    m[np.diag_indices(stratum.n)] += 1.0
    _, logdet = np.linalg.slogdet(m)
    return objective - 0.5 * logdet, a


def harrell(risk: np.ndarray, months: np.ndarray, death: np.ndarray) -> float:
    """Harrell's C: share of comparable pairs in which the one who died earlier had the higher risk; ties count half."""
    dead = np.flatnonzero(death)
    concordant = comparable = 0.0
    for i in dead:
        later = (months > months[i]) | ((months == months[i]) & ~death)
        comparable += later.sum()
        concordant += (risk[later] < risk[i]).sum() + 0.5 * (risk[later] == risk[i]).sum()
    return concordant / comparable if comparable else float("nan")


def slope(risk: np.ndarray, strata: list) -> tuple:
    """Calibration slope: the coefficient of the log-risk in a stratified Cox model, with its standard error."""
    beta, info = 0.0, 1.0
    for _ in range(30):
        gradient = info = 0.0
        for s, index in strata:
            x = risk[index]
            _, g, h = s.terms(beta * x)
            gradient += x @ g
            info += x @ h @ x
        change = gradient / info
        beta += change
        if abs(change) < 1e-8:
            break
    return float(beta), float(info**-0.5)
