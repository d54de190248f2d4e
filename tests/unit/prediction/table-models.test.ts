import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateModel } from '../../../electron/prediction/index.ts';
import { areaUnderRoc, areaUnderRocWithInterval, calibrationLine } from '../../../shared/prediction/measure.ts';
import { concordance } from '../../../shared/prediction/survival.ts';
import { numberOf, readTableRow, TableInput } from '../../../shared/prediction/table-model.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

const MODELS = resolve(import.meta.dirname, '../../../models');
const json = async (id: string, file: string) => JSON.parse(await readFile(join(MODELS, id, file), 'utf8'));
const quoted = (cell: unknown): string => (String(cell).includes(',') ? `"${String(cell)}"` : String(cell));
const csv = (header: readonly string[], rows: readonly (readonly unknown[])[]): Uint8Array =>
  Buffer.from(`${[header, ...rows].map((row) => row.map(quoted).join(',')).join('\n')}\n`);

describe.each(['breast-prognosis', 'drug-sensitivity', 'ici-response', 'neoadjuvant-response'])('F040 %s', (id) => {
  it('gives what torch gave, within 1e-5', async () => {
    const { rows, tolerance, ...outputs } = await json(id, 'parity.json');
    const input = TableInput.parse(await json(id, 'input.json'));
    // The parity rows set several tumor types at once; the graph is what is compared, so the row rule stands aside.
    const { openTableSession } = await import('../../../electron/prediction/session.ts');
    const session = await openTableSession(await readFile(join(MODELS, id, 'model.onnx')));
    const said = await session.run(
      rows.map((row: (number | null)[]) => Float32Array.from(row, (value) => value ?? Number.NaN)),
    );
    expect(input.columns).toHaveLength(rows[0].length);
    expect([...session.outputs].sort()).toEqual(Object.keys(outputs).sort());
    for (const [name, expected] of Object.entries<number[]>(outputs)) {
      expect(said[name]).toHaveLength(expected.length);
      said[name]?.forEach((value, i) => {
        expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThan(tolerance);
      });
    }
  });

  it('names what the table lacks, and scores no row with an unknown required value', async () => {
    const input = TableInput.parse(await json(id, 'input.json'));
    const all = input.columns.map(({ name }) => name);
    const required = input.columns.filter((column) => column.required).map(({ name }) => name);
    const without = all.filter((name) => !required.includes(name));
    await expect(
      evaluateModel(MODELS, id, { name: 'cohort.csv', bytes: csv(without, [without.map(() => 1)]) }),
    ).rejects.toMatchObject({ fault: { code: 'column-missing', place: { file: 'cohort.csv', field: required[0] } } });
    const found = await evaluateModel(MODELS, id, { name: 'cohort.csv', bytes: csv(all, [all.map(() => 'NA')]) });
    expect(found.predictions).toEqual([]);
    expect(found.abstained).toMatchObject([{ line: 2 }]);
  });
});

