"""The guard against data that are not of the cohort (F032): what it stores of the cohort, and how often it speaks.

A patient's values may each be ordinary and still not belong together: genes mixed up, another sample, a made-up table.
Norms do not see that; what genes do together does. Per tumor type:

- rna: the share of a patient's squared z-scores that lies on the cohort's eight principal axes. Too little: strange.
- copy-number: how often a gene's call differs from the calls of the two genes it goes with in the cohort, over what two genes
  drawn at random from the same patient would differ by. Too much: strange. Under five altered genes nothing is judged.

Mutations are not judged. Tried: mean log-odds of the mutated genes against as many tested genes drawn at random; at 1.1 % false it
found 35 % of the mixed-up lists (BRCA 4 %, COADREAD 88 %), and a sound list that a laboratory had cut to cancer genes was strange
to it.

A wrong one among the fourteen types is not looked for. Tried: the stated type against the likeliest by a ridge multinomial regression on
mutations, published folds, limit per type at 5 % false. Of the two genes that stand in every type's table it finds 10 % of wrong
labels, of the four that stand in twelve 21 %, no more than the axes find (22 %). With every gene it seems to find 87 %, but each table
lists genes of its own, so it is the table that is recognised, not the tumor. No gene's copy number stands in all tables, and expression
comes standardised within each type, which takes the type out. Another source, read alike in all types, would be needed.

Limits leave 1 % of training patients outside, each judged by axes and pairs learned without them. The figures of `measure`
come from held-out folds and held-out tissue-source sites. Written into features.json and the card by

    python3 models/training/aggressiveness/guard.py --data ../shared/data -o models/aggressiveness
"""

import argparse
import json
import os
import sys
import zlib
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np  # noqa: E402

from cohort import BLOCKS, learn_scaling, read_cohorts, standardise  # noqa: E402

SEED = 20261124
AXES = 8
INNER = 4
OUTSIDE = 0.01
NORM = 0.995
LEAST_GENES = 20
LEAST_ALTERED = 5
OMICS = ("rna", "copy-number")


def quantised(axes: np.ndarray) -> tuple:
    """Each axis as signed bytes and one scale: what ships and what is judged are the same numbers."""
    scale = np.abs(axes).max(axis=0) / 127
    return np.round(axes / scale).astype(np.int8), scale


def learn_axes(z: np.ndarray) -> np.ndarray:
    """[genes, AXES]: loadings, so that their squares sum to a gene's variance along the axes."""
    _, s, vt = np.linalg.svd(z, full_matrices=False)
    sign = np.sign(vt[:AXES, np.abs(vt[:AXES]).argmax(axis=1)].diagonal())
    codes, scale = quantised((vt[:AXES] * sign[:, None] * (s[:AXES, None] / np.sqrt(len(z)))).T)
    return codes * scale


def on_axes(z: np.ndarray, axes: np.ndarray, known=None) -> np.ndarray:
    """Share of each row's squares that lies on the axes, by least squares over the genes that are known."""
    if known is not None:
        z, axes = z[:, known], axes[known]
    b = z @ axes
    return np.einsum("ij,jk,ik->i", b, np.linalg.inv(axes.T @ axes), b) / np.maximum((z**2).sum(axis=1), 1e-12)


def learn_pairs(calls: np.ndarray) -> np.ndarray:
    """[genes, 2]: the two genes whose calls correlate most with the gene's."""
    r = np.nan_to_num(np.corrcoef(calls.T), nan=-1.0)
    np.fill_diagonal(r, -2.0)
    return np.argsort(-r, axis=1, kind="stable")[:, :2]


