/**
 * Regulators' approvals by the Molecular Oncology Almanac. A copyleft source: a pack of its own, which can be taken out.
 * The label's text is read for words of the situation and left behind; no sentence enters the pack. Statements of one
 * indication, disease and treatment become one fact whose biomarkers are alternatives.
 */
import {
  type Agency,
  type AgencyState,
  Approval,
  type ApprovalAlternative,
  type ApprovalSetting,
  type Jurisdiction,
  type MarkerRequirement,
} from '../../../shared/knowledge/approvals.ts';
import {
  type DiseaseFact,
  EvidenceItem,
  type ProfileLogic,
  type ProfileTerm,
} from '../../../shared/knowledge/evidence.ts';
import { writeRecords } from '../../../shared/knowledge/records.ts';
import { parseProteinChange } from '../../../shared/molecular/hgvs.ts';
import { readLine } from './approval-line.ts';
import { contradictsLabel, type SourceStatement, withoutSlips } from './approval-slips.ts';
import { parseProfile } from './civic-profile.ts';
import type { OncotreeReader } from './diseases.ts';
import type { Pack } from './pack.ts';
import { compare, type Sources } from './sources.ts';

const FOLDER = 'moalmanac/referenced';
const LEGACY = 'moalmanac/molecular-oncology-almanac.legacy.json.gz';

interface Coded {
  readonly id: number;
  readonly name: string;
  readonly primary_coding_id: string;
  readonly extensions: readonly { readonly name: string; readonly value: unknown }[];
}
interface Biomarker extends Coded {
  readonly genes?: readonly number[];
}
interface Statement {
  readonly id: number;
  readonly proposition_id: number;
  readonly indication_id: string;
  readonly status?: string;
}
interface Proposition {
  readonly id: number;
  readonly biomarkers: readonly number[];
  readonly conditionQualifier_id: number;
  readonly therapy_id: number | null;
  readonly therapy_group_id: number | null;
}
interface Indication {
  readonly id: string;
  readonly document_id: string;
  readonly indication: string;
  readonly initial_approval_date: string | null;
  readonly initial_approval_url: string | null;
  readonly date_accelerated_approval?: string | null;
  readonly date_regular_approval?: string | null;
  readonly status?: string;
}
interface Document {
  readonly id: string;
  readonly agent_id: string;
  readonly drug_name_brand: string | null;
  readonly drug_name_generic: string | null;
  readonly publication_date: string;
  readonly urls: readonly string[];
}

const agencies: Readonly<Record<string, readonly [Agency, Jurisdiction]>> = {
  fda: ['FDA', 'US'],
  ema: ['EMA', 'EU'],
  hc: ['Health Canada', 'CA'],
  hse: ['HSE', 'IE'],
  hpra: ['HPRA', 'IE'],
};

/** Words of a label's text that say when a treatment is given. */
const settings: readonly (readonly [ApprovalSetting, RegExp])[] = [
  ['neoadjuvant', /\bneo-?adjuvant\b/i],
  ['adjuvant', /\badjuvant\b/i],
  ['maintenance', /\bmaintenance\b/i],
  ['first-line', /\bfirst[- ]line\b|\bpreviously untreated\b|\bnot (?:been )?previously treated\b/i],
  ['newly-diagnosed', /\bnewly[- ]diagnosed\b/i],
  [
    'after-prior-therapy',
    /(?<!not )(?<!not been )\bpreviously (?:treated|received)\b|\b(?:after|following|received|with|least) (?:\S+ ){0,6}?(?:prior|previous)\b|\bprior (?:\S+ ){0,4}?(?:therap|treatment|regimen|chemotherap)|\bprogress(?:ed|ion)\b/i,
  ],
  ['relapsed-or-refractory', /\brelapsed\b|\brefractory\b/i],
  ['advanced-or-metastatic', /\badvanced\b|\bmetastatic\b|\bunresectable\b|\binoperable\b/i],
  ['pediatric', /\bpa?ediatric\b|\bchildren\b/i],
];

