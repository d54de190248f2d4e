/** Names of medicines as records write them, to the names the facts are filed under. */
import { drugName } from '../pgx/advice.ts';
import { NAMED_AGENTS } from './facts/index.ts';

/** National and trade spellings of the same substance (WHO INN, USAN, trade names of combinations left out). */
const ALSO: Readonly<Record<string, string>> = {
  'abiraterone acetate': 'abiraterone',
  'acetylsalicylic acid': 'aspirin',
  ciclosporin: 'cyclosporine',
  'ciclosporin a': 'cyclosporine',
  co_trimoxazole: 'trimethoprim and sulfamethoxazole',
  'co-trimoxazole': 'trimethoprim and sulfamethoxazole',
  clarithromicin: 'clarithromycin',
  '5-fluorouracil': 'fluorouracil',
  'hypericum perforatum': 'st john’s wort',
  "st john's wort": 'st john’s wort',
  "st. john's wort": 'st john’s wort',
  'st. john’s wort': 'st john’s wort',
  leuprorelin: 'leuprolide',
  'nab paclitaxel': 'nab-paclitaxel',
  'albumin-bound paclitaxel': 'nab-paclitaxel',
  'pegylated liposomal doxorubicin': 'doxorubicin',
  rifampicin: 'rifampin',
  'sodium valproate': 'valproate',
  'valproic acid': 'valproate',
  't-dm1': 'trastuzumab emtansine',
  'ado-trastuzumab emtansine': 'trastuzumab emtansine',
  't-dxd': 'trastuzumab deruxtecan',
  'fam-trastuzumab deruxtecan': 'trastuzumab deruxtecan',
  'trifluridine/tipiracil': 'trifluridine and tipiracil',
  'trifluridine-tipiracil': 'trifluridine and tipiracil',
  aflibercept: 'ziv-aflibercept',
};

const SALTS =
  /\s+(?:besylate|citrate|dimaleate|fumarate|hydrochloride|malate|maleate|mesylate|phosphate|potassium|sodium|succinate|sulfate|tartrate|tosylate)$/;

/** "Omeprazole 20 mg" and "OMEPRAZOLE" are one name; salts are left out where the substance alone is known. */
export function medicineName(text: string): string {
  const plain = drugName(text.trim().replace(/[\s,(]+\d.*$/, ''));
  const named = ALSO[plain] ?? plain;
  if (NAMED_AGENTS.has(named)) return named;
  const base = named.replace(SALTS, '');
  return NAMED_AGENTS.has(base) ? base : (ALSO[base] ?? named);
}

/** Steps (insert, delete, replace, swap of neighbours) from one name to another; stops beyond `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let steps = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        steps = Math.min(steps, (before[j - 2] ?? 0) + 1);
      row.push(steps);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? most + 1;
}

/** Names of the table that a name not in it may be a slip of; empty where none is near. */
export function nearNames(text: string): string[] {
  const name = medicineName(text);
  const most = name.length < 7 ? 1 : 2;
  return [...NAMED_AGENTS]
    .map((known) => ({ known, steps: distance(name, known, most) }))
    .filter(({ steps }) => steps <= most)
    .sort((a, b) => a.steps - b.steps || (a.known < b.known ? -1 : 1))
    .slice(0, 3)
    .map(({ known }) => known);
}
