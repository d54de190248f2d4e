"""Reads the TCGA cohorts and makes standardised features, per tumor type, from training patients only.

Sources: PORPOISE tables (Chen et al., Cancer Cell 2022, doi 10.1016/j.ccell.2022.07.004) and the TCGA Clinical Data
Resource (Liu et al., Cell 2018, doi 10.1016/j.cell.2018.02.052). Post-operative, baseline fields only: no treatment,
no residual tumor, no performance status of unknown date.
"""

import io
import re
import tarfile
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

TYPES = ["BLCA", "BRCA", "COADREAD", "GBMLGG", "HNSC", "KIRC", "KIRP", "LIHC", "LUAD", "LUSC", "PAAD", "SKCM", "STAD", "UCEC"]
BLOCKS = ["clinical", "rna", "copy-number", "mutation"]
CLIP_OMICS = 4.0
CLIP_CLINICAL = 5.0

CLINICAL = [
    "age", "age-curve", "sex-female", "stage", "grade", "t", "n", "m", "positive-nodes", "smoking",
    "estrogen-receptor", "progesterone-receptor", "her2", "rectal-primary", "glioblastoma",
]

#: What is known only from the resected specimen: the pre-operative model is trained without.
SURGICAL = ["stage", "t", "n", "m", "positive-nodes"]


@dataclass
class TypeCohort:
    """One tumor type: patients in rows. `raw[block]` is a frame of unscaled values, NaN where not known."""

    name: str
    case_ids: np.ndarray
    months: np.ndarray
    death: np.ndarray
    site: np.ndarray
    raw: dict
    demographics: pd.DataFrame
    splits: list  # 5 boolean arrays: patient is in the validation fold


def _read_zip(path: Path) -> pd.DataFrame:
    with zipfile.ZipFile(path) as archive:
        return pd.read_csv(io.BytesIO(archive.read(archive.namelist()[0])), low_memory=False)


def _stage(row) -> float:
    for column in ("ajcc_pathologic_tumor_stage", "pathologic_stage_combined", "clinical_stage_combined"):
        match = re.fullmatch(r"Stage (IV|III|II|I)([ABC])?\d?", str(row[column]).strip())
        if match:
            number = {"I": 1, "II": 2, "III": 3, "IV": 4}[match.group(1)]
            return number + {"A": -0.25, "B": 0.0, "C": 0.25, None: 0.0}[match.group(2)]
    return np.nan


def _grade(row) -> float:
    if row["acronym"] == "GBM":
        return 4.0
    text = str(row["histological_grade"]) + " " + str(row["neoplasm_histologic_grade"])
    match = re.search(r"G([1-4])", text)
    if match:
        return float(match.group(1))
    if "High" in text:
        return 3.0
    return 1.0 if "Low" in text else np.nan


def _digit(text, pattern) -> float:
    match = re.match(pattern, str(text))
    return float(match.group(1)) if match else np.nan


_SMOKING = {
    "Lifelong Non-smoker": 0.0,
    "Current reformed smoker for > 15 years": 1.0,
    "Current Reformed Smoker, Duration Not Specified": 1.5,
    "Current reformed smoker for < or = 15 years": 2.0,
    "Current smoker": 3.0,
}
_RECEPTOR = {"Positive": 1.0, "Equivocal": 0.3, "Negative": 0.0}


