import { useState } from 'react';
import type { EvidenceMatch, MolecularProfile } from '../../shared/molecular/profile.ts';
import { DirectionMark } from '../ui/marks.tsx';
import { Button } from '../ui/parts.tsx';
import { diseaseMatchWords, levelWords, plural } from '../ui/words.ts';
import { type Claim, claimsOf } from './findings.ts';
import styles from './molecular.module.css';
import { Statement } from './Statement.tsx';

interface ClaimsProps {
  readonly evidence: readonly EvidenceMatch[];
  readonly packs: MolecularProfile['packs'];
  /** Statements of a claim stand open while there are no more than this many in all. */
  readonly openUpTo?: number;
  /** Claims shown before "show all". */
  readonly first?: number;
}

/** Evidence as claims: which way, for what, how strong; the statements that make each claim stand beneath it. */
export function Claims({ evidence, packs, openUpTo = 3, first = 5 }: ClaimsProps) {
  const [all, setAll] = useState(false);
  const claims = claimsOf(evidence);
  const shown = all ? claims : claims.slice(0, first);
  return (
    <>
      <ul className={styles.claims}>
        {shown.map((claim) => (
          <ClaimItem key={claim.id} claim={claim} packs={packs} openAtFirst={evidence.length <= openUpTo} />
        ))}
      </ul>
      {claims.length <= first ? null : (
        <Button look="quiet" aria-expanded={all} onPress={() => setAll(!all)}>
          {all ? 'Show the strongest only' : `Show all ${claims.length} claims`}
        </Button>
      )}
    </>
  );
}

function ClaimItem({
  claim,
  packs,
  openAtFirst,
}: {
  claim: Claim;
  packs: MolecularProfile['packs'];
  openAtFirst: boolean;
}) {
  const [open, setOpen] = useState(openAtFirst);
  const { statements, bestLevel, kind, words, subject } = claim;
  const diseases = [
    ...new Set(statements.map((match) => (match.anyCancer ? 'any cancer' : diseaseMatchWords[match.diseaseMatch]))),
  ];
  return (
    <li className={styles.claim}>
      <DirectionMark kind={kind}>
        {words} · {subject}
      </DirectionMark>
      <div className={styles.claimLine}>
        <p>
          Level {bestLevel}, {levelWords[bestLevel]}
          <span className="quiet"> · {diseases.slice(0, 2).join(', ')}</span>
        </p>
        <Button look="link" aria-expanded={open} onPress={() => setOpen(!open)}>
          {open ? 'Fold' : plural(statements.length, 'statement')}
          <span className="hidden">
            {' '}
            on {words} {subject}
          </span>
        </Button>
      </div>
      {open ? (
        <ul className={styles.statements}>
          {statements.map((match) => (
            <Statement key={match.evidenceId} match={match} packs={packs} />
          ))}
        </ul>
      ) : null}
    </li>
  );
}
