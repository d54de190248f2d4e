"""Protein as a block of breast carcinoma: TCGA's reverse-phase arrays, fitted given the other blocks, which stay as they are.

A ridge Cox on the patients with arrays, whose offset is the calibrated log-risk by clinical facts, copy number and mutations, each
patient's from the folds without them; the prior variance by Laplace evidence of the training patients. The training patients alone
also say where it counts: beside RNA their evidence for it is next to none in every fold, without RNA it is there in every fold
(`evidence` in the card). So a case's protein counts only where its expression does not (`asides` in features.json), and a score with
expression is the same to the digit with and without it. Written into a trained model by train.py, or again by

    python3 models/training/aggressiveness/protein.py --data ../shared/data -o models/aggressiveness --work .cache/training

Source: package NCutYX, level 4 values of TCGA (Cancer Genome Atlas Network, Nature 2012;490:61-70).
"""

import argparse
import json
import os
import pickle
import sys
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

import cox  # noqa: E402
from card import page  # noqa: E402
from cohort import BLOCKS, CLIP_OMICS, TYPES, TypeCohort, learn_scaling, read_cohorts, standardise  # noqa: E402
from graph import export, write_json  # noqa: E402
from guard import NORM, Guard, put_page, read_weights, stored_axes  # noqa: E402
from measure import BOOTSTRAPS, OutOfFold, subset_key, with_interval  # noqa: E402
from population import of_risk  # noqa: E402
from recipe import GRID, MEMBERS, SEED, block_scale, half_pool, jackknife_groups  # noqa: E402

#: Of the model with the block.
VERSION = "1.1.0"
NAME = "protein"
TYPE = "BRCA"
#: Fewer of the proteins are not enough to tell mixed-up values: of half of them 58 % are found.
LEAST = 0.9
#: What it stands beside, and the block beside which it does not count.
BESIDE = ["clinical", "copy-number", "mutation"]
ASIDE = "rna"
SETS = [["clinical"] + [b for i, b in enumerate(BESIDE[1:]) if bits >> i & 1] for bits in range(4)]
SOURCE = {
    "name": "TCGA BRCA reverse-phase protein arrays, level 4 (package NCutYX, commit f245c58)",
    "citation": "Cancer Genome Atlas Network, Nature 2012;490:61-70, doi 10.1038/nature11412",
    "licence": "TCGA open access data (NIH GDC terms); package GPL-3.0",
}


def read_proteins(data: Path, cohort: TypeCohort) -> pd.DataFrame:
    """Level 4 log2 values, a row per patient of the cohort, NaN where no array was read."""
    table = pd.read_csv(data / "tcga-rppa" / "brca.data.rppa.csv.gz", index_col=0)
    table.index = ["-".join(barcode.split(".")[:3]) for barcode in table.index]
    return table[~table.index.duplicated()].reindex(cohort.case_ids).reset_index(drop=True)


def cross_fitted(cohort: TypeCohort, train: np.ndarray, group: np.ndarray, variances: dict, blocks: list) -> np.ndarray:
    """Each training patient's log-risk by the other blocks, fitted without the patient's group: an offset that did not see the outcome."""
    z = standardise(cohort, learn_scaling(cohort, train))
    kernel = sum(variances[b] / block_scale(z[b][train]) * (z[b] @ z[b].T) for b in blocks) + 1e-9 * np.eye(len(train))
    out = np.zeros(len(train))
    for g in np.unique(group[train]):
        fitted, asked = train & (group != g), train & (group == g)
        a, _, _, _ = cox.fit([cox.Stratum(cohort.months[fitted], cohort.death[fitted])], kernel[np.ix_(fitted, fitted)])
        out[asked] = kernel[np.ix_(asked, fitted)] @ a
    return out


@dataclass
class Fit:
    mean: np.ndarray
    sd: np.ndarray
    scale: float  # mean squared row norm
    weights: np.ndarray
    variance: float
    gain: float  # of the log evidence over no protein

    def standardised(self, values: np.ndarray) -> np.ndarray:
        return np.clip((values - self.mean) / self.sd, -CLIP_OMICS, CLIP_OMICS)


class Arrays:
    """The cohort with arrays, and what the other blocks were given in its fit."""

    def __init__(self, cohort: TypeCohort, proteins: pd.DataFrame, factors: dict):
        self.cohort, self.factors = cohort, factors
        self.names = list(proteins.columns)
        self.values = proteins.to_numpy(float)
        self.known = ~np.isnan(self.values).any(axis=1)
        self.fold = np.full(len(cohort.months), -1)
        for k, held in enumerate(cohort.splits):
            self.fold[held] = k

    def fit(self, train: np.ndarray, variances: dict, blocks=BESIDE, under: Fit | None = None) -> Fit:
        """
        Weights that add to the raw log-risk of the other blocks, so that their calibration factor holds for both. Scaling and
        prior variance are those of `under` where it is given: members of a jackknife share them.
        """
        factor = self.factors[subset_key(blocks)]
        known = train & self.known
        values = self.values[known]
        fit = under or Fit(values.mean(axis=0), values.std(axis=0), 0.0, np.zeros(len(self.names)), 0.0, 0.0)
        z = fit.standardised(values)
        scale = fit.scale or block_scale(z)
        offset = factor * cross_fitted(self.cohort, train, self.fold, variances, blocks)[known]
        stratum = cox.Stratum(self.cohort.months[known], self.cohort.death[known])
        found = {}
        for v in [fit.variance] if under else GRID:
            root = np.sqrt(v / scale)
            w, evidence = cox.fit_columns(root * z, [(stratum, 0, stratum.n)], offset)
            found[v] = (evidence, w * root / factor)
        best = max(found, key=lambda v: found[v][0])
        gain = 0.0 if under else found[best][0] - found[0.0][0]
        return replace(fit, scale=scale, weights=found[best][1], variance=best, gain=gain)

    def added(self, fit: Fit) -> np.ndarray:
        """What protein adds to each patient's raw log-risk; 0 where it was not read."""
        return np.where(self.known, fit.standardised(np.where(self.known[:, None], self.values, fit.mean)) @ fit.weights, 0.0)