def discord(calls: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Disagreement with the genes it goes with over disagreement with any gene; NaN where too little is altered."""
    out = np.full(len(calls), np.nan)
    for i, v in enumerate(calls):
        _, n = np.unique(v, return_counts=True)
        if len(v) - n.max() < LEAST_ALTERED:
            continue
        by_chance = (1 - ((n / len(v)) ** 2).sum()) * len(v) / (len(v) - 1)
        out[i] = (v[:, None] != v[pairs]).mean() / by_chance
    return out


RULES = {  # learn, judge, sign: +1 where a small figure is strange
    "rna": (learn_axes, on_axes, 1),
    "copy-number": (learn_pairs, discord, -1),
}


class Guard:
    """The guard of one type and block; `seen` are the training patients."""

    def __init__(self, block: str, seen: np.ndarray, rng):
        learn, judge, sign = RULES[block]
        inner = rng.permutation(len(seen)) % INNER
        figures = np.full(len(seen), np.nan)
        for g in range(INNER):
            figures[inner == g] = judge(seen[inner == g], learn(seen[inner != g]))
        judged = figures[~np.isnan(figures)]
        self.learned, self.judge, self.sign = learn(seen), judge, sign
        self.limit = float(f"{np.quantile(judged, OUTSIDE if sign > 0 else 1 - OUTSIDE):.6g}") if len(judged) >= 50 else None

    def strange(self, values: np.ndarray, *more) -> np.ndarray:
        """Per row: 1 strange, 0 not, NaN not judged."""
        figures = self.judge(values, self.learned, *more)
        if self.limit is None:
            return np.full(len(values), np.nan)
        return np.where(np.isnan(figures), np.nan, self.sign * figures < self.sign * self.limit)


def values_of(cohort, scaling, z: dict, block: str) -> np.ndarray:
    """What the block's rule reads: standardised RNA, calls as they are."""
    if block == "rna":
        return z[block]
    return np.nan_to_num(cohort.raw[block][scaling.columns[block]].to_numpy(float), nan=0.0)


def guarded(block: str, scaling) -> bool:
    return len(scaling.columns[block]) >= LEAST_GENES


def stored(cohort, scaling, z: dict) -> dict:
    """block -> what features.json keeps of the guard."""
    out = {}
    for block in OMICS:
        if not guarded(block, scaling):
            continue
        guard = Guard(block, values_of(cohort, scaling, z, block), np.random.default_rng(SEED))
        if guard.limit is None:
            continue
        if block == "rna":
            codes, scale = quantised(guard.learned)
            out[block] = {"limit": guard.limit, "axes": [
                {"scale": float(f"{s:.6g}"), "loadings": codes[:, k].tobytes().hex()} for k, s in enumerate(scale)
            ]}
        else:
            out[block] = {"limit": guard.limit, "pairs": guard.learned.tolist()}
    return out


def _held(cohort, split: str, fold: int) -> np.ndarray:
    if split == "published":
        return cohort.splits[fold]
    return np.array([zlib.crc32(str(site).encode()) % 5 == fold for site in cohort.site])


def measure(cohorts: list) -> dict:
    """Per split: how often held-out patients are taken for strange as they are, with genes mixed up, and under a wrong type."""
    out = {}
    for split in ("published", "sites"):
        rng = np.random.default_rng(SEED)
        by_block = {b: {k: [] for k in ("false", "half", "mixed", "halfMixed")} for b in OMICS}
        whole = {"false": [], "mixed": []}
        wrong, per_type = [], {}
        for fold in range(5):
            guards, held_rows = [], []
            for cohort in cohorts:
                held = _held(cohort, split, fold)
                scaling = learn_scaling(cohort, ~held)
                z = standardise(cohort, scaling)
                mine = {b: values_of(cohort, scaling, z, b) for b in OMICS if guarded(b, scaling)}
                rules = {b: Guard(b, v[~held], rng) for b, v in mine.items()}
                norms = {b: np.quantile((z[b][~held] ** 2).mean(axis=1), NORM) for b in BLOCKS[1:] if z[b].shape[1]}
                guards.append((scaling, rules, norms))
                held_rows.append({b: v[held] for b, v in mine.items()})
                if not held.any():
                    continue
                as_it_is = np.zeros(int(held.sum()), bool)
                for b, limit in norms.items():
                    as_it_is |= (z[b][held] ** 2).mean(axis=1) > limit
                mixed_up, can_tell = np.zeros(len(as_it_is), bool), np.zeros(len(as_it_is), bool)
                for b, rule in rules.items():
                    v = mine[b][held]
                    flags = rule.strange(v)
                    by_block[b]["false"].append(flags)
                    as_it_is |= flags == 1
                    mixed = rng.permuted(v, axis=1)
                    changed = (mixed != v).any(axis=1)
                    flags = rule.strange(mixed)
                    by_block[b]["mixed"].append(np.where(np.isnan(flags), 0.0, flags)[changed])
                    mixed_up |= flags == 1
                    can_tell |= changed
                    if b == "rna":
                        some = rng.permutation(v.shape[1])[: v.shape[1] // 2]
                        by_block[b]["half"].append(rule.strange(v, some))
                        by_block[b]["halfMixed"].append(rule.strange(mixed, some))
                whole["false"].append(as_it_is)
                whole["mixed"].append(mixed_up[can_tell])
                per_type.setdefault(cohort.name, []).append((as_it_is.sum(), len(as_it_is), mixed_up[can_tell].sum(), can_tell.sum()))
            # A case under a wrong diagnosis: another type's patients through this type's guard.
            for t, (scaling, rules, _) in enumerate(guards):
                for u, cohort in enumerate(cohorts):
                    if u == t:
                        continue
                    held = _held(cohort, split, fold)
                    flags = np.zeros(int(held.sum()), bool)
                    for b, rule in rules.items():
                        shared = [c for c in scaling.columns[b] if c in cohort.raw[b].columns]
                        if len(shared) < 0.5 * len(scaling.columns[b]):
                            continue
                        frame = cohort.raw[b].reindex(columns=scaling.columns[b]).fillna(0.0).to_numpy(float)[held]
                        if b == "rna":
                            frame = np.clip((frame - scaling.mean[b]) / scaling.sd[b], -4, 4)
                        flags |= rule.strange(frame) == 1
                    wrong.append(flags)
        share = lambda parts: round(float(np.nanmean(np.concatenate(parts))), 4) if parts else None
        count = lambda parts: int(sum(np.sum(~np.isnan(p)) for p in parts))
        out[split] = {
            "patients": int(sum(len(x) for x in whole["false"])),
            "falseAbstention": share(whole["false"]),
            "mixedUpAbstains": share(whole["mixed"]),
            "wrongTypeAbstains": share(wrong),
            "perModality": {
                b: {"falseAbstention": share(x["false"]), "judged": count(x["false"]), "mixedUpAbstains": share(x["mixed"]),
                    **({"halfOfGenesFalse": share(x["half"]), "halfOfGenesMixedUp": share(x["halfMixed"])} if b == "rna" else {})}
                for b, x in by_block.items()
            },
            "perType": {n: {"falseAbstention": round(float(sum(a for a, *_ in v) / sum(b for _, b, *_ in v)), 4),
                            "mixedUpAbstains": round(float(sum(c for *_, c, _ in v) / max(sum(d for *_, d in v), 1)), 4)} for n, v in per_type.items()},
        }
    return out


WORDS = {"rna": "RNA", "copy-number": "copy number"}


def page(figures: dict) -> str:
    """The card's section, from `measure`."""
    percent = lambda x: "–" if x is None else f"{100 * x:.1f} %"
    names = {"published": "published folds", "sites": "whole tissue-source sites"}
    lines = [
        "## When it abstains on strange data", "",
        "Beside another tumor type than the fourteen (always), an unknown clinical minimum and an age or sex outside the cohort: molecular data that do not hang together as those of the cohort do. Limits from training patients, figures from held-out ones. \"Mixed up\": the patient's own values dealt to other genes.", "",
        "| held out | patients | abstains though sound | abstains where all omics are mixed up | abstains under a wrong one of the fourteen types |", "|---|---|---|---|---|",
        *[f"| {names[s]} | {x['patients']} | {percent(x['falseAbstention'])} | {percent(x['mixedUpAbstains'])} | {percent(x['wrongTypeAbstains'])} |" for s, x in figures.items()], "",
        "| only this modality | held out | false | mixed up |", "|---|---|---|---|",
    ]
    for b in OMICS:
        for s, x in figures.items():
            m = x["perModality"][b]
            half = f"; half of the genes: {percent(m['halfOfGenesMixedUp'])}" if b == "rna" else ""
            lines.append(f"| {WORDS[b]} | {names[s]} | {percent(m['falseAbstention'])} | {percent(m['mixedUpAbstains'])}{half} |")
    lines += ["", "Mutations are not judged: the rule that was tried found 35 % of mixed-up lists and took a list cut to cancer genes for strange. Copy number of fewer than five altered genes is not judged either. A wrong diagnosis among the fourteen types is not found by this guard.", ""]
    return "\n".join(lines)


def put_page(markdown: str, figures: dict) -> str:
    """The card with its guard section before the limits, an older one replaced."""
    head, _, rest = markdown.partition("## When it abstains on strange data")
    if rest:
        rest = rest[rest.index("\n## ") + 1 :]
        return head + page(figures) + "\n" + rest
    at = markdown.index("## Limits")
    return markdown[:at] + page(figures) + "\n" + markdown[at:]


def write(folder: Path, cohorts: list) -> dict:
    """Adds the guard to features.json, its figures to the card. The figures are returned."""
    path = folder / "features.json"
    table = json.loads(path.read_text())
    for cohort in cohorts:
        scaling = learn_scaling(cohort, np.ones(len(cohort.months), bool))
        blocks = table["types"][cohort.name]["blocks"]
        for b in OMICS:
            names = [table["columns"][b][i] for i in blocks[b]["index"]]
            if names != list(scaling.columns[b]):
                raise SystemExit(f"{cohort.name}: features.json has other {b} columns than the data")
        kept = stored(cohort, scaling, standardise(cohort, scaling))
        for b in OMICS:
            blocks[b].pop("guard", None)
            if b in kept:
                blocks[b]["guard"] = kept[b]
    path.write_text(json.dumps(table, separators=(",", ":"), allow_nan=False) + "\n")
    figures = measure(cohorts)
    card = json.loads((folder / "card.json").read_text())
    card["guard"] = figures
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    (folder / "card.md").write_text(put_page((folder / "card.md").read_text(), figures))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    options = parser.parse_args()
    figures = write(options.o, read_cohorts(options.data))
    print(json.dumps({s: {k: v for k, v in x.items() if k != "perType"} for s, x in figures.items()}, indent=1))


if __name__ == "__main__":
    main()
