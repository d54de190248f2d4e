import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import type { Finding } from '../../shared/molecular/profile.ts';
import { transcriptChoice } from '../../shared/molecular/transcript-set.ts';
import { faultOf } from '../app/fault.ts';
import { useWork, WorkProgress } from '../app/feed.tsx';
import { useCaseChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Loading, ModalDialog } from '../ui/parts.tsx';
import styles from './molecular.module.css';

/** Another transcript for the gene of a finding (F009): the case is analysed again with it, and the journal has who chose. */
export function TranscriptDialog({
  view,
  finding,
  locked,
  onClose,
}: {
  view: CaseView;
  finding: Finding;
  locked: boolean;
  onClose: () => void;
}) {
  const { client } = useWorkstation();
  const { caseId } = view.listing;
  const work = useWork();
  const changed = useCaseChanged();
  const choices = useQuery({
    queryKey: ['transcripts', caseId, finding.id, view.listing.version],
    queryFn: () => client.molecular.transcripts({ caseId, findingId: finding.id }),
    staleTime: 0,
  });
  const data = choices.data;
  const [wish, setWish] = useState<string>();
  // An input names versions (ENST00000269305.9) that an annotation may leave out.
  const bare = (name: string) => name.replace(/\.\d+$/, '');
  const spoken = data?.rows.find(
    ({ transcript }) => transcript === finding.transcript || bare(transcript) === bare(finding.transcript ?? ''),
  )?.transcript;
  const chosen = wish ?? data?.chosen ?? spoken;
  const choose = async (transcript: string | undefined) => {
    const done = await work.run(
      (signal) => client.case.analyze({ caseId, answers: transcriptChoice(finding.gene, transcript) }, { signal }),
      changed,
    );
    if (done.length > 0) onClose();
  };
  const several = data !== undefined && data.rows.length > 1;
  return (
    <ModalDialog
      title={`Transcripts of ${finding.gene}`}
      isOpen
      wide
      onClose={() => {
        work.cancel();
        onClose();
      }}
      actions={
        work.running ? null : (
          <>
            {data?.chosen === undefined || locked ? null : (
              <Button onPress={() => void choose(undefined)}>Back to the annotation's own</Button>
            )}
            <Button look={several && !locked ? 'plain' : 'primary'} autoFocus={!several} onPress={onClose}>
              Close
            </Button>
            {several && !locked ? (
              <Button
                look="primary"
                isDisabled={chosen === undefined || chosen === spoken}
                onPress={() => void choose(chosen)}
              >
                Use it in this case
              </Button>
            ) : null}
          </>
        )
      }
    >
      {choices.isError ? <FaultNote fault={faultOf(choices.error)} /> : null}
      {work.fault === undefined ? null : <FaultNote fault={work.fault} />}
      {work.running ? <WorkProgress work={work} title="Analysing the case again" /> : null}
      {choices.isPending ? <Loading what="Asking the annotation" rows={3} /> : null}
      {data?.reason === undefined ? null : <p>{data.reason}</p>}
      {several && finding.proteinChangeSource === 'input-annotation' ? (
        <p className="quiet">
          The file's own annotation names this change and stays; a choice here is computed beside it, and where they
          differ the finding says so.
        </p>
      ) : null}
      {data === undefined || data.rows.length === 0 || work.running ? null : (
        <fieldset className={styles.transcripts} disabled={locked}>
          <legend className="meta">
            {data.rows.length} transcripts at this place, annotation {data.annotation}
            {locked ? '; the report is signed' : ''}
          </legend>
          {data.rows.map((row, index) => (
            <label key={row.transcript}>
              <input
                type="radio"
                name="transcript"
                // biome-ignore lint/a11y/noAutofocus: a dialog moves focus into itself
                autoFocus={index === 0 && several}
                checked={chosen === row.transcript}
                onChange={() => setWish(row.transcript)}
              />
              <span className="mono">{row.transcript}</span>
              <span>{row.hgvsProtein ?? row.hgvsCoding ?? 'not computed'}</span>
              <span className="quiet">
                {row.consequence.replaceAll('_', ' ')}
                {row.mark === 'none' ? '' : ` · ${row.mark}`}
                {row.transcript === spoken ? ' · used now' : ''}
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </ModalDialog>
  );
}
