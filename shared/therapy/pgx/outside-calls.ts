/**
 * Calls of other tools, as a table: gene, diplotype or allele, phenotype, activity score; tab-separated, `#` starts a
 * comment, any of the last three may be empty. The format is PharmCAT's.
 */
import type { PharmacogeneCall } from '../../case/case-record.ts';
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
  /** Who reports it, where it is of a case and of no file. */
  readonly source?: string;
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

/**
 * An HLA allele (nomenclature of 2010: group, protein, further fields, suffix) by group and protein, or by its group alone.
 * Undefined where it is none: an allele that is not understood must not make a marker negative.
 */
function hlaAllele(letter: string, text: string): { allele: string; note?: string } | undefined {
  const found = /^(?:HLA-)?([A-Z])?\*?(\d{2,3})(?::(\d{2,3})((?::\d{2,3})*)([A-Z]?))?$/.exec(text);
  if (found === null || (found[1] !== undefined && found[1] !== letter)) return undefined;
  const [, , group, protein, fields = '', suffix = ''] = found;
  if (protein === undefined)
    return { allele: `*${group}`, note: `*${group} names a group of alleles: which of them it is is not known.` };
  const allele = `*${group}:${protein}`;
  // N, L, S, C, A, Q: not expressed as the allele without it; P and G stand for a group of like proteins or exons.
  if (/^[NLSCAQ]$/.test(suffix)) return { allele: `${allele}${suffix}` };
  return fields === '' && suffix === '' ? { allele } : { allele, note: `${text} is read as ${allele}.` };
}

/** Sub-alleles that no table knows are shortened to the allele above them; undefined where it is no allele. */
function shortened(gene: string, allele: string): { allele: string; note?: string } | undefined {
  if (gene === 'HLA-A' || gene === 'HLA-B') return hlaAllele(gene.slice(-1), allele);
  const bare = allele.startsWith(gene) ? allele.slice(gene.length).trim() : allele;
  const sub = gene === 'CYP2D6' ? /^(\*\d+)\.\d+$/.exec(bare) : null;
  return sub === null ? { allele: bare } : { allele: sub[1] ?? bare, note: `${bare} is read as ${sub[1]}.` };
}

/** `*2A` or `c.1905+1G>A` for the table's `c.1905+1G>A (*2A)`, `*1` where a table names changes and the reference. */
function inTable(allele: string, names: readonly string[]): string {
  if (names.includes(allele)) return allele;
  const fitting = names.filter((name) => name.endsWith(` (${allele})`) || name.startsWith(`${allele} (`));
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return only;
  return allele === '*1' && names.includes('Reference') ? 'Reference' : allele;
}

const ONE_STRAND = new Set(['MT-RNR1']);

/** "*2xN", more copies than one and not how many: as two and as three or more, where the table tells them. */
function copiesOf(call: OutsideCall, table: PgxKnowledge['phenotypes'][number] | undefined): OutsideCall[] {
  const open = call.strands?.find((allele) => /^\*\d+xN$/i.test(allele));
  if (open === undefined || table === undefined) return [call];
  const known = [open.replace(/N$/i, '2'), open.replace(/N$/i, '≥3')].filter((name) =>
    table.functions.some((one) => one.name === name),
  );
  if (known.length === 0) return [call];
  const notes = [
    ...call.notes.filter((note) => !note.startsWith(`${open} `)),
    `${open} does not tell the number of copies: read as ${known.join(' and as ')}.`,
  ];
  return known.flatMap((name) => {
    const [first = '', second = ''] = call.strands ?? [];
    const strands = first === open ? [name, second] : [first, name];
    return copiesOf({ ...call, strands: strands.sort(compareAlleles), notes }, table);
  });
}

