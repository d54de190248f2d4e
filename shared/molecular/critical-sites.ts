/**
 * Critical and well-established parts of functional domains, residue by residue, for OM1 and PM1. Only stretches that an
 * expert panel or the first structure names; a residue that is not here is not thereby harmless.
 */
interface CriticalSite {
  readonly gene: string;
  /** First and last residues, 1-based, of the MANE Select protein. */
  readonly stretches: readonly (readonly [first: number, last: number])[];
  readonly what: string;
  readonly source: string;
}

const rasopathy = 'ClinGen RASopathy panel: Gelb BD, et al. Genet Med 2018;20:1334';
const ras = (gene: string): CriticalSite => ({
  gene,
  stretches: [
    [10, 17],
    [25, 40],
    [57, 64],
    [145, 156],
  ],
  what: 'nucleotide binding and switch regions',
  source: rasopathy,
});

const sites: readonly CriticalSite[] = [
  {
    gene: 'TP53',
    stretches: [
      [175, 175],
      [245, 245],
      [248, 249],
      [273, 273],
      [282, 282],
    ],
    what: 'DNA binding core',
    source: 'ClinGen TP53 panel: Fortuno C, et al. Hum Mutat 2021;42:223',
  },
  {
    gene: 'PTEN',
    stretches: [
      [90, 94],
      [123, 130],
      [166, 168],
    ],
    what: 'catalytic motifs of the phosphatase',
    source: 'ClinGen PTEN panel: Mester JL, et al. Hum Mutat 2018;39:1581',
  },
  ras('KRAS'),
  ras('NRAS'),
  ras('HRAS'),
  {
    gene: 'BRAF',
    stretches: [
      [459, 474],
      [594, 627],
    ],
    what: 'phosphate binding loop and activation segment of the kinase',
    source: rasopathy,
  },
  {
    gene: 'IDH1',
    stretches: [[132, 132]],
    what: 'isocitrate binding in the active site',
    source: 'Dang L, et al. Nature 2009;462:739',
  },
  {
    gene: 'IDH2',
    stretches: [
      [140, 140],
      [172, 172],
    ],
    what: 'isocitrate binding in the active site',
    source: 'Ward PS, et al. Cancer Cell 2010;17:225',
  },
];
const byGene = new Map(sites.map((site) => [site.gene, site]));

/** What lies at a stretch of residues, with its source; `undefined` where nothing of this list does. */
export function criticalSite(gene: string, start: number, end: number): string | undefined {
  const site = byGene.get(gene);
  return site?.stretches.some(([first, last]) => first <= start && end <= last)
    ? `${site.what} (${site.source})`
    : undefined;
}

/** True where the list speaks of the gene at all: then a residue outside is "not met", else "not evaluable". */
export const hasCriticalSites = (gene: string): boolean => byGene.has(gene);
