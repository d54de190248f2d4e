import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { gunzipSync } from 'node:zlib';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { type ChainSet, liftAllele, readChains } from '../../../shared/molecular/liftover.ts';
import { withTranscripts } from '../../../shared/molecular/transcript-set.ts';
import { classifyTyped, type TypedVariantAnswer } from '../../../shared/molecular/typed-variant.ts';
import { checkFile } from '../../case/index.ts';
import { openTranscripts } from '../../knowledge/index.ts';
import { annotateVariants, fileSignatures } from '../../molecular/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, say, unwrap, usageError } from '../command.ts';
import { workstationPacks } from '../packs.ts';

type Check = Extract<Awaited<ReturnType<typeof checkFile>>, { ok: true }>['value'];

/** What was understood, counted and asked, in lines for a terminal. */
function lines({ file, format, rows, alleles, understanding, questions, accounting, warnings }: Check): string[] {
  const { genomeBuild, buildFrom, caller, alleleFractionFrom, depthFrom, tumorSample, normalSample, annotationFrom } =
    understanding;
  const facts: [string, string | undefined][] = [
    ['build', genomeBuild === undefined ? undefined : `${genomeBuild} (${buildFrom})`],
    ['caller', caller],
    ['allele fraction from', alleleFractionFrom],
    ['depth from', depthFrom],
    ['tumor sample', tumorSample],
    ['normal sample', normalSample],
    ['annotated by', annotationFrom],
  ];
  const parts = [...accounting.collapsed, ...accounting.filtered].map(({ rule, count }) => ` + ${count} ${rule}`);
  return [
    `${file}: ${format}, read whole`,
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value}`])),
    ...understanding.notes.map((note) => `  ${note}`),
    `${rows} rows, ${alleles} alleles = ${accounting.shown} shown${parts.join('')}`,
    ...questions.map(({ question, choices }) => `QUESTION ${question} [${choices.join(' | ')}]`),
    ...warnings.map((warning) => `WARNING ${warning}`),
  ];
}

/** Streams the file from its path: its size does not matter. */
export const check: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const path = onlyArgument(positionals, 'the file', 'molecular check <vcf|maf> [--json]');
  const read = unwrap(await checkFile(path, basename(path)));
  if (values.json) printJson({ ok: true, ...read });
  else print(...lines(read));
  return 0;
};

const ANNOTATE =
  'molecular annotate <vcf|maf> --assembly GRCh37|GRCh38 [--tumor-type CODE] [--transcripts <pack folder>] -o <file.tsv|file.jsonl> [--json]';

/** `-o x.tsv` and `-o x.jsonl` name a file; `tsv` and `jsonl` by themselves mean standard output. */
function tableOf(target: string): { format: 'tsv' | 'jsonl'; output?: string } {
  if (target === 'tsv' || target === 'jsonl') return { format: target };
  if (/\.jsonl$/i.test(target)) return { format: 'jsonl', output: target };
  if (/\.(?:tsv|txt)$/i.test(target)) return { format: 'tsv', output: target };
  throw usageError('The name of the table must end in .tsv or .jsonl.', ANNOTATE);
}

/**
 * A row lives until its line is written: a larger nursery for objects makes the command no faster (1 % of a million rows) and
 * holds 60 MB more. V8 takes the factor while it runs; one that does not only uses that memory.
 */
const keepYoungGenerationSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/** Every allele of a variant file with what the packs say of it. */
export const annotate: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      assembly: { type: 'string' },
      'tumor-type': { type: 'string' },
      transcripts: { type: 'string' },
      output: { type: 'string', short: 'o' },
      json: { type: 'boolean', default: false },
    },
  });
  const input = onlyArgument(positionals, 'the file', ANNOTATE);
  const build = values.assembly;
  if (build !== 'GRCh37' && build !== 'GRCh38')
    throw usageError('Say the genome build of the file: --assembly GRCh37 or GRCh38.', ANNOTATE);
  if (values.output === undefined) throw usageError('Name the table to write with -o.', ANNOTATE);
  const table = tableOf(values.output);
  if (values.json && table.output === undefined)
    throw usageError('--json and a table on standard output exclude each other.', ANNOTATE);
  keepYoungGenerationSmall();
  const packs = await workstationPacks();
  const transcripts = values.transcripts === undefined ? undefined : await openTranscripts(values.transcripts);
  const summary = unwrap(
    await annotateVariants({ input, build, tumorType: values['tumor-type'], transcripts, ...table }, packs),
  );
  for (const { section, reason } of packs.molecular().absent) say(`WARNING ${section}: ${reason}`);
  for (const warning of summary.warnings) say(`WARNING ${warning}`);
  if (values.json) printJson({ ok: true, ...summary });
  else
    say(
      `${summary.file}: ${summary.rows} rows, ${summary.alleles} alleles, ${summary.written} lines written, ${summary.withProteinChange} with a protein change`,
    );
  return 0;
};

const SIGNATURES =
  'molecular signatures <vcf|maf> --assembly GRCh37|GRCh38 --scope genome|exome|panel [--tumor-only] [--transcripts <pack folder>] [--json]';

/** Reference signatures in the substitutions of a file of any size. */
export const signatures: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      assembly: { type: 'string' },
      scope: { type: 'string' },
      'tumor-only': { type: 'boolean', default: false },
      transcripts: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const input = onlyArgument(positionals, 'the file', SIGNATURES);
  const { assembly: build, scope } = values;
  if (build !== 'GRCh37' && build !== 'GRCh38')
    throw usageError('Say the genome build of the file: --assembly GRCh37 or GRCh38.', SIGNATURES);
  if (scope !== 'genome' && scope !== 'exome' && scope !== 'panel')
    throw usageError('Say what was read: --scope genome, exome or panel.', SIGNATURES);
  const packs = await workstationPacks();
  const transcripts = values.transcripts === undefined ? undefined : await openTranscripts(values.transcripts);
  const read = unwrap(
    await fileSignatures({ input, build, scope, tumorOnly: values['tumor-only'], transcripts }, packs),
  );
  if (values.json) {
    printJson({ ok: true, ...read });
    return 0;
  }
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  print(
    `${read.mutations} substitutions, neighbours of ${read.placed} known (${read.fromFile} by the file)`,
    ...(read.state === 'computed'
      ? [
          ...read.exposures.map(
            ({ name, cause, share: part, low, high }) =>
              `  ${name}  ${share(part)} (95 % ${share(low)} to ${share(high)})  ${cause}`,
          ),
          `  cosine ${read.cosine}`,
        ]
      : [`not evaluable: ${read.reason}`]),
    ...read.limits.map((limit) => `  ${limit}`),
  );
  return 0;
};

const LIFT =
  'molecular lift --from GRCh37|GRCh38 --allele <chromosome:position:reference:alternate> [--chain <there.chain[.gz]> --back <back.chain[.gz]>] [--json]';

async function chainsOf(path: string): Promise<ChainSet> {
  const bytes = Buffer.from(await fileBytes(path));
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return readChains((packed ? gunzipSync(bytes) : bytes).toString('utf8'), basename(path));
}

/** One allele on the other build, by the liftover pack or by a site's own chains. */
export const lift: Command = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      from: { type: 'string' },
      allele: { type: 'string' },
      chain: { type: 'string' },
      back: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { from, chain, back } = values;
  if (from !== 'GRCh37' && from !== 'GRCh38') throw usageError('Say the build of the allele: --from.', LIFT);
  const [, chromosome, position, reference, alternate] =
    /^([^:\s]+):([1-9]\d{0,9}):([ACGT]+|-):([ACGT]+|-)$/i.exec(values.allele ?? '') ?? [];
  if (chromosome === undefined || reference === undefined || alternate === undefined)
    throw usageError('Write the allele as chromosome:position:reference:alternate.', LIFT);
  if ((chain === undefined) !== (back === undefined))
    throw usageError('Give the chains of both ways: a place counts only where the way back leads to it.', LIFT);
  const allele = { chromosome, position1: Number(position), reference, alternate };
  const shipped = chain === undefined ? (await workstationPacks()).liftover() : undefined;
  if (chain === undefined && shipped === undefined)
    throw new FaultError(
      fault(
        'pack-missing',
        'The liftover pack is not there or altered.',
        'Install the program again, or give --chain and --back.',
      ),
    );
  const lifted =
    chain !== undefined && back !== undefined
      ? liftAllele(await chainsOf(chain), await chainsOf(back), allele)
      : shipped?.(from, allele);
  if (values.json) printJson({ ok: true, from, ...lifted });
  else if (lifted?.kind === 'lifted') {
    const { allele: there, strand } = lifted;
    print(
      `${there.chromosome}:${there.position1}:${there.reference}:${there.alternate} lifted from ${from}${strand === '-' ? ', the strand turns' : ''}; the reference base is not checked there`,
    );
  } else print(`not lifted: ${lifted?.reason}`);
  return lifted?.kind === 'lifted' ? 0 : 1;
};

const CLASSIFY =
  'molecular classify [--gene SYMBOL] --change <HGVS|amplification|deletion|gain|loss|A::B> [--tumor-type CODE] [--assembly GRCh37|GRCh38] [--transcripts <pack folder>] [--population-frequency 0..1] [--revel 0..1] [--alphamissense 0..1] [--cadd PHRED] [--spliceai 0..1] [--json]';

/** A number that a person looked up and typed beside the variant. */
function typedNumber(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0 && value <= most)) throw usageError(`--${name} is a number from 0 to ${most}.`, CLASSIFY);
  return value;
}

/** The answer in lines for a terminal: what is meant, the class with its criteria, the tier with what sets it. */
function answerLines(answer: TypedVariantAnswer): string[] {
  const { gene, gene2, kind, transcript, hgvsg, hgvsc, hgvsp, consequence, known, oncogenicity, tumorType } = answer;
  const title = kind === 'fusion' ? `${gene2}::${gene}` : `${gene} ${hgvsp ?? hgvsc ?? kind.replace('-', ' ')}`;
  const names: [string, string | undefined][] = [
    ['transcript', transcript],
    ['coding', hgvsc],
    ...Object.entries(hgvsg ?? {}).map(([build, name]): [string, string] => [build, name]),
    ['consequence', consequence],
    ['known', known],
  ];
  const tier =
    answer.ampTier === undefined
      ? []
      : [
          `  tier ${answer.tierCall?.weight ?? answer.ampTier} in ${tumorType?.name ?? ''}: ${answer.tierCall?.statement ?? 'no statement sets a tier'}`,
        ];
  return [
    title,
    ...names.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name}: ${value}`])),
    ...(oncogenicity === undefined
      ? []
      : [
          `  ${oncogenicity.class}, ${oncogenicity.points} points`,
          ...oncogenicity.criteria
            .filter(({ state }) => state === 'met')
            .map(({ code, points, fact }) => `    ${code} (${points > 0 ? '+' : ''}${points}): ${fact}`),
          `    not evaluable: ${oncogenicity.criteria
            .filter(({ state }) => state === 'not-evaluable')
            .map(({ code }) => code)
            .join(', ')}`,
        ]),
    ...tier,
    ...answer.tierElsewhere.map(
      ({ oncotreeCode, tier: there, reason }) => `    ${oncotreeCode}: tier ${there ?? 'none'}, ${reason}`,
    ),
    ...(answer.escat === undefined
      ? []
      : [`  ESCAT ${answer.escat.tier} proposed by rule, not confirmed. ${answer.escat.confirm}`]),
    ...answer.notes.map((note) => `  NOTE ${note}`),
  ];
}