function readLine(text: string, line: number, file: string, knowledge: PgxKnowledge): OutsideCall[] {
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
    if (call !== '') return [];
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
  const names = table?.functions.map((one) => one.name) ?? [];
  const read = raw.map((allele) => {
    const one = shortened(gene, allele);
    if (one === undefined)
      throw refuse(
        file,
        line,
        'An HLA allele is not written as one.',
        'Write it as *57:01, group and protein by number.',
      );
    const known = inTable(one.allele, names);
    return known === one.allele ? one : { allele: known, note: `${one.allele} is read as ${known}.` };
  });
  const strands = read.map(({ allele }) => allele).sort(compareAlleles);
  const strange =
    table === undefined || gene.startsWith('HLA-')
      ? []
      : strands
          .filter((allele) => !allele.startsWith('['))
          .filter((allele) => !names.includes(allele))
          .filter((allele) => !/x(?:≥)?\d+$/i.test(allele))
          .map((allele) => `${allele} is in no table of ${gene}: its function is not known.`);
  const scores = [...new Set((table?.byFunctions ?? []).flatMap(({ activityScore }) => activityScore ?? []))];
  const scored = scoreTerm(score, scores);
  const offTable =
    score === '' || scores.length === 0 || scores.includes(scored)
      ? []
      : [`The activity score ${score} is in no table of ${gene}: what it means is not known.`];
  const told: OutsideCall = {
    gene,
    ...(strands.length === 0 ? {} : { strands }),
    ...(phenotype === '' ? {} : { phenotype: phenotypeTerm(phenotype, gene) }),
    ...(score === '' ? {} : { activityScore: scored }),
    notes: [...read.flatMap(({ note }) => note ?? []), ...strange, ...offTable],
    line,
  };
  return copiesOf(told, table);
}

/**
 * Reads a table of outside calls; a call with nothing in it (`./.`) is left out.
 * Faults: line-invalid with the line. Several diplotypes of one gene stay as alternatives; several phenotypes or scores
 * without diplotype contradict each other and are refused.
 */
export function readOutsideCalls(
  text: string,
  file: string,
  knowledge: PgxKnowledge,
  nameOf = (line: number): string => `Line ${line}`,
): Result<OutsideCall[]> {
  try {
    const calls = text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .flatMap((line, index) =>
        line.trim() === '' || line.startsWith('#') ? [] : readLine(line, index + 1, file, knowledge),
      );
    const seen = new Map<string, OutsideCall>();
    for (const call of calls) {
      const before = seen.get(call.gene);
      if (before !== undefined && (before.strands === undefined || call.strands === undefined) && !same(before, call))
        throw refuse(
          file,
          call.line,
          `${nameOf(before.line)} and this one tell the gene differently.`,
          'Keep the line that holds.',
        );
      const twin = calls.find(
        (one) => one.line < call.line && one.gene === call.gene && name(one) === name(call) && !same(one, call),
      );
      if (twin !== undefined && call.strands !== undefined)
        throw refuse(
          file,
          call.line,
          `${nameOf(twin.line)} gives the same diplotype another phenotype or score.`,
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

/**
 * Calls that a case's record holds, gene by gene: one gene that cannot be read is told and stops no other. Diplotypes that
 * differ are alternatives, as those of a table are.
 */
export function outsideCallsOf(
  stated: readonly PharmacogeneCall[],
  knowledge: PgxKnowledge,
): { readonly calls: readonly OutsideCall[]; readonly left: readonly { gene: string; reason: string }[] } {
  const calls: OutsideCall[] = [];
  const left: { gene: string; reason: string }[] = [];
  for (const [gene, ofGene] of Map.groupBy(stated, (one) => one.gene)) {
    const cell = (text = ''): string => text.replaceAll(/\p{Cc}+/gu, ' ');
    const table = ofGene.map(({ diplotype, phenotype, activityScore }) =>
      [gene, cell(diplotype), cell(phenotype), cell(activityScore)].join('\t'),
    );
    const sourceOf = (line = 1): string => ofGene[line - 1]?.source ?? '';
    const named = (line: number): string => `The report of ${sourceOf(line)}`;
    const read = readOutsideCalls(table.join('\n'), 'case.json', knowledge, named);
    if (!read.ok) {
      const { message, place } = read.fault;
      const at = stated.findIndex((one) => one === ofGene[(place?.line ?? 1) - 1]);
      const remedy = `Correct pharmacogenes[${at}] of the case, or take it out.`;
      left.push({
        gene,
        reason: `${gene}, as reported by ${sourceOf(place?.line)}, is not read. ${message} ${remedy}`,
      });
      continue;
    }
    const sources = [...new Set(ofGene.map(({ source }) => source))];
    const differ =
      read.value.length > 1 ? [`${read.value.length} reports of ${gene} differ: each is read, none is chosen.`] : [];
    calls.push(
      ...read.value.map((call, index): OutsideCall => {
        const source = ofGene[call.line - 1]?.source ?? sources.join('; ');
        return {
          ...call,
          source,
          notes: [...call.notes, ...(index === 0 ? [`Reported by ${sources.join('; ')}.`, ...differ] : [])],
        };
      }),
    );
  }
  return { calls, left };
}
