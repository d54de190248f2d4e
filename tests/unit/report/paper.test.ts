import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attributionPlot, copyNumberPlot, survivalPlot } from '../../../electron/report/charts.ts';
import { textRuns } from '../../../electron/report/paper.ts';
import { type Printed, printReport } from '../../../electron/report/pdf.ts';
import { printPdf } from '../../../electron/report/pdfmake.ts';
import { column, factRows, heading, paragraph, type Row, table } from '../../../shared/report/blocks.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';
import { decision, reportInput, score, type Wanted, wholeRecord } from './support/input.ts';
import { lacks, toolTitle } from './support/tools.ts';

/** Pages are read back by another program. */
const readBack = it.skipIf(lacks('pdftotext'));
const title = (of: string): string => toolTitle(of, 'pdftotext');
const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
function textOf(bytes: Uint8Array, ...options: string[]): string {
  const file = join(folder, `${++made}.pdf`);
  writeFileSync(file, bytes);
  return execFileSync('pdftotext', [...options, file, '-'], { encoding: 'utf8' });
}
const pagesOf = (bytes: Uint8Array): string[] => textOf(bytes).split('\f').slice(0, -1);

const print = (wanted: Wanted = {}, kind: 'draft' | 'final' = 'final'): Promise<Printed> => {
  const input = reportInput(wanted);
  return printReport(composeReport(input), input, kind);
};
/** The front alone, where the appendix has no say. */
const printFront = (wanted: Wanted, kind: 'draft' | 'final' = 'final'): Promise<Printed> => {
  const input = reportInput(wanted);
  return printReport({ ...composeReport(input), appendix: [] }, input, kind);
};
const signature: ReportInput['signature'] = {
  signer: 'Dr. Signer',
  meaning: 'author',
  signedAt: '2026-05-01T14:05:00.000Z',
  algorithm: 'RSA 2048 PKCS #1 v1.5 with SHA-256',
};

