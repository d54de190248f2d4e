"""Pathological complete response to neoadjuvant chemotherapy of breast cancer: trains, measures and writes the model.

    python3 models/training/neoadjuvant-response/train.py --data ../shared/data -o models/neoadjuvant-response

Three learners after Sammut SJ et al., Nature 2022;601:623-629: elastic-net logistic regression, support vectors and a
random forest, the last two on features thinned to a correlation under 0.8; the mean of their probabilities, recalibrated
on nested out-of-fold predictions. About five minutes on one core. Needs numpy, pandas, scikit-learn and torch.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tabular"))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import torch  # noqa: E402
from sklearn.ensemble import RandomForestClassifier  # noqa: E402
from sklearn.feature_selection import f_classif  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402
from sklearn.svm import SVC  # noqa: E402

from measure import at_threshold, auc, auc_with_interval, calibration, gain_with_interval  # noqa: E402
from write import typical, write_card, write_json, write_model, write_predictions  # noqa: E402

VERSION = "1.1.0"
OUTCOME = "resp.pCR"
NOT_FEATURES = ["Trial.ID", "resp.pCR", "resp.Chemosensitive", "resp.Chemoresistant", "RCB.score", "RCB.category"]
CLINICAL = ["Age.at.diagnosis", "Histology", "ER.status", "HER2.status", "LN.at.diagnosis", "Grade.pre.chemotherapy", "Size.at.diagnosis"]
MEANINGS = {
    "Age.at.diagnosis": ("age at diagnosis", "years"), "Size.at.diagnosis": ("tumor size at diagnosis", "mm"),
    "ER.status": ("estrogen receptor, -1 negative, 1 positive", ""), "HER2.status": ("HER2, -1 negative, 1 positive", ""),
    "LN.at.diagnosis": ("lymph node at diagnosis, -1 negative, 1 positive", ""), "Grade.pre.chemotherapy": ("histological grade", ""),
    "Histology": ("histological type as coded by the study", ""), "ER.Allred": ("Allred score of the estrogen receptor", ""),
    "median_lymph_KDE_knn_50": ("lymphocyte density, digital pathology", "log"), "All.TMB": ("mutations", "count"), "Coding.TMB": ("coding mutations", "count"),
    "Expressed.NAg": ("expressed neoantigens", "count"), "CodingMuts.PIK3CA": ("PIK3CA coding mutation", ""), "CodingMuts.TP53": ("TP53 coding mutation", ""),
    "CIN.Prop": ("share of the genome with changed copies", ""), "HLA.LOH": ("loss of an HLA allele", ""),
}
#: Modalities that a hospital has or has not as a whole; the clinical ones are always needed.
MODALITIES = {
    "digital pathology": lambda c: c.startswith("median_lymph"),
    "DNA": lambda c: c in ("All.TMB", "Coding.TMB", "Expressed.NAg", "CIN.Prop", "HLA.LOH") or c.startswith(("CodingMuts.", "HRD.")),
    "treatment": lambda c: c.startswith("Chemo."),
}
MODALITY_ORDER = ["digital pathology", "DNA", "RNA", "treatment"]
CORRELATION = 0.8
REPEATS, FOLDS = 5, 5


def modality(column: str) -> str:
    if column in CLINICAL or column == "ER.Allred":
        return "clinical"
    return next((name for name, is_of in MODALITIES.items() if is_of(column)), "RNA")


def patterns(names: list) -> list:
    """Which columns each of the 16 sets of modalities has; the place of a set is the sum of 2^k of its modalities."""
    kinds = np.array([modality(n) for n in names])
    return [np.flatnonzero((kinds == "clinical") | np.isin(kinds, [m for k, m in enumerate(MODALITY_ORDER) if bits >> k & 1])) for bits in range(2 ** len(MODALITY_ORDER))]


class Partial:
    """Elastic nets for every set of modalities but the whole: what a case without the others gets. No value is filled in."""

    def __init__(self, x: np.ndarray, outcome: np.ndarray, names: list):
        self.sets = patterns(names)
        self.mean, self.sd = x.mean(axis=0), np.where(x.std(axis=0) == 0, 1.0, x.std(axis=0))
        z = (x - self.mean) / self.sd
        self.weights, self.intercepts = np.zeros((len(self.sets), x.shape[1])), np.zeros(len(self.sets))
        for i, columns in enumerate(self.sets[:-1]):
            fitted = LogisticRegression(penalty="elasticnet", l1_ratio=0.3, C=0.2, solver="saga", max_iter=5000, random_state=0).fit(z[:, columns], outcome)
            self.weights[i, columns], self.intercepts[i] = fitted.coef_[0], fitted.intercept_[0]

    def probability(self, x: np.ndarray, which: int) -> np.ndarray:
        return 1 / (1 + np.exp(-((x - self.mean) / self.sd @ self.weights[which] + self.intercepts[which])))


def thin(x: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Columns in order of their F statistic, each left out where it correlates with a kept one by CORRELATION or more."""
    correlation = np.abs(np.corrcoef(x.T))
    order = np.argsort(-np.nan_to_num(f_classif(x, outcome)[0]), kind="mergesort")
    kept: list = []
    for j in order:
        if all(not correlation[j, k] >= CORRELATION for k in kept):
            kept.append(int(j))
    return np.array(sorted(kept))


