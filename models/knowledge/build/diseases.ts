/**
 * Diseases of evidence to OncoTree codes. In this order: our own reading for names that no cross-reference settles (or
 * settles wrongly), cross-references of the Disease Ontology to NCI Thesaurus and UMLS, the same name, and last the
 * nearest mapped ancestor, of which the disease is then a subtype. What stays unmapped is listed in the pack.
 */
import type { DiseaseFact, EvidenceItem } from '../../../shared/knowledge/evidence.ts';
import type { TumorTypeRow } from './oncotree.ts';
import { cell, compare, type Sources } from './sources.ts';

export type Disease = EvidenceItem['disease'];

export interface MappedDisease {
  readonly disease: Disease;
  /** How the codes were found, in words. */
  readonly by: string;
}

type Codes = readonly string[];
const subtypeOf = (...codes: Codes) => ({ codes, extent: 'subtype' }) as const;
const none = (why: string) => ({ codes: [], why }) as const;
const breast = (attribute: string, value: 'positive' | 'negative', ...more: [string, 'positive' | 'negative'][]) =>
  ({
    codes: ['BREAST'],
    conditions: [[attribute, value] as const, ...more].map(([name, wanted]) => ({ attribute: name, value: wanted })),
  }) as const;

type Reading =
  | Codes
  | {
      readonly codes: Codes;
      readonly extent?: NonNullable<Disease['extent']>;
      readonly conditions?: NonNullable<Disease['conditions']>;
      readonly why?: string;
    };

const glioma: Codes = ['DIFG', 'ENCG'];
const solid = { codes: ['TISSUE'], extent: 'any-solid-tumor' } as const;
const syndrome = none('a syndrome, not a tumor type');

