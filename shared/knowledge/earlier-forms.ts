/**
 * What packs of schema 1 have in the place of records: a site that built and signed its own before keeps it. Most files are
 * a JSON list of the same records under the same name; four are of another form. Pure.
 */
type Rows = readonly object[];
interface Phenotypes {
  readonly names: Readonly<Record<string, string>>;
  readonly genes: Readonly<Record<string, readonly string[]>>;
}
interface Centroids {
  readonly subtypes: readonly string[];
  readonly rows: readonly (readonly [gene: string, ...values: number[]])[];
}
interface Catalogue {
  readonly channels: readonly string[];
  readonly signatures: Rows;
}

/** By the stem of a file of records: the JSON file that it stands in, where that has another name, and how it is read there. */
const forms: Readonly<Record<string, { readonly file?: string; readonly rows: (value: never) => Rows }>> = {
  aliases: {
    rows: (pairs: readonly (readonly [string, string])[]) => pairs.map(([alias, symbol]) => ({ alias, symbol })),
  },
  phenotypes: {
    // Of hereditary genes; those of pharmacogenes are a list.
    rows: (value: Phenotypes | Rows) =>
      'genes' in value ? Object.entries(value.genes).map(([gene, terms]) => ({ gene, terms })) : value,
  },
  terms: {
    file: 'phenotypes.json',
    rows: (value: Phenotypes | Rows) =>
      'names' in value ? Object.entries(value.names).map(([term, name]) => ({ term, name })) : [],
  },
  pam50: {
    rows: ({ subtypes, rows }: Centroids) =>
      rows.map(([gene, ...values]) => ({
        gene,
        ...Object.fromEntries(subtypes.map((name, index) => [name, values[index]])),
      })),
  },
  channels: {
    file: 'signatures.json',
    rows: ({ channels }: Catalogue) => channels.map((channel) => ({ channel })),
  },
  signatures: { rows: ({ signatures }: Catalogue) => signatures },
};

/** Stems of the records that a JSON file of schema 1 stands for. */
export const stemsOfEarlier = (file: string): readonly string[] => [
  file.replace(/\.json$/, ''),
  ...Object.keys(forms).filter((stem) => forms[stem]?.file === file),
];

/** @param textOf the text of a file of the pack; undefined where it has none of that name */
export function earlierRows(textOf: (file: string) => string | undefined, stem: string): Rows | undefined {
  const text = textOf(forms[stem]?.file ?? `${stem}.json`);
  if (text === undefined) return undefined;
  const value = JSON.parse(text) as never;
  return forms[stem]?.rows(value) ?? value;
}
