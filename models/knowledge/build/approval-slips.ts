/**
 * Where the Molecular Oncology Almanac says of an approval what its own text of the indication contradicts. Each entry
 * was read beside that text; the build stops where the source no longer says what an entry mends, and where a label lists
 * an agent that is not its own or lacks a partner that its text names.
 */

export interface SourceStatement {
  readonly id: number;
  readonly indicationId: string;
  readonly diseaseId: number;
  readonly therapyIds: readonly number[];
  readonly biomarkerIds: readonly number[];
}

interface Slip {
  readonly statements: readonly number[];
  readonly indicationId: string;
  /** What the indication's text says instead. */
  readonly because: string;
  /** Left out where nothing is given. */
  readonly instead?: {
    readonly therapies?: readonly string[];
    readonly partner?: string;
    readonly disease?: string;
    readonly indicationId?: string;
    readonly biomarkersOf?: number;
    /** Asked to be there where the source says that it is not. */
    readonly present?: string;
    /** Not asked by the text. */
    readonly without?: string;
    /** One of them is asked beside the others: each makes an alternative of its own. */
    readonly oneOf?: readonly string[];
  };
}

export const APPROVAL_SLIPS: readonly Slip[] = [
  {
    statements: [82],
    indicationId: 'ind:fda.libtayo:1',
    because: 'no word of mismatch repair',
    instead: { without: 'dMMR' },
  },
  {
    statements: [170],
    indicationId: 'ind:fda.mylotarg:0',
    because: 'acute myeloid leukemia, not lymphoid',
    instead: { disease: 'Acute Myeloid Leukemia' },
  },
  {
    statements: [171],
    indicationId: 'ind:fda.mylotarg:1',
    because: 'acute myeloid leukemia, not lymphoid',
    instead: { disease: 'Acute Myeloid Leukemia' },
  },
  {
    statements: [191],
    indicationId: 'ind:fda.gleevec:8',
    because: 'KIT (CD117), not FIP1L1::PDGFRA',
    instead: { biomarkersOf: 190 },
  },
  { statements: [247], indicationId: 'ind:fda.rydapt:0', because: 'FLT3, not CDK12' },
  {
    statements: [330],
    indicationId: 'ind:fda.lynparza:6',
    because: 'the label is that of olaparib',
    instead: { therapies: ['Olaparib'] },
  },
  {
    statements: [640],
    indicationId: 'ind:fda.datroway:0',
    because: 'non-small cell lung cancer, not breast cancer',
    instead: { disease: 'Non-Small Cell Lung Cancer' },
  },
  {
    statements: [642],
    indicationId: 'ind:fda.datroway:1',
    because: 'breast cancer, not lung cancer',
    instead: { disease: 'Invasive Breast Carcinoma' },
  },
  { statements: [753], indicationId: 'ind:ema.keytruda:0', because: 'PD-L1 on tumor cells, not an amplified gene' },
  { statements: [1261], indicationId: 'ind:hse.00455:a', because: 'PD-L1 on tumor cells, not an amplified gene' },
  {
    statements: [704, 713],
    indicationId: 'ind:ema.herceptin:3',
    because: 'with an aromatase inhibitor for hormone receptor-positive disease',
    instead: { oneOf: ['ER positive', 'PR positive'] },
  },
  ...(
    [
      [[1372], 'ind:hse.00361:a'],
      [[1373], 'ind:hse.00361:b'],
    ] as const
  ).map(([statements, indicationId]) => ({
    statements,
    indicationId,
    because: 'for estrogen receptor-positive disease, not for its absence',
    instead: { without: 'ER negative', oneOf: ['ER positive'] },
  })),
  {
    statements: [756, 757, 758],
    indicationId: 'ind:ema.keytruda:1',
    because: 'with pemetrexed; gemcitabine and paclitaxel belong to squamous tumors',
  },
  ...(
    [
      [[729], 'ind:ema.glivec:0'],
      [[730], 'ind:ema.glivec:1'],
      [[731], 'ind:ema.glivec:2'],
      [[732], 'ind:ema.glivec:3'],
      [[741, 742], 'ind:ema.iclusig:1'],
      [[918], 'ind:ema.scemblix:0'],
      [[921], 'ind:ema.sprycel:0'],
      [[922, 923], 'ind:ema.sprycel:1'],
      [[924], 'ind:ema.sprycel:2'],
      [[925], 'ind:ema.sprycel:3'],
      [[948], 'ind:ema.tasigna:0'],
      [[949], 'ind:ema.tasigna:1'],
      [[950], 'ind:ema.tasigna:2'],
      [[1162], 'ind:hse.00847:a'],
      [[1235, 1236], 'ind:hse.00302:b'],
    ] as const
  ).map(([statements, indicationId]) => ({
    statements,
    indicationId,
    because: 'for the Philadelphia chromosome, not for its absence',
    instead: { present: 'BCR::ABL1' },
  })),
  {
    statements: [885, 886],
    indicationId: 'ind:ema.pemazyre:0',
    because: 'the label is that of pemigatinib',
    instead: { therapies: ['Pemigatinib'] },
  },
  {
    statements: [940, 941, 942, 943],
    indicationId: 'ind:ema.tagrisso:3',
    because: 'with pemetrexed and platinum',
    instead: { partner: 'Pemetrexed' },
  },
  {
    statements: [1099, 1100],
    indicationId: 'ind:ema.rybrevant:2',
    because: 'after an EGFR inhibitor with carboplatin and pemetrexed; lazertinib stands in an indication of its own',
  },
  {
    statements: [1355, 1356, 1357],
    indicationId: 'ind:hse.00254:a',
    because: 'no word of HER2',
    instead: { without: 'HER2-positive' },
  },
  {
    statements: [1358, 1359, 1360],
    indicationId: 'ind:hse.00254:b',
    because: 'no word of HER2',
    instead: { without: 'HER2-positive' },
  },
  {
    statements: [1404],
    indicationId: 'ind:hse.00683:a',
    because: 'with cytarabine',
    instead: { partner: 'Cytarabine' },
  },
  {
    statements: [1500, 1501],
    indicationId: 'ind:hse.00889:a',
    because: 'the regimen is that of pemigatinib',
    instead: { therapies: ['Pemigatinib'] },
  },
  { statements: [1531, 1532], indicationId: 'ind:hse.00593:a', because: 'no word of EGFR or ALK' },
  { statements: [1533, 1534], indicationId: 'ind:hse.00544:a', because: 'no word of EGFR or ALK' },
  {
    statements: [2083, 2084, 2085, 2086],
    indicationId: 'ind:hc.keytruda:11',
    because: 'head and neck; cervical cancer stands in the next indication',
    instead: { indicationId: 'ind:hc.keytruda:12' },
  },
  {
    statements: [2151],
    indicationId: 'ind:hc.mekinist:0',
    because: 'melanoma; high-grade glioma stands in another indication',
    instead: { indicationId: 'ind:hc.mekinist:4' },
  },
  {
    statements: [2255],
    indicationId: 'ind:hc.tibsovo:0',
    because: 'leukemia with azacitidine; cholangiocarcinoma stands in the next indication',
    instead: { indicationId: 'ind:hc.tibsovo:1' },
  },
];