describe('the report on paper', () => {
  let final: Printed;
  let draft: Printed;
  beforeAll(async () => {
    final = await print({ more: { signature } });
    draft = await printFront({}, 'draft');
  });

  it('has the same bytes at every run, and others at another time (F041)', async () => {
    expect(Buffer.compare((await print({ more: { signature } })).bytes, final.bytes)).toBe(0);
    const times = ['2026-05-01T14:05:00.000Z', '2026-05-01T14:06:00.000Z'].map((signedAt) => ({
      ...signature,
      signedAt,
    }));
    const [now, later] = await Promise.all(times.map((at) => printFront({ more: { signature: at } })));
    expect(now?.bytes).not.toEqual(later?.bytes);
  });

  it('is PDF 1.7 with a classic cross-reference table, for a signature to be appended', () => {
    const file = Buffer.from(final.bytes).toString('latin1');
    expect(file.startsWith('%PDF-1.7')).toBe(true);
    expect(file).toMatch(/\nxref\n0 \d+\n/);
    expect(file).not.toContain('/ObjStm');
    expect(file).toContain('/ConsiliumReport');
  });

  it('keeps the front to two pages whatever is typed (R60)', async () => {
    const long = 'A long sentence of the board follows. '.repeat(60);
    const full = await printFront({
      record: wholeRecord({ question: 'W'.repeat(1000) }),
      decision: {
        ...decision,
        answer: long.slice(0, 1000),
        rationale: 'x'.repeat(2000),
        actions: Array.from({ length: 40 }, () => ({
          what: long.slice(0, 300),
          owner: 'W'.repeat(120),
          due: '2026-05-08',
        })),
        participants: Array.from({ length: 40 }, () => ({ name: 'N'.repeat(120), role: long.slice(0, 80) })),
      },
    });
    expect(full.frontPages).toBeLessThanOrEqual(2);
    expect(final.frontPages).toBe(1);
  });

  readBack(title('parts a front of two pages before the treatments: the decision stands beside them'), async () => {
    const wide = { what: 'Electrocardiogram', owner: 'W'.repeat(70), due: '2026-05-08' };
    const { bytes, frontPages } = await printFront({ decision: { ...decision, actions: Array(8).fill(wide) } });
    expect(frontPages).toBe(2);
    const [first = '', second = ''] = pagesOf(bytes);
    expect(first).toMatch(/Findings that matter.*Aggressiveness/s);
    expect(first).not.toContain('Treatments by evidence');
    expect(second).toMatch(/Treatments by evidence.*Decision of the board.*Further signature/s);
  });

  readBack(title('loses nothing of a part that is taller than a page, though it should stay together'), async () => {
    const owner = 'Œ'.repeat(120);
    const actions = Array.from({ length: 8 }, (_, at) => ({ what: `Action ${at}.`, owner, due: '2026-05-08' }));
    const input = reportInput({ decision: { ...decision, actions } });
    const facts = ['rule:models'] as const;
    const tall = Array.from({ length: 12 }, (_, at): Row => ({ cells: [`Row ${at}`, 'Œ'.repeat(690)], facts }));
    const appendix = [table([column('Name', 9), column('Words', 1)], tall)];
    const { bytes, frontPages } = await printReport({ ...composeReport(input), appendix }, input, 'final');
    const text = textOf(bytes);
    for (let at = 0; at < 8; at++) expect(text).toContain(`Action ${at}.`);
    for (let at = 0; at < 12; at++) expect(text).toContain(`Row ${at}`);
    expect(text.match(/Œ/g)).toHaveLength(8 * 120 + 12 * 690);
    expect(frontPages).toBe(2);
  });

  readBack(title('leaves no heading behind at the end of a page where its facts go to the next'), async () => {
    const input = reportInput();
    const lines = [30, 34, 36, 38, 40, 42];
    const appendix = lines.flatMap((count) => [
      ...Array.from({ length: count }, (_, at) => paragraph(`Line ${at} of ${count}.`, ['rule:models'])),
      heading(2, `Facts after ${count}`),
      factRows(Array.from({ length: 12 }, (_, at) => [`Label ${at}`, `value ${at}`, 'rule:models'] as const)),
      { kind: 'page-break' as const, elements: [] },
    ]);
    const { bytes } = await printReport({ ...composeReport(input), appendix }, input, 'final');
    const pages = pagesOf(bytes);
    for (const count of lines) {
      const page = pages.find((text) => text.includes(`Facts after ${count}`));
      expect(page, `${count} lines`).toContain('value 11');
    }
    // The facts did not fit below every number of lines, else nothing was tried.
    expect(pages.length).toBeGreaterThan(lines.length + 2);
  });

  readBack(
    title('leaves no heading and no note behind where the table they lead to goes to the next page'),
    async () => {
      const input = reportInput();
      const lines = [26, 30, 34, 36, 38, 40];
      const rows = Array.from({ length: 8 }, (_, at): Row => ({ cells: [`Row ${at}`, 'x'], facts: ['rule:models'] }));
      const appendix = lines.flatMap((count) => [
        ...Array.from({ length: count }, (_, at) => paragraph(`Line ${at} of ${count}.`, ['rule:models'])),
        heading(2, `Table after ${count}`),
        paragraph('What the table counts.', ['rule:models'], [], 'note'),
        table([column('Name', 2), column('Count', 1)], rows),
        { kind: 'page-break' as const, elements: [] },
      ]);
      const { bytes } = await printReport({ ...composeReport(input), appendix }, input, 'final');
      const pages = pagesOf(bytes);
      for (const count of lines) {
        const page = pages.find((text) => text.includes(`Table after ${count}`));
        expect(page, `${count} lines`).toContain('Row 7');
      }
      // The table did not fit below every number of lines, else nothing was tried.
      expect(pages.length).toBeGreaterThan(lines.length + 2);
    },
  );

  readBack(title('leaves no heading behind where the text below it goes whole to the next page'), async () => {
    const input = reportInput();
    const lines = [36, 38, 40, 42, 44, 46];
    // The second is of a width at which an estimate by characters comes out a line short.
    const texts = [
      [2, `${'One of the limits. '.repeat(60)}The last limit.`],
      [1, `${'cohort-breast a fecha de 09/03/2018, '.repeat(17)}The last limit.`],
    ] as const;
    const appendix = texts.flatMap(([level, text]) =>
      lines.flatMap((count) => [
        ...Array.from({ length: count }, (_, at) => paragraph(`Line ${at} of ${count}.`, ['rule:models'])),
        heading(level, `Limits ${level} after ${count}`),
        paragraph(text, ['rule:models']),
        { kind: 'page-break' as const, elements: [] },
      ]),
    );
    const { bytes } = await printReport({ ...composeReport(input), appendix }, input, 'final');
    const pages = pagesOf(bytes);
    for (const [level] of texts)
      for (const count of lines) {
        const page = pages.find((text) => text.includes(`Limits ${level} after ${count}`));
        expect(page, `${count} lines`).toContain('The last limit.');
      }
    // The text did not fit below every number of lines, else nothing was tried.
    expect(pages.length).toBeGreaterThan(texts.length * lines.length + 2);
  });

  readBack(title('names patient, report and page on every page (R58)'), () => {
    const pages = pagesOf(final.bytes);
    expect(pages).toHaveLength(final.pages);
    pages.forEach((page, index) => {
      expect(page).toContain('Otter 417');
      expect(page).toContain('case lung-1');
      expect(page).toContain('Report R-0123456789ab');
      expect(page).toContain(`Page ${index + 1} of ${final.pages}`);
    });
  });

  readBack(title('marks every page of a draft and of a synthetic patient, and no page of a final one'), async () => {
    for (const page of pagesOf(draft.bytes)) {
      expect(page).toContain('DRAFT, NOT SIGNED');
      expect(page).toContain('SYNTHETIC PATIENT');
    }
    const real = await printFront({ record: wholeRecord({ synthetic: false }), more: { signature } });
    expect(textOf(real.bytes)).not.toMatch(/DRAFT|SYNTHETIC/);
  });

  readBack(title('prints every text of the report: none is lost on the way to paper'), () => {
    const squeezed = (text: string): string => text.replace(/\s+/g, '');
    const paper = squeezed(textOf(final.bytes, '-raw'));
    const report = composeReport(reportInput({ more: { signature } }));
    for (const block of [...report.front, ...report.appendix]) {
      if (block.kind === 'paragraph' || block.kind === 'heading') {
        // A page may turn inside a paragraph; its words up to there stand together.
        expect(paper, block.text).toContain(squeezed(block.text).slice(0, 40).replaceAll('µ', 'μ'));
      }
      if (block.kind === 'table')
        for (const { cells } of block.rows) expect(paper).toContain(squeezed(cells[0] ?? '').slice(0, 20));
    }
  });

  readBack(title('prints signer, time and meaning before it is signed (R54)'), () => {
    const [first = ''] = pagesOf(final.bytes);
    expect(first.replace(/\s+/g, ' ')).toContain(
      'Signed electronically by Dr. Signer, author of this report, 2026-05-01 14:05 UTC.',
    );
  });

  it.skipIf(lacks('pdffonts'))(
    toolTitle('embeds its fonts whole in their meaning: no font of the reader’s machine', 'pdffonts'),
    () => {
      const file = join(folder, 'fonts.pdf');
      writeFileSync(file, final.bytes);
      const lines = execFileSync('pdffonts', [file], { encoding: 'utf8' }).trim().split('\n').slice(2);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines) expect(line).toMatch(/\byes\s+yes\s+yes\b/);
    },
  );

  readBack(title('prints what people type, named where no font has it'), async () => {
    const hostile = await printFront({
      decision: { ...decision, answer: 'Yes 雪 \u202eevil 😀 <b>&amp;</b> {{y}} %s', rationale: 'ﷺ\u0000 Ω ≥ Ж' },
    });
    const text = textOf(hostile.bytes).replace(/\s+/g, ' ');
    expect(text).toContain('Yes [U+96EA] [U+202E]evil [U+1F600] <b>&amp;</b> {{y}} %s');
    expect(text).toContain('[U+FDFA][U+0000] Ω ≥ Ж');
  });
});