/** By the source's name in lower case. States such as "castration-resistant" or "childhood" are no tumor type of their own. */
const readings: Readonly<Record<string, Reading>> = {
  cancer: { codes: ['TISSUE'], extent: 'any-cancer' },
  'solid tumor': solid,
  'solid tumors, advanced': solid,
  'hematologic cancer': ['LYMPH', 'MYELOID'],
  sarcoma: ['SOFT_TISSUE', 'BONE', 'USARC', 'PBS'],
  'neuroendocrine tumor': ['PANET', 'GINET', 'GINETES', 'LNET', 'NETNOS'],
  'gastrointestinal carcinoma': ['STOMACH', 'BOWEL', 'BILIARY_TRACT', 'PANCREAS', 'LIVER', 'AMPULLA_OF_VATER'],
  'gastrointestinal neuroendocrine tumor': ['GINET', 'GINETES'],
  'female reproductive organ cancer': ['OVARY', 'UTERUS', 'CERVIX', 'VULVA'],
  'mucinous adenocarcinoma': none('a growth pattern of several organs'),
  'papillary adenocarcinoma': none('a growth pattern of several organs'),
  'bone marrow cancer': none('names a site, not a tumor type'),
  'villous adenoma': none('not a malignant tumor'),
  'endometrial hyperplasia': none('not a tumor'),
  'von hippel-lindau disease': syndrome,
  'peutz-jeghers syndrome': syndrome,
  'lynch syndrome': syndrome,
  'juvenile polyposis syndrome': syndrome,
  'tuberous sclerosis': syndrome,
  'chuvash polycythemia': syndrome,
  'obsolete pten hamartoma tumor syndrome': syndrome,
  // bowel
  'colorectal cancer': ['COADREAD'],
  'colon cancer': ['COAD', 'CMC'],
  'colon carcinoma': ['COAD', 'CMC'],
  'rectum cancer': ['READ'],
  'cecum adenocarcinoma': ['COAD'],
  'colon mucinous adenocarcinoma': ['MACR'],
  'pseudomyxoma peritonei': ['LAMN'],
  // breast
  'breast cancer': ['BREAST'],
  'breast carcinoma': ['BRCA'],
  'breast adenocarcinoma': ['BRCA'],
  'breast tubular carcinoma': subtypeOf('BRCA'),
  'breast secretory carcinoma': ['JSCB'],
  'her2-receptor positive breast cancer': breast('her2', 'positive'),
  'her2-receptor negative breast cancer': breast('her2', 'negative'),
  'estrogen-receptor positive breast cancer': breast('estrogen-receptor', 'positive'),
  'triple-receptor negative breast cancer': breast(
    'her2',
    'negative',
    ['estrogen-receptor', 'negative'],
    ['progesterone-receptor', 'negative'],
  ),
  // lung, pleura
  'lung cancer': ['LUNG'],
  'lung carcinoma': ['LUNG'],
  'bronchiolo-alveolar adenocarcinoma': subtypeOf('LUAD'),
  'lung acinar adenocarcinoma': subtypeOf('LUAD'),
  'malignant pleural mesothelioma': ['PLMESO'],
  'malignant mesothelioma': ['PLMESO', 'PEMESO', 'TMESO'],
  'nut midline carcinoma': ['NMCHN', 'NUTCL'],
  // gynecology
  'ovarian cancer': ['OVARY'],
  'ovarian carcinoma': ['OVT'],
  'epithelial ovarian cancer': ['OVT'],
  'ovarian serous carcinoma': ['SOC'],
  'ovarian serous cystadenocarcinoma': ['SOC'],
  'ovarian clear cell carcinoma': ['CCOV'],
  'small-cell carcinoma of the ovary of hypercalcemic type': ['SCCO'],
  'glandular pattern ovarian yolk sac tumor': subtypeOf('OYST'),
  gynandroblastoma: subtypeOf('SCST'),
  'peritoneal carcinoma': ['PSEC'],
  'endometrial cancer': ['UCEC'],
  'endometrial carcinoma': ['UCEC'],
  'endometrial adenocarcinoma': ['UCEC'],
  'uterine corpus endometrial carcinoma': ['UCEC'],
  'uterine cancer': ['UTERUS'],
  'cervical cancer': ['CERVIX'],
  'cervix carcinoma': ['CERVIX'],
  'cervical sarcoma': subtypeOf('CERVIX'),
  'vulva squamous cell carcinoma': ['VSC'],
  'vagina sarcoma': subtypeOf('VULVA'),
  // urology
  'prostate cancer': ['PROSTATE'],
  'prostate carcinoma': ['PRAD'],
  'castration-resistant prostate carcinoma': ['PRAD'],
  'bladder carcinoma': ['BLADDER'],
  'urinary bladder cancer': ['BLADDER'],
  'transitional cell carcinoma': ['BLCA', 'UTUC', 'UCU'],
  'invasive bladder transitional cell carcinoma': subtypeOf('BLCA'),
  'ureter small cell carcinoma': subtypeOf('BLADDER'),
  'renal carcinoma': ['RCC'],
  'renal cell carcinoma with mit translocations': ['TRCC'],
  'kidney clear cell sarcoma': ['CCSK'],
  'congenital mesoblastic nephroma': subtypeOf('KIDNEY'),
  "renal wilms' tumor": ['WT'],
  "scrotum paget's disease": ['EMPD'],
  // upper gastrointestinal tract, pancreas, liver
  'stomach cancer': ['STAD', 'STAS', 'STSC', 'GRC', 'USTAD'],
  'stomach carcinoma': ['STAD', 'STAS', 'STSC', 'GRC', 'USTAD'],
  gastroblastoma: subtypeOf('STOMACH'),
  'esophageal cancer': ['ESCA', 'ESCC', 'EPDCA'],
  'esophageal carcinoma': ['ESCA', 'ESCC', 'EPDCA'],
  "barrett's adenocarcinoma": subtypeOf('ESCA'),
  'pancreatic cancer': ['PANCREAS'],
  'pancreatic carcinoma': ['PAAD', 'PAASC', 'PAAC', 'UCP'],
  'pancreatic ductal adenocarcinoma': ['PAAD'],
  'pancreatic ductal carcinoma': ['PAAD'],
  'malignant exocrine pancreas neoplasm': ['PAAD', 'PAASC', 'PAAC'],
  'pancreatic endocrine carcinoma': ['PANEC'],
  'biliary tract cancer': ['BILIARY_TRACT'],
  'bile duct adenocarcinoma': ['CHOL'],
  'cholangiolocellular carcinoma': subtypeOf('IHCH'),
  'mixed fibrolamellar hepatocellular carcinoma': subtypeOf('FLC'),
  // thyroid, head and neck, adrenal
  'thyroid cancer': ['THYROID'],
  'thyroid gland carcinoma': ['THYROID'],
  'head and neck cancer': ['HEAD_NECK'],
  'head and neck carcinoma': ['HEAD_NECK'],
  'oropharynx cancer': ['OPHSC'],
  'oral squamous cell carcinoma': ['OCSC'],
  'pharynx squamous cell carcinoma': ['OPHSC', 'HPHSC', 'NPC'],
  'laryngeal carcinoma': ['LXSC'],
  'salivary gland cancer': ['SACA'],
  'salivary gland carcinoma': ['SACA'],
  'salivary gland mucoepidermoid carcinoma': ['MUCC'],
  'mammary analogue secretory carcinoma': ['HNMASC'],
  'adrenal carcinoma': ['ACC'],
  'adrenal gland pheochromocytoma': ['PHC'],
  // skin
  'acral lentiginous melanoma': ['ACRM'],
  'mucosal melanoma': ['HNMUCM', 'ARMM', 'VMM', 'ESMM', 'URMM'],
  'pigmented epithelioid melanocytoma': subtypeOf('SKIN'),
  // brain
  glioma,
  'brain glioma': glioma,
  glioblastoma: ['GB'],
  'brain glioblastoma multiforme': ['GB'],
  'glioblastoma proneural subtype': subtypeOf('GB'),
  'malignant astrocytoma': ['ASTR', 'GB', 'HGGNOS'],
  'anaplastic astrocytoma': ['ASTR3'],
  'high grade glioma': ['HGGNOS', 'GB', 'ASTR3', 'ASTR4', 'ODG3', 'PDIFHG'],
  'low grade glioma': ['ENCG', 'PDIFLG', 'ASTR2', 'ODG2'],
  'childhood low-grade glioma': ['ENCG', 'PDIFLG'],
  'childhood pilocytic astrocytoma': ['PAST'],
  'isomorphic diffuse glioma': subtypeOf('PDIFLG'),
  'polymorphous low grade neuroepithelial tumour of the young': ['LGNET'],
  'diffuse midline glioma, h3 k27m-mutant': ['DMG'],
  'diffuse glioma, h3 g34 mutant': ['DHG'],
  'supratentorial ependymoma, zfta fusion–positive': subtypeOf('EPM'),
  'supratentorial ependymoma, yap1 fusion–positive': subtypeOf('EPM'),
  'childhood ependymoma': ['EPM'],
  'parietal lobe ependymoma': subtypeOf('EPM'),
  'adult spinal cord ependymoma': subtypeOf('EPM'),
  'astroblastoma, mn1-altered': ['ASTB'],
  'cns neuroblastoma with foxr2 activation': subtypeOf('EMBT'),
  'central nervous system tumor with bcor internal tandem duplication': subtypeOf('EMBT'),
  'cribriform neuroepithelial tumor': subtypeOf('EMBT'),
  'embryonal tumor with multilayered rosettes': ['ETANTR'],
  'embryonal tumor with multilayered rosettes, c19mc-altered': ['ETANTR'],
  medulloblastoma: ['MBL'],
  'childhood medulloblastoma': ['MBL'],
  'medulloblastoma shh activated': ['MBLSHH'],
  // soft tissue and bone
  'congenital fibrosarcoma': ['IFS'],
  'desmoid tumor': ['DES'],
  'ewing sarcoma of bone': ['ES'],
  'inflammatory myofibroblastic tumor': ['IMT', 'IMTL', 'IMTB'],
  'epithelioid inflammatory myofibroblastic sarcoma': subtypeOf('IMT'),
  'round cell sarcoma with ewsr1-non-ets fusion': subtypeOf('RCSNOS'),
  'sarcoma with bcor genetic alterations': subtypeOf('RCSNOS'),
  'cic-rearranged sarcoma': subtypeOf('RCSNOS'),
  'spindle cell sarcoma': subtypeOf('SARCNOS', 'MFH'),
  'mesenchymal chondrosarcoma': ['MCHS'],
  'lipofibromatosis-like neural tumor': subtypeOf('SOFT_TISSUE'),
  'myoepithelial tumors of soft tissue': ['STMYEC'],
  'myofibroma and myopericytoma': ['MF', 'MPC'],
  'pericytoma with t(7;12)': subtypeOf('SOFT_TISSUE'),
  'bone epithelioid hemangioma': subtypeOf('HEMA'),
  osteoblastoma: subtypeOf('BONE'),
  'plexiform neurofibroma': ['NFIB'],
  // blood and lymph
  leukemia: [
    'AML',
    'BLL',
    'TLL',
    'ALAL',
    'CML',
    'CLLSLL',
    'CMML',
    'JMML',
    'ACML',
    'CNL',
    'HCL',
    'BPLL',
    'TPLL',
    'TLGL',
  ],
  'acute leukemia': ['AML', 'BLL', 'TLL', 'ALAL'],
  'chronic leukemia': ['CML', 'CLLSLL', 'CMML'],
  'lymphoid leukemia': ['BLL', 'TLL', 'CLLSLL', 'BPLL', 'TPLL', 'HCL', 'TLGL'],
  'acute lymphoblastic leukemia': ['BLL', 'TLL'],
  'childhood acute lymphocytic leukemia': ['BLL', 'TLL'],
  'childhood b-cell acute lymphoblastic leukemia': ['BLL'],
  'b-cell adult acute lymphocytic leukemia': ['BLL'],
  'b-cell acute lymphoblastic leukemia': ['BLL'],
  't-cell acute lymphoblastic leukemia': ['TLL'],
  't-cell lymphoblastic leukemia/lymphoma': ['TLL'],
  'b-lymphoblastic leukemia/lymphoma, bcr-abl1–like': ['BLLBCRABL1L'],
  'b-lymphoblastic leukemia/lymphoma with etv6-runx1': ['BLLETV6RUNX1'],
  'b-lymphoblastic leukemia/lymphoma with tcf3-pbx1': ['BLLTCF3PBX1'],
  'b-lymphoblastic leukemia/lymphoma with igh::il3 fusion': ['BLLIL3IGH'],
  'b-lymphoblastic leukaemia/lymphoma with kmt2a rearrangement': ['BLLKMT2A'],
  'b-lymphoblastic leukemia with dux4 rearrangement': subtypeOf('BLLRGA'),
  'b-lymphoblastic leukemia with pax5 p.p80r': subtypeOf('BLLRGA'),
  'b-lymphoblastic leukemia/lymphoma with tcf3::hlf fusion': subtypeOf('BLLRGA'),
  'b-lymphoblastic leukemia with mef2d rearrangement': subtypeOf('BLLRGA'),
  'b-lymphoblastic leukemia with nutm1 rearrangement': subtypeOf('BLLRGA'),
  'b-lymphoblastic leukemia with myc rearrangement': subtypeOf('BLLRGA'),
  'b-lymphoblastic leukaemia/lymphoma with other defined genetic alterations': subtypeOf('BLLRGA'),
  'acute myeloid leukemia': ['AML'],
  'acute promyelocytic leukemia': ['APLPMLRARA'],
  'acute promyelocytic leukemia with pml-rara': ['APLPMLRARA'],
  'acute myeloid leukemia with mutated cebpa': ['AMLCEBPA'],
  'acute myeloid leukemia with mll rearrangement': ['AMLMLLT3KMT2A'],
  'acute myeloid leukemia with inv(16)(p13.1q22) or t(16;16)(p13.1;q22)': ['AMLCBFBMYH11'],
  'acute myeloid leukemia with mecom rearrangement': ['AMLGATA2MECOM'],
  'acute myeloid leukemia with cbfa2t3::glis2 fusion': subtypeOf('AMLRGA'),
  'acute myeloid leukemia with nup98 rearrangement': subtypeOf('AMLRGA'),
  'acute myeloid leukemia with mnx1::etv6 fusion': subtypeOf('AMLRGA'),
  'acute myeloid leukemia with npm1::mlf1 fusion': subtypeOf('AMLRGA'),
  'aml with kat6a::crebbp fusion': subtypeOf('AMLRGA'),
  'acute myeloid leukaemia with fus::erg fusion': subtypeOf('AMLRGA'),
  'chronic myeloid leukemia': ['CML'],
  'chronic lymphocytic leukemia': ['CLLSLL'],
  'chronic lymphocytic leukemia/small lymphocytic lymphoma': ['CLLSLL'],
  'myelodysplastic syndrome': ['MDS'],
  myelofibrosis: ['PMF', 'PVMF', 'ETMF'],
  'myeloid neoplasm': ['MNM'],
  'myeloid and lymphoid neoplasms with eosinophilia and abnormalities of pdgfra, pdgfrb, and fgfr1': ['MLNER'],
  'histiocytic and dendritic cell cancer': ['HDCN'],
  'histiocytic sarcoma': ['HS'],
  lymphoma: ['NHL', 'HL'],
  'b-cell non-hodgkin lymphoma': ['MBN'],
  'diffuse large b-cell lymphoma': ['DLBCLNOS'],
  'diffuse large b-cell lymphoma activated b-cell type': ['ABC'],
  'peripheral t-cell lymphoma': ['PTCL'],
};

