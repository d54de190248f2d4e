/** What every parser of a table has in common: what it is told, what it gives back, and how rows are accounted for. */
import type { Assay, CaseFile, GenomeBuild } from '../../../shared/case/case-record.ts';
import type {
  FileUnderstanding,
  IntakeQuestion,
  ObservedBiomarker,
  ObservedCopyNumber,
  ObservedFusion,
  ObservedMatrix,
  ObservedSegment,
  VariantAccounting,
} from '../../../shared/case/intake.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { buildNamed, chromosomeLengths } from '../variants/genome-build.ts';
import type { TableSource } from './table.ts';

export interface TableInput extends TableSource {
  readonly file: Pick<CaseFile, 'modality' | 'tumorSample' | 'genomeBuild' | 'format'>;
  readonly assay?: Pick<Assay, 'id' | 'scope' | 'genomeBuild' | 'reference' | 'method'>;
  /** Answers to questions of intake, by question id. */
  readonly answers: Readonly<Record<string, string>>;
}

export interface TableRead {
  readonly understanding: FileUnderstanding;
  readonly questions: readonly IntakeQuestion[];
  readonly warnings: readonly string[];
  readonly accounting: VariantAccounting;
  readonly copyNumbers?: readonly ObservedCopyNumber[];
  readonly segments?: readonly ObservedSegment[];
  readonly fusions?: readonly ObservedFusion[];
  readonly matrices?: readonly ObservedMatrix[];
  readonly biomarkers?: readonly ObservedBiomarker[];
}

export const HELD_BACK = 'held back until a question about the file is answered';
export const OTHER_SAMPLE = 'of another sample in the file';
export const SAME_ROW = 'the same row again';
export const NO_VALUE = 'without a value';
export const NO_GENE = 'without a gene symbol';