describe('a cohort file', () => {
  const header = ['TMB', 'Systemic_therapy_history', 'Albumin', 'NLR', 'Age'];
  const cancers = Array.from({ length: 16 }, (_, i) => `CancerType${i + 1}`);
  const lung = cancers.map((name) => (name === 'CancerType11' ? 1 : 0));
  const whole = [...header, ...cancers];

  it('albumin in g/L, text in a number, no tumor type, two tumor types: not scored, each with its reason', async () => {
    const found = await evaluateModel(MODELS, 'ici-response', {
      name: 'cohort.csv',
      bytes: csv(whole, [
        [10, 0, 41, 3, 60, ...lung],
        [10, 0, 'high', 3, 60, ...lung],
        [10, 0, 4.1, 3, 60, ...lung.map(() => 0)],
        [10, 0, 4.1, 3, 60, ...lung],
        [10, 0, 4.1, 3, 60, ...lung.map((_, i) => Number(i < 2))],
      ]),
    });
    expect(
      found.abstained.map(({ line, column }) => [line, column]),
      'in the order of the file',
    ).toEqual([
      [2, 'Albumin'],
      [3, 'Albumin'],
      [4, 'CancerType1'],
      [6, 'CancerType1'],
    ]);
    expect(found.abstained[3]?.reason).toBe('more than one tumor type');
    expect(found.predictions).toHaveLength(1);
    expect(found.strata).toEqual([]);
    expect(found.warnings.join()).toContain('PDL1_TPS(%)');
  });

  it('a damaged gzip, a ragged row, an empty file and a model that reads cases are refused', async () => {
    const bytes = csv(whole, [[10, 0, 4.1, 3, 60, ...lung]]);
    const ask = (given: Uint8Array, id = 'ici-response') => evaluateModel(MODELS, id, { name: 'c.csv', bytes: given });
    await expect(ask(gzipSync(bytes).subarray(0, 40))).rejects.toMatchObject({ fault: { code: 'file-truncated' } });
    await expect(ask(csv(whole, [[1, 2]]))).rejects.toMatchObject({ fault: { code: 'line-invalid' } });
    await expect(ask(csv(whole, []))).rejects.toMatchObject({ fault: { code: 'file-empty' } });
    await expect(ask(bytes, 'aggressiveness')).rejects.toMatchObject({ fault: { code: 'model-missing' } });
    expect((await ask(gzipSync(bytes))).predictions).toEqual((await ask(bytes)).predictions);
  });

  it('other order, other case, other names, extra columns, words for unknown, a semicolon: the same numbers', async () => {
    const rows = [
      [10, 0, 4.1, 3, 60, 50, ...lung],
      [3, 1, '', 8, 71, '', ...lung],
    ];
    const plain = await evaluateModel(MODELS, 'ici-response', {
      name: 'a.csv',
      bytes: csv([...header, 'PDL1_TPS(%)', ...cancers], rows),
    });
    const other = [
      ['center', 'age', 'nlr', 'ALBUMIN', 'pd-l1', 'systemic therapy history', 'tmb', 'Cancer Type'],
      ['x', 60, 3, '4,1', '50', 'No', 10, 'nsclc'],
      ['y', 71, 8, 'not available', 'N/A', 'yes', 3, 'NSCLC'],
    ];
    const same = await evaluateModel(MODELS, 'ici-response', {
      name: 'b.csv',
      bytes: Buffer.from(other.map((row) => row.join(';')).join('\n')),
    });
    expect(plain.predictions).toHaveLength(2);
    expect(same.predictions.map(({ probability }) => probability)).toEqual(
      plain.predictions.map(({ probability }) => probability),
    );
  });

  it('a cohort on another scale is refused as a whole, with its column', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => [400 + i, 0, 4.1, 3, 60, ...lung]);
    await expect(
      evaluateModel(MODELS, 'ici-response', { name: 'c.csv', bytes: csv(whole, rows) }),
    ).rejects.toMatchObject({ fault: { code: 'field-invalid', place: { file: 'c.csv', field: 'TMB' } } });
    await expect(
      evaluateModel(MODELS, 'ici-response', {
        name: 'e.csv',
        bytes: csv(
          [...whole.slice(1), 'tmb', 'Tmb'],
          rows.map((row) => [...row.slice(1), 1, 2]),
        ),
      }),
    ).rejects.toMatchObject({ fault: { code: 'header-invalid', place: { field: 'TMB' } } });
  });

  describe('a table as people and programs write it: the same numbers, or a typed refusal with its place', () => {
    const columns = ['id', ...header, 'PDL1_TPS(%)', 'Response', ...cancers];
    const rows = Array.from({ length: 24 }, (_, i): (string | number)[] => [
      `P${i}`,
      ...[2.5 + i, i % 2, 3 + (i % 9) / 10, 2.5 + (i % 5), 50.5 + i, i % 3 === 0 ? '' : 4 * i, Number(i % 4 === 0)],
      ...lung,
    ]);
    const at = (name: string): number => columns.indexOf(name);
    const mapped = (names: readonly string[], to: (cell: string) => string): string[][] =>
      rows.map((row) => row.map((cell, i) => (names.includes(columns[i] ?? '') ? to(String(cell)) : String(cell))));
    const text = (head: readonly string[], body: readonly (readonly unknown[])[], between = ','): string =>
      `${[head, ...body].map((row) => row.map((cell) => (String(cell).includes(between) ? `"${cell}"` : cell)).join(between)).join('\n')}\n`;
    const ask = (given: string | Uint8Array) =>
      evaluateModel(MODELS, 'ici-response', { name: 'cohort.csv', bytes: Buffer.from(given as string) });
    const figures = async (given: string | Uint8Array) => {
      const { strata, predictions, abstained } = await ask(given);
      expect(abstained).toEqual([]);
      return { auc: strata[0]?.auc?.value, numbers: predictions.map(({ probability }) => probability) };
    };
    const decimals = rows.map((row) => row.map((cell) => String(cell).replace('.', ',')));
    it.each<[string, string | Uint8Array]>([
      ['semicolons and decimal commas', text(columns, decimals, ';')],
      ['commas and quoted decimal commas', text(columns, decimals)],
      ['tabs', text(columns, rows, '\t')],
      ['bars', text(columns, rows, '|')],
      [
        'words of a record for what was not looked at',
        text(
          columns,
          mapped(['PDL1_TPS(%)'], (cell) => (cell === '' ? 'Not done' : cell)),
        ),
      ],
      ['a byte order mark and CRLF', `\uFEFF${text(columns, rows)}`.replaceAll('\n', '\r\n')],
      ['UTF-16', Buffer.from(`\uFEFF${text(columns, rows)}`, 'utf16le')],
      ['everything quoted', [columns, ...rows].map((row) => row.map((cell) => `"${cell}"`).join(',')).join('\n')],
      [
        'capitals',
        text(
          columns.map((name) => name.toUpperCase()),
          rows,
        ),
      ],
      [
        'small letters',
        text(
          columns.map((name) => name.toLowerCase()),
          rows,
        ),
      ],
      [
        'units in brackets',
        text(
          columns.map((name) => (name === 'TMB' ? 'TMB (mut/Mb)' : name)),
          rows,
        ),
      ],
      [
        'whole numbers with a decimal',
        text(
          columns,
          mapped(cancers, (cell) => `${cell}.0`),
        ),
      ],
      [
        'true and false for one-hot codes',
        text(
          columns,
          mapped(cancers, (cell) => (cell === '1' ? 'True' : 'False')),
        ),
      ],
      [
        'yes and no for the outcome',
        text(
          columns,
          mapped(['Response'], (cell) => (cell === '1' ? 'Yes' : 'No')),
        ),
      ],
      [
        'NA for nothing',
        text(
          columns,
          mapped(['PDL1_TPS(%)'], (cell) => (cell === '' ? 'NA' : cell)),
        ),
      ],
      [
        'an index without a name',
        text(
          ['', ...columns],
          rows.map((row, i) => [i, ...row]),
        ),
      ],
      [
        'row names of R',
        text(
          columns,
          rows.map((row, i) => [i + 1, ...row]),
        ),
      ],
      ['remarks before the header', `# exported\n# 24 patients\n${text(columns, rows)}`],
      ['a header after a hash', `#${text(columns, rows)}`],
      [
        'a comma after each row but not after the header, which R’s row names look like',
        text(columns, rows)
          .trimEnd()
          .split('\n')
          .map((line, i) => (i === 0 ? line : `${line},`))
          .join('\n'),
      ],
      ['a remark under the table', `${text(columns, rows)}# 24 patients\n`],
      ['the delimiter as a spreadsheet says it', `sep=;\r\n${text(columns, decimals, ';')}`],
      ['UTF-16, the other byte first', Buffer.from(`\uFEFF${text(columns, rows)}`, 'utf16le').swap16()],
      [
        'blanks between columns, as R writes a table',
        [columns, ...rows.map((row, i) => [i + 1, ...row.map((cell) => (cell === '' ? 'NA' : cell))])]
          .map((row) => row.map((cell) => (typeof cell === 'string' ? `"${cell}"` : cell)).join(' '))
          .join('\n'),
      ],
      ...['-99', '999', '#VALUE!', 'unbekannt', 'Desconocido'].map((nothing): [string, string] => [
        `${nothing} for nothing`,
        text(
          columns,
          mapped(['PDL1_TPS(%)'], (cell) => (cell === '' ? nothing : cell)),
        ),
      ]),
      [
        'a percent sign',
        text(
          columns,
          mapped(['PDL1_TPS(%)'], (cell) => (cell === '' ? cell : `${cell} %`)),
        ),
      ],
      [
        'nothing for 0 in one-hot codes',
        text(
          columns,
          mapped(cancers, (cell) => (cell === '0' ? '' : cell)),
        ),
      ],
      [
        'RECIST for the outcome',
        text(
          columns,
          mapped(['Response'], (cell) => (cell === '1' ? 'PR' : 'PD')),
        ),
      ],
      ['lines of delimiters at the end', `${text(columns, rows)}${','.repeat(columns.length - 1)}\n\n`],
      [
        'a comma after each row',
        text(
          [...columns, ''],
          rows.map((row) => [...row, '']),
        ),
      ],
    ])('%s', async (_, given) => {
      expect(await figures(given)).toEqual(await figures(text(columns, rows)));
    });
    it('two timepoints of each patient are counted as patients, and that is said', async () => {
      const found = await ask(
        text(
          ['timepoint', ...columns],
          rows.flatMap((row) => [
            ['baseline', ...row],
            ['week 6', ...row],
          ]),
        ),
      );
      expect(found.predictions).toHaveLength(48);
      expect(found.warnings.join(' ')).toContain('24 of 48 rows are equal to another');
      expect((await ask(text(columns, rows))).warnings.join(' ')).not.toContain('equal to another');
    });
    it('rows without an outcome are scored and not measured', async () => {
      const half = rows.map((row, i) => row.map((cell, k) => (k === at('Response') && i % 5 === 0 ? '' : cell)));
      const found = await ask(text(columns, half));
      expect([found.predictions.length, found.strata[0]?.patients]).toEqual([24, 19]);
    });
    it.each<[string, string, string, object]>([
      [
        'logarithms',
        text(
          columns,
          mapped(['TMB'], (cell) => Math.log10(Number(cell) / 9).toFixed(4)),
        ),
        'field-invalid',
        { line: 1, field: 'TMB' },
      ],
      [
        'shares for percent',
        text(
          columns,
          mapped(['PDL1_TPS(%)'], (cell) => (cell === '' ? cell : String(Number(cell) / 115))),
        ),
        'field-invalid',
        { field: 'PDL1_TPS(%)' },
      ],
      ['a ragged row', `${text(columns, rows)}1,2\n`, 'line-invalid', { line: 26 }],
    ])('%s: refused', async (_, given, code, place) => {
      await expect(ask(given)).rejects.toMatchObject({ fault: { code, place: { file: 'cohort.csv', ...place } } });
    });
    it('a constant column was filled in: read as unknown, and said', async () => {
      const filled = await ask(
        text(
          columns,
          mapped(['Albumin'], () => '3.8'),
        ),
      );
      const empty = await ask(
        text(
          columns,
          mapped(['Albumin'], () => ''),
        ),
      );
      expect(filled.predictions.map(({ probability }) => probability)).toEqual(
        empty.predictions.map(({ probability }) => probability),
      );
      expect(filled.warnings.join(' ')).toContain('Albumin: the same value in every row');
    });
    it('logarithms that lie where amounts do are read, and that is said; amounts are not', async () => {
      const many = (of: (value: number) => number): string =>
        text(
          columns,
          Array.from({ length: 2 }, () => rows).flatMap((part) =>
            part.map((row) => row.map((cell, i) => (i === at('TMB') ? of(Number(cell)) : cell))),
          ),
        );
      const said = async (given: string): Promise<string> => (await ask(given)).warnings.join(' ');
      expect(await said(many((value) => Math.log2(value + 1)))).toContain('TMB (none above 4.73: logarithms?)');
      expect(await said(many((value) => value))).not.toContain('logarithms');
    });
    it('thousands apart are read where no other reading is left, and said where the table’s other decimals tell', async () => {
      const cells = ['17,234.5', '17.234,5', '1,234,567', '1,234', '12,34,5'];
      expect(cells.map((cell) => numberOf(cell))).toEqual([17_234.5, 17_234.5, 1_234_567, 1.234, undefined]);
      const grouped = mapped(['TMB'], (cell) => (cell === '2.5' ? '1,234' : cell));
      const found = await ask(text(columns, grouped));
      expect(found.abstained).toMatchObject([{ column: 'TMB', reason: expect.stringContaining('outside') }]);
      expect(found.warnings.join(' ')).toContain('one between thousands');
    });
    it('a table without its outcome is scored, and says which column would measure it', async () => {
      const renamed = columns.map((name) => (name === 'Response' ? 'ORR' : name));
      const found = await ask(text(renamed, rows));
      expect(found.predictions).toHaveLength(24);
      expect(found.warnings.join(' ')).toContain('The table has no Response (1: complete or partial response)');
    });
    it('a cohort that lies elsewhere on the same scale is read, and that is said', async () => {
      const found = await ask(
        text(
          columns,
          mapped(['NLR'], (cell) => String(Number(cell) / 5)),
        ),
      );
      expect(found.predictions).toHaveLength(24);
      expect(found.warnings.join(' ')).toContain('NLR (median 0.9');
    });
  });

  const symbols = Array.from({ length: 60 }, (_, i) => `GENE${i}A`);
  it.each<[string, readonly string[], (gene: number, patient: number) => number]>([
    ['TPM by symbols', symbols, (g, p) => 0.37 * g + p],
    [
      'counts by Ensembl ids with version',
      symbols.map((_, i) => `ENSG${String(10_000_000_000 + i)}.${1 + (i % 9)}`),
      (g, p) => 31 * g + p,
    ],
    ['log2 FPKM by Entrez ids', symbols.map((_, i) => String(1000 + 7 * i)), (g, p) => Math.log2(0.1 + g + p)],
  ])(
    'a matrix of genes, %s, is refused as one, in rows and in columns, never read as scores',
    async (_, genes, value) => {
      const people = Array.from({ length: 12 }, (__, i) => `P${i}`);
      const inRows = csv(
        ['gene', ...people],
        genes.map((gene, g) => [gene, ...people.map((___, p) => value(g, p))]),
      );
      const inColumns = csv(
        ['patient', ...genes],
        people.map((person, p) => [person, ...genes.map((___, g) => value(g, p))]),
      );
      for (const bytes of [inRows, inColumns])
        await expect(evaluateModel(MODELS, 'neoadjuvant-response', { name: 'm.csv', bytes })).rejects.toMatchObject({
          fault: {
            code: 'column-missing',
            message: expect.stringContaining('a matrix of expression'),
            place: { file: 'm.csv', line: 1, field: 'Age.at.diagnosis' },
          },
        });
    },
  );

  it('receptors coded 0 and 1, or in words, where the model has -1 and 1', async () => {
    const input = TableInput.parse(await json('neoadjuvant-response', 'input.json'));
    const columns = input.columns.filter(({ required }) => required);
    const coded = columns.map(({ values }) => values?.[0] === -1);
    const patients = Array.from({ length: 8 }, (_, row) =>
      columns.map(({ values, min, max }, i) => values?.[(row >> (i % 3)) & 1] ?? Math.round((min + max) / 2)),
    );
    const run = async (word: (cell: unknown) => unknown) =>
      evaluateModel(MODELS, 'neoadjuvant-response', {
        name: 'c.csv',
        bytes: csv(
          columns.map(({ name }) => name),
          patients.map((row) => row.map((cell, i) => (coded[i] ? word(cell) : cell))),
        ),
      });
    const plain = await run((cell) => cell);
    const zero = await run((cell) => (cell === -1 ? 0 : cell));
    expect(zero.predictions).toEqual(plain.predictions);
    expect((await run((cell) => (cell === -1 ? 'Negative' : 'Positive'))).predictions).toEqual(plain.predictions);
    expect((await run((cell) => (cell === -1 ? '−1' : cell))).predictions).toEqual(plain.predictions);
    expect(new Set(plain.predictions.map(({ probability }) => probability)).size).toBeGreaterThan(2);
    expect(plain.predictions).toHaveLength(8);
  });

  it('a patient’s number is the same to the last bit wherever the row stands, alone and among others', async () => {
    const { columns } = TableInput.parse(await json('neoadjuvant-response', 'input.json'));
    const patients = Array.from({ length: 41 }, (_, row) =>
      columns.map(({ values, typical, min, max }, i) => {
        const share = ((row * 7919 + i * 104_729) % 801) / 800;
        const [low, high] = typical ?? [min, max];
        return values?.[Math.floor(share * 1.999)] ?? low + share * (high - low);
      }),
    );
    const run = async (rows: readonly (readonly number[])[]) => {
      const header = columns.map(({ name }) => name);
      const found = await evaluateModel(MODELS, 'neoadjuvant-response', { name: 'c.csv', bytes: csv(header, rows) });
      return found.predictions.map(({ probability }) => probability);
    };
    const all = await run(patients);
    expect(all).toHaveLength(41);
    expect((await run(patients.toReversed())).toReversed()).toEqual(all);
    expect(await run(patients.slice(5, 6))).toEqual(all.slice(5, 6));
  });

  const cohorts = outside('data/loris-ici');
  it.skipIf(cohorts === undefined)(
    outsideTitle("repeats the card's figures on the cohorts it was validated on", cohorts),
    async () => {
      const card = await json('ici-response', 'card.json');
      for (const name of ['Chowell_test', 'MSK1', 'Kato_panCancer', 'Pradat_panCancer']) {
        const bytes = await readFile(join(cohorts ?? '', `${name}.csv.gz`));
        const found = await evaluateModel(MODELS, 'ici-response', { name, bytes });
        const stated = card.metrics.validation[name];
        expect(found.abstained).toEqual([]);
        expect(found.strata[0]).toMatchObject({ patients: stated.patients, positives: stated.responders });
        expect(found.strata[0]?.auc?.value).toBeCloseTo(stated.auc.value, 6);
        expect(found.strata[0]?.auc?.low).toBeCloseTo(stated.auc.low, 1);
      }
    },
  );
});

