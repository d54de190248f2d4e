/** Trial documents of the site's folder as texts: listed, checked while they are typed, saved on the journal, taken back. */
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { type CaseId, type Clock, Sha256 } from '../../../shared/foundation/ids.ts';
import { SITE_LISTS_FILE } from '../../../shared/therapy/site-lists.ts';
import {
  type EnteredLists,
  LARGEST_TRIAL_TEXT,
  lastSaving,
  type SaveTrial,
  type TrialCheck,
  TrialFileName,
  type TrialFileRow,
  type TrialSaved,
  type TrialText,
} from '../../../shared/therapy/trials/editing.ts';
import type { CaseDocuments } from '../../documents.ts';
import { replaceFile } from '../../durable.ts';
import type { Packs } from '../../knowledge/index.ts';
import { makeFolder } from '../../make-folder.ts';
import type { Vault } from '../../vault/index.ts';
import { checkTrialText } from './check.ts';
import { folderExists, patientOfCase, readTrialFolder, trialsFor } from './index.ts';

interface TrialEditorNeeds {
  /** The folder `trials` of the site; made when the first document is saved. */
  readonly folder: string;
  /** @throws FaultError locked */
  readonly vault: () => Vault;
  /** @throws FaultError not-found */
  readonly documents: (caseId: CaseId) => Promise<Pick<CaseDocuments, 'record' | 'intake' | 'profile'>>;
  readonly packs: Packs;
  readonly clock: Clock;
}

const EVENTS = ['trial.saved', 'trial.restored'] as const;
const hashOf = (text: string): Sha256 => Sha256.parse(createHash('sha256').update(text).digest('hex'));

