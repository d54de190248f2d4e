/** The knowledge room's work: packs that stand verified, and the look-ups of the molecular and therapy rooms over them. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GenomeBuild } from '../../shared/case/case-record.ts';
import type { VariantInterest } from '../../shared/case/variant-interest.ts';
import { faultFrom } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import { type AgencyState, type Approval, type Approvals, approvalsOf } from '../../shared/knowledge/approvals.ts';
import { type ClinvarRow, clinvarRows, pathogenicProteins } from '../../shared/knowledge/clinvar.ts';
import { earlierRows } from '../../shared/knowledge/earlier-forms.ts';
import type { EvidenceItem, PackStatus } from '../../shared/knowledge/evidence.ts';
import {
  type CentroidRow,
  type Cohort,
  type CohortHeader,
  centroidsOf,
  type ExpressionKnowledge,
  type GeneSet,
  type PathwayWeights,
  quantilesFrom,
  type SignatureCatalogue,
  type SignatureRow,
} from '../../shared/knowledge/expression.ts';
import {
  type GeneTerms,
  type Hereditary,
  type HereditaryRow,
  hereditaryOf,
  type PhenotypeRows,
  pathogenicCodons,
  type TermName,
} from '../../shared/knowledge/hereditary.ts';
import { type Records, readRecords, recordsOfList } from '../../shared/knowledge/records.ts';
import { type TumorType, type TumorTypes, tumorTypes } from '../../shared/knowledge/tumor-types.ts';
import { type CoordinateRow, changeLookups } from '../../shared/molecular/change-lookup.ts';
import type { CodonRow } from '../../shared/molecular/codon-change.ts';
import { coordinateList } from '../../shared/molecular/coordinate-list.ts';
import { genesOfLogic } from '../../shared/molecular/facts.ts';
import { type GeneSites, geneSites } from '../../shared/molecular/gene-sites.ts';
import { type GeneAlias, type GeneRecord, geneLookups } from '../../shared/molecular/genes.ts';
import type { Coordinates } from '../../shared/molecular/genomic-change.ts';
import { type HotspotRow, hotspotLookup } from '../../shared/molecular/hotspots.ts';
import type { GeneRole, MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { type Allele, chainsOfWhole, type LiftedAllele, liftAllele } from '../../shared/molecular/liftover.ts';
import { withPromoter } from '../../shared/molecular/promoters.ts';
import { type ChosenTranscripts, withTranscripts } from '../../shared/molecular/transcript-set.ts';
import { agentName } from '../../shared/molecular/treatments.ts';
import { agentClasses } from '../../shared/therapy/agent-classes.ts';
import { type DrugClassRow, drugClassLookup } from '../../shared/therapy/drug-classes.ts';
import { pathwayAgents } from '../../shared/therapy/pathway-agents.ts';
import type {
  GeneDefinition,
  GenePhenotypes,
  PgxKnowledge,
  PgxRecommendation,
} from '../../shared/therapy/pgx/definitions.ts';
import type { TherapyKnowledge } from '../../shared/therapy/therapy-knowledge.ts';
import { chosenOf, publishersOf } from '../installed/index.ts';
import { packKind } from './kind.ts';
import { pinnedPacks } from './pinned.ts';
import { type OpenTranscripts, openTranscripts } from './transcripts/open.ts';
import { type Pins, type ReadPack, readInstalled, readPack } from './verified.ts';

export interface Packs {
  /** Every shipped pack and every other folder with a manifest in it, as they were when they were loaded. */
  status(): PackStatus[];
  /** Verified bytes by file name; empty where the pack is not used. */
  filesOf(id: string): ReadonlyMap<string, Buffer>;
  /** The stored facts of evidence items, in the order asked; unknown ids are left out (F063). */
  evidenceById(ids: readonly string[]): EvidenceItem[];
  /** Genes any pack speaks of, with their spans on both builds. */
  genesOfInterest(): VariantInterest;
  /** @param chosen transcripts that a person chose for a case; asked of a site's own transcripts only */
  molecular(chosen?: ChosenTranscripts): MolecularKnowledge;
  /** The annotation of the site, where it laid one down; the shipped pack has one transcript a gene. */
  transcripts(): OpenTranscripts | undefined;
  /** Hotspots of a gene, by present or former symbol, and the length of its protein. */
  geneSites(gene: string): GeneSites;
  /** Empty where the pack is missing or altered. */
  tumorTypes(): TumorTypes;
  therapy(): TherapyKnowledge;
  /** Approvals by regulators, by id, gene and agents; undefined where the pack is missing or altered. */
  approvals(): Approvals | undefined;
  /** Predisposition genes and their phenotype terms; undefined where the pack is missing or altered. */
  hereditary(): Hereditary | undefined;
  /** Each part undefined where its pack is missing or altered. */
  expression(): ExpressionKnowledge;
  /** Reference cohorts of every pack that holds some, those that a site built included. */
  cohorts(): readonly Cohort[];
  /** Mutational signatures in 96 channels; undefined where the pack is missing or altered. */
  signatures(): SignatureCatalogue | undefined;
  /** Undefined where the pack is missing or altered. */
  pharmacogenes(): PgxKnowledge | undefined;
  /** Coordinates between the builds; undefined where the pack is missing or altered. */
  liftover(): Liftover | undefined;
}