def _clinical(name: str, table: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame(index=table.index)
    out["age"] = table["age"].astype(float)
    out["sex-female"] = table["is_female"].astype(float)
    out["stage"] = table.apply(_stage, axis=1)
    out["grade"] = table.apply(_grade, axis=1)
    out["t"] = [_digit(v, r"T([0-4])") for v in table["pathologic_T_combined"]]
    out["n"] = [_digit(v, r"N([0-3])") for v in table["pathologic_N_combined"]]
    out["m"] = [_digit(v, r"M([01])") for v in table["pathologic_M_combined"]]
    nodes = pd.to_numeric(table["number_of_lymphnodes_positive_by_he"], errors="coerce").clip(0, 30)
    out["positive-nodes"] = np.log1p(nodes)
    out["smoking"] = table["tobacco_smoking_history"].map(_SMOKING)
    if name == "BRCA":
        out["estrogen-receptor"] = table["breast_carcinoma_estrogen_receptor_status"].map(_RECEPTOR)
        out["progesterone-receptor"] = table["breast_carcinoma_progesterone_receptor_status"].map(_RECEPTOR)
        out["her2"] = table["lab_proc_her2_neu_immunohistochemistry_receptor_status"].map(_RECEPTOR)
    if name == "COADREAD":
        out["rectal-primary"] = (table["acronym"] == "READ").astype(float)
    if name == "GBMLGG":
        out["glioblastoma"] = (table["acronym"] == "GBM").astype(float)
    return out


def _omics(name: str, table: pd.DataFrame, data: Path) -> dict:
    def block(suffix: str) -> pd.DataFrame:
        columns = [c for c in table.columns if c.endswith(suffix)]
        frame = table[columns].astype(np.float32)
        frame.columns = [c[: -len(suffix)] for c in columns]
        return frame

    raw = {"rna": block("_rnaseq").clip(-CLIP_OMICS, CLIP_OMICS), "copy-number": block("_cnv"), "mutation": block("_mut")}
    if name == "UCEC":
        # The short table has next to no copy number: the older full table brings 935 genes.
        full = _read_zip(data / "tcga-porpoise" / "full_tcga_ucec_all_clean.csv.zip").drop_duplicates("case_id").set_index("case_id")
        cnv = [c for c in full.columns if c.endswith("_cnv")]
        frame = full.reindex(table["case_id"])[cnv].astype(np.float32).reset_index(drop=True)
        frame.columns = [c[:-4] for c in cnv]
        frame.index = table.index
        raw["copy-number"] = frame
    raw["mutation"] = raw["mutation"].loc[:, raw["mutation"].mean() >= (0.03 if name == "UCEC" else 0.02)]
    # Family columns such as RAS_mut are not genes a panel reports.
    raw["mutation"] = raw["mutation"].drop(columns=[c for c in ("RAS",) if c in raw["mutation"].columns])
    if raw["copy-number"].shape[1] < 4:
        raw["copy-number"] = raw["copy-number"].iloc[:, :0]
    return raw


def read_cohorts(data: Path, before_surgery: bool = False) -> list:
    """All 14 types, deduplicated on case id, with the published five splits; `before_surgery` leaves SURGICAL out."""
    cdr = pd.read_csv(data / "tcga-cdr" / "tcga_cdr_clinical_survival.csv.gz", low_memory=False)
    cdr = cdr.drop_duplicates("bcr_patient_barcode").set_index("bcr_patient_barcode")
    archive = tarfile.open(data / "tcga-porpoise" / "splits_5foldcv.tar.gz")
    cohorts = []
    for name in TYPES:
        path = data / "tcga-porpoise" / f"mutsig_tcga_{name.lower()}_all_clean.csv.zip"
        table = _read_zip(path).drop_duplicates("case_id").reset_index(drop=True)
        joined = cdr.reindex(table["case_id"]).reset_index(drop=True)
        table = pd.concat([table, joined.loc[:, ~joined.columns.isin(table.columns)]], axis=1)
        splits = []
        for fold in range(5):
            listing = pd.read_csv(archive.extractfile(f"splits/tcga_{name.lower()}_splits_{fold}.csv"))
            splits.append(table["case_id"].isin(set(listing["val"].dropna())).to_numpy())
        cohorts.append(
            TypeCohort(
                name=name,
                case_ids=table["case_id"].to_numpy(),
                months=table["survival_months"].to_numpy(float),
                death=(table["censorship"] == 0).to_numpy(),
                site=table["tissue_source_site"].fillna("?").to_numpy(),
                raw={"clinical": _clinical(name, table).drop(columns=SURGICAL if before_surgery else []), **_omics(name, table, data)},
                demographics=table[["age", "is_female", "race", "ethnicity"]].copy(),
                splits=splits,
            )
        )
    return cohorts


def spline_term(age: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Restricted cubic spline term with three knots (Harrell, Regression Modeling Strategies, 2.4.5)."""
    k1, k2, k3 = knots
    cube = lambda x: np.maximum(x, 0.0) ** 3
    return (cube(age - k1) - cube(age - k2) * (k3 - k1) / (k3 - k2) + cube(age - k3) * (k2 - k1) / (k3 - k2)) / (k3 - k1) ** 2


@dataclass
class Scaling:
    """What turns one patient's raw values into standardised features; learned from training patients."""

    columns: dict  # block -> list of names
    mean: dict
    sd: dict
    knots: np.ndarray
    curve: tuple  # intercept and slope that take the linear part of age out of its curve


def learn_scaling(cohort: TypeCohort, train: np.ndarray) -> Scaling:
    clinical = cohort.raw["clinical"][train]
    age = clinical["age"].to_numpy(float)
    known_age = age[~np.isnan(age)]
    knots = np.quantile(known_age, [0.1, 0.5, 0.9])
    slope, intercept = np.polyfit(known_age, spline_term(known_age, knots), 1)
    scaling = Scaling({}, {}, {}, knots, (float(intercept), float(slope)))
    for block in BLOCKS:
        frame = _with_curve(cohort, scaling)[train] if block == "clinical" else cohort.raw[block][train]
        values = frame.to_numpy(float)
        known = (~np.isnan(values)).sum(axis=0)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # columns nobody has: dropped just below
            mean = np.nanmean(values, axis=0) if values.size else np.zeros(0)
            sd = np.nanstd(values, axis=0) if values.size else np.zeros(0)
        least = max(15, 0.1 * train.sum())
        keep = (known >= least) & (sd > 1e-8)
        if block == "clinical":
            for i, column in enumerate(frame.columns):
                if column == "sex-female" and min(mean[i], 1 - mean[i]) <= 0.02:
                    keep[i] = False
                if column == "age-curve":
                    sd[i] *= 2.0  # scaled to SD 0.5, so that curvature is shrunk more than the slope
        if block == "mutation":
            keep &= values.sum(axis=0) >= 3 if values.size else keep
        scaling.columns[block] = [c for c, k in zip(frame.columns, keep) if k]
        scaling.mean[block] = mean[keep]
        scaling.sd[block] = sd[keep]
    return scaling


def _with_curve(cohort: TypeCohort, scaling: Scaling) -> pd.DataFrame:
    frame = cohort.raw["clinical"].copy()
    age = frame["age"].to_numpy(float)
    intercept, slope = scaling.curve
    frame.insert(1, "age-curve", spline_term(age, scaling.knots) - (intercept + slope * age))
    return frame


def standardise(cohort: TypeCohort, scaling: Scaling) -> dict:
    """Block -> matrix of all patients of the cohort; an unknown value is 0, the training mean, and so adds nothing."""
    out = {}
    for block in BLOCKS:
        frame = _with_curve(cohort, scaling) if block == "clinical" else cohort.raw[block]
        values = frame[scaling.columns[block]].to_numpy(float)
        limit = CLIP_CLINICAL if block == "clinical" else CLIP_OMICS
        scaled = np.clip((values - scaling.mean[block]) / scaling.sd[block], -limit, limit)
        out[block] = np.nan_to_num(scaled, nan=0.0).astype(np.float64)
    return out
