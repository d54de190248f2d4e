/** F095, S39: cases leave as a study that the rules of cBioPortal's validator pass, and as a family and a cohort of phenopackets. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readStudy } from '../../../shared/exchange/cbioportal.ts';
import { exportStudy } from '../../../shared/exchange/cbioportal-export.ts';
import type { JsonObject } from '../../../shared/exchange/fhir/json.ts';
import { exportCohort, exportFamily } from '../../../shared/exchange/phenopacket-groups.ts';
import { readPhenopackets } from '../../../shared/exchange/phenopacket-import.ts';
import { reportInput } from '../report/support/input.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const made = reportInput();
const one = {
  ...made,
  record: {
    ...made.record,
    assays: made.record.assays.map((assay) =>
      assay.modalities.includes('somatic-variants') ? { ...assay, genes: ['EGFR', 'TP53', 'KRAS'] } : assay,
    ),
  },
};
const two = {
  ...one,
  record: {
    ...one.record,
    caseId: 'second-case' as typeof one.record.caseId,
    patient: { ...one.record.patient, pseudonym: 'Second 2' },
    assays: one.record.assays.map(({ genes: _, ...assay }) => assay),
  },
};
const names = { identifier: 'board_2026', name: 'Board 2026', description: 'Cases of the board' };

describe('study out', () => {
  const { files, withheld } = exportStudy([one, two], names);
  it('has no error by the rules of the validator and comes back variant by variant', () => {
    const study = readStudy(files);
    expect(study.issues.filter(({ level }) => level !== 'info')).toEqual([]);
    expect(study.samples).toEqual([one.record.caseId, 'second-case']);
    const back = study.caseOf(one.record.caseId, digest);
    const wanted = one.intake.variants.map(({ key }) => key).sort();
    expect(wanted.length).toBeGreaterThan(0);
    expect(back?.draft.variants.map(({ key }) => key).sort()).toEqual(wanted);
    expect(back?.draft.record).toMatchObject({ diagnosis: { oncotreeCode: one.record.diagnosis.oncotreeCode } });
    const fusions = one.profile.findings.filter(({ kind, state }) => kind === 'fusion' && state === 'detected');
    expect(back?.draft.fusions).toHaveLength(fusions.length);
  });
  it('says which genes were read, and of nothing unread that it is normal', () => {
    const matrix = files.get('data_gene_panel_matrix.txt') ?? '';
    expect(matrix).toContain(`${one.record.caseId}\tpanel_1`);
    expect(matrix).toContain('second-case\tNA');
    for (const line of (files.get('data_cna.txt') ?? '').split('\n').slice(1))
      expect(line.split('\t').slice(1)).not.toContain('0');
    expect(withheld.length).toBeGreaterThan(3);
    expect([...files.values()].join('')).not.toContain(one.record.patient.pseudonym);
  });
  it('a cell with tabs and ends of line stays one cell', () => {
    const odd = {
      ...one,
      record: { ...one.record, diagnosis: { ...one.record.diagnosis, name: 'a\tb\nc', stage: '"IV"' } },
    };
    expect(readStudy(exportStudy([odd], names).files).issues.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('phenopackets of several people out', () => {
  const read = (root: JsonObject) => {
    const made = readPhenopackets(JSON.parse(JSON.stringify(root)) as JsonObject, { digest, placeOf: () => undefined });
    if (!made.ok) throw new Error(made.fault.message);
    return made.value;
  };
  it('a family: the proband with a pedigree and relatives', () => {
    const record = {
      ...one.record,
      familyHistory: [
        { relation: 'mother', condition: 'breast cancer', ageYears: 47 },
        { relation: 'maternal aunt', condition: 'ovarian cancer' },
      ],
    };
    const { family } = exportFamily({ ...one, record });
    expect(family.pedigree).toEqual({
      persons: [
        expect.objectContaining({ individualId: record.patient.pseudonym, maternalId: 'mother-1' }),
        expect.objectContaining({ individualId: 'mother-1', sex: 'FEMALE' }),
        expect.objectContaining({ individualId: 'maternal-aunt-2', sex: 'FEMALE' }),
      ],
    });
    const { kind, cases } = read(family);
    expect([kind, cases.length]).toEqual(['family', 1]);
  });
  it('a cohort: every case is a member', () => {
    const { cohort } = exportCohort([one, two], { id: 'cohort-1', description: 'Cases of the board' });
    const { kind, cases } = read(cohort);
    expect([kind, cases.length]).toEqual(['cohort', 2]);
    expect(cases[0]?.draft.variants.length).toBeGreaterThan(0);
  });
});
