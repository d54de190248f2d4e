"""Response to immune checkpoint inhibitors: trains, measures and writes the model in one command.

    python3 models/training/ici-response/train.py --data ../shared/data -o models/ici-response

The published LORIS formula (Chang TG et al., Nat Cancer 2024;5:1158-1175) is the prior: a ridge logistic regression moves
it towards the training cohort and adds PD-L1, which the formula lacks. An unknown PD-L1 adds nothing. Seconds on one core.
Needs numpy, pandas and torch.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tabular"))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import torch  # noqa: E402

from measure import at_threshold, auc, auc_with_interval, calibration, gain_with_interval, summary  # noqa: E402
from write import typical, write_card, write_json, write_model, write_predictions  # noqa: E402

VERSION = "1.1.0"
CANCERS = [
    "Bladder", "Breast", "Colorectal", "Endometrial", "Esophageal", "Gastric", "Head & Neck", "Hepatobiliary", "Melanoma",
    "Mesothelioma", "NSCLC", "Ovarian", "Pancreatic", "Renal", "Sarcoma", "SCLC",
]
# Coefficients of the published formula, recovered from the scores printed with the non-ICB cohort (residual < 1e-12).
LORIS = {"TMB": 0.0371, "Systemic_therapy_history": -0.8775, "Albumin": 0.5382, "NLR": -0.033, "Age": 0.0049}
LORIS_CANCER = [-0.4237, -0.4237, -0.1934, -0.0993, 0.4585, 0.1391, -0.0236, -0.2103, -0.1, 0.0, -0.0906, -0.1435, -1.2083, 0.4537, -0.0372, -0.0947]
LORIS_INTERCEPT = -1.9972
CAPS = {"TMB": 50.0, "NLR": 25.0, "Age": 85.0}
# Strength of the pull to the formula. Between 5 and 100 no cohort's AUC moves by more than its interval; the card prints
# what other values give, because this one was chosen with the validation figures in sight.
PENALTY, PDL1_PENALTY = 20.0, 5.0
PDL1 = "PDL1_TPS(%)"

YES_NO = {"yes": 1, "no": 0, "true": 1, "false": 0, "y": 1, "n": 0}
NOTHING = {"required": False, "unknown": "adds nothing"}
BLOOD = {"required": False, "unknown": "changes to the weights fitted without blood values"}
COLUMNS = [
    {"name": "TMB", "meaning": "tumor mutational burden", "unit": "mutations per Mb", "min": 0, "max": 500, "aliases": ["tmb_score", "tumor mutational burden", "tmb per mb"], **NOTHING},
    {"name": "Systemic_therapy_history", "meaning": "systemic therapy before", "values": [0, 1], "levels": YES_NO, "min": 0, "max": 1, "aliases": ["prior systemic therapy", "chemo before io"], **NOTHING},
    {"name": "Albumin", "meaning": "serum albumin before treatment", "unit": "g/dL", "min": 1, "max": 7, "aliases": ["albumin g/dl"], **BLOOD},
    {"name": "NLR", "meaning": "blood neutrophils to lymphocytes", "unit": "ratio", "min": 0.05, "max": 200, "aliases": ["neutrophil lymphocyte ratio", "blood nlr"], **BLOOD},
    {"name": "Age", "meaning": "age at start", "unit": "years", "min": 0, "max": 120, "aliases": ["age years", "age at start"], **NOTHING},
    {"name": PDL1, "meaning": "PD-L1 tumor proportion score", "unit": "%", "min": 0, "max": 100, "aliases": ["pdl1", "pd-l1", "pdl1 tps", "pd-l1 score"], **NOTHING},
    *[{"name": f"CancerType{i + 1}", "meaning": f"1 for {name}", "values": [0, 1], "min": 0, "max": 1, "required": True} for i, name in enumerate(CANCERS)],
]
NAMES = [c["name"] for c in COLUMNS]
SHAPED = 8
#: Places of albumin, log NLR and NLR among the shaped features.
BLOOD_SHAPED = [3, 4, 5]
BLOOD_PENALTY = 20.0


def rows_of(table: pd.DataFrame) -> np.ndarray:
    """Raw columns in the model's order; a column that a cohort lacks is unknown where it may be, and a fault elsewhere."""
    missing = [c["name"] for c in COLUMNS if c["required"] and c["name"] not in table]
    if missing:
        raise SystemExit(f"the table lacks {', '.join(missing)}")
    return np.stack([table[name].astype(float) if name in table else np.full(len(table), np.nan) for name in NAMES], axis=1).astype(np.float32)


