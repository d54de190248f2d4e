import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { packFolder, readBundle } from '../../../electron/case/index.ts';
import { loadPacks, type Packs } from '../../../electron/knowledge/index.ts';
import { analyzeBundle } from '../../../electron/pipeline.ts';
import { type ModelRegistry, openModels } from '../../../electron/prediction/index.ts';
import { draftPaper, reportInput } from '../../../electron/report/index.ts';
import { shippedFolders } from '../../../electron/shipped.ts';
import { approvalWords } from '../../../renderer/therapy/safety-view.ts';
import { statementsOf, textsOf } from '../../../shared/report/blocks.ts';
import { blockingElements } from '../../../shared/report/completeness.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { knownFacts, unknownFacts } from '../../../shared/report/facts.ts';
import { FRONT_WORDS } from '../../../shared/report/front.ts';
import { isUncertain, sortedFindings } from '../../../shared/report/reading.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';

const root = resolve(import.meta.dirname, '../../..');
const folders = shippedFolders(root);
const samples = readdirSync(folders.sampleCases, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'generate')
  .map(({ name }) => name);

/** Samples whose laboratory leaves something out, so that the screens can be seen to ask. */
const withGaps: Readonly<Record<string, 'many' | readonly string[]>> = {
  'alk-lung': ['R12', 'R14'],
  'sparse-cholangiocarcinoma': 'many',
};

let packs: Packs;
let models: ModelRegistry;
beforeAll(async () => {
  packs = await loadPacks(folders.knowledge);
  models = await openModels(folders.models);
});

async function inputOf(sample: string): Promise<ReportInput> {
  const packed = await packFolder(join(folders.sampleCases, sample));
  if (!packed.ok) throw new Error(packed.fault.message);
  const bundle = await readBundle(packed.value);
  if (!bundle.ok) throw new Error(bundle.fault.message);
  const documents = await analyzeBundle(bundle.value, { packs, models });
  if (!documents.ok) throw new Error(documents.fault.message);
  return reportInput({
    bundleSha256: bundle.value.manifest.bundleSha256,
    documents: documents.value,
    board: { reviews: [] },
    packs: packs.status(),
    models: await models.status(),
    version: '0.1.0',
    composedAt: '2026-05-01T14:00:00.000Z',
  });
}