/** Labels whose document names another agent as its own, while text and statement agree. */
const MISNAMED: ReadonlySet<string> = new Set(['doc:fda.hernexeos', 'doc:ema.lazcluze']);

export interface SlipTables {
  readonly therapyId: (name: string) => number;
  readonly diseaseId: (name: string) => number;
  /** The biomarker of that name that is asked to be there, and the one that is asked to be absent. */
  readonly biomarkerId: (name: string, present: boolean) => number;
  readonly biomarkerName: (id: number) => string;
}

/** The source's statements with every entry above applied, in their order. Throws where the source moved. */
export function withoutSlips(statements: readonly SourceStatement[], tables: SlipTables): SourceStatement[] {
  const byId = new Map(statements.map((one) => [one.id, one]));
  const slips = new Map(APPROVAL_SLIPS.flatMap((slip) => slip.statements.map((id) => [id, slip] as const)));
  for (const [id, { indicationId }] of slips)
    if (byId.get(id)?.indicationId !== indicationId)
      throw new Error(`statement ${id} is no longer of ${indicationId}: read it again and mend approval-slips.ts`);
  return statements.flatMap((statement): SourceStatement[] => {
    const slip = slips.get(statement.id);
    if (slip === undefined) return [statement];
    if (slip.instead === undefined) return [];
    const { therapies, partner, disease, indicationId, biomarkersOf, present, without, oneOf } = slip.instead;
    const { biomarkerIds } = biomarkersOf === undefined ? statement : (byId.get(biomarkersOf) ?? statement);
    const absent = present === undefined ? undefined : tables.biomarkerId(present, false);
    const kept = biomarkerIds
      .filter((one) => without === undefined || tables.biomarkerName(one) !== without)
      .map((one) => (present !== undefined && one === absent ? tables.biomarkerId(present, true) : one));
    return (oneOf?.map((name) => [tables.biomarkerId(name, true)]) ?? [[]]).map((beside): SourceStatement => {
      return {
        id: statement.id,
        indicationId: indicationId ?? statement.indicationId,
        diseaseId: disease === undefined ? statement.diseaseId : tables.diseaseId(disease),
        therapyIds: [
          ...(therapies?.map(tables.therapyId) ?? statement.therapyIds),
          ...(partner === undefined ? [] : [tables.therapyId(partner)]),
        ],
        biomarkerIds: [...kept, ...beside],
      };
    });
  });
}

