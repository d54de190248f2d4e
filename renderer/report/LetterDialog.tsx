import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import type { Sha256 } from '../../shared/foundation/ids.ts';
import { type Language, languageNames, languages } from '../../shared/report/language.ts';
import { gradeFormula } from '../../shared/report/readability.ts';
import { fetchBlob } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Button, FaultNote, Loading, ModalDialog } from '../ui/parts.tsx';
import styles from './report.module.css';
import { useSigner } from './SignerFields.tsx';

/** The letter to the patient: read here, signed here, and only then a file (F096). */
export function LetterDialog({ view, onClose }: { view: CaseView; onClose: () => void }) {
  const { client } = useWorkstation();
  const { caseId } = view.listing;
  const [language, setLanguage] = useState<Language>('en');
  const base = useId();
  const letter = useQuery({
    queryKey: ['letter', caseId, language, view.report?.sha256],
    queryFn: () => client.report.letter({ caseId, language }),
  });
  const sign = useMutation({
    mutationFn: async (textSha256: Sha256) => {
      const ticket = await client.report.signLetter({ caseId, language, textSha256, ...(await signer.ask()) });
      saveBlob(await fetchBlob(ticket), ticket.fileName);
    },
    onSuccess: onClose,
    onError: (error) => signer.refused(error),
  });
  const signer = useSigner({ disabled: sign.isPending, onChange: sign.reset });
  const read = letter.data;
  const complete = signer.complete && read !== undefined && !sign.isPending;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete) sign.mutate(read.textSha256);
  };
  return (
    <ModalDialog title="Letter to the patient" isOpen onClose={sign.isPending ? () => undefined : onClose}>
      <form className={styles.sign} onSubmit={submit} aria-label="Letter to the patient">
        <fieldset className={styles.meanings}>
          <legend>Language</legend>
          {languages.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name={`${base}-language`}
                checked={one === language}
                onChange={() => setLanguage(one)}
              />
              {languageNames[one]}
            </label>
          ))}
        </fieldset>
        {letter.isPending ? (
          <Loading what="Writing the letter from the report" rows={8} />
        ) : letter.isError ? (
          <FaultNote
            fault={faultOf(letter.error)}
            action={<Button onPress={() => void letter.refetch()}>Try again</Button>}
          />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          <section className={styles.letter} aria-label="Text of the letter" lang={language} tabIndex={0}>
            <h3>{letter.data.letter.title}</h3>
            {letter.data.letter.sections.map(({ title, sentences }) => (
              <div key={title}>
                <h4>{title}</h4>
                <p>{sentences.map(({ text }) => text).join(' ')}</p>
              </div>
            ))}
          </section>
        )}
        <p className="meta">
          {read === undefined ? '' : `Reading grade ${read.letter.grade} (${gradeFormula(language)}). `}
          Every sentence comes from the signed report. No letter leaves before a person has read and signed it.
        </p>
        {signer.fields}
        {signer.refusal === undefined ? null : <FaultNote fault={signer.refusal} />}
        {sign.isError ? <FaultNote fault={faultOf(sign.error)} /> : null}
        <div className={styles.ends}>
          <Button onPress={onClose} keys="Escape" isDisabled={sign.isPending}>
            Cancel
          </Button>
          <Button look="primary" type="submit" keys="Enter" isDisabled={!complete}>
            {sign.isPending ? 'Signing …' : 'I have read it: sign and save'}
          </Button>
        </div>
      </form>
    </ModalDialog>
  );
}