describe('breast-prognosis on a cohort', () => {
  const names = ['Age at Diagnosis', 'tumor_size_mm', 'N', 'NHG', 'ER Status', 'OS_months', 'OS_event'];
  const patients = Array.from({ length: 60 }, (_, i) => [
    40 + ((i * 7) % 40),
    8 + ((i * 13) % 60),
    ['N0', 'pN1a', 'NX', 'N2'][i % 4],
    ['G1', 'G2', 'G3'][i % 3],
    ['Positive', 'Negative', 'NA'][i % 3],
    12 + ((i * 37) % 200),
    i % 2 === 0 ? 'Deceased' : 'Living',
  ]);
  const run = (head: readonly string[], rows: readonly (readonly unknown[])[], constants = {}) =>
    evaluateModel(MODELS, 'breast-prognosis', { name: 'c.csv', bytes: csv(head, rows) }, { constants });

  it('reads TNM classes, words and follow-up, and measures C with its interval', async () => {
    const found = await run(names, patients);
    expect(found.predictions).toHaveLength(60);
    expect(found.survival).toMatchObject([{ endpoint: 'death of any cause', patients: 60, events: 30 }]);
    const { concordance: c } = found.survival[0] ?? {};
    expect(c?.low).toBeLessThan(c?.value ?? 0);
    expect(found.warnings.join(' ')).toContain('rna_reference');
    const years = names.map((name) => (name === 'OS_months' ? 'os_years' : name));
    const same = await run(
      years,
      patients.map((row) => row.map((cell, i) => (i === 5 ? Number(cell) / 12 : cell))),
    );
    expect(same.survival[0]?.concordance?.value).toBeCloseTo(c?.value ?? 0, 6);
  });

  it('size in centimeters is refused; an expression on another scale than it names is not scored', async () => {
    await expect(
      run(
        names,
        patients.map((row) => row.map((cell, i) => (i === 1 ? Number(cell) / 10 : cell))),
      ),
    ).rejects.toMatchObject({ fault: { code: 'field-invalid', place: { field: 'tumor_size_mm' } } });
    const genes = ['AURKA', 'BCL2', 'GATA3', 'CDK1', 'PTEN', 'IGF1R', 'SF3B1', 'RUNX1'];
    const [first = []] = patients;
    const log2 = [2.1, 3.5, 6.8, 3.2, 4.2, 3.9, 5.8, 4.9];
    const head = [...names, ...genes];
    const ask = async (values: readonly number[], constants = {}) =>
      (await run(head, [[...first, ...values]], constants)).predictions[0]?.outputs.score;
    const unread = await ask(log2);
    expect(await ask(log2.map(() => 0))).toBe(unread); // no assay is named: expression is not read
    expect(await ask(log2, { rna_reference: 'log2-fpkm' })).not.toBe(unread);
    expect(await ask(log2, { rna_reference: 'z-score' })).toBeUndefined();
    expect(
      await ask(
        log2.map((x) => 2 ** x),
        { rna_reference: 'log2-fpkm' },
      ),
    ).toBeUndefined();
    expect(
      await ask(
        log2.map(() => 4),
        { rna_reference: 'log2-fpkm' },
      ),
    ).toBeUndefined();
  });
});

