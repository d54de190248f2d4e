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
const ROUNDS = 5;

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

function fastest(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = performance.now();
    run();
    best = Math.min(best, performance.now() - before);
  }
  return best;
}

/** Findings and options of one case against each number of rules; the fastest of five runs in one process. */
export function benchRules(sizes: readonly number[]): GrowthOfTime[] {
  const measured: GrowthOfTime[] = [];
  for (const size of sizes) {
    const known = knowledge(rules(size));
    measured.push({
      size,
      milliseconds: fastest(() => {
        const profile = interpret({ record: patient, intake: read, knowledge: known });
        return assembleOptions({ record: patient, profile, knowledge: {} });
      }),
    });
  }
  return measured;
}

/** One case against each number of trials with twelve criteria. */
export async function benchTrials(sizes: readonly number[]): Promise<GrowthOfTime[]> {
  const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));
  const profile = interpret({ record: patient, intake: read, knowledge: packs.molecular() });
  const who = patientOfCase(patient, read, profile, packs);
  const measured: GrowthOfTime[] = [];
  for (const size of sizes) {
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
    measured.push({ size, milliseconds: fastest(() => trialsFor(who, folder, packs, '2026-01-01')) });
  }
  return measured;
}

/** Power of the size that the time grows with, from the last two sizes. */
export function power(growth: readonly GrowthOfTime[]): number {
  const [small, large] = growth.slice(-2);
  if (small === undefined || large === undefined) return Number.NaN;
  return Math.log(large.milliseconds / small.milliseconds) / Math.log(large.size / small.size);
}
