import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import type { LookUpAnswer } from '../../shared/molecular/look-up.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { OncogenicityBar, TierMark } from '../ui/marks.tsx';
import { Button, FaultNote, Field, ModalDialog, Section } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import { Claims } from './Claims.tsx';
import { AllCriteria, WaitsFor } from './FindingPanel.tsx';
import styles from './molecular.module.css';

/** The tumor type of the case whose screen stands behind the box; the address holds the case's id. */
function useTumorTypeBehind(): string {
  const queries = useQueryClient();
  const caseId = /#\/case\/([^/?]+)/.exec(window.location.href)?.[1];
  if (caseId === undefined) return '';
  return queries.getQueryData<CaseView>(keysOf.case(caseId))?.record.diagnosis.oncotreeCode ?? '';
}

/** One variant typed by hand, on every screen: the engine of `molecular classify`. Nothing of it enters a case. */
export function LookUpDialog({ onClose }: { onClose: () => void }) {
  const { client } = useWorkstation();
  const behind = useTumorTypeBehind();
  const [text, setText] = useState('');
  const [tumorType, setTumorType] = useState(behind);
  const asked = useMutation({
    mutationFn: (what: { text: string; tumorType: string }) =>
      client.molecular.lookUp({ text: what.text, ...(what.tumorType === '' ? {} : { tumorType: what.tumorType }) }),
  });
  const ask = () => {
    if (text.trim() !== '') asked.mutate({ text: text.trim(), tumorType: tumorType.trim().toUpperCase() });
  };
  return (
    <ModalDialog
      title="Look a variant up"
      wide
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button keys="Escape" onPress={onClose}>
            Close
          </Button>
          <Button look="primary" keys="Enter" isDisabled={text.trim() === '' || asked.isPending} onPress={ask}>
            Look up
          </Button>
        </>
      }
    >
      <form
        className={styles.lookUp}
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <Field
          label="Gene and change"
          hint="BRAF V600E, EGFR c.2573T>G, ERBB2 amplification, EML4::ALK, or a g. name"
          value={text}
          onChange={setText}
          maxLength={200}
          autoComplete="off"
          autoFocus
        />
        <Field
          label="Tumor type"
          hint="OncoTree code; no tier without it"
          value={tumorType}
          onChange={setTumorType}
          maxLength={20}
          autoComplete="off"
        />
        <button type="submit" hidden />
      </form>
      <div aria-live="polite">
        {asked.isError ? <FaultNote fault={faultOf(asked.error)} /> : null}
        {asked.data === undefined ? null : <Answer answer={asked.data} />}
      </div>
    </ModalDialog>
  );
}

function Answer({ answer }: { answer: LookUpAnswer }) {
  const { gene, gene2, kind, hgvsp, hgvsc, transcript, hgvsg = {}, oncogenicity, tierCall, evidence, escat } = answer;
  const name = kind === 'fusion' ? `${gene2}::${gene}` : `${gene} ${hgvsp ?? hgvsc ?? kind.replace('-', ' ')}`;
  const places = [
    transcript === undefined ? hgvsc : `${transcript}${hgvsc === undefined ? '' : `:${hgvsc}`}`,
    ...Object.values(hgvsg),
    answer.consequence?.replaceAll('_', ' '),
  ].filter((part) => part !== undefined);
  return (
    <div className={styles.answer}>
      <h3>{name}</h3>
      <p className="meta mono">{places.join(' · ')}</p>
      {answer.notes.length === 0 ? null : (
        <ul className="meta">
          {answer.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {oncogenicity === undefined ? null : (
        <Section title={`Oncogenicity, ${plural(oncogenicity.points, 'point')} by the VICC rules`}>
          <p className={styles.class}>
            <OncogenicityBar oncogenicity={oncogenicity} />
          </p>
          <WaitsFor oncogenicity={oncogenicity} />
          <AllCriteria criteria={oncogenicity.criteria} />
        </Section>
      )}
      {answer.tumorType === undefined ? null : (
        <Section title={`Tier in ${answer.tumorType.name}`}>
          <p>
            <TierMark tier={answer.ampTier} /> {tierCall === undefined ? 'no statement sets it' : tierCall.statement}
          </p>
          {escat === undefined ? null : (
            <p className="meta">ESCAT {escat.tier} proposed by rule; counts for nothing before a person confirms it.</p>
          )}
        </Section>
      )}
      <Section title={`Evidence · ${plural(evidence.length, 'statement')}`}>
        {evidence.length === 0 ? (
          <p className="quiet">No statement of the loaded packs speaks of this change.</p>
        ) : (
          <Claims key={name} evidence={evidence} packs={answer.packs} openUpTo={0} first={4} />
        )}
      </Section>
    </div>
  );
}