def variances_of(path: Path) -> dict:
    """The other blocks' prior variances of the type, as the fold fitted them."""
    with open(path, "rb") as file:
        parts = pickle.load(file)
    return half_pool([part["variances"] for part in parts], BLOCKS)[TYPES.index(TYPE)]


def out_of_fold(arrays: Arrays, work: Path) -> tuple:
    """What protein adds to each patient, from the fold without them, without RNA and beside it; what the folds' training patients say of it."""
    added, said = {"without": np.zeros(len(arrays.fold)), "beside": np.zeros(len(arrays.fold))}, []
    for k in range(5):
        variances = variances_of(work / f"published-{k}.pickle")
        train = arrays.fold != k
        fits = {"without": arrays.fit(train, variances), "beside": arrays.fit(train, variances, BLOCKS)}
        for name, fit in fits.items():
            added[name][~train] = arrays.added(fit)[~train]
        said.append({name: [fit.variance, round(fit.gain, 2)] for name, fit in fits.items()})
        print("protein", k, said[-1], flush=True)
    return added, {"variances": [row["without"][0] for row in said], "gains": [row["without"][1] for row in said],
                   "variancesBesideRna": [row["beside"][0] for row in said], "gainsBesideRna": [row["beside"][1] for row in said]}


def measured(arrays: Arrays, oof: OutOfFold, added: dict) -> dict:
    """Per set of other modalities: C in the patients with arrays, without and with protein, and the gain, paired."""
    t, cohort = TYPES.index(TYPE), arrays.cohort
    folds = [np.flatnonzero(arrays.known & (arrays.fold == k)) for k in range(5)]
    rng = np.random.default_rng(SEED)
    draws = [[rng.choice(index, len(index)) for index in folds] for _ in range(BOOTSTRAPS)]

    def concordance(score, picks) -> float:
        return float(np.nanmean([cox.harrell(score[i], cohort.months[i], cohort.death[i]) for i in picks]))

    out = {}
    for blocks in [*SETS, BLOCKS]:
        key = subset_key(blocks)
        factor = arrays.factors[key]
        scores = [factor * oof.score(blocks, t), factor * (oof.score(blocks, t) + added["beside" if ASIDE in blocks else "without"])]
        value = [concordance(s, folds) for s in scores]
        drawn = np.array([[concordance(s, pick) for s in scores] for pick in draws])
        out[key] = {
            "without": with_interval(value[0], drawn[:, 0]), "with": with_interval(value[1], drawn[:, 1]),
            "gain": with_interval(value[1] - value[0], drawn[:, 1] - drawn[:, 0]),
            "slopes": [[round(x, 3) for x in cox.slope(s, [(cox.Stratum(cohort.months[i], cohort.death[i]), i) for i in folds])] for s in scores],
        }
        print(key, out[key], flush=True)
    return out


def on_log2_scale(values: np.ndarray, fit: Fit) -> np.ndarray:
    """
    Twice the mean log-likelihood ratio per value, normal with each protein's mean and spread against normal with one spread for all
    (a common factor fitted in both): above 0 the values are level 4 logarithms, under it z-scores. The app asks it of what is stated.
    """
    z = (values - fit.mean) / fit.sd
    return np.log((values**2).mean(axis=1)) - np.log((z**2).mean(axis=1)) - 2 * np.log(fit.sd).mean()


