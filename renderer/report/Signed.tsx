import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import type { SignedReportRecord } from '../../shared/report/report.ts';
import { fetchBlob } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { saveBlob } from '../ui/Chart.tsx';
import { Button, Facts, FaultNote, Foot, Section, TitleBar } from '../ui/parts.tsx';
import { count, moment, plural } from '../ui/words.ts';
import { AmendDialog } from './AmendDialog.tsx';
import { LetterDialog } from './LetterDialog.tsx';
import styles from './report.module.css';
import { SignDialog } from './SignDialog.tsx';
import { meaningSentences } from './signature-words.ts';
import { Verdict } from './Verdict.tsx';

/** A signed report: what was signed, by whom, the file itself, and its check. Nothing here can be changed. */
export function Signed({ view, report }: { view: CaseView; report: SignedReportRecord }) {
  const { client } = useWorkstation();
  const navigate = useNavigate();
  const { caseId } = view.listing;
  const [asked, setAsked] = useState(false);
  const verification = useQuery({
    queryKey: keysOf.verification(caseId),
    queryFn: () => client.report.verify({ caseId }),
    enabled: asked,
    staleTime: 0,
  });
  const verify = () => {
    if (asked) void verification.refetch();
    else setAsked(true);
  };
  const download = useMutation({
    mutationFn: async (one: SignedReportRecord) => {
      const ticket = await client.report.download({ caseId, sha256: one.sha256 });
      saveBlob(await fetchBlob(ticket), `${one.reportId}.pdf`);
    },
  });
  const [dialog, setDialog] = useState<'none' | 'sign' | 'amend' | 'letter'>('none');
  const signatures = report.signatures ?? [report];
  const former = view.formerReports ?? [];
  const keys = useKeys('Report', [
    { keys: 's', label: 'add a signature', run: () => setDialog('sign') },
    { keys: 'a', label: 'open an amendment', run: () => setDialog('amend') },
    { keys: 'p', label: 'letter to the patient', run: () => setDialog('letter') },
    { keys: 'd', label: 'download', run: () => download.mutate(report) },
    { keys: 'v', label: 'verify', run: verify },
    { keys: 'w', label: 'back to the worklist', run: () => void navigate({ to: '/' }) },
  ]);

  return (
    <>
      <TitleBar title="Report" count={<span className="mono">{report.reportId}</span>} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.signed} aria-label="Signed report" tabIndex={0}>
        {signatures.map(({ signer, meaning, signedAt }) => (
          <div key={`${signer} ${meaning} ${signedAt}`} className={styles.one}>
            <p className={styles.signer}>
              Signed by {signer}, {moment(signedAt)}
            </p>
            <p className="quiet">{meaningSentences[meaning as SignedReportRecord['meaning']] ?? meaning}.</p>
          </div>
        ))}
        {report.amends === undefined ? null : (
          <p>
            Amendment {report.amends.number} of <span className="mono">{report.amends.reportId}</span>:{' '}
            {report.amends.reason}
          </p>
        )}
        <div className={styles.pairs}>
          <div>
            <Section title="The file">
              <Facts
                rows={[
                  [
                    'Report',
                    <span key="id" className="mono">
                      {report.reportId}
                    </span>,
                  ],
                  ['Signature', report.level],
                  ['Pages', plural(report.pages, 'page')],
                  ['Size', `${count(report.sizeBytes)} bytes`],
                  [
                    'SHA-256',
                    <span key="hash" className={styles.hash}>
                      {report.sha256}
                    </span>,
                  ],
                ]}
              />
            </Section>
            <p className={styles.advice}>
              The case is locked: findings, decision and report stay as they were signed. To check the file on another
              machine: <span className="mono">consilium report verify file.pdf --trust ca.pem</span>
            </p>
            {download.isError ? <FaultNote fault={faultOf(download.error)} /> : null}
            {download.isSuccess ? (
              <p role="status" className="quiet">
                Handed to the browser as <span className="mono">{download.variables.reportId}.pdf</span>.
              </p>
            ) : null}
          </div>
          <div>
            {former.length === 0 ? null : (
              <Section title={`Former reports (${former.length})`}>
                <ul className={styles.former}>
                  {former.map((one) => (
                    <li key={one.sha256}>
                      <span className="mono">{one.reportId}</span> · {one.signer}, {moment(one.signedAt)} · superseded{' '}
                      <Button look="quiet" isDisabled={download.isPending} onPress={() => download.mutate(one)}>
                        Download
                      </Button>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
            <Section title="Check of the signature">
              {!asked ? (
                <p className="quiet">Not checked in this sitting.</p>
              ) : verification.isFetching ? (
                <p role="status">Checking every byte …</p>
              ) : verification.isError ? (
                <FaultNote fault={faultOf(verification.error)} />
              ) : verification.data === undefined ? null : (
                <Verdict verification={verification.data} />
              )}
            </Section>
          </div>
        </div>
      </section>
      <Foot
        keys={keys}
        action={
          <div className={styles.ends}>
            <Button keys="a" onPress={() => setDialog('amend')}>
              Amend
            </Button>
            <Button keys="s" onPress={() => setDialog('sign')}>
              Add a signature
            </Button>
            <Button keys="p" onPress={() => setDialog('letter')}>
              Letter to the patient
            </Button>
            <Button keys="v" isDisabled={verification.isFetching} onPress={verify}>
              Verify
            </Button>
            <Button look="primary" keys="d" isDisabled={download.isPending} onPress={() => download.mutate(report)}>
              Download the PDF
            </Button>
          </div>
        }
      />
      {dialog === 'sign' ? (
        <SignDialog view={view} paper={{ signed: report }} onClose={() => setDialog('none')} />
      ) : dialog === 'amend' ? (
        <AmendDialog view={view} report={report} onClose={() => setDialog('none')} />
      ) : dialog === 'letter' ? (
        <LetterDialog view={view} onClose={() => setDialog('none')} />
      ) : null}
    </>
  );
}
