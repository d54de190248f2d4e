import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { coordinatesOfKey } from '../../shared/molecular/one-codon.ts';
import type { TranscriptChoices } from '../../shared/molecular/transcript-choices.ts';
import { chosenTranscripts, transcriptCalls } from '../../shared/molecular/transcript-set.ts';
import type { CaseDocuments } from '../documents.ts';
import type { Packs } from '../knowledge/index.ts';

/** @throws FaultError not-found where the case has no such finding */
export function transcriptChoices(
  { profile, intake }: Pick<CaseDocuments, 'profile' | 'intake'>,
  answers: Readonly<Record<string, string>>,
  findingId: string,
  packs: Pick<Packs, 'molecular' | 'status' | 'transcripts'>,
): TranscriptChoices {
  const finding = profile.findings.find(({ id }) => id === findingId);
  if (finding === undefined)
    throw new FaultError(
      fault('not-found', 'This finding is not in the case as it now stands.', 'Open the case again.'),
    );
  const { gene } = finding;
  const chosen = chosenTranscripts(answers).get(gene);
  const head = { gene, ...(chosen === undefined ? {} : { chosen }) };
  const nothing = (reason: string): TranscriptChoices => ({ ...head, reason, rows: [] });
  if (finding.kind !== 'small-variant') return nothing('Only small variants are named on a transcript.');
  const annotation = packs.transcripts();
  const refused = packs.status().find(({ id, state }) => id === 'transcripts' && state !== 'verified');
  if (annotation === undefined && refused !== undefined)
    return nothing(`The annotation of this site is not used. ${refused.reason ?? ''}`.trim());
  if (annotation === undefined)
    return nothing(
      `The shipped pack has one verified transcript a gene${finding.transcript === undefined ? '' : `, here ${finding.transcript}`}: there is none to change to. A site lays its own annotation down, signed (packs build transcripts, packs sign, into the folder "transcripts" of its data).`,
    );
  const keys = new Set(finding.variantKeys);
  // Rows that are one change together have its place in its key.
  const observed =
    finding.partKeys === undefined
      ? intake.variants.find(({ key }) => keys.has(key))
      : coordinatesOfKey(finding.variantKeys[0] ?? '');
  if (observed === undefined) return nothing('The finding was stated without a place in the genome.');
  const rows = transcriptCalls(annotation, packs.molecular().symbol, gene, observed).map(
    ({ transcript, hgvsCoding, hgvsProtein, consequence, mark }) => ({
      transcript,
      ...(hgvsCoding === undefined ? {} : { hgvsCoding }),
      ...(hgvsProtein === undefined ? {} : { hgvsProtein }),
      consequence,
      mark,
    }),
  );
  const versioned = { ...head, annotation: annotation.manifest.version, rows };
  if (rows.length > 1) return versioned;
  return {
    ...versioned,
    reason: `The annotation of this site (${annotation.manifest.version}) has ${rows.length === 0 ? 'no transcript' : 'one transcript'} of ${gene} at this place.`,
  };
}