export function diseaseMapper(
  sources: Sources,
  types: readonly TumorTypeRow[],
): (name: string, doid: string) => MappedDisease {
  const byCode = new Map(types.map((type) => [type.code, type]));
  const byReference = new Map<string, string[]>();
  const byName = new Map<string, string>();
  for (const type of types) {
    byName.set(type.name.toLowerCase(), type.code);
    for (const key of [
      ...(type.nci ?? []).map((id) => `NCI:${id}`),
      ...(type.umls ?? []).map((id) => `UMLS_CUI:${id}`),
    ])
      byReference.set(key, [...(byReference.get(key) ?? []), type.code]);
  }
  for (const [name, reading] of Object.entries(readings))
    for (const code of 'codes' in reading ? reading.codes : reading)
      if (!byCode.has(code)) throw new Error(`${name} is read as ${code}, which is no tumor type`);

  const references = new Map<string, string[]>();
  for (const row of sources.table('ontology/DO_allXREF.tsv.gz', { quoted: true })) {
    const id = cell(row, 'id').replace('DOID:', '');
    references.set(id, [...(references.get(id) ?? []), cell(row, 'xref')]);
  }
  const labels = new Map<string, string>();
  const idOfLabel = new Map<string, string>();
  const parents = new Map<string, Set<string>>();
  for (const row of sources.table('ontology/HumanDO.tsv.gz', { quoted: true })) {
    const id = cell(row, 'id').replace('DOID:', '');
    labels.set(id, cell(row, 'label'));
    idOfLabel.set(cell(row, 'label'), id);
    parents.set(id, (parents.get(id) ?? new Set()).add(cell(row, 'subClassOf')));
  }

  const isAbove = (upper: string, code: string): boolean => {
    for (let at = byCode.get(code)?.parent; at !== undefined && at !== ''; at = byCode.get(at)?.parent)
      if (at === upper) return true;
    return false;
  };
  const topmost = (codes: Codes): string[] =>
    [...new Set(codes)].filter((code) => !codes.some((other) => isAbove(other, code))).sort(compare);

  /** The codes of one disease by itself, without its ancestors. */
  function direct(
    name: string,
    doid: string,
  ): (Omit<MappedDisease['disease'], 'name' | 'doid'> & { by: string }) | undefined {
    const reading = readings[name.toLowerCase()];
    if (reading !== undefined) {
      if (!('codes' in reading)) return { oncotreeCodes: [...reading], by: 'read by name' };
      const { codes, extent, conditions, why } = reading;
      return {
        oncotreeCodes: [...codes],
        ...(extent === undefined ? {} : { extent }),
        ...(conditions === undefined ? {} : { conditions: [...conditions] }),
        by: why ?? 'read by name',
      };
    }
    for (const system of ['NCI:', 'UMLS_CUI:']) {
      const keys = (references.get(doid) ?? []).filter((key) => key.startsWith(system));
      const codes = topmost(keys.flatMap((key) => byReference.get(key) ?? []));
      if (codes.length > 0) return { oncotreeCodes: codes, by: `cross-reference ${keys.sort(compare).join(', ')}` };
    }
    const named = byName.get(name.toLowerCase());
    return named === undefined ? undefined : { oncotreeCodes: [named], by: 'same name' };
  }

  return (name, doid) => {
    const head = { name, ...(doid === '' ? {} : { doid: `DOID:${doid}` }) };
    const found = direct(name, doid);
    if (found !== undefined) {
      const { by, ...disease } = found;
      return { disease: { ...head, ...disease }, by };
    }
    let level = [...(parents.get(doid) ?? [])];
    for (let steps = 1; level.length > 0 && steps <= 6; steps++) {
      const ids = level.map((label) => idOfLabel.get(label)).filter((id) => id !== undefined);
      const hits = ids
        .map((id) => ({ id, found: direct(labels.get(id) ?? '', id) }))
        .filter(({ found: one }) => one !== undefined && one.oncotreeCodes.length > 0 && one.extent === undefined);
      if (hits.length > 0)
        return {
          disease: {
            ...head,
            oncotreeCodes: topmost(hits.flatMap(({ found: one }) => one?.oncotreeCodes ?? [])),
            extent: 'subtype',
          },
          by: `subtype of ${hits
            .map(({ id }) => `DOID:${id}`)
            .sort(compare)
            .join(', ')}`,
        };
      level = ids.flatMap((id) => [...(parents.get(id) ?? [])]);
    }
    return { disease: { ...head, oncotreeCodes: [] }, by: name === '' ? 'no disease stated' : 'not mapped' };
  };
}