/** Counts rows by what became of them, so that rows in = shown + collapsed + filtered (F005). */
export class RowAccount {
  readonly #file: string;
  #shown = 0;
  readonly #collapsed = new Map<string, number>();
  readonly #filtered = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  show(count = 1): void {
    this.#shown += count;
  }

  collapse(rule: string, count = 1): void {
    this.#collapsed.set(rule, (this.#collapsed.get(rule) ?? 0) + count);
  }

  filter(rule: string, count = 1): void {
    if (count > 0) this.#filtered.set(rule, (this.#filtered.get(rule) ?? 0) + count);
  }

  /** Rows that would have been shown wait for an answer. */
  holdBack(): void {
    this.filter(HELD_BACK, this.#shown);
    this.#shown = 0;
  }

  /** @throws Error where the equation does not hold: a row was lost, which is a defect */
  close(rowsIn: number): VariantAccounting {
    const listed = (counts: ReadonlyMap<string, number>) => [...counts].map(([rule, count]) => ({ rule, count }));
    const sum = [this.#shown, ...this.#collapsed.values(), ...this.#filtered.values()].reduce((a, b) => a + b, 0);
    if (sum !== rowsIn) throw new Error(`${rowsIn} rows were read and ${sum} are accounted for`);
    return {
      file: this.#file,
      rowsIn,
      allelesIn: rowsIn,
      shown: this.#shown,
      collapsed: listed(this.#collapsed),
      filtered: listed(this.#filtered),
    };
  }
}

export const questionId = (file: string, field: IntakeQuestion['field']): string => `${file}:${field}`;

/** Sample, or the question which one it is. Names of samples go into the question's choices only. */
export function chosenSample(
  { name, file, answers }: TableInput,
  samples: readonly string[],
): { readonly sample: string } | { readonly question: IntakeQuestion } {
  const id = questionId(name, 'tumorSample');
  const named = answers[id] ?? file.tumorSample;
  if (named !== undefined) {
    if (samples.includes(named)) return { sample: named };
    throw new FaultError(
      fault(
        'sample-ambiguous',
        'The tumor sample named for this file is not in it.',
        'Correct tumorSample in case.json, or leave it out to be asked.',
        { file: name, field: 'tumorSample' },
      ),
    );
  }
  const [only] = samples;
  if (only !== undefined && samples.length === 1) return { sample: only };
  return {
    question: {
      id,
      file: name,
      field: 'tumorSample',
      question: `The file holds ${samples.length} samples. Which one is the tumor of this patient?`,
      choices: [...samples],
      blocking: true,
    },
  };
}

/** Whether coordinates fit a build: no end beyond its chromosome. */
export class BuildEvidence {
  readonly #beyond: Record<GenomeBuild, number | undefined> = { GRCh37: undefined, GRCh38: undefined };

  see(chromosome: string, end1: number, line: number): void {
    for (const build of ['GRCh37', 'GRCh38'] as const) {
      const length = chromosomeLengths[build].get(chromosome);
      if (length !== undefined && end1 > length) this.#beyond[build] ??= line;
    }
  }

  /**
   * The build, and what said so; or the question. Stated builds that contradict each other or the coordinates are a
   * fault, not a question.
   * @throws FaultError build-mismatch
   */
  settle(
    { name, file, assay, answers }: TableInput,
    comments: readonly string[] = [],
  ): { readonly build: GenomeBuild; readonly from: string } | { readonly question: IntakeQuestion } {
    const id = questionId(name, 'genomeBuild');
    const answer = answers[id];
    const said = comments.map((comment) => buildNamed(comment)).find((build) => build !== undefined);
    const statements: readonly (readonly [string | undefined, string])[] = [
      [answer, 'answered'],
      [file.genomeBuild, 'case.json, file'],
      [assay?.genomeBuild, 'case.json, assay'],
      [said, 'comment in the file'],
    ];
    const [first, ...others] = statements.filter(([build]) => build !== undefined);
    const mismatch = (message: string, line?: number): never => {
      throw new FaultError(
        fault('build-mismatch', message, 'Correct the genome build in case.json, or export the file on that build.', {
          file: name,
          field: 'genomeBuild',
          ...(line === undefined ? {} : { line }),
        }),
      );
    };
    if (first !== undefined) {
      const [build, from] = first;
      if (build !== 'GRCh37' && build !== 'GRCh38') return mismatch('The file is on neither GRCh37 nor GRCh38.');
      const against = others.find(([other]) => other !== build);
      // An answer settles what the statements of the case left open; the coordinates it cannot overrule.
      if (against !== undefined && answer === undefined)
        return mismatch(`${from} says ${build}, ${against[1]} says ${against[0]}.`);
      const line = this.#beyond[build];
      if (line !== undefined)
        return mismatch(`The file is said to be on ${build}, but a position lies beyond the chromosome's end.`, line);
      return { build, from };
    }
    const fits = (['GRCh37', 'GRCh38'] as const).filter((build) => this.#beyond[build] === undefined);
    const [only] = fits;
    if (fits.length === 0)
      return mismatch('Positions lie beyond the ends of chromosomes on both GRCh37 and GRCh38.', this.#beyond.GRCh38);
    if (only !== undefined && fits.length === 1)
      return { build: only, from: 'positions beyond the other build’s chromosome ends' };
    return {
      question: {
        id,
        file: name,
        field: 'genomeBuild',
        question: 'On which genome build are the coordinates of this file?',
        choices: ['GRCh37', 'GRCh38'],
        blocking: true,
      },
    };
  }
}

/** The first warnings in full, then how many more there are: a damaged column must not bury the others. */
export class Warnings {
  readonly #all: string[] = [];
  #more = 0;

  add(warning: string | undefined): void {
    if (warning === undefined) return;
    if (this.#all.length < 20) this.#all.push(warning);
    else this.#more += 1;
  }

  list(): string[] {
    return this.#more === 0 ? [...this.#all] : [...this.#all, `${this.#more} more like these`];
  }
}
