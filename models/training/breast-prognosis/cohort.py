"""Breast cohorts as one table of raw columns: METABRIC (trained on) and TCGA-BRCA (outside).

Sources: Curtis C et al., Nature 2012;486:346-352; Pereira B et al., Nat Commun 2016;7:11479 (METABRIC); Liu J et al., Cell
2018;173:400-416 and Chen RJ et al., Cancer Cell 2022;40:865-878 (TCGA). Baseline fields only: no treatment, no margin.
"""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

DAYS_IN_MONTH = 30.4375
CLINICAL = ["age_years", "tumor_size_mm", "t_category", "positive_nodes", "n_category", "grade", "er", "pr", "her2"]
#: Drivers of breast cancer (Nik-Zainal S et al., Nature 2016;534:47-54) that the 173-gene panel read and >= 1.5 % carry.
MUTATIONS = ["TP53", "PIK3CA", "GATA3", "MAP3K1", "KMT2C", "CDH1", "ARID1A", "TBX3", "CBFB", "NF1", "PTEN", "RUNX1", "AKT1", "MAP2K4", "NCOR1", "PIK3R1", "ERBB2", "SF3B1", "RB1", "FOXO3", "CTCF", "CASP8"]
#: Of the 44 genes at hand those that the RNA-seq reference measures too.
GENES = ["AURKA", "BCL2", "CASP8", "CASP10", "CBFB", "CDK1", "CDK8", "CDKN1A", "CTCF", "DTX3", "E2F5", "EP300", "GATA3", "HIF1A", "HSD17B7", "IGF1R", "MAML3", "MAP3K1", "MAPK14", "MAPK9", "MAPT", "NEK1", "PSEN1", "PTEN", "RUNX1", "SF3B1", "SIAH1", "STAT5B", "TSC1", "ATR"]
COLUMNS = [*CLINICAL, "pam50", "rna_reference", *[f"{g}_mut" for g in MUTATIONS], *[f"{g}_rna" for g in GENES]]
#: PAM50 with claudin-low, a class of its own in METABRIC; the code is what the graph reads.
PAM50 = {"LumA": 0, "LumB": 1, "Her2": 2, "Basal": 3, "Normal": 4, "claudin-low": 5}
#: How the expression columns were measured; the graph standardises against the reference of that name.
REFERENCES = {"z-score": 0, "log2-fpkm": 1}
SILENT = {"Silent", "Intron", "RNA", "3'UTR", "5'UTR", "3'Flank", "5'Flank", "IGR"}


def metabric(data: Path) -> pd.DataFrame:
    """Months to death; event 0 alive, 1 death of the disease, 2 of another cause. Sarcomas and phyllodes tumors are left out."""
    clinical = pd.read_csv(data / "metabric" / "metabric_clinical_2509.csv.gz")
    outcome = pd.read_csv(data / "metabric" / "metabric_survival_competing_risks.tsv.gz", sep="\t")
    table = clinical.merge(outcome, left_on="Patient ID", right_on="patientId")
    table = table[(table["Cancer Type"] == "Breast Cancer") & (table["time"] > 0)].reset_index(drop=True)
    signs = {"Positive": 1.0, "Negative": 0.0}
    out = pd.DataFrame({
        "id": table["Patient ID"], "months": table["time"] / DAYS_IN_MONTH, "event": table["event"],
        "age_years": table["Age at Diagnosis"], "tumor_size_mm": table["Tumor Size"].where(table["Tumor Size"] > 0), "t_category": np.nan,
        "positive_nodes": table["Lymph nodes examined positive"], "n_category": np.nan, "grade": table["Neoplasm Histologic Grade"],
        "er": table["ER Status"].map(signs), "pr": table["PR Status"].map(signs), "her2": table["HER2 Status"].map(signs),
        "pam50": table["Pam50 + Claudin-low subtype"].map(PAM50),
    })
    calls = pd.read_csv(data / "metabric" / "metabric_mutations_173genes.tsv.gz", sep="\t")
    read = set(pd.read_csv(data / "metabric" / "data_gene_matrix.txt.gz", sep="\t")["SAMPLE_ID"])
    # Samples without a single call in 173 genes were most likely not sequenced: unknown, not unmutated.
    called = set(calls["Tumor_Sample_Barcode"])
    calls = calls[~calls["Variant_Classification"].isin(SILENT)]
    known = out["id"].isin(read & called).to_numpy()
    genes = {}
    for gene in MUTATIONS:
        carriers = set(calls.loc[calls["Hugo_Symbol"] == gene, "Tumor_Sample_Barcode"])
        genes[f"{gene}_mut"] = np.where(known, out["id"].isin(carriers).astype(float), np.nan)
    rna = pd.read_csv(data / "metabric" / "metabric_45genes_1904_ids_restored.csv.gz").set_index("Patient ID").reindex(out["id"])
    expression = {f"{gene}_rna": rna[gene.lower()].to_numpy() for gene in GENES}
    expression["rna_reference"] = np.where(rna[GENES[0].lower()].notna(), REFERENCES["z-score"], np.nan)
    return pd.concat([out, pd.DataFrame(genes), pd.DataFrame(expression)], axis=1)


