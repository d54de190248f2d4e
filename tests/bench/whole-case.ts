/** One sample case from its bundle to its options, in a process of its own: `node tests/bench/whole-case.ts <folder>`. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { packFolder, readBundle } from '../../electron/case/index.ts';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { analyzeBundle } from '../../electron/pipeline.ts';
import { openModels } from '../../electron/prediction/index.ts';
import type { Result } from '../../shared/foundation/result.ts';

const models = resolve(import.meta.dirname, '../../models');
const [folder = ''] = process.argv.slice(2);

function unwrapped<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
}

/** Of this process alone: on Linux `maxRSS` of a child begins at its parent's size. */
function peakKilobytes(): number {
  const status = '/proc/self/status';
  const [, own] = existsSync(status) ? (/VmHWM:\s+(\d+) kB/.exec(readFileSync(status, 'utf8')) ?? []) : [];
  return own === undefined ? process.resourceUsage().maxRSS : Number(own);
}

const bytes = unwrapped(await packFolder(folder));
const began = performance.now();
const bundle = unwrapped(await readBundle(bytes));
const knowledge = { packs: await loadPacks(resolve(models, 'knowledge')), models: await openModels(models) };
const { profile, options } = unwrapped(await analyzeBundle(bundle, knowledge));
console.log(
  JSON.stringify({
    seconds: (performance.now() - began) / 1000,
    findings: profile.findings.length,
    options: options.options.length,
    peakMegabytes: peakKilobytes() / 1024,
  }),
);
