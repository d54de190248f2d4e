/**
 * What a sender wrote in other words, in ours (S17): units of laboratory values, names of medicines, symbols of genes, codes of the
 * diagnosis. Every mapping is named with what stood there and why; a person can decline each, and then the sender's word stays.
 */
import { z } from 'zod';
import type { CaseRecord } from '../../case/case-record.ts';
import { medicineName } from '../../therapy/safety/medicines.ts';
import type { CaseDraft } from '../case-draft.ts';
import { medicines } from '../notes/lexicon.ts';
import { type DiagnosisCodes, type DiagnosisReading, oncotreeFrom } from './diagnosis.ts';
import { harmonisedLab } from './units.ts';

export const Harmonised = z.object({
  /** Names place and both words: what was declined once stays declined for exactly that. */
  id: z.string(),
  kind: z.enum(['unit', 'medicine', 'gene', 'diagnosis']),
  /** Place in case.json. */
  place: z.string(),
  from: z.string(),
  to: z.string(),
  by: z.string(),
});
export type Harmonised = z.infer<typeof Harmonised>;

export interface HarmoniseNeeds {
  /** Today's HGNC symbol of a gene; the same where it is none we know. */
  readonly symbolOf: (gene: string) => string;
  readonly tumorType: (code: string) => { readonly name: string; readonly ancestors: readonly string[] } | undefined;
}

export interface HarmonisedRecord {
  readonly record: CaseRecord;
  readonly mappings: readonly Harmonised[];
  /** Why a diagnosis stays without an OncoTree code, with the tumor types that its codes leave open. */
  readonly undecided: DiagnosisReading | undefined;
}

const escaped = (word: string): RegExp => new RegExp(`^(?:${word})$`, 'iu');
const spellings = medicines.map(([pattern, ingredient]) => [escaped(pattern), ingredient] as const);

/** The ingredient of a medicine's name; undefined where it is not known, or is that name already. */
export function ingredientOf(name: string): string | undefined {
  const bare = name.trim();
  const known = spellings.find(([pattern]) => pattern.test(bare))?.[1];
  // The facts on safety are filed under names of their own; a brand resolves to an ingredient first.
  const wanted = known ?? medicineName(bare);
  return wanted.toLowerCase() === bare.toLowerCase() ? undefined : wanted;
}

const idOf = (kind: Harmonised['kind'], place: string, from: string, to: string): string =>
  `${kind}:${place}:${from}>${to}`;

/** Aliases of genes in the rows of a draft, one mapping for each alias however many rows have it. */
export function harmoniseGenes(
  draft: CaseDraft,
  symbolOf: (gene: string) => string,
  declined: ReadonlySet<string> = new Set(),
): { readonly draft: CaseDraft; readonly mappings: readonly Harmonised[] } {
  const found = new Map<string, Harmonised>();
  const now = (gene: string): string => {
    const symbol = symbolOf(gene);
    if (symbol === gene) return gene;
    const id = idOf('gene', 'genes', gene, symbol);
    found.set(gene, {
      id,
      kind: 'gene',
      place: 'genes',
      from: gene,
      to: symbol,
      by: 'alias in the pack of genes (HGNC)',
    });
    return declined.has(id) ? gene : symbol;
  };
  const inGene = <Row extends { readonly gene: string }>(row: Row): Row => ({ ...row, gene: now(row.gene) });
  return {
    draft: {
      ...draft,
      variants: draft.variants.map((row) => (row.gene === undefined ? row : { ...row, gene: now(row.gene) })),
      copies: draft.copies.map(inGene),
      fusions: draft.fusions.map((row) => ({ ...row, gene5: now(row.gene5), gene3: now(row.gene3) })),
      expression: draft.expression.map(inGene),
      protein: draft.protein.map(inGene),
      genes: draft.genes.map(inGene),
    },
    mappings: [...found.values()],
  };
}

/** @param declined ids of mappings that a person does not want */
export function harmonise(
  record: CaseRecord,
  codes: DiagnosisCodes,
  { symbolOf, tumorType }: HarmoniseNeeds,
  declined: ReadonlySet<string> = new Set(),
): HarmonisedRecord {
  const mappings: Harmonised[] = [];
  /** Whether the mapping holds. */
  const map = (kind: Harmonised['kind'], place: string, from: string, to: string, by: string): boolean => {
    const id = idOf(kind, place, from, to);
    mappings.push({ id, kind, place, from, to, by });
    return !declined.has(id);
  };
  const labs = record.labs.map((lab, index) => {
    const found = harmonisedLab(lab);
    if (found === undefined) return lab;
    const { value, unit, by } = found;
    return map('unit', `labs[${index}]`, `${lab.name} ${lab.value} ${lab.unit}`, `${value} ${unit}`, by)
      ? { ...lab, value, unit }
      : lab;
  });
  const named = (place: string, name: string): string => {
    const ingredient = ingredientOf(name);
    return ingredient !== undefined && map('medicine', place, name, ingredient, 'names of medicines by ingredient')
      ? ingredient
      : name;
  };
  const medications = record.medications.map((one, index) => ({
    ...one,
    name: named(`medications[${index}].name`, one.name),
  }));
  const therapyLines = record.therapyLines.map((line, index) => ({
    ...line,
    agents: line.agents.map((agent, at) => named(`therapyLines[${index}].agents[${at}]`, agent)),
  }));
  const symbol = (place: string, gene: string): string => {
    const now = symbolOf(gene);
    return now !== gene && map('gene', place, gene, now, 'alias in the pack of genes (HGNC)') ? now : gene;
  };
  const assays = record.assays.map((assay, index) => ({
    ...assay,
    ...(assay.genes === undefined
      ? {}
      : { genes: assay.genes.map((gene, at) => symbol(`assays[${index}].genes[${at}]`, gene)) }),
    ...(assay.failedRegions === undefined
      ? {}
      : {
          failedRegions: assay.failedRegions.map((region, at) => ({
            ...region,
            gene: symbol(`assays[${index}].failedRegions[${at}].gene`, region.gene),
          })),
        }),
  }));
  const stated = tumorType(record.diagnosis.oncotreeCode) !== undefined;
  const reading = oncotreeFrom(codes, (code) => tumorType(code)?.ancestors ?? []);
  let { diagnosis } = record;
  const { mapped } = reading;
  if (!stated && mapped !== undefined) {
    const type = tumorType(mapped.oncotree);
    const place = 'diagnosis.oncotreeCode';
    if (type !== undefined && map('diagnosis', place, mapped.from, `${mapped.oncotree} ${type.name}`, mapped.by))
      diagnosis = {
        ...diagnosis,
        oncotreeCode: mapped.oncotree,
        name: diagnosis.name === 'not stated by the sender' ? type.name : diagnosis.name,
      };
  }
  return {
    record: { ...record, labs, medications, therapyLines, assays, diagnosis },
    mappings,
    undecided: !stated && mapped === undefined && reading.reason !== undefined ? reading : undefined,
  };
}
