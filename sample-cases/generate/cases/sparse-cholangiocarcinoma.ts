import { aging, passengerChanges } from '../passengers.ts';
import { seeded } from '../random.ts';
import type { MakeCase } from '../sample-case.ts';
import { bareVcf } from '../variant-files.ts';

const NAME = 'sparse-cholangiocarcinoma';

const panelGenes = [
  'AKT1',
  'BRAF',
  'EGFR',
  'ERBB2',
  'FGFR2',
  'FGFR3',
  'IDH1',
  'IDH2',
  'KRAS',
  'MET',
  'NRAS',
  'PIK3CA',
  'RET',
  'TP53',
];

/** Little is known: two samples in a file that names neither, no annotation, no copy number, a rare tumor. */
export const sparseCholangiocarcinoma: MakeCase = (facts) => {
  const random = seeded(NAME);
  const { idh1R132C } = facts.somatic;
  if (!idh1R132C) throw new Error('a named change is missing');
  const noise = passengerChanges(facts, random, aging, 2000).filter(({ gene }) => panelGenes.includes(gene));
  return {
    name: NAME,
    files: {
      'files/variants.vcf': bareVcf({
        random,
        names: ['S0412-1', 'S0412-2'],
        seen: [
          { change: idh1R132C, fraction: 0.31, depth: 522, normalFraction: 0.04 },
          ...noise.slice(0, 3).map((change) => ({ change, fraction: 0.12, depth: 480, normalFraction: 0.03 })),
          ...facts.germline
            .filter(({ gene }) => panelGenes.includes(gene))
            .map((change) => ({ change, fraction: 0.5, depth: 500, normalFraction: 0.5 })),
        ],
      }),
    },
    record: {
      schemaVersion: '1.0',
      caseId: 'sample-sparse-cholangiocarcinoma',
      synthetic: true,
      patient: { pseudonym: 'Wren 12', sex: 'female', ageYears: 66 },
      diagnosis: { oncotreeCode: 'IHCH', name: 'Intrahepatic cholangiocarcinoma', date: '2025-03' },
      specimens: [
        { id: 'T', kind: 'tissue', site: 'Liver', preservation: 'FFPE', origin: 'primary', collected: '2025-03-10' },
        { id: 'P', kind: 'plasma', preservation: 'streck', origin: 'circulating', collected: '2025-03-11' },
      ],
      assays: [
        {
          id: 'outside',
          name: 'Small panel of an outside laboratory',
          specimenId: 'T',
          modalities: ['somatic-variants'],
          scope: 'panel',
          design: 'tumor-only',
          genomeBuild: 'GRCh37',
          genes: panelGenes,
          targets: 'hotspots',
          limitations: ['Tissue and plasma were sequenced together; the file does not say which column is which.'],
        },
      ],
      question: 'Progression under gemcitabine and cisplatin: is there a target?',
      therapyLines: [
        {
          line: 1,
          intent: 'palliative',
          agents: ['Gemcitabine', 'Cisplatin'],
          bestResponse: 'SD',
          reasonEnded: 'progression',
        },
      ],
      patientGoals: [],
      consents: [{ purpose: 'Tumor sequencing and discussion in the board', granted: true }],
      files: [{ path: 'files/variants.vcf', modality: 'somatic-variants', assayId: 'outside', format: 'vcf' }],
    },
    origin: `A made-up patient, sent with as little as boards often get. One file of an outside laboratory holds two samples, tissue and plasma, and
names neither; there is no annotation, no caller, no copy number, no performance status, no laboratory value. The program has to
ask which column is the tumor, and must say nothing of genes until it is told. Once told, IDH1 R132C is found by its
coordinate. The tumor type lies outside the cohorts of the aggressiveness model.`,
    expected: {
      findings: [],
      options: [],
      exclusions: [],
      ledger: [
        { gene: 'FGFR2', modality: 'copy-number', state: 'not-assayed' },
        { gene: 'FGFR2', modality: 'fusion', state: 'not-assayed' },
        { gene: 'BRCA1', modality: 'small-variant', state: 'not-assayed' },
      ],
      aggressiveness: { state: 'abstained' },
      questions: ['tumorSample'],
      answered: {
        answers: { tumorSample: 'S0412-1' },
        findings: [{ gene: 'IDH1', kind: 'small-variant', hgvsProtein: 'R132C', origin: 'unknown', tier: 'I' }],
      },
    },
  };
};
