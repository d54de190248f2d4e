/**
 * An OncoTree code from the codes of a diagnosis in other systems: NCI Thesaurus, ICD-O-3 (morphology with topography), SNOMED CT,
 * ICD-10.
 * A code that fits several tumor types decides none of them; systems that contradict each other decide nothing.
 */
import { crossReferences } from './cross-references.ts';

/** What a sender gives beside or in place of an OncoTree code. */
export interface DiagnosisCodes {
  /** `8140/3`; `8140` is read as malignant, /3. */
  readonly icdO3Morphology?: string | undefined;
  /** `C34.1`. */
  readonly icdO3Topography?: string | undefined;
  readonly icd10?: string | undefined;
  readonly snomed?: string | undefined;
  /** NCI Thesaurus, `C2926`. */
  readonly ncit?: string | undefined;
}

export interface MappedDiagnosis {
  readonly oncotree: string;
  /** `ICD-O-3 8140/3 at C34.1`. */
  readonly from: string;
  readonly by: string;
}

export interface DiagnosisReading {
  readonly mapped?: MappedDiagnosis;
  /** Tumor types that the codes leave open. */
  readonly candidates: readonly string[];
  readonly reason?: string;
}

const OURS = 'our own table of common pairs of ICD-O-3';
const DO = 'cross-reference of the Disease Ontology';
const ORGAN = 'ICD-10 names the organ only';

/**
 * Morphology by topography, for what the cross-references do not hold because ICD-O-3 says the organ by a second code
 * (ICD-O-3, third edition, second revision: codes as identifiers). Topography by its first three signs.
 */
const PAIRS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  C15: { '8070/3': 'ESCC', '8140/3': 'ESCA' },
  C16: { '8140/3': 'STAD', '8144/3': 'STAD', '8145/3': 'DSTAD', '8490/3': 'DSTAD' },
  C17: { '8140/3': 'SBC' },
  C18: { '8140/3': 'COAD', '8480/3': 'MACR' },
  C19: { '8140/3': 'COADREAD', '8480/3': 'MACR' },
  C20: { '8140/3': 'READ', '8480/3': 'MACR' },
  C21: { '8070/3': 'ANSC' },
  C22: { '8170/3': 'HCC', '8160/3': 'IHCH' },
  C24: { '8160/3': 'EHCH', '8140/3': 'EHCH' },
  C25: { '8140/3': 'PAAD', '8500/3': 'PAAD' },
  C34: { '8140/3': 'LUAD', '8070/3': 'LUSC', '8041/3': 'SCLC', '8012/3': 'LCLC', '8046/3': 'NSCLC' },
  C37: { '8580/3': 'THYM' },
  C38: { '9050/3': 'PLMESO' },
  C43: { '8720/3': 'SKCM' },
  C44: { '8070/3': 'CSCC', '8090/3': 'BCC', '8247/3': 'MCC' },
  C45: { '9050/3': 'PLMESO' },
  C50: { '8500/3': 'IDC', '8520/3': 'ILC', '8522/3': 'MDLC' },
  C53: { '8070/3': 'CESC', '8140/3': 'ECAD' },
  C54: { '8380/3': 'UEC', '8441/3': 'USC', '8310/3': 'UCCC' },
  C56: { '8441/3': 'SOC', '8461/3': 'HGSOC', '8310/3': 'CCOV', '8380/3': 'EOV', '8470/3': 'MOV', '8480/3': 'MOV' },
  C61: { '8140/3': 'PRAD' },
  C62: { '9061/3': 'SEM', '9070/3': 'EMBCA' },
  C64: { '8310/3': 'CCRCC', '8260/3': 'PRCC', '8317/3': 'CHRCC', '8312/3': 'RCC' },
  C65: { '8120/3': 'UTUC', '8130/3': 'UTUC' },
  C66: { '8120/3': 'UTUC', '8130/3': 'UTUC' },
  C67: { '8120/3': 'BLCA', '8130/3': 'BLCA' },
  C69: { '8720/3': 'UM' },
  C71: { '9440/3': 'GB', '9450/3': 'ODG' },
  C73: { '8260/3': 'THPA', '8340/3': 'THPA', '8330/3': 'THFO', '8510/3': 'THME', '8020/3': 'THAP', '8021/3': 'THAP' },
  C80: { '8140/3': 'ADNOS', '8000/3': 'CUP', '8010/3': 'CUP' },
};

/** ICD-10 names organs, which are nodes of OncoTree above its tumor types; a few of its codes name the tumor. */
const ICD10: Readonly<Record<string, string>> = {
  C16: 'STOMACH',
  C15: 'STOMACH',
  C18: 'BOWEL',
  C19: 'BOWEL',
  C20: 'BOWEL',
  'C22.0': 'HCC',
  'C22.1': 'IHCH',
  C22: 'LIVER',
  C23: 'GBC',
  C24: 'BILIARY_TRACT',
  C25: 'PANCREAS',
  C34: 'LUNG',
  C37: 'THYMUS',
  C43: 'SKCM',
  C45: 'PLEURA',
  'C45.0': 'PLMESO',
  C50: 'BREAST',
  C51: 'VULVA',
  C52: 'VULVA',
  C53: 'CERVIX',
  C54: 'UTERUS',
  C55: 'UTERUS',
  C56: 'OVARY',
  C57: 'OVARY',
  C60: 'PENIS',
  C61: 'PROSTATE',
  C62: 'TESTIS',
  C64: 'KIDNEY',
  C65: 'BLADDER',
  C66: 'BLADDER',
  C67: 'BLADDER',
  C69: 'EYE',
  C71: 'BRAIN',
  C73: 'THYROID',
  C74: 'ADRENAL_GLAND',
  C81: 'LYMPH',
  C82: 'FL',
  'C83.3': 'DLBCLNOS',
  'C83.1': 'MCL',
  C85: 'LYMPH',
  'C90.0': 'PCM',
  'C91.0': 'LYMPH',
  'C91.1': 'CLLSLL',
  'C92.0': 'AML',
  'C92.1': 'CML',
  C80: 'CUP',
};

