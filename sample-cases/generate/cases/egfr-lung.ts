import type { Lab } from '../../../shared/case/case-record.ts';
import { bgzip } from '../bgzip.ts';
import { dicomFile } from '../dicom-file.ts';
import { segmentsOf } from '../genome.ts';
import { biomarkers, expression, geneCopies, protein, seg } from '../omics-files.ts';
import { aging, artefacts, asSeen, passengerChanges } from '../passengers.ts';
import { pngFile } from '../png-file.ts';
import { type Random, seeded } from '../random.ts';
import type { MakeCase } from '../sample-case.ts';
import { mutect2Vcf } from '../variant-files.ts';

const NAME = 'egfr-t790m-lung';
const TUMOR = 'OTTER417-T2';
const NORMAL = 'OTTER417-N';
const purity = 0.52;

const PATHOLOGY = `Liver, segment VI, core biopsy (block B1)

Infiltrates of an adenocarcinoma with acinar pattern. TTF-1 positive, napsin A positive, CK7 positive, CK20 negative.
Morphology and immunohistochemistry fit a metastasis of the known adenocarcinoma of the lung. No small cell component;
synaptophysin and chromogranin negative. Tumor cells make up about half of the nuclei. Tissue was shared for DNA, RNA and
protein from neighbouring sections.

This is a made-up report of a made-up patient.
`;

/** Days on which blood was drawn: before erlotinib, under it, at progression and at the referral. */
const DRAWS = ['2024-03-04', '2024-05-27', '2024-09-02', '2024-12-09', '2025-03-20', '2025-04-28'] as const;

/** One value a draw; undefined where none was reported. */
const serial = (lab: Pick<Lab, 'name' | 'loinc' | 'unit'>, values: readonly (number | undefined)[]): Lab[] =>
  DRAWS.flatMap((date, index) => {
    const value = values[index];
    return value === undefined ? [] : [{ ...lab, value, date }];
  });

const PIXELS = 128;
const MILLIMETRES = 2.8;
/** Three lesions: centre as shares of the picture, radius in millimetres, and the frame where they are widest. */
const LESIONS = [
  { x: 0.34, y: 0.42, radius: 14, frame: 1 },
  { x: 0.28, y: 0.56, radius: 9, frame: 2 },
  { x: 0.45, y: 0.5, radius: 6, frame: 3 },
] as const;
const SLICE_MILLIMETRES = 5;

/** A drawn phantom, not a scan: trunk, liver, spine and three dark lesions in four slices. */
function liver(random: Random): Uint8Array {
  const noise = Array.from({ length: PIXELS * PIXELS }, () => Math.round(random.normal(0, 6)));
  const inside = (x: number, y: number, centerX: number, centerY: number, radiusX: number, radiusY: number) =>
    ((x - centerX) / radiusX) ** 2 + ((y - centerY) / radiusY) ** 2 <= 1;
  return dicomFile({
    columns: PIXELS,
    rows: PIXELS,
    frames: 4,
    spacing: MILLIMETRES,
    window: { center: 60, width: 360 },
    uid: '2.25.417417',
    modality: 'CT',
    value: (column, row, frame) => {
      const [x, y] = [column / PIXELS, row / PIXELS];
      if (!inside(x, y, 0.5, 0.5, 0.47, 0.36)) return -1000;
      const grain = noise[(row * PIXELS + column + frame * 37) % noise.length] ?? 0;
      const lesion = LESIONS.some((one) => {
        const pixel = PIXELS * MILLIMETRES;
        const across = ((x - one.x) * pixel) ** 2 + ((y - one.y) * pixel) ** 2;
        return across + ((frame - one.frame) * SLICE_MILLIMETRES) ** 2 <= one.radius ** 2;
      });
      if (lesion) return 45 + grain;
      if (inside(x, y, 0.36, 0.48, 0.24, 0.24)) return 110 + grain;
      if (inside(x, y, 0.5, 0.74, 0.06, 0.06)) return 380 + grain;
      if (inside(x, y, 0.7, 0.45, 0.12, 0.16)) return 60 + grain;
      return (inside(x, y, 0.5, 0.5, 0.42, 0.31) ? 20 : -90) + grain;
    },
  });
}

const SLIDE = { width: 3072, height: 2048 };
const GLANDS = 46;
const NUCLEI = 2600;

