import type { ReportInput } from '../../../../shared/report/report-input.ts';
import { PgxDocument } from '../../../../shared/therapy/pgx/document.ts';
import { reportInput } from '../../report/support/input.ts';

/** A case with pharmacogenes as its germline file and as another laboratory told them, so that mutations meet both. */
export function fuzzInput(): ReportInput {
  const input = reportInput();
  const phenotype = 'Intermediate Metabolizer';
  const call = { diplotype: '*1/*3B', deciding: [{ allele: '*1' }, { allele: '*3B' }], phenotype };
  const pharmacogenes = PgxDocument.parse({
    knowledge: { id: 'pharmacogenes', version: '2025-11-05', asOf: '2025-11-05' },
    genomeBuild: 'GRCh38',
    genes: [
      {
        ...{ gene: 'TPMT', source: 'vcf', diplotypes: ['*1/*3B'], otherDiplotypes: [], phased: true },
        ...{ phenotype, activityScore: null, phenotypes: [phenotype], calls: [call] },
        ...{ missingPositions: [], positions: 43, notes: [] },
      },
    ],
    recommendations: [],
    warnings: ['Line 9: rs1142345 was left out: its reference base is not the one of the definition.'],
    genotypes: [
      {
        ...{ gene: 'TPMT', chromosome: '6', position: 18138997, rsid: 'rs1800460', reference: 'C' },
        ...{ alternates: ['T'], genotype: '0|1', phaseSet: '7' },
      },
      { gene: 'TPMT', chromosome: '6', position: 18130687, reference: 'T', alternates: [], genotype: '0/0' },
    ],
  });
  const record = {
    ...input.record,
    phenotypes: [{ hpo: 'HP:0002664', name: 'Neoplasm' }],
    pharmacogenes: [{ gene: 'CYP2D6', diplotype: '*1/*4', source: 'Laboratory medicine' }],
  };
  return { ...input, record, options: { ...input.options, pharmacogenes } };
}
