import { lintProfile } from '../../shared/molecular/lint.ts';
import type { EvidenceMatch, MolecularProfile } from '../../shared/molecular/profile.ts';
import { Flag } from '../ui/marks.tsx';
import { Button, ModalDialog, Note, Section } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { plural, unbroken } from '../ui/words.ts';
import { conflictRows, findingName } from './findings.ts';
import styles from './molecular.module.css';

/** What the statements are on stands first: one on any change of a gene and one on this very change may both be right. */
const told = (matches: readonly EvidenceMatch[]) =>
  matches.length === 0 ? (
    <span className="quiet">none</span>
  ) : (
    <ul className={styles.sides}>
      {matches.map(({ evidenceId, profileName, disease, citations }) => (
        <li key={evidenceId}>
          <span className="mono">{evidenceId}</span> {profileName}
          <span className="meta">
            {' '}
            · {disease} · {citations[0]?.label}
          </span>
        </li>
      ))}
    </ul>
  );

/** F018, F029: every place of this case where sources disagree, side by side and never summed; and what contradicts itself. */
export function ConflictDialog({ profile, onClose }: { profile: MolecularProfile; onClose: () => void }) {
  const rows = profile.findings.flatMap((finding) =>
    conflictRows(profile.evidence.filter(({ findingIds }) => findingIds.includes(finding.id))).map((row) => ({
      finding,
      row,
    })),
  );
  const contradictions = lintProfile(profile);
  return (
    <ModalDialog
      wide
      isOpen
      title="Conflicts of this case"
      onClose={onClose}
      actions={
        <Button autoFocus onPress={onClose}>
          Close
        </Button>
      }
    >
      <Section title={`Sources that disagree · ${plural(rows.length, 'place')}`}>
        {rows.length === 0 ? (
          <p className="quiet">
            No two statements of one level speak for and against the same treatment of the same finding.
          </p>
        ) : (
          <PlainTable
            label="Sources that disagree"
            head={['Finding', 'Treatment', 'Level', 'For', 'Against']}
            rows={rows.map(({ finding, row }) => [
              <b key="finding">{unbroken(findingName(finding))}</b>,
              row.treatment,
              row.level,
              told(row.supports),
              told(row.against),
            ])}
          />
        )}
      </Section>
      <Section title={`Contradictions · ${contradictions.length}`}>
        {contradictions.length === 0 ? (
          <p className="quiet">One finding, one verdict: no rule of the check is broken.</p>
        ) : (
          <Note tone="red">
            <ul>
              {contradictions.map((one) => (
                <li key={one}>
                  <Flag tone="red">blocks signing</Flag> {one}
                </li>
              ))}
            </ul>
          </Note>
        )}
      </Section>
    </ModalDialog>
  );
}
