"""ln(IC50) of cell lines from tissue and genomic markers: trains, measures by cell line and writes the model.

    python3 models/training/drug-sensitivity/train.py --data ../shared/data -o models/drug-sensitivity

GDSC release 17 (Iorio F et al., Cell 2016;166:740-754). A drug ships only where, out of fold by cell line, the squared error is
smaller than that of the tissue alone (one-sided paired z test over cell lines, Holm over all drugs, .05); every other drug is
listed as "no model". Preclinical: cell lines are not patients. Two minutes on one core.
"""

import argparse
import os
import re
import sys
from math import erfc, sqrt
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tabular"))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import torch  # noqa: E402

from write import write_card, write_json, write_model  # noqa: E402

VERSION = "1.0.0"
FOLDS, SEED, LEVEL, NOMINAL = 5, 0, 0.05, 0.9
#: Markers: five carriers or more, |z| above 3 on what tissue leaves over, at most 20; ridge penalties of tissue and markers.
LEAST, STRENGTH, MOST, TISSUE_PENALTY, MARKER_PENALTY = 5, 3.0, 20, 1.0, 8.0


def tissue_only(y, t):
    mean = y.mean()
    return mean, t.T @ (y - mean) / (t.sum(axis=0) + TISSUE_PENALTY)


def fit(y: np.ndarray, t: np.ndarray, x: np.ndarray):
    """Intercept, tissue weights, places of the markers kept, their weights and centres; learned from these rows only."""
    mean, weights = tissue_only(y, t)
    rest = y - mean - t @ weights
    centre = x.mean(axis=0)
    spread = np.sqrt(((x - centre) ** 2).sum(axis=0))
    usable = (x.sum(axis=0) >= LEAST) & (spread > 0)
    z = np.where(usable, (x - centre).T @ rest / np.where(spread > 0, spread, 1) / rest.std(), 0.0)
    kept = np.flatnonzero(np.abs(z) > STRENGTH)
    kept = kept[np.argsort(-np.abs(z[kept]))][:MOST]
    rows = np.c_[t, (x - centre)[:, kept]]
    penalty = np.r_[np.full(t.shape[1], TISSUE_PENALTY), np.full(len(kept), MARKER_PENALTY)]
    beta = np.linalg.solve(rows.T @ rows + np.diag(penalty), rows.T @ (y - mean))
    return mean, beta[: t.shape[1]], kept, beta[t.shape[1] :], centre[kept]


def predict(fitted, t, x):
    mean, tissue, kept, marker, centre = fitted
    return mean + t @ tissue + (x[:, kept] - centre) @ marker


def holm(p: np.ndarray) -> np.ndarray:
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))))
    return adjusted


