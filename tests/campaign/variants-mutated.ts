/**
 * 100,000 rows changed at random (another number as argument); prints the figures and the slowest read, and ends with 1
 * where a row was read as something else, refused without its place, or took longer than a second.
 */
import { seeded } from '../bench/variants-file.ts';
import { mutations } from '../unit/case/variants-mutated.ts';

const HANG_MILLISECONDS = 1_000;
const random = seeded(2026);
const counts = await mutations(Number(process.argv[2] ?? 100_000), (limit) => Math.floor(random() * limit));
const { refused, equal, wrong, slowestMilliseconds } = counts;
console.log(`refused ${refused}, equal ${equal}, wrong ${wrong.length}, slowest ${slowestMilliseconds.toFixed(0)} ms`);
for (const line of wrong.slice(0, 20)) console.log(line);
process.exitCode = wrong.length === 0 && slowestMilliseconds < HANG_MILLISECONDS ? 0 : 1;