const term = (value: ProfileTerm): ProfileLogic => ({ op: 'term', term: value });
const any = (of: ProfileLogic[]): ProfileLogic => (of.length === 1 && of[0] !== undefined ? of[0] : { op: 'or', of });
const all = (of: ProfileLogic[]): ProfileLogic => (of.length === 1 && of[0] !== undefined ? of[0] : { op: 'and', of });

type Reading = { readonly logic: ProfileLogic } | { readonly requires: MarkerRequirement };

/** Kinase domains by exon, where the source says "TKD". */
const kinaseExons: Readonly<Record<string, readonly number[]>> = {
  EGFR: [18, 19, 20, 21],
  ERBB2: [18, 19, 20, 21, 22, 23, 24],
};

function readVariant(gene: string, name: string, fact: (key: string) => unknown): ProfileLogic {
  const protein = String(fact('protein_change') ?? '').replace(/^p\./, '');
  if (protein !== '') {
    if (parseProteinChange(protein) === undefined) throw new Error(`no protein change: ${protein}`);
    return term({ kind: 'protein-change', gene, change: protein });
  }
  const kind = fact('variant_annotation');
  const exon = Number(fact('exon') ?? 0);
  if (kind === 'Internal Tandem Duplication (ITD)') return parseProfile(`${gene} ITD`, (symbol) => symbol);
  if (exon > 0) {
    // Splice variants and deletions at MET exon 14 both lose the exon from the RNA.
    if (kind === 'Splice Site' || (gene === 'MET' && kind === 'Deletion'))
      return term({ kind: 'exon', gene, exons: [exon], change: 'skipping' });
    if (kind === 'Deletion') return term({ kind: 'exon', gene, exons: [exon], change: 'deletion' });
    if (kind === 'Insertion') return term({ kind: 'exon', gene, exons: [exon], change: 'insertion' });
    throw new Error(`no reading of ${name}`);
  }
  if (kind === 'Nonsense' || kind === 'Frameshift' || kind === 'Splice Site')
    return term({ kind: 'loss-of-function', gene });
  const domain = / TKD /.test(name) ? kinaseExons[gene] : undefined;
  if (domain !== undefined) return term({ kind: 'exon', gene, exons: [...domain], change: 'mutation' });
  if (kind === null || kind === undefined) return term({ kind: 'any-mutation', gene });
  throw new Error(`no reading of ${name}`);
}

/** A biomarker as a term of profile logic, or as a measured marker. What no rule reads stops the build. */
function readBiomarker({ name, extensions }: Biomarker, genes: readonly string[]): Reading {
  const fact = (key: string): unknown => extensions.find((one) => one.name === key)?.value;
  const [gene = '', second] = genes;
  const present = fact('_present') !== false;
  const logic = (found: ProfileLogic): Reading => ({ logic: present ? found : { op: 'not', of: found } });
  switch (fact('biomarker_type')) {
    case 'Somatic Variant':
      return logic(readVariant(gene, name, fact));
    case 'Germline Variant':
      return logic(term({ kind: 'any-mutation', gene }));
    case 'Wild type':
      return logic(term({ kind: 'wild-type', gene }));
    case 'Copy Number':
      return logic(term({ kind: fact('direction') === 'Amplification' ? 'amplification' : 'deletion', gene }));
    case 'Copy Number (arm level)':
      return logic(term({ kind: 'raw', text: name }));
    case 'Rearrangement': {
      // t(15;17)(q24;q21) is the fusion of these two genes.
      if (gene === '' && name === 't(15;17)') return logic(term({ kind: 'fusion', gene5: 'PML', gene3: 'RARA' }));
      if (second !== undefined) return logic(term({ kind: 'fusion', gene5: gene, gene3: second }));
      if (gene === '') throw new Error(`no reading of ${name}`);
      if (name === `v::${gene}`) return logic(term({ kind: 'fusion', gene3: gene }));
      if (name === `${gene}::v`) return logic(term({ kind: 'fusion', gene5: gene }));
      return logic(any([term({ kind: 'fusion', gene5: gene }), term({ kind: 'fusion', gene3: gene })]));
    }
    case 'Microsatellite Stability':
      return logic(term({ kind: 'biomarker', name: name === 'MSI-H' ? 'MSI-high' : 'MSS' }));
    case 'Mismatch Repair':
      return logic(term({ kind: 'biomarker', name: fact('status') === 'Deficient' ? 'MSI-high' : 'MSS' }));
    case 'Homologous Recombination':
      return logic(term({ kind: 'biomarker', name: 'HRD' }));
    case 'Tumor mutational burden':
      return logic(term({ kind: 'biomarker', name: 'TMB-high' }));
    case 'Protein expression': {
      const value = fact('value');
      const number = Number(value);
      const comparator = fact('equality');
      if (comparator !== '=' && comparator !== '>=' && comparator !== '<') throw new Error(`no reading of ${name}`);
      return {
        requires: {
          marker: String(fact('marker')),
          scale: String(fact('unit')),
          comparator,
          value: Number.isFinite(number) ? number : String(value),
        },
      };
    }
    default:
      throw new Error(`unknown kind of biomarker: ${String(fact('biomarker_type'))}`);
  }
}

