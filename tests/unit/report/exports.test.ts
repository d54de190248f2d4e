import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { unzipSync } from 'fflate';
// @ts-expect-error -- jsdom ships no types
import { JSDOM } from 'jsdom';
import { afterAll, describe, expect, it } from 'vitest';
import { exportReport } from '../../../electron/report/index.ts';
import { column, table, textsOf } from '../../../shared/report/blocks.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { reportInput, wholeRecord } from './support/input.ts';
import { lacks, toolTitle } from './support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'exports-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const input = reportInput({ record: wholeRecord({ question: '=cmd|<script> & "quotes"\u0001' }) });
const report = composeReport(input);
const reader = 'openpyxl of Python';
const opens = toolTitle('xlsx: opens in a reader that knows nothing of us, every cell text', reader);

const { DOMParser } = new JSDOM('').window as {
  DOMParser: new () => { parseFromString(text: string, type: string): ParentNode };
};
const isXml = (text: string): boolean =>
  new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror') === null;

describe('copies for further work (F097)', () => {
  it.each(['csv', 'xlsx', 'docx', 'svg'] as const)('%s: the same bytes at every run', (format) => {
    const [first, second] = [exportReport(report, input, format), exportReport(report, input, format)];
    expect(first.length).toBeGreaterThan(0);
    expect(first).toEqual(second);
    expect(new Set(first.map(({ name }) => name)).size).toBe(first.length);
  });

  it('csv: one file per table, cells as they stand, formulas defused', () => {
    const [about, ...files] = exportReport(report, input, 'csv');
    expect(about?.name).toBe(`${report.reportId}-about.csv`);
    const tables = [...report.front, ...report.appendix].filter(
      (block) => block.kind === 'table' && block.rows.length > 0,
    );
    expect(files).toHaveLength(tables.length);
    for (const [index, { bytes }] of files.entries()) {
      const rows = parse(Buffer.from(bytes), { bom: true, relax_column_count: false }) as string[][];
      const table = tables[index];
      if (table?.kind !== 'table') throw new Error('a table');
      expect(rows).toHaveLength(table.rows.length + 1);
      expect(rows.flat().filter((cell) => /^[=@]/.test(cell))).toEqual([]);
      const plain = (cells: readonly string[]) => cells.map((cell) => cell.replace(/^'(?=[=+@-])/, ''));
      expect(rows.slice(1).map(plain)).toEqual(table.rows.map(({ cells }) => plain(cells)));
    }
  });

  it.each(['xlsx', 'docx'] as const)('%s: a package whose every part is XML', (format) => {
    const [file] = exportReport(report, input, format);
    const parts = unzipSync(file?.bytes ?? new Uint8Array());
    expect(Object.keys(parts)).toContain('[Content_Types].xml');
    for (const [name, bytes] of Object.entries(parts))
      expect([name, isXml(Buffer.from(bytes).toString('utf8'))]).toEqual([name, true]);
    const text = Object.values(parts)
      .map((bytes) => Buffer.from(bytes).toString('utf8'))
      .join('');
    expect(text).toContain('Only the signed PDF is the report');
    // Nothing of the report is left out: every cell, and in the text every sentence, to the letter.
    const held = new Set(
      [...text.matchAll(/<(?:w:)?t(?: [^>]*)?>([^<]*)</g)].map(([, said = '']) =>
        said.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&'),
      ),
    );
    const blocks = [...report.front, ...report.appendix];
    const due =
      format === 'docx'
        ? blocks.flatMap(textsOf)
        : blocks.flatMap((block) => (block.kind === 'table' ? block.rows.flatMap(({ cells }) => cells) : []));
    expect(due.length).toBeGreaterThan(100);
    expect(due.filter((said) => said !== '' && !said.includes('\u0001') && !held.has(said))).toEqual([]);
    if (format === 'docx') expect(text).toContain('=cmd|&lt;script&gt; &amp; &quot;quotes&quot;\uFFFD');
  });

  it.skipIf(lacks(reader))(opens, () => {
    const path = join(folder, 'report.xlsx');
    writeFileSync(path, exportReport(report, input, 'xlsx')[0]?.bytes ?? '');
    const { stdout, stderr } = spawnSync(
      '/usr/bin/python3',
      [
        '-c',
        `import json, sys, warnings
warnings.simplefilter('error')
from openpyxl import load_workbook
book = load_workbook(sys.argv[1])
print(json.dumps([[sheet.title, sheet.max_row, sorted({type(c.value).__name__ for r in sheet for c in r if c.value is not None})] for sheet in book]))`,
        path,
      ],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const sheets = JSON.parse(stdout) as [string, number, string[]][];
    expect(sheets.length).toBeGreaterThan(8);
    expect(sheets.every(([, , types]) => types.length === 1 && types[0] === 'str')).toBe(true);
  });

  it('each carries patient, case, report, time and versions: a copy that went astray can be told from another', () => {
    const german = { ...input, language: 'de' as const };
    for (const format of ['csv', 'xlsx', 'docx', 'svg'] as const)
      for (const { name, bytes } of exportReport(composeReport(german), german, format)) {
        // Of a table by itself the name of its file says whose it is.
        if (format === 'csv' && !name.endsWith('about.csv')) {
          expect(name).toContain('R-0123456789ab-');
          continue;
        }
        const text = /\.(?:csv|svg)$/.test(name)
          ? Buffer.from(bytes).toString('utf8')
          : Object.values(unzipSync(bytes))
              .map((part) => Buffer.from(part).toString('utf8'))
              .join('\n');
        const said = [
          'Otter 417',
          'lung-1',
          'R-0123456789ab',
          '01.05.2026',
          'Consilium 0.1.0',
          'Nur das signierte PDF',
        ];
        for (const one of said) expect(text, `${format} ${name}`).toContain(one);
        // What keeps words from being translated is no part of them.
        expect(text).not.toMatch(/[\uFDD0-\uFDEF]/);
        if (format !== 'svg') expect(text).toContain(input.packs[0]?.id);
      }
  });

  it('xlsx: what a cell cannot hold is cut with a word', () => {
    const long = reportInput({ record: wholeRecord({ question: 'x' }) });
    const cells = ['y'.repeat(40_000)];
    const wide = { ...composeReport(long), front: [table([column('Text', 1)], [{ cells, facts: ['rule:models'] }])] };
    const parts = unzipSync(exportReport(wide, long, 'xlsx')[0]?.bytes ?? new Uint8Array());
    const text = Object.values(parts)
      .map((part) => Buffer.from(part).toString('utf8'))
      .join('');
    expect(/>(y+ […[\]]+)</.exec(text)?.[1]).toHaveLength(32_767);
  });

  it('svg: charts that are XML and run nothing', () => {
    const files = exportReport(report, input, 'svg');
    expect(files.map(({ name }) => name)).toEqual(
      ['copy-number.svg', 'attributions.svg', 'survival.svg'].map((name) => `${report.reportId}-${name}`),
    );
    for (const { bytes } of files) {
      const text = Buffer.from(bytes).toString('utf8');
      expect(isXml(text)).toBe(true);
      expect(text).not.toMatch(/<script|href=|on\w+=/);
    }
  });

  it('svg: whose it is stands below the drawing in lines that fit, in letters as they are, in a font that is there', () => {
    const long = reportInput({ record: wholeRecord({ caseId: `case-${'w'.repeat(50)}` }) });
    const [file] = exportReport(composeReport(long), long, 'svg');
    const text = Buffer.from(file?.bytes ?? []).toString('utf8');
    expect(text).not.toContain('textLength');
    const fonts = [...text.matchAll(/font-family="([^"]*)"/g)].map(([, font]) => font);
    expect(fonts.length).toBeGreaterThan(5);
    expect(new Set(fonts)).toEqual(new Set(['Inter, Helvetica, Arial, sans-serif']));
    const height = Number(/ height="([\d.]+)"/.exec(text)?.[1]);
    const foot = [...text.matchAll(/<text x="2" y="([\d.]+)"[^>]*>([^<]*)</g)].map(([, y, said]) => ({
      y,
      said: said ?? '',
    }));
    expect(foot.length).toBeGreaterThan(2);
    expect(foot.every(({ y }) => Number(y) < height)).toBe(true);
    // 493 points wide, letters of 4.5 at most.
    expect(Math.max(...foot.map(({ said }) => said.length))).toBeLessThanOrEqual(108);
    expect(foot.map(({ said }) => said).join(' ')).toContain('Consilium 0.1.0');
  });
});