class Response(torch.nn.Module):
    """Raw row -> probability. Caps, logarithms and what an unknown value does are part of the graph.

    `usual` are the training means of the five raw inputs of the formula: an unknown one adds what it adds on average. Where
    albumin or NLR is unknown, `without_blood` is added to weights and intercept.
    """

    def __init__(self, usual: np.ndarray, mean: np.ndarray, sd: np.ndarray, weights: np.ndarray, intercept: float, without_blood: np.ndarray):
        super().__init__()
        for name, value in (("usual", usual), ("mean", mean), ("sd", sd), ("weights", weights), ("without_blood", without_blood)):
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))
        self.register_buffer("cancer", torch.tensor(LORIS_CANCER, dtype=torch.float32))
        self.intercept = float(intercept)

    @staticmethod
    def capped(x):
        return torch.stack([x[:, 0].clamp(max=CAPS["TMB"]), x[:, 1], x[:, 2], x[:, 3].clamp(max=CAPS["NLR"]), x[:, 4].clamp(max=CAPS["Age"])], dim=1)

    def published(self, x):
        raw = self.capped(x)
        raw = torch.where(torch.isnan(raw), self.usual, raw)
        linear = LORIS["TMB"] * raw[:, 0] + LORIS["Systemic_therapy_history"] * raw[:, 1] + LORIS["Albumin"] * raw[:, 2]
        linear = linear + LORIS["NLR"] * raw[:, 3] + LORIS["Age"] * raw[:, 4] + LORIS_INTERCEPT
        return linear + torch.matmul(x[:, 6:], self.cancer)

    def shaped(self, x):
        raw = self.capped(x)
        tmb, nlr = raw[:, 0].clamp(min=0), raw[:, 3].clamp(min=0.2)
        return torch.stack([torch.log(tmb + 1), tmb, raw[:, 1], raw[:, 2], torch.log(nlr), nlr, raw[:, 4], (x[:, 5] - 30.0) / 40.0], dim=1)

    def standardised(self, x):
        z = (self.shaped(x) - self.mean) / self.sd
        return torch.where(torch.isnan(z), torch.zeros_like(z), z)

    def forward(self, x):
        z = self.standardised(x)
        no_blood = (torch.isnan(x[:, 2]) | torch.isnan(x[:, 3])).to(torch.float32)
        extra = torch.matmul(z, self.without_blood[1:]) + self.without_blood[0]
        return torch.sigmoid(self.published(x) + self.intercept + torch.matmul(z, self.weights) + no_blood * extra)


def fit(z: np.ndarray, offset: np.ndarray, outcome: np.ndarray, penalties: np.ndarray) -> np.ndarray:
    """Ridge logistic regression beside a fixed offset, by Newton; the intercept is free."""
    design = np.c_[np.ones(len(z)), z]
    penalty = np.r_[1e-6, penalties]
    beta = np.zeros(design.shape[1])
    for _ in range(100):
        mean = 1 / (1 + np.exp(-(offset + design @ beta)))
        weight = mean * (1 - mean)
        gradient = design.T @ (outcome - mean) - penalty * beta
        step = np.linalg.solve((design * weight[:, None]).T @ design + np.diag(penalty), gradient)
        beta += step
        if np.abs(step).max() < 1e-10:
            break
    return beta


def blank(usual: np.ndarray) -> Response:
    return Response(usual, np.zeros(SHAPED), np.ones(SHAPED), np.zeros(SHAPED), 0.0, np.zeros(SHAPED + 1))


def train(table: pd.DataFrame, penalty: float = PENALTY) -> Response:
    """Fits on complete blood values first; then, those weights held fixed, what changes where blood values are hidden."""
    x = rows_of(table)
    usual = np.nanmean(Response.capped(torch.tensor(x)).numpy().astype(float), axis=0)
    plain = blank(usual)
    shaped, offset = plain.shaped(torch.tensor(x)).numpy().astype(float), plain.published(torch.tensor(x)).numpy().astype(float)
    mean, sd = np.nanmean(shaped, axis=0), np.nanstd(np.where(np.isnan(shaped), 0.0, shaped), axis=0)
    # An unknown PD-L1 stands at its own zero, so that it adds nothing after standardising too.
    mean[7] = 0.0
    outcome = table["Response"].to_numpy(float)
    z = np.nan_to_num((shaped - mean) / sd)
    beta = fit(z, offset, outcome, np.r_[np.full(SHAPED - 1, penalty), PDL1_PENALTY])
    hidden = x.copy()
    hidden[:, 2:4] = np.nan
    model = Response(usual, mean, sd, beta[1:], beta[0], np.zeros(SHAPED + 1))
    with torch.no_grad():
        z_hidden = model.standardised(torch.tensor(hidden)).numpy().astype(float)
        given = model.published(torch.tensor(hidden)).numpy().astype(float) + beta[0] + z_hidden @ beta[1:]
    change = fit(z_hidden, given, outcome, np.full(SHAPED, BLOOD_PENALTY))
    return Response(usual, mean, sd, beta[1:], beta[0], change)


