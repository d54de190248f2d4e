/** The files of a case with what intake made of each. Pure. */
import type { CaseFile, CaseRecord } from '../../shared/case/case-record.ts';
import type { FileUnderstanding, IntakeDocument, IntakeQuestion, VariantAccounting } from '../../shared/case/intake.ts';
import type { Fault } from '../../shared/foundation/fault.ts';
import { count, plural } from '../ui/words.ts';

export type FileState = 'refused' | 'asks' | 'remarks' | 'read' | 'not-read';

export interface IntakeFile {
  readonly path: string;
  readonly file: CaseFile | undefined;
  readonly state: FileState;
  readonly understanding: FileUnderstanding | undefined;
  readonly questions: readonly IntakeQuestion[];
  readonly refusal: Fault | undefined;
  readonly accounting: VariantAccounting | undefined;
  readonly remarks: readonly string[];
}

export const fileStateWords: Record<FileState, string> = {
  refused: 'refused',
  asks: 'asks you',
  remarks: 'read, with remarks',
  read: 'read',
  'not-read': 'not read',
};

const order: Record<FileState, number> = { refused: 0, asks: 1, 'not-read': 2, remarks: 3, read: 4 };

/** Every file that the record or intake names, those that need somebody first. */
export function intakeFiles(record: Pick<CaseRecord, 'files'>, intake: IntakeDocument): IntakeFile[] {
  const paths = new Set([
    ...record.files.map((file) => file.path),
    ...intake.understandings.map((understanding) => understanding.file),
    ...intake.refusals.map((refusal) => refusal.file),
  ]);
  return [...paths]
    .map((path) => {
      const understanding = intake.understandings.find((one) => one.file === path);
      const questions = intake.questions.filter((one) => one.file === path);
      const refusal = intake.refusals.find((one) => one.file === path)?.fault;
      const remarks = intake.warnings.filter((one) => one.file === path).map((one) => one.message);
      const state: FileState =
        refusal !== undefined
          ? 'refused'
          : questions.length > 0
            ? 'asks'
            : understanding === undefined
              ? 'not-read'
              : remarks.length > 0
                ? 'remarks'
                : 'read';
      return {
        path,
        file: record.files.find((file) => file.path === path),
        state,
        understanding,
        questions,
        refusal,
        accounting: intake.accounting.find((one) => one.file === path),
        remarks,
      };
    })
    .sort((a, b) => order[a.state] - order[b.state]);
}

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const total = (parts: readonly { count: number }[]): number => parts.reduce((sum, part) => sum + part.count, 0);

/** F005 in one line: what came in is what is shown and what was set aside. */
export const equation = ({ allelesIn, shown, collapsed, filtered }: VariantAccounting): string =>
  `${count(allelesIn)} = ${count(shown)} shown + ${count(total(collapsed))} collapsed + ${count(total(filtered))} filtered`;

/** The same in figures alone, under a column title that names its parts. */
export const figures = ({ allelesIn, shown, collapsed, filtered }: VariantAccounting): string =>
  `${count(allelesIn)} = ${count(shown)} + ${count(total(collapsed))} + ${count(total(filtered))}`;

/** Whether the equation holds; a document in which it does not is said to be wrong, not shown as if it were right. */
export const balances = ({ allelesIn, shown, collapsed, filtered }: VariantAccounting): boolean =>
  allelesIn === shown + total(collapsed) + total(filtered);

/** What was understood of a file in one line: layout, build, caller, samples. */
export const understood = (one: FileUnderstanding): string =>
  [
    one.format,
    one.genomeBuild,
    one.caller,
    one.tumorSample === undefined
      ? undefined
      : `tumor ${one.tumorSample}${one.normalSample === undefined ? '' : `, normal ${one.normalSample}`}`,
    one.annotationFrom,
    plural(one.rows, 'row'),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
