/**
 * Drugs of oncology whose dose or use hinges on a germline gene: CPIC level A pairs (guidelines on fluoropyrimidines
 * and DPYD 2017, thiopurines with TPMT and NUDT15 2018, tamoxifen and CYP2D6 2018, rasburicase and G6PD 2014) and
 * irinotecan with UGT1A1 (DPWG 2022, label). Names in lower case without salt.
 */
const pairs: Readonly<Record<string, readonly string[]>> = {
  fluorouracil: ['DPYD'],
  '5-fluorouracil': ['DPYD'],
  capecitabine: ['DPYD'],
  tegafur: ['DPYD'],
  irinotecan: ['UGT1A1'],
  'irinotecan liposome': ['UGT1A1'],
  'sacituzumab govitecan': ['UGT1A1'],
  mercaptopurine: ['NUDT15', 'TPMT'],
  thioguanine: ['NUDT15', 'TPMT'],
  tamoxifen: ['CYP2D6'],
  rasburicase: ['G6PD'],
};

/** Named regimens whose name hides an agent of the table. */
const regimens: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\b(m?folfox|capox|xelox|flot|cape?ox)\d*\b/i, ['fluorouracil']],
  [/\bfolfiri(nox)?\b|\bfolfoxiri\b/i, ['fluorouracil', 'irinotecan']],
];

export interface PharmacogenePair {
  readonly drug: string;
  readonly gene: string;
}

/** The pairs among some treatments' agents, sorted; empty where none is affected. */
export function pharmacogenesOf(agents: readonly string[]): readonly PharmacogenePair[] {
  const drugs = new Set<string>();
  for (const agent of agents) {
    const name = agent.trim().toLowerCase();
    if (name in pairs) drugs.add(name);
    for (const [regimen, parts] of regimens) if (regimen.test(name)) for (const part of parts) drugs.add(part);
  }
  return [...drugs].sort().flatMap((drug) => (pairs[drug] ?? []).map((gene) => ({ drug, gene })));
}