describe('the printer', () => {
  it('opens no file but the fonts and fetches nothing', async () => {
    const base = {
      pageSize: 'A4',
      pageMargins: [40, 40, 40, 40],
      language: 'en',
      displayTitle: true,
      info: {},
      defaultStyle: { font: 'Inter' },
    } as const;
    const nothing = { header: () => ({ text: '' }), footer: () => ({ text: '' }), pageBreakBefore: () => false };
    for (const image of ['/etc/hostname', 'http://127.0.0.1:9/x.png']) {
      const content = [{ image } as unknown as { text: string }];
      await expect(printPdf({ ...base, ...nothing, content })).rejects.toThrow();
    }
  });
});

describe('a word wider than its place', () => {
  const pieces = (text: string) => textRuns(text, 120, { fontSize: 7.25 }) as { text: string; wordBreak?: string }[];
  it.each([
    ['GRCh38 chr20:g.32436180del; ENST00000375687.10:c.3473dupACGTACGTACGT', 'c.3473dupACGTACGTACGT'],
    ['files/gene_expression_of_the_tumor.tsv.gz', 'tumor.tsv.gz'],
  ])('is parted behind a colon, a stroke or a low line: %s', (text, last) => {
    const runs = pieces(text);
    expect(runs.map((one) => one.text).join('')).toBe(text);
    expect(runs.filter(({ wordBreak }) => wordBreak !== undefined)).toEqual([]);
    expect(runs.at(-1)?.text).toBe(last);
  });
  it('and anywhere where it has none, as a hash', () => {
    const hash = '0123456789abcdef'.repeat(4);
    expect(pieces(hash)).toMatchObject([{ text: hash, wordBreak: 'break-all' }]);
  });
});

