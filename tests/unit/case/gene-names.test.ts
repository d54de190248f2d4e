import { describe, expect, it } from 'vitest';
import { readGeneCell } from '../../../shared/case/gene-names.ts';

describe('gene symbols in tables', () => {
  it.each(['TP53', 'HLA-A', 'C10orf54', 'SEPTIN9', 'MARCHF1', 'NKX2-1', 'ENSG00000141510.18', 'LOC100287896', 'DEC1'])(
    'reads %s as it stands',
    (cell) => expect(readGeneCell(cell)).toEqual({ kind: 'symbol', gene: cell }),
  );

  it('takes the symbol of a cell that carries an id as well', () => {
    expect(readGeneCell('TP53|7157')).toEqual({ kind: 'symbol', gene: 'TP53' });
    expect(readGeneCell('FGFR3^ENSG00000068078.16')).toEqual({ kind: 'symbol', gene: 'FGFR3' });
    expect(readGeneCell('?|100130426')).toEqual({ kind: 'absent' });
  });

  it.each([
    ['9-Sep', 'SEPTIN9'],
    ['Sep-09', 'SEPTIN9'],
    ['2023-09-09', 'SEPTIN9'],
    ['2023-09-09 00:00:00', 'SEPTIN9'],
    ['09-Sep-2023', 'SEPTIN9'],
    ['1-Dec', 'DELEC1'],
    ['8-Mar', 'MARCHF8'],
    ['11-MAR', 'MARCHF11'],
  ])('knows that %s was %s', (cell, gene) =>
    expect(readGeneCell(cell)).toEqual({ kind: 'repaired', gene, seen: cell }),
  );

  it.each([
    ['1-Mar', ['MARCHF1', 'MTARC1']],
    ['2-Mar', ['MARCHF2', 'MTARC2']],
    ['13-Sep', []],
    ['4-Oct', []],
    ['2.31E+13', []],
    ['44075', []],
    ['44075,5', []],
  ])('does not guess what %s was', (cell, likely) =>
    expect(readGeneCell(cell)).toEqual({ kind: 'damaged', seen: cell, likely }),
  );

  it.each(['', ' ', 'NA', '.', '-', '?', 'unknown'])('takes "%s" for no gene', (cell) =>
    expect(readGeneCell(cell)).toEqual({ kind: 'absent' }),
  );

  it.each(['TP53, KRAS', 'two words', '<b>TP53</b>', 'x'.repeat(60), '"TP53"'])('refuses "%s"', (cell) =>
    expect(readGeneCell(cell)).toEqual({ kind: 'invalid' }),
  );
});