describe('F034 drug-sensitivity', () => {
  it('says per drug what cell lines did, with an interval; drugs that do not beat tissue have no model', async () => {
    const card = await json('drug-sensitivity', 'card.json');
    const input = TableInput.parse(await json('drug-sensitivity', 'input.json'));
    const { shipped, noModel, drugs } = card.metrics;
    expect(shipped.length + noModel.length).toBe(drugs);
    expect(input.continuous).toHaveLength(shipped.length);
    for (const drug of shipped) {
      expect(drug.holm).toBeLessThan(0.05);
      expect(drug.r).toBeGreaterThan(drug.rTissueOnly);
      expect(Math.abs(drug.coverage - 0.9)).toBeLessThan(0.03);
    }
    for (const drug of noModel) expect(drug.holm).toBeGreaterThanOrEqual(0.05);
    const names = input.columns.map(({ name }) => name);
    const row = (present: boolean) => names.map((name) => (name === 'tissue' ? 'skin' : present ? 1 : 0));
    const found = await evaluateModel(MODELS, 'drug-sensitivity', {
      name: 'lines.csv',
      bytes: Buffer.from([names, row(true), row(false)].map((cells) => cells.join(';')).join('\n')),
    });
    expect(found.predictions.map(({ probability }) => probability)).toEqual([undefined, undefined]);
    expect(Object.keys(found.predictions[0]?.outputs ?? {})).toHaveLength(shipped.length);
    expect(found.predictions[0]?.outputs).not.toEqual(found.predictions[1]?.outputs);
  });
});

