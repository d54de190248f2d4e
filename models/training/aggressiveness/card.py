"""The model card, as data and as a page, from measured numbers only."""

import json
from pathlib import Path

import numpy as np

from cohort import BLOCKS, TYPES

NAMES = {
    "BLCA": "bladder urothelial carcinoma", "BRCA": "breast carcinoma", "COADREAD": "colorectal adenocarcinoma",
    "GBMLGG": "diffuse glioma", "HNSC": "head and neck squamous carcinoma", "KIRC": "clear cell renal carcinoma",
    "KIRP": "papillary renal carcinoma", "LIHC": "hepatocellular carcinoma", "LUAD": "lung adenocarcinoma",
    "LUSC": "lung squamous carcinoma", "PAAD": "pancreatic adenocarcinoma", "SKCM": "cutaneous melanoma",
    "STAD": "gastric adenocarcinoma", "UCEC": "endometrial carcinoma",
}
LIMITS = [
    "Endpoint: death from any cause after resection. Pathological stage, T, N and node count are known only after surgery, so this is a post-operative score.",
    "Cohort: TCGA, resected and largely untreated before sampling, mostly white patients in North America, diagnosed before 2014. Today's treatment is not in it.",
    "No outside cohort validates all four modalities together; the held-out-site figures are the nearest thing here.",
    "Copy number enters as GISTIC-style calls (-2 to 2), RNA as z-scores against the cohort of the same tumor type. A single sample measured otherwise is left out, not converted.",
    "The percentile is within one tumor type. It does not compare patients across types and says nothing of the effect of any treatment.",
    "Cutaneous melanoma samples are often metastases collected after diagnosis; figures for SKCM are optimistic at diagnosis.",
    "Lung squamous carcinoma is close to unpredictable from these data.",
    "The model does not notice a wrong diagnosis: put under another of its types, 22 % of patients make it abstain. Check the recorded tumor type against the pathology report.",
]
#: In place of the first line, where the model is the pre-operative one.
LIMITS_BEFORE = [
    "Endpoint: death from any cause. It uses nothing that only a resected specimen shows (no stage, T, N, M, nodes), and puts fewer pairs of patients in the right order than the score after surgery. The two are not compared: each is a percentile among scores of its own kind.",
    "Trained on resected tumors: expression, copy number and mutations are of large frozen pieces. A biopsy is smaller, often fixed in formalin, of one place and of other purity; no cohort with biopsies and survival was at hand, so how much of the figures a biopsy keeps is not known.",
    "Everyone in the cohort was operated on: of a patient who never will be it says nothing.",
    "Clinical stage by imaging is not in the data, so it is not used: where it is known it says more about spread than this score.",
    "Of clinical facts it knows age, sex, smoking, grade, receptors of breast carcinoma (core biopsy), site in the bowel (endoscopy) and whether a glioma is a glioblastoma.",
]
UNRESECTED = "patients with unresected or pre-treated disease (outside the cohort)"
#: In its place before surgery.
NOT_RESECTED = "patients whose tumor will not be resected, and pre-treated disease (outside the cohort)"
NOT_FOR = [
    "choosing or withholding a treatment by itself",
    UNRESECTED,
    "tumor types that are not among the fourteen",
    "raising or lowering an evidence tier",
]


