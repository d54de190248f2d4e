"""Groups of like patients that ship with the model ("patients like this", F038): aggregates of 30 and more, no patient's row.

    python3 models/training/aggressiveness/archetypes.py --data ../shared/data -o models/aggressiveness

Per tumor type k-means on age (in decades), stage (grade where the type has no stage) and sex, with as many groups, eight at most,
as leave 30 patients and 10 deaths in each. TCGA open-access clinical data only. What was given as treatment is not
recorded reliably there (Liu et al., Cell 2018;173:400-416, recommend against it), so none is stated. Seeds are fixed.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from cohort import read_cohorts
from population import kaplan_meier

LEAST, LEAST_DEATHS, MOST_GROUPS, LEAST_CELL, GENES = 30, 10, 8, 5, 6
#: One decade of age, one stage and another sex count as far as each other.
WEIGHTS = np.array([0.1, 1.0, 1.0])


def groups_of(x: np.ndarray, death: np.ndarray) -> tuple:
    """The finest grouping in which every group is large enough: places and centres, in weighted units."""
    for k in range(MOST_GROUPS, 0, -1):
        fitted = KMeans(k, n_init=20, random_state=0).fit(x)
        sizes = [(int((fitted.labels_ == g).sum()), int(death[fitted.labels_ == g].sum())) for g in range(k)]
        if k == 1 or all(n >= LEAST and d >= LEAST_DEATHS for n, d in sizes):
            return fitted.labels_, fitted.cluster_centers_
    raise AssertionError


def shares(values: np.ndarray, names: dict) -> dict:
    """Share of each value; what fewer than five patients have is left out."""
    return {label: round(float((values == value).mean()), 3) for value, label in names.items() if (values == value).sum() >= LEAST_CELL}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    options = parser.parse_args()
    types = {}
    for cohort in read_cohorts(options.data):
        clinical = cohort.raw["clinical"]
        by = "stage" if clinical["stage"].notna().mean() > 0.5 else "grade"
        level = clinical[by].round() if by == "grade" else clinical["stage"].round().clip(1, 4)
        frame = np.column_stack([clinical["age"], level, clinical["sex-female"]]).astype(float)
        known = ~np.isnan(frame).any(axis=1)
        x, months, death = frame[known], cohort.months[known], cohort.death[known].astype(bool)
        place, centres = groups_of(x * WEIGHTS, death)
        mutated = cohort.raw["mutation"].loc[known]
        groups = []
        for g in np.argsort([x[place == g, 1].mean() * 1000 + x[place == g, 0].mean() for g in range(len(centres))], kind="mergesort"):
            member = place == g
            own, centre = x[member], centres[g]
            away = np.sqrt((((own * WEIGHTS) - centre) ** 2).sum(axis=1))
            genes = mutated.loc[member].mean().sort_values(ascending=False, kind="mergesort")
            count = mutated.loc[member].sum()
            roman = {1.0: "I", 2.0: "II", 3.0: "III", 4.0: "IV"} if by == "stage" else {1.0: "1", 2.0: "2", 3.0: "3", 4.0: "4"}
            groups.append({
                "patients": int(member.sum()), "deaths": int(death[member].sum()),
                "centre": [round(float(v), 4) for v in centre],
                "radius": round(float(np.quantile(away, 0.95)), 4),
                "age": [round(float(q), 1) for q in np.quantile(own[:, 0], [0.05, 0.5, 0.95])],
                "female": round(float(own[:, 2].mean()), 3),
                "levels": shares(own[:, 1], roman),
                "mutated": [[gene, round(float(share), 3)] for gene, share in genes.head(GENES).items() if count[gene] >= LEAST_CELL],
                "curve": kaplan_meier(months[member], death[member]),
            })
        types[cohort.name] = {"by": by, "patients": int(known.sum()), "leftOut": int((~known).sum()), "groups": groups}
        print(cohort.name, by, [g["patients"] for g in groups])
    (options.o / "archetypes.json").write_text(json.dumps({"weights": WEIGHTS.tolist(), "types": types}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