/** An allele of a build on the other one; whoever shows it says that it is lifted. */
export type Liftover = (from: GenomeBuild, allele: Allele) => LiftedAllele;

export interface LoadOptions {
  /** Replaced by tests only. */
  readonly pins?: Pins;
  /** Folder of the packs that this site installed. */
  readonly site?: string | undefined;
  /** Folder in which the site laid a pack of transcripts; it need not be there. */
  readonly transcripts?: string | undefined;
  /** Stands in for the pack of its id: to see what would change before anything does. */
  readonly instead?: ReadPack | undefined;
}

/** What a missing pack leaves empty, in the words of the profile. */
const leftEmpty: Readonly<Record<string, readonly string[]>> = {
  approvals: ['approvals by regulators'],
  civic: ['evidence'],
  clinvar: ['codons with a pathogenic variant'],
  'cohort-breast': ['percentiles of breast RNA'],
  'cohort-immunotherapy': ['percentiles of RNA in melanoma, kidney and urothelial cancer'],
  'cohort-protein': ['percentiles of breast protein arrays'],
  expression: ['pathway scores', 'breast subtypes'],
  hereditary: ['hereditary genes', 'secondary findings', 'phenotype terms'],
  'immune-signatures': ['immune gene lists'],
  signatures: ['mutational signatures'],
  oncotree: ['tumor type'],
  genes: ['gene names', 'gene spans', 'gene roles', 'computed protein changes'],
  hotspots: ['hotspot counts', 'protein changes at hotspot codons'],
  'drug-classes': ['class effect'],
  liftover: ['places on the other build'],
  pharmacogenes: ['pharmacogenes'],
};

/** They take no part in a molecular profile: the therapy room reads the one, and nothing in a profile is lifted. */
const NOT_MOLECULAR = new Set(['liftover', 'pharmacogenes']);

/**
 * Reads and verifies the packs of a folder. A missing or altered pack is no fault: its look-ups are left out and
 * `status()` says why (F146). Parsing waits until a look-up needs it.
 */
