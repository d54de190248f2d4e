"""Cross-validation of the recipe: published folds or held-out tissue-source sites. Writes out-of-fold contributions.

python3 cross_validate.py --data ../shared/data --fold published-0 sites-3 -o folds/

With --before-surgery the pre-operative model. Its penalties are those of the post-operative model, learned from the same training
patients: read from the folder of --penalties where they lie there, learned (and kept there) where not.
"""

import argparse
import functools
import json
import pickle
import sys
import time
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from cohort import BLOCKS, read_cohorts  # noqa: E402
from recipe import Prepared, contributions, fit_joint, fit_narrow, half_pool, learn_variances  # noqa: E402

SIMPLE = ["age", "sex-female", "stage", "grade"]
SPLITS = ("published", "sites")


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


def learned(cohorts: list, prepared: Prepared) -> tuple:
    """Prior variances per type with all blocks, and with clinical data alone."""
    own, own_clinical = [], []
    for z, m, s, c in zip(prepared.z, prepared.masks, prepared.strata, cohorts):
        train = {b: z[b][m] for b in BLOCKS}
        own.append(learn_variances(train, s, BLOCKS))
        own_clinical.append(learn_variances(train, s, ["clinical"]))
        print(f"{c.name} {own[-1]}", flush=True)
    return own, own_clinical


def penalties(whole_cohorts, split: str, fold: int, folder: Path) -> tuple:
    """What the post-operative model learned of penalties in one fold; `whole_cohorts` reads its cohorts where that is still to do."""
    whole = folder / f"{split}-{fold}.pickle"
    kept = folder / f"penalties-{split}-{fold}.json"
    if whole.exists():
        with open(whole, "rb") as file:
            parts = pickle.load(file)
        return [p["variances"] for p in parts], [p["clinical_variances"] for p in parts]
    if not kept.exists():
        cohorts = whole_cohorts()
        found = learned(cohorts, Prepared(cohorts, [~validation_mask(c, split, fold) for c in cohorts]))
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found))
    return tuple(json.loads(kept.read_text()))


#: A biopsy's grade against the resected tumor's, simulated: so many are one step off, so many of these too low.
GRADE_OFF, GRADE_TOO_LOW, SEED = 0.3, 0.8, 20261126


def graded_otherwise(prepared: Prepared, weights: dict, columns: dict, t: int, rng) -> dict:
    """What the grade adds to each patient's log-risk, and how that changes where a biopsy grades otherwise."""
    scaling, cohort = prepared.scalings[t], prepared.cohorts[t]
    if "grade" not in scaling.columns["clinical"]:
        return {"grade": np.zeros(len(cohort.months)), "gradeOff": np.zeros(len(cohort.months))}
    i = scaling.columns["clinical"].index("grade")
    weight = weights["clinical"][t][columns["clinical"].index("grade")]
    grade = cohort.raw["clinical"]["grade"].to_numpy(float)
    step = np.where(rng.random(len(grade)) < GRADE_TOO_LOW, -1.0, 1.0) * (rng.random(len(grade)) < GRADE_OFF)
    moved = np.clip(grade + step, 1.0, 4.0) - grade
    return {"grade": weight * prepared.z[t]["clinical"][:, i], "gradeOff": weight * np.nan_to_num(moved) / scaling.sd["clinical"][i]}


def one_fold(cohorts: list, options, split: str, fold: int, whole_cohorts) -> None:
    began = time.time()
    held = [validation_mask(c, split, fold) for c in cohorts]
    prepared = Prepared(cohorts, [~h for h in held])
    if options.before_surgery:
        own, own_clinical = penalties(whole_cohorts, split, fold, options.penalties)
    else:
        own, own_clinical = learned(cohorts, prepared)
    full, columns, _ = fit_joint(prepared, half_pool(own, BLOCKS), BLOCKS)
    rich, rich_columns = fit_narrow(prepared, half_pool(own_clinical, ["clinical"]), "clinical")
    narrow = only_simple(prepared)
    simple, simple_columns = fit_narrow(narrow, half_pool(own_clinical, ["clinical"]), "clinical")
    result = []
    rng = np.random.default_rng(SEED + fold)
    for t, c in enumerate(cohorts):
        grade = graded_otherwise(prepared, full, columns, t, rng)
        result.append(
            {
                "type": c.name,
                "held": np.flatnonzero(held[t]),
                "full": {b: v[held[t]] for b, v in contributions(prepared, full, columns, BLOCKS, t).items()},
                "rich": contributions(prepared, rich, rich_columns, ["clinical"], t)["clinical"][held[t]],
                "simple": contributions(narrow, simple, simple_columns, ["clinical"], t)["clinical"][held[t]],
                **{name: v[held[t]] for name, v in grade.items()},
                "variances": own[t],
                "clinical_variances": own_clinical[t],
            }
        )
    options.o.mkdir(parents=True, exist_ok=True)
    with open(options.o / f"{split}-{fold}.pickle", "wb") as file:
        pickle.dump(result, file)
    print(json.dumps({"split": split, "fold": fold, "seconds": round(time.time() - began)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--fold", choices=[f"{split}-{fold}" for split in SPLITS for fold in range(5)], nargs="+", required=True)
    parser.add_argument("-o", type=Path, required=True)
    parser.add_argument("--before-surgery", action="store_true")
    parser.add_argument("--penalties", type=Path, help="with --before-surgery: the folder of the post-operative folds")
    options = parser.parse_args()
    cohorts = read_cohorts(options.data, options.before_surgery)
    whole_cohorts = functools.cache(lambda: read_cohorts(options.data))
    for name in options.fold:
        split, fold = name.split("-")
        one_fold(cohorts, options, split, int(fold), whole_cohorts)


if __name__ == "__main__":
    main()
