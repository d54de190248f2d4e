/**
 * A sender's position and coding name that tell different changes: mostly a genome build that is not the one stated. Left
 * alone, the position wins and a driver is read as a change in an intron; the name is the one of the two that was checked,
 * for its transcript and reference base are those of a sequence here. So the variant stands where its name puts it, and the
 * case says so.
 */
import { GenomeBuild } from '../case/case-record.ts';
import type { CaseDraft, Noted } from './case-draft.ts';
import type { PlaceVariant } from './fhir/to-case.ts';
import type { TableVariant } from './genome-tables.ts';

const SUBSTITUTION = /:[ACGT]:[ACGT]$/;

/** With its transcript: without one the same number may be of another. */
const nameOf = ({ hgvsCoding, transcript }: TableVariant): string | undefined =>
  hgvsCoding === undefined || hgvsCoding.includes(':')
    ? hgvsCoding
    : transcript === undefined
      ? undefined
      : `${transcript}:${hgvsCoding}`;

/** Where the name puts it, if that is elsewhere; bases of a repeat have several places, so that indels are not compared. */
function elsewhere(row: TableVariant, placeOf: PlaceVariant): string | undefined {
  const name = nameOf(row);
  const build = GenomeBuild.safeParse(row.key.slice(0, 6));
  if (name === undefined || !build.success || (row.gene ?? '') === '') return undefined;
  const named = placeOf(row.gene ?? '', name, build.data);
  if (named === undefined || (!SUBSTITUTION.test(named) && !SUBSTITUTION.test(row.key))) return undefined;
  return named === row.key.replace(':chr', ':') ? undefined : named;
}

/** The draft with each variant where its name puts it, and what was put elsewhere than the sender says. */
export function atNamedPlaces(
  draft: CaseDraft,
  placeOf: PlaceVariant,
): { readonly draft: CaseDraft; readonly notes: readonly Noted[] } {
  const notes: Noted[] = [];
  const variants = draft.variants.map((row) => {
    const key = elsewhere(row, placeOf);
    if (key === undefined) return row;
    notes.push({
      place: `${row.gene} ${row.hgvsCoding}`,
      reason:
        'its position is not the one of its coding name: it stands where the name puts it; position or genome build of the sender is wrong',
    });
    return { ...row, key };
  });
  const limitation = `Position and coding name contradict each other for ${notes.map(({ place }) => place).join(', ')}: read by the name.`;
  return notes.length === 0
    ? { draft, notes }
    : { draft: { ...draft, variants, limitations: [...(draft.limitations ?? []), limitation] }, notes };
}