class Learners:
    """The three learners on raw rows; `probability` is their mean."""

    def __init__(self, x: np.ndarray, outcome: np.ndarray, seed: int = 0):
        self.mean, self.sd = x.mean(axis=0), np.where(x.std(axis=0) == 0, 1.0, x.std(axis=0))
        z = (x - self.mean) / self.sd
        self.kept = thin(x, outcome)
        self.linear = LogisticRegression(penalty="elasticnet", l1_ratio=0.3, C=0.2, solver="saga", max_iter=5000, random_state=seed).fit(z, outcome)
        self.support = SVC(C=0.5, gamma=0.005, random_state=seed).fit(z[:, self.kept], outcome)
        # Platt's two numbers from out-of-fold margins, so that they are not fitted on what the margins were fitted on.
        margin = np.empty(len(outcome))
        for a, b in StratifiedKFold(5, shuffle=True, random_state=seed).split(z, outcome):
            margin[b] = SVC(C=0.5, gamma=0.005, random_state=seed).fit(z[a][:, self.kept], outcome[a]).decision_function(z[b][:, self.kept])
        platt = LogisticRegression(C=1e6).fit(margin[:, None], outcome)
        self.platt = (float(platt.coef_[0, 0]), float(platt.intercept_[0]))
        self.forest = RandomForestClassifier(300, min_samples_leaf=4, max_features=0.3, random_state=seed).fit(x[:, self.kept].astype(np.float32), outcome)

    def probability(self, x: np.ndarray) -> np.ndarray:
        z = (x - self.mean) / self.sd
        a = self.linear.predict_proba(z)[:, 1]
        b = 1 / (1 + np.exp(-(self.platt[0] * self.support.decision_function(z[:, self.kept]) + self.platt[1])))
        return (a + b + self.forest.predict_proba(x[:, self.kept].astype(np.float32))[:, 1]) / 3


