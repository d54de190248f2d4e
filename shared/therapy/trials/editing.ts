/** What the editor of trial documents and the core say to each other: texts of the site's folder, checked as they are typed. */
import { z } from 'zod';
import { Fault } from '../../foundation/fault-schema.ts';
import { Sha256 } from '../../foundation/ids.ts';
import { SiteLists } from '../site-lists.ts';
import { TrialVerdict } from './verdicts.ts';

export const LARGEST_TRIAL_TEXT = 200_000;

/** A plain name in the site's folder: no path, so that nothing outside it is ever named. */
export const TrialFileName = z
  .string()
  .max(80)
  .regex(
    /^(?:[A-Za-z0-9][A-Za-z0-9._-]*\.ya?ml|NCT\d{8}\.json)$/,
    'A file name such as NCT01234567.yml: letters, digits, dots and dashes; NCT01234567.json for a record of the registry.',
  )
  .refine((name) => !name.includes('..'), 'A file name has no two dots in a row.');

/** One document of the site's folder, in a list. */
export const TrialFileRow = z.object({
  file: z.string(),
  title: z.string(),
  /** False for records of a registry, other formats and files of several documents: they are replaced whole, outside. */
  editable: z.boolean(),
  /** Why it was refused, where it was. */
  fault: Fault.optional(),
});
export type TrialFileRow = z.infer<typeof TrialFileRow>;

export const TrialText = z.object({
  file: z.string(),
  text: z.string(),
  sha256: Sha256,
  /** Whether the last saving of this file in the journal can be taken back. */
  undoable: z.boolean(),
});
export type TrialText = z.infer<typeof TrialText>;

/** Something in the text, with its place: 1-based line and column, and the path of the field. */
export const TrialProblem = z.object({
  message: z.string(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  path: z.string().optional(),
});
export type TrialProblem = z.infer<typeof TrialProblem>;

/** `trial` only where nothing is wrong; what is merely not judged is a warning. */
export const TrialCheck = z.object({
  problems: z.array(TrialProblem),
  warnings: z.array(TrialProblem),
  trial: TrialVerdict.optional(),
  /** The site's lists as read, where the text is theirs. */
  lists: SiteLists.optional(),
});
export type TrialCheck = z.infer<typeof TrialCheck>;

export const SaveTrial = z.object({
  file: TrialFileName,
  text: z.string().min(1).max(LARGEST_TRIAL_TEXT),
  /** Of the text that this one replaces; null for a new file. */
  replaces: Sha256.nullable(),
});
export type SaveTrial = z.infer<typeof SaveTrial>;

/** A saving on the journal; `before` is null where the file was new. Latest stands, `trial.restored` takes one back. */
export const TrialSaved = z.object({
  file: z.string(),
  sha256: Sha256,
  before: z.object({ sha256: Sha256, text: z.string() }).nullable(),
});
export type TrialSaved = z.infer<typeof TrialSaved>;

export const TrialRestored = z.object({
  file: z.string(),
  /** Sequence of the `trial.saved` that was taken back. */
  undoes: z.number().int().positive(),
  sha256: Sha256.nullable(),
});

/** The lists of the site, or what is wrong with them; neither where none were entered. */
export const EnteredLists = z.object({ lists: SiteLists.optional(), problem: TrialProblem.optional() });
export type EnteredLists = z.infer<typeof EnteredLists>;

interface TrialEvent {
  readonly sequence: number;
  readonly type: string;
  readonly payload: unknown;
}

/** The last saving of a file that was not taken back. */
export function lastSaving(
  events: readonly TrialEvent[],
  file: string,
): { readonly sequence: number; readonly saved: TrialSaved } | undefined {
  const standing: { sequence: number; saved: TrialSaved }[] = [];
  for (const { sequence, type, payload } of [...events].sort((a, b) => a.sequence - b.sequence)) {
    if (type === 'trial.saved') {
      const saved = TrialSaved.parse(payload);
      if (saved.file === file) standing.push({ sequence, saved });
    } else if (type === 'trial.restored') {
      const { undoes } = TrialRestored.parse(payload);
      const at = standing.findIndex((one) => one.sequence === undoes);
      if (at >= 0) standing.splice(at, 1);
    }
  }
  return standing.at(-1);
}

/** What a new document begins with: every part that a trial needs, to be typed over. */
export const newTrialText = (on: string): string => `# A trial in CTML. The text is checked while it is typed.
protocol_no: ""
nct_id: ""
short_title: ""
phase: "II"
status: Open to Accrual
# The day on which status and sites were true; amber after 30 days.
snapshot_date: "${on}"
drug_list:
  drug:
    - drug_name: ""
site_list:
  site:
    - site_name: ""
      site_status: Open
treatment_list:
  step:
    - step_code: "1"
      match:
        - and:
            - clinical:
                age_numerical: ">=18"
                oncotree_primary_diagnosis: _SOLID_
            - genomic:
                hugo_symbol: EGFR
                variant_category: Mutation
      arm:
        - arm_code: A
          arm_description: ""
`;