def _digit(text, letter: str) -> float:
    match = re.match(letter + r"([0-4])", str(text))
    return float(match.group(1)) if match else np.nan


def tcga(data: Path) -> pd.DataFrame:
    """Disease-specific survival of the Clinical Data Resource. Grade and size in mm are not in it; T stands in for size."""
    cdr = pd.read_csv(data / "tcga-cdr" / "tcga_cdr_clinical_survival.csv.gz", low_memory=False)
    cdr = cdr[(cdr["acronym"] == "BRCA") & cdr["DSS"].notna() & (cdr["DSS.time"] > 0) & cdr["Redaction"].isna()].drop_duplicates("bcr_patient_barcode")
    signs = {"Positive": 1.0, "Negative": 0.0}
    died = cdr["DSS"] == 1
    out = pd.DataFrame({
        "id": cdr["bcr_patient_barcode"], "months": cdr["DSS.time"] / DAYS_IN_MONTH,
        "event": np.where(died, 1, np.where(cdr["OS"] == 1, 2, 0)),
        "age_years": cdr["age_at_initial_pathologic_diagnosis"], "tumor_size_mm": np.nan,
        "t_category": [_digit(v, "T") for v in cdr["pathologic_T_combined"]],
        "positive_nodes": pd.to_numeric(cdr["number_of_lymphnodes_positive_by_he"], errors="coerce"),
        "n_category": [_digit(v, "N") for v in cdr["pathologic_N_combined"]], "grade": np.nan,
        "er": cdr["breast_carcinoma_estrogen_receptor_status"].map(signs), "pr": cdr["breast_carcinoma_progesterone_receptor_status"].map(signs),
        "her2": cdr["lab_proc_her2_neu_immunohistochemistry_receptor_status"].map(signs), "race": cdr["race"], "sex": cdr["gender"], "pam50": np.nan,
    }).reset_index(drop=True)
    with zipfile.ZipFile(data / "tcga-porpoise" / "mutsig_tcga_brca_all_clean.csv.zip") as archive:
        omics = pd.read_csv(io.BytesIO(archive.read(archive.namelist()[0])), low_memory=False).drop_duplicates("case_id").set_index("case_id").reindex(out["id"])
    for gene in MUTATIONS:
        out[f"{gene}_mut"] = omics[f"{gene}_mut"].to_numpy() if f"{gene}_mut" in omics else np.nan
    for gene in GENES:
        # Clipped as the table is read: its z-scores have gross outliers, which the guard for scale would take for a slip.
        out[f"{gene}_rna"] = omics[f"{gene}_rnaseq"].clip(-4, 4).to_numpy() if f"{gene}_rnaseq" in omics else np.nan
    out["rna_reference"] = np.where(out["GATA3_rna"].notna(), REFERENCES["z-score"], np.nan)
    return out


def rna_reference(data: Path) -> pd.DataFrame:
    """Mean and SD per gene of log2(FPKM + 0.1) in 400 SCAN-B tumors (Brueffer C et al., JCO Precis Oncol 2018)."""
    table = pd.read_csv(data / "scanb400" / "scanb_gse96058_expr_10000x400.csv.xz", index_col=0).loc[GENES]
    return pd.DataFrame({"mean": table.mean(axis=1), "sd": table.std(axis=1)})
