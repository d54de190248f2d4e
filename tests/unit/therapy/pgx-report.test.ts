import { describe, expect, it } from 'vitest';
import { composeReport } from '../../../shared/report/compose.ts';
import { knownFacts, unknownFacts } from '../../../shared/report/facts.ts';
import { translatorFor } from '../../../shared/report/translate.ts';
import type { PgxDocument } from '../../../shared/therapy/pgx/document.ts';
import { reportInput, wholeRecord } from '../report/support/input.ts';

const pharmacogenes: PgxDocument = {
  knowledge: { id: 'pharmacogenes', version: '2025-11-05', asOf: '2025-11-05' },
  genes: [
    {
      gene: 'DPYD',
      source: 'vcf',
      diplotypes: ['Reference/c.1905+1G>A (*2A)'],
      otherDiplotypes: [],
      phenotype: 'Intermediate Metabolizer',
      activityScore: '1.0',
      phenotypes: ['Intermediate Metabolizer'],
      calls: [],
      phased: true,
      missingPositions: [{ chromosome: 'chr1', position: 97573863, rsid: 'rs56038477' }],
      positions: 83,
      notes: [],
    },
  ],
  recommendations: [
    {
      drug: 'fluorouracil',
      genes: ['DPYD'],
      because: ['DPYD 1.0'],
      action: 'change-dose',
      startPercent: [50],
      strength: 'Strong',
      source: 'CPIC',
      id: 'PA166297898',
      guideline: 'PA166122686',
      version: 1,
      url: 'PA166122686',
    },
  ],
  warnings: [],
};

/** A patient who takes 5-FU, with and without a called germline file. */
function input(called: boolean) {
  const plain = reportInput({ record: wholeRecord({ medications: [{ name: '5-FU' }] }) });
  return called ? { ...plain, options: { ...plain.options, pharmacogenes } } : plain;
}
const paragraphs = (called: boolean): string => JSON.stringify(composeReport(input(called)));

describe('R37 pharmacogenes in the report (F043, F087)', () => {
  it('a drug that is taken and that a called gene bids change stands there with gene, dose, strength and source', () => {
    const text = paragraphs(true);
    expect(text).toContain(
      'DPYD Reference/c.1905+1G>A (*2A), Intermediate Metabolizer, activity score 1.0 (1 of 83 positions not called). fluorouracil: start with 50% of the usual dose (CPIC PA166297898, strong).',
    );
    expect(text).toContain('DPYD Intermediate Metabolizer, fluorouracil: start with 50% of the usual dose');
  });

  it('a normal phenotype is no normal sample in German', () => {
    const told = translatorFor('de')('NUDT15 *1/*1, Normal Metabolizer (all 18 positions that name alleles called).');
    expect(told).toBe('NUDT15 *1/*1, Normal Metabolizer (alle 18 Positionen bestimmt, die Allele benennen).');
    expect(translatorFor('de')('normal P-N')).toBe('Normalprobe P-N');
  });

  it('says nothing of a genotype where none was called', () => {
    expect(paragraphs(false)).not.toContain('Intermediate Metabolizer');
  });

  it('cites only what the input holds', () => {
    const known = knownFacts(input(true));
    expect(known.has('options:pharmacogenes')).toBe(true);
    expect(knownFacts(input(false)).has('options:pharmacogenes')).toBe(false);
    const cited = [...paragraphs(true).matchAll(/"(options:[a-z-]+)"/g)].map(([, id]) => id ?? '');
    expect(cited).toContain('options:pharmacogenes');
    expect(unknownFacts(cited, known)).toEqual([]);
  });
});