describe('measures', () => {
  it('C by ranks is C by pairs, ties and competing deaths included', () => {
    const one = fc.tuple(
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 0, max: 5 }),
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), (rows) => {
        let [good, all] = [0, 0];
        for (const [timeA, eventA, a] of rows)
          for (const [timeB, eventB, b] of rows)
            if (eventA === 1 && (timeB > timeA || (timeB === timeA && eventB !== 1))) {
              all += 1;
              good += a > b ? 1 : a === b ? 0.5 : 0;
            }
        const said = concordance(
          rows.map(([, , score]) => score),
          rows.map(([months, event]) => ({ months, event })),
        );
        if (all === 0) expect(said).toBeUndefined();
        else expect(said).toBeCloseTo(good / all, 12);
      }),
    );
  });

  it('AUC is the share of pairs in the right order, ties half', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 9 })), { maxLength: 40 }), (pairs) => {
        const outcome = pairs.map(([kind]) => kind);
        const score = pairs.map(([, value]) => value);
        let good = 0;
        let all = 0;
        for (const [kindA, a] of pairs)
          for (const [kindB, b] of pairs)
            if (kindA && !kindB) {
              all += 1;
              good += a > b ? 1 : a === b ? 0.5 : 0;
            }
        const said = areaUnderRoc(outcome, score);
        if (all === 0) expect(said).toBeUndefined();
        else expect(said).toBeCloseTo(good / all, 12);
      }),
    );
  });

  it('the interval holds the value and is the same each time; the slope of a true logit is 1', () => {
    const score = Array.from({ length: 400 }, (_, i) => ((i * 7919) % 997) / 997);
    const outcome = score.map((p, i) => ((i * 104_729) % 1009) / 1009 < p);
    const once = areaUnderRocWithInterval(outcome, score);
    expect(areaUnderRocWithInterval(outcome, score)).toEqual(once);
    expect(once?.low).toBeLessThan(once?.value ?? 0);
    expect(once?.high).toBeGreaterThan(once?.value ?? 1);
    const line = calibrationLine(
      outcome,
      score.map((p) => Math.min(Math.max(p, 0.01), 0.99)),
    );
    expect(line?.slope).toBeGreaterThan(0.7);
    expect(line?.slope).toBeLessThan(1.4);
    expect(calibrationLine([true, false], [0.9, 0.1])).toBeUndefined();
  });

  it('a row is read, or refused with its column; nothing in between', () => {
    const input: TableInput = {
      columns: [
        { name: 'a', meaning: 'a', min: 0, max: 10, required: true },
        { name: 'b', meaning: 'b', min: 0, max: 1, values: [0, 1], required: false, unknown: 'adds nothing' },
      ],
      outcome: { column: 'y', positive: 1, meaning: 'y' },
      strata: [],
      exactlyOneOf: [],
    };
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const row = readTableRow(input, (column) => (column === 'a' ? a : b));
        if (row.state === 'abstained') expect(['a', 'b']).toContain(row.column);
        else {
          expect(row.values[0]).toBeGreaterThanOrEqual(0);
          expect([0, 1, Number.NaN].some((value) => Object.is(value, row.values[1]))).toBe(true);
        }
      }),
      {
        examples: [
          ['__proto__', '1'],
          ['5', '__proto__'],
          ['constructor', ''],
        ],
      },
    );
  });
});