const isAbsent = ({ extensions }: Coded): boolean =>
  extensions.some(({ name, value }) => name === '_present' && value === false);

/** "or who have the T315I mutation": what the label takes instead of the earlier treatment it asks of the others. */
const insteadOfTreatment = (indication: string): string | undefined =>
  /\bor who have the (\w+) mutation|\bthat is (\w+) mutation positive or where there is prior\b/i
    .exec(indication.replace(/\s+/g, ' '))
    ?.slice(1)
    .find((one) => one !== undefined);

const stamp = (text: string | null | undefined): string | undefined =>
  text === null || text === '' ? undefined : text;

function readApprovals(sources: Sources, disease: OncotreeReader): Approval[] {
  const table = <Row>(name: string): readonly Row[] => sources.json(`${FOLDER}/${name}.json.gz`) as readonly Row[];
  const byId = <Row extends { readonly id: string | number }>(name: string): ((id: string | number) => Row) => {
    const rows = new Map(table<Row>(name).map((row) => [row.id, row]));
    return (id) => {
      const row = rows.get(id);
      if (row === undefined) throw new Error(`${name} has no ${id}`);
      return row;
    };
  };
  const gene = byId<Coded>('genes');
  const biomarker = byId<Biomarker>('biomarkers');
  const proposition = byId<Proposition>('propositions');
  const diseaseOf = byId<Coded>('diseases');
  const therapy = byId<Coded>('therapies');
  const group = byId<{ id: number; therapies: readonly number[] }>('therapy_groups');
  const indication = byId<Indication>('indications');
  const document = byId<Document>('documents');
  const url = byId<{ id: string; url: string }>('urls');
  const texts = (one: Coded, key: string): string[] => {
    const value = one.extensions.find(({ name }) => name === key)?.value ?? [];
    return (Array.isArray(value) ? value : [value]).map(String).filter((text) => text !== '');
  };

  const named = (rows: readonly Coded[], name: string): number => {
    const row = rows.find((one) => one.name === name);
    if (row === undefined) throw new Error(`the source has no ${name}`);
    return row.id;
  };
  const agents = table<Coded>('therapies').map(({ name }) => name);
  const statusOf = new Map(table<Statement>('statements').map(({ id, status }) => [id, status]));
  const stated = table<Statement>('statements').map(({ id, proposition_id, indication_id }): SourceStatement => {
    const { biomarkers, conditionQualifier_id, therapy_id, therapy_group_id } = proposition(proposition_id);
    return {
      id,
      indicationId: indication_id,
      diseaseId: conditionQualifier_id,
      therapyIds: therapy_id === null ? group(therapy_group_id ?? -1).therapies : [therapy_id],
      biomarkerIds: biomarkers,
    };
  });
  const mended = withoutSlips(stated, {
    therapyId: (name) => named(table<Coded>('therapies'), name),
    diseaseId: (name) => named(table<Coded>('diseases'), name),
    biomarkerId: (name, present) =>
      named(
        table<Biomarker>('biomarkers').filter((one) => isAbsent(one) !== present),
        name,
      ),
    biomarkerName: (id) => biomarker(id).name,
  });
  const groups = Map.groupBy(mended, ({ indicationId, diseaseId, therapyIds }) =>
    [indicationId, diseaseId, [...therapyIds].sort((a, b) => a - b).join('+')].join('|'),
  );
  return [...groups.values()]
    .map((statements): Approval => {
      const [first] = statements;
      if (first === undefined) throw new Error('a group without statements');
      const stated = indication(first.indicationId);
      const label = document(stated.document_id);
      const place = agencies[label.agent_id];
      if (place === undefined) throw new Error(`unknown agency ${label.agent_id}`);
      const condition = diseaseOf(first.diseaseId);
      const given = first.therapyIds.map(therapy);
      const slip = contradictsLabel(
        { documentId: label.id, generic: label.drug_name_generic, indication: stated.indication },
        given.map(({ name }) => name),
        agents,
        statements.flatMap(({ biomarkerIds }) =>
          biomarkerIds
            .map(biomarker)
            .filter(isAbsent)
            .map(({ name }) => name),
        ),
      );
      if (slip !== undefined)
        throw new Error(`statement ${first.id} of ${stated.id}: ${slip}; read it and mend approval-slips.ts`);
      const alternatives = statements.map(({ biomarkerIds }) => biomarkerIds.map(biomarker));
      const read = alternatives.map((biomarkers): ApprovalAlternative => {
        const readings = biomarkers.map((one) =>
          readBiomarker(
            one,
            (one.genes ?? []).map((id) => gene(id).name),
          ),
        );
        const terms = readings.flatMap((reading) => ('logic' in reading ? [reading.logic] : []));
        return {
          ...(terms.length === 0 ? {} : { logic: all(terms) }),
          requires: readings.flatMap((reading) => ('requires' in reading ? [reading.requires] : [])),
          origin: biomarkers.some(({ extensions }) => extensions.some(({ value }) => value === 'Germline Variant'))
            ? 'germline'
            : 'any',
        };
      });
      const instead = insteadOfTreatment(stated.indication);
      const approvedOn = stamp(stated.initial_approval_date);
      const approvalUrl = stamp(stated.initial_approval_url);
      const accelerated = stamp(stated.date_accelerated_approval);
      const regular = stamp(stated.date_regular_approval);
      const words =
        statements.map(({ id }) => statusOf.get(id)).find((status) => status !== undefined) ?? stated.status;
      return Approval.parse({
        id: `MOA${first.id}`,
        statements: [...new Set(statements.map(({ id }) => id))],
        agency: place[0],
        jurisdiction: place[1],
        status:
          words === 'Withdrawn'
            ? 'withdrawn'
            : words === 'Deprecated' || words === 'Superseded'
              ? 'superseded'
              : 'active',
        ...(approvedOn === undefined ? {} : { approvedOn }),
        ...(accelerated === undefined && stated.status !== 'Accelerated'
          ? {}
          : {
              accelerated: {
                ...(accelerated === undefined ? {} : { on: accelerated }),
                ...(regular === undefined ? {} : { regularOn: regular }),
              },
            }),
        biomarkers: alternatives.map((biomarkers) =>
          biomarkers.map((one) => (isAbsent(one) ? `no ${one.name}` : one.name)),
        ),
        // Two alternatives that read alike (nonsense, frameshift) are one.
        anyOf: [...new Map(read.map((one) => [JSON.stringify(one), one])).values()],
        disease: disease(condition.name, condition.primary_coding_id),
        therapies: given.map(({ name }) => name).sort(compare),
        strategies: [...new Set(given.flatMap((one) => texts(one, 'therapy_strategy')))].sort(compare),
        therapyTypes: [...new Set(given.flatMap((one) => texts(one, 'therapy_type')))].sort(compare),
        settings: settings.filter(([, words_]) => words_.test(stated.indication)).map(([name]) => name),
        line:
          instead !== undefined && alternatives.every((all_) => all_.some(({ name }) => name.endsWith(instead)))
            ? { place: 'any' }
            : readLine(stated.indication),
        indicationId: stated.id,
        label: {
          documentId: label.id,
          ...(label.drug_name_brand === null ? {} : { brand: label.drug_name_brand }),
          revised: label.publication_date,
          url: url(label.urls[0] ?? '').url,
        },
        ...(approvalUrl === undefined ? {} : { approvalUrl }),
      });
    })
    .sort((a, b) => Number(a.id.slice(3)) - Number(b.id.slice(3)));
}