describe.each(samples)('the report of the sample %s', (sample) => {
  let input: ReportInput;
  beforeAll(async () => {
    input = await inputOf(sample);
  });

  it('stands on facts that exist, within its front, in words that do not take absence for an answer', () => {
    const report = composeReport(input);
    const blocks = [...report.front, ...report.appendix];
    const known = knownFacts(input);
    expect(blocks.flatMap(statementsOf).flatMap(({ facts }) => unknownFacts(facts, known))).toEqual([]);
    expect(report.frontWords).toBeLessThanOrEqual(FRONT_WORDS);
    const text = blocks.flatMap(textsOf).join('\n');
    expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object|AI recommends/);
    // A word for an unaltered gene may stand only where that gene was tested (F003).
    for (const line of text.split('\n').filter((one) => /wild[- ]?type/i.test(one)))
      expect(line).toMatch(/tested, not detected|wild type" from absence/);
  });

  it('says of each option what the screen says of it, line by line (R35 to R41, F044)', () => {
    const { options } = input;
    const { appendix } = composeReport(input);
    const rowsOf = (element: string) =>
      appendix.flatMap((block) => (block.kind === 'table' && block.elements.includes(element) ? block.rows : []));
    const of = (rows: ReturnType<typeof rowsOf>, fact: string) => rows.filter(({ facts }) => facts.includes(fact));

    const ranked = rowsOf('R35').filter(({ cells }) => cells.length === 8);
    expect(ranked).toHaveLength(options.options.length);
    for (const [index, option] of options.options.entries()) {
      const cells = ranked[index]?.cells ?? [];
      expect(ranked[index]?.facts).toContain(`option:${option.id}`);
      expect([cells[0], cells[2], cells[3]]).toEqual([String(index + 1), option.weight, option.bestLevel]);
      for (const { text } of option.because) expect(cells[4]).toContain(text);
      expect(cells[5]).toContain(option.supporting.length === 0 ? 'by approval' : `${option.supporting.length} for`);
      if (option.against.length > 0) expect(cells[5]).toContain(`${option.against.length} against`);
      // Agencies of the screen's cell, without their years.
      const { main, second } = approvalWords(option);
      if (second === 'for this tumor type')
        for (const agency of main.split(', ')) expect(cells[6]).toContain(agency.replace(/ \d{4}$/, ''));
      else expect(cells[6]).not.toContain('this tumor type;');
      if (option.line !== undefined) expect(cells[6]).toContain(option.line.text);
      if (option.prior !== undefined) expect(cells[7]).toContain(option.prior.text.replace(/\.$/, ''));
      if (option.conflict !== undefined)
        expect(cells[7]?.toLowerCase()).toContain(option.conflict.statement.toLowerCase());
      for (const change of option.wouldChange) expect(cells[7]).toContain(change.replace(/\.$/, ''));
      for (const trial of option.trialIds)
        expect(
          of(rowsOf('R39'), `option:${option.id}`)
            .flatMap((row) => row.cells)
            .join(' '),
        ).toContain(trial);
    }
    for (const { id, reason } of options.exclusions)
      expect(
        of(rowsOf('R36'), `exclusion:${id}`)
          .flatMap(({ cells }) => cells)
          .join(' '),
      ).toContain(reason);
    for (const { text } of options.lessBenefit)
      expect(rowsOf('R36').flatMap(({ cells }) => cells)).toEqual(
        expect.arrayContaining(['Less benefit, not excluded', text]),
      );
    const cautions = options.options.flatMap(({ id, safety }) =>
      (safety?.findings ?? []).map(({ text }) => ({ id, text: text.replace(/\.$/, '') })),
    );
    for (const { id, text } of cautions.slice(0, 40))
      expect(
        of(rowsOf('R38'), `option:${id}`)
          .flatMap(({ cells }) => cells)
          .join(' '),
      ).toContain(text);
    const tests = rowsOf('R41').map(({ cells }) => cells[1]);
    expect(tests).toEqual(options.wouldChange.map(({ text }) => text));
  });

  it('prints every finding of the profile, or says how many more there are and where (F005)', () => {
    const { appendix } = composeReport(input);
    const facts = new Set(appendix.flatMap(statementsOf).flatMap((one) => one.facts));
    const left = input.profile.findings.filter(({ id }) => !facts.has(id));
    expect(left.filter((finding) => !isUncertain(finding))).toEqual([]);
    if (left.length === 0) return;
    const all = sortedFindings(input).uncertain.length;
    const text = appendix.flatMap(textsOf).join('\n');
    expect(text).toContain(`${all} changes of unknown or no significance`);
    expect(text).toContain(
      `The first ${all - left.length} are printed; all stand in the profile document, SHA-256 ${input.hashes.profile.slice(0, 16)}`,
    );
  });

  it('lacks nothing of level A but what the board has to say, where the bundle is whole', () => {
    const open = blockingElements(composeReport(input).elements).map(({ id }) => id);
    const board = ['R04', 'R43', 'R45', 'R46'];
    const gaps = withGaps[sample];
    if (gaps === 'many') expect(open.length).toBeGreaterThan(board.length + 4);
    else expect(open).toEqual([...board, ...(gaps ?? [])].sort());
  });
});

it('a sample’s front lies on at most two pages (F086, R60)', async () => {
  const { paper } = await draftPaper(await inputOf('egfr-t790m-lung'));
  expect(paper.frontPages).toBeLessThanOrEqual(2);
});
