"""Cross-validation of the recipe: published folds or held-out tissue-source sites. Writes out-of-fold contributions.

python3 cross_validate.py --data ../shared/data --split published --fold 0 -o folds/
"""

import argparse
import json
import pickle
import sys
import time
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cohort import BLOCKS, read_cohorts  # noqa: E402
from recipe import Prepared, contributions, fit_joint, half_pool, learn_variances  # noqa: E402

SIMPLE = ["age", "sex-female", "stage", "grade"]


def validation_mask(cohort, split: str, fold: int) -> np.ndarray:
    if split == "published":
        return cohort.splits[fold]
    # Whole tissue-source sites, spread over five groups by a stable hash of the site's code.
    return np.array([zlib.crc32(str(site).encode()) % 5 == fold for site in cohort.site])


def only_simple(prepared: Prepared) -> Prepared:
    """The same training set with C0's columns only: age, sex, stage, grade."""
    narrow = object.__new__(Prepared)
    narrow.__dict__.update(prepared.__dict__)
    narrow.z, narrow.scalings, narrow.scale = [], [], []
    from recipe import block_scale

    for z, s, m in zip(prepared.z, prepared.scalings, prepared.masks):
        index = [i for i, c in enumerate(s.columns["clinical"]) if c in SIMPLE]
        kept = object.__new__(type(s))
        kept.__dict__.update(s.__dict__)
        kept.columns = {**s.columns, "clinical": [s.columns["clinical"][i] for i in index]}
        narrow.scalings.append(kept)
        narrow.z.append({**z, "clinical": z["clinical"][:, index]})
        narrow.scale.append({**prepared.scale[len(narrow.scale)], "clinical": block_scale(narrow.z[-1]["clinical"][m])})
    return narrow


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", choices=["published", "sites"], default="published")
    parser.add_argument("--fold", type=int, required=True)
    parser.add_argument("-o", type=Path, required=True)
    options = parser.parse_args()
    began = time.time()
    cohorts = read_cohorts(options.data)
    held = [validation_mask(c, options.split, options.fold) for c in cohorts]
    prepared = Prepared(cohorts, [~h for h in held])
    own, own_clinical = [], []
    for z, m, s, c in zip(prepared.z, prepared.masks, prepared.strata, cohorts):
        train = {b: z[b][m] for b in BLOCKS}
        own.append(learn_variances(train, s, BLOCKS))
        own_clinical.append(learn_variances(train, s, ["clinical"]))
        print(f"{c.name} {own[-1]} {time.time() - began:.0f} s", flush=True)
    full, columns, _ = fit_joint(prepared, half_pool(own, BLOCKS), BLOCKS)
    rich, rich_columns, _ = fit_joint(prepared, half_pool(own_clinical, ["clinical"]), ["clinical"])
    narrow = only_simple(prepared)
    simple, simple_columns, _ = fit_joint(narrow, half_pool(own_clinical, ["clinical"]), ["clinical"])
    result = []
    for t, c in enumerate(cohorts):
        result.append(
            {
                "type": c.name,
                "held": np.flatnonzero(held[t]),
                "full": {b: v[held[t]] for b, v in contributions(prepared, full, columns, BLOCKS, t).items()},
                "rich": contributions(prepared, rich, rich_columns, ["clinical"], t)["clinical"][held[t]],
                "simple": contributions(narrow, simple, simple_columns, ["clinical"], t)["clinical"][held[t]],
                "variances": own[t],
                "clinical_variances": own_clinical[t],
            }
        )
    options.o.mkdir(parents=True, exist_ok=True)
    with open(options.o / f"{options.split}-{options.fold}.pickle", "wb") as file:
        pickle.dump(result, file)
    print(json.dumps({"fold": options.fold, "seconds": round(time.time() - began)}))


if __name__ == "__main__":
    main()
