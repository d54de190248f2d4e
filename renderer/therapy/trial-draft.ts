/** The draft of a trial document and the words for what is wrong in it. Pure. */
import { z } from 'zod';
import type { TrialCheck, TrialProblem } from '../../shared/therapy/trials/editing.ts';
import { plural } from '../ui/words.ts';

/** Stands for the document that has no name yet; no file can be called so. */
export const NEW_FILE = 'new trial';

const TrialDraftSchema = z.object({
  file: z.string(),
  text: z.string(),
  /** Hash of the text that this one would replace; null for a new document. */
  replaces: z.string().nullable(),
});
export type TrialDraft = z.infer<typeof TrialDraftSchema>;

export const parseTrialDraft = (kept: unknown): TrialDraft | undefined => TrialDraftSchema.safeParse(kept).data;

/** Lines with something to say; a problem goes before a warning. */
export function problemLines({ problems, warnings }: TrialCheck): ReadonlyMap<number, 'problem' | 'warning'> {
  const marks = new Map<number, 'problem' | 'warning'>();
  for (const { line } of warnings) marks.set(line ?? 1, 'warning');
  for (const { line } of problems) marks.set(line ?? 1, 'problem');
  return marks;
}

/** Sentences end with a full stop, wherever they come from. */
export const problemWords = ({ message }: Pick<TrialProblem, 'message'>): string =>
  /[.?]$/.test(message) ? message : `${message}.`;

export function checkWords({ problems, warnings }: TrialCheck): string {
  if (problems.length > 0) return `${plural(problems.length, 'problem')}: it cannot be saved`;
  return warnings.length === 0
    ? 'nothing wrong'
    : `nothing wrong; ${plural(warnings.length, 'criterion', 'criteria')} not judged`;
}

/** Offsets of the first and last character of a 1-based line; beyond the end, the end. */
export function offsetOfLine(text: string, line: number): { readonly start: number; readonly end: number } {
  const lines = text.split('\n');
  const at = Math.min(Math.max(1, line), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, one) => sum + one.length + 1, 0);
  return { start, end: start + (lines[at]?.length ?? 0) };
}
