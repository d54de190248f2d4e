import type { IntakeQuestion } from '../../../shared/case/intake.ts';

/** The same question has the same id in every reading of a file, so that its answer stays. */
export const questionId = (file: string, field: IntakeQuestion['field']): string => `${file}:${field}`;

export const question = (
  file: string,
  field: IntakeQuestion['field'],
  text: string,
  choices: readonly string[],
  blocking: boolean,
): IntakeQuestion => ({ id: questionId(file, field), file, field, question: text, choices: [...choices], blocking });