/** A disease by its name and a code such as `oncotree:LUAD` or `ncit:C3163`. */
export type OncotreeReader = (name: string, code: string) => DiseaseFact;

/** Codes of sources that no present tumor type bears, or that a source uses for a wider disease than they name. */
const codeReadings: Readonly<Record<string, Codes>> = {
  'oncotree:LEUK': ['AML', 'BLL', 'TLL', 'ALAL', 'CML', 'CLLSLL', 'CMML', 'JMML', 'ACML', 'CNL', 'HCL', 'TLGL'],
  'oncotree:MLN': ['MLNER'],
  // Used for gastric cancer as such.
  'oncotree:GRC': ['STAD', 'STAS', 'STSC', 'GRC', 'USTAD'],
  'oncotree:GNOS': glioma,
  'ncit:C3467': ['MYCF', 'SS', 'PCALCL', 'PCAECTCL', 'PCATCL', 'PCGDTCL', 'PCSMTPLD'],
  'ncit:C3163': ['CLLSLL'],
  'ncit:C182151': ['DMG'],
  'ncit:C9385': ['RCC'],
  'ncit:C7007': ['HMBL'],
  'ncit:C27031': ['PANET'],
};

/** Reads codes of the tree's present and earlier versions and our own readings; the rest by name. */
export function oncotreeReader(sources: Sources, types: readonly TumorTypeRow[]): OncotreeReader {
  const mapName = diseaseMapper(sources, types);
  const byCode = new Map(types.map((type) => [type.code, type]));
  const heirs = (code: string): string[] =>
    types.filter(({ formerly = [] }) => formerly.includes(code)).map((type) => type.code);
  for (const [code, codes] of Object.entries(codeReadings))
    for (const one of codes) if (!byCode.has(one)) throw new Error(`${code} is read as ${one}, which is no tumor type`);
  const notSquamous = types.filter(({ code, parent }) => parent === 'NSCLC' && code !== 'LUSC').map(({ code }) => code);
  return (name, code) => {
    if (code === 'ncit:C132146' || /^any solid tumor$/i.test(name))
      return { name, oncotreeCodes: ['TISSUE'], extent: 'any-solid-tumor' };
    // Subependymal giant cell astrocytoma: a circumscribed glioma that the tree has no node for.
    if (code === 'ncit:C3696') return { name, oncotreeCodes: ['ENCG'], extent: 'subtype' };
    if (code === 'ncit:C135017') return { name, oncotreeCodes: notSquamous };
    const own = code.startsWith('oncotree:') ? code.slice(9) : '';
    const codes = codeReadings[code] ?? (byCode.has(own) ? [own] : heirs(own));
    return codes.length > 0 ? { name, oncotreeCodes: [...codes] } : mapName(name, '').disease;
  };
}
