/** The disagreement ledger (F066): where knowledge bases, model and board part, each with its resolution. Pure. */
import type { MolecularProfile } from '../molecular/profile.ts';
import { answerShown, type Predictions } from '../prediction/predictions.ts';
import type { OptionsTable } from '../therapy/options.ts';
import type { Decision, Disagreement, FindingReview } from './decision.ts';

interface Ground {
  readonly profile: Pick<MolecularProfile, 'findings'>;
  readonly options: Pick<OptionsTable, 'options' | 'exclusions'>;
  readonly predictions: Pick<Predictions, 'aggressiveness' | 'beforeSurgery'>;
  readonly reviews: readonly FindingReview[];
}

const said = (text: string | undefined): { resolution?: string } =>
  text === undefined || text.trim() === '' ? {} : { resolution: text.trim() };

/** Every mismatch, in the order: sources among themselves, reviewer, table, model. */
export function disagreementsOf(
  decision: Pick<Decision, 'optionIds' | 'otherOption' | 'rationale' | 'modelDisagreement'>,
  { profile, options, predictions, reviews }: Ground,
): Disagreement[] {
  const chosen = options.options.filter(({ id }) => decision.optionIds.includes(id));
  const [first] = options.options;
  const passed = first !== undefined && !decision.optionIds.includes(first.id);
  const risk = answerShown({ models: [], ...predictions }).aggressiveness;
  return [
    ...profile.findings.flatMap(({ gene, title, conflict }) =>
      conflict === undefined
        ? []
        : [{ between: 'knowledge-bases' as const, what: `${gene} ${title}: ${conflict.statement}` }],
    ),
    ...chosen.flatMap(({ label, conflict }) =>
      conflict === undefined
        ? []
        : [
            {
              between: 'knowledge-bases' as const,
              what: `${label}: ${conflict.statement}`,
              ...said(decision.rationale),
            },
          ],
    ),
    ...reviews.flatMap(({ findingId, verdict, reason }) => {
      const finding = profile.findings.find(({ id }) => id === findingId);
      if (verdict !== 'dismissed' || finding?.tier === undefined || !['I', 'II'].includes(finding.tier)) return [];
      return [
        {
          between: 'reviewer-and-knowledge-base' as const,
          what: `${finding.gene} ${finding.title}: tier ${finding.tier} by the evidence, dismissed by the reviewer`,
          ...said(reason),
        },
      ];
    }),
    ...(passed
      ? [
          {
            between: 'table-and-board' as const,
            what: `${first.label} stands first in the options table, the board chose ${
              [
                ...chosen.map(({ label }) => label),
                ...((decision.otherOption ?? '') ? [decision.otherOption] : []),
              ].join(', ') || 'none of it'
            }`,
            ...said(decision.rationale),
          },
        ]
      : []),
    ...((decision.modelDisagreement ?? '').trim() === '' || risk.state !== 'computed'
      ? []
      : [{ between: 'model-and-board' as const, what: risk.sentence, ...said(decision.modelDisagreement) }]),
  ];
}
