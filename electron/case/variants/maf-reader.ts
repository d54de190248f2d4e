/**
 * Reads a MAF as GDC, cBioPortal and vcf2maf write it. Quotation marks are letters here, as in all of these tools.
 *
 * Coordinates are kept as the file states them: an insertion stands at the base before it with `-` for the reference,
 * a deletion at its first base with `-` for the alternate. Where GDC gives the caller's own record in `vcf_region`,
 * that is taken instead. Either way the key is the one the same change has in a VCF (`variantKey`).
 */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import { readGeneCell } from '../../../shared/case/gene-names.ts';
import type { FileUnderstanding, IntakeQuestion, ObservedVariant, ToldAllele } from '../../../shared/case/intake.ts';
import { bareChromosome } from '../../../shared/molecular/chromosomes.ts';
import { decideBuild } from './decide-build.ts';
import { buildOfNcbi, chromosomeLengths } from './genome-build.ts';
import { Interest } from './interest.ts';
import { LineFeeder } from './line-feeder.ts';
import { predictorReader } from './predictor-scores.ts';
import { question, questionId } from './questions.ts';
import { refuse } from './refusal.ts';
import { CONTEXT_COLUMNS, contextText, countText, RNA_ALTERNATE_COLUMNS, RNA_DEPTH_COLUMNS } from './surroundings.ts';
import type { VariantFileRead, VariantReading } from './variant-file.ts';
import { QUESTION_OPEN, VariantKeeper, variantKey } from './variant-keeper.ts';

/** Columns by the names tools give them, in lower case; the first that is there counts. */
const COLUMNS = {
  gene: ['hugo_symbol'],
  build: ['ncbi_build'],
  chromosome: ['chromosome'],
  start: ['start_position'],
  end: ['end_position'],
  strand: ['strand'],
  classification: ['variant_classification'],
  consequence: ['consequence', 'one_consequence'],
  reference: ['reference_allele'],
  allele1: ['tumor_seq_allele1'],
  allele2: ['tumor_seq_allele2'],
  sample: ['tumor_sample_barcode'],
  normal: ['matched_norm_sample_barcode'],
  status: ['mutation_status'],
  depth: ['t_depth'],
  referenceReads: ['t_ref_count'],
  alternateReads: ['t_alt_count'],
  // The later names are those of Funcotator, Oncotator and the first TCGA files.
  coding: ['hgvsc', 'cdna_change'],
  proteinShort: ['hgvsp_short', 'protein_change'],
  protein: ['hgvsp'],
  transcript: ['transcript_id', 'feature', 'annotation_transcript'],
  filter: ['filter'],
  region: ['vcf_region'],
} as const;
type Column = keyof typeof COLUMNS;

const FREQUENCIES = [
  'gnomad_af',
  'gnomade_af',
  'gnomadg_af',
  'gnomad_exome_af',
  'gnomad_genome_af',
  'gnomad_non_cancer_max_af_adj',
  'exac_af',
];

/** Without these a row has no place or nobody it is of; gene and effect can be told from the place. */
const REQUIRED: readonly (readonly [string, readonly Column[]])[] = [
  ['Chromosome', ['chromosome']],
  ['Start_Position', ['start']],
  ['Reference_Allele', ['reference']],
  ['Tumor_Seq_Allele2', ['allele2', 'allele1']],
  ['Tumor_Sample_Barcode', ['sample']],
];

/** What gives a change its place. */
const PLACE: readonly Column[] = ['chromosome', 'start', 'reference', 'allele1', 'allele2'];

const OTHER_SAMPLE = 'row of another sample';
const NO_COORDINATE = 'row without a coordinate: a protein change alone is not placed in the genome';
const SAME_AS_REFERENCE = 'alternate equals the reference';
const WILD_TYPE = 'row whose Mutation_Status says that there is no mutation';

/** Barcodes remembered for the question which of them is the patient's. */
const MAX_SAMPLES = 500;
const CHOICES = 50;
const EXAMPLES = 5;

const ABSENT = new Set(['', '.', 'na', 'n/a', '-', '--', 'null', 'none']);
const absent = (cell: string | undefined): boolean => cell === undefined || ABSENT.has(cell.trim().toLowerCase());

