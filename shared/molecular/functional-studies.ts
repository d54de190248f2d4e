/**
 * Published functional studies of single changes, for OS2 of the oncogenicity standard and PS3 of the germline one, where
 * the evidence pack files the paper under another heading (a drug tried in a model whose growth the change drives) and so
 * states no functional significance of its own. A row names the CIViC evidence item (CC0) whose record tells of the
 * effect; a test holds gene, change and paper against the shipped pack. The last rows cite the paper alone: what every
 * hematopathologist takes as known has no such record. Functional and oncogenic statements of the pack
 * are read from the pack. A change that is not here has no study in this list, which says nothing of its effect.
 */
import { parseCodingName, splicedSites } from './coding-name.ts';
import { codingKey, parseProteinChange, proteinKey } from './hgvs.ts';
import type { SmallVariant } from './small-variants.ts';

export interface FunctionalStudy {
  readonly effect: 'gain of function' | 'loss of function' | 'neomorphic';
  /** Authors, year and PubMed number, with the evidence item that records the study. */
  readonly citation: string;
  /** Absent where no record of the pack tells of the effect; then the paper itself is cited. */
  readonly evidenceId?: string;
  readonly pubmedId?: string;
}

type Row = readonly [
  gene: string,
  /** Protein changes in one letter, or coding changes, parted by spaces. */
  changes: string,
  effect: FunctionalStudy['effect'],
  authors: string,
  pubmedId?: string,
  evidenceId?: string,
];

const rows: readonly Row[] = [
  // Cells that need a growth factor do without it.
  ['EGFR', 'L858R', 'gain of function', 'Kancha et al., 2009', '19147750', 'EID3811'],
  ['MAP2K1', 'K57N', 'gain of function', 'Marks et al., 2008', '18632602', 'EID2936'],
  ['KIT', 'W557_K558del', 'gain of function', 'Garner et al., 2014', '25239608', 'EID4084'],
  ['KIT', 'V560D', 'gain of function', 'Garner et al., 2014', '25239608', 'EID4127'],
  ['KIT', 'K550_W557del', 'gain of function', 'Garner et al., 2014', '25239608', 'EID4583'],
  ['KIT', 'K558delinsNP', 'gain of function', 'Garner et al., 2014', '25239608', 'EID4594'],
  ['PDGFRA', 'R841K', 'gain of function', 'Dai et al., 2013', '24132921', 'EID1975'],
  ['BRAF', 'L505H', 'gain of function', 'Wagenaar et al., 2014', '24112705', 'EID1668'],
  // Cells or mice are transformed.
  ['PIK3CA', 'E542K', 'gain of function', 'Kang et al., 2005', '15647370', 'EID311'],
  ['RET', 'C618R', 'gain of function', 'Szymczak et al., 2023', '37376747', 'EID11877'],
  ['RET', 'M918T', 'gain of function', 'Zhao et al., 2020', '32284345', 'EID11867'],
  ['RET', 'E632_L633del', 'gain of function', 'Szymczak et al., 2023', '37376747', 'EID11875'],
  ['FGFR3', 'S249C', 'gain of function', 'Chandrani et al., 2017', '27998968', 'EID4871'],
  ['ALK', 'I1171T', 'gain of function', 'Guan et al., 2018', '29907598', 'EID9404'],
  ['MAP2K1', 'Q56_V60del', 'gain of function', 'Grisham et al., 2015', '26324360', 'EID1661'],
  ['BRAF', 'K601E', 'gain of function', 'Dahlman et al., 2012', '22798288', 'EID1462'],
  ['BRAF', 'L597Q', 'gain of function', 'Dahlman et al., 2012', '22798288', 'EID1461'],
  ['BRAF', 'L597R', 'gain of function', 'Dahlman et al., 2012', '22798288', 'EID1458'],
  ['CSF3R', 'T618I', 'gain of function', 'Fleischman et al., 2013', '24081659', 'EID6380'],
  // The receptor is active without its ligand.
  ['ESR1', 'L536Q', 'gain of function', 'Robinson et al., 2013', '24185510', 'EID290'],
  ['ESR1', 'D538G', 'gain of function', 'Robinson et al., 2013', '24185510', 'EID291'],
  ['ESR1', 'Y537C', 'gain of function', 'Robinson et al., 2013', '24185510', 'EID292'],
  ['ESR1', 'Y537N', 'gain of function', 'Robinson et al., 2013', '24185510', 'EID293'],
  ['ESR1', 'Y537S', 'gain of function', 'Robinson et al., 2013', '24185510', 'EID294'],
  ['PDGFRA', 'V561A', 'gain of function', 'Hirota et al., 2003', '12949711', 'EID652'],
  ['FLT3', 'N841I', 'gain of function', 'Jiang et al., 2004', '15178581', 'EID8858'],
  // The kinase works harder, or phosphorylates itself unasked.
  ['MAP2K1', 'C121S', 'gain of function', 'Wagle et al., 2011', '21383288', 'EID1602'],
  ['PDGFRA', 'P577S', 'gain of function', 'Dai et al., 2013', '24132921', 'EID1974'],
  ['PDGFRA', 'H845Y', 'gain of function', 'Dai et al., 2013', '24132921', 'EID1976'],
  ['PDGFRA', 'G853D', 'gain of function', 'Dai et al., 2013', '24132921', 'EID1977'],
  // No answer to a p53 that is set free, in every one of seven cell lines: a change seen in one line only is not listed.
  ['TP53', 'R273H', 'loss of function', 'Saiki et al., 2015', '25730903', 'EID4882'],
  // 2-hydroxyglutarate is made.
  ['IDH1', 'R132C', 'neomorphic', 'Sulkowski et al., 2017', '28148839', 'EID10144'],
  // Exon 14 (c.2888 to c.3028) left out in an engineered line; its canonical splice sites are taken to leave it out.
  [
    'MET',
    'c.2888-1 c.2888-2 c.3028+1 c.3028+2',
    'gain of function',
    'Togashi et al., 2015 (exon 14 left out)',
    '26547802',
    'EID736',
  ],
  // Of the blood, by the paper: the records of the pack on these changes tell of treatment and diagnosis only. What stands
  // here is what the abstract says that the publisher or PubMed shows under this place.
  ['JAK2', 'V617F', 'gain of function', 'James et al., Nature 2005, doi 10.1038/nature03546 (signals unasked)'],
  [
    'JAK2',
    'V617F',
    'gain of function',
    'Wernig et al., Blood 2006;107:4274 (polycythemia in mice, growth without factor)',
  ],
  [
    'KIT',
    'D816V',
    'gain of function',
    'Ferrao et al., Leuk Res 2003 (active unasked, drives blood cells of mice to mature)',
  ],
  [
    'MYD88',
    'L265P',
    'gain of function',
    'Ansell et al., Blood Cancer J 2014;4:e183, doi 10.1038/bcj.2014.4',
    '24531446',
  ],
  ['IDH2', 'R172K', 'neomorphic', 'Gross et al., J Exp Med 2010;207:339 (the protein makes 2-hydroxyglutarate)'],
  [
    'MPL',
    'W515L',
    'gain of function',
    'Pikman et al., PLoS Med 2006, doi 10.1371/journal.pmed.0030270 (growth without factor, disease in mice)',
  ],
];