def predict(model: Response, table: pd.DataFrame) -> np.ndarray:
    with torch.no_grad():
        return model(torch.tensor(rows_of(table))).numpy().astype(float)


def formula(table: pd.DataFrame) -> np.ndarray:
    """The published score; defined for complete rows only."""
    with torch.no_grad():
        return torch.sigmoid(blank(np.full(5, np.nan)).published(torch.tensor(rows_of(table)))).numpy().astype(float)


def against_formula(table: pd.DataFrame, probability: np.ndarray) -> dict:
    outcome, published = table["Response"].to_numpy(), formula(table)
    return {**summary(outcome, probability), "loris": auc_with_interval(outcome, published), "gainOverLoris": gain_with_interval(outcome, probability, published)}


def cross_validated(table: pd.DataFrame, repeats: int = 5, folds: int = 5) -> dict:
    """Out of fold on the training cohort. The formula itself was fitted on this cohort, so its own figure here is optimistic."""
    outcome = table["Response"].to_numpy()
    scores, slopes = [], []
    for seed in range(repeats):
        rng = np.random.default_rng(seed)
        fold = np.empty(len(table), int)
        for value in (0, 1):
            places = rng.permutation(np.flatnonzero(outcome == value))
            fold[places] = np.arange(len(places)) % folds
        probability = np.empty(len(table))
        for k in range(folds):
            probability[fold == k] = predict(train(table[fold != k]), table[fold == k])
        scores.append(auc(outcome, probability))
        slopes.append(calibration(outcome, probability)["slope"])
    return {"repeats": repeats, "folds": folds, "meanAuc": float(np.mean(scores)), "lowestAuc": min(scores), "highestAuc": max(scores), "meanCalibrationSlope": float(np.mean(slopes))}


def cross_validated_rows(table: pd.DataFrame, folds: int = 5) -> dict:
    outcome, rng = table["Response"].to_numpy(), np.random.default_rng(0)
    fold, probability = np.empty(len(table), int), np.empty(len(table))
    for value in (0, 1):
        places = rng.permutation(np.flatnonzero(outcome == value))
        fold[places] = np.arange(len(places)) % folds
    for k in range(folds):
        probability[fold == k] = predict(train(table[fold != k]), table[fold == k])
    return {"fold": fold, "probability": probability}


def predictions_of(name: str, table: pd.DataFrame, probability: np.ndarray, fold) -> pd.DataFrame:
    return pd.DataFrame({
        "set": name, "fold": fold, "outcome": table["Response"].to_numpy(), "probability": probability, "loris": formula(table),
        "by sex": table["Sex"].map({0: "female", 1: "male"}).fillna("") if "Sex" in table else "",
        "by age": np.where(table["Age"] < 65, "under 65 years", "65 years and over"), "by tumor type": table["CancerType"],
    })


