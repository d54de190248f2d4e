/** Hands the packs' look-ups to the pure options table. */
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../shared/case/intake.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { assembleOptions as assemble } from '../../shared/therapy/assemble.ts';
import type { OptionsTable } from '../../shared/therapy/options.ts';
import type { PgxDocument } from '../../shared/therapy/pgx/document.ts';
import type { Packs } from '../knowledge/index.ts';

/** The options of a case, with what its germline files say of drug response where they say anything. */
export const assembleOptions = (
  record: CaseRecord,
  _intake: IntakeDocument,
  profile: MolecularProfile,
  packs: Packs,
  pharmacogenes?: PgxDocument,
): OptionsTable =>
  assemble({ record, profile, knowledge: packs.therapy(), pharmacogenes, pgxKnowledge: packs.pharmacogenes() });

export { createAlertDesk } from './alerts.ts';
export { pharmacogenes } from './pgx/index.ts';
export { pharmacogenesOfCase } from './pgx/of-case.ts';
export { createTrialDesk } from './trials/desk.ts';
export { createTrialEditor } from './trials/editor.ts';
export { patientOfCase, readPatientTables, readTrialFolder, trialsFor } from './trials/index.ts';
