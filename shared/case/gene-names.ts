/**
 * Gene symbols as they stand in tables. Spreadsheets turn some of them into dates and numbers (Ziemann et al., Genome
 * Biology 2016; HGNC renamed the genes in 2020); such a cell is recognised and never taken for a gene.
 */

export type GeneCell =
  | { readonly kind: 'symbol'; readonly gene: string }
  | { readonly kind: 'absent' }
  /** A date whose gene follows from it alone. `gene` is today's HGNC symbol. */
  | { readonly kind: 'repaired'; readonly gene: string; readonly seen: string }
  /** A date that may have been one of several genes, or a number. */
  | { readonly kind: 'damaged'; readonly seen: string; readonly likely: readonly string[] }
  | { readonly kind: 'invalid' };

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What a date of this day and month was: MARCH1 to 11, MARC1 and 2, SEPT1 to 14, DEC1. */
function genesOfDate(day: number, month: number): readonly string[] {
  if (month === 3 && day >= 1 && day <= 11) return day <= 2 ? [`MARCHF${day}`, `MTARC${day}`] : [`MARCHF${day}`];
  if (month === 9 && day >= 1 && day <= 14) return day === 13 ? [] : [`SEPTIN${day}`];
  if (month === 12 && day === 1) return ['DELEC1'];
  return [];
}

/** Day and month of a cell that reads as a date in one of the forms spreadsheets write. */
function dateOf(cell: string): { readonly day: number; readonly month: number } | undefined {
  const monthOf = (name: string): number => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  const dayFirst = /^(\d{1,2})[-/. ]([A-Za-z]{3,9})\.?(?:[-/. ]\d{2,4})?$/.exec(cell);
  if (dayFirst !== null) {
    const month = monthOf(dayFirst[2] ?? '');
    return month === 0 ? undefined : { day: Number(dayFirst[1]), month };
  }
  const monthFirst = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[-/. ](\d{1,2})$/i.exec(cell);
  if (monthFirst !== null) return { day: Number(monthFirst[2]), month: monthOf(monthFirst[1] ?? '') };
  const iso = /^\d{4}-(\d{2})-(\d{2})(?:[T ][\d:.]+)?$/.exec(cell);
  if (iso !== null) return { day: Number(iso[2]), month: Number(iso[1]) };
  return undefined;
}

const absentCells = new Set(['', '.', '-', '?', 'na', 'n/a', 'none', 'null', 'unknown']);

/** Reads one cell of a gene column; `TP53|7157` and `TP53^ENSG…` carry the symbol first. */
export function readGeneCell(cell: string): GeneCell {
  const text = cell.trim();
  const [bare = ''] = text.split(/[|^]/, 1);
  if (absentCells.has(bare.toLowerCase())) return { kind: 'absent' };
  const date = dateOf(text);
  if (date !== undefined) {
    const likely = genesOfDate(date.day, date.month);
    const [gene] = likely;
    return gene !== undefined && likely.length === 1
      ? { kind: 'repaired', gene, seen: text }
      : { kind: 'damaged', seen: text, likely };
  }
  if (/^[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?$/i.test(text)) return { kind: 'damaged', seen: text, likely: [] };
  // Symbols, Ensembl ids, LOC numbers, antibodies with a site; white space and quotes belong to no name.
  return /^[A-Za-z0-9][A-Za-z0-9._@/*:()+-]{0,39}$/.test(bare) ? { kind: 'symbol', gene: bare } : { kind: 'invalid' };
}