/** One variant typed by hand. */
export const classify: Command = async (argv) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      gene: { type: 'string' },
      change: { type: 'string' },
      'tumor-type': { type: 'string' },
      assembly: { type: 'string' },
      transcripts: { type: 'string' },
      'population-frequency': { type: 'string' },
      revel: { type: 'string' },
      alphamissense: { type: 'string' },
      cadd: { type: 'string' },
      spliceai: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const { gene, change, assembly } = values;
  if (change === undefined || change.trim() === '') throw usageError('Say the change with --change.', CLASSIFY);
  if (assembly !== undefined && assembly !== 'GRCh37' && assembly !== 'GRCh38')
    throw usageError('The genome build is GRCh37 or GRCh38.', CLASSIFY);
  const scores = [
    ['revel', typedNumber('revel', values.revel, 1)],
    ['alphaMissense', typedNumber('alphamissense', values.alphamissense, 1)],
    ['cadd', typedNumber('cadd', values.cadd, 100)],
    ['spliceAi', typedNumber('spliceai', values.spliceai, 1)],
  ] as const;
  const predictors = Object.fromEntries(scores.filter(([, score]) => score !== undefined));
  const packs = await workstationPacks();
  const transcripts = values.transcripts === undefined ? undefined : await openTranscripts(values.transcripts);
  const knowledge = transcripts === undefined ? packs.molecular() : withTranscripts(packs.molecular(), transcripts);
  const answer = unwrap(
    classifyTyped(
      {
        gene,
        change,
        build: assembly,
        tumorType: values['tumor-type'],
        populationFrequency: typedNumber('population-frequency', values['population-frequency'], 1),
        ...(Object.keys(predictors).length === 0 ? {} : { predictors }),
      },
      knowledge,
    ),
  );
  if (values.json) printJson({ ok: true, ...answer });
  else print(...answerLines(answer));
  return 0;
};