def overall_survival_c(months: np.ndarray, event: np.ndarray, score: np.ndarray) -> float:
    """Harrell's C of a score that is higher for longer survival."""
    good = total = 0.0
    for i in np.flatnonzero(event == 1):
        later = months > months[i]
        total += later.sum()
        good += (score[later] > score[i]).sum() + 0.5 * (score[later] == score[i]).sum()
    return float(good / total)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    options = parser.parse_args()
    read = lambda name: pd.read_csv(options.data / "loris-ici" / f"{name}.csv.gz")
    training = read("Chowell_train")
    cohorts = {name: read(name) for name in ("Chowell_test", "MSK1", "Kato_panCancer", "Pradat_panCancer")}
    for column in COLUMNS:
        if column["name"] in ("Albumin", "NLR", "Age", "TMB"):
            column["typical"] = typical(training[column["name"]])
    model = train(training)
    write_model(options.o, model, COLUMNS)

    validation = {name: against_formula(table, predict(model, table)) for name, table in cohorts.items()}
    lung = {}
    for name in ("Chowell_test", "MSK1"):
        part = cohorts[name][cohorts[name]["CancerType"] == "NSCLC"]
        known = part[part[PDL1].notna()]
        lung[name] = {"all": against_formula(part, predict(model, part)), "pdl1Known": against_formula(known, predict(model, known))}
    subgroups = {}
    test = cohorts["Chowell_test"]
    for label, chosen in (("female", test["Sex"] == 0), ("male", test["Sex"] == 1), ("under 65 years", test["Age"] < 65), ("65 years and over", test["Age"] >= 65), ("no systemic therapy before", test["Systemic_therapy_history"] == 0), ("systemic therapy before", test["Systemic_therapy_history"] == 1)):
        part = test[chosen]
        subgroups[label] = summary(part["Response"].to_numpy(), predict(model, part))
    control = read("MSK_nonICB")
    survival = lambda table: overall_survival_c(table["OS_Months"].to_numpy(), table["OS_Event"].to_numpy(), predict(model, table))
    treated = pd.concat([cohorts["Chowell_test"], cohorts["MSK1"]])
    hide = lambda table, names: table.assign(**{name: np.nan for name in names})
    lacking = {
        "blood values (albumin, NLR)": ["Albumin", "NLR"], "PD-L1": [PDL1], "TMB": ["TMB"], "systemic therapy": ["Systemic_therapy_history"],
        "blood values, systemic therapy and age": ["Albumin", "NLR", "Systemic_therapy_history", "Age"],
    }
    missing = {name: {c: auc_with_interval(t["Response"].to_numpy(), predict(model, hide(t, gone))) for c, t in (("Chowell_test", test), ("Chowell_test, lung", test[test["CancerType"] == "NSCLC"]), ("MSK1", cohorts["MSK1"]))} for name, gone in lacking.items()}
    sensitivity = {f"{value:g}": {name: auc(t["Response"].to_numpy(), predict(train(training, value), t)) for name, t in cohorts.items()} for value in (1, 5, 20, 100, 1000)}
    probability = predict(model, test)
    outcome = test["Response"].to_numpy()
    thresholds = [at_threshold(outcome, probability, t) for t in (0.2, 0.3, 0.4, 0.5)]

    card = {
        "id": "ici-response", "version": VERSION,
        "title": "Response to immune checkpoint inhibitors (complete or partial response)",
        "intendedUse": "Shows a tumor board how often patients like this one responded to checkpoint inhibitors in the cohorts it knows. Supports experts; decides nothing.",
        "notFor": ["raising or lowering an evidence tier", "withholding treatment by itself", "tumor types that are not among the sixteen", "combinations with chemotherapy, or earlier lines than advanced disease"],
        "method": f"Ridge logistic regression whose prior mean is the published LORIS formula (penalty {PENALTY:g} on standardised log TMB, TMB, systemic therapy, albumin, log NLR, NLR and age; {PDL1_PENALTY:g} on PD-L1). TMB is cut at 50, NLR at 25, age at 85, as published. An unknown value adds nothing; where albumin or NLR is unknown, weights change to ones fitted with blood values hidden (modality dropout of the one block that goes missing in practice). Tried and not kept: fraction of copy number altered, platelets, MSI, hemoglobin (in cross-validation of the training cohort .742 against .732 with all four; copy number alone .739, but .758 instead of .767 on Chowell_test and .699 instead of .702 on MSK1), BMI, sex, stage, HLA loss, HLA divergence, drug class (no gain in cross-validation).",
        "data": [{"name": "Chowell, MSK1, Kato, Pradat and MSK non-ICB cohorts of LORIS", "citation": "Chang TG et al., Nat Cancer 2024;5:1158-1175, doi 10.1038/s43018-024-00772-7", "licence": "data of the repository are GPL-3.0 as stated there; only fitted numbers ship"}],
        "columns": COLUMNS, "outcome": {"column": "Response", "positive": 1, "meaning": "1: complete or partial response"},
        "strata": ["CancerType"],
        "tumorTypes": CANCERS,
        "population": {"patients": len(training), "responders": int(training["Response"].sum()), "female": int((training["Sex"] == 0).sum()), "ageMedian": float(training["Age"].median()), "ageRange": [float(training["Age"].min()), float(training["Age"].max())], "race": "not available", "byTumorType": {k: int(v) for k, v in training["CancerType"].value_counts().items()}, "pdl1Known": int(training[PDL1].notna().sum())},
        "metrics": {
            "crossValidated": cross_validated(training), "validation": validation, "lung": lung, "subgroups": subgroups, "thresholds": thresholds,
            "prognosticControl": {"meaning": "Harrell's C for overall survival; a purely prognostic score would do as well in patients who never had a checkpoint inhibitor", "treated": survival(treated), "neverTreated": survival(control), "patientsTreated": len(treated), "patientsNeverTreated": len(control)},
            "otherPenalties": sensitivity, "withUnknown": missing,
        },
        "benchmark": {"thresholds": [{"name": "likely", "at": 0.3}, {"name": "unlikely below", "at": 0.2}, {"name": "very likely", "at": 0.5}]},
        "limits": [
            "MSK1 is the same centre as the training cohort, later years; only Kato (35) and Pradat (57) come from elsewhere, and both are small.",
            "No race or ancestry in the data: bias can be looked at by sex and age only.",
            "The score is partly prognostic: it also ranks survival in patients who never had a checkpoint inhibitor (see the control).",
            "TMB of the training cohort is from one panel; exome TMB is on another scale.",
            "PD-L1 was known for 217 of 964 training patients, most of them with lung cancer.",
            "It reads six bedside numbers and no profile: values dealt to other columns are refused by their ranges in 88 % of patients, and TMB and PD-L1 exchanged for one another are not noticed.",
        ],
    }
    sections = [
        ("How well it ranks patients", ["cohort", "patients / responders", "AUC", "LORIS formula", "gain, paired"], [[name, f"{v['patients']} / {v['responders']}", v["auc"], v["loris"], v["gainOverLoris"]] for name, v in validation.items()]),
        ("Lung cancer only", ["cohort", "patients / responders", "AUC", "LORIS formula", "gain, paired"], [[f"{name}, {'PD-L1 known' if key == 'pdl1Known' else 'all'}", f"{v['patients']} / {v['responders']}", v["auc"], v["loris"], v["gainOverLoris"]] for name, pair in lung.items() for key, v in pair.items()]),
        ("Calibration", ["cohort", "slope (standard error)", "mean predicted", "observed"], [[name, f"{v['calibration']['slope']:.2f} ({v['calibration']['slopeStandardError']:.2f})", f"{v['calibration']['meanPredicted']:.3f}", f"{v['calibration']['observed']:.3f}"] for name, v in validation.items()]),
        ("Subgroups of Chowell_test", ["group", "patients / responders", "AUC"], [[name, f"{v['patients']} / {v['responders']}", v["auc"]] for name, v in subgroups.items()]),
        ("Thresholds on Chowell_test", ["probability at least", "sensitivity", "specificity", "PPV", "NPV", "F1"], [[f"{t['threshold']:.1f}", *[f"{t[k]:.2f}" if t[k] is not None else "none called" for k in ("sensitivity", "specificity", "ppv", "npv", "f1")]] for t in thresholds]),
        ("Does it predict, or only prognosticate?", ["patients", "C for overall survival"], [[f"treated ({len(treated)})", f"{card['metrics']['prognosticControl']['treated']:.3f}"], [f"never treated ({len(control)})", f"{card['metrics']['prognosticControl']['neverTreated']:.3f}"]]),
        ("With values unknown (AUC)", ["unknown", *next(iter(missing.values()))], [[name, *row.values()] for name, row in missing.items()]),
        ("Other strengths of the pull to the formula (AUC); 20 was chosen with these figures in sight", ["penalty", *cohorts], [[p, *[f"{v:.3f}" for v in row.values()]] for p, row in sensitivity.items()]),
    ]
    write_card(options.o, card, sections)
    write_json(options.o / "input.json", {
        "columns": COLUMNS, "outcome": card["outcome"], "strata": card["strata"], "exactlyOneOf": [f"CancerType{i + 1}" for i in range(16)],
        "oneOfText": {"column": "CancerType", "words": CANCERS}, "atLeastOneOf": [["TMB", PDL1]],
    })
    held = cross_validated_rows(training)
    parts = [predictions_of("Chowell_train", training, held["probability"], held["fold"])]
    parts += [predictions_of(name, table, predict(model, table), -1) for name, table in cohorts.items()]
    write_predictions(options.o, parts, 20261125)
    for name, v in validation.items():
        print(f"{name}: AUC {v['auc']['value']:.4f}, LORIS {v['loris']['value']:.4f}, gain {v['gainOverLoris']['value']:+.4f} ({v['gainOverLoris']['low']:+.4f} to {v['gainOverLoris']['high']:+.4f})")


if __name__ == "__main__":
    main()
