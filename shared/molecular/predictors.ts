/**
 * Scores of computed predictors that the input carries, read by the calibrated thresholds of ClinGen (Pejaver V, et al.
 * Am J Hum Genet 2022;109:2163; AlphaMissense: Bergquist T, et al. Genet Med 2025;27:101402; splicing: Walker LC, et al.
 * Am J Hum Genet 2023;110:1046). The lines share their training data: however many agree, they count once.
 */
import type { ObservedVariant } from '../case/intake.ts';

export type PredictorScores = NonNullable<NonNullable<ObservedVariant['annotation']>['predictors']>;

type Side = 'harmful' | 'harmless' | 'between';

export interface Prediction {
  readonly verdict: 'harmful' | 'harmless' | 'undecided';
  /** Every line with its score, in words. */
  readonly fact: string;
}

const lines: readonly {
  readonly key: keyof PredictorScores;
  readonly name: string;
  readonly side: (score: number) => Side;
}[] = [
  { key: 'revel', name: 'REVEL', side: (s) => (s >= 0.644 ? 'harmful' : s <= 0.29 ? 'harmless' : 'between') },
  {
    key: 'alphaMissense',
    name: 'AlphaMissense',
    side: (s) => (s >= 0.792 ? 'harmful' : s <= 0.169 ? 'harmless' : 'between'),
  },
  { key: 'cadd', name: 'CADD', side: (s) => (s >= 25.3 ? 'harmful' : s <= 22.7 ? 'harmless' : 'between') },
  { key: 'sift', name: 'SIFT', side: (s) => (s <= 0.001 ? 'harmful' : s >= 0.08 ? 'harmless' : 'between') },
  { key: 'polyphen', name: 'PolyPhen-2', side: (s) => (s >= 0.978 ? 'harmful' : s <= 0.113 ? 'harmless' : 'between') },
];
const calibrated = new Set<keyof PredictorScores>(['revel', 'alphaMissense', 'cadd']);
const SPLICE_IMPACT = 0.2;
const SPLICE_NONE = 0.1;

/**
 * What the scores say together; `undefined` where the input carries none. Harmful where a splice effect is predicted, or
 * every calibrated line says so and no other contradicts; harmless where every line says so and no splice effect is
 * predicted. SIFT and PolyPhen-2 by themselves decide only where both agree.
 */
export function readPredictors(scores: PredictorScores | undefined): Prediction | undefined {
  if (scores === undefined) return undefined;
  const told = lines.flatMap(({ key, name, side }) => {
    const score = scores[key];
    return score === undefined ? [] : [{ key, text: `${name} ${score}`, side: side(score) }];
  });
  const splice = scores.spliceAi;
  if (told.length === 0 && splice === undefined) return undefined;
  const fact = [...told.map(({ text }) => text), ...(splice === undefined ? [] : [`SpliceAI ${splice}`])].join(', ');
  if (splice !== undefined && splice >= SPLICE_IMPACT) return { verdict: 'harmful', fact };
  const weighty = told.filter(({ key }) => calibrated.has(key));
  const decide = weighty.length > 0 ? weighty : told.length >= 2 ? told : [];
  const all = (side: Side): boolean => decide.length > 0 && decide.every((one) => one.side === side);
  const none = (side: Side): boolean => told.every((one) => one.side !== side);
  if (all('harmful') && none('harmless')) return { verdict: 'harmful', fact };
  if (all('harmless') && none('harmful') && (splice === undefined || splice <= SPLICE_NONE))
    return { verdict: 'harmless', fact };
  return { verdict: 'undecided', fact };
}
