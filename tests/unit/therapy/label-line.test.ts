/** F056, F053: the line of therapy a label asks for, against earlier treatment on record; what is not on record is unknown. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { interpret } from '../../../electron/molecular/index.ts';
import { assembleOptions } from '../../../electron/therapy/index.ts';
import { CaseRecord } from '../../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../../shared/case/intake.ts';
import type { ApprovalLine } from '../../../shared/knowledge/approvals.ts';
import { MolecularProfile } from '../../../shared/molecular/profile.ts';
import { combination } from '../../../shared/molecular/treatments.ts';
import { type LineFit, labelLine, lineOrder } from '../../../shared/therapy/label-line.ts';
import { OptionsTable } from '../../../shared/therapy/options.ts';
import { priorUse } from '../../../shared/therapy/prior-use.ts';
import { copies, fusion, intake, nothingTested, record, variant } from '../molecular/support/case.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const classes = packs.therapy();

type Line = CaseRecord['therapyLines'][number];
const line = (number: number, agents: string[], more: Partial<Line> = {}): Line => ({
  line: number,
  intent: 'palliative',
  agents,
  ...more,
});
const patient = (
  lines: readonly Line[],
  code = 'BRCA',
  diagnosis: Partial<CaseRecord['diagnosis']> = {},
): CaseRecord => {
  const base = record(code);
  return CaseRecord.parse({ ...base, diagnosis: { ...base.diagnosis, ...diagnosis }, therapyLines: lines });
};
const fitOf = (asked: ApprovalLine, lines: readonly Line[], carrier = true): LineFit =>
  labelLine(asked, patient(lines), classes, carrier).fit;

describe('what a label asks and the record tells (F056)', () => {
  const her2: ApprovalLine = { place: 'later', after: [['HER2 inhibitor']] };
  const lorlatinib: ApprovalLine = {
    place: 'later',
    either: [
      { after: [['alectinib', 'ceritinib']], firstOf: 'ALK inhibitor' },
      { after: [['crizotinib'], ['ALK inhibitor']], another: true },
    ],
  };

  it.each<[string, ApprovalLine, readonly Line[], LineFit]>([
    ['nothing is on record', her2, [], 'unknown'],
    ['a class, by one of its agents', her2, [line(1, ['Trastuzumab', 'Docetaxel'])], 'met'],
    ['a class that was not given', her2, [line(1, ['Letrozole', 'Palbociclib'])], 'not-met'],
    ['an agent nobody knows may be of the class', her2, [line(1, ['XYZ-123'])], 'unknown'],
    [
      'each of two, one missing',
      { place: 'later', after: [['taxane'], ['anthracycline']] },
      [line(1, ['Docetaxel'])],
      'not-met',
    ],
    [
      'each of two, as one regimen',
      { place: 'later', after: [['fluoropyrimidine'], ['oxaliplatin']] },
      [line(1, ['FOLFOX'])],
      'met',
    ],
    ['one of two is enough', { place: 'later', after: [['irinotecan', 'oxaliplatin']] }, [line(1, ['CAPOX'])], 'met'],
    [
      'two lines with the class, one given',
      { ...her2, lines: 2 },
      [line(1, ['Trastuzumab']), line(2, ['Capecitabine'])],
      'not-met',
    ],
    [
      'two lines with the class',
      { ...her2, lines: 2 },
      [line(1, ['Trastuzumab']), line(2, ['Trastuzumab deruxtecan'])],
      'met',
    ],
    ...(
      [
        ['alectinib first', [['Alectinib']], 'met'],
        ['crizotinib alone', [['Crizotinib']], 'not-met'],
        ['crizotinib and one more', [['Crizotinib'], ['Brigatinib']], 'met'],
        ['alectinib after another', [['Brigatinib'], ['Alectinib']], 'not-met'],
        ['none on record', [], 'unknown'],
        ['chemotherapy only', [['Pemetrexed', 'Carboplatin']], 'not-met'],
      ] as const
    ).map(([what, given, fit]): [string, ApprovalLine, readonly Line[], LineFit] => [
      `lorlatinib's label takes one history or the other: ${what}`,
      lorlatinib,
      given.map((agents, index) => line(index + 1, [...agents])),
      fit,
    ]),
    [
      'two lines with the class, one of them for advanced disease',
      { ...her2, lines: 2, advanced: 'one' },
      [line(0, ['Trastuzumab'], { intent: 'neoadjuvant' }), line(1, ['Trastuzumab', 'Pertuzumab'])],
      'met',
    ],
    [
      'two lines with the class, none for advanced disease',
      { ...her2, lines: 2, advanced: 'one' },
      [line(0, ['Trastuzumab'], { intent: 'neoadjuvant' }), line(1, ['Trastuzumab emtansine'], { intent: 'adjuvant' })],
      'unknown',
    ],
    [
      'endocrine therapy and two more lines, one given',
      { place: 'later', after: [['endocrine therapy']], additional: 2, advanced: true },
      [line(1, ['Letrozole']), line(2, ['Capecitabine'])],
      'not-met',
    ],
    [
      'endocrine therapy and two more lines',
      { place: 'later', after: [['endocrine therapy']], additional: 2, advanced: true },
      [line(1, ['Letrozole']), line(2, ['Capecitabine']), line(3, ['Paclitaxel'])],
      'met',
    ],
    [
      'two chemotherapies, of which one held an anthracycline and one a taxane',
      { place: 'later', after: [['chemotherapy'], ['anthracycline'], ['taxane']], lines: 2 },
      [line(1, ['Doxorubicin']), line(2, ['Docetaxel'])],
      'met',
    ],
    [
      'for advanced disease, given as adjuvant only',
      { ...her2, advanced: true },
      [line(1, ['Trastuzumab'], { intent: 'adjuvant' })],
      'unknown',
    ],
    [
      'chemotherapy by its stem',
      { place: 'later', after: [['chemotherapy']] },
      [line(1, ['Gemcitabine', 'Cisplatin'])],
      'met',
    ],
    [
      'a kinase inhibitor is no chemotherapy',
      { place: 'later', after: [['chemotherapy']] },
      [line(1, ['Osimertinib'])],
      'not-met',
    ],
    [
      'an antibody with a payload is left open',
      { place: 'later', after: [['chemotherapy']] },
      [line(1, ['Trastuzumab emtansine'])],
      'unknown',
    ],
    ['first line, treated before', { place: 'first' }, [line(1, ['Erlotinib'])], 'not-met'],
    ['first line, adjuvant only before', { place: 'first' }, [line(1, ['Cisplatin'], { intent: 'adjuvant' })], 'met'],
    ['first line, nothing on record', { place: 'first' }, [], 'unknown'],
    ['what must not have been given', { place: 'any', never: ['ALK inhibitor'] }, [line(1, ['Alectinib'])], 'not-met'],
    [
      'what must not have been given, and was not',
      { place: 'any', never: ['ALK inhibitor'] },
      [line(1, ['Pemetrexed'])],
      'met',
    ],
    [
      'maintenance after a response',
      { place: 'maintenance', after: [['platinum']] },
      [line(1, ['Carboplatin'], { bestResponse: 'PR' })],
      'met',
    ],
    [
      'maintenance after progression',
      { place: 'maintenance', after: [['platinum']] },
      [line(1, ['Carboplatin'], { bestResponse: 'PD' })],
      'not-met',
    ],
    ['where the earlier treatment may be unsuitable', { ...her2, unless: true }, [line(1, ['Letrozole'])], 'unknown'],
    [
      'no satisfactory alternative is for the board',
      { place: 'later', lastResort: true },
      [line(1, ['Letrozole'])],
      'unknown',
    ],
    ['first line or later', { place: 'either' }, [line(1, ['Letrozole'])], 'not-asked'],
    ['no line named', { place: 'any' }, [], 'not-asked'],
    ['words no rule reads', { place: 'not-read' }, [line(1, ['Letrozole'])], 'not-read'],
  ])('%s', (_, asked, lines, expected) => {
    expect(fitOf(asked, lines)).toBe(expected);
  });

  it('adjuvant treatment is none in stage IV, and none after a palliative line', () => {
    const at = (stage: string, lines: Line[] = []) =>
      labelLine({ place: 'adjuvant' }, patient(lines, 'BRCA', { stage }), classes, true).fit;
    expect([at('IV'), at('IIA'), at('IIIC'), at('IIA', [line(1, ['Docetaxel'])])]).toEqual([
      'not-met',
      'met',
      'met',
      'not-met',
    ]);
    expect(fitOf({ place: 'adjuvant' }, [])).toBe('unknown');
  });

  it('a maintenance after the first line is none after the second', () => {
    const asked: ApprovalLine = { place: 'maintenance', after: [['platinum']], afterFirst: true };
    const once = line(1, ['Carboplatin'], { intent: 'curative', bestResponse: 'CR' });
    expect(fitOf(asked, [once])).toBe('met');
    expect(fitOf(asked, [once, line(2, ['Carboplatin'], { bestResponse: 'PR' })])).toBe('not-met');
  });

  it('what is asked of carriers of the marker only binds nobody else; a pack of an earlier build is not read', () => {
    const asked: ApprovalLine = { place: 'first', carriersAfter: [['EGFR inhibitor', 'ALK inhibitor']] };
    expect(fitOf(asked, [line(1, ['Alectinib'])], true)).toBe('met');
    expect(fitOf(asked, [line(1, ['Alectinib'])], false)).toBe('not-met');
    expect(labelLine(undefined, patient([]), classes, true)).toEqual({
      fit: 'not-read',
      text: 'line of therapy not read',
    });
  });
});

function table(record_: CaseRecord, found: Partial<IntakeDocument>): OptionsTable {
  const document = intake(found);
  const profile = MolecularProfile.parse(interpret(record_, document, packs));
  return OptionsTable.parse(assembleOptions(record_, document, profile, packs));
}
const l858r = { variants: [variant({ at: ['7', 55_191_822, 'T', 'G'] })] };

describe('labels in the table (F053, F056)', () => {
  it('datopotamab deruxtecan in EGFR-mutated lung cancer waits for a targeted agent and platinum', () => {
    const before = table(patient([line(1, ['Osimertinib'])], 'LUAD'), l858r);
    const dato = before.options.find(({ id }) => id === 'datopotamab deruxtecan');
    expect(dato).toMatchObject({
      weight: 'I-A',
      line: { fit: 'not-met', text: 'label asks for earlier EGFR inhibitor, earlier platinum; on record: not met' },
    });
    expect(dato?.rank.find(({ key }) => key === 'AMP tier')?.value).toBe('I-A, label for another line of therapy');
    const after = table(patient([line(1, ['Osimertinib']), line(2, ['Carboplatin', 'Pemetrexed'])], 'LUAD'), l858r);
    expect(after.options.find(({ id }) => id === 'datopotamab deruxtecan')?.line).toMatchObject({ fit: 'met' });
    const place = (one: OptionsTable) => one.options.findIndex(({ id }) => id === 'datopotamab deruxtecan');
    const afterTargeted = (one: OptionsTable) =>
      one.options.findIndex(({ id }) => id === 'amivantamab+carboplatin+pemetrexed');
    expect(place(before)).toBeGreaterThan(afterTargeted(before));
    expect(place(after)).toBeLessThan(afterTargeted(after));
    // Lazertinib stands in first-line indications only, whatever the source says of the label after an EGFR inhibitor.
    expect(before.options.find(({ id }) => id === 'amivantamab+lazertinib')?.line).toMatchObject({
      fit: 'not-met',
      text: 'label asks for first line; on record: not met (line 1)',
    });
    // "Chemotherapy + osimertinib" is given as the labels' regimens with platinum and pemetrexed: its line is theirs.
    expect(before.options.find(({ id }) => id === 'chemotherapy+osimertinib')?.line).toEqual({
      fit: 'not-met',
      text: 'labels of such regimens ask for first line; on record: not met (line 1)',
    });
  });

  it('atezolizumab in EGFR-mutated lung cancer asks carriers for their targeted agent first', () => {
    const fda = (lines: Line[]) =>
      table(patient(lines, 'LUAD'), l858r)
        .options.find(({ id }) => id === 'atezolizumab')
        ?.approvals?.find(({ agency, standing }) => agency === 'FDA' && standing === 'this tumor type')?.line?.fit;
    expect(fda([line(1, ['Carboplatin', 'Pemetrexed'])])).toBe('not-met');
    expect(fda([line(1, ['Carboplatin', 'Pemetrexed']), line(2, ['Erlotinib'])])).toBe('met');
    expect(fda([])).toBe('unknown');
  });

  it('atezolizumab with bevacizumab and chemotherapy in an ALK fusion stands behind the ALK inhibitors until one was given', () => {
    const alk = { fusions: [fusion('EML4', 'ALK')] };
    const quadruplet = 'atezolizumab+bevacizumab+carboplatin+paclitaxel';
    const inhibitors = ['alectinib', 'brigatinib', 'ceritinib', 'lorlatinib', 'crizotinib', 'ensartinib'];
    const places = (lines: Line[]) => {
      const { options } = table(patient(lines, 'LUAD'), alk);
      const at = (id: string) => options.findIndex((one) => one.id === id);
      return { fit: options[at(quadruplet)]?.line?.fit, quadruplet: at(quadruplet), inhibitors: inhibitors.map(at) };
    };
    // The label asks carriers for their targeted agent first: no line on record says that it was given.
    const untold = places([]);
    expect(untold.fit).toBe('unknown');
    expect(untold.inhibitors.every((at) => at >= 0 && at < untold.quadruplet)).toBe(true);
    const chemotherapy = places([line(1, ['Carboplatin', 'Pemetrexed'])]);
    expect(chemotherapy.fit).toBe('not-met');
    expect(chemotherapy.inhibitors.every((at) => at < chemotherapy.quadruplet)).toBe(true);
    // Met: it is an option of the line, and lorlatinib, which statements carry too, still goes before it.
    const after = places([line(1, ['Alectinib'])]);
    expect(after.fit).toBe('met');
    expect(after.inhibitors[3]).toBeLessThan(after.quadruplet);
  });

  const failed = (agent: string) => [line(1, [agent], { bestResponse: 'PD' })];
  const priorWord = ({ options }: OptionsTable, id: string) =>
    options.find((one) => one.id === id)?.rank.find(({ key }) => key === 'prior use')?.value;
  const standsBefore = ({ options }: OptionsTable, ...ids: string[]) => {
    const places = ids.map((id) => options.findIndex((one) => one.id === id));
    expect(
      places.every((place) => place >= 0),
      ids.join(),
    ).toBe(true);
    return places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0));
  };

  it('F056 a class that failed sets no treatment behind whose label asks for just that failure: T790M after erlotinib', () => {
    const t790m = {
      variants: [
        ...l858r.variants,
        variant({
          at: ['7', 55_181_378, 'C', 'T'],
          gene: 'EGFR',
          protein: 'p.Thr790Met',
          consequence: 'missense_variant',
        }),
      ],
    };
    const egfr = table(patient(failed('Erlotinib'), 'LUAD'), t790m);
    expect(egfr.options[0]?.id).toBe('osimertinib');
    expect(priorWord(egfr, 'osimertinib')).toBe('class failed in line 1, and a label here is for what follows it');
    const her2 = table(patient(failed('Trastuzumab')), { copyNumbers: [copies('ERBB2', 20)] });
    expect(priorWord(her2, 'trastuzumab deruxtecan')).toContain('a label here is for what follows it');
    expect(standsBefore(her2, 'trastuzumab deruxtecan', 'margetuximab')).toBe(true);
    expect(priorWord(her2, 'margetuximab')).toBe('class failed in line 1, ranked after what was not used');
  });

  it('F056 ALK after alectinib failed: an agent with several targets is of the class where ALK is what chooses it', () => {
    const alk = table(patient(failed('Alectinib'), 'LUAD'), { fusions: [fusion('EML4', 'ALK')] });
    expect(standsBefore(alk, 'pemetrexed', 'crizotinib')).toBe(true);
    expect(standsBefore(alk, 'pemetrexed', 'brigatinib')).toBe(true);
    expect(priorWord(alk, 'crizotinib')).toBe('shares a class with line 1, ranked after what was not used');
    // The label takes alectinib as the first of its class: lorlatinib leads although the class failed.
    expect(alk.options[0]?.id).toBe('lorlatinib');
    expect(priorWord(alk, 'lorlatinib')).toContain('a label here is for what follows it');
    expect(
      alk.options[0]?.approvals?.find(({ agency, line: asked }) => agency === 'EMA' && asked?.fit === 'met')?.line,
    ).toEqual({
      fit: 'met',
      text: 'label asks for either earlier alectinib or ceritinib as the first ALK inhibitor or else earlier crizotinib and another ALK inhibitor; on record: met (line 1)',
    });
    // Its label asks for crizotinib before; what failed was alectinib.
    expect(priorWord(alk, 'brigatinib')).toBe('class failed in line 1, ranked after what was not used');
    // Chosen for another of its targets, it is not of the class that failed.
    const met = table(patient(failed('Alectinib'), 'LUAD'), { copyNumbers: [copies('MET', 20)] });
    expect(priorWord(met, 'crizotinib')).toBe('shares a class with line 1');
  });

  it('an approval whose line the record contradicts outdoes no study that fits it; its tier stays', () => {
    const alk = table(patient([line(1, ['Alectinib'], { bestResponse: 'PR' })], 'LUAD'), {
      fusions: [fusion('EML4', 'ALK')],
    });
    expect(standsBefore(alk, 'lorlatinib', 'pemetrexed', 'ensartinib', 'entrectinib')).toBe(true);
    expect(alk.options.find(({ id }) => id === 'ensartinib')).toMatchObject({
      weight: 'I-A',
      line: { fit: 'not-met' },
      partedBy: expect.stringMatching(/line of therapy|regulators|name/),
    });
  });

  it('silence is told as silence: no line on record, and a class that the table does not tell', () => {
    const untold = table(patient([], 'LUAD'), { fusions: [fusion('EML4', 'ALK')] });
    expect(new Set(untold.options.map(({ id }) => priorWord(untold, id)))).toEqual(
      new Set(['no earlier treatment on record']),
    );
    // More studies of level A, not more statements of any level: alectinib before crizotinib.
    expect(standsBefore(untold, 'alectinib', 'crizotinib')).toBe(true);
    const after = table(patient([line(1, ['Alectinib'])], 'LUAD'), { fusions: [fusion('EML4', 'ALK')] });
    expect(priorWord(after, 'retaspimycin')).toBe('not used before, class not known');
    expect(priorWord(after, 'pemetrexed')).toBe('not used before');
  });

  it('a cytotoxic carried by an antibody is not of the class of the cytotoxic alone', () => {
    const use = (given: string, agent: string) => priorUse(combination([agent]), patient(failed(given)), classes)?.word;
    expect(use('Doxorubicin', 'Sacituzumab govitecan')).toBeUndefined();
    expect(use('Doxorubicin', 'Epirubicin')).toContain('class failed');
    expect(use('Trastuzumab', 'Trastuzumab deruxtecan')).toContain('class failed');
  });

  it('a stated HER2-positive status alone makes options of approvals, but of none around surgery or against the record', () => {
    const { options } = table(
      patient([line(1, ['Docetaxel', 'Pertuzumab', 'Trastuzumab'])], 'BRCA', { attributes: { her2: 'positive' } }),
      {},
    );
    const byStatus = options.filter(({ supporting }) => supporting.length === 0);
    expect(byStatus.find(({ id }) => id === 'capecitabine+trastuzumab+tucatinib')).toMatchObject({
      weight: 'I-A',
      line: { fit: 'met' },
      because: [{ text: 'HER2 Positive: approved (Health Canada), Invasive Breast Carcinoma' }],
    });
    expect(byStatus.filter(({ line: asked }) => asked?.fit === 'not-met')).toEqual([]);
    expect(byStatus.some(({ id }) => id === 'carboplatin+docetaxel+pertuzumab+trastuzumab')).toBe(false);
  });

  it('what a missing test would add is told by approvals too: FGFR2 fusions in a cholangiocarcinoma', () => {
    const { wouldChange } = table(patient([], 'IHCH'), { ledger: nothingTested });
    const fgfr2 = wouldChange.find(({ gene, modality }) => gene === 'FGFR2' && modality === 'fusion');
    expect(fgfr2).toMatchObject({ level: 'A', adds: ['Derazantinib', 'Futibatinib', 'Infigratinib', 'Pemigatinib'] });
    expect(fgfr2?.approvals?.join()).toMatch(/EMA MOA\d+/);
    // An open PD-L1 or hormone receptor chooses no treatment of this table.
    expect(wouldChange.map(({ gene }) => gene).filter((gene) => /PD-L1|Estrogen/.test(gene))).toEqual([]);
  });

  it('tucatinib’s label asks for an earlier agent against HER2 in advanced disease', () => {
    const asked = packs
      .approvals()
      ?.ofAgents(['Capecitabine', 'Trastuzumab', 'Tucatinib'])
      .find(({ label }) => label.documentId === 'doc:fda.tukysa');
    expect(asked?.line).toEqual({ place: 'later', after: [['HER2 inhibitor']], advanced: true });
    expect(labelLine(asked?.line, patient([line(1, ['Pertuzumab', 'Trastuzumab'])]), classes, false).fit).toBe('met');
    expect(labelLine(asked?.line, patient([line(1, ['Letrozole'])]), classes, false).fit).toBe('not-met');
  });

  it('after trastuzumab and pertuzumab tucatinib stands before lapatinib: more regulators have it for this line', () => {
    const her2 = table(
      patient([
        line(0, ['Epirubicin', 'Paclitaxel', 'Trastuzumab'], { intent: 'neoadjuvant' }),
        line(1, ['Docetaxel', 'Pertuzumab', 'Trastuzumab']),
        line(2, ['Trastuzumab emtansine']),
      ]),
      { copyNumbers: [copies('ERBB2', 20)] },
    );
    expect(
      standsBefore(her2, 'trastuzumab deruxtecan', 'capecitabine+trastuzumab+tucatinib', 'capecitabine+lapatinib'),
    ).toBe(true);
    const lapatinib = her2.options.find(({ id }) => id === 'capecitabine+lapatinib');
    expect(lapatinib?.partedBy).toBe('regulators');
    expect(lapatinib?.rank.find(({ key }) => key === 'regulators')?.value).toMatch(/^1 \(US\)/);
  });

  it('a label that asks for HER2-negative stands behind where ERBB2 is amplified, and says so', () => {
    const { options } = table(patient([]), {
      variants: [variant({ at: ['3', 179_234_297, 'A', 'G'] })],
      copyNumbers: [copies('ERBB2', 20)],
    });
    const at = (id: string) => options.findIndex((one) => one.id === id);
    expect(options[at('alpelisib+fulvestrant')]?.line).toEqual({
      fit: 'not-met',
      text: 'label asks for HER2 Negative; the case contradicts it',
    });
    expect(at('trastuzumab deruxtecan')).toBeLessThan(at('alpelisib+fulvestrant'));
  });

  it('without a line on record a label that asks for treatment before stands behind one that asks for none', () => {
    const order = (asked: ApprovalLine, lines: readonly Line[] = []) =>
      lineOrder(labelLine(asked, patient(lines), classes, true));
    const first = order({ place: 'first' });
    expect(order({ place: 'later' })).toBeGreaterThan(first);
    expect(order({ place: 'later', after: [['taxane']] })).toBeGreaterThan(first);
    expect(order({ place: 'maintenance' })).toBeGreaterThan(first);
    // "No satisfactory alternative" may hold before any treatment; what stands beside it may still be one.
    const last = order({ place: 'later', lastResort: true });
    expect(last).toBeGreaterThan(first);
    expect(last).toBeLessThan(order({ place: 'later', after: [['taxane']] }));
    // What a record leaves open is not this rule's.
    expect(order({ place: 'later', after: [['HER2 inhibitor']] }, [line(1, ['XYZ-123'])])).toBe(first);
    expect(order({ place: 'later', after: [['taxane']] }, [line(1, ['Letrozole'])])).toBeGreaterThan(
      order({ place: 'later', after: [['taxane']] }),
    );
  });

  it('amplified ERBB2, no line on record: first-line regimens, then trastuzumab, then what asks for treatment before', () => {
    const { options } = table(patient([]), { copyNumbers: [copies('ERBB2', 20)] });
    const at = (id: string) => options.findIndex((one) => one.id === id);
    expect(at('docetaxel+pertuzumab+trastuzumab')).toBe(0);
    const inOrder = [
      'paclitaxel+pertuzumab+trastuzumab',
      'docetaxel+trastuzumab',
      'trastuzumab',
      'pertuzumab+trastuzumab deruxtecan',
      'trastuzumab deruxtecan',
      'margetuximab',
      'trastuzumab emtansine',
      'capecitabine+trastuzumab+tucatinib',
    ].map(at);
    expect(inOrder).not.toContain(-1);
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    const row = (id: string, key: string) => options[at(id)]?.rank.find((one) => one.key === key)?.value;
    expect(row('docetaxel+pertuzumab+trastuzumab', 'whole and part')).toMatch(/^before Trastuzumab/);
    expect(row('trastuzumab', 'whole and part')).toMatch(/which hold it and are approved for the same marker$/);
    // Neither has a label of its own: that of its regimens, and that of the agent that follows the other.
    expect(options[at('margetuximab')]?.line).toMatchObject({
      fit: 'unknown',
      asksEarlier: true,
      text: expect.stringContaining('labels of regimens that hold it ask for 2 earlier lines with HER2 inhibitor'),
    });
    const sequence = options.findIndex(({ label }) => label === 'Neratinib and Trastuzumab in sequence');
    expect(sequence).toBeGreaterThan(at('trastuzumab'));
    expect(options[sequence]?.line?.text).toContain(
      'label of neratinib asks for adjuvant treatment, earlier trastuzumab',
    );
    expect(options[at('margetuximab')]?.wouldChange).toContain(
      'No line of therapy is on record: labels of regimens that hold it ask for 2 earlier lines with HER2 inhibitor.',
    );
  });

  it('a regimen whose label the record meets is no label of its part', () => {
    const { options } = table(
      patient([line(1, ['Docetaxel', 'Pertuzumab', 'Trastuzumab']), line(2, ['Trastuzumab deruxtecan'])]),
      { copyNumbers: [copies('ERBB2', 20)] },
    );
    const alone = options.find(({ id }) => id === 'margetuximab');
    expect([alone !== undefined, alone?.line]).toEqual([true, undefined]);
    expect(options.find(({ id }) => id === 'capecitabine+margetuximab')?.line?.fit).toBe('met');
  });
});
