/** F113, F115: one threshold for all or thresholds by group, what that changes measured before and after, kept with the case. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CaseId } from '../../shared/foundation/ids.ts';
import type { MitigationGroup, MitigationOffer } from '../../shared/prediction/mitigation.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useCaseView } from '../case/case-view.ts';
import { Button, FaultNote } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import styles from './prediction.module.css';

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const words: Readonly<Record<MitigationGroup, string>> = { age: 'By age', sex: 'By sex' };

interface MitigationProps {
  readonly modelId: string;
  readonly probability: number;
  readonly offers: readonly MitigationOffer[];
}

export function Mitigation({ modelId, probability, offers }: MitigationProps) {
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const caseId = CaseId.parse(useCaseView().listing.caseId);
  const asked = useQuery({
    queryKey: keysOf.mitigations(caseId),
    queryFn: () => client.prediction.mitigations({ caseId }),
  });
  const change = useMutation({
    mutationFn: (by: MitigationGroup | null) => client.prediction.mitigate({ caseId, modelId, by }),
    onSuccess: (said) => queries.setQueryData(keysOf.mitigations(caseId), said),
  });
  const on = asked.data?.[modelId];
  const chosen = offers.find(({ by }) => by === on);
  const one = offers[0]?.one ?? 0;
  const threshold = chosen?.threshold ?? one;
  return (
    <section className={styles.prevalence} aria-label="Thresholds by group">
      <h3 className={styles.heading}>One threshold for all, or one by group</h3>
      <fieldset className={styles.choices}>
        <legend className="hidden">Threshold</legend>
        <Button
          look={on === undefined ? 'primary' : 'quiet'}
          aria-pressed={on === undefined}
          onPress={() => change.mutate(null)}
        >
          One for all
        </Button>
        {offers.map(({ by }) => (
          <Button
            key={by}
            look={on === by ? 'primary' : 'quiet'}
            aria-pressed={on === by}
            onPress={() => change.mutate(by)}
          >
            {words[by]}
          </Button>
        ))}
      </fieldset>
      {change.error === null ? null : <FaultNote fault={faultOf(change.error)} />}
      <p role="status">
        {chosen === undefined ? 'One threshold' : `Threshold for ${chosen.value}`}: <b>{percent(threshold)}</b>. At{' '}
        {percent(probability)} this patient is <b>{probability >= threshold ? 'called' : 'not called'}</b>
        {chosen === undefined || probability >= threshold === probability >= one
          ? '.'
          : `; under one threshold (${percent(one)}) they would ${probability >= one ? '' : 'not '}be.`}{' '}
        <span className="quiet">The probability stays as it is. Kept with the case, with your name.</span>
      </p>
      <PlainTable
        label="Largest differences between groups, before and after"
        head={['Largest difference', 'Group', 'One threshold', 'By group']}
        numeric={[2, 3]}
        rows={offers.flatMap(({ by, before, after }) =>
          (
            [
              ['called', 'called (demographic parity)'],
              ['sensitivity', 'sensitivity (equal opportunity)'],
              ['falsePositiveRate', 'false positive rate (equalised odds)'],
              ['ppv', 'PPV (predictive parity)'],
            ] as const
          )
            .map(([key, label]) => {
              const cell = ({ value, low, high }: MitigationOffer['before']['ppv']): string =>
                `${percent(value)} (${percent(low)} to ${percent(high)})`;
              return [label, words[by], cell(before[key]), cell(after[key])];
            })
            .concat([
              [
                'sensitivity / specificity of everyone',
                words[by],
                `${percent(before.overallSensitivity)} / ${percent(before.overallSpecificity)}`,
                `${percent(after.overallSensitivity)} / ${percent(after.overallSpecificity)}`,
              ],
            ]),
        )}
      />
    </section>
  );
}
