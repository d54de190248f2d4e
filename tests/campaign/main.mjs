/**
 * `npm run campaign`: every long campaign in turn, each in a process of its own, with its figures as it prints them.
 * Ends with 1 when one of them found what it must not find. Takes hours on a small machine; `npm test` runs a slice of each.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const campaigns = [
  ['Journal tampering, twelve kinds', ['journal-tampering.mjs']],
  ['kill -9 while writing and creating', ['vault-kill.mjs']],
  ['System calls of the vault that fail, size limits, full disks', ['vault-failures.ts']],
  ['Power cuts rebuilt from a trace of 500 acts', ['power-cuts.ts']],
  ['100,000 fuzzed messages to the contract', ['contract-fuzz.ts']],
  ['500 canaries through a whole sitting, and its sockets', ['canaries.ts']],
  ['243 written scripts in every text', ['script-injection.ts']],
  ['Erased cases dug for on every disk', ['erasure.ts']],
  ['Every bit of a signed report, P-256', ['signature-flips.mjs', 'P-256', '8']],
  ['Every bit of a signed report, RSA', ['signature-flips.mjs', 'RSA', '8']],
  ['20,000 flipped bits each of database, journal, backup, bundle and report', ['bit-flips.ts', '20000']],
  ['Flipped bits in knowledge packs', ['pack-flips.ts']],
  ['Every bit and cut of packed variant files', ['variants-damage.ts']],
  ['10,000 flipped bits of the shipped models', ['model-flips.mjs']],
  ['100,000 mutated inputs of FHIR, HL7, phenopackets, MTB, studies and CDS Hooks', ['exchange-fuzz.ts', '100000']],
  ['100,000 rows of a VCF changed at random', ['variants-mutated.ts']],
  ['1,000 generated files of pharmacogenes against the definition tables', ['pharmacogenes.ts']],
  ['9,000 pairs of generated trials and patients', ['trials.ts']],
  ['Single bases on a made-up genome beside SnpEff', ['snpeff.ts']],
  ['Eight members, ten thousand acts on one case', ['board-members.ts']],
  ['Packets beyond loopback in the whole of npm test', ['whole-run-network.mjs']],
];

const run = (args) =>
  new Promise((done) => {
    const [file = '', ...rest] = args;
    const child = spawn(process.execPath, [resolve(import.meta.dirname, file), ...rest], { stdio: 'inherit' });
    child.on('error', () => done(1));
    child.on('exit', (code) => done(code ?? 1));
  });

const failed = [];
for (const [title, args] of campaigns) {
  const started = performance.now();
  console.log(`\n${title}`);
  const code = await run(args);
  console.log(`${code === 0 ? 'sound' : 'NOT SOUND'}, ${Math.round((performance.now() - started) / 1000)} s`);
  if (code !== 0) failed.push(title);
}
console.log(failed.length === 0 ? '\nEvery campaign is sound.' : `\nNot sound: ${failed.join('; ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