/** The earlier collection's grades on our scale: guidelines beside consensus (A); clinical evidence of any design is C. */
const levels: Readonly<Record<string, EvidenceItem['level']>> = {
  'FDA-Approved': 'A',
  Guideline: 'A',
  'Clinical trial': 'B',
  'Clinical evidence': 'C',
  Preclinical: 'D',
  Inferential: 'E',
};

type Legacy = Readonly<Record<string, string | number | boolean | null>>;

function legacyLogic(row: Legacy): { readonly logic: ProfileLogic; readonly name: string } | undefined {
  const text = (key: string): string => String(row[key] ?? '');
  const gene = text('gene');
  const named = (logic: ProfileLogic, name: string) => ({ logic, name });
  switch (row.feature_type) {
    case 'Somatic Variant': {
      const protein = text('protein_change').replace(/^p\./, '');
      if (protein !== '') {
        const known = parseProteinChange(protein) !== undefined;
        return named(
          term(known ? { kind: 'protein-change', gene, change: protein } : { kind: 'raw', gene, text: protein }),
          `${gene} ${protein}`,
        );
      }
      const kind = text('variant_annotation');
      const exon = Number(text('exon'));
      const exonChange = ({ Insertion: 'insertion', Deletion: 'deletion' } as const)[kind];
      if (exon > 0 && exonChange !== undefined)
        return named(
          term({ kind: 'exon', gene, exons: [exon], change: exonChange }),
          `${gene} exon ${exon} ${exonChange}`,
        );
      if (exon > 0 || !['', 'Missense', 'Activating mutation', 'Nonsense', 'Frameshift', 'Splice Site'].includes(kind))
        return named(
          term({ kind: 'raw', gene, text: `${kind} ${exon > 0 ? `exon ${exon}` : ''}`.trim() }),
          `${gene} ${kind}`,
        );
      if (kind === 'Frameshift') return named(term({ kind: 'frameshift', gene }), `${gene} frameshift`);
      if (kind === 'Nonsense' || kind === 'Splice Site')
        return named(term({ kind: 'loss-of-function', gene }), `${gene} ${kind.toLowerCase()}`);
      return named(term({ kind: 'any-mutation', gene }), `${gene} ${kind === '' ? 'mutation' : kind.toLowerCase()}`);
    }
    case 'Copy Number': {
      const kind = text('direction') === 'Amplification' ? 'amplification' : 'deletion';
      return named(term({ kind, gene }), `${gene} ${kind}`);
    }
    case 'Microsatellite Stability':
      return named(term({ kind: 'biomarker', name: 'MSI-high' }), 'MSI-high');
    default:
      // Knocked down in a dish: no finding of a patient.
      return undefined;
  }
}