interface MafColumns {
  readonly names: readonly string[];
  readonly at: Readonly<Record<Column, number>>;
  readonly frequencies: readonly number[];
  readonly predictors: ReturnType<typeof predictorReader>;
  /** Places of the bases around, of the RNA reads and of those with the allele; -1 where absent. */
  readonly around: readonly [context: number, rnaDepth: number, rnaAlternate: number];
}

class MafPass {
  readonly #reading: VariantReading;
  readonly #keeper: VariantKeeper;
  #interest: Interest;
  #columns: MafColumns | undefined;
  #line = 0;
  #blankLine = 0;
  rows = 0;
  build: GenomeBuild | undefined;
  buildFrom: string | undefined;
  #ncbiBuild: string | undefined;
  /** Barcodes met, in order. */
  readonly samples = new Set<string>();
  readonly normals = new Set<string>();
  readonly #wantedSample: string | undefined;
  readonly questions: IntakeQuestion[] = [];
  readonly warnings: string[] = [];
  readonly #repaired: string[] = [];
  #withoutCoordinate = 0;
  #moreReadsThanDepth = 0;

  constructor(reading: VariantReading, wantedSample: string | undefined) {
    this.#reading = reading;
    this.#wantedSample = wantedSample;
    this.#interest = new Interest(reading.interest, undefined);
    this.#keeper = new VariantKeeper(
      reading.file,
      reading.limit,
      ({ chromosome, position1, reference, annotation }) =>
        this.#interest.gene(annotation?.gene) ||
        this.#interest.at(chromosome, position1, position1 + reference.length - 1),
    );
  }

  readonly take = (bytes: Buffer, from: number, to: number): void => {
    let at = from;
    while (at < to) {
      const end = bytes.indexOf(10, at);
      this.#line += 1;
      this.#takeLine(bytes.toString('utf8', at, bytes[end - 1] === 13 ? end - 1 : end));
      at = end + 1;
    }
  };

  #takeLine(raw: string): void {
    const line = this.#line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (line.trim() === '') {
      if (this.#blankLine === 0) this.#blankLine = this.#line;
      return;
    }
    if (this.#columns === undefined) {
      if (line.startsWith('#')) return;
      this.#columns = this.#header(line);
      this.#blankLine = 0;
      return;
    }
    if (this.#blankLine > 0)
      refuse(this.#reading.file, {
        code: 'line-invalid',
        line: this.#blankLine,
        rule: 'A blank line stands between the rows.',
      });
    this.#row(line.split('\t'), this.#columns);
  }

  #header(line: string): MafColumns {
    const names = line.split('\t').map((name) => name.trim());
    const lower = names.map((name) => name.toLowerCase());
    const at = Object.fromEntries(
      Object.entries(COLUMNS).map(([column, known]) => [
        column,
        known.map((name) => lower.indexOf(name)).find((index) => index >= 0) ?? -1,
      ]),
    ) as Record<Column, number>;
    const place = (known: readonly string[]): number =>
      known.map((name) => lower.indexOf(name)).find((index) => index >= 0) ?? -1;
    const has = (column: Column): boolean => at[column] >= 0;
    // The least that cBioPortal asks for: each row is told of by its protein change, and a case would hold none of them.
    const namesAlone =
      this.#reading.each !== undefined &&
      has('gene') &&
      (has('proteinShort') || has('protein')) &&
      !PLACE.some((column) => has(column));
    const missing = REQUIRED.filter(
      ([, columns]) => !columns.some((column) => has(column) || (namesAlone && PLACE.includes(column))),
    ).map(([name]) => name);
    if (missing.length > 0)
      refuse(this.#reading.file, {
        code: 'column-missing',
        line: this.#line,
        field: missing.join(', '),
        rule: `The MAF has no column ${missing.join(', ')}.`,
        remedy: 'Export the MAF with its standard columns, parted by tabs.',
      });
    return {
      names,
      at,
      frequencies: FREQUENCIES.map((name) => lower.indexOf(name)).filter((index) => index >= 0),
      predictors: predictorReader(names),
      around: [place(CONTEXT_COLUMNS), place(RNA_DEPTH_COLUMNS), place(RNA_ALTERNATE_COLUMNS)],
    };
  }

  #around(
    cells: readonly string[],
    [contextAt, depthAt, alternateAt]: MafColumns['around'],
  ): Pick<ObservedVariant, 'context' | 'rnaDepth' | 'rnaAlternateReads'> {
    const context = contextText(cells[contextAt]?.trim());
    const rnaDepth = countText(cells[depthAt]?.trim());
    const rnaAlternate = countText(cells[alternateAt]?.trim());
    return {
      ...(context === undefined ? {} : { context }),
      ...(rnaDepth === undefined ? {} : { rnaDepth }),
      ...(rnaAlternate === undefined ? {} : { rnaAlternateReads: rnaAlternate }),
    };
  }

  #fail(column: Column, rule: string, remedy?: string): never {
    const index = this.#columns?.at[column] ?? -1;
    return refuse(this.#reading.file, {
      line: this.#line,
      field: this.#columns?.names[index] ?? column,
      rule,
      ...(remedy === undefined ? {} : { remedy }),
    });
  }

  #row(cells: readonly string[], columns: MafColumns): void {
    const { file, germline } = this.#reading;
    if (cells.length !== columns.names.length)
      refuse(file, {
        code: 'line-invalid',
        line: this.#line,
        rule: `The line has ${cells.length} columns, the column line ${columns.names.length}.`,
      });
    this.rows += 1;
    const cell = (column: Column): string | undefined => {
      const index = columns.at[column];
      return index < 0 ? undefined : cells[index]?.trim();
    };
    const allele1 = cell('allele1');
    const allele2 = cell('allele2');
    const alternates = this.#alternates(cell('reference') ?? '', allele1, allele2);
    this.#keeper.allelesIn += Math.max(1, alternates.length);

    const sample = cell('sample') ?? '';
    if (sample === '') this.#fail('sample', 'Tumor_Sample_Barcode is empty: it cannot be told whose row this is.');
    if (this.samples.size < MAX_SAMPLES) this.samples.add(sample);
    const each = Math.max(1, alternates.length);
    // Whoever is told of every allele is told of every sample's.
    if (this.#reading.each === undefined && sample !== (this.#wantedSample ?? [...this.samples][0])) {
      this.#keeper.filter(OTHER_SAMPLE, each);
      return;
    }
    const normal = cell('normal');
    if (!absent(normal) && normal !== undefined && this.normals.size < 2) this.normals.add(normal);
    this.#checkBuild(cell('build'));

    const gene = this.#gene(cell('gene') ?? '');
    const status = (cell('status') ?? '').toLowerCase();
    const leaveOut = (
      rule: string,
      at = { chromosome: cell('chromosome') ?? '', position1: 0 },
      stated?: ToldAllele['stated'],
    ): void =>
      this.#reading.each?.({
        build: this.build ?? 'GRCh38',
        ...at,
        reference: cell('reference') ?? '',
        alternate: alternates.length === 0 ? (allele2 ?? '') : alternates.join(','),
        rule,
        stated,
        small: false,
      });
    if (status === 'wildtype') {
      this.#keeper.filter(WILD_TYPE, each);
      leaveOut(WILD_TYPE);
      return;
    }
    const position = this.#position(cell, each);
    if (position === undefined) {
      const named = [cell('proteinShort'), cell('protein')].find((text) => !absent(text));
      leaveOut(
        NO_COORDINATE,
        undefined,
        gene === undefined || named === undefined ? undefined : { gene, hgvsProtein: named },
      );
      return;
    }
    if (alternates.length === 0) {
      this.#keeper.filter(SAME_AS_REFERENCE);
      leaveOut(SAME_AS_REFERENCE, position);
      return;
    }

    const reads = this.#reads(cell);
    const consequence = cell('consequence');
    const protein = cell('proteinShort');
    const proteinLong = cell('protein');
    const coding = cell('coding');
    const transcript = cell('transcript');
    const frequency = frequencyOf(columns.frequencies.map((index) => cells[index]));
    const predictors = columns.predictors?.(cells);
    const filter = cell('filter');
    const hgvsProtein = absent(protein) ? proteinLong : protein;
    const effect = absent(consequence) ? cell('classification') : consequence?.replace(/[,;]/g, '&');
    const annotation: NonNullable<ObservedVariant['annotation']> = {
      source: 'maf',
      ...(gene === undefined ? {} : { gene }),
      ...(absent(transcript) || transcript === undefined ? {} : { transcript }),
      ...(absent(coding) || coding === undefined ? {} : { hgvsCoding: coding }),
      ...(absent(hgvsProtein) || hgvsProtein === undefined ? {} : { hgvsProtein }),
      ...(absent(effect) || effect === undefined ? {} : { consequence: effect }),
      ...(frequency === undefined ? {} : { populationFrequency: frequency }),
      ...(predictors === undefined ? {} : { predictors }),
    };
    const around = this.#around(cells, columns.around);
    const passed = absent(filter) || filter === 'PASS';
    alternates.forEach((alternate, index) => {
      const stated = { ...position, reference: (cell('reference') ?? '').toUpperCase(), alternate };
      const at = index === 0 ? (regionOf(cell('region'), position.chromosome) ?? stated) : stated;
      const build = this.build ?? 'GRCh38';
      const observed = (): ObservedVariant => ({
        key: variantKey(build, at.chromosome, at.position1, at.reference, at.alternate),
        build,
        ...at,
        origin: germline || status === 'germline' ? 'germline' : 'somatic',
        // Counts and names are of the second allele, which the columns describe.
        ...(index === 0 ? reads : {}),
        ...(index === 0 ? around : {}),
        ...(absent(filter) || filter === undefined ? {} : { filter }),
        annotation: index === 0 ? annotation : { source: 'maf', ...(gene === undefined ? {} : { gene }) },
        file,
        line: this.#line,
      });
      this.#reading.each?.({
        build,
        ...stated,
        ...(filter === undefined ? {} : { filter }),
        small: true,
        variant: observed(),
      });
      const next = this.#keeper.next(passed);
      const ofInterest = (): boolean =>
        this.#interest.gene(gene) ||
        this.#interest.at(at.chromosome, at.position1, at.position1 + at.reference.length - 1);
      if (next === 'count' || (next === 'keep-of-interest' && !ofInterest())) {
        this.#keeper.count(passed);
        return;
      }
      this.#keeper.keep(observed());
    });
  }

  /** Tumor_Seq_Allele2 first; Tumor_Seq_Allele1 where it is another alternate, or the only one. */
  #alternates(reference: string, allele1: string | undefined, allele2: string | undefined): string[] {
    const from = reference.toUpperCase();
    const proper = [allele2, allele1]
      .map((allele) => (allele ?? '').toUpperCase())
      .filter((allele) => allele !== '' && allele !== from && allele !== '.' && allele !== 'NA');
    for (const allele of proper)
      if (!/^(?:[ACGTN]+|-)$/.test(allele)) this.#fail('allele2', 'An allele must be bases or a hyphen.');
    return [...new Set(proper)];
  }

  #checkBuild(cell: string | undefined): void {
    if (this.#ncbiBuild === undefined) {
      this.#ncbiBuild = cell ?? '';
      const named = cell === undefined || absent(cell) ? undefined : buildOfNcbi(cell);
      if (named === undefined && cell !== undefined && !absent(cell))
        this.#fail('build', 'NCBI_Build names no genome build that is known here.', 'Write GRCh37 or GRCh38.');
      const decided = decideBuild(
        this.#reading,
        named === undefined ? [] : [{ build: named, from: 'NCBI_Build', line: this.#line }],
      );
      this.build = decided.build;
      this.buildFrom = decided.from;
      if (decided.question !== undefined) this.questions.push(decided.question);
      this.#interest = new Interest(this.#reading.interest, this.build);
    } else if ((cell ?? '') !== this.#ncbiBuild) {
      const same = buildOfNcbi(cell ?? '') === buildOfNcbi(this.#ncbiBuild);
      if (!same)
        refuse(this.#reading.file, {
          code: 'build-mismatch',
          line: this.#line,
          field: 'NCBI_Build',
          rule: 'The rows of the file are in different genome builds.',
          remedy: 'Give each build as a file of its own.',
        });
    }
  }

  #gene(text: string): string | undefined {
    const read = readGeneCell(text);
    switch (read.kind) {
      case 'symbol':
        return read.gene;
      case 'absent':
        return undefined;
      case 'repaired':
        if (this.#repaired.length < EXAMPLES)
          this.#repaired.push(`line ${this.#line}: ${read.seen} is read as ${read.gene}`);
        return read.gene;
      case 'damaged':
        return this.#fail(
          'gene',
          `A spreadsheet has turned a gene symbol into a date or a number${read.likely.length === 0 ? '' : ` (it was ${read.likely.join(' or ')})`}.`,
          'Restore the symbol from the source, with the column set to text, and read the file again.',
        );
      case 'invalid':
        return this.#fail('gene', 'The cell is no gene symbol.');
    }
  }

  #position(
    cell: (column: Column) => string | undefined,
    each: number,
  ): { chromosome: string; position1: number } | undefined {
    const chromosomeText = cell('chromosome');
    const startText = cell('start');
    if (absent(chromosomeText) && absent(startText)) {
      this.#withoutCoordinate += 1;
      this.#keeper.filter(NO_COORDINATE, each);
      return undefined;
    }
    const chromosome = bareChromosome(chromosomeText ?? '');
    if (absent(chromosomeText) || /\s/.test(chromosome))
      this.#fail('chromosome', 'Chromosome must be the name of a chromosome.');
    if (startText === undefined || !/^\d{1,10}(?:\.0)?$/.test(startText) || Number(startText) < 1)
      this.#fail('start', 'Start_Position must be a positive whole number.');
    const position1 = Number(startText);
    const endText = cell('end');
    if (endText !== undefined && !absent(endText)) {
      if (!/^\d{1,10}(?:\.0)?$/.test(endText)) this.#fail('end', 'End_Position must be a positive whole number.');
      if (Number(endText) < position1) this.#fail('end', 'End_Position lies before Start_Position.');
    }
    const reference = cell('reference') ?? '';
    if (!/^(?:[ACGTNRYKMSWBDHV]+|-)$/i.test(reference))
      this.#fail('reference', 'Reference_Allele must be bases or a hyphen.');
    const length = this.build === undefined ? undefined : chromosomeLengths[this.build].get(chromosome);
    if (length !== undefined && position1 > length)
      refuse(this.#reading.file, {
        code: 'build-mismatch',
        line: this.#line,
        field: 'Start_Position',
        rule: 'Start_Position lies beyond the end of the chromosome in the genome build of this file.',
        remedy: 'State the right genome build for the file, or export it again.',
      });
    return { chromosome, position1 };
  }

  #count(cell: (column: Column) => string | undefined, column: Column): number | undefined {
    const text = cell(column);
    if (text === undefined || absent(text)) return undefined;
    if (!/^\d{1,9}(?:\.0+)?$/.test(text))
      this.#fail(column, 'A count of reads must be a whole number; a missing one is left empty.');
    return Number(text);
  }

  #reads(
    cell: (column: Column) => string | undefined,
  ): Pick<ObservedVariant, 'alleleFraction' | 'depth' | 'alternateReads'> {
    const alternate = this.#count(cell, 'alternateReads');
    const reference = this.#count(cell, 'referenceReads');
    const stated = this.#count(cell, 'depth');
    const counted = alternate === undefined || reference === undefined ? undefined : alternate + reference;
    // Several exports write 0 where the depth is not known; a variant without reads cannot have been called.
    const depth = stated === undefined || stated === 0 ? counted : stated;
    if (depth === undefined || depth === 0)
      return alternate === undefined || alternate === 0 ? {} : { alternateReads: alternate };
    const total =
      counted !== undefined && counted > 0 && alternate !== undefined && alternate > depth ? counted : depth;
    if (alternate === undefined) return { depth };
    if (alternate > total) {
      this.#moreReadsThanDepth += 1;
      return { depth, alternateReads: alternate };
    }
    return { alleleFraction: alternate / total, depth, alternateReads: alternate };
  }

  finish(): { keeper: VariantKeeper; hasColumns: boolean; at: MafColumns['at'] | undefined; line: number } {
    if (this.#repaired.length > 0)
      this.warnings.push(
        `Gene symbols that a spreadsheet turned into dates were restored: ${this.#repaired.join('; ')}.`,
      );
    if (this.#withoutCoordinate > 0)
      this.warnings.push(
        `${this.#withoutCoordinate} rows have no coordinate and are counted only; give them with Chromosome and Start_Position.`,
      );
    if (this.#moreReadsThanDepth > 0)
      this.warnings.push(
        `${this.#moreReadsThanDepth} rows have more reads of the alternate than depth; their allele fraction is left out.`,
      );
    if (this.#keeper.tightened)
      this.warnings.push(
        `The file holds ${this.#keeper.allelesIn} alleles: a hypermutated tumor, or a file that is not filtered. Alleles outside the genes of the knowledge packs are counted together.`,
      );
    if (this.rows === 0) this.warnings.push('The file holds no rows.');
    return { keeper: this.#keeper, hasColumns: this.#columns !== undefined, at: this.#columns?.at, line: this.#line };
  }
}

/** GDC's `chr7:140753336:rs1:A:T`; undefined where it is not given or of another place. */
function regionOf(text: string | undefined, chromosome: string) {
  const [where = '', position = '', , reference = '', alternate = ''] = text?.split(':') ?? [];
  if (bareChromosome(where) !== chromosome || !/^\d+$/.test(position) || Number(position) < 1) return undefined;
  if (!/^[ACGTN]+$/i.test(reference) || !/^[ACGTN]+$/i.test(alternate)) return undefined;
  return {
    chromosome,
    position1: Number(position),
    reference: reference.toUpperCase(),
    alternate: alternate.toUpperCase(),
  };
}

function frequencyOf(cells: readonly (string | undefined)[]): number | undefined {
  const values = cells
    .filter((cell) => !absent(cell))
    .map((cell) => Number(cell))
    .filter((value) => Number.isFinite(value) && value >= 0 && value <= 1);
  return values.length === 0 ? undefined : Math.max(...values);
}

/**
 * Reads the text of a MAF.
 * @throws FaultError file-empty, column-missing, line-invalid, field-invalid, build-mismatch, sample-ambiguous,
 * file-too-large, cancelled
 */
export async function readMaf(reading: VariantReading, source: AsyncIterable<Uint8Array>): Promise<VariantFileRead> {
  const { file, answers } = reading;
  const answered = answers[questionId(file, 'tumorSample')];
  const wanted = answered ?? reading.tumorSample;
  const pass = new MafPass(reading, wanted);
  const feeder = new LineFeeder(file, pass.take);
  for await (const chunk of source) {
    feeder.push(chunk);
    reading.progress(pass.rows);
  }
  feeder.finish();
  const { keeper, hasColumns, at, line } = pass.finish();
  if (!hasColumns)
    refuse(file, {
      code: 'header-invalid',
      line: Math.max(1, line),
      field: 'header',
      rule: 'The file ends before the line of column names.',
    });
  const samples = [...pass.samples];
  if (wanted !== undefined && pass.rows > 0 && !pass.samples.has(wanted) && pass.samples.size < MAX_SAMPLES)
    refuse(file, {
      code: 'sample-ambiguous',
      field: 'Tumor_Sample_Barcode',
      rule: 'The sample that the case names is not in the file.',
      remedy: 'Correct tumorSample in case.json, or give the right file.',
    });
  if (wanted === undefined && samples.length > 1)
    pass.questions.push(
      question(
        file,
        'tumorSample',
        `The file holds rows of ${samples.length}${samples.length === MAX_SAMPLES ? ' or more' : ''} samples. Which one is of this patient?`,
        samples.slice(0, CHOICES),
        true,
      ),
    );
  if (pass.questions.some((asked) => asked.blocking)) keeper.withhold(QUESTION_OPEN);
  const tumorSample = wanted ?? (samples.length === 1 ? samples[0] : undefined);
  const [normalSample] = pass.normals;
  const hasDepth = at !== undefined && at.depth >= 0;
  const hasCounts = at !== undefined && at.alternateReads >= 0 && (hasDepth || at.referenceReads >= 0);
  const understanding: FileUnderstanding = {
    file,
    modality: reading.modality,
    format: 'MAF',
    ...(pass.build === undefined ? {} : { genomeBuild: pass.build }),
    ...(pass.buildFrom === undefined ? {} : { buildFrom: pass.buildFrom }),
    ...(hasDepth || hasCounts ? { depthFrom: hasDepth ? 't_depth' : 't_ref_count + t_alt_count' } : {}),
    ...(hasCounts ? { alleleFractionFrom: 't_alt_count / depth' } : {}),
    ...(tumorSample === undefined ? {} : { tumorSample }),
    ...(normalSample === undefined || pass.normals.size > 1 ? {} : { normalSample }),
    annotationFrom: 'MAF columns',
    rows: pass.rows,
    notes: hasCounts ? [] : ['The file holds no read counts.'],
  };
  return {
    understanding,
    questions: pass.questions,
    variants: keeper.variants(),
    accounting: keeper.accounting(pass.rows),
    warnings: pass.warnings,
  };
}