export function createTrialEditor({ folder, vault, documents, packs, clock }: TrialEditorNeeds) {
  const pathOf = (file: string): string => join(folder, TrialFileName.parse(file));
  const standing = (file: string): string | undefined => {
    try {
      return readFileSync(pathOf(file), 'utf8');
    } catch {
      return undefined;
    }
  };
  const write = (file: string, text: string | undefined): void => {
    try {
      if (text === undefined) rmSync(pathOf(file), { force: true });
      else {
        makeFolder(folder);
        replaceFile(pathOf(file), Buffer.from(text, 'utf8'));
      }
    } catch {
      throw new FaultError(
        fault('write-failed', 'The document could not be written; nothing was changed.', 'Check the data folder.', {
          file,
        }),
      );
    }
  };
  const changed = (file: string): FaultError =>
    new FaultError(
      fault(
        'version-conflict',
        'The document in the folder is not the one that was opened.',
        'Open it again; what you typed stays in your draft.',
        { file },
      ),
    );
  const undoable = (file: string, text: string) => {
    const last = lastSaving(vault().read({ types: [...EVENTS] }), file);
    return last?.saved.sha256 === hashOf(text) ? last : undefined;
  };
  /** The file and the journal change together: where the entry cannot be written the file is as it was. */
  const journalled = (file: string, after: string | undefined, entry: () => void): void => {
    const before = standing(file);
    write(file, after);
    try {
      entry();
    } catch (error) {
      write(file, before);
      throw error;
    }
  };

  return {
    async files(): Promise<TrialFileRow[]> {
      if (!(await folderExists(folder))) return [];
      const { trials, refusals } = await readTrialFolder(folder);
      const rows = new Map<string, TrialFileRow>();
      const mayEdit = (file: string): boolean => /\.ya?ml$/.test(file) && TrialFileName.safeParse(file).success;
      for (const { file, title, id, source } of trials) {
        const before = rows.get(file);
        rows.set(
          file,
          before === undefined
            ? { file, title: title === '' ? id : title, editable: source === 'ctml' && mayEdit(file) }
            : { ...before, title: `${before.title} and others`, editable: false },
        );
      }
      for (const { file, fault: why } of refusals)
        rows.set(file, { title: 'refused', ...rows.get(file), file, editable: mayEdit(file), fault: why });
      if (standing(SITE_LISTS_FILE) !== undefined)
        rows.set(SITE_LISTS_FILE, { file: SITE_LISTS_FILE, title: 'Tests and access of this site', editable: true });
      return [...rows.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
    },

    /** Read anew at each call. */
    lists(): EnteredLists {
      const text = standing(SITE_LISTS_FILE);
      if (text === undefined) return {};
      const { problems, lists } = checkTrialText(text, SITE_LISTS_FILE);
      const [problem] = problems;
      return { ...(lists === undefined ? {} : { lists }), ...(problem === undefined ? {} : { problem }) };
    },

    /** @throws FaultError not-found */
    text(file: string): TrialText {
      const text = standing(file);
      if (text === undefined)
        throw new FaultError(fault('not-found', 'There is no such document.', 'Choose one of the list.', { file }));
      if (text.length > LARGEST_TRIAL_TEXT)
        throw new FaultError(
          fault('file-too-large', 'The document is too large to be edited here.', 'Edit it outside.', { file }),
        );
      return { file, text, sha256: hashOf(text), undoable: undoable(file, text) !== undefined };
    },

    /** As the text stands, against a case, as of today. Nothing is kept. */
    async check(caseId: CaseId, text: string, file = 'draft.yml'): Promise<TrialCheck> {
      const { record, intake, profile } = await documents(caseId);
      const { problems, warnings, trial, lists } = checkTrialText(text, file);
      if (trial === undefined)
        return { problems: [...problems], warnings: [...warnings], ...(lists === undefined ? {} : { lists }) };
      const on = clock.now().slice(0, 10);
      const folderOfOne = { trials: [trial], files: 1, refusals: [] };
      const [judged] = trialsFor(patientOfCase(record, intake, profile, packs), folderOfOne, packs, on);
      return { problems: [], warnings: [...warnings], ...(judged === undefined ? {} : { trial: judged }) };
    },

    /** @throws FaultError schema-invalid with line and path, exists-already, version-conflict, write-failed */
    save({ file, text, replaces }: SaveTrial): TrialText {
      const [problem] = checkTrialText(text, file).problems;
      if (problem !== undefined)
        throw new FaultError(
          fault('schema-invalid', problem.message, 'Correct it; nothing was written.', {
            file,
            ...(problem.line === undefined ? {} : { line: problem.line }),
            ...(problem.path === undefined ? {} : { field: problem.path }),
          }),
        );
      const before = standing(file);
      if (replaces === null && before !== undefined)
        throw new FaultError(
          fault('exists-already', 'A document of this name stands in the folder.', 'Choose another name.', { file }),
        );
      if (replaces !== null && (before === undefined || hashOf(before) !== replaces)) throw changed(file);
      const saved: TrialSaved = {
        file,
        sha256: hashOf(text),
        before: before === undefined ? null : { sha256: hashOf(before), text: before },
      };
      const held = vault();
      journalled(file, text, () =>
        held.append({ actor: held.user.userId, caseId: null, type: 'trial.saved', payload: saved }),
      );
      return { file, text, sha256: saved.sha256, undoable: true };
    },

    /**
     * Takes the last saving of a file back; undefined where that leaves no such file.
     * @throws FaultError not-found where nothing was saved here, version-conflict where the file changed since
     */
    undo(file: string): TrialText | undefined {
      const text = standing(file);
      const held = vault();
      const last = lastSaving(held.read({ types: [...EVENTS] }), file);
      if (last === undefined)
        throw new FaultError(
          fault('not-found', 'Nothing was saved here that could be taken back.', 'Edit it.', { file }),
        );
      if (text === undefined || hashOf(text) !== last.saved.sha256) throw changed(file);
      const before = last.saved.before;
      journalled(file, before?.text, () =>
        held.append({
          actor: held.user.userId,
          caseId: null,
          type: 'trial.restored',
          payload: { file, undoes: last.sequence, sha256: before?.sha256 ?? null },
        }),
      );
      if (before === null) return undefined;
      return {
        file: basename(file),
        text: before.text,
        sha256: before.sha256,
        undoable: undoable(file, before.text) !== undefined,
      };
    },
  };
}
