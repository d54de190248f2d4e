/**
 * Calls of other tools, as a table: gene, diplotype or allele, phenotype, activity score; tab-separated, `#` starts a
 * comment, any of the last three may be empty. The format is PharmCAT's.
 */
import { FaultError, fault } from '../../foundation/fault.ts';
import { ok, type Result, refused } from '../../foundation/result.ts';
import type { PgxKnowledge } from './definitions.ts';
import { compareAlleles, diplotypeName } from './names.ts';

export interface OutsideCall {
  readonly gene: string;
  /** One strand for genes of the mitochondrion and for males' X. */
  readonly strands?: readonly string[];
  readonly phenotype?: string;
  readonly activityScore?: string;
  readonly notes: readonly string[];
  /** 1-based. */
  readonly line: number;
}

const SHORT: Readonly<Record<string, string>> = {
  PM: 'Poor Metabolizer',
  IM: 'Intermediate Metabolizer',
  NM: 'Normal Metabolizer',
  EM: 'Normal Metabolizer',
  RM: 'Rapid Metabolizer',
  UM: 'Ultrarapid Metabolizer',
};

/** CPIC's term for a metabolizer phenotype however it is spelled; other results as they are. */
export function phenotypeTerm(text: string, gene: string): string {
  const plain = text.replaceAll(gene, '').trim().replaceAll(/\s+/g, ' ');
  const short = SHORT[plain.toUpperCase()];
  if (short !== undefined) return short;
  const found =
    /\b(?:(likely|possible)\s+)?(poor|intermediate|normal|extensive|rapid|ultra-?rapid)\s+metaboli[sz]er/i.exec(plain);
  if (found === null) return plain;
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const kind = (found[2] ?? '').toLowerCase().replace('-', '').replace('extensive', 'normal');
  return [found[1]?.toLowerCase(), kind, 'metabolizer']
    .filter((word) => word !== undefined)
    .map(capital)
    .join(' ');
}

/** "1" and ">=3" as the tables write them, `1.0` and `≥3.0`; a score that no table has stays as it is. */
function scoreTerm(text: string, scores: readonly string[]): string {
  const plain = (one: string): string => {
    const at = one.trim().replace(/^>=\s*/, '≥');
    const value = Number(at.replace('≥', ''));
    return Number.isFinite(value) ? `${at.startsWith('≥') ? '≥' : ''}${value}` : at;
  };
  return scores.find((one) => plain(one) === plain(text)) ?? text;
}

const refuse = (file: string, line: number, message: string, remedy: string): FaultError =>
  new FaultError(fault('line-invalid', message, remedy, { file, line }));

/** Sub-alleles that no table knows are shortened to the allele above them. */
function shortened(gene: string, allele: string): { allele: string; note?: string } {
  const bare = allele.startsWith(gene) ? allele.slice(gene.length).trim() : allele;
  if (gene === 'HLA-A' || gene === 'HLA-B') {
    const letter = gene.slice(-1);
    const star = bare.startsWith(`${letter}*`) ? bare.slice(1) : bare;
    const long = /^(\*\d+:\d+)(?::\d+)+[A-Z]?$/.exec(star);
    return long === null ? { allele: star } : { allele: long[1] ?? star, note: `${star} is read as ${long[1]}.` };
  }
  const sub = gene === 'CYP2D6' ? /^(\*\d+)\.\d+$/.exec(bare) : null;
  return sub === null ? { allele: bare } : { allele: sub[1] ?? bare, note: `${bare} is read as ${sub[1]}.` };
}

const ONE_STRAND = new Set(['MT-RNR1']);

