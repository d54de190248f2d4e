/** One case against more and more synthetic rules and trials: how the time of options and of trial matching grows. */
import { resolve } from 'node:path';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { patientOfCase, trialsFor } from '../../electron/therapy/index.ts';
import type { EvidenceItem } from '../../shared/knowledge/evidence.ts';
import { interpret } from '../../shared/molecular/interpret.ts';
import { assembleOptions } from '../../shared/therapy/assemble.ts';
import { readTrial } from '../../shared/therapy/trials/trial.ts';
import { change, intake, item, knowledge, mutated, record, variant } from '../unit/molecular/support/case.ts';

const GENES = ['EGFR', 'KRAS', 'BRAF', 'ERBB2', 'TP53', 'BRCA1', 'RB1'];
const ROUNDS = 9;

export interface GrowthOfTime {
  readonly size: number;
  readonly milliseconds: number;
}

const patient = record('LUAD', { medications: [{ name: 'Clarithromycin' }] });
const read = intake({
  variants: [
    variant({ gene: 'EGFR', protein: 'p.Leu858Arg', consequence: 'missense_variant' }),
    variant({ gene: 'TP53', protein: 'p.Arg175His', consequence: 'missense_variant' }),
  ],
});

/** Every seventh rule is met by the case; each names one of as many drugs as a hundredth of the rules. */
const rules = (count: number): EvidenceItem[] =>
  Array.from({ length: count }, (_, at) => {
    const gene = GENES[at % GENES.length] ?? 'EGFR';
    const logic = at % 2 === 0 ? mutated(gene) : change(gene, gene === 'EGFR' ? 'L858R' : `A${(at % 300) + 1}V`);
    return item(logic, {
      id: `RULE${at}`,
      therapies: [`Drug ${at % Math.max(1, Math.floor(count / 100))}`],
      level: at % 3 === 0 ? 'A' : 'B',
    });
  });

/**
 * The least processor time of each run over the rounds. Sizes take turns, so that a slow moment of the machine or a long
 * collection of garbage meets all of them alike; wall time of one size after the other once read a power of 1.36 into it.
 */
function fastest(runs: readonly { readonly size: number; readonly run: () => unknown }[]): GrowthOfTime[] {
  const best = runs.map(() => Number.POSITIVE_INFINITY);
  for (const { run } of runs) run();
  for (let round = 0; round < ROUNDS; round += 1)
    runs.forEach(({ run }, at) => {
      const before = process.cpuUsage();
      run();
      const { user, system } = process.cpuUsage(before);
      best[at] = Math.min(best[at] ?? Number.POSITIVE_INFINITY, (user + system) / 1000);
    });
  return runs.map(({ size }, at) => ({ size, milliseconds: best[at] ?? Number.NaN }));
}

/** Findings and options of one case against each number of rules; the least of the rounds, in one process. */
export function benchRules(sizes: readonly number[]): GrowthOfTime[] {
  return fastest(
    sizes.map((size) => {
      const known = knowledge(rules(size));
      return {
        size,
        run: () => {
          const profile = interpret({ record: patient, intake: read, knowledge: known });
          return assembleOptions({ record: patient, profile, knowledge: {} });
        },
      };
    }),
  );
}

/** One case against each number of trials with twelve criteria. */
export async function benchTrials(sizes: readonly number[]): Promise<GrowthOfTime[]> {
  const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));
  const profile = interpret({ record: patient, intake: read, knowledge: packs.molecular() });
  const who = patientOfCase(patient, read, profile, packs);
  const runs = sizes.map((size) => {
    const trials = Array.from({ length: size }, (_, at) =>
      readTrial(
        {
          protocol_no: `p${at}`,
          treatment_list: {
            step: [
              {
                step_code: '1',
                match: [
                  {
                    and: [
                      { clinical: { age_numerical: `>=${at % 90}`, oncotree_primary_diagnosis: '_SOLID_' } },
                      {
                        or: Array.from({ length: 10 }, (_, gene) => ({
                          genomic: {
                            hugo_symbol: GENES[(at + gene) % GENES.length],
                            variant_category: 'Mutation',
                          },
                        })),
                      },
                    ],
                  },
                ],
              },
            ],
          },
        },
        'bench.json',
      ),
    );
    const folder = { trials, files: 1, refusals: [] };
    return { size, run: () => trialsFor(who, folder, packs, '2026-01-01') };
  });
  return fastest(runs);
}

/** Power of the size that the time grows with: slope of the least squares through the logarithms of all sizes. */
export function power(growth: readonly GrowthOfTime[]): number {
  const x = growth.map(({ size }) => Math.log(size));
  const y = growth.map(({ milliseconds }) => Math.log(milliseconds));
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, one, at) => sum + (one - mx) * ((y[at] ?? Number.NaN) - my), 0);
  return covariance / x.reduce((sum, one) => sum + (one - mx) ** 2, 0);
}
