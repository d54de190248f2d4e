/** A draft read from FHIR as the facts of a case: findings become rows of files, what cannot become one is noted. */

import type { Finding } from '../../molecular/profile.ts';
import { plural } from '../../report/words.ts';
import type { CaseDraft, DraftGeneState, Noted } from '../case-draft.ts';
import { type TableVariant, tableVariantOf } from '../genome-tables.ts';
import type { FhirDraft } from './draft.ts';
import { defined, type JsonObject, objectsOf } from './json.ts';
import { copiesIn, segmentSays, variantsIn } from './tables.ts';

/** Places a change on the genome by its gene and HGVS name, where a checked sequence tells it; as `ObservedVariant.key`. */
export type PlaceVariant = (gene: string, name: string) => string | undefined;

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
  const biomarkers: JsonObject[] = [];
  const expression: { gene: string; z: number }[] = [];
  const protein: { gene: string; z: number }[] = [];
  const genes: DraftGeneState[] = [];
  const byGene = new Map(copiesIn(draft.tables).map((row) => [row.gene, row] as const));
  /** Of the gene's row, where that one says what the finding says. */
  const minorOf = ({ gene, totalCopies }: Finding): number | undefined => {
    const row = byGene.get(gene);
    return row?.totalCopies === totalCopies ? row?.minorCopies : undefined;
  };
  const frequencies = new Map(draft.frequencies.map(({ findingId, fraction }) => [findingId, fraction]));
  for (const finding of draft.findings) {
    if (finding.kind === 'biomarker') {
      // A value that is not valid is carried too: what it is worth is judged again where it is read.
      if (finding.biomarker === undefined) note(finding, 'the biomarker has no value');
      else
        biomarkers.push(
          defined({
            name: finding.gene,
            value: finding.biomarker.value,
            unit: finding.biomarker.unit,
            method: finding.biomarker.method,
          }),
        );
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
        else variants.push({ ...row, populationFrequency: frequencies.get(finding.id) });
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
  const called = new Set(copies.map(({ gene }) => gene));
  copies.push(...[...byGene.values()].filter(({ gene }) => !called.has(gene)));
  const rest = variantsIn(draft.tables);
  variants.push(...rest);
  // What was folded came along as tables where there is one; values of expression do not.
  const folded = (draft.profile?.listed.folded ?? [])
    .filter(({ rule }) => rest.length === 0 || /outlier/.test(rule))
    .reduce((sum, { count }) => sum + count, 0);
  const limit = `Imported from FHIR: ${plural(folded, 'observed change')} that the sender’s list of findings folds ${folded === 1 ? 'is' : 'are'} not in this case.`;
  if (folded > 0) notes.push({ place: 'DiagnosticReport', reason: limit });
  return {
    draft: {
      record: folded === 0 ? draft.record : limited(draft.record, limit),
      variants,
      copies,
      fusions,
      biomarkers,
      expression,
      protein,
      segments: [],
      segmentTables: draft.tables.filter(({ kind }) => kind === 'segments'),
      genes,
      diagnosisCodes: draft.diagnosisCodes,
      source: 'Imported from a FHIR bundle.',
    },
    notes,
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
const limited = (record: JsonObject, limit: string): JsonObject => ({
  ...record,
  assays: objectsOf(record.assays).map((assay) => ({
    ...assay,
    limitations: [...(Array.isArray(assay.limitations) ? assay.limitations : []), limit],
  })),
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
