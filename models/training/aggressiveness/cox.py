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
        gradient = np.empty(self.n)
        gradient[self.order] = self.death - e * a
        return value, gradient, Curvature(self.order, e, e * a, b)


class Curvature:
    """Negative Hessian of one stratum: diag(ea) - ee' min(b, b'). Kept by its parts, since a product with it is two running sums."""

    def __init__(self, order: np.ndarray, e: np.ndarray, diagonal: np.ndarray, b: np.ndarray):
        self.order, self.e, self.diagonal, self.b = order, e, diagonal, b

    def times(self, x: np.ndarray) -> np.ndarray:
        """The product with the rows of x, in the caller's order: O(n) a column instead of O(n * n)."""
        column = (slice(None),) + (None,) * (x.ndim - 1)
        e, b = self.e[column], self.b[column]
        sorted_rows = x[self.order]
        y = e * sorted_rows
        # b grows with time, so the smaller of two is that at the earlier time.
        later = np.cumsum(y[::-1], axis=0)[::-1] - y
        product = self.diagonal[column] * sorted_rows - e * (np.cumsum(b * y, axis=0) + b * later)
        out = np.empty_like(product)
        out[self.order] = product
        return out

    def root(self) -> np.ndarray:
        """Lower triangular L with LL' the matrix itself; it is singular (a shift of all risks changes nothing), hence the jitter."""
        dense = -np.outer(self.e, self.e) * np.minimum.outer(self.b, self.b)
        dense[np.diag_indices(len(dense))] += self.diagonal + JITTER
        out = np.empty_like(dense)
        out[self.order] = np.linalg.cholesky(dense)
        return out


#: Added to the curvature's diagonal before its root is taken; entries that matter are 1e-3 and more.
JITTER = 1e-11
#: Over so many patients a step is solved by conjugate gradients instead of elimination: minutes become seconds.
LARGE = 2000


def newton_step(kernel: np.ndarray, blocks: list, bounds: np.ndarray, right: np.ndarray) -> np.ndarray:
    """x of (I + WK) x = right, W block-diagonal in the strata."""
    n = len(right)
    spans = list(zip(blocks, bounds[:-1], bounds[1:]))
    if n <= LARGE:
        wk = np.concatenate([w.times(kernel[lo:hi]) for w, lo, hi in spans])
        wk[np.diag_indices(n)] += 1.0
        return np.linalg.solve(wk, right)
    # With W = LL': x = right - L B^-1 L' K right, B = I + L'KL. B's own blocks precondition it: between them lies the shared part only.
    roots = [w.root() for w, _, _ in spans]
    each = lambda of, v: np.concatenate([of(l, v[lo:hi]) for l, (_, lo, hi) in zip(roots, spans)])
    down, up = (lambda v: each(lambda l, part: l @ part, v)), (lambda v: each(lambda l, part: l.T @ part, v))
    inverses = []
    for l, (_, lo, hi) in zip(roots, spans):
        own = l.T @ kernel[lo:hi, lo:hi] @ l
        own[np.diag_indices(hi - lo)] += 1.0
        inverses.append(np.linalg.inv(own))
    precondition = lambda v: np.concatenate([m @ v[lo:hi] for m, (_, lo, hi) in zip(inverses, spans)])
    wanted = up(kernel @ right)
    x, r = np.zeros(n), wanted
    z = precondition(r)
    p, rz = z, r @ z
    for _ in range(300):
        if np.sqrt(r @ r) <= 1e-13 * np.sqrt(wanted @ wanted):
            break
        bp = p + up(kernel @ down(p))
        along = rz / (p @ bp)
        x, r = x + along * p, r - along * bp
        z = precondition(r)
        rz, before = r @ z, rz
        p = z + (rz / before) * p
    return right - down(x)


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
        wf = np.concatenate([w.times(f[lo:hi]) for w, lo, hi in zip(blocks, bounds[:-1], bounds[1:])])
        target = newton_step(kernel, blocks, bounds, wf + gradient)
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


def fit_columns(phi: np.ndarray, spans: list, offset=0.0, steps: int = 30):
    """The optimum by a weight per column of phi, prior variance 1, with log-risk offset + phi w: where columns are few. Gives w and the Laplace evidence."""

    def evaluate(w):
        f = offset + phi @ w
        parts = [s.terms(f[lo:hi]) for s, lo, hi in spans]
        return sum(value for value, _, _ in parts) - 0.5 * w @ w, parts

    def slopes(w, parts):
        gradient, information = -w, np.eye(len(w))
        for (_, g, h), (_, lo, hi) in zip(parts, spans):
            gradient = gradient + phi[lo:hi].T @ g
            information += phi[lo:hi].T @ h.times(phi[lo:hi])
        return gradient, information

    w = np.zeros(phi.shape[1])
    objective, parts = evaluate(w)
    for _ in range(steps):
        gradient, information = slopes(w, parts)
        step, length = np.linalg.solve(information, gradient), 1.0
        new = evaluate(w + step)
        while new[0] < objective and length > 1e-3:
            length /= 2
            new = evaluate(w + length * step)
        gain, w = new[0] - objective, w + length * step
        objective, parts = new
        if gain < 1e-8:
            break
    return w, objective - 0.5 * np.linalg.slogdet(slopes(w, parts)[1])[1]


def evidence(stratum: Stratum, kernel: np.ndarray) -> float:
    """Laplace evidence of one type's kernel, up to a constant."""
    _, _, objective, blocks = fit([stratum], kernel, steps=8, tolerance=1e-3)
    m = blocks[0].times(kernel)
    m[np.diag_indices(stratum.n)] += 1.0
    _, logdet = np.linalg.slogdet(m)
    return objective - 0.5 * logdet


def harrell(risk: np.ndarray, months: np.ndarray, death: np.ndarray) -> float:
    """Harrell's C: share of comparable pairs in which the one who died earlier had the higher risk; ties count half."""
    dead = np.flatnonzero(death)[:, None]
    later = (months > months[dead]) | ((months == months[dead]) & ~death)
    comparable = later.sum()
    concordant = (later & (risk < risk[dead])).sum() + 0.5 * (later & (risk == risk[dead])).sum()
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
            info += x @ h.times(x)
        change = gradient / info
        beta += change
        if abs(change) < 1e-8:
            break
    return float(beta), float(info**-0.5)