const studies = new Map<string, FunctionalStudy[]>();
for (const [gene, changes, effect, authors, pubmedId, evidenceId] of rows)
  for (const change of changes.split(' ')) {
    const read = change.startsWith('c.') ? undefined : parseProteinChange(change);
    const key = `${gene}:${read === undefined ? change : proteinKey(read)}`;
    studies.set(key, [
      ...(studies.get(key) ?? []),
      {
        effect,
        citation: [
          authors,
          ...(pubmedId !== undefined
            ? [`PMID ${pubmedId}`]
            : authors.includes('doi ')
              ? []
              : ['found by its place in the journal: no PMID or DOI of it in the sources here']),
          ...(evidenceId === undefined ? [] : [evidenceId]),
        ].join(', '),
        ...(pubmedId === undefined ? {} : { pubmedId }),
        ...(evidenceId === undefined ? {} : { evidenceId }),
      },
    ]);
  }

/** Genes of the list, for a test that each row can be reached. */
export const studiedChanges = (): ReadonlyMap<string, readonly FunctionalStudy[]> => studies;

type Studied = Pick<SmallVariant, 'gene' | 'change' | 'hgvsCoding' | 'consequenceClass'>;

/** Studies of this very change; of a splice site, of any change of its bases. */
export function functionalStudies({ gene, change, hgvsCoding, consequenceClass }: Studied): readonly FunctionalStudy[] {
  const keys = change === undefined || change.kind === 'splice' ? [] : [`${gene}:${proteinKey(change)}`];
  if (hgvsCoding !== undefined) {
    const coding = codingKey(hgvsCoding);
    if (coding !== undefined) keys.push(`${gene}:${coding}`);
    const named = consequenceClass === 'null' ? parseCodingName(hgvsCoding) : undefined;
    const sites = named === undefined ? [] : splicedSites(named);
    const known = sites.map((site) => `${gene}:${site}`).find((site) => studies.has(site));
    if (known !== undefined) keys.push(known);
  }
  return keys.flatMap((key) => studies.get(key) ?? []);
}