describe('charts', () => {
  const result = score.aggressiveness;
  if (result.state !== 'computed' || result.curve === undefined) throw new Error('the sample score has a curve');
  const curve = result.curve;

  it('draw the curve as steps inside its interval, with numbers at risk', () => {
    const svg = survivalPlot(curve, result);
    expect(svg).toContain('n = 90');
    expect(svg).toContain('At risk');
    const band = /<polygon points="([^"]+)"/.exec(svg)?.[1]?.split(' ') ?? [];
    expect(band).toHaveLength(2 * (2 * curve.points.length - 1));
    expect(svg).not.toContain('NaN');
  });

  it('draw contributions that add up to the score: the rest is one bar', () => {
    const svg = attributionPlot(result);
    const values = [...svg.matchAll(/>([+−]\d\.\d\d)</g)].map(([, value = '']) => Number(value.replace('−', '-')));
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(result.logRisk, 2);
    expect(svg).toContain('all other features');
  });

  it('draw every segment, and names as text and not as markup', () => {
    const { profile } = reportInput();
    const svg = copyNumberPlot(profile.segments, profile.findings);
    expect(svg.match(/stroke-width="2"/g)).toHaveLength(profile.segments.length);
    const first = profile.findings[0];
    if (first === undefined) throw new Error('the case has findings');
    const odd = {
      ...first,
      kind: 'amplification' as const,
      gene: '<b>&',
      locus: { chromosome: '7', start1: 1, end1: 2 },
    };
    expect(copyNumberPlot(profile.segments, [odd])).toContain('&lt;b&gt;&amp;');
    expect(copyNumberPlot([], [])).not.toContain('NaN');
  });
});
