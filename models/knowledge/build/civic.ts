/** CIViC: accepted evidence items as facts. The curators' sentences are read by nobody here and never enter the pack. */
import { EvidenceItem, type ProfileLogic } from '../../../shared/knowledge/evidence.ts';
import { writeRecords } from '../../../shared/knowledge/records.ts';
import type { CoordinateRow } from '../../../shared/molecular/change-lookup.ts';
import { parseProteinChange, proteinKey } from '../../../shared/molecular/hgvs.ts';
import { ruledChange } from '../../../shared/molecular/protein-name.ts';
import { hasRaw, parseProfile } from './civic-profile.ts';
import type { MappedDisease } from './diseases.ts';
import type { Genes } from './genes.ts';
import type { Pack } from './pack.ts';
import { cell, compare, type Sources } from './sources.ts';

const FILE = 'civic/AcceptedClinicalEvidenceSummaries.2026-05.tsv.gz';

const types = {
  Predictive: 'predictive',
  Prognostic: 'prognostic',
  Diagnostic: 'diagnostic',
  Predisposing: 'predisposing',
  Functional: 'functional',
  Oncogenic: 'oncogenic',
} as const;
const interactions = {
  Combination: 'combination',
  Combined: 'combination',
  Substitutes: 'substitutes',
  Sequential: 'sequential',
} as const;

const pick = <Value>(table: Readonly<Record<string, Value>>, word: string, what: string): Value => {
  const value = table[word];
  if (value === undefined) throw new Error(`unknown ${what}: ${word}`);
  return value;
};

/** Some names hold a comma themselves: `CP-724,714`, `2,4-pyrimidinediamine`, `…Inhibitor, PD173074`. */
const therapiesOf = (text: string): string[] =>
  text === '' ? [] : text.split(/(?<!\d),(?!\s)|(?<=\d),(?=[^\d\s])/).map((name) => name.trim());

const originOf = (text: string): EvidenceItem['origin'] =>
  /germline/i.test(text) ? 'germline' : text === 'Somatic' ? 'somatic' : text === 'Mixed' ? 'mixed' : 'unknown';

export interface CivicRow {
  readonly item: EvidenceItem;
  readonly mapped: MappedDisease;
}

