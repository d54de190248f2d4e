import type { ReportVerification } from '../../shared/report/report.ts';
import { Facts, Note } from '../ui/parts.tsx';
import { count, moment } from '../ui/words.ts';
import styles from './report.module.css';
import { chainWords, verdictWords } from './signature-words.ts';

const holds = (yes: boolean) => (yes ? 'yes' : 'no');

/** What the check of a signed report found: nothing is called valid that is not. */
export function Verdict({ verification }: { verification: ReportVerification }) {
  const { verdict, signatures, problems, checkpoint } = verification;
  const words = verdictWords[verdict];
  return (
    <div className={styles.verdict}>
      <Note tone={verdict === 'valid' || verdict === 'valid-untrusted' ? 'calm' : 'red'} live>
        <p>
          <strong>{words.title}</strong> {words.text}
        </p>
      </Note>
      {signatures.map((check) => (
        <Facts
          key={`${check.signer} ${check.signingTime}`}
          rows={[
            ['Signer', check.signer],
            ['Meaning', check.meaning],
            ['Time', check.signingTime === undefined ? undefined : moment(check.signingTime)],
            ['Level found', check.level],
            ['Algorithm', check.algorithm],
            ['Content unchanged', holds(check.digestMatches)],
            ['Signature matches', holds(check.signatureMatches)],
            ['Covers all up to it', holds(check.coversWholeRevision)],
            ['Certificate', chainWords[check.chain]],
          ]}
        />
      ))}
      {[...problems, ...signatures.flatMap((check) => check.problems)].map((problem) => (
        <Note key={problem} tone="red">
          <p>{problem}</p>
        </Note>
      ))}
      <Facts
        rows={[
          [
            'SHA-256',
            <span key="hash" className={styles.hash}>
              {verification.sha256}
            </span>,
          ],
          ...(verification.amends === undefined ? [] : [['Amends', verification.amends] as const]),
          [
            'Data inside',
            verification.attachments === undefined
              ? 'none'
              : verification.attachments.map(({ name, sizeBytes }) => `${name} (${count(sizeBytes)} bytes)`).join(', '),
          ],
          [
            'Journal checkpoint',
            checkpoint === undefined ? undefined : (
              <span key="checkpoint" className={styles.hash}>
                {checkpoint}
              </span>
            ),
          ],
        ]}
      />
    </div>
  );
}
