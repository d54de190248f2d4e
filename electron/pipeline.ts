/**
 * The way through the house, once: bundle to documents. The workstation and the command line both walk it, so that a
 * case analysed in a script and on a screen gives the same bytes (F041).
 */
import type { Progress } from '../shared/contract.ts';
import { withConfirmed } from '../shared/exchange/notes/confirm.ts';
import { ok, type Result } from '../shared/foundation/result.ts';
import type { MolecularKnowledge } from '../shared/molecular/knowledge.ts';
import { isTranscriptChoice } from '../shared/molecular/transcript-set.ts';
import { intake, type OpenBundle } from './case/index.ts';
import type { CaseDocuments } from './documents.ts';
import type { Packs } from './knowledge/index.ts';
import { interpret } from './molecular/index.ts';
import type { ModelRegistry } from './prediction/index.ts';
import { assembleOptions, pharmacogenesOfCase } from './therapy/index.ts';

export interface PipelineOptions {
  /** Answers to the intake doctor's questions, by question id. */
  readonly answers?: Record<string, string>;
  /** What the site classified in its other cases, for criterion OS1; none on the command line. */
  readonly classified?: MolecularKnowledge['classified'];
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Verdicts on facts of letters and choices of transcripts stand among the answers and are none of intake's. */
const intakeAnswers = (answers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(answers).filter(([id]) => !id.startsWith('note.') && !isTranscriptChoice(id)));

/**
 * Bundle → intake → profile → predictions → options. Faults: those of intake, and `cancelled`; a missing pack or model
 * is not a fault but an absent section with its reason (F146).
 */
export async function analyzeBundle(
  bundle: OpenBundle,
  knowledge: { packs: Packs; models: ModelRegistry },
  options: PipelineOptions = {},
): Promise<Result<CaseDocuments>> {
  const { signal, onProgress } = options;
  const step = (name: 'molecular' | 'prediction' | 'therapy', message: string): void => {
    signal?.throwIfAborted();
    onProgress?.({ kind: 'step', step: name, message });
  };
  const read = await intake(bundle, {
    ...(options.answers === undefined ? {} : { answers: intakeAnswers(options.answers) }),
    ...(signal === undefined ? {} : { signal }),
    genesOfInterest: knowledge.packs.genesOfInterest(),
    referenceBase: knowledge.packs.molecular().referenceBase,
    onProgress: ({ file, rowsRead, fraction }) =>
      onProgress?.({
        kind: 'step',
        step: 'intake',
        message: `Reading ${file}`,
        rowsRead,
        ...(fraction === undefined ? {} : { fraction }),
      }),
  });
  if (!read.ok) return read;
  // What stands only in a letter enters the case where a person confirmed it, and nowhere else (F012).
  const record = withConfirmed(bundle.record, options.answers ?? {});
  step('molecular', 'Interpreting findings');
  const profile = interpret(record, read.value, knowledge.packs, options.classified, options.answers);
  step('prediction', 'Computing aggressiveness');
  const predictions = await knowledge.models.predict(record, read.value, profile);
  step('therapy', 'Assembling options');
  const { pharmacogenes, absent } = await pharmacogenesOfCase(
    { ...bundle, record },
    read.value,
    knowledge.packs,
    signal,
  );
  const table = assembleOptions(record, read.value, profile, knowledge.packs, pharmacogenes);
  const therapy = {
    ...table,
    absent: [...table.absent, ...absent],
    ...(pharmacogenes === undefined ? {} : { pharmacogenes }),
  };
  return ok({ record, intake: read.value, profile, predictions, options: therapy });
}

/**
 * The same way from what was read of the files, where these are not at hand: what a newer pack would have had read
 * besides is not seen. Pharmacogenes, which are read from the files, stay as they were.
 */
export async function reinterpret(
  { record, intake: read, options }: Pick<CaseDocuments, 'record' | 'intake' | 'options'>,
  knowledge: { packs: Packs; models: ModelRegistry },
  classified?: MolecularKnowledge['classified'],
  answers?: Readonly<Record<string, string>>,
): Promise<CaseDocuments> {
  const profile = interpret(record, read, knowledge.packs, classified, answers);
  const predictions = await knowledge.models.predict(record, read, profile);
  const { pharmacogenes } = options;
  const table = assembleOptions(record, read, profile, knowledge.packs, pharmacogenes);
  const unread = options.absent.filter(({ section }) => section === 'pharmacogenes');
  return {
    record,
    intake: read,
    profile,
    predictions,
    options: {
      ...table,
      absent: [...table.absent, ...unread],
      ...(pharmacogenes === undefined ? {} : { pharmacogenes }),
    },
  };
}
