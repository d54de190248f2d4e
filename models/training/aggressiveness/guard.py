"""The guard against data that are not of the cohort (F032): what it stores of the cohort, and how often it speaks.

A patient's values may each be ordinary and still not belong together: genes mixed up, another sample, a made-up table.
Norms do not see that; what genes do together does. Per tumor type:

- rna: the share of a patient's squared z-scores that lies on the cohort's eight principal axes. Too little: strange.
- copy-number: how often a gene's call differs from the calls of the two genes it goes with in the cohort, over what two genes
  drawn at random from the same patient would differ by. Too much: strange. Under five altered genes nothing is judged.

Mutations are not judged, so alone they never move the number: `by_subset` measures that rule (`stands`), which the app follows
(shared/prediction/case-features.ts). A block counts where its own rule took it for sound, or where another block of the case
that was judged and found sound vouches for the sample; else the score falls back to the clinical part, with the reason. Tried
for mutations: mean log-odds of the mutated genes against as many tested genes drawn at random; at 1.1 % false it
found 35 % of the mixed-up lists (BRCA 4 %, COADREAD 88 %), and a sound list that a laboratory had cut to cancer genes was strange
to it.

A wrong one among the fourteen types is not looked for. Tried: the stated type against the likeliest by a ridge multinomial regression on
mutations, published folds, limit per type at 5 % false. Of the two genes that stand in every type's table it finds 10 % of wrong
labels, of the four that stand in twelve 21 %, no more than the axes find (22 %). With every gene it seems to find 87 %, but each table
lists genes of its own, so it is the table that is recognised, not the tumor. No gene's copy number stands in all tables, and expression
comes standardised within each type, which takes the type out. Another source, read alike in all types, would be needed.

Limits leave 1 % of training patients outside, each judged by axes and pairs learned without them. The figures of `measure`
come from held-out folds and held-out tissue-source sites. Written into features.json and the card by

    python3 models/training/aggressiveness/guard.py --data ../shared/data -o models/aggressiveness --work .cache/training
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
from cox import harrell  # noqa: E402
from measure import SUBSETS, OutOfFold, subset_key  # noqa: E402

SEED = 20261124
AXES = 8
PROTEIN_AXES = 24
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


def learn_axes(z: np.ndarray, many: int = AXES) -> np.ndarray:
    """[genes, many]: loadings, so that their squares sum to a gene's variance along the axes."""
    # By the patients' inner products: there are fewer patients than genes, and few axes are asked for.
    _, u = np.linalg.eigh(z @ z.T)
    loadings = (u[:, : -many - 1 : -1].T @ z) / np.sqrt(len(z))
    sign = np.sign(loadings[np.arange(len(loadings)), np.abs(loadings).argmax(axis=1)])
    codes, scale = quantised((loadings * sign[:, None]).T)
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
    # Of 164 proteins: on eight axes 60 % of the profiles dealt out before they were standardised are found, on 24 all but 0.2 %.
    "protein": (lambda z: learn_axes(z, PROTEIN_AXES), on_axes, 1),
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


def stored_axes(guard: Guard) -> dict:
    codes, scale = quantised(guard.learned)
    axes = [{"scale": float(f"{s:.6g}"), "loadings": codes[:, k].tobytes().hex()} for k, s in enumerate(scale)]
    return {"limit": guard.limit, "axes": axes}


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
            out[block] = stored_axes(guard)
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


def stands(flags: dict) -> tuple:
    """Of one case's blocks, each judged 1 strange, 0 sound or NaN: whether it abstains, and whether any of its molecules count."""
    values = np.array(list(flags.values()))
    abstains = (values == 1).any(axis=0)
    return abstains, ~abstains & (values == 0).any(axis=0)