def guarded(arrays: Arrays) -> dict:
    """Held-out patients of the published folds: how often their own values are taken for strange, and values that are not theirs."""
    rng = np.random.default_rng(SEED)
    flags = {name: [] for name in ("false", "dealt", "dealtStandardised", "least", "leastDealt", "zScoresAsLog2", "log2AsZScores")}
    for k in range(5):
        seen, held = (arrays.values[arrays.known & x] for x in (arrays.fold != k, arrays.fold == k))
        fit = Fit(seen.mean(axis=0), seen.std(axis=0), 0.0, np.zeros(0), 0.0, 0.0)
        z = fit.standardised(seen)
        rule, norm = Guard(NAME, z, rng), np.quantile((z**2).mean(axis=1), NORM)
        # As the app asks: first whether the values are on the scale they are said to be on, then whether they go together.
        strange = lambda rows, *some: (rule.strange(rows, *some) == 1) | (((rows[:, some[0]] if some else rows) ** 2).mean(axis=1) > norm)
        own, free = fit.standardised(held), (held - fit.mean) / fit.sd
        some = rng.permutation(own.shape[1])[: int(np.ceil(LEAST * own.shape[1]))]
        mixed = rng.permuted(held, axis=1)
        dealt = fit.standardised(mixed)
        log2 = lambda rows: on_log2_scale(rows, fit) > 0
        for name, rows, right, *of in (
            ("false", own, log2(held)), ("dealt", dealt, log2(mixed)), ("dealtStandardised", rng.permuted(own, axis=1), True),
            ("least", own, log2(held), some), ("leastDealt", dealt, True, some),
            ("zScoresAsLog2", fit.standardised(free), log2(free)), ("log2AsZScores", np.clip(held, -CLIP_OMICS, CLIP_OMICS), ~log2(held)),
        ):
            flags[name].append(strange(rows, *of) | ~np.asarray(right))
    return {name: round(float(np.concatenate(rows).mean()), 4) for name, rows in flags.items()}


def write(folder: Path, data: Path, cohorts: list, work: Path) -> dict:
    """Adds the block to model.onnx, features.json, population.json, parity.json and the card. What was measured is returned."""
    t = TYPES.index(TYPE)
    table, population, card = (json.loads((folder / f"{name}.json").read_text()) for name in ("features", "population", "card"))
    arrays = Arrays(cohorts[t], read_proteins(data, cohorts[t]), population["calibration"])
    oof = OutOfFold(cohorts, work, "published")
    added, evidence = out_of_fold(arrays, work)
    figures = {
        "type": TYPE, "patients": int(arrays.known.sum()), "deaths": int(arrays.cohort.death[arrays.known].sum()), "proteins": len(arrays.names),
        "aside": ASIDE, "evidence": evidence, "sets": measured(arrays, oof, added), "guard": guarded(arrays),
    }

    everyone = np.ones(len(arrays.fold), bool)
    variances = next(row["variances"] for row in card["variances"] if row["type"] == TYPE)
    fit = arrays.fit(everyone, variances)
    figures["variance"], figures["gain"] = fit.variance, round(fit.gain, 2)
    members = [fit]
    left_out = jackknife_groups(cohorts)[t]
    for g in range(MEMBERS):
        members.append(arrays.fit(left_out != g, variances, under=fit))
    widths = [len(table["columns"][b]) for b in BLOCKS]
    others = read_weights(folder)[:, :, : sum(widths)]
    own = np.zeros((len(members), len(TYPES), len(arrays.names)))
    own[:, t] = [member.weights for member in members]
    export(folder, np.concatenate([others, own], axis=2), [*widths, len(arrays.names)])

    z = fit.standardised(arrays.values[arrays.known])
    digits = lambda values: [float(f"{x:.6g}") for x in values]
    table["blocks"] = [*BLOCKS, NAME]
    table["columns"][NAME] = arrays.names
    gains, beside = evidence["gains"], evidence["gainsBesideRna"]
    table["asides"] = {NAME: {"beside": ASIDE, "because": f"beside expression the evidence of the training patients for protein is next to none (its logarithm gains {min(beside):.2f} to {max(beside):.2f} over the folds; {min(gains):.2f} to {max(gains):.2f} without expression)"}}
    for name in TYPES:
        table["types"][name]["blocks"][NAME] = {"index": [], "mean": [], "sd": [], "meanSquareLimit": 0.0}
    table["types"][TYPE]["blocks"][NAME] = {
        "index": list(range(len(arrays.names))), "mean": digits(fit.mean), "sd": digits(fit.sd),
        "meanSquareLimit": digits([np.quantile((z**2).mean(axis=1), NORM)])[0], "guard": stored_axes(Guard(NAME, z, np.random.default_rng(SEED))),
    }
    write_json(folder / "features.json", table)

    for blocks in SETS:
        key = subset_key(blocks)
        factor = population["calibration"][key]
        population["calibration"][f"{key}+{NAME}"] = factor
        risk = factor * (oof.score(blocks, t) + added["without"])
        people = [x[arrays.known] for x in (risk, arrays.cohort.months, arrays.cohort.death)]
        population["types"][TYPE]["subsets"][f"{key}+{NAME}"] = {"patients": figures["patients"], **of_risk(*people)}
    write_json(folder / "population.json", population)

    card["version"] = VERSION
    card["features"][NAME] = len(arrays.names)
    card["data"] = [*[one for one in card["data"] if one["name"] != SOURCE["name"]], SOURCE]
    card[NAME] = figures
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    _, *measured_again = (folder / "card.md").read_text().partition("\n## Measured again\n")
    (folder / "card.md").write_text(put_page(page(card), card["guard"]) + "".join(measured_again))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="out-of-fold contributions that cross_validate.py wrote")
    options = parser.parse_args()
    print(json.dumps(write(options.o, options.data, read_cohorts(options.data), options.work), indent=1))


if __name__ == "__main__":
    main()
