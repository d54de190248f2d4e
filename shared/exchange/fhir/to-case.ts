/** A draft read from FHIR as the facts of a case: findings become rows of files, what cannot become one is noted. */

import type { GenomeBuild, PharmacogeneCall } from '../../case/case-record.ts';
import type { Finding } from '../../molecular/profile.ts';
import { plural } from '../../report/words.ts';
import type { CaseDraft, DraftGeneState, Noted } from '../case-draft.ts';
import { type TableVariant, tableVariantOf } from '../genome-tables.ts';
import type { FhirDraft } from './draft.ts';
import { defined, type Json, type JsonObject, numberOf, objectsOf, textOf } from './json.ts';
import { copiesIn, genotypesIn, matricesIn, segmentSays, variantsIn } from './tables.ts';

/** Places a change on the genome by its gene and HGVS name, where a checked sequence tells it; as `ObservedVariant.key`, on one build if that is asked for. */
export type PlaceVariant = (gene: string, name: string, build?: GenomeBuild) => string | undefined;

/** GISTIC's words for a change of copies. */
const CALLS: Partial<Record<Finding['kind'], number>> = { amplification: 2, gain: 1, loss: -1, 'deep-deletion': -2 };

export function caseFromFhir(
  draft: FhirDraft,
  placeOf: PlaceVariant,
): { readonly draft: CaseDraft; readonly notes: readonly Noted[] } {
  const notes: Noted[] = [];
  const note = (finding: Finding, reason: string): void =>
    void notes.push({ place: finding.id.replace(/^fhir:/, ''), reason });
  const variants: TableVariant[] = [];
  const copies: CaseDraft['copies'][number][] = [];
  const fusions: CaseDraft['fusions'][number][] = [];
  const biomarkers: { readonly place: number; readonly said: JsonObject }[] = [];
  const assayIds = new Set(objectsOf(draft.record.assays).map(({ id }) => textOf(id)));
  const expression: { gene: string; z: number }[] = [];
  const protein: { gene: string; z: number }[] = [];
  const genes: DraftGeneState[] = [];
  const byGene = new Map(copiesIn(draft.tables).map((row) => [row.gene, row] as const));
  /** Of the gene's row, where that one says what the finding says. */
  const minorOf = ({ gene, totalCopies }: Finding): number | undefined => {
    const row = byGene.get(gene);
    return row?.totalCopies === totalCopies ? row?.minorCopies : undefined;
  };
  const matrices = matricesIn(draft.tables, draft.findings);
  const frequencies = new Map(draft.frequencies.map(({ findingId, fraction }) => [findingId, fraction]));
  for (const finding of draft.findings) {
    if (finding.kind === 'biomarker') {
      // A value that is not valid is carried too: what it is worth is judged again where it is read.
      if (finding.biomarker === undefined) note(finding, 'the biomarker has no value');
      else biomarkers.push(biomarkerOf(finding, finding.biomarker, draft.sources.get(finding.id), assayIds));
      continue;
    }
    if (finding.state !== 'detected') {
      const names = finding.hgvsCoding ?? finding.hgvsProtein ?? finding.hgvsGenomic ?? finding.variantKeys[0];
      // "This one change is absent" says nothing of the rest of the gene.
      if (finding.gene !== '' && names === undefined && finding.kind === 'small-variant')
        genes.push({ gene: finding.gene, state: finding.state, reason: finding.flags[0] });
      else
        note(
          finding,
          `${finding.state.replaceAll('-', ' ')}: of one change only; it stands in the draft beside the case`,
        );
      continue;
    }
    switch (finding.kind) {
      case 'small-variant': {
        const row = tableVariantOf(finding) ?? placedByName(finding, placeOf);
        if (row === undefined)
          note(
            finding,
            'no genomic position is given and none follows from its name; it stands in the draft beside the case',
          );
        else
          variants.push({
            ...row,
            populationFrequency: frequencies.get(finding.id),
            filter: textOf(draft.sources.get(finding.id)?.filter),
          });
        break;
      }
      case 'fusion':
        if (finding.gene === '' && finding.gene2 === undefined) note(finding, 'the fusion names no gene');
        else
          fusions.push({
            ...partnersOf(finding),
            rnaReads: finding.rnaReads,
            frame: draft.frames.find(({ findingId }) => findingId === finding.id)?.frame,
            ...breakpointsOf(finding),
          });
        break;
      case 'amplification':
      case 'gain':
      case 'loss':
      case 'deep-deletion':
        if (byGene.size === 0 && segmentSays(draft.tables, finding)) break;
        if (finding.gene === '') note(finding, 'the change of copies names no gene');
        else
          copies.push({
            gene: finding.gene,
            totalCopies: finding.totalCopies,
            log2Ratio: finding.log2Ratio,
            minorCopies: minorOf(finding),
            call: CALLS[finding.kind],
          });
        break;
      case 'expression-outlier':
      case 'protein-outlier':
        if (matrices.some(({ modality }) => finding.kind === `${modality}-outlier`)) break;
        if (finding.expressionZ === undefined || finding.gene === '') note(finding, 'no z-score of a gene is given');
        else
          (finding.kind === 'protein-outlier' ? protein : expression).push({
            gene: finding.gene,
            z: finding.expressionZ,
          });
        break;
    }
  }
  for (const { gene, state, reason, modality } of draft.pertinent)
    if (state !== 'detected' && modality === 'small-variant') genes.push({ gene, state, reason });
  // In the order of the table; what a finding says of its gene counts before the row.
  const found = new Map(copies.map((row) => [row.gene, row]));
  const ordered = [...byGene.values()].map((row) => found.get(row.gene) ?? row);
  const beside = copies.filter(({ gene }) => !byGene.has(gene));
  const rest = variantsIn(draft.tables);
  variants.push(...rest);
  // What was folded came along as tables where there is one.
  const came = (rule: string): boolean => {
    // Of a case of copies alone there is no table of variants.
    if (/^gain or loss/.test(rule)) return draft.tables.some(({ kind }) => kind === 'copies' || kind === 'segments');
    const [, modality] = /^(expression|protein) outlier/.exec(rule) ?? [];
    return modality === undefined ? rest.length > 0 : matrices.some((one) => one.modality === modality);
  };
  const folded = (draft.profile?.listed.folded ?? [])
    .filter(({ rule }) => !came(rule))
    .reduce((sum, { count }) => sum + count, 0);
  const limit = `Imported from FHIR: ${plural(folded, 'observed change')} that the sender’s list of findings folds ${folded === 1 ? 'is' : 'are'} not in this case.`;
  if (folded > 0) notes.push({ place: 'DiagnosticReport', reason: limit });
  const genotypes = genotypesIn(draft.tables);
  const calls = genotypes === undefined ? sendersCalls(draft) : [];
  const asCalled = `Imported from FHIR: ${plural(new Set(calls.map(({ gene }) => gene)).size, 'pharmacogene')} as the sender called ${calls.length === 1 ? 'it' : 'them'}; the genotypes behind did not come along, so which positions were read is not known here.`;
  if (calls.length > 0) notes.push({ place: 'DiagnosticReport', reason: asCalled });
  return {
    draft: {
      record: limited(withCalls(draft.record, calls), (modalities) => [
        ...(folded === 0 ? [] : [limit]),
        ...(calls.length > 0 && modalities.includes('germline-variants') ? [asCalled] : []),
      ]),
      genotypes,
      variants,
      copies: [...ordered, ...beside],
      fusions,
      biomarkers: biomarkers.sort((a, b) => a.place - b.place).map(({ said }) => said),
      expression,
      protein,
      segments: [],
      matrices,
      segmentTables: draft.tables.filter(({ kind }) => kind === 'segments'),
      genes,
      diagnosisCodes: draft.diagnosisCodes,
      source: 'Imported from a FHIR bundle.',
    },
    notes,
  };
}

