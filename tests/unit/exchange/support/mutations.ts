/** Mutated messages of four formats and what must hold of each: refused with a place, or read, and never a hang or a throw. */
import { caseToFhir, checkFhir, fhirToDraft, hl7Of, importFile } from '../../../../electron/exchange/index.ts';
import { parseHl7, writeHl7 } from '../../../../shared/exchange/hl7/message.ts';
import { exportPhenopacket } from '../../../../shared/exchange/phenopacket.ts';
import type { Fault } from '../../../../shared/foundation/fault.ts';
import type { MolecularKnowledge } from '../../../../shared/molecular/knowledge.ts';
import type { ReportInput } from '../../../../shared/report/report-input.ts';
import { mtbRecord } from './mtb-record.ts';

/** Pseudo-random and repeatable: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SCRAPS = [
  '"__proto__":{"a":1},',
  '1e400',
  '"0000-01-01"',
  '"9999-12-31"',
  'null',
  '[[[[]]]]',
  '{}',
  '""',
  '"\\ud800"',
  '<script>',
  '|^~\\&',
  '\r',
  '\\',
  '\u0000',
  '-1',
  'entered-in-error',
  '"modifierExtension":[{"url":"u"}],',
];

/** One to four cuts, doublings, swaps or scraps anywhere in the text. */
export function mutated(text: string, random: () => number): string {
  let out = text;
  const times = 1 + Math.floor(random() * 4);
  for (let round = 0; round < times; round += 1) {
    const at = Math.floor(random() * out.length);
    const to = Math.min(out.length, at + 1 + Math.floor(random() * 40));
    const kind = random();
    if (kind < 0.25) out = out.slice(0, at) + out.slice(to);
    else if (kind < 0.4) out = out.slice(0, at) + out.slice(at, to) + out.slice(at);
    else if (kind < 0.5) out = out.slice(0, at);
    else if (kind < 0.75) out = out.slice(0, at) + (SCRAPS[Math.floor(random() * SCRAPS.length)] ?? '') + out.slice(at);
    else out = out.slice(0, at) + String.fromCharCode(Math.floor(random() * 255)) + out.slice(at + 1);
  }
  return out;
}

export interface FuzzResult {
  readonly inputs: number;
  readonly refused: number;
  readonly read: number;
  /** Longest single input, in milliseconds of processor time: a machine that does other work makes nothing hang. */
  readonly slowest: number;
  /** What must not be, with the format; empty where all is sound. */
  readonly flaws: readonly string[];
}

const placed = ({ code, place }: Fault): boolean =>
  code === 'format-unknown' || code === 'file-empty' || code === 'json-invalid' || place !== undefined;

/** @param knowledge look-ups of the packs */
export function fuzz(input: ReportInput, knowledge: MolecularKnowledge, count: number, seed: number): FuzzResult {
  const few = { ...input, profile: { ...input.profile, evidence: input.profile.evidence.slice(0, 2) } };
  const seeds = {
    fhir: JSON.stringify(caseToFhir(few).bundle),
    phenopacket: JSON.stringify(exportPhenopacket(input).phenopacket),
    mtb: JSON.stringify(mtbRecord()),
    hl7: hl7Of('oru', input, { pdf: new TextEncoder().encode('%PDF-1.7'), signed: true }).text,
  };
  const random = randomFrom(seed);
  const flaws: string[] = [];
  let refusals = 0;
  let read = 0;
  let slowest = 0;
  const kinds = ['fhir', 'phenopacket', 'hl7', 'mtb'] as const;
  // An observation that says of a gene that it is absent may be read as a finding of its own; found is only what is detected.
  const detected = (findings: readonly { readonly state: string }[]): number =>
    findings.filter(({ state }) => state === 'detected').length;
  const most = detected(input.profile.findings);
  for (let round = 0; round < count; round += 1) {
    const kind = kinds[round % kinds.length] ?? 'fhir';
    const text = mutated(seeds[kind], random);
    const began = process.cpuUsage();
    try {
      if (kind === 'hl7') {
        const once = parseHl7(text);
        if (once.ok) {
          read += 1;
          const again = parseHl7(writeHl7(once.value));
          // The standard's own delimiters replace others; trailing empty fields say nothing.
          if (!again.ok || writeHl7(again.value) !== writeHl7(once.value))
            flaws.push(`hl7 ${round}: not round-trip equal`);
        } else {
          refusals += 1;
          if (!placed(once.fault)) flaws.push(`hl7 ${round}: refused without a place`);
        }
      } else {
        const bytes = new TextEncoder().encode(text);
        const made = importFile(bytes, knowledge);
        if (made.ok) {
          read += 1;
          const rows = made.value.cases.flatMap(({ folder }) => folder.record.files);
          if (rows.some(({ path }) => path.includes('..'))) flaws.push(`${kind} ${round}: unsafe path`);
        } else {
          refusals += 1;
          if (!placed(made.fault)) flaws.push(`${kind} ${round}: refused without a place`);
        }
        if (kind === 'fhir') {
          const draft = fhirToDraft(bytes);
          if (draft.ok && detected(draft.value.findings) > most) flaws.push(`fhir ${round}: a finding out of nothing`);
          checkFhir(bytes);
        }
      }
    } catch (error) {
      flaws.push(
        `${kind} ${round}: ${error instanceof Error ? `${error.name} ${(error.stack ?? '').split('\n')[1]?.trim() ?? ''}` : 'threw'}`,
      );
    }
    const { user, system } = process.cpuUsage(began);
    slowest = Math.max(slowest, (user + system) / 1000);
  }
  return { inputs: count, refused: refusals, read, slowest, flaws };
}