_TABLES = """## Put to a cohort

`consilium models evaluate aggressiveness --data <folder>` scores a cohort: C with 95 % intervals in each type, their mean, the gain over the clinical part alone. Tables (.csv, .tsv, plain or .gz) joined by `case_id` (or patient_id, bcr_patient_barcode, sample_id), read whatever capitals, order and delimiter:

| table | columns |
|---|---|
| clinical (any name) | `tumor_type` (TCGA or OncoTree code), `age` in years, `sex` (female, male; or `is_female` 1, 0), `stage` (I to IV with A, B, C), `grade` (G1 to G4, High, Low), `t`, `n`, `m` (pT2, N1, M0), `positive_nodes`, `smoking` (never, former >15 years, former, former <=15 years, current), `estrogen_receptor`, `progesterone_receptor`, `her2` (positive, equivocal, negative) |
| its outcome | `survival_months` (or `OS.time` in days) and `event` (1 dead, 0 alive; or `censorship`, 0 dead) |
| file name with rna or expr | one column a gene (HGNC symbol): z-scores against the type's TCGA cohort. Anything else is standardised within the file where 30 patients of the type are in it, and that is said |
| file name with cna, cnv or copy | one column a gene: calls -2 to 2; other numbers are read as log2 ratios |
| file name with mut | one column a gene: 1, 0, or the protein change; empty where the gene was not read |

The layout of the training files, one table with `GENE_rnaseq`, `GENE_cnv` and `GENE_mut`, and genes in rows are read too. A modality that is not there is left out, never filled in; a patient without age or without stage (glioma: grade) is not scored. Protein is not an input."""


_PROTEIN_TABLE = "| file name with rppa or protein | breast carcinoma only; one column a protein, by its gene's HGNC symbol: level 4 log2 values of TCGA's reverse-phase arrays. Another assay is not converted and does not count, and that is said |"
COHORT_TABLES = (
    _TABLES.replace("\n\nThe layout", f"\n{_PROTEIN_TABLE}\n\nThe layout").replace("`GENE_cnv` and `GENE_mut`", "`GENE_cnv`, `GENE_mut` and `PROTEIN_rppa`")
    .replace(" Protein is not an input.", " Protein counts where expression does not.")
)
BEFORE_TABLES = _TABLES.replace("evaluate aggressiveness ", "evaluate aggressiveness-preoperative ").replace(
    "a patient without age or without stage (glioma: grade) is not scored.",
    "a patient without age, or without expression that counts (endometrial carcinoma: copy number), is not scored. Stage, T, N, M and nodes may stand in the table and are not read.",
)


def _people(cohorts) -> dict:
    out = {}
    for c in cohorts:
        d = c.demographics
        out[c.name] = {
            "patients": len(d),
            "female": int((d["is_female"] == 1).sum()),
            "ageMedian": float(np.nanmedian(d["age"])),
            "ageRange": [float(np.nanmin(d["age"])), float(np.nanmax(d["age"]))],
            "race": {str(k).title(): int(v) for k, v in d["race"].fillna("not available").value_counts().items()},
        }
    return out


def grade_line(grade: dict) -> str:
    return (
        f"Grade is that of the resected tumor; biopsies grade otherwise, mostly lower. The mean C is {grade['asRecorded']:.3f} with it, {grade['unknown']:.3f} where it is not known, "
        f"and {grade['otherwise']:.3f} where a simulation grades {100 * grade['share']:.0f} % of patients one step otherwise, {100 * grade['tooLow']:.0f} % of these too low."
    )


def before_surgery_card(card: dict, grade: dict) -> dict:
    """The same card where the model is the pre-operative one."""
    return {
        **card,
        "id": "aggressiveness-preoperative",
        "beforeSurgery": True,
        "title": "Integrated tumor aggressiveness before surgery (overall survival within tumor type)",
        "intendedUse": "Shows a tumor board, before a resection, where a patient stands within the cohort of the same tumor type by age, sex, grade and the molecules of the tumor, with interval and reasons, beside the evidence. Supports experts; decides nothing.",
        "method": card["method"] + " Prior variances are those of the post-operative model, learned from the same training patients.",
        "notFor": [*(NOT_RESECTED if line == UNRESECTED else line for line in NOT_FOR), "a patient whose resected specimen is staged: the post-operative score is for them"],
        "grade": grade,
        "limits": [*LIMITS_BEFORE, grade_line(grade), *LIMITS[1:]],
    }


