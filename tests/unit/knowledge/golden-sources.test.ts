/**
 * F045, G15: what each golden of the options rests on, looked up in the source itself by its id: CIViC's rows, the texts of
 * approved indications, the public list of CYP3A4 inhibitors. A source that says otherwise fails the golden's ground.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { outside, outsideTitle } from '../../support/outside.ts';

const kb = outside('kb');
const gunzipped = (path: string): string => gunzipSync(readFileSync(join(kb ?? '', path))).toString('utf8');

/** CIViC: what golden, id, profile, disease, therapies, significance, level; all of type Predictive, direction Supports. */
const civic: readonly (readonly [
  golden: string,
  id: number,
  profile: string,
  disease: string,
  therapies: string,
  significance: 'Resistance' | 'Sensitivity/Response',
  level: string,
])[] = [
  ['EGFR T790M excludes erlotinib', 238, 'EGFR T790M', 'Lung Non-small Cell Carcinoma', 'Erlotinib', 'Resistance', 'A'],
  ['EGFR T790M excludes gefitinib', 239, 'EGFR T790M', 'Lung Non-small Cell Carcinoma', 'Gefitinib', 'Resistance', 'B'],
  [
    'EGFR T790M is for osimertinib',
    1592,
    'EGFR T790M',
    'Lung Non-small Cell Carcinoma',
    'Osimertinib',
    'Sensitivity/Response',
    'A',
  ],
  [
    'EGFR C797S excludes osimertinib',
    964,
    'EGFR C797S',
    'Lung Non-small Cell Carcinoma',
    'Osimertinib',
    'Resistance',
    'B',
  ],
  [
    'ALK G1202R excludes crizotinib',
    1357,
    'ALK G1202R AND v::ALK Fusion',
    'Lung Adenocarcinoma',
    'Crizotinib',
    'Resistance',
    'C',
  ],
  [
    'KRAS excludes antibodies against EGFR',
    5345,
    'KRAS Mutation',
    'Colorectal Cancer',
    'Cetuximab,Panitumumab',
    'Resistance',
    'A',
  ],
  ['BRAF V600E excludes cetuximab alone', 126, 'BRAF V600E', 'Colorectal Cancer', 'Cetuximab', 'Resistance', 'B'],
  [
    'BRAF V600E, less benefit from irinotecan',
    2118,
    'BRAF V600E',
    'Colorectal Cancer',
    'Irinotecan',
    'Resistance',
    'B',
  ],
  [
    'MSI-high is for checkpoint blockade',
    12561,
    'MSI High',
    'Colorectal Cancer',
    'Ipilimumab/Nivolumab Regimen',
    'Sensitivity/Response',
    'A',
  ],
  [
    'HER2 amplified is for trastuzumab',
    1122,
    'ERBB2 Amplification',
    'Her2-receptor Positive Breast Cancer',
    'Trastuzumab',
    'Sensitivity/Response',
    'A',
  ],
  [
    'NTRK fusion is for larotrectinib',
    6568,
    'v::NTRK3 Fusion',
    'Solid Tumor',
    'Larotrectinib',
    'Sensitivity/Response',
    'A',
  ],
];

/** Indications: id, words that must and words that must not stand there. */
const labels: readonly (readonly [golden: string, id: string, has: RegExp, hasNot?: RegExp])[] = [
  ['HER2-low has its own indication', 'ind:fda.enhertu:1', /HER2-low/, /HER2-positive/],
  ['HER2-positive has another', 'ind:fda.enhertu:0', /HER2-positive/, /HER2-low/],
  [
    'BRAF V600E in the colon is barred by the agnostic label',
    'ind:fda.mekinist:5',
    /not indicated for treatment of patients with colorectal cancer/,
  ],
  ['T790M after an EGFR inhibitor', 'ind:fda.tagrisso:3', /T790M.*progressed on or after EGFR TKI/],
  ['NTRK fusion in any solid tumor', 'ind:fda.vitrakvi:0', /solid tumors.*NTRK\) gene fusion/i],
  ['MSI-high colorectal, pembrolizumab', 'ind:ema.keytruda:6', /MSI-H or dMMR colorectal cancer/],
];

describe('what the goldens rest on (F045)', () => {
  it.skipIf(kb === undefined)(outsideTitle('each CIViC row cited says what the golden takes from it', kb), () => {
    const [head = '', ...lines] = gunzipped('civic/AcceptedClinicalEvidenceSummaries.2026-05.tsv.gz')
      .trimEnd()
      .split('\n');
    const columns = head.split('\t');
    const rows = new Map(
      lines.map((line) => {
        const cells = line.split('\t');
        const row = Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? '']));
        return [row.evidence_id, row];
      }),
    );
    for (const [golden, id, profile, disease, therapies, significance, level] of civic)
      expect({ golden, ...rows.get(String(id)) }).toMatchObject({
        golden,
        molecular_profile: profile,
        disease,
        therapies,
        evidence_type: 'Predictive',
        evidence_direction: 'Supports',
        significance,
        evidence_level: level,
        is_flagged: 'false',
      });
    // What takes irinotecan off no table: carriers and others under one treatment, and nobody without it.
    expect(rows.get('2118')?.evidence_statement).toMatch(
      /5 patients .* treated with irinotecan.* compared to 39 patients/,
    );
  });

  it.skipIf(kb === undefined)(outsideTitle('each indication cited reads as the golden takes it', kb), () => {
    const texts = new Map(
      (JSON.parse(gunzipped('moalmanac/referenced/indications.json.gz')) as { id: string; indication: string }[]).map(
        ({ id, indication }) => [id, indication.replace(/\s+/g, ' ')],
      ),
    );
    for (const [golden, id, has, hasNot] of labels) {
      expect(texts.get(id), golden).toMatch(has);
      if (hasNot !== undefined) expect(texts.get(id), golden).not.toMatch(hasNot);
    }
  });

  it.skipIf(kb === undefined)(
    outsideTitle('clarithromycin is a strong inhibitor of CYP3A4 in the public list', kb),
    () => {
      const text = readFileSync(join(kb ?? '', 'ddi/clotop_3a4_inhibitors.md'), 'utf8');
      const strong = text.slice(text.indexOf('## Strong'), text.indexOf('## Moderate'));
      expect(strong).toContain('clarithromycin');
    },
  );
});