class Response(torch.nn.Module):
    """The same three learners as a graph: raw row -> recalibrated probability."""

    def __init__(self, learners: Learners, slope: float, intercept: float, partial: Partial, names: list):
        super().__init__()
        kinds = [modality(n) for n in names]
        member = np.array([[k == m for m in MODALITY_ORDER] for k in kinds], np.float32)  # [columns, modalities]
        self.register_buffer("member", torch.tensor(member))
        self.register_buffer("place", torch.tensor([2.0**k for k in range(len(MODALITY_ORDER))]))
        self.register_buffer("partial_weights", torch.tensor(partial.weights, dtype=torch.float32))
        self.register_buffer("partial_intercepts", torch.tensor(partial.intercepts, dtype=torch.float32))
        tensor = lambda value, kind=torch.float32: torch.tensor(np.asarray(value), dtype=kind)
        for name, value in (
            ("mean", learners.mean), ("sd", learners.sd), ("linear", learners.linear.coef_[0]),
            ("vectors", learners.support.support_vectors_), ("dual", learners.support.dual_coef_[0]),
        ):
            self.register_buffer(name, tensor(value))
        self.register_buffer("kept", tensor(learners.kept, torch.int64))
        self.linear_intercept = float(learners.linear.intercept_[0])
        self.gamma, self.support_intercept = 0.005, float(learners.support.intercept_[0])
        self.platt, self.slope, self.intercept = learners.platt, float(slope), float(intercept)
        self._forest(learners.forest)

    def _forest(self, forest: RandomForestClassifier) -> None:
        trees = [tree.tree_ for tree in forest.estimators_]
        most, self.depth = max(t.node_count for t in trees), max(t.max_depth for t in trees)
        shape = (len(trees), most)
        feature, threshold, left, right, value = (np.zeros(shape, np.int64), np.full(shape, np.inf, np.float32), np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.float32))
        for i, t in enumerate(trees):
            n, leaf = t.node_count, t.children_left < 0
            feature[i, :n] = np.where(leaf, 0, t.feature)
            # Rows are float32; a threshold rounded down keeps `row <= threshold` as the forest decided it in float64.
            rounded = t.threshold.astype(np.float32)
            rounded = np.where(rounded.astype(np.float64) > t.threshold, np.nextafter(rounded, np.float32(-np.inf)), rounded)
            threshold[i, :n] = np.where(leaf, np.float32(np.finfo(np.float32).max), rounded)
            here = np.arange(n)
            left[i, :n] = np.where(leaf, here, t.children_left)
            right[i, :n] = np.where(leaf, here, t.children_right)
            value[i, :n] = t.value[:, 0, 1] / t.value[:, 0, :].sum(axis=1)
        offset = (np.arange(len(trees)) * most)[:, None]
        self.trees = len(trees)
        for name, array in (("feature", feature), ("left", left + offset), ("right", right + offset)):
            self.register_buffer(name, torch.tensor(array.reshape(-1)))
        for name, array in (("threshold", np.minimum(threshold, np.finfo(np.float32).max)), ("value", value)):
            self.register_buffer(name, torch.tensor(array.reshape(-1)))
        self.register_buffer("roots", torch.tensor(offset[:, 0]))

    def forward(self, x):
        unknown = torch.isnan(x).to(torch.float32)
        # One unknown value and the modality is left out whole: it was trained whole.
        present = (torch.matmul(unknown, self.member) < 0.5).to(torch.float32)
        pattern = torch.matmul(present, self.place).to(torch.int64)
        x = torch.where(torch.isnan(x), self.mean.unsqueeze(0) + torch.zeros_like(x), x)
        z = (x - self.mean) / self.sd
        weights = torch.index_select(self.partial_weights, 0, pattern)
        less = torch.sigmoid((z * weights).sum(1) + torch.index_select(self.partial_intercepts, 0, pattern))
        whole = self.whole(x, z)
        return torch.where(pattern == 2 ** self.member.shape[1] - 1, whole, less)

    def whole(self, x, z):
        linear = torch.sigmoid(torch.matmul(z, self.linear) + self.linear_intercept)
        near = torch.index_select(z, 1, self.kept)
        distance = (near * near).sum(1, keepdim=True) + (self.vectors * self.vectors).sum(1).unsqueeze(0) - 2 * torch.matmul(near, self.vectors.t())
        margin = torch.matmul(torch.exp(-self.gamma * distance), self.dual) + self.support_intercept
        support = torch.sigmoid(self.platt[0] * margin + self.platt[1])
        raw = torch.index_select(x, 1, self.kept)
        node = self.roots.unsqueeze(0) + torch.zeros_like(x[:, :1]).to(torch.int64)
        for _ in range(self.depth):
            chosen = torch.gather(raw, 1, self.feature[node])
            node = torch.where(chosen <= self.threshold[node], self.left[node], self.right[node])
        forest = self.value[node].mean(1)
        mean = (linear + support + forest) / 3
        return torch.sigmoid(self.slope * torch.log(mean / (1 - mean)) + self.intercept)