export async function loadPacks(
  folder: string,
  { pins = pinnedPacks, site, transcripts, instead }: LoadOptions = {},
): Promise<Packs> {
  const present = await readAll(folder, pins, site);
  const read =
    instead === undefined
      ? present
      : [...present.filter(({ status }) => status.id !== instead.status.id), instead].sort((a, b) =>
          a.status.id < b.status.id ? -1 : 1,
        );
  const outside = await unknownPacks(folder, pins);
  const packs = new Map(read.map((pack) => [pack.status.id, pack]));
  const [annotation, annotated] = await siteTranscripts(transcripts, site);
  const status = [...read.map((pack) => pack.status), ...outside, ...annotated].sort((a, b) => (a.id < b.id ? -1 : 1));

  const text = (id: string, file: string): string | undefined => packs.get(id)?.files.get(file)?.toString('utf8');
  /**
   * `<stem>.records`, or what packs of schema 1 have in its place; undefined where the pack is not used. Verified by hash, and
   * checked against its schema when it was built: not checked again at each start.
   */
  const records = <One extends object>(id: string, stem: string): Records<One> | undefined => {
    const found = text(id, `${stem}.records`);
    if (found !== undefined) return readRecords<One>(found);
    const list = earlierRows((file) => text(id, file), stem);
    return list === undefined ? undefined : recordsOfList(list as readonly One[]);
  };

  const evidence = lazy(() => records<EvidenceItem>('civic', 'evidence') ?? recordsOfList<EvidenceItem>([]));
  const types = lazy(() => tumorTypes(records<TumorType>('oncotree', 'tumor-types')?.all() ?? []));
  const genes = lazy(() => records<GeneRecord>('genes', 'genes'));
  const places = lazy(() => geneLookups(genes() ?? recordsOfList<GeneRecord>([])));
  const symbolOf = lazy(() => {
    const named = records<GeneAlias>('genes', 'aliases');
    return (gene: string): string => named?.named(gene)?.symbol ?? gene;
  });

  // The catalogue writes some genes by former symbols (H3F3A); a case is read by the present ones.
  const holds = (id: string): boolean => (packs.get(id)?.files.size ?? 0) > 0;
  const hotspots = lazy(() => {
    const rows = records<HotspotRow>('hotspots', 'hotspots');
    if (rows === undefined) return undefined;
    const places = new Map<string, number[]>();
    for (const [index, former] of rows.column('gene').entries()) {
      const gene = symbolOf()(former);
      const own = places.get(gene);
      if (own === undefined) places.set(gene, [index]);
      else own.push(index);
    }
    return (gene: string): readonly HotspotRow[] => (places.get(gene) ?? []).map(rows.at);
  });
  const cited = (id: string): string => {
    const manifest = packs.get(id)?.status.manifest;
    return manifest === undefined ? id : `${manifest.title} ${manifest.version}`;
  };
  const changes = lazy(() =>
    changeLookups({
      genes: genes() ?? recordsOfList<GeneRecord>([]),
      genesAt: places().genesAt,
      coding: codingSequences(text('genes', 'coding-sequences.txt') ?? ''),
      codons: records<CodonRow>('hotspots', 'codons') ?? recordsOfList<CodonRow>([]),
      coordinates: records<CoordinateRow>('civic', 'coordinates')?.all() ?? [],
      coordinatesSource: 'a coordinate of CIViC (2020-12)',
    }),
  );

  const approvals = lazy((): Approvals | undefined => {
    const manifest = packs.get('approvals')?.status.manifest;
    const rows = records<Approval>('approvals', 'approvals');
    if (manifest === undefined || rows === undefined) return undefined;
    return approvalsOf({
      pack: { id: manifest.id, version: manifest.version, asOf: manifest.asOf },
      agencies: records<AgencyState>('approvals', 'agencies')?.all() ?? [],
      rows,
      resistance: records<EvidenceItem>('approvals', 'resistance') ?? recordsOfList<EvidenceItem>([]),
      agentName,
    });
  });

  const hereditary = lazy((): Hereditary | undefined => {
    const rows = records<HereditaryRow>('hereditary', 'genes');
    if (rows === undefined) return undefined;
    const terms = (): PhenotypeRows => ({
      genes: records<GeneTerms>('hereditary', 'phenotypes') ?? recordsOfList<GeneTerms>([]),
      names: records<TermName>('hereditary', 'terms') ?? recordsOfList<TermName>([]),
    });
    return hereditaryOf(rows, terms, {
      genes: cited('hereditary'),
      phenotypes: 'Human Phenotype Ontology of 2018, predisposition genes',
    });
  });
  const codons = lazy(() => {
    const lines = text('clinvar', 'codons.txt');
    const version = packs.get('clinvar')?.status.manifest?.version ?? '';
    return lines === undefined ? undefined : pathogenicCodons(lines, `ClinVar ${version}`);
  });
  /** Exact alleles, where a site built its own pack of ClinVar's VCF; a chromosome is parsed when its first allele is asked for. */
  const classified = () => {
    const files = packs.get('clinvar')?.files ?? new Map<string, Buffer>();
    if (![...files.keys()].some((name) => name.startsWith('alleles-'))) return {};
    const columns = new Map<string, ReturnType<typeof coordinateList<ClinvarRow & Coordinates>>>();
    return {
      recorded: (at: Coordinates) => {
        const chromosome = at.chromosome.replace(/^chr/i, '').toUpperCase();
        const file = `alleles-${at.build}-${chromosome === 'M' ? 'MT' : chromosome}.tsv`;
        const known = columns.get(file);
        const column =
          known ??
          coordinateList(
            clinvarRows(files.get(file)?.toString('utf8') ?? '').map((row) => ({
              ...row,
              build: at.build,
              chromosome,
            })),
          );
        if (known === undefined) columns.set(file, column);
        return column({ ...at, chromosome });
      },
      pathogenicProteins: pathogenicProteins(text('clinvar', 'proteins.txt') ?? ''),
    };
  };
  /** Left out where their packs are. */
  const germline = () => {
    const genesOf = hereditary();
    const codonOf = codons();
    return {
      ...(genesOf === undefined ? {} : { hereditary: genesOf.hereditary, phenotypes: genesOf.phenotypes }),
      ...(codonOf === undefined ? {} : { pathogenicCodon: codonOf }),
    };
  };

  const liftover = lazy((): Liftover | undefined => {
    // Parsed when a variant is first carried over: few are.
    const chains = lazy(() => {
      const [up, down] = ['grch37-to-grch38.chain', 'grch38-to-grch37.chain'].map((file) =>
        chainsOfWhole(text('liftover', file) ?? '', file),
      );
      if (up === undefined || down === undefined) throw new Error('the liftover pack holds two files');
      return { up, down };
    });
    if (packs.get('liftover')?.status.state !== 'verified') return undefined;
    return (from, allele) => {
      const { up, down } = chains();
      return from === 'GRCh37' ? liftAllele(up, down, allele) : liftAllele(down, up, allele);
    };
  });

  const interest = lazy((): VariantInterest => {
    const named = new Set(genes()?.column('symbol'));
    for (const logic of evidence().shared('logic')) for (const { gene } of genesOfLogic(logic)) named.add(gene);
    const { geneSpans } = places();
    const spans = (build: 'GRCh37' | 'GRCh38') => geneSpans(build).map((span) => withPromoter(span, build));
    return { genes: [...named].sort(), spans: { GRCh37: spans('GRCh37'), GRCh38: spans('GRCh38') } };
  });

  const expression = lazy((): ExpressionKnowledge => {
    // Each list is read when it is asked for: who scores a case does not need the members of every reaction.
    const pathways = lazy(() => records<PathwayWeights>('expression', 'pathways')?.all());
    const hallmark = lazy(() => records<GeneSet>('expression', 'hallmark')?.all());
    const reactome = lazy(() => records<GeneSet>('expression', 'reactome')?.all());
    const pam50 = lazy(() => {
      const rows = records<CentroidRow>('expression', 'pam50')?.all();
      return rows === undefined ? undefined : centroidsOf(rows);
    });
    const immune = lazy(() => records<GeneSet>('immune-signatures', 'immune')?.all());
    return {
      get pathways() {
        return pathways();
      },
      get hallmark() {
        return hallmark();
      },
      get reactome() {
        return reactome();
      },
      get pam50() {
        return pam50();
      },
      get immune() {
        return immune();
      },
    };
  });
  const signatures = lazy((): SignatureCatalogue | undefined => {
    const channels = records<{ readonly channel: string }>('signatures', 'channels')?.column('channel');
    const rows = records<SignatureRow>('signatures', 'signatures')?.all();
    return channels === undefined || rows === undefined ? undefined : { channels, signatures: rows };
  });
  // A site's own cohorts stand before the shipped ones of the same tumor type.
  const cohorts = lazy((): readonly Cohort[] =>
    [...read]
      .sort((a, b) => Number(pins[a.status.id] !== undefined) - Number(pins[b.status.id] !== undefined))
      .flatMap(({ status: { id, manifest } }) =>
        (records<CohortHeader>(id, 'cohorts')?.all() ?? []).map((header): Cohort => {
          const rows = lazy(() => quantilesFrom(text(id, header.file) ?? ''));
          return {
            ...header,
            pack: `${id} ${manifest?.version ?? ''}`.trim(),
            get quantiles() {
              return rows();
            },
          };
        }),
      ),
  );

  const ofProfile = read.filter(({ status: { id } }) => !NOT_MOLECULAR.has(id));
  const molecular = lazy((): MolecularKnowledge => {
    const own = shippedMolecular();
    if (annotation === undefined) return own;
    const { id, version, asOf } = annotation.manifest;
    const cited_ = { id, version, asOf, manifestSha256: Sha256.parse(annotation.manifestSha256) };
    return withTranscripts({ ...own, packs: [...own.packs, cited_] }, annotation);
  });
  const shippedMolecular = lazy((): MolecularKnowledge => {
    // What a pack holds is read when the first look-up asks for it; whether the pack is there is known without.
    const cancerGenes = lazy(() => new Set(interest().genes));
    const counts = lazy(() => hotspotLookup(hotspots() ?? (() => []), cited('hotspots')));
    const roles = records<GeneRole & { readonly gene: string }>('genes', 'roles');
    const tree = types();
    return {
      packs: ofProfile.flatMap(({ status: { id, state, manifest, manifestSha256 } }) =>
        state === 'verified' && manifest !== undefined && manifestSha256 !== undefined
          ? [{ id, version: manifest.version, asOf: manifest.asOf, manifestSha256 }]
          : [],
      ),
      absent: read.flatMap(({ status: { id, state, reason } }) =>
        state === 'verified'
          ? []
          : (leftEmpty[id] ?? [id]).map((section) => ({
              section,
              reason: `Pack ${id} is ${state}. ${reason ?? ''}`.trim(),
            })),
      ),
      get evidence() {
        return evidence().all();
      },
      evidencePack: 'civic',
      get approvals() {
        return approvals()?.all;
      },
      symbol: symbolOf(),
      tumorType: tree.tumorType,
      relatives: tree.relatives,
      diseaseDistance: tree.diseaseDistance,
      ...(holds('genes') ? { cancerGenes: (gene) => cancerGenes().has(gene), ...places() } : {}),
      // Parsed when the first variant asks: a case without variants does not pay for the sequences.
      computeChange: (at) => changes().computeChange(at),
      knownChange: (at) => changes().knownChange(at),
      codingSequence: (gene) => changes().codingSequence(gene),
      locateCoding: (...asked) => changes().locateCoding(...asked),
      referenceBase: (...place) => changes().referenceBase(...place),
      ...(holds('hotspots') ? { hotspot: (...asked) => counts()(...asked) } : {}),
      ...(roles === undefined ? {} : { role: roles.named }),
      lift: liftover(),
      cohorts,
      expression,
      signatures,
      ...germline(),
      ...classified(),
    };
  });

  return {
    status: () => status,
    transcripts: () => annotation,
    filesOf: (id) => packs.get(id)?.files ?? new Map(),
    evidenceById: (ids) => ids.flatMap((id) => evidence().named(id) ?? []),
    genesOfInterest: interest,
    molecular: (chosen) =>
      annotation === undefined || chosen === undefined || chosen.size === 0
        ? molecular()
        : withTranscripts(molecular(), annotation, chosen),
    geneSites: (gene) => {
      const symbol = symbolOf()(gene);
      return geneSites(symbol, hotspots()?.(symbol), cited('hotspots'), molecular().codingSequence);
    },
    tumorTypes: types,
    approvals,
    hereditary,
    expression,
    cohorts,
    signatures,
    therapy: lazy((): TherapyKnowledge => {
      const rows = records<DrugClassRow>('drug-classes', 'agents')?.all();
      return rows === undefined
        ? {}
        : {
            drugClass: drugClassLookup(rows, 'Molecular Oncology Almanac'),
            agentClasses: agentClasses(rows),
            pathwayAgents: pathwayAgents(rows),
          };
    }),
    liftover,
    pharmacogenes: lazy((): PgxKnowledge | undefined => {
      const manifest = packs.get('pharmacogenes')?.status.manifest;
      if (manifest === undefined || !holds('pharmacogenes')) return undefined;
      const definitions = lazy(() => records<GeneDefinition>('pharmacogenes', 'definitions')?.all() ?? []);
      const phenotypes = lazy(() => records<GenePhenotypes>('pharmacogenes', 'phenotypes')?.all() ?? []);
      const recommendations = lazy(() => records<PgxRecommendation>('pharmacogenes', 'recommendations')?.all() ?? []);
      const { id, version, asOf } = manifest;
      return {
        pack: { id, version, asOf },
        get definitions() {
          return definitions();
        },
        get phenotypes() {
          return phenotypes();
        },
        get recommendations() {
          return recommendations();
        },
      };
    }),
  };
}