/** A drawn phantom of a stained section, not a scan: glands with a lumen and a rim of nuclei in a pale ground. */
function section(random: Random): Uint8Array {
  const { width, height } = SLIDE;
  const between = (low: number, high: number): number => low + random.uniform() * (high - low);
  const glands = Array.from({ length: GLANDS }, () => ({
    x: between(0.16, 0.84) * width,
    y: between(0.18, 0.82) * height,
    radius: between(45, 130),
  }));
  const map = new Uint8Array(width * height);
  const disc = (centerX: number, centerY: number, radius: number, color: number) => {
    const [top, bottom] = [
      Math.max(0, Math.floor(centerY - radius)),
      Math.min(height - 1, Math.ceil(centerY + radius)),
    ];
    for (let y = top; y <= bottom; y++) {
      const half = Math.sqrt(Math.max(0, radius ** 2 - (y - centerY) ** 2));
      const [from, to] = [Math.max(0, Math.round(centerX - half)), Math.min(width, Math.round(centerX + half))];
      if (to > from) map.fill(color, y * width + from, y * width + to);
    }
  };
  // Ground, stroma, epithelium, lumen, nuclei; what comes later lies on top.
  for (let y = 0; y < height; y++) {
    const half = 0.44 * width * Math.sqrt(Math.max(0, 1 - ((y - height / 2) / (0.45 * height)) ** 2));
    if (half > 0) map.fill(1, Math.round(y * width + width / 2 - half), Math.round(y * width + width / 2 + half));
  }
  for (const { x, y, radius } of glands) disc(x, y, radius, 2);
  for (const { x, y, radius } of glands) disc(x, y, radius * 0.45, 3);
  for (let nucleus = 0; nucleus < NUCLEI; nucleus++) {
    const gland = glands[nucleus % GLANDS];
    if (gland === undefined) continue;
    // A direction without sine or cosine, whose last digit could differ between engines.
    const [x, y] = [between(-1, 1), between(-1, 1)];
    const away = (gland.radius * between(0.62, 1.05)) / Math.max(0.05, Math.sqrt(x ** 2 + y ** 2));
    disc(gland.x + x * away, gland.y + y * away, between(4, 9), 4);
  }
  return pngFile({
    ...SLIDE,
    palette: [
      [246, 243, 246],
      [238, 205, 222],
      [214, 150, 190],
      [250, 246, 249],
      [92, 58, 130],
    ],
    color: (x, y) => map[y * width + x] ?? 0,
  });
}

