import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { languageNames } from '../../shared/report/language.ts';
import type { DraftReport, SignedReportRecord } from '../../shared/report/report.ts';
import { faultOf } from '../app/fault.ts';
import { useCaseChanged, useVersion } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, ModalDialog } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import styles from './report.module.css';
import { useSigner } from './SignerFields.tsx';
import { meaningSentences } from './signature-words.ts';

interface SignDialogProps {
  readonly view: CaseView;
  /** What is signed: the draft, which locks the case, or a report that others have signed already. */
  readonly paper: { readonly draft: DraftReport } | { readonly signed: SignedReportRecord };
  readonly notApplicable?: Record<string, string>;
  readonly onSigned?: () => Promise<void>;
  readonly onClose: () => void;
}

type Meaning = SignedReportRecord['meaning'];
const meanings = Object.entries(meaningSentences) as [Meaning, string][];

/** Signs with a key file or a smart card, with the meaning of the signature. */
export function SignDialog({ view, paper, notApplicable = {}, onSigned, onClose }: SignDialogProps) {
  const { client } = useWorkstation();
  const version = useVersion(view);
  const changed = useCaseChanged();
  const [meaning, setMeaning] = useState<Meaning>('draft' in paper ? 'author' : 'review');
  const base = useId();
  const { caseId } = view.listing;

  const sign = useMutation({
    mutationFn: async () => {
      const words = { caseId, ...(await signer.ask()), meaning, expectedVersion: version };
      return 'draft' in paper
        ? client.report.sign({ ...words, notApplicable, language: paper.draft.language ?? 'en' })
        : client.report.countersign(words);
    },
    onSuccess: async () => {
      await onSigned?.();
      await changed(caseId);
      onClose();
    },
    onError: async (error) => {
      const { code } = faultOf(error);
      signer.refused(error);
      if (code === 'version-conflict' || code === 'report-locked') await changed(caseId);
    },
  });
  const signer = useSigner({ disabled: sign.isPending, onChange: sign.reset });
  const refusal = signer.refusal ?? (sign.isError ? faultOf(sign.error) : undefined);
  const complete = signer.complete && !sign.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) sign.mutate();
  };
  const excused = Object.keys(notApplicable).length;
  const warnings = 'draft' in paper ? paper.draft.warnings : 0;
  const title = 'draft' in paper ? 'Sign the report' : 'Add a signature';

  return (
    <ModalDialog title={title} isOpen onClose={sign.isPending ? () => undefined : onClose}>
      <form className={styles.sign} onSubmit={submit} aria-label={title}>
        {'draft' in paper ? (
          <p>
            You sign report <span className="mono">{paper.draft.reportId}</span> of {view.record.patient.pseudonym}, in{' '}
            {languageNames[paper.draft.language ?? 'en']}. The case is locked from then on; a change needs an amendment
            that names it.
          </p>
        ) : (
          <p>
            You sign report <span className="mono">{paper.signed.reportId}</span> of {view.record.patient.pseudonym}{' '}
            beside {plural(paper.signed.signatures?.length ?? 1, 'signature')}. What was signed before keeps every byte.
          </p>
        )}
        {warnings + excused === 0 ? null : (
          <p className="meta">
            {[
              warnings === 0 ? undefined : `${plural(warnings, 'element')} missing that do not block`,
              excused === 0 ? undefined : `${plural(excused, 'element')} stated as not applying`,
            ]
              .filter(Boolean)
              .join(', ')}
            .
          </p>
        )}
        {signer.fields}
        <fieldset className={styles.meanings} disabled={sign.isPending}>
          <legend>Meaning</legend>
          {meanings.map(([value, words]) => (
            <label key={value}>
              <input
                type="radio"
                name={`${base}-meaning`}
                checked={meaning === value}
                onChange={() => setMeaning(value)}
              />
              {words}
            </label>
          ))}
        </fieldset>
        {refusal === undefined ? null : <FaultNote fault={refusal} />}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape" isDisabled={sign.isPending}>
            Cancel
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={!complete}>
            {sign.isPending ? 'Signing …' : 'draft' in paper ? 'Sign and lock' : 'Add the signature'}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