def write_card(
    folder: Path, version: str, cohorts, metrics: dict, factors: dict, variances: list, prepared, benchmark: dict, grade: dict | None = None
) -> None:
    """`grade`: what the figures are with other grades, where the model is the pre-operative one."""
    card = {
        "id": "aggressiveness",
        "version": version,
        "title": "Integrated tumor aggressiveness (overall survival within tumor type)",
        "intendedUse": "Shows a tumor board where a patient stands within the cohort of the same tumor type, with interval and reasons, beside the evidence. Supports experts; decides nothing.",
        "notFor": NOT_FOR,
        "method": "Ridge Cox fitted jointly over 14 tumor types, each with its own risk sets; one Gaussian prior variance per block and type by Laplace evidence, half-pooled over types, 30 % shared across types. No missingness indicators; an unknown value adds nothing. Interval from ten delete-a-group jackknife members.",
        "data": [
            {"name": "TCGA multi-omics tables of PORPOISE", "citation": "Chen RJ et al., Cancer Cell 2022;40:865-878, doi 10.1016/j.ccell.2022.07.004", "licence": "TCGA open access data (NIH GDC terms)"},
            {"name": "TCGA Clinical Data Resource", "citation": "Liu J et al., Cell 2018;173:400-416, doi 10.1016/j.cell.2018.02.052", "licence": "TCGA open access data (NIH GDC terms)"},
        ],
        "tumorTypes": NAMES,
        "population": _people(cohorts),
        "features": {b: len({c for s in prepared.scalings for c in s.columns[b]}) for b in BLOCKS},
        "calibrationFactors": factors,
        "variances": variances,
        "metrics": metrics,
        "benchmark": benchmark,
        "limits": LIMITS,
    }
    if grade is not None:
        card = before_surgery_card(card, grade)
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n")
    (folder / "card.md").write_text(page(card))


def protein_lines(p: dict, names: dict) -> list:
    percent = lambda x: f"{100 * x:.1f} %"
    joined = lambda values, digits: ", ".join(f"{x:.{digits}f}" for x in values)
    words = lambda key: key.replace("+", ", ").replace("rna", "RNA").replace("copy-number", "copy number").replace("mutation", "mutations")
    e, g = p["evidence"], p["guard"]
    proven = "No gain is proven: every interval holds 0." if all(x["gain"]["low"] <= 0 for x in p["sets"].values()) else "A gain whose interval begins above 0 is proven in these patients."
    lines = [
        "", "### With protein", "",
        f"{p['proteins']} proteins of TCGA's reverse-phase arrays (level 4), known of {p['patients']} patients with {names[p['type']]} ({p['deaths']} deaths), are a block of that type alone. It is a ridge Cox given the other blocks, which stay as they are: its offset is the calibrated log-risk by clinical facts, copy number and mutations, each patient's from folds without them; its prior variance is that of the highest Laplace evidence. The calibration factor is that of the other blocks.", "",
        f"Where it counts was decided by training patients alone. Beside RNA the logarithm of their evidence gains {joined(e['gainsBesideRna'], 2)} over the five folds (variances {joined(e['variancesBesideRna'], 2)}): next to none. Without RNA it gains {joined(e['gains'], 2)} (variances {joined(e['variances'], 2)}; everyone {p['gain']:.2f}, {p['variance']:.2f}). So protein counts only where RNA does not, and a score with RNA is the same with and without it.", "",
        f"C within the held-out folds in the patients with arrays, gains paired over 300 bootstraps of patients, calibration slope in these patients with its standard error. {proven}", "",
        "| protein beside | counts | C without | C with | gain | slope without | slope with |", "|---|---|---|---|---|---|---|",
    ]
    for key, x in p["sets"].items():
        counts = "no" if p["aside"] in key else "yes"
        slopes = [f"{a:.2f} ({b:.2f})" for a, b in x["slopes"]]
        lines.append(f"| {words(key)} | {counts} | {_interval(x['without'])} | {_interval(x['with'])} | {_interval(x['gain'])} | {slopes[0]} | {slopes[1]} |")
    return [
        *lines, "",
        f"Strange values, held-out patients: taken for strange as they are {percent(g['false'])}; their own values dealt to other proteins {percent(g['dealt'])}, standardised first {percent(g['dealtStandardised'])}; where nine tenths of the proteins are given, the least that counts, {percent(g['least'])} and {percent(g['leastDealt'])}. On another scale than is stated: z-scores given as log2 values {percent(g['zScoresAsLog2'])}, log2 values as z-scores {percent(g['log2AsZScores'])}; these do not count, the score stands without them. Another assay or reference is left out by its name.", "",
        "One laboratory's arrays, no outside cohort with arrays and survival.",
    ]