def by_subset(cohorts: list, folder: Path, work: Path) -> dict:
    """
    Per subset of molecular blocks, held-out patients of the published folds that have every block of it: what becomes of them
    as they are and with each block's own values dealt to other genes, and what falling back costs in C.
    """
    rng = np.random.default_rng(SEED)
    oof = OutOfFold(cohorts, work, "published")
    factors = json.loads((folder / "population.json").read_text())["calibration"]
    sound = [{b: np.full(len(c.months), np.nan) for b in BLOCKS[1:]} for c in cohorts]
    mixed = [{b: np.full(len(c.months), np.nan) for b in BLOCKS[1:]} for c in cohorts]
    changed = [{b: np.zeros(len(c.months), bool) for b in BLOCKS[1:]} for c in cohorts]
    for fold in range(5):
        for t, cohort in enumerate(cohorts):
            held = cohort.splits[fold]
            if not held.any():
                continue
            scaling = learn_scaling(cohort, ~held)
            z = standardise(cohort, scaling)
            for b in BLOCKS[1:]:
                if not z[b].shape[1]:
                    continue
                norm = np.quantile((z[b][~held] ** 2).mean(axis=1), NORM)
                values = values_of(cohort, scaling, z, b)
                rule = Guard(b, values[~held], rng) if b in OMICS and guarded(b, scaling) else None
                dealt = rng.permuted(values[held], axis=1)
                changed[t][b][held] = (dealt != values[held]).any(axis=1)
                for kept, v in ((sound, values[held]), (mixed, dealt)):
                    scaled = v if b == "rna" else np.clip((v - scaling.mean[b]) / scaling.sd[b], -4, 4)
                    flags = np.full(len(v), np.nan) if rule is None or rule.limit is None else rule.strange(v)
                    kept[t][b][held] = np.where((scaled**2).mean(axis=1) > norm, 1.0, flags)
    out = {}
    for blocks in SUBSETS[1:]:
        molecular = blocks[1:]
        places = [t for t, c in enumerate(cohorts) if all(c.raw[b].shape[1] for b in molecular)]
        count = {k: 0 for k in ("patients", "soundAbstains", "soundFallsBack", "mixed", "mixedAbstains", "mixedFallsBack")}
        c_index = {k: [] for k in ("fallingBack", "unguarded", "clinical")}
        for t in places:
            abstains, counts = stands({b: sound[t][b] for b in molecular})
            count["patients"] += len(abstains)
            count["soundAbstains"] += int(abstains.sum())
            count["soundFallsBack"] += int((~abstains & ~counts).sum())
            told = np.any([changed[t][b] for b in molecular], axis=0)
            strange, still = stands({b: mixed[t][b] for b in molecular})
            count["mixed"] += int(told.sum())
            count["mixedAbstains"] += int((strange & told).sum())
            count["mixedFallsBack"] += int((~strange & ~still & told).sum())
            clinical = oof.score(["clinical"], t) * factors["clinical"]
            whole = oof.score(blocks, t) * factors[subset_key(blocks)]
            for name, score in (("fallingBack", np.where(counts, whole, clinical)), ("unguarded", whole), ("clinical", clinical)):
                folds = [np.flatnonzero((oof.fold[t] == k) & ~abstains) for k in range(5)]
                values = [harrell(score[i], cohorts[t].months[i], cohorts[t].death[i]) for i in folds]
                c_index[name].append(float(np.nanmean(values)))
        share = lambda part, of: round(count[part] / count[of], 4)
        out[subset_key(blocks)] = {
            "types": len(places), "patients": count["patients"], "falseAbstention": share("soundAbstains", "patients"),
            "soundFallsBack": share("soundFallsBack", "patients"), "mixedUp": count["mixed"], "mixedUpAbstains": share("mixedAbstains", "mixed"),
            "mixedUpFallsBack": share("mixedFallsBack", "mixed"), "meanWithinTypeC": {k: round(float(np.mean(v)), 4) for k, v in c_index.items()},
        }
    return {"subsets": out, "mutationsBesideSound": moved_by_mutations(cohorts, folder, rng)}