class Sensitivity(torch.nn.Module):
    """tissue code and 0/1 markers -> ln(IC50 / micromolar) per drug; an unknown marker or tissue adds nothing."""

    def __init__(self, tissues: int, fits: list, places: list):
        super().__init__()
        weights = np.zeros((len(fits), len(places)))
        centre = np.zeros((len(fits), len(places)))
        where = {p: i for i, p in enumerate(places)}
        for d, (_, _, kept, marker, middle) in enumerate(fits):
            for k, w, m in zip(kept, marker, middle):
                weights[d, where[k]], centre[d, where[k]] = w, m
        for name, value in (("means", [f[0] for f in fits]), ("tissue", [f[1] for f in fits]), ("weights", weights), ("centre", centre), ("codes", np.arange(tissues))):
            self.register_buffer(name, torch.tensor(np.asarray(value), dtype=torch.float32))

    def forward(self, x):
        hot = (x[:, 0:1] == self.codes).to(torch.float32)
        outputs = []
        for d in range(self.means.shape[0]):
            off = x[:, 1:] - self.centre[d]
            off = torch.where(torch.isnan(off), torch.zeros_like(off), off)
            outputs.append(self.means[d] + torch.matmul(hot, self.tissue[d]) + torch.matmul(off, self.weights[d]))
        return tuple(outputs)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    options = parser.parse_args()
    gdsc = options.data / "gdsc"
    response = pd.read_csv(gdsc / "IC50_v17.csv.gz").set_index("COSMIC_ID")
    features = pd.read_csv(gdsc / "genomic_features_v17.csv.gz").set_index("COSMIC_ID").loc[response.index]
    listing = pd.read_csv(gdsc / "deepcdr_1.Drug_listMon_Jun_24_09_00_55_2019.csv.gz").drop_duplicates("drug_id").set_index("drug_id")
    tissues = sorted(features["TISSUE_FACTOR"].unique())
    t = np.stack([(features["TISSUE_FACTOR"] == k).to_numpy(float) for k in tissues], axis=1)
    markers = features.drop(columns=["TISSUE_FACTOR"])
    x, y = markers.to_numpy(float), response.to_numpy(float)
    fold = np.empty(len(y), int)
    fold[np.random.default_rng(SEED).permutation(len(y))] = np.arange(len(y)) % FOLDS

    found = []
    for j, column in enumerate(response.columns):
        known = ~np.isnan(y[:, j])
        said, plain = np.full(len(y), np.nan), np.full(len(y), np.nan)
        for k in range(FOLDS):
            a, b = known & (fold != k), known & (fold == k)
            said[b] = predict(fit(y[a, j], t[a], x[a]), t[b], x[b])
            mean, weights = tissue_only(y[a, j], t[a])
            plain[b] = mean + t[b] @ weights
        gain = (y[known, j] - plain[known]) ** 2 - (y[known, j] - said[known]) ** 2
        z = gain.mean() / (gain.std(ddof=1) / sqrt(known.sum())) if gain.std() > 0 else 0.0
        r = lambda v: float(np.corrcoef(y[known, j], v[known])[0, 1])
        # Conformal half-width from the other folds, judged on this one.
        error, covered = np.abs(y[:, j] - said), []
        for k in range(FOLDS):
            others, here = np.sort(error[known & (fold != k)]), error[known & (fold == k)]
            covered.append(here <= others[min(len(others) - 1, int(np.ceil((len(others) + 1) * NOMINAL)) - 1)])
        number = int(re.findall(r"\d+", column)[0])
        row = listing.loc[number] if number in listing.index else None
        found.append({"id": number, "name": str(row["Name"]) if row is not None else f"GDSC drug {number}", "targets": str(row["Targets"]) if row is not None else "not stated",
                      "cellLines": int(known.sum()), "r": r(said), "rTissueOnly": r(plain), "p": 0.5 * erfc(z / sqrt(2)),
                      "halfWidth": float(np.sort(error[known])[int(np.ceil((known.sum() + 1) * NOMINAL)) - 1]), "coverage": float(np.concatenate(covered).mean()), "column": j})
    for row, adjusted in zip(found, holm(np.array([f["p"] for f in found]))):
        row["holm"] = float(adjusted)
    shipped = sorted((f for f in found if f["holm"] < LEVEL), key=lambda f: f["name"])
    fits = [fit(y[k, f["column"]], t[k], x[k]) for f in shipped for k in [~np.isnan(y[:, f["column"]])]]
    places = sorted({int(k) for f in fits for k in f[2]})
    # Some drugs were screened twice under two numbers; each screen is a model of its own.
    output = lambda f: "ln_ic50_" + re.sub(r"[^a-z0-9]+", "_", f["name"].lower()).strip("_") + f"_{f['id']}"
    outputs = [output(f) for f in shipped]
    assert len(set(outputs)) == len(outputs)
    nothing = {"required": False, "unknown": "adds nothing"}
    columns = [{"name": "tissue", "meaning": "tissue of the cell line, as GDSC names it", "min": 0, "max": len(tissues) - 1, "values": list(range(len(tissues))), "levels": {k.lower(): i for i, k in enumerate(tissues)}, "aliases": ["TISSUE_FACTOR"], "required": True}]
    columns += [{"name": markers.columns[p], "meaning": "genomic marker of GDSC, 1 present", "min": 0, "max": 1, "values": [0, 1], **nothing} for p in places]
    model = Sensitivity(len(tissues), fits, places)
    write_model(options.o, model, columns, outputs=tuple(outputs))
    write_json(options.o / "input.json", {
        "columns": columns, "outcome": {"column": "no outcome", "positive": 1, "meaning": "none"}, "strata": [], "exactlyOneOf": [],
        "continuous": [{"output": o, "column": o, "aliases": [f"Drug_{f['id']}_IC50"], "meaning": f"ln(IC50 / micromolar) of {f['name']} (GDSC {f['id']})", "halfWidth": round(f["halfWidth"], 4), "nominal": NOMINAL} for o, f in zip(outputs, shipped)],
    })
    median = lambda key: float(np.median([f[key] for f in found]))
    keep = lambda f: {k: v for k, v in f.items() if k != "column"}
    card = {
        "id": "drug-sensitivity", "version": VERSION, "title": "Drug sensitivity of cell lines (preclinical)",
        "intendedUse": "Shows how cell lines of the same tissue and markers responded in a dish: a cell-line model, preclinical, for ranking questions to ask. Supports experts; decides nothing.",
        "notFor": ["predicting that a patient responds", "raising or lowering an evidence tier", "choosing a dose: ln(IC50) is a concentration in a dish", "a drug that is listed under no model"],
        "method": f"Per drug a ridge regression on tissue and on markers chosen inside the fold (|z| over {STRENGTH:g} on what tissue leaves over, {MOST} at most). A drug ships where its squared error out of fold by cell line is smaller than that of tissue alone: one-sided paired z test, Holm over {len(found)} drugs at {LEVEL}. Tried: 40 markers over 2.5 (as many drugs, lower median r).",
        "data": [{"name": "GDSC release 17", "citation": "Iorio F et al., Cell 2016;166:740-754", "licence": "free for non-commercial research; only fitted numbers ship"}],
        "columns": columns, "outcome": {"column": ", ".join(outputs), "meaning": "measured ln(IC50), per drug"},
        "population": {"cellLines": len(y), "tissues": {k: int(n) for k, n in zip(tissues, t.sum(axis=0))}, "age, sex, race": "not available"},
        "metrics": {"drugs": len(found), "medianR": median("r"), "medianRTissueOnly": median("rTissueOnly"), "shipped": [keep(f) for f in shipped], "noModel": [keep(f) for f in found if f["holm"] >= LEVEL]},
        "limits": [
            "Cell lines are not patients: no figure here says how a patient responds.",
            "Measured by cell line within GDSC; no other screen validates it here, and the test treats cell lines as independent.",
            "ln(IC50) beyond the tested concentrations is extrapolated in the source.",
            "Most of what predicts a response in a dish is the tissue; for the drugs without a model nothing beyond it is proven.",
            "It says what cell lines with these markers did; whether the markers are the patient's is not judged.",
        ],
    }
    shown = lambda f: [f"{f['name']} ({f['id']})", f["targets"], f["cellLines"], f"{f['r']:.3f}", f"{f['rTissueOnly']:.3f}", f"{f['holm']:.2g}", f"{f['halfWidth']:.2f}", f"{f['coverage']:.3f}"]
    write_card(options.o, card, [
        ("Drugs with a model", ["drug", "targets", "cell lines", "r out of fold", "r tissue only", "Holm p", "90 % half-width, ln", "coverage"], [shown(f) for f in shipped]),
        ("No model: not better than tissue alone", ["drug", "r out of fold", "r tissue only", "Holm p"], [[f["name"], f"{f['r']:.3f}", f"{f['rTissueOnly']:.3f}", f"{f['holm']:.2g}"] for f in sorted(found, key=lambda f: f["name"]) if f["holm"] >= LEVEL]),
    ])
    print(f"{len(shipped)} of {len(found)} drugs; median r {median('r'):.3f}, tissue only {median('rTissueOnly'):.3f}; {len(places)} markers;", ", ".join(f"{f['name']} {f['r']:.2f}/{f['rTissueOnly']:.2f}" for f in shipped))


if __name__ == "__main__":
    main()