/** Genes as this program called them elsewhere, where the genotypes behind are not here; the record has those of others already. */
function sendersCalls({ optionsTable }: FhirDraft): PharmacogeneCall[] {
  const source = 'the sender, from its germline file';
  return (optionsTable?.pharmacogenes?.genes ?? [])
    .filter(({ source: from }) => from !== 'outside')
    .flatMap(({ gene, calls }) =>
      calls.map(({ deciding, phenotype }): PharmacogeneCall => {
        const alleles = deciding.map(({ allele }) => allele).filter((allele) => allele !== '');
        return {
          gene,
          ...(alleles.length === 0 ? {} : { diplotype: alleles.join('/') }),
          ...(phenotype === undefined ? {} : { phenotype }),
          source,
        };
      }),
    )
    .filter(({ diplotype, phenotype }) => (diplotype ?? phenotype) !== undefined);
}

const withCalls = (record: JsonObject, calls: readonly PharmacogeneCall[]): JsonObject =>
  calls.length === 0
    ? record
    : {
        ...record,
        pharmacogenes: [...objectsOf(record.pharmacogenes), ...calls.map((call) => defined({ ...call }))],
      };

/** As biomarkers.json has it; an assay that the case does not have is not named. */
function biomarkerOf(
  { gene, state }: Finding,
  { value, unit, method }: NonNullable<Finding['biomarker']>,
  source: JsonObject | undefined,
  assayIds: ReadonlySet<string | undefined>,
): { readonly place: number; readonly said: JsonObject } {
  const assayId = textOf(source?.assayId);
  return {
    place: numberOf(source?.place) ?? Number.MAX_SAFE_INTEGER,
    said: defined({
      name: gene,
      label: textOf(source?.label),
      value: (state === 'failed-qc' ? source?.value : undefined) ?? value,
      unit,
      method,
      threshold: textOf(source?.threshold),
      assayId: assayIds.has(assayId) ? assayId : undefined,
    }),
  };
}