function readResistance(sources: Sources, disease: OncotreeReader): EvidenceItem[] {
  return (sources.json(LEGACY) as readonly Legacy[])
    .filter((row) => row.therapy_resistance === 1 && row._deprecated !== true)
    .flatMap((row): EvidenceItem[] => {
      const read = legacyLogic(row);
      const grade = String(row.predictive_implication);
      const level = levels[grade];
      if (level === undefined) throw new Error(`unknown grade ${grade}`);
      const therapies = String(row.therapy_name ?? '')
        .split(' + ')
        .filter((name) => name !== '');
      if (read === undefined || therapies.length === 0) return [];
      const code = String(row.oncotree_code ?? '');
      const citations = [
        ...(row.pmid ? [{ type: 'PubMed', id: String(row.pmid), label: `PMID ${row.pmid}` }] : []),
        ...(row.doi ? [{ type: 'DOI', id: String(row.doi), label: `doi ${row.doi}` }] : []),
      ];
      return [
        EvidenceItem.parse({
          id: `MOAlmanac:${row.assertion_id}`,
          source: 'Molecular Oncology Almanac',
          profileName: read.name,
          logic: read.logic,
          disease: disease(String(row.oncotree_term || row.disease), code === '' ? '' : `oncotree:${code}`),
          therapies,
          ...(therapies.length > 1 ? { therapyInteraction: 'combination' } : {}),
          type: 'predictive',
          direction: 'supports',
          significance: 'Resistance',
          level,
          sourceLevel: grade,
          origin: 'somatic',
          citations,
          trialIds: row.nct ? [String(row.nct)] : [],
          reviewed: String(row.last_updated),
          flagged: false,
          url: String(row.url ?? ''),
        }),
      ];
    })
    .sort((a, b) => Number(a.id.slice(10)) - Number(b.id.slice(10)));
}