def partial_of(x: np.ndarray, outcome: np.ndarray, names: list, which: int):
    """One set's elastic net alone, for cross-validation."""
    columns = patterns(names)[which]
    mean, sd = x.mean(axis=0), np.where(x.std(axis=0) == 0, 1.0, x.std(axis=0))
    fitted = LogisticRegression(penalty="elasticnet", l1_ratio=0.3, C=0.2, solver="saga", max_iter=5000, random_state=0).fit(((x - mean) / sd)[:, columns], outcome)
    return lambda rows: fitted.predict_proba(((rows - mean) / sd)[:, columns])[:, 1]


def strata(table: pd.DataFrame) -> np.ndarray:
    return table[OUTCOME].to_numpy() + 2 * (table["HER2.status"].to_numpy() == 1)


def out_of_fold(x: np.ndarray, outcome: np.ndarray, groups: np.ndarray, seed: int, make) -> np.ndarray:
    """Everything that is learned, thinning and Platt's numbers included, is learned inside the fold."""
    probability = np.empty(len(outcome))
    for a, b in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(x, groups):
        probability[b] = make(x[a], outcome[a])(x[b])
    return probability


def folds_of(x: np.ndarray, groups: np.ndarray) -> np.ndarray:
    fold = np.empty(len(groups), int)
    for k, (_, b) in enumerate(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(x, groups)):
        fold[b] = k
    return fold


def clinical_only(x: np.ndarray, outcome: np.ndarray):
    mean, sd = x.mean(axis=0), x.std(axis=0)
    model = LogisticRegression(C=0.2, max_iter=5000).fit((x - mean) / sd, outcome)
    return lambda rows: model.predict_proba((rows - mean) / sd)[:, 1]


