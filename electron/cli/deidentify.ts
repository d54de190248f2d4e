/** `--level reduced` of commands that let a case leave: the one de-identification, with the choices of a person (F104, F109). */
import { randomBytes } from 'node:crypto';
import { reducedInput } from '../../shared/exchange/reduce.ts';
import { refuseDenied, risksOf } from '../../shared/exchange/reidentify.ts';
import type { Withheld } from '../../shared/exchange/withheld.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { choosableFields, DeidentifyChoice, secretOf } from '../../shared/report/deidentify/index.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { sha256 } from '../exchange/index.ts';
import type { Vault } from '../vault/index.ts';
import { usageError } from './command.ts';

export const levelOptions = {
  level: { type: 'string', default: 'pseudonymised' },
  dates: { type: 'string' },
  keep: { type: 'string', multiple: true },
} as const;

export const levelUsage = '[--level pseudonymised|reduced [--dates year|shifted] [--keep <field> …]]';

export interface LevelValues {
  readonly level: string;
  readonly dates?: string | undefined;
  readonly keep?: string[] | undefined;
}

/** The choices of a command line; undefined where the case leaves as it stands. */
export function choiceOf({ level, dates, keep }: LevelValues, usage: string): DeidentifyChoice | undefined {
  if (level !== 'pseudonymised' && level !== 'reduced')
    throw usageError('The level is pseudonymised or reduced.', usage);
  if (level === 'pseudonymised') {
    if (dates !== undefined || keep !== undefined)
      throw usageError('--dates and --keep go with --level reduced.', usage);
    return undefined;
  }
  const choice = DeidentifyChoice.safeParse({ ...(dates === undefined ? {} : { dates }), keep: keep ?? [] });
  if (!choice.success)
    throw usageError(`--dates is year or shifted; --keep is one of ${choosableFields.join(', ')}.`, usage);
  return choice.data;
}

/**
 * The input as it may leave, with what it withholds and what could still name the person. Without a vault that has the case
 * the code and the days are of this run alone: two files do not fit together.
 *
 * @throws FaultError forbidden where the patient has refused use outside care
 */
export function reducedFor(
  input: ReportInput,
  choice: DeidentifyChoice,
  vault: Vault | undefined,
): { readonly input: ReportInput; readonly withheld: readonly Withheld[]; readonly warnings: readonly Withheld[] } {
  const consent = refuseDenied(input.record);
  const caseId = input.record.caseId as CaseId;
  const secret =
    vault?.caseListing(caseId) === undefined ? randomBytes(32) : vault.caseSecret(caseId, 'deidentified-export');
  const reduced = reducedInput(input, { choice, secret: secretOf(secret.toString('hex')), digest: sha256 });
  return {
    input: reduced.input,
    withheld: reduced.withheld,
    warnings: [
      ...consent,
      ...(reduced.safeHarbor
        ? []
        : [
            {
              what: 'Not by the list of Safe Harbor',
              why: 'dates are moved or texts are kept: this needs the word of an expert (45 CFR 164.514(b)(1))',
            },
          ]),
      ...risksOf(input.record, input.profile, []).filter(({ what }) => !what.startsWith('Only ')),
    ],
  };
}