/** Never-smoker whose EGFR L858R lung adenocarcinoma acquired T790M under erlotinib. */
export const egfrLung: MakeCase = (facts) => {
  const random = seeded(NAME);
  const segments = segmentsOf(
    facts,
    [
      { chromosome: '7', totalCopies: 3, minorCopies: 1 },
      { chromosome: '7', from: 54.2, to: 56.1, totalCopies: 5, minorCopies: 1 },
      { chromosome: '5', from: 0, to: 46, totalCopies: 3, minorCopies: 1 },
      { chromosome: '8', from: 46, totalCopies: 3, minorCopies: 1 },
      { chromosome: '9', from: 0, to: 39, totalCopies: 1, minorCopies: 0 },
      { chromosome: '9', from: 21.6, to: 22.4, totalCopies: 0, minorCopies: 0 },
      { chromosome: '13', totalCopies: 1, minorCopies: 0 },
      { chromosome: '16', from: 46, totalCopies: 3, minorCopies: 1 },
      { chromosome: '17', from: 0, to: 22, totalCopies: 1, minorCopies: 0 },
    ],
    'female',
  );
  const { egfrL858R, egfrT790M, ctnnb1S37F, tp53R273H } = facts.somatic;
  if (!egfrL858R || !egfrT790M || !ctnnb1S37F || !tp53R273H) throw new Error('a named change is missing');
  const [tolerated, filtered] = (() => {
    const changes = passengerChanges(facts, random, aging, 128);
    return [changes.slice(0, 104), changes.slice(104)];
  })();
  const somatic = [
    // Three of five copies of EGFR carry L858R, two of them T790M with it.
    { change: egfrL858R, fraction: 0.44, depth: 412 },
    { change: egfrT790M, fraction: 0.29, depth: 398 },
    { change: ctnnb1S37F, fraction: 0.25, depth: 187 },
    { change: tp53R273H, fraction: 0.4, depth: 164 },
    ...asSeen(random, tolerated, { purity, meanDepth: 180 }),
    ...artefacts(
      random,
      filtered,
      ['weak_evidence', 'strand_bias', 'panel_of_normals', 'weak_evidence;strand_bias'],
      150,
    ),
  ].map((one, i) =>
    i === 40
      ? {
          ...one,
          filter: 'multiallelic',
          secondAllele:
            ['A', 'C', 'G', 'T'].find(
              (base) => base !== one.change.GRCh38.reference && base !== one.change.GRCh38.alternate,
            ) ?? 'A',
        }
      : one,
  );
  const leaked = facts.germline.slice(0, 3).map((change) => ({
    change,
    fraction: 0.5,
    depth: 170,
    filter: 'germline',
    normalFraction: 0.48,
  }));
  return {
    name: NAME,
    files: {
      'files/somatic.vcf.gz': bgzip(
        mutect2Vcf({ facts, random, seen: [...somatic, ...leaked], tumor: TUMOR, normal: NORMAL }),
      ),
      'files/copy-number.genes.tsv': geneCopies(facts, segments, { purity, sex: 'female', random }),
      'files/copy-number.seg': seg(segments, { sample: TUMOR, purity, sex: 'female', random }),
      'files/expression.zscores.tsv': expression(facts, 'LUAD', {
        random,
        segments,
        set: { EGFR: 2.31, CDKN2A: -2.05, MET: 0.42, ERBB2: 0.15 },
      }),
      'files/protein.rppa.tsv': protein('z_score', {
        EGFR: 1.92,
        ERBB2: 0.21,
        MET: 0.35,
        AKT1: 0.44,
        MAPK1: 0.87,
        CDKN1B: -0.31,
        CTNNB1: 1.24,
        TP53: 0.66,
        PTEN: -0.12,
        STK11: 0.08,
      }),
      'files/pathology.txt': PATHOLOGY,
      'files/liver-ct.dcm': liver(seeded(`${NAME} CT`)),
      'files/rebiopsy.png': section(seeded(`${NAME} section`)),
      'files/biomarkers.json': biomarkers([
        {
          name: 'TMB',
          label: 'Tumor mutational burden',
          value: 3.2,
          unit: 'mutations/Mb',
          method: 'whole exome, non-synonymous',
        },
        { name: 'MSI', label: 'Microsatellite status', value: 'MSS', method: 'MSIsensor2, score 1.4' },
      ]),
      'files/pd-l1.json': biomarkers([
        { name: 'PD-L1', label: 'PD-L1 tumor proportion score', value: 20, unit: '%', method: 'TPS, clone 22C3' },
      ]),
    },
    record: {
      schemaVersion: '1.0',
      caseId: 'sample-egfr-t790m-lung',
      synthetic: true,
      patient: { pseudonym: 'Otter 417', sex: 'female', ageYears: 61, ancestry: 'East Asian' },
      diagnosis: {
        oncotreeCode: 'LUAD',
        name: 'Lung adenocarcinoma',
        site: 'Right upper lobe',
        stage: 'IV',
        stageSystem: 'AJCC 8',
        tnm: { t: 'T2b', n: 'N2', m: 'M1c' },
        grade: 'G2',
        histology: 'Adenocarcinoma, acinar pattern',
        date: '2024-02-19',
        attributes: { smoking: 'never' },
      },
      specimens: [
        {
          id: 'T1',
          kind: 'tissue',
          site: 'Right upper lobe',
          preservation: 'FFPE',
          origin: 'primary',
          block: 'A3',
          purity: 0.4,
          collected: '2024-02-12',
          relationToTherapy: 'before any therapy',
        },
        {
          id: 'T2',
          kind: 'tissue',
          site: 'Liver segment VI',
          preservation: 'fresh-frozen',
          origin: 'metastasis',
          block: 'B1',
          purity,
          collected: '2025-04-03',
          received: '2025-04-03',
          relationToTherapy: 'progression under erlotinib',
        },
        { id: 'N1', kind: 'blood', preservation: 'EDTA', origin: 'normal', collected: '2025-04-03' },
      ],
      assays: [
        {
          id: 'wes',
          name: 'Whole-exome sequencing',
          version: 'v7',
          laboratory: 'Institute of Pathology',
          specimenId: 'T2',
          normalSpecimenId: 'N1',
          modalities: ['somatic-variants', 'copy-number-genes', 'copy-number-segments', 'biomarkers'],
          scope: 'exome',
          design: 'tumor-normal',
          genomeBuild: 'GRCh38',
          method: 'Hybrid capture, 2 x 150 bp; Mutect2, VEP 112',
          sizeMegabases: 35.1,
          meanDepth: 182,
          limitOfDetection: '5 % allele fraction at 100 reads',
          reported: '2025-04-22',
          limitations: ['Exon 1 of TERT and its promoter are not captured.'],
          failedRegions: [],
        },
        {
          id: 'rna',
          name: 'RNA sequencing',
          laboratory: 'Institute of Pathology',
          specimenId: 'T2',
          modalities: ['expression'],
          scope: 'transcriptome',
          design: 'not-applicable',
          method: 'Ribosomal depletion, 60 million read pairs',
          reference: 'TCGA LUAD cohort, z-score of log2 RSEM per gene',
          reported: '2025-04-24',
          version: 'v3',
        },
        {
          id: 'rppa',
          name: 'Protein array (RPPA)',
          laboratory: 'Proteomics core',
          specimenId: 'T2',
          modalities: ['protein'],
          scope: 'proteome',
          design: 'not-applicable',
          genes: ['EGFR', 'ERBB2', 'MET', 'AKT1', 'MAPK1', 'CDKN1B', 'CTNNB1', 'TP53', 'PTEN', 'STK11'],
          reference: 'TCGA LUAD RPPA level 4, z-score per antibody',
          reported: '2025-04-25',
          method: 'Reverse-phase array, 240 antibodies, level 4 normalisation',
          version: '2024',
        },
        {
          id: 'ihc',
          name: 'PD-L1 immunohistochemistry',
          laboratory: 'Institute of Pathology',
          specimenId: 'T2',
          modalities: ['biomarkers'],
          scope: 'immunohistochemistry',
          method: 'Clone 22C3 on Dako Link 48',
          reported: '2025-04-14',
        },
      ],
      question:
        'Progression under erlotinib with new liver metastases: is an osimertinib-class inhibitor supported, and does anything speak against it?',
      referrer: { clinician: 'Thoracic oncology', institution: 'University hospital' },
      course: [
        {
          date: '2024-02-12',
          kind: 'diagnosis',
          event: 'CT-guided biopsy, lung adenocarcinoma, EGFR L858R by single-gene test',
        },
        { date: '2024-03-04', kind: 'therapy', event: 'Erlotinib 150 mg daily started' },
        { date: '2024-05-27', kind: 'response', event: 'CT: partial response, −58 % by RECIST 1.1' },
        {
          date: '2025-03-20',
          kind: 'progression',
          event: 'CT: three new liver metastases, primary stable; brain MRI without metastases',
        },
        { date: '2025-04-03', kind: 'biopsy', event: 'Liver biopsy, adenocarcinoma, TTF-1 positive' },
      ],
      therapyLines: [
        {
          line: 1,
          intent: 'palliative',
          agents: ['Erlotinib'],
          started: '2024-03-04',
          ended: '2025-03-27',
          bestResponse: 'PR',
          reasonEnded: 'progression',
        },
      ],
      performanceStatus: { scale: 'ECOG', value: 1, date: '2025-04-28' },
      comorbidities: ['Arterial hypertension', 'Paroxysmal atrial fibrillation, QTc 438 ms (2025-04-28)'],
      medications: [
        { name: 'Apixaban', dose: '5 mg twice daily' },
        { name: 'Ramipril', dose: '5 mg daily' },
      ],
      allergies: ['Iodinated contrast: urticaria'],
      labs: [
        { name: 'Hemoglobin', loinc: '718-7', value: 12.4, unit: 'g/dL', date: '2025-04-28' },
        { name: 'Creatinine', loinc: '2160-0', value: 0.8, unit: 'mg/dL', date: '2025-04-28' },
        { name: 'Alanine aminotransferase', loinc: '1742-6', value: 41, unit: 'U/L', date: '2025-04-28' },
        { name: 'Total bilirubin', loinc: '1975-2', value: 0.6, unit: 'mg/dL', date: '2025-04-28' },
        { name: 'Potassium', loinc: '2823-3', value: 4.1, unit: 'mmol/L', date: '2025-04-28' },
        ...serial(
          { name: 'Carcinoembryonic antigen', loinc: '2039-6', unit: 'ng/mL' },
          [31.2, 9.8, 4.1, 5.6, 18.9, 48.6],
        ),
        ...serial({ name: 'EGFR L858R in ctDNA', unit: '%' }, [6.8, 0.21, 0.05, 0.34, 2.9, 7.4]),
        // Looked for from the first plasma on; no value where the droplet assay gave none.
        ...serial({ name: 'EGFR T790M in ctDNA', unit: '%' }, [undefined, undefined, undefined, 0.08, 1.1, 3.6]),
      ],
      familyHistory: [{ relation: 'father', condition: 'Gastric carcinoma', ageYears: 74 }],
      patientGoals: [
        'Stay out of hospital and keep working half-days as a teacher',
        'Prefers tablets to infusions if both are equally good',
      ],
      consents: [
        { purpose: 'Tumor sequencing and discussion in the board', granted: true, date: '2025-04-01' },
        { purpose: 'Return of secondary germline findings', granted: true, date: '2025-04-01' },
        { purpose: 'Research use of data', granted: false, date: '2025-04-01' },
      ],
      notes: [
        {
          title: 'Referral',
          date: '2025-04-28',
          text: 'Good partial remission for a year, now liver progression without symptoms. Wishes an oral therapy. Cardiology asks for an ECG before any drug that prolongs QTc.',
        },
      ],
      images: [
        {
          path: 'files/liver-ct.dcm',
          title: 'CT of the liver, portal venous phase',
          date: '2025-03-20',
          marks: LESIONS.map(({ x, y, radius, frame }, place) => {
            const half = radius / (PIXELS * MILLIMETRES);
            const share = (value: number): number => Math.round(value * 10_000) / 10_000;
            return {
              by: 'Lesion marker, made up',
              label: 'dark lesion',
              score: [0.97, 0.88, 0.61][place] ?? 0,
              frame,
              region: { left: share(x - half), top: share(y - half), width: share(2 * half), height: share(2 * half) },
            };
          }),
        },
        {
          path: 'files/rebiopsy.png',
          title: 'Rebiopsy of the liver, section',
          date: '2025-03-28',
          marks: [
            {
              by: 'Tumor area marker, made up',
              label: 'tumor area',
              score: 0.93,
              region: { left: 0.14, top: 0.16, width: 0.72, height: 0.68 },
            },
          ],
        },
      ],
      documents: [{ path: 'files/pathology.txt', title: 'Pathology of the liver biopsy' }],
      files: [
        { path: 'files/somatic.vcf.gz', modality: 'somatic-variants', assayId: 'wes', format: 'vcf' },
        { path: 'files/copy-number.genes.tsv', modality: 'copy-number-genes', assayId: 'wes', format: 'cna-genes' },
        { path: 'files/copy-number.seg', modality: 'copy-number-segments', assayId: 'wes', format: 'seg' },
        { path: 'files/expression.zscores.tsv', modality: 'expression', assayId: 'rna', format: 'expression-tsv' },
        { path: 'files/protein.rppa.tsv', modality: 'protein', assayId: 'rppa', format: 'protein-tsv' },
        { path: 'files/biomarkers.json', modality: 'biomarkers', assayId: 'wes', format: 'biomarkers-json' },
        { path: 'files/pd-l1.json', modality: 'biomarkers', assayId: 'ihc', format: 'biomarkers-json' },
      ],
    },
    origin: `A made-up patient. EGFR L858R with T790M is the commonest way in which lung adenocarcinoma escapes erlotinib or gefitinib
(about half of the rebiopsies); osimertinib was made for it. The fractions say that T790M sits on two of the three
mutated copies of a five-copy EGFR. C797S, the change that would undo osimertinib, was looked for and is not there. CDKN2A
is deleted on both copies, 13q and 17p are lost. Mutation and expression profile are those of a never-smoker.

Six blood draws show the course that such a tumor takes: carcinoembryonic antigen and L858R in plasma fall under erlotinib
and rise again three months before the scan does; T790M appears in plasma first and rises with it. The values are made up;
they are laboratory values of the record, not variants: the findings rest on the tissue.

The CT is a drawn phantom of four slices in DICOM, with three lesions 28, 18 and 12 mm wide; it is no scan of anybody.
The section is drawn as well. The marks on both are made up, as a program upstream would hand them over.

The expression file holds draws from mean and spread of the TCGA LUAD cohort, moved with the gene's copies.`,
    expected: {
      findings: [
        { gene: 'EGFR', kind: 'small-variant', hgvsProtein: 'L858R', origin: 'somatic', tier: 'I' },
        { gene: 'EGFR', kind: 'small-variant', hgvsProtein: 'T790M', origin: 'somatic', tier: 'I' },
        { gene: 'TP53', kind: 'small-variant', hgvsProtein: 'R273H', origin: 'somatic' },
        { gene: 'CTNNB1', kind: 'small-variant', hgvsProtein: 'S37F', origin: 'somatic' },
        { gene: 'CDKN2A', kind: 'deep-deletion' },
      ],
      options: [{ id: 'osimertinib', tier: 'I' }],
      exclusions: [{ id: 'erlotinib', kind: 'resistance' }],
      ledger: [
        { gene: 'EGFR', modality: 'small-variant', state: 'detected' },
        { gene: 'KRAS', modality: 'small-variant', state: 'tested-not-detected' },
        { gene: 'ALK', modality: 'fusion', state: 'not-assayed' },
        { gene: 'BRCA1', modality: 'germline', state: 'not-assayed' },
      ],
      aggressiveness: {
        state: 'predicted',
        cohort: 'LUAD',
        modalities: ['clinical', 'rna', 'copy-number', 'mutation'],
      },
      questions: [],
    },
  };
};