def recalibration(probability: np.ndarray, outcome: np.ndarray) -> tuple:
    fitted = calibration(outcome, probability)
    return fitted["slope"], fitted["intercept"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    options = parser.parse_args()
    table = pd.read_csv(options.data / "transneo-nat" / "training_df.csv.gz", index_col=0)
    names = [c for c in table.columns if c not in NOT_FEATURES and pd.api.types.is_numeric_dtype(table[c])]
    x, outcome, groups = table[names].to_numpy(float), table[OUTCOME].to_numpy(), strata(table)
    her2 = table["HER2.status"].to_numpy() == 1

    runs = [out_of_fold(x, outcome, groups, seed, lambda a, y: Learners(a, y).probability) for seed in range(REPEATS)]
    clinical = [out_of_fold(table[CLINICAL].to_numpy(float), outcome, groups, seed, clinical_only) for seed in range(REPEATS)]
    mean, mean_clinical = np.mean(runs, axis=0), np.mean(clinical, axis=0)
    slope, intercept = recalibration(mean, outcome)
    recalibrated = 1 / (1 + np.exp(-(slope * np.log(mean / (1 - mean)) + intercept)))

    learners = Learners(x, outcome)
    partial = Partial(x, outcome, names)
    columns = []
    for j, name in enumerate(names):
        meaning, unit = MEANINGS.get(name, (name.replace(".", " "), ""))
        values = sorted({float(v) for v in x[:, j]})
        low, high = float(x[:, j].min()), float(x[:, j].max())
        span = (high - low) or 1.0
        columns.append({"name": name, "meaning": meaning, "unit": unit, "min": max(0.0, low - 3 * span) if low >= 0 else low - 3 * span, "max": high + 3 * span, **({"required": True} if modality(name) == "clinical" else {"required": False, "unknown": f"leaves out {modality(name)} as a whole"}), **({"values": values} if set(values) in ({0.0, 1.0}, {-1.0, 1.0}) else {})})
    for column, j in zip(columns, range(len(names))):
        if not column.get("values") and len(np.unique(x[:, j])) > 12:
            column["typical"] = typical(table[column["name"]])
    model = Response(learners, slope, intercept, partial, names)
    write_model(options.o, model, columns)
    with torch.no_grad():
        shown = model(torch.tensor(x.astype(np.float32))).numpy()
    plain = learners.probability(x)
    expected = 1 / (1 + np.exp(-(slope * np.log(plain / (1 - plain)) + intercept)))
    difference = float(np.abs(shown - expected).max())
    if difference > 1e-5:
        raise SystemExit(f"the graph differs from the learners by {difference}")

    def stratum(chosen: np.ndarray) -> dict:
        return {
            "patients": int(chosen.sum()), "responders": int(outcome[chosen].sum()),
            "meanAuc": float(np.mean([auc(outcome[chosen], run[chosen]) for run in runs])),
            "auc": auc_with_interval(outcome[chosen], mean[chosen]),
            "clinicalOnly": auc_with_interval(outcome[chosen], mean_clinical[chosen]),
            "gainOverClinical": gain_with_interval(outcome[chosen], mean[chosen], mean_clinical[chosen]),
        }

    without = {}
    for which, columns_of in enumerate(patterns(names)):
        out = np.mean([out_of_fold(x, outcome, groups, seed, lambda a, y: lambda rows: partial_of(a, y, names, which)(rows)) for seed in range(2)], axis=0) if which < 15 else mean
        known = ["clinical"] + [m for k, m in enumerate(MODALITY_ORDER) if which >> k & 1]
        without[", ".join(known)] = auc_with_interval(outcome, out)
    everyone = np.ones(len(outcome), bool)
    age = table["Age.at.diagnosis"].to_numpy()
    crossed = {"all": stratum(everyone), "HER2 negative": stratum(~her2), "HER2 positive": stratum(her2), "under 50 years": stratum(age < 50), "50 years and over": stratum(age >= 50)}
    calibrated = calibration(outcome, recalibrated)
    before = calibration(outcome, mean)
    thresholds = [at_threshold(outcome, recalibrated, t) for t in (0.1, 0.2, 0.3, 0.5)]
    card = {
        "id": "neoadjuvant-response", "version": VERSION,
        "title": "Pathological complete response to neoadjuvant chemotherapy, breast",
        "intendedUse": "Shows a tumor board how likely a complete response to neoadjuvant chemotherapy (with anti-HER2 therapy where HER2 is positive) was in patients like this one. Supports experts; decides nothing.",
        "notFor": ["raising or lowering an evidence tier", "withholding treatment by itself", "tumors other than primary invasive breast carcinoma before any treatment", "a row with an unknown clinical value: no value is filled in"],
        "method": "Mean of elastic-net logistic regression (C 0.2, share of L1 0.3), support vectors (RBF, C 0.5, gamma 0.005, Platt) and a random forest (300 trees, leaves of 4 or more), the last two on features thinned to correlations under 0.8; then a slope and an intercept on the logit from out-of-fold predictions. Where DNA, RNA, digital pathology or treatment is not known, an elastic net of its own for that set of modalities; a modality with one unknown value is left out whole.",
        "data": [{"name": "TransNEO", "citation": "Sammut SJ et al., Nature 2022;601:623-629, doi 10.1038/s41586-021-04278-5", "licence": "no licence file; article is open access; only fitted numbers ship"}],
        "columns": columns, "outcome": {"column": OUTCOME, "positive": 1, "meaning": "1: pathological complete response"}, "strata": ["HER2.status"],
        "population": {"patients": len(outcome), "responders": int(outcome.sum()), "female": len(outcome), "ageMedian": float(np.median(age)), "ageRange": [float(age.min()), float(age.max())], "race": "not available"},
        "metrics": {"crossValidated": crossed, "repeats": REPEATS, "folds": FOLDS, "calibrationBefore": before, "calibrationAfter": calibrated, "thresholds": thresholds, "graphDifference": difference, "byModalities": without},
        "benchmark": {"thresholds": [{"name": "likely", "at": 0.3}, {"name": "unlikely below", "at": 0.1}, {"name": "very likely", "at": 0.5}]},
        "limits": [
            "147 patients of one centre; 38 complete responses. Intervals are wide.",
            "The recalibration was fitted on the same out-of-fold predictions it is judged on, so its slope of 1 is not evidence.",
            "HER2-positive patients: discrimination is weaker and the interval reaches low; read the strata, not the pooled figure.",
            "RNA features are signature scores as the study computed them (GSVA, TIDE, Danaher); other pipelines give other numbers.",
            "All patients were women; no race or ancestry in the data.",
            "RNA or DNA values dealt to other columns of their modality were refused in all of 147 patients, as they are in none; within one family of scores (Danaher, TIDE) 40 % were noticed.",
            "A matrix of genes (counts, TPM, FPKM or logarithms; symbols, Ensembl or Entrez ids) is refused: the scores have to come from the study's pipeline, and the expression they were made of could not be obtained to repeat it here.",
        ],
    }
    sections = [
        (f"How well it ranks patients ({REPEATS} times {FOLDS}-fold, everything learned inside the fold)", ["patients", "number / complete responses", "mean AUC of a run", "AUC of the mean prediction", "clinical only", "gain, paired"], [[name, f"{v['patients']} / {v['responders']}", f"{v['meanAuc']:.3f}", v["auc"], v["clinicalOnly"], v["gainOverClinical"]] for name, v in crossed.items()]),
        ("Calibration of out-of-fold predictions", ["", "slope (standard error)", "mean predicted", "observed"], [[label, f"{c['slope']:.2f} ({c['slopeStandardError']:.2f})", f"{c['meanPredicted']:.3f}", f"{c['observed']:.3f}"] for label, c in (("before", before), ("after, in sample", calibrated))]),
        ("Thresholds, out of fold", ["probability at least", "sensitivity", "specificity", "PPV", "NPV", "F1"], [[f"{t['threshold']:.1f}", *[f"{t[k]:.2f}" if t[k] is not None else "none called" for k in ("sensitivity", "specificity", "ppv", "npv", "f1")]] for t in thresholds]),
    ]
    sections.append(("With fewer modalities (elastic nets, twice 5-fold)", ["known", "AUC"], [[name, value] for name, value in without.items()]))
    write_predictions(options.o, [pd.DataFrame({
        "set": "TransNEO", "fold": folds_of(x, groups), "outcome": outcome, "probability": recalibrated, "clinical": mean_clinical,
        "by HER2": np.where(her2, "HER2 positive", "HER2 negative"), "by age": np.where(age < 50, "under 50 years", "50 years and over"),
        "by ER": np.where(table["ER.status"] == 1, "ER positive", "ER negative"),
    })], 20261125)
    write_card(options.o, card, sections)
    write_json(options.o / "input.json", {"columns": columns, "outcome": card["outcome"], "strata": card["strata"], "exactlyOneOf": []})
    for name, v in crossed.items():
        print(f"{name}: mean AUC {v['meanAuc']:.4f}, of the mean prediction {v['auc']['value']:.4f}, clinical {v['clinicalOnly']['value']:.4f}")


if __name__ == "__main__":
    main()