function readLine(text: string, line: number, file: string, knowledge: PgxKnowledge): OutsideCall | undefined {
  const [gene = '', call = '', phenotype = '', score = ''] = text.split('\t').map((cell) => cell.trim());
  if (gene === '')
    throw refuse(file, line, 'The line names no gene.', 'Put the gene symbol first, then a tab and the diplotype.');
  const table = knowledge.phenotypes.find((one) => one.gene === gene);
  const known =
    knowledge.definitions.some((one) => one.gene === gene) || table !== undefined || gene.startsWith('HLA-');
  if (!known)
    throw refuse(
      file,
      line,
      'The gene is not one this version interprets.',
      'Take the line out, or correct the symbol.',
    );
  const open = ['', '.', './.', '/', './'].includes(call);
  if (open && phenotype === '' && score === '') {
    if (call !== '') return undefined;
    throw refuse(
      file,
      line,
      'The line gives neither diplotype, phenotype nor score.',
      'Fill one of the three columns.',
    );
  }
  const raw = open ? [] : call.split('/').map((one) => one.trim());
  if (raw.length > 2 || raw.includes(''))
    throw refuse(file, line, 'The diplotype does not have one or two alleles.', 'Write it as *1/*4.');
  const hemizygous = ONE_STRAND.has(gene) || gene === 'G6PD';
  if (raw.length === 2 && ONE_STRAND.has(gene))
    throw refuse(file, line, 'The gene has one copy, the line gives two alleles.', 'Give the one allele.');
  if (raw.length === 1 && !hemizygous && !gene.startsWith('HLA-'))
    throw refuse(file, line, 'The line gives one allele where the gene has two.', 'Write both, as *1/*4.');
  const read = raw.map((allele) => shortened(gene, allele));
  const strands = read.map(({ allele }) => allele).sort(compareAlleles);
  const strange =
    table === undefined || gene.startsWith('HLA-')
      ? []
      : strands
          .filter((allele) => !allele.startsWith('['))
          .filter((allele) => !table.functions.some(({ name }) => name === allele))
          .filter((allele) => !/x(?:≥)?\d+$/i.test(allele))
          .map((allele) => `${allele} is in no table of ${gene}: its function is not known.`);
  const scores = [...new Set((table?.byFunctions ?? []).flatMap(({ activityScore }) => activityScore ?? []))];
  const scored = scoreTerm(score, scores);
  const offTable =
    score === '' || scores.length === 0 || scores.includes(scored)
      ? []
      : [`The activity score ${score} is in no table of ${gene}: what it means is not known.`];
  return {
    gene,
    ...(strands.length === 0 ? {} : { strands }),
    ...(phenotype === '' ? {} : { phenotype: phenotypeTerm(phenotype, gene) }),
    ...(score === '' ? {} : { activityScore: scored }),
    notes: [...read.flatMap(({ note }) => note ?? []), ...strange, ...offTable],
    line,
  };
}

/**
 * Reads a table of outside calls; a call with nothing in it (`./.`) is left out.
 * Faults: line-invalid with the line. Several diplotypes of one gene stay as alternatives; several phenotypes or scores
 * without diplotype contradict each other and are refused.
 */
export function readOutsideCalls(text: string, file: string, knowledge: PgxKnowledge): Result<OutsideCall[]> {
  try {
    const calls = text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .flatMap((line, index) =>
        line.trim() === '' || line.startsWith('#') ? [] : (readLine(line, index + 1, file, knowledge) ?? []),
      );
    const seen = new Map<string, OutsideCall>();
    for (const call of calls) {
      const before = seen.get(call.gene);
      if (before !== undefined && (before.strands === undefined || call.strands === undefined) && !same(before, call))
        throw refuse(
          file,
          call.line,
          `Line ${before.line} and this line tell the gene differently.`,
          'Keep the line that holds.',
        );
      const twin = calls.find(
        (one) => one.line < call.line && one.gene === call.gene && name(one) === name(call) && !same(one, call),
      );
      if (twin !== undefined && call.strands !== undefined)
        throw refuse(
          file,
          call.line,
          `Line ${twin.line} gives the same diplotype another phenotype or score.`,
          'Keep the line that holds.',
        );
      seen.set(call.gene, call);
    }
    return ok(
      calls.filter((call, index) => calls.findIndex((one) => one.gene === call.gene && same(one, call)) === index),
    );
  } catch (error) {
    if (error instanceof FaultError) return refused(error.fault);
    throw error;
  }
}

const name = ({ strands }: OutsideCall): string => (strands === undefined ? '' : diplotypeName(strands));
const same = (a: OutsideCall, b: OutsideCall): boolean =>
  name(a) === name(b) && a.phenotype === b.phenotype && a.activityScore === b.activityScore;