const words = (name: string): RegExp =>
  new RegExp(`(?<![\\w-])${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}(?![\\w-])`);

/** What a text gives together with its own agent; nothing where it leaves a choice or gives the agent alone as well. */
export function partnersNamed(indication: string, agents: readonly string[]): string[] {
  const text = indication.replace(/\s+/g, ' ').toLowerCase();
  if (/\bmonotherapy\b|\bsingle[- ]agent\b|\bas a single\b/.test(text)) return [];
  const together =
    /\bin combination with (.*?)(?=[.;(]| for\b| in (?:adults?|patients|women|postmenopausal)\b| (?:is|as|who|after|when|whose)\b|$)/.exec(
      text,
    )?.[1];
  if (together === undefined || /\bor\b|\bwith or without\b|\//.test(together)) return [];
  const found = agents.filter((agent) => words(agent).test(together));
  // "trastuzumab" in "trastuzumab emtansine" is no agent of its own.
  return found.filter((agent) => !found.some((other) => other !== agent && words(agent).test(other.toLowerCase())));
}

/** A text on Philadelphia-positive disease, where that is no remark on some of its patients. */
export const philadelphiaPositive = (indication: string): boolean => {
  const text = indication.replace(/\s+/g, ' ').replace(/(?:Adult p|P)atients with Philadelphia[^.]*/g, '');
  return /\bPh\+|Philadelphia chromosome(?: \(bcr-abl\))?[- ]positive/i.test(text);
};

/** Stops the build where a label would speak for an agent that is not its own, or for half of what it gives together. */
export function contradictsLabel(
  label: { readonly documentId: string; readonly generic: string | null; readonly indication: string },
  given: readonly string[],
  agents: readonly string[],
  absent: readonly string[] = [],
): string | undefined {
  if (absent.includes('BCR::ABL1') && philadelphiaPositive(label.indication))
    return 'its text is for the Philadelphia chromosome, and it asks for its absence';
  const own = (label.generic ?? '').toLowerCase();
  const first = (name: string): string => name.toLowerCase().split(/[ -]/)[0] ?? '';
  if (
    own !== '' &&
    !MISNAMED.has(label.documentId) &&
    !given.some((name) => own.includes(first(name)) || name.toLowerCase().includes(first(own)))
  )
    return `its label is that of ${own}`;
  const lacking = partnersNamed(label.indication, agents).filter((name) => !given.includes(name));
  return lacking.length === 0 ? undefined : `its text gives it with ${lacking.join(', ')}`;
}