def moved_by_mutations(cohorts: list, folder: Path, rng) -> dict:
    """How far mutations dealt to other genes move the percentile where sound expression vouches for the sample: not found, so stated."""
    table, population = (json.loads((folder / n).read_text()) for n in ("features.json", "population.json"))
    weights = read_weights(folder)[0]
    moves, onto = [], []
    bounds = np.cumsum([0] + [len(table["columns"][b]) for b in BLOCKS])
    for t, cohort in enumerate(cohorts):
        blocks = [b for b in BLOCKS if cohort.raw[b].shape[1]]
        if "rna" not in blocks or "mutation" not in blocks:
            continue
        scaling = learn_scaling(cohort, np.ones(len(cohort.months), bool))
        z = standardise(cohort, scaling)
        places = {b: [bounds[BLOCKS.index(b)] + i for i in table["types"][cohort.name]["blocks"][b]["index"]] for b in blocks}
        fixed = sum(z[b] @ weights[t, places[b]] for b in blocks if b != "mutation")
        dealt = rng.permuted(np.nan_to_num(cohort.raw["mutation"][scaling.columns["mutation"]].to_numpy(float)), axis=1)
        dealt = np.clip((dealt - scaling.mean["mutation"]) / scaling.sd["mutation"], -4, 4)
        key = subset_key(blocks)
        quantiles = population["types"][cohort.name]["subsets"][key]["quantiles"]
        percentile = lambda v: np.interp(population["calibration"][key] * (fixed + v @ weights[t, places["mutation"]]), quantiles, np.linspace(0, 100, 101))
        before, after = percentile(z["mutation"]), percentile(dealt)
        moves.append(np.abs(after - before))
        onto.append(np.minimum(before // 20, 4) != np.minimum(after // 20, 4))
    moves = np.concatenate(moves)
    return {"patients": len(moves), "medianPercentiles": round(float(np.median(moves)), 2), "percentiles95": round(float(np.quantile(moves, 0.95)), 1), "otherFifth": round(float(np.concatenate(onto).mean()), 4)}


def read_weights(folder: Path) -> np.ndarray:
    """[members, types, features] of a model that was exported."""
    import onnx.numpy_helper

    return max((onnx.numpy_helper.to_array(x) for x in onnx.load(str(folder / "model.onnx")).graph.initializer), key=np.size)


WORDS = {"rna": "RNA", "copy-number": "copy number"}


def subset_lines(figures: dict) -> list:
    percent = lambda x: f"{100 * x:.1f} %"
    lines = [
        "", "Molecular values count only where something shows that they are the patient's: their own check found them sound, or another modality of the case that was judged and found sound. Else the score is that of the clinical part, and says so. Held-out patients of the published folds who have every modality of the row; \"mixed up\": every one of them dealt to other genes.", "",
        "| molecular data of the case | sound patients | abstains | falls back to clinical | mixed up: abstains | falls back | abstains or falls back | mean C: with the rule (without it; clinical alone) |", "|---|---|---|---|---|---|---|---|",
    ]
    for key, x in figures["subsets"].items():
        c = x["meanWithinTypeC"]
        lines.append(
            f"| {key.removeprefix('clinical+').replace('rna', 'RNA').replace('copy-number', 'copy number').replace('+', ', ')} | {x['patients']} in {x['types']} types | {percent(x['falseAbstention'])} | {percent(x['soundFallsBack'])} | {percent(x['mixedUpAbstains'])} | {percent(x['mixedUpFallsBack'])} | {percent(x['mixedUpAbstains'] + x['mixedUpFallsBack'])} | {c['fallingBack']:.3f} ({c['unguarded']:.3f}; {c['clinical']:.3f}) |"
        )
    m = figures["mutationsBesideSound"]
    return [*lines, "", f"Known failure: mutations mixed up beside sound expression are not found. They move the percentile by {m['medianPercentiles']:.1f} in the median, by {m['percentiles95']:.0f} or less in 95 % of {m['patients']} patients; {percent(m['otherFifth'])} come to lie in another fifth."]


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
    lines += subset_lines(figures["published"]["bySubset"])
    lines += ["", "Mutations cannot be judged by themselves: the rule that was tried found 35 % of mixed-up lists and took a list cut to cancer genes for strange. Copy number of fewer than five altered genes is not judged either.", "", "Known failure: a wrong diagnosis among the fourteen types is not found by this guard. The name of the recorded tumor type stands beside the number; check it against the pathology report.", ""]
    return "\n".join(lines)


BEFORE_SURGERY = """
This model says nothing without expression that counts (endometrial carcinoma, whose cohort has none: copy number), since copy number and mutations alone put no more pairs in the right order than the clinical facts. What the tables call falling back is for it another abstention. The clinical minimum is the age.
"""


def put_page(markdown: str, figures: dict, before_surgery: bool = False) -> str:
    """The card with its guard section before the limits, an older one replaced."""
    text = page(figures) + (BEFORE_SURGERY if before_surgery else "")
    head, _, rest = markdown.partition("## When it abstains on strange data")
    if rest:
        rest = rest[rest.index("\n## ") + 1 :]
        return head + text + "\n" + rest
    at = markdown.index("## Limits")
    return markdown[:at] + text + "\n" + markdown[at:]


def write(folder: Path, cohorts: list, work: Path, measured: dict | None = None) -> dict:
    """Adds the guard to features.json, its figures to the card. The figures are returned.

    `measured`: what `measure` gave on the same molecular data, where it was measured before (the pre-operative model's are the same).
    """
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
    figures = measure(cohorts) if measured is None else measured
    figures["published"]["bySubset"] = by_subset(cohorts, folder, work)
    card = json.loads((folder / "card.json").read_text())
    card["guard"] = figures
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")
    (folder / "card.md").write_text(put_page((folder / "card.md").read_text(), figures, card.get("beforeSurgery", False)))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("-o", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="out-of-fold contributions that cross_validate.py wrote")
    options = parser.parse_args()
    figures = write(options.o, read_cohorts(options.data), options.work)
    print(json.dumps({s: {k: v for k, v in x.items() if k != "perType"} for s, x in figures.items()}, indent=1))


if __name__ == "__main__":
    main()