/** Leading words of profile terms, to know which genes the evidence speaks of. */
export const namedGenes = (sources: Sources): ReadonlySet<string> =>
  new Set(
    sources
      .table(FILE)
      .flatMap((row) => cell(row, 'molecular_profile').split(/ (?:AND|OR|NOT) /))
      .flatMap((term) => (term.replace(/^[(\s]+|^NOT /, '').split(' ')[0] ?? '').split('::')),
  );

/** Protein changes under the one name that HGVS gives them: what a case computes is named so. */
export function ruledLogic(logic: ProfileLogic, coding: ReadonlyMap<string, string>): ProfileLogic {
  if (logic.op === 'not') return { ...logic, of: ruledLogic(logic.of, coding) };
  if (logic.op !== 'term') return { ...logic, of: logic.of.map((one) => ruledLogic(one, coding)) };
  const { term } = logic;
  const sequence = term.kind === 'protein-change' ? coding.get(term.gene) : undefined;
  const change = term.kind === 'protein-change' ? parseProteinChange(term.change) : undefined;
  if (term.kind !== 'protein-change' || sequence === undefined || change === undefined) return logic;
  const ruled = ruledChange(change, { sequence });
  return proteinKey(ruled) === proteinKey(change) ? logic : { ...logic, term: { ...term, change: proteinKey(ruled) } };
}

export function readCivic(
  sources: Sources,
  { symbol, coding }: Pick<Genes, 'symbol' | 'coding'>,
  mapDisease: (name: string, doid: string) => MappedDisease,
): readonly CivicRow[] {
  return sources
    .table(FILE)
    .map((row): CivicRow => {
      const mapped = mapDisease(cell(row, 'disease'), cell(row, 'doid'));
      const interaction = cell(row, 'therapy_interaction_type');
      const rating = cell(row, 'rating');
      const sourceType = cell(row, 'source_type');
      const item = EvidenceItem.parse({
        id: `EID${cell(row, 'evidence_id')}`,
        source: 'CIViC',
        profileName: cell(row, 'molecular_profile').replace(/\s+/g, ' ').trim(),
        logic: ruledLogic(parseProfile(cell(row, 'molecular_profile'), symbol), coding),
        disease: mapped.disease,
        therapies: therapiesOf(cell(row, 'therapies')),
        ...(interaction === '' ? {} : { therapyInteraction: pick(interactions, interaction, 'interaction') }),
        type: pick(types, cell(row, 'evidence_type'), 'evidence type'),
        // "N/A" supports nothing that is stated: its significance says so and no rule reads it.
        direction: cell(row, 'evidence_direction') === 'Does Not Support' ? 'does-not-support' : 'supports',
        significance: cell(row, 'significance'),
        level: cell(row, 'evidence_level'),
        ...(rating === '' ? {} : { rating: Number(rating) }),
        origin: originOf(cell(row, 'variant_origin')),
        citations: [{ type: sourceType, id: cell(row, 'citation_id'), label: cell(row, 'citation') }],
        trialIds: cell(row, 'nct_ids')
          .split(',')
          .map((id) => id.trim())
          .filter((id) => id !== ''),
        ...(cell(row, 'last_review_date') === '' ? {} : { reviewed: cell(row, 'last_review_date').slice(0, 10) }),
        flagged: cell(row, 'is_flagged') === 'true',
        url: cell(row, 'evidence_civic_url'),
      });
      return { item, mapped };
    })
    .sort((a, b) => Number(a.item.id.slice(3)) - Number(b.item.id.slice(3)));
}

/** What was understood, in numbers. */
export function measureCivic(rows: readonly CivicRow[]): Record<string, number> {
  const strong = ({ item }: CivicRow): boolean => item.type === 'predictive' && item.level <= 'B';
  const raw = rows.filter(({ item }) => hasRaw(item.logic));
  return {
    items: rows.length,
    predictiveAB: rows.filter(strong).length,
    withUnreadWords: raw.length,
    predictiveABWithUnreadWords: raw.filter(strong).length,
    withoutTumorType: rows.filter(({ item }) => item.disease.oncotreeCodes.length === 0).length,
    predictiveABWithoutTumorType: rows.filter((row) => strong(row) && row.item.disease.oncotreeCodes.length === 0)
      .length,
  };
}

const COORDINATES = {
  GRCh37: 'civic/cacao_civic_coordinates.grch37.2020-12.tsv.gz',
  GRCh38: 'civic/cacao_civic_coordinates.grch38.2020-12.tsv.gz',
} as const;

/**
 * Changes that CIViC named by exact alleles in 2020, of genes whose change cannot be computed. A row counts only where the
 * residue of the coordinate is the residue of CIViC's own name: other isoforms number otherwise.
 */
export function readCoordinates(sources: Sources, genes: Genes): readonly CoordinateRow[] {
  const rows: CoordinateRow[] = [];
  for (const build of ['GRCh37', 'GRCh38'] as const) {
    for (const row of sources.table(COORDINATES[build])) {
      const gene = genes.symbol(cell(row, 'symbol'));
      const named = parseProteinChange(cell(row, 'variant_name').split(' ').at(-1) ?? '');
      const stated = parseProteinChange(cell(row, 'hgvsp'));
      if (genes.coding.has(gene) || named === undefined || stated === undefined) continue;
      if (proteinKey(named) !== proteinKey(stated)) continue;
      const changes = cell(row, 'genomic_change').split(', ');
      const codings = cell(row, 'hgvsc').split(', ');
      changes.forEach((change, index) => {
        const [chromosome, position, reference, alternate] = change.split('_');
        if (chromosome === undefined || reference === undefined || alternate === undefined) return;
        const hgvsCoding = changes.length === codings.length ? codings[index] : undefined;
        rows.push({
          build,
          chromosome,
          position1: Number(position),
          reference,
          alternate,
          gene,
          hgvsProtein: cell(row, 'hgvsp').replace(/X$/, '*'),
          ...(hgvsCoding === undefined ? {} : { hgvsCoding }),
          consequence: cell(row, 'consequence'),
        });
      });
    }
    rows.push(...promoterRows(genes, build));
  }
  const key = ({ build, chromosome, position1, reference, alternate }: CoordinateRow): string =>
    [build, chromosome, String(position1).padStart(10, '0'), reference, alternate].join(':');
  return [...new Map(rows.map((row) => [key(row), row])).entries()]
    .sort(([a], [b]) => compare(a, b))
    .map(([, row]) => row);
}

/** The two promoter hotspots of TERT, C228T and C250T: 124 and 146 bases before the start codon, which is in exon 1. */
function promoterRows(genes: Genes, build: 'GRCh37' | 'GRCh38'): CoordinateRow[] {
  const gene = genes.records.find(({ symbol }) => symbol === 'TERT');
  const place = build === 'GRCh37' ? gene?.grch37 : gene?.grch38;
  const start = place?.cds.at(-1);
  if (gene?.strand !== '-' || start === undefined) throw new Error('TERT has no model to place its promoter by');
  return [124, 146].map((distance) => ({
    build,
    chromosome: gene.chromosome,
    position1: start + distance,
    reference: 'G',
    alternate: 'A',
    gene: 'TERT',
    hgvsCoding: `c.-${distance}C>T`,
    consequence: 'upstream_gene_variant',
  }));
}

export function civicPack(rows: readonly CivicRow[], coordinates: readonly CoordinateRow[]): Pack {
  const newest =
    rows
      .map(({ item }) => item.reviewed ?? '')
      .sort(compare)
      .at(-1) ?? '';
  const diseases = new Map(
    rows.map(({ item: { disease }, mapped }) => [
      `${disease.name}|${disease.doid ?? ''}`,
      { ...disease, by: mapped.by },
    ]),
  );
  return {
    id: 'civic',
    version: '2026-05',
    asOf: newest,
    title: 'CIViC accepted clinical evidence',
    sources: [
      {
        name: 'CIViC',
        version: `accepted clinical evidence, ${newest}`,
        licence: 'CC0 1.0',
        citation: 'Krysiak K, et al. Nucleic Acids Res 2023;51:D1230-D1241. https://civicdb.org',
      },
      {
        name: 'Human Disease Ontology',
        version: '2026-07-31',
        licence: 'CC0 1.0',
        citation: 'Baron JA, et al. Nucleic Acids Res 2024;52:D1305-D1314. Cross-references and hierarchy.',
      },
    ],
    counts: { ...measureCivic(rows), diseases: diseases.size, coordinates: coordinates.length },
    files: {
      'evidence.records': writeRecords(rows.map(({ item }) => item)),
      'coordinates.records': writeRecords(coordinates),
      'diseases.records': writeRecords([...diseases.values()].sort((a, b) => compare(a.name, b.name))),
    },
  };
}
