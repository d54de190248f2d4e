/**
 * Published functional studies of single changes, for OS2 and SBS2 of the oncogenicity standard and PS3 and BS3 of the
 * germline one. Each row is a fact with its paper; the curated statements of the evidence pack stand beside it. A change
 * that is not here has no study in this list, which says nothing of its effect.
 */
import { codingKey, parseProteinChange, proteinKey } from './hgvs.ts';
import type { SmallVariant } from './small-variants.ts';

export interface FunctionalStudy {
  readonly effect: 'loss of function' | 'gain of function' | 'neomorphic' | 'activated transcription' | 'unaltered';
  /** Authors, journal, year, volume and first page. */
  readonly citation: string;
}

type Row = readonly [
  gene: string,
  /** Protein changes in one letter, or coding changes, parted by spaces. */
  changes: string,
  effect: FunctionalStudy['effect'],
  citation: string,
];

const rows: readonly Row[] = [
  [
    'TP53',
    'R175H Y220C G245S R248Q R248W R249S R273C R273H R282W',
    'loss of function',
    'Kato S, et al. Proc Natl Acad Sci USA 2003;100:8424',
  ],
  ['TP53', 'P72R', 'unaltered', 'Kato S, et al. Proc Natl Acad Sci USA 2003;100:8424'],
  ['IDH1', 'R132H R132C R132L R132S', 'neomorphic', 'Dang L, et al. Nature 2009;462:739'],
  ['IDH2', 'R140Q R172K', 'neomorphic', 'Ward PS, et al. Cancer Cell 2010;17:225'],
  [
    'KRAS',
    'G12A G12C G12D G12R G12V G13D Q61H Q61L',
    'gain of function',
    'Hunter JC, et al. Mol Cancer Res 2015;13:1325',
  ],
  ['NRAS', 'G12D Q61R', 'gain of function', 'Burd CE, et al. Cancer Discov 2014;4:1418'],
  ['NRAS', 'Q61K', 'gain of function', 'Ackermann J, et al. Cancer Res 2005;65:4005'],
  ['HRAS', 'G12V', 'gain of function', 'Tabin CJ, et al. Nature 1982;300:143'],
  ['HRAS', 'Q61L Q61R Q61K', 'gain of function', 'Der CJ, et al. Cell 1986;44:167'],
  ['BRAF', 'V600E V600D V600K V600R K601E L597V G469A', 'gain of function', 'Wan PTC, et al. Cell 2004;116:855'],
  ['PIK3CA', 'E542K E545K H1047R', 'gain of function', 'Kang S, et al. Proc Natl Acad Sci USA 2005;102:802'],
  ['EGFR', 'L858R G719S', 'gain of function', 'Greulich H, et al. PLoS Med 2005;2:e313'],
  ['KIT', 'D816V', 'gain of function', 'Furitsu T, et al. J Clin Invest 1993;92:1736'],
  ['PDGFRA', 'D842V', 'gain of function', 'Heinrich MC, et al. Science 2003;299:708'],
  ['FLT3', 'D835Y D835V D835H', 'gain of function', 'Yamamoto Y, et al. Blood 2001;97:2434'],
  ['JAK2', 'V617F', 'gain of function', 'James C, et al. Nature 2005;434:1144'],
  ['MPL', 'W515L', 'gain of function', 'Pikman Y, et al. PLoS Med 2006;3:e270'],
  ['AKT1', 'E17K', 'gain of function', 'Carpten JD, et al. Nature 2007;448:439'],
  ['EZH2', 'Y646F Y646N Y646S Y646H Y646C', 'gain of function', 'Yap DB, et al. Blood 2011;117:2451'],
  ['EZH2', 'A682G', 'gain of function', 'McCabe MT, et al. Proc Natl Acad Sci USA 2012;109:2989'],
  ['MYD88', 'L265P', 'gain of function', 'Ngo VN, et al. Nature 2011;470:115'],
  ['GNAS', 'R201C R201H Q227R', 'gain of function', 'Landis CA, et al. Nature 1989;340:692'],
  ['GNAQ', 'Q209L', 'gain of function', 'Van Raamsdonk CD, et al. Nature 2009;457:599'],
  ['GNA11', 'Q209L', 'gain of function', 'Van Raamsdonk CD, et al. N Engl J Med 2010;363:2191'],
  ['ERBB2', 'G309A D769H D769Y V777L V842I R896C', 'gain of function', 'Bose R, et al. Cancer Discov 2013;3:224'],
  ['ESR1', 'Y537S D538G', 'gain of function', 'Toy W, et al. Nat Genet 2013;45:1439'],
  ['ALK', 'F1174L R1275Q', 'gain of function', 'George RE, et al. Nature 2008;455:975'],
  ['RET', 'M918T', 'gain of function', 'Santoro M, et al. Science 1995;267:381'],
  ['MAP2K1', 'K57N', 'gain of function', 'Marks JL, et al. Cancer Res 2008;68:5524'],
  ['SF3B1', 'K700E', 'neomorphic', 'Darman RB, et al. Cell Rep 2015;13:1033'],
  ['PTEN', 'C124S G129E R130G R130Q', 'loss of function', 'Mighell TL, et al. Am J Hum Genet 2018;102:943'],
  ['TERT', 'c.-124C>T c.-146C>T', 'activated transcription', 'Huang FW, et al. Science 2013;339:957'],
  [
    'MET',
    'c.2888-1 c.2888-2 c.3028+1 c.3028+2',
    'gain of function',
    'Kong-Beltran M, et al. Cancer Res 2006;66:283 (exon 14 left out)',
  ],
];

const studies = new Map<string, FunctionalStudy[]>();
for (const [gene, changes, effect, citation] of rows)
  for (const change of changes.split(' ')) {
    const read = change.startsWith('c.') ? undefined : parseProteinChange(change);
    const key = `${gene}:${read === undefined ? change : proteinKey(read)}`;
    studies.set(key, [...(studies.get(key) ?? []), { effect, citation }]);
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
    const [site] = /^c\.\d+[+-]\d+/.exec(hgvsCoding) ?? [];
    if (site !== undefined && consequenceClass === 'null') keys.push(`${gene}:${site}`);
  }
  return keys.flatMap((key) => studies.get(key) ?? []);
}

/** Hot spots of promoters, which the catalogue of residues does not cover, with the study that counts them. */
const promoterCounts: Readonly<Record<string, string>> = {
  'TERT:c.-124C>T':
    '231 of 1,230 tumors of 60 types carry this change or c.-146C>T (Killela PJ, et al. Proc Natl Acad Sci USA 2013;110:6021)',
  'TERT:c.-146C>T':
    '231 of 1,230 tumors of 60 types carry this change or c.-124C>T (Killela PJ, et al. Proc Natl Acad Sci USA 2013;110:6021)',
};

/** Recurrence of a promoter change in a study of tumors, in words. */
export const promoterRecurrence = ({ gene, hgvsCoding }: Studied): string | undefined =>
  hgvsCoding === undefined ? undefined : promoterCounts[`${gene}:${codingKey(hgvsCoding) ?? ''}`];
