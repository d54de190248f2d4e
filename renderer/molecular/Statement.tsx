/** One statement of a knowledge pack as this case met it, and the stored fact behind it one press away (F063). */
import { useState } from 'react';
import type { EvidenceItem } from '../../shared/knowledge/evidence.ts';
import { describeLogic } from '../../shared/molecular/facts.ts';
import type { EvidenceMatch, MolecularProfile } from '../../shared/molecular/profile.ts';
import { faultOf } from '../app/fault.ts';
import { useEvidence } from '../app/queries.ts';
import { Flag } from '../ui/marks.tsx';
import { Button, Facts, FaultNote } from '../ui/parts.tsx';
import { diseaseMatchWords, levelWords, sentence, specificityWords } from '../ui/words.ts';
import styles from './molecular.module.css';

type Packs = MolecularProfile['packs'];

/** Trust that the source gave its own statement, 1 to 5. */
export function Rating({ rating }: { rating: number | undefined }) {
  if (rating === undefined) return <span className="quiet">not rated</span>;
  return (
    <span className={styles.rating}>
      <svg viewBox="0 0 60 12" aria-hidden="true" focusable="false">
        {[0, 1, 2, 3, 4].map((star) => (
          <path
            key={star}
            d="M6 .8 7.6 4.4 11.5 4.8 8.6 7.4 9.4 11.2 6 9.2 2.6 11.2 3.4 7.4.5 4.8 4.4 4.4z"
            transform={`translate(${star * 12} 0)`}
            fill={star < rating ? 'currentColor' : 'none'}
            stroke="currentColor"
            strokeWidth=".8"
          />
        ))}
      </svg>
      <span className="hidden">rated {rating} of 5</span>
    </span>
  );
}

export const LevelMark = ({ level }: { level: EvidenceMatch['level'] }) => (
  <span className={styles.level}>
    <span className="hidden">level </span>
    {level}
  </span>
);

const citationWords = (citations: EvidenceMatch['citations']): string =>
  citations.map(({ type, id }) => `${type} ${id}`).join(', ');

export function Statement({ match, packs }: { match: EvidenceMatch; packs: Packs }) {
  const [open, setOpen] = useState(false);
  return (
    <li className={styles.statement}>
      <p className={styles.statementHead}>
        <LevelMark level={match.level} />
        <span className="mono">{match.evidenceId}</span>
        <Rating rating={match.rating} />
        <Button look="link" aria-expanded={open} onPress={() => setOpen(!open)}>
          {open ? 'Close' : 'Stored fact'}
          <span className="hidden"> {match.evidenceId}</span>
        </Button>
      </p>
      <p>
        {sentence(match.disease)}
        <span className="quiet">
          {' '}
          · {match.anyCancer ? 'any cancer' : diseaseMatchWords[match.diseaseMatch]} ·{' '}
          {specificityWords[match.specificity]}
          {match.specificity === 'exact' ? '' : `: ${match.profileName}`}
        </span>
      </p>
      {match.negatives.length === 0 ? null : <p className="meta">Rests also on {match.negatives.join('; ')}</p>}
      {match.limits.length === 0 && !match.flagged ? null : (
        <p>
          <Flag tone="plain">
            Sets no tier: {[...match.limits, ...(match.flagged ? ['flagged by its source'] : [])].join('; ')}
          </Flag>
        </p>
      )}
      <p className="meta">{citationWords(match.citations) || 'no citation stated'}</p>
      {open ? <StoredFact match={match} packs={packs} /> : null}
    </li>
  );
}

function StoredFact({ match, packs }: { match: EvidenceMatch; packs: Packs }) {
  const stored = useEvidence([match.evidenceId]);
  if (stored.isPending) return <p className="quiet">Reading the pack …</p>;
  if (stored.isError) return <FaultNote fault={faultOf(stored.error)} />;
  const item = stored.data.find(({ id }) => id === match.evidenceId);
  if (item === undefined)
    return (
      <p className={styles.fact}>
        The pack {match.packId} that held this statement is not loaded now. What the analysis kept of it stands above.
      </p>
    );
  return <FactCard item={item} match={match} pack={packs.find(({ id }) => id === match.packId)} />;
}

/** The fact as the pack stores it, field by field; addresses are text, because the workstation leads nowhere outside. */
export const FactCard = ({
  item,
  match,
  pack,
}: {
  item: EvidenceItem;
  match: Pick<EvidenceMatch, 'packId'>;
  pack: Packs[number] | undefined;
}) => (
  <div className={styles.fact}>
    <Facts
      rows={[
        ['Source', `${item.source} ${item.id}`],
        ['Pack', `${match.packId}${pack === undefined ? '' : ` ${pack.version}, as of ${pack.asOf}`}`],
        ['Profile', item.profileName],
        [
          'Read as',
          <span key="logic" className="mono">
            {describeLogic(item.logic)}
          </span>,
        ],
        [
          'Disease',
          [item.disease.name, item.disease.doid, item.disease.oncotreeCodes.join(', ')].filter(Boolean).join(' · '),
        ],
        [
          'Statement',
          `${item.type}, ${item.direction === 'supports' ? 'supports' : 'does not support'} ${item.significance}`,
        ],
        ...(item.therapies.length === 0
          ? []
          : ([
              [
                'Therapies',
                `${item.therapies.join(', ')}${item.therapyInteraction === undefined ? '' : ` (${item.therapyInteraction})`}`,
              ],
            ] as const)),
        ['Level', `${item.level}, ${levelWords[item.level]}`],
        ['Rating', item.rating === undefined ? undefined : `${item.rating} of 5`],
        ['Origin', item.origin],
        [
          'Published in',
          <ul key="citations">
            {item.citations.map((citation) => (
              <li key={`${citation.type}${citation.id}`}>
                {citation.type} {citation.id}
                {citation.label === citation.id ? '' : `, ${citation.label}`}
              </li>
            ))}
          </ul>,
        ],
        ...(item.trialIds.length === 0 ? [] : ([['Trials', item.trialIds.join(', ')]] as const)),
        ['Reviewed', item.reviewed],
        [
          'Address',
          <span key="url" className="mono">
            {item.url}
          </span>,
        ],
      ]}
    />
  </div>
);
