"""Measures a promise of the runtime that train.py does not: whether the jackknife interval is as wide as it says. Prints JSON.

    python3 models/training/aggressiveness/check.py --data ../shared/data

Two models from disjoint halves of fold 0's training patients differ by twice the error of a model of all of
them (variance falls as 1/n). That error is compared with the jackknife's on the patients of the held-out fold.
"""

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np  # noqa: E402

from cohort import BLOCKS, read_cohorts  # noqa: E402
from recipe import Prepared, contributions, fit_joint, half_pool, learn_variances  # noqa: E402

SEED = 20261124
GROUPS = 10
STUDENT_T = 1.833


def interval(cohorts: list) -> dict:
    held = [c.splits[0] for c in cohorts]
    prepared = Prepared(cohorts, [~h for h in held])
    variances = half_pool(
        [learn_variances({b: z[b][~h] for b in BLOCKS}, s, BLOCKS) for z, h, s in zip(prepared.z, held, prepared.strata)], BLOCKS
    )
    rng = np.random.default_rng(SEED)
    part = [rng.permutation(len(h)) for h in held]

    def scores(keep) -> list:
        fitted = Prepared.of_subset(prepared, [~h & keep(p) for h, p in zip(held, part)])
        weights, columns, _ = fit_joint(fitted, variances, BLOCKS)
        return [sum(contributions(prepared, weights, columns, BLOCKS, t).values())[held[t]] for t in range(len(cohorts))]

    half_a, half_b = scores(lambda p: p % 2 == 0), scores(lambda p: p % 2 == 1)
    members = [scores(lambda p, g=g: (p // 2) % GROUPS != g) for g in range(GROUPS)]
    ratios, inside, per_type = [], [], {}
    for t, cohort in enumerate(cohorts):
        f = np.stack([m[t] for m in members])
        jackknife = np.sqrt((GROUPS - 1) / GROUPS * ((f - f.mean(axis=0)) ** 2).sum(axis=0))
        halves = (half_a[t] - half_b[t]) / 2
        per_type[cohort.name] = round(float(np.sqrt((halves**2).mean() / (jackknife**2).mean())), 3)
        ratios.append((halves**2, jackknife**2))
        inside.append(np.abs(halves) <= STUDENT_T * jackknife)
    h2, j2 = (np.concatenate(x) for x in zip(*ratios))
    return {
        "errorFromHalvesOverJackknife": round(float(np.sqrt(h2.mean() / j2.mean())), 3),
        "perType": per_type,
        "coverageOfNominal90": round(float(np.concatenate(inside).mean()), 3),
        "patients": int(len(h2)),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    everyone = read_cohorts(parser.parse_args().data)
    print(json.dumps({"interval": interval(everyone)}), flush=True)
