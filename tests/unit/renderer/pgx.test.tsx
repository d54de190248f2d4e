import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../renderer/case/Ledger.tsx';
import { OptionsScreen } from '../../../renderer/therapy/OptionsScreen.tsx';
import { drugRows, genesInOrder, lightWords, pgxSummary } from '../../../renderer/therapy/pgx-view.ts';
import type { AssayLedger } from '../../../shared/case/intake.ts';
import type { OptionsTable } from '../../../shared/therapy/options.ts';
import type { PgxDocument } from '../../../shared/therapy/pgx/document.ts';
import { mountCase } from './support/case-screen.tsx';
import { evidence, lungCase } from './support/lung.ts';

const gene = (symbol: string, more: Partial<PgxDocument['genes'][number]>): PgxDocument['genes'][number] => ({
  gene: symbol,
  source: 'vcf',
  diplotypes: [],
  otherDiplotypes: [],
  phenotype: null,
  activityScore: null,
  phenotypes: [],
  calls: [],
  phased: true,
  missingPositions: [],
  positions: 5,
  notes: [],
  ...more,
});
const advice = (drug: string, action: 'avoid' | 'usual' | 'change-dose', id: string) => ({
  drug,
  genes: ['CYP2C19'],
  because: ['CYP2C19 Poor Metabolizer'],
  action,
  source: 'CPIC' as const,
  id,
  guideline: 'PA1',
  version: 1,
  url: 'PA1',
});
const document: PgxDocument = {
  knowledge: { id: 'pharmacogenes', version: '2025-11-05', asOf: '2025-11-05' },
  genes: [
    gene('CYP2D6', { source: 'none', reason: 'a dedicated caller is needed' }),
    gene('CYP2C19', { diplotypes: ['*2/*2'], phenotype: 'Poor Metabolizer' }),
  ],
  recommendations: [
    advice('voriconazole', 'change-dose', 'PA3'),
    advice('clopidogrel', 'avoid', 'PA2'),
    advice('osimertinib', 'usual', 'PA4'),
  ],
  warnings: [],
};

const withGenes = () => {
  const view = lungCase();
  return {
    ...view,
    record: { ...view.record, medications: [{ name: 'Clopidogrel' }] },
    options: { ...(view.options as OptionsTable), pharmacogenes: document },
  };
};

describe('pharmacogenes on the Options screen (F043)', () => {
  it('drugs of the case come first: taken, then in an option; the light is a word', () => {
    const view = withGenes();
    const { here, others } = drugRows(document, view.options, view.record);
    expect(here.map(({ drug, light, standing }) => [drug, lightWords[light], standing])).toEqual([
      ['clopidogrel', 'Stop', 'taken now'],
      ['osimertinib', 'Usual dose', 'in an option'],
    ]);
    expect(others.map(({ drug }) => drug)).toEqual(['voriconazole']);
    expect(pgxSummary(document, here, others)).toContain('1 of 2 genes called; of this case: 1 stop, 0 caution');
    expect(genesInOrder(document).map(({ gene: symbol }) => symbol)).toEqual(['CYP2C19', 'CYP2D6']);
  });

  it('key P unfolds genes and all other drugs; a gene without call says so, never normal', async () => {
    const { page, press } = await mountCase(withGenes(), <OptionsScreen />, evidence);
    const section = page.querySelector('[aria-label="Pharmacogenes"]') as HTMLElement;
    expect(section.textContent).toContain('clopidogrel · taken now');
    expect(section.textContent).toContain('avoid it');
    expect(section.textContent).not.toContain('voriconazole');
    await press('p');
    expect(section.textContent).toContain('CYP2C19 *2/*2, Poor Metabolizer');
    expect(section.textContent).toContain('CYP2D6 not called (a dedicated caller is needed)');
    expect(section.textContent).toContain('voriconazole');
  });

  it('alleles that were not read stand as a list, without a phenotype, and the ledger says how much was read', async () => {
    const view = withGenes();
    const unread = ['c.1905+1G>A (*2A)', 'c.1129-5923C>G, c.1236G>A (HapB3)'];
    const dpyd = gene('DPYD', {
      diplotypes: ['Reference/Reference'],
      phenotype: 'Normal Metabolizer',
      phenotypes: ['Normal Metabolizer'],
      positions: 83,
      missingPositions: Array.from({ length: 81 }, (_, at) => ({ chromosome: '1', position: 97_000_000 + at })),
      unread,
    });
    const told = { ...view, options: { ...view.options, pharmacogenes: { ...document, genes: [dpyd] } } };
    const { page, press } = await mountCase(told, <OptionsScreen />, evidence);
    await press('p');
    const list = page.querySelector('[aria-label="Not read of DPYD"]') as HTMLElement;
    expect([...list.querySelectorAll('li')].map((one) => one.textContent)).toEqual([
      '2 of 83 positions read, no phenotype; not read:',
      ...unread,
    ]);
    expect(list.parentElement?.textContent).not.toContain('Normal');
    const ledger: AssayLedger = {
      defaults: {},
      entries: [
        { gene: 'DPYD', states: { germline: { state: 'tested-not-detected', assayIds: [] } } },
        { gene: 'TPMT', states: { germline: { state: 'tested-not-detected', assayIds: [] } } },
      ],
    };
    const { profile: _, ...rest } = told;
    const granted = { ...told.record, consents: [{ purpose: 'secondary findings', granted: true }] };
    const other = await mountCase(told, <Ledger view={{ ...rest, record: granted }} ledger={ledger} />, evidence);
    const row = (name: string) =>
      [...other.page.querySelectorAll('tr')].find(({ textContent }) => textContent?.startsWith(name));
    expect(row('DPYD')?.textContent).toContain('tested, not detected 2 of 83 positions read');
    expect(row('TPMT')?.textContent).not.toContain('positions read');
  });

  it('a case without such a file says that this was not tested', async () => {
    const { page } = await mountCase(lungCase(), <OptionsScreen />, evidence);
    expect(page.querySelector('[aria-label="Pharmacogenes"]')?.textContent).toContain('not tested, not normal');
  });
});