/** By genomic or coding name only: a protein change fits several changes of the genome. */
function placedByName(finding: Finding, placeOf: PlaceVariant): TableVariant | undefined {
  const { gene, hgvsCoding, hgvsProtein, hgvsGenomic, transcript, consequence, alleleFraction, depth, origin } =
    finding;
  for (const name of [hgvsGenomic, hgvsCoding]) {
    const key = name === undefined ? undefined : placeOf(gene, name);
    if (key !== undefined)
      return { key, gene, hgvsCoding, hgvsProtein, transcript, consequence, alleleFraction, depth, origin };
  }
  return undefined;
}

/** What an assay found is not whole here: each says so, for "not detected" rests on it. */
const limited = (record: JsonObject, limitsOf: (modalities: readonly Json[]) => readonly string[]): JsonObject => ({
  ...record,
  assays: objectsOf(record.assays).map((assay) => {
    const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
    const limits = limitsOf(list(assay.modalities));
    return limits.length === 0 ? assay : { ...assay, limitations: [...list(assay.limitations), ...limits] };
  }),
});

/** Both breakpoints, where the key of the fusion holds them: `2:42295516:+–2:29223528:-`. */
function breakpointsOf({ variantKeys }: Finding): { breakpoint5?: string; breakpoint3?: string } {
  const [breakpoint5 = '?', breakpoint3 = '?'] = variantKeys[0]?.split('–') ?? [];
  return {
    ...(breakpoint5 === '?' ? {} : { breakpoint5 }),
    ...(breakpoint3 === '?' ? {} : { breakpoint3 }),
  };
}

/** The 5′ partner first: a finding names the gene that matters first, its title the order in the transcript. */
function partnersOf({ title, gene, gene2 }: Finding): { gene5: string; gene3: string } {
  const [gene5, gene3, more] = title.split('::');
  return gene5 !== undefined && gene3 !== undefined && more === undefined && [gene5, gene3].includes(gene)
    ? { gene5, gene3 }
    : { gene5: gene === '' ? '?' : gene, gene3: gene2 ?? '?' };
}