export function approvalsPack(sources: Sources, disease: OncotreeReader): Pack {
  const { last_updated: updated } = sources.json(`${FOLDER}/about.json.gz`) as { last_updated: string };
  const approvals = readApprovals(sources, disease);
  const resistance = readResistance(sources, disease);
  const states = (sources.json(`${FOLDER}/agents.json.gz`) as readonly (Coded & { id: string })[])
    .flatMap(({ id, extensions }): AgencyState[] => {
      const place = agencies[id];
      const asOf = extensions?.find(({ name }) => name === 'last_updated')?.value;
      return place === undefined ? [] : [{ agency: place[0], jurisdiction: place[1], asOf: String(asOf) }];
    })
    .sort((a, b) => compare(a.agency, b.agency));
  const unread = (facts: readonly DiseaseFact[]): number =>
    facts.filter(({ oncotreeCodes }) => oncotreeCodes.length === 0).length;
  return {
    id: 'approvals',
    version: updated,
    asOf: updated,
    title: 'Approvals by regulators',
    sources: [
      {
        name: 'Molecular Oncology Almanac database',
        version: `draft of ${updated}`,
        licence: 'GPL-2.0',
        citation:
          'Reardon B, et al. Nat Cancer 2021;2:1102-1112. https://moalmanac.org. Approvals of FDA, EMA, Health Canada, HSE, HPRA.',
      },
      {
        name: 'Molecular Oncology Almanac, earlier collection',
        version: 'journal-inclusive',
        licence: 'GPL-2.0',
        citation: 'Reardon B, et al. Nat Cancer 2021;2:1102-1112. Statements on resistance.',
      },
    ],
    counts: {
      approvals: approvals.length,
      statements: approvals.reduce((sum, { statements }) => sum + statements.length, 0),
      resistanceStatements: resistance.length,
      withoutTumorType: unread(approvals.map((one) => one.disease)) + unread(resistance.map((one) => one.disease)),
      ...Object.fromEntries(
        states.map(({ agency }) => [agency, approvals.filter((one) => one.agency === agency).length]),
      ),
    },
    files: {
      'approvals.records': writeRecords(approvals),
      'resistance.records': writeRecords(resistance),
      'agencies.records': writeRecords(states),
    },
  };
}
