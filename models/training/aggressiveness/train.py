"""Trains, measures and writes the aggressiveness model in one command:

    python3 models/training/aggressiveness/train.py --data ../shared/data -o models/aggressiveness --work .cache/training

Cross-validation (published folds and held-out sites) runs first and is kept in the work folder; then the model is
fitted on everyone, with ten delete-a-group jackknife members for its interval, and exported to ONNX.

With --before-surgery the pre-operative model (models/training/aggressiveness-preoperative/train.py): without what only the resected
specimen shows, under the penalties that the post-operative model learned from the same training patients.
Needs numpy, pandas and torch (Debian: python3-torch, python3-pandas, libopenblas0-pthread). A fold takes about a minute of one core.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np  # noqa: E402

from card import write_card  # noqa: E402
from cross_validate import GRADE_OFF, GRADE_TOO_LOW, SPLITS  # noqa: E402
from cohort import BLOCKS, CLIP_CLINICAL, CLIP_OMICS, TYPES, read_cohorts  # noqa: E402
import guard  # noqa: E402
from graph import export, write_json  # noqa: E402
from measure import OutOfFold, measure  # noqa: E402
from population import population  # noqa: E402
import protein  # noqa: E402
from predictions import SPEC, predictions  # noqa: E402
from recipe import MEMBERS, Joint, Prepared, half_pool, jackknife_groups, learn_variances, union_columns  # noqa: E402

#: Without protein, which makes the post-operative model a version of its own (protein.py).
VERSION = "1.0.0"
MOST_PROCESSES = 4


def cross_validate(data: Path, work: Path, more: list) -> None:
    script = Path(__file__).parent / "cross_validate.py"
    every = [f"{split}-{fold}" for split in SPLITS for fold in range(5)]
    folds = [name for name in every if not (work / f"{name}.pickle").exists()]
    # A core a process, and about 2 GB of memory each; a fold is the same whichever process makes it.
    processes = min(len(folds), os.cpu_count() or 1, MOST_PROCESSES)
    started = [
        subprocess.Popen([sys.executable, str(script), "--data", str(data), "--fold", *folds[i::processes], "-o", str(work), *more])
        for i in range(processes)
    ]
    if any([process.wait() != 0 for process in started]):
        raise SystemExit("the cross-validation did not end; the folds that did are kept")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--before-surgery", action="store_true")
    options = parser.parse_args()
    before = options.before_surgery
    options.o.mkdir(parents=True, exist_ok=True)
    work = options.work / "before-surgery" if before else options.work
    cross_validate(options.data, work, ["--before-surgery", "--penalties", str(options.work)] if before else [])
    cohorts = read_cohorts(options.data, before)
    oof = OutOfFold(cohorts, work, "published")
    sites = OutOfFold(cohorts, work, "sites")
    metrics = {"published": measure(oof), "heldOutSites": measure(sites)}
    factors = {key: value["rawSlope"] for key, value in metrics["published"]["subsets"].items()}
    print(json.dumps(metrics["published"]["mean"]), json.dumps(factors), flush=True)

    everyone = [np.ones(len(c.months), bool) for c in cohorts]
    prepared = Prepared(cohorts, everyone)
    if before:
        variances = shipped_penalties()
    else:
        own = [learn_variances({b: z[b] for b in BLOCKS}, s, BLOCKS) for z, s in zip(prepared.z, prepared.strata)]
        variances = half_pool(own, BLOCKS)
    columns = union_columns(prepared, BLOCKS)
    weights = fit_members(prepared, variances, work / "members.npy")
    export(options.o, weights, [len(columns[b]) for b in BLOCKS])
    write_json(options.o / "features.json", features(prepared, columns))
    write_json(options.o / "population.json", {"months": "points are [month, survival, low, high, at risk]", "calibration": factors, "types": population(oof, factors)})
    predictions(options.o, oof, factors)
    kept = [dict(zip(("type", "variances"), (n, v))) for n, v in zip(TYPES, variances)]
    write_card(options.o, VERSION, cohorts, metrics, factors, kept, prepared, SPEC, other_grades(cohorts, work, oof) if before else None)
    guard.write(options.o, cohorts, work, shipped_card()["guard"] if before else None)
    if not before:
        protein.write(options.o, options.data, cohorts, work)


def other_grades(cohorts: list, work: Path, oof: OutOfFold) -> dict:
    """Mean C within type with the grade as recorded, not known, and as biopsies might give it (cross_validate.graded_otherwise)."""
    moved = {"unknown": [], "otherwise": []}
    scores = {name: [np.zeros(len(c.months)) for c in cohorts] for name in moved}
    for fold in range(5):
        with open(work / f"published-{fold}.pickle", "rb") as file:
            for t, part in enumerate(pickle.load(file)):
                whole = sum(part["full"].values())
                scores["unknown"][t][part["held"]] = whole - part["grade"]
                scores["otherwise"][t][part["held"]] = whole + part["gradeOff"]
    mean = lambda s: round(float(np.mean([oof.c_index(s, t) for t in range(len(TYPES))])), 4)
    return {"asRecorded": mean(oof.all_scores(BLOCKS)), **{name: mean(s) for name, s in scores.items()}, "share": GRADE_OFF, "tooLow": GRADE_TOO_LOW}


def fit_members(prepared: Prepared, variances: list, kept: Path) -> np.ndarray:
    """[1 + MEMBERS, types, features]: everyone's fit and those without a tenth of each type; kept in the work folder as folds are."""
    if kept.exists():
        return np.load(kept)
    joint = Joint(prepared, variances, BLOCKS)
    first, dual = joint.fit()
    members = [first]
    groups = jackknife_groups(prepared.cohorts)
    for g in range(MEMBERS):
        # Begun where everyone's fit ended: the same optimum in fewer steps.
        members.append(joint.fit([group != g for group in groups], dual)[0])
        print("jackknife", g, flush=True)
    weights = np.stack([np.concatenate([m[b] for b in BLOCKS], axis=1) for m in members])
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.save(kept, weights)
    return weights


def shipped_card() -> dict:
    return json.loads((Path(__file__).parents[2] / "aggressiveness" / "card.json").read_text())


def shipped_penalties() -> list:
    """The prior variances of the shipped post-operative model, learned from everyone."""
    kept = {row["type"]: row["variances"] for row in shipped_card()["variances"]}
    return [kept[name] for name in TYPES]


def features(prepared: Prepared, columns: dict) -> dict:
    """Order of the model's inputs, and per type how a raw value becomes a standardised one."""
    digits = lambda x: float(f"{x:.6g}")
    types = {}
    for name, scaling, z in zip(TYPES, prepared.scalings, prepared.z):
        blocks = {}
        for b in BLOCKS:
            place = {c: i for i, c in enumerate(columns[b])}
            blocks[b] = {
                "index": [place[c] for c in scaling.columns[b]],
                "mean": [digits(x) for x in scaling.mean[b]],
                "sd": [digits(x) for x in scaling.sd[b]],
                # Mean square of a patient's standardised values: 99.5 % of the cohort lie under it.
                "meanSquareLimit": digits(np.quantile((z[b] ** 2).mean(axis=1), 0.995)) if z[b].shape[1] else 0.0,
            }
        types[name] = {"ageKnots": [digits(k) for k in scaling.knots], "ageLine": [digits(k) for k in scaling.curve], "blocks": blocks}
    return {"clip": {"clinical": CLIP_CLINICAL, "omics": CLIP_OMICS}, "members": MEMBERS, "blocks": BLOCKS, "columns": columns, "types": types}


if __name__ == "__main__":
    main()
