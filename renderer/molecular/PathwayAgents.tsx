import type { ExpressionReading } from '../../shared/molecular/measures.ts';
import { percentileWords } from '../../shared/molecular/quantiles.ts';
import { usePathwayAgents } from '../app/queries.ts';
import { PlainTable } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import styles from './measures.module.css';
import { linkedPathways } from './measures-figures.ts';

/** Pathways with the agents aimed at them (F022): a link to look further, never a reason for a treatment. */
export function PathwayAgents({ reading }: { reading: ExpressionReading }) {
  const { data, isPending } = usePathwayAgents();
  if (isPending || data === undefined || !reading.scores.some(({ kind }) => kind === 'progeny')) return null;
  if (data.length === 0)
    return <p className={styles.limits}>Agents aimed at a pathway are not said: the pack of classes is absent.</p>;
  const rows = linkedPathways(reading, data);
  if (rows.length === 0)
    return <p className={styles.limits}>No class of agents in the pack is aimed at a pathway scored here.</p>;
  return (
    <details>
      <summary className="meta">Agents aimed at {plural(rows.length, 'pathway')}</summary>
      <PlainTable
        label="Agents aimed at pathways"
        head={['Pathway', 'Place', 'Moved most by', 'Agents']}
        rows={rows.map(({ score, classes, agents }) => [
          score.name,
          score.percentile === undefined ? 'no percentile' : percentileWords(score.percentile),
          score.members
            .slice(0, 5)
            .map(({ gene }) => gene)
            .join(', '),
          `${classes.join(', ')}: ${agents.join(', ')}`,
        ])}
      />
      <p className={styles.limits}>
        An active pathway is no evidence that an agent against it helps; it moves no tier and no option. Pathways that
        no class of the pack is aimed at are not in this list.
      </p>
    </details>
  );
}