/** The shipped packs, each replaced by the version that the site chose, and the packs that only the site has. */
async function readAll(folder: string, pins: Pins, site: string | undefined): Promise<ReadPack[]> {
  const shipped = (id: string): Promise<ReadPack> => readPack(folder, pins, id);
  if (site === undefined) return Promise.all(Object.keys(pins).map(shipped));
  const publishers = await publishersOf(site);
  const chosen = await chosenOf(packKind, site);
  const ids = [...new Set([...Object.keys(pins), ...Object.keys(chosen)])];
  const read = await Promise.all(
    ids.map(async (id): Promise<ReadPack[]> => {
      const choice = chosen[id];
      if (choice?.folder == null) return pins[id] === undefined ? [] : [await shipped(id)];
      const pack = await readInstalled(site, id, choice.folder, publishers);
      const earlier = choice.earlier.map((one) => one ?? 'shipped');
      return [{ ...pack, status: { ...pack.status, earlier } }];
    }),
  );
  return read.flat();
}

/** The site's transcripts with how they stand; nothing where it laid none down. Signature and every file are checked before use. */
async function siteTranscripts(
  folder: string | undefined,
  site: string | undefined,
): Promise<[OpenTranscripts | undefined, PackStatus[]]> {
  const id = 'transcripts';
  if (folder === undefined || !existsSync(folder)) return [undefined, []];
  try {
    const open = await openTranscripts(folder, site === undefined ? [] : await publishersOf(site));
    const { manifest, publisher } = open;
    return [
      open,
      [
        {
          id,
          state: 'verified',
          trust: 'publisher',
          ...(publisher === undefined ? {} : { publisher }),
          manifest,
          manifestSha256: Sha256.parse(open.manifestSha256),
        },
      ],
    ];
  } catch (error) {
    const { code, message, remedy } = faultFrom(error);
    const state = code === 'signature-unknown' ? 'untrusted' : 'altered';
    return [undefined, [{ id, state, trust: 'none', reason: `${message} ${remedy}` }]];
  }
}

/** `SYMBOL<tab>SEQUENCE` lines. */
function codingSequences(lines: string): ReadonlyMap<string, string> {
  const sequences = new Map<string, string>();
  for (const line of lines.split('\n')) {
    const at = line.indexOf('\t');
    if (at > 0) sequences.set(line.slice(0, at), line.slice(at + 1));
  }
  return sequences;
}

function lazy<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Folders with a manifest that this version does not know: named, never loaded. */
async function unknownPacks(folder: string, pins: Pins): Promise<PackStatus[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isDirectory() && pins[entry.name] === undefined)
      .map(async ({ name }) => ((await readdir(join(folder, name))).includes('manifest.json') ? [name] : [])),
  );
  return found.flat().map((id) => ({
    id,
    state: 'untrusted',
    trust: 'none',
    reason: 'It does not ship with this version, and no publisher key is enrolled that signed it; it is not loaded.',
  }));
}