def _interval(x: dict) -> str:
    return f"{x['value']:.3f} ({x['low']:.3f} to {x['high']:.3f})"


def page(card: dict) -> str:
    m, sites = card["metrics"]["published"], card["metrics"]["heldOutSites"]
    before = card.get("beforeSurgery", False)
    simple = "age, sex, grade" if before else "age, sex, stage, grade"
    tables = BEFORE_TABLES if before else COHORT_TABLES
    lines = [
        f"# {card['title']}", "", f"Version {card['version']}. {card['intendedUse']}", "",
        "## Must not be used for", "", *[f"- {x}" for x in card["notFor"]], "",
        "## Method", "", card["method"], "",
        "## Data", "", *[f"- {d['name']}: {d['citation']}. {d['licence']}." for d in card["data"]], "",
        "## How well it ranks patients", "",
        f"Harrell's C inside one tumor type and one held-out fold, mean over five folds and then over 14 types, 95 % interval by 300 bootstraps of patients with predictions held fixed (so somewhat too narrow). C0: {simple}. C1: every clinical field the model uses.", "",
        "| split | C0 | C1 | full model | gain over C1 | types up |", "|---|---|---|---|---|---|",
    ]
    for label, x in (("published five folds", m), ("whole tissue-source sites held out", sites)):
        g = x["mean"]["gainOverRichClinical"]
        lines.append(f"| {label} | {_interval(x['mean']['simpleClinical'])} | {_interval(x['mean']['richClinical'])} | {_interval(x['mean']['full'])} | {_interval(g)} | {g['typesUp']} of 14 |")
    lines += ["", "### Per tumor type, published folds", "", "| type | patients / deaths | C1 | full model | gain |", "|---|---|---|---|---|"]
    for name in TYPES:
        x = m["perType"][name]
        lines.append(f"| {card['tumorTypes'][name]} ({name}) | {x['patients']} / {x['deaths']} | {_interval(x['richClinical'])} | {_interval(x['full'])} | {_interval(x['gainOverRichClinical'])} |")
    lines += ["", "### With fewer modalities", "", "The same model with blocks left out, as a case without them gets it. The raw log-risk is too extreme; it is multiplied by the slope in the last column.", "", "| modalities | mean C within type | calibration factor (standard error) |", "|---|---|---|"]
    for key, x in m["subsets"].items():
        lines.append(f"| {key.replace('+', ', ')} | {x['meanWithinTypeC']:.3f} | {x['rawSlope']:.2f} ({x['rawSlopeStandardError']:.2f}) |")
    if "protein" in card:
        lines += protein_lines(card["protein"], card["tumorTypes"])
    lines += ["", "## Whom it was trained on", "", "| type | patients | female | median age | race |", "|---|---|---|---|---|"]
    for name in TYPES:
        p = card["population"][name]
        lines.append(f"| {name} | {p['patients']} | {p['female']} | {p['ageMedian']:.0f} | {', '.join(f'{k} {v}' for k, v in p['race'].items())} |")
    lines += ["", tables.rstrip(), "", "## Limits", "", *[f"- {x}" for x in card["limits"]], ""]
    return "\n".join(lines)