const byCode = (column: 1 | 2 | 3 | 4): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const row of crossReferences)
    for (const code of row[column].split(' ')) if (code !== '') found.set(code, [...(found.get(code) ?? []), row[0]]);
  return found;
};
const morphologies = byCode(1);
const icd10s = byCode(2);
const snomeds = byCode(3);
const ncits = byCode(4);

interface Vote {
  readonly codes: readonly string[];
  readonly from: string;
  readonly by: string;
}

function votes({ icdO3Morphology, icdO3Topography, icd10, snomed, ncit }: DiagnosisCodes): Vote[] {
  const cast: Vote[] = [];
  const term = ncits.get(ncit?.trim().toUpperCase() ?? '');
  if (term !== undefined)
    cast.push({ codes: term, from: `NCI Thesaurus ${ncit?.trim()}`, by: 'cross-reference of OncoTree' });
  const morphology = /^(?:M-?)?(\d{4})(?:\/(\d))?/i.exec(icdO3Morphology?.trim() ?? '');
  if (morphology !== null) {
    const code = `${morphology[1]}/${morphology[2] ?? '3'}`;
    const topography = /^C\d{2}(\.\d)?/i.exec(icdO3Topography?.trim() ?? icd10?.trim() ?? '')?.[0].toUpperCase();
    const pair = topography === undefined ? undefined : PAIRS[topography.slice(0, 3)]?.[code];
    const from = `ICD-O-3 ${code}${topography === undefined ? '' : ` at ${topography}`}`;
    if (pair !== undefined) cast.push({ codes: [pair], from, by: OURS });
    else if (morphologies.has(code)) cast.push({ codes: morphologies.get(code) ?? [], from, by: DO });
  }
  const concept = /^\d{6,18}$/.exec(snomed?.trim() ?? '')?.[0];
  if (concept !== undefined && snomeds.has(concept))
    cast.push({ codes: snomeds.get(concept) ?? [], from: `SNOMED CT ${concept}`, by: DO });
  const organ = /^([CD]\d{2})(\.\d)?/i.exec(icd10?.trim() ?? '');
  if (organ !== null) {
    const [whole = '', head = ''] = organ.map((part) => part?.toUpperCase());
    const exact = icd10s.get(whole);
    const own = ICD10[whole] ?? ICD10[head];
    if (own !== undefined) cast.push({ codes: [own], from: `ICD-10 ${whole}`, by: ORGAN });
    else if (exact !== undefined) cast.push({ codes: exact, from: `ICD-10 ${whole}`, by: DO });
  }
  return cast;
}

/**
 * @param ancestorsOf codes above a tumor type in OncoTree, nearest first; empty where there is none
 * The most exact of the systems decides where the others say the same tumor type or one above it.
 */
export function oncotreeFrom(
  codes: DiagnosisCodes,
  ancestorsOf: (code: string) => readonly string[],
): DiagnosisReading {
  const cast = votes(codes);
  if (Object.values(codes).every((code) => code === undefined || code === '')) return { candidates: [] };
  const [first] = cast;
  if (first === undefined) return { candidates: [], reason: 'none of the codes is in the tables of cross-references' };
  const within = (lower: string, upper: string): boolean => lower === upper || ancestorsOf(lower).includes(upper);
  // What each system leaves open narrows what the others do.
  let open = first.codes;
  let { from, by } = first;
  for (const vote of cast.slice(1)) {
    const narrowed = open.filter((code) => vote.codes.some((other) => within(code, other)));
    const finer = vote.codes.filter((code) => open.some((other) => within(code, other)));
    if (narrowed.length > 0) {
      // A second system that says the same, only less exactly, is named where it decided between several.
      if (narrowed.length < open.length) from = `${from} with ${vote.from}`;
      open = narrowed;
    } else if (finer.length > 0) {
      open = finer;
      ({ from, by } = vote);
    } else
      return {
        candidates: [...new Set([...open, ...vote.codes])],
        reason: `${from} and ${vote.from} name different tumor types`,
      };
  }
  const [only, more] = open;
  return only !== undefined && more === undefined
    ? { mapped: { oncotree: only, from, by }, candidates: open }
    : { candidates: open, reason: `${from} fits ${open.length} tumor types` };
}

/** A code with its system, as other formats write them; undefined where it is of none that is read. */
export function diagnosisCode(system: string, code: string): DiagnosisCodes {
  const name = system.toLowerCase();
  if (/snomed|sct$|2\.16\.840\.1\.113883\.6\.96/.test(name)) return { snomed: code };
  if (/icd-?o/.test(name)) return /^C\d/i.test(code) ? { icdO3Topography: code } : { icdO3Morphology: code };
  if (/icd-?10/.test(name)) return { icd10: code };
  if (/ncit|ncithesaurus|nci-?thesaurus/.test(name)) return { ncit: code };
  return {};
}

/** The codes of other systems that stand for a tumor type by the cross-references; empty lists where there are none. */
export function codesOf(oncotree: string): Readonly<Record<'icdO3' | 'icd10' | 'snomed' | 'ncit', readonly string[]>> {
  const row = crossReferences.find(([code]) => code === oncotree);
  const list = (text: string | undefined): string[] => (text ?? '').split(' ').filter((code) => code !== '');
  return { icdO3: list(row?.[1]), icd10: list(row?.[2]), snomed: list(row?.[3]), ncit: list(row?.[4]) };
}
