/** The line of therapy of a label, read as facts (F013, F056): the rules on sentences of their kind, and 40 indications read by hand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readLine } from '../../../models/knowledge/build/approval-line.ts';
import type { ApprovalLine } from '../../../shared/knowledge/approvals.ts';
import { outside, outsideTitle } from '../../support/outside.ts';

const folder = outside('kb/moalmanac/referenced');

describe('the words of a label (F056)', () => {
  it.each<[string, ApprovalLine]>([
    ['Drug is indicated for adults with advanced cancer.', { place: 'any' }],
    ['for the first-line treatment of metastatic cancer', { place: 'first' }],
    ['in adults who have not received prior chemotherapy for metastatic disease', { place: 'first' }],
    ['for cancer that has progressed after at least one prior line of systemic therapy', { place: 'later' }],
    ['in adults who have received two or more prior systemic therapies', { place: 'later', lines: 2 }],
    [
      'after prior treatment with a taxane and an anthracycline',
      { place: 'later', after: [['taxane'], ['anthracycline']] },
    ],
    [
      'following prior treatment with sorafenib and/or lenvatinib',
      { place: 'later', after: [['sorafenib', 'lenvatinib']] },
    ],
    ['who have not previously received an ALK inhibitor', { place: 'any', never: ['ALK inhibitor'] }],
    ['as initial endocrine-based therapy or following progression on endocrine therapy', { place: 'either' }],
    [
      'for the maintenance treatment of adults in response to platinum-based chemotherapy',
      { place: 'maintenance', after: [['platinum']] },
    ],
    [
      'as an add-on maintenance treatment to bevacizumab of adults with cancer',
      { place: 'maintenance', after: [['bevacizumab']] },
    ],
    [
      'for disease progression following ipilimumab therapy and, if BRAF V600 mutation positive, following a BRAF or MEK inhibitor.',
      { place: 'later', after: [['ipilimumab']], carriersAfter: [['BRAF inhibitor', 'MEK inhibitor']] },
    ],
    [
      'for the adjuvant treatment of early cancer after neoadjuvant taxane-based treatment',
      { place: 'adjuvant', after: [['taxane']] },
    ],
    [
      'for the extended adjuvant treatment of early-stage cancer, to follow adjuvant trastuzumab based therapy.',
      { place: 'adjuvant', after: [['trastuzumab']] },
    ],
    [
      'early breast cancer following surgery, chemotherapy (neoadjuvant or adjuvant) and radiotherapy (if applicable).',
      { place: 'adjuvant', after: [['chemotherapy']] },
    ],
    ['for the adjuvant treatment of cancer following complete resection.', { place: 'adjuvant' }],
    ['as neoadjuvant treatment, continued as adjuvant treatment', { place: 'neoadjuvant' }],
    [
      'for solid tumors without other options: who have no satisfactory alternative treatment options',
      { place: 'later', lastResort: true },
    ],
    ['for adults in whom earlier options were used up before; progressed disease', { place: 'not-read' }],
    // Terms of the approval and limits of use are no part of what it is for.
    [
      'for metastatic cancer. This indication is approved under accelerated approval after prior review',
      { place: 'any' },
    ],
  ])('%s', (text, line) => {
    expect(readLine(text)).toEqual(line);
  });
});

/** Drawn at random from the source and read by hand, sentence beside facts. */
const read: Readonly<Record<string, ApprovalLine>> = {
  'hc.itovebi:0': { place: 'later', after: [['endocrine therapy']] },
  'hse.00847:a': { place: 'later', after: [['tyrosine kinase inhibitor']], lines: 2 },
  'hc.keytruda:10': { place: 'first' },
  'hc.iressa:0': { place: 'first' },
  'hc.rozlytrek:1': { place: 'any', never: ['crizotinib'] },
  'hse.00455:k': { place: 'first' },
  'fda.tagrisso:4': { place: 'maintenance', after: [['platinum']] },
  'fda.enhertu:5': { place: 'first' },
  'hc.rydapt:0': { place: 'first' },
  'hc.lynparza:0': { place: 'adjuvant', after: [['chemotherapy']] },
  'hse.00215:g': { place: 'first' },
  'hse.00234:a': { place: 'later' },
  'fda.imjudo:0': { place: 'any' },
  'fda.yervoy:2': { place: 'first' },
  'hc.ibrance:1': { place: 'later', after: [['endocrine therapy']] },
  'ema.lumykras:0': { place: 'later' },
  'fda.keytruda:15': { place: 'any' },
  'fda.truseltiq:0': { place: 'later' },
  'hc.tibsovo:0': { place: 'first' },
  'hse.00254:b': { place: 'adjuvant' },
  'fda.erbitux:2': { place: 'later', after: [['oxaliplatin'], ['irinotecan']], unless: true },
  'hse.P00567:a': { place: 'later', either: [{ lines: 2 }, { after: [['stem cell transplant']] }] },
  'ema.rybrevant:2': { place: 'later', after: [['EGFR inhibitor']] },
  'hse.00506:a': { place: 'later' },
  'hse.00528:a': { place: 'later' },
  'hse.00307:a': { place: 'any' },
  'fda.kisqali:1': { place: 'either' },
  'hse.00785:a': { place: 'maintenance' },
  'fda.trisenox:0': { place: 'first' },
  'hc.tasigna:2': { place: 'later', after: [['imatinib']], unless: true },
  'fda.imfinzi:1': { place: 'any' },
  'fda.sprycel:4': { place: 'first' },
  'fda.truqap:0': { place: 'later', after: [['endocrine therapy']], advanced: true },
  'ema.taxotere:0': { place: 'first' },
  'hse.00576:a': { place: 'maintenance', after: [['platinum']] },
  'fda.bosulif:0': { place: 'either' },
  'hc.keytruda:8': { place: 'first' },
  'ema.opdualag:0': { place: 'first' },
  'hc.herceptin:0': { place: 'adjuvant', after: [['chemotherapy']] },
  'hse.00414:a': { place: 'any' },
  // Asked for by name: what the board would miss first.
  'fda.lynparza:1': { place: 'maintenance', after: [['platinum']], afterFirst: true },
  'fda.lynparza:2': { place: 'maintenance', after: [['platinum']] },
  'fda.datroway:0': { place: 'later', after: [['EGFR inhibitor'], ['platinum']] },
  'fda.datroway:1': { place: 'later', after: [['endocrine therapy'], ['chemotherapy']], advanced: true },
  'fda.tukysa:0': { place: 'later', after: [['HER2 inhibitor']], advanced: true },
  'fda.tecentriq:4': { place: 'later', after: [['platinum']], carriersAfter: [['EGFR inhibitor', 'ALK inhibitor']] },
  'fda.kadcyla:0': { place: 'later', after: [['trastuzumab'], ['taxane']] },
  'fda.kadcyla:1': { place: 'adjuvant', after: [['taxane'], ['trastuzumab']] },
  'fda.mekinist:0': { place: 'any', never: ['BRAF inhibitor'] },
  // Alternatives, and which of several lines a text binds.
  'ema.lorviqua:1': {
    place: 'later',
    either: [
      { after: [['alectinib', 'ceritinib']], firstOf: 'ALK inhibitor' },
      { after: [['crizotinib'], ['ALK inhibitor']], another: true },
    ],
  },
  'hc.lorbrena:1': {
    place: 'later',
    either: [{ after: [['crizotinib'], ['ALK inhibitor']], another: true }, { after: [['ceritinib', 'alectinib']] }],
  },
  'hse.00570:a': {
    place: 'later',
    either: [
      { after: [['alectinib', 'ceritinib']], firstOf: 'ALK inhibitor' },
      { after: [['crizotinib'], ['ALK inhibitor']], another: true },
    ],
  },
  'ema.adcetris:2': { place: 'later', either: [{ after: [['stem cell transplant']] }, { lines: 2 }] },
  'fda.margenza:0': { place: 'later', after: [['HER2 inhibitor']], lines: 2, advanced: 'one' },
  'fda.trodelvy:0': { place: 'later', lines: 2, advanced: 'one' },
  'fda.trodelvy:1': { place: 'later', after: [['endocrine therapy']], additional: 2, advanced: true },
  'fda.lynparza:4': { place: 'later', after: [['chemotherapy']] },
  'ema.lynparza:2': { place: 'later', after: [['anthracycline'], ['taxane']], unless: true },
  'ema.talzenna:0': { place: 'later', after: [['anthracycline', 'taxane']], unless: true },
  'hc.tykerb:0': { place: 'later', after: [['taxane'], ['anthracycline'], ['trastuzumab']], advanced: true },
};

it.skipIf(folder === undefined)(
  outsideTitle('40 indications drawn at random, and 20 asked for, as read by hand', folder),
  () => {
    const rows = JSON.parse(gunzipSync(readFileSync(join(folder ?? '', 'indications.json.gz'))).toString('utf8')) as {
      id: string;
      indication: string;
    }[];
    const texts = new Map(rows.map(({ id, indication }) => [id, indication]));
    const found = Object.fromEntries(Object.keys(read).map((id) => [id, readLine(texts.get(`ind:${id}`) ?? '')]));
    expect(found).toEqual(read);
    // Nearly every text is read; one that is not says so.
    const places = Map.groupBy(rows, ({ indication }) => readLine(indication).place);
    expect(places.get('not-read')?.length ?? 0).toBeLessThan(9);
  },
);
