"""Aggregates that ship with the model: risk quantiles and survival of comparable patients. No patient's row leaves."""

import numpy as np

from cohort import BLOCKS, TYPES
from measure import SUBSETS, OutOfFold, subset_key

GROUPS = 5
LEAST_GROUP = 30
MONTHS = list(range(0, 121, 6))
QUANTILES = np.linspace(0, 1, 101)


def kaplan_meier(months: np.ndarray, death: np.ndarray) -> list:
    """Survival at fixed months with Greenwood 95 % interval (log-log) and numbers at risk; stops where none is left."""
    points = []
    order = np.argsort(months)
    times, events = months[order], death[order]
    for month in MONTHS:
        at_risk = int((times >= month).sum())
        if at_risk == 0:
            break
        survival, greenwood = 1.0, 0.0
        for time in np.unique(times[events & (times <= month)]):
            n, d = (times >= time).sum(), ((times == time) & events).sum()
            survival *= 1 - d / n
            greenwood += d / (n * (n - d)) if n > d else 0.0
        if 0 < survival < 1:
            theta = 1.96 * np.sqrt(greenwood) / np.log(survival)
            low, high = survival ** np.exp(-theta), survival ** np.exp(theta)
        else:
            low = high = survival
        points.append([month, *(round(float(x), 4) for x in (survival, low, high)), at_risk])
    return points


def of_risk(risk: np.ndarray, months: np.ndarray, death: np.ndarray) -> dict:
    """Quantiles of a calibrated out-of-fold log-risk, and a curve per fifth of it."""
    edges = np.quantile(risk, np.linspace(0, 1, GROUPS + 1)[1:-1])
    group = np.searchsorted(edges, risk, side="right")
    curves = []
    for g in range(GROUPS):
        member = group == g
        size = int(member.sum())
        curves.append(
            {"patients": size, "deaths": int(death[member].sum()), "points": kaplan_meier(months[member], death[member])}
            if size >= LEAST_GROUP
            else {"patients": size}
        )
    return {
        "quantiles": [round(float(q), 5) for q in np.quantile(risk, QUANTILES)],
        "groupEdges": [round(float(e), 5) for e in edges],
        "groups": curves,
    }


def population(oof: OutOfFold, factors: dict) -> dict:
    """Per type and subset of modalities: quantiles of the calibrated out-of-fold log-risk, and a curve per risk fifth."""
    out = {}
    for t, name in enumerate(TYPES):
        cohort = oof.cohorts[t]
        subsets = {}
        for blocks in SUBSETS:
            present = [b for b in blocks if b == "clinical" or cohort.raw[b].shape[1] > 0]
            if present != blocks:
                continue  # this type's cohort has no such modality
            risk = oof.score(blocks, t) * factors[subset_key(blocks)]
            subsets[subset_key(blocks)] = of_risk(risk, cohort.months, cohort.death)
        out[name] = {
            "patients": len(cohort.months),
            "deaths": int(cohort.death.sum()),
            "medianFollowUpMonths": round(float(np.median(cohort.months)), 1),
            "cohortCurve": kaplan_meier(cohort.months, cohort.death),
            "subsets": subsets,
        }
    return out
