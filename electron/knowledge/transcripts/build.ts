/** `packs build transcripts`: a FASTA and a GFF3 of one assembly to a pack that the consequence caller works on. */
import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import { FaultError, fault, faultFrom } from '../../../shared/foundation/fault.ts';
import { PackManifest } from '../../../shared/knowledge/evidence.ts';
import { buildOfAccession, contigName } from '../../../shared/molecular/genomic-change.ts';
import { type AnnotatedTranscript, type AnnotationProblem, Gff3Reader } from '../../../shared/molecular/gff3.ts';
import { translate } from '../../../shared/molecular/protein-effect.ts';
import { codingSequenceOf, type ReferenceBases, type TranscriptRow } from '../../../shared/molecular/transcript-set.ts';
import { fileBytes, unpacked } from '../../case/index.ts';
import { writeFileSynced } from '../../durable.ts';
import { makeFolder } from '../../make-folder.ts';
import { syncFolder } from '../../sync-folder.ts';
import { openReference, type PackedContig, ReferenceWriter } from './reference.ts';

export interface BuildTranscripts {
  readonly fasta: string;
  readonly gff: string;
  /** Folder of the pack, which must not be there yet. */
  readonly output: string;
  /** Where the annotation does not say it; without both the pack is taken for the build that is asked. */
  readonly build?: GenomeBuild | undefined;
  /** ISO date that stands in the manifest where the annotation has none. */
  readonly today: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (what: string, bytesRead: number) => void;
}

export interface BuiltTranscripts {
  readonly manifest: PackManifest;
  readonly problems: readonly AnnotationProblem[];
}

/** Names of the files of a transcript pack. */
export const TRANSCRIPT_FILES = {
  rows: 'transcripts.jsonl',
  contigs: 'contigs.json',
  reference: 'reference.2bit',
  problems: 'problems.tsv',
} as const;

const buildOf = (text: string | undefined): GenomeBuild | undefined =>
  /GRCh38|hg38/i.test(text ?? '') ? 'GRCh38' : /GRCh37|hg19|b37/i.test(text ?? '') ? 'GRCh37' : undefined;

/**
 * Nothing stands under the name of the pack before it is whole.
 * @throws FaultError exists-already, file-missing, file-empty, file-truncated, archive-damaged, format-unknown, line-invalid,
 * field-invalid, header-invalid, build-mismatch, disk-full, cancelled
 */
export async function buildTranscripts(request: BuildTranscripts): Promise<BuiltTranscripts> {
  const output = resolve(request.output);
  if (existsSync(output))
    throw new FaultError(
      fault('exists-already', 'A file or folder of this name is there already.', 'Give a new folder with -o.', {
        file: basename(output),
      }),
    );
  const partial = `${output}.partial`;
  rmSync(partial, { recursive: true, force: true });
  try {
    makeFolder(partial);
    const built = await buildInto(partial, request);
    renameSync(partial, output);
    syncFolder(dirname(output));
    return built;
  } catch (error) {
    const known = faultFrom(error);
    throw known.code === 'defect' ? error : new FaultError(known);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

async function buildInto(folder: string, request: BuildTranscripts): Promise<BuiltTranscripts> {
  const { fasta, gff, signal, onProgress } = request;
  const hashes = { fasta: createHash('sha256'), gff: createHash('sha256') };
  async function* bytesOf(which: 'fasta' | 'gff', path: string): AsyncGenerator<Uint8Array, void, void> {
    const meter = { bytesRead: 0 };
    async function* hashed(): AsyncGenerator<Uint8Array, void, void> {
      for await (const chunk of fileBytes(path)) {
        hashes[which].update(chunk);
        yield chunk;
      }
    }
    for await (const chunk of unpacked(basename(path), hashed(), meter)) {
      signal?.throwIfAborted();
      onProgress?.(basename(path), meter.bytesRead);
      yield chunk;
    }
  }

  const writer = new ReferenceWriter(basename(fasta), join(folder, TRANSCRIPT_FILES.reference));
  let packed: ReturnType<ReferenceWriter['finish']>;
  try {
    for await (const chunk of bytesOf('fasta', fasta)) writer.take(chunk);
    packed = writer.finish();
  } finally {
    writer.close();
  }

  const annotation = new Gff3Reader(basename(gff));
  // The chunks are used again by their reader: the text is taken off before the next is asked for.
  const decoded = async function* (): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of bytesOf('gff', gff)) yield Buffer.from(chunk);
  };
  const lines = createInterface({
    input: Readable.from(decoded(), { objectMode: false }),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) annotation.take(line);

  const reference = openReference(join(folder, TRANSCRIPT_FILES.reference), packed.contigs);
  try {
    const { transcripts, problems } = annotation.finish(reference.lengthOf);
    const all: AnnotationProblem[] = [...problems];
    const rows = transcripts.map((transcript) => rowOf(transcript, reference, all));
    signal?.throwIfAborted();
    all.sort((a, b) => a.line - b.line);
    // A pack of nothing, used in the place of the shipped one, would leave every change unnamed.
    if (rows.length === 0) {
      const [first] = all;
      throw new FaultError(
        fault(
          'field-invalid',
          first === undefined
            ? 'The annotation holds no transcript of a gene.'
            : `No transcript of the annotation can be used. The first of ${all.length} that were flagged, ${first.about}: ${first.says}`,
          'Give the GFF3 of the assembly of the reference, as Ensembl, RefSeq or MANE publish it.',
          { file: basename(gff), ...(first === undefined ? {} : { line: first.line }) },
        ),
      );
    }
    const build = agreedBuild(request, annotation.assembly, packed.contigs);
    return {
      manifest: write(folder, request, { rows, problems: all, packed, build, date: annotation.date, hashes }),
      problems: all,
    };
  } finally {
    reference.close();
  }
}

/** Checks the coding sequence against what the annotation promises. */
function rowOf(
  transcript: AnnotatedTranscript,
  reference: ReferenceBases,
  problems: AnnotationProblem[],
): TranscriptRow {
  const { cds, sound, frame, startMissing, endMissing, contig, line } = transcript;
  if (cds.length === 0 || !sound) return { ...transcript, coding: 'none' };
  const about = transcript.transcript;
  const flag = (kind: AnnotationProblem['kind'], says: string): void => void problems.push({ line, kind, about, says });
  if (contigName(contig) === 'MT') {
    flag('other-code', 'The mitochondrion has a genetic code of its own; its protein changes are not computed.');
    return { ...transcript, coding: 'none' };
  }
  const sequence = codingSequenceOf(transcript, reference);
  if (/[^ACGT]/.test(sequence)) {
    flag('unknown-bases', 'The reference does not know some of its coding bases; codons with them are not named.');
    return { ...transcript, coding: 'partial' };
  }
  const { protein, open } = translate(sequence.slice(frame));
  const whole = sequence.length - frame;
  const stopInside = !open && protein.length * 3 < whole - (whole % 3);
  if (stopInside)
    flag(
      'stop-inside',
      `It reads a stop at codon ${protein.length} of ${Math.floor(whole / 3)} (selenocysteine, or an error); only single bases are named, and not that codon.`,
    );
  const start = sequence.startsWith('ATG');
  if (!start && !startMissing)
    flag(
      'start-codon',
      'It does not begin with ATG; only single bases are named, and not those of a codon at which translation may begin.',
    );
  if (open && !endMissing && whole % 3 === 0)
    flag('stop-codon', 'It does not end with a stop codon; only single bases are named, codon by codon.');
  const complete = frame === 0 && start && !startMissing && !open && !stopInside && whole % 3 === 0;
  return { ...transcript, coding: complete ? 'whole' : 'partial' };
}

/** What the reader was told and what the files say must be one build. */
function agreedBuild(
  { build, gff }: BuildTranscripts,
  assembly: string | undefined,
  contigs: readonly PackedContig[],
): GenomeBuild | undefined {
  const said = new Set(
    [buildOf(assembly), ...contigs.map(({ name }) => buildOfAccession(name)), build].filter((one) => one !== undefined),
  );
  if (said.size > 1)
    throw new FaultError(
      fault(
        'build-mismatch',
        'The annotation, the reference and the build that was named are not of one assembly.',
        'Give FASTA and GFF3 of the same assembly, and its name with --assembly.',
        { file: basename(gff) },
      ),
    );
  return [...said][0];
}

interface Parts {
  readonly rows: readonly TranscriptRow[];
  readonly problems: readonly AnnotationProblem[];
  readonly packed: ReturnType<ReferenceWriter['finish']>;
  readonly build: GenomeBuild | undefined;
  readonly date: string | undefined;
  readonly hashes: Readonly<Record<'fasta' | 'gff', ReturnType<typeof createHash>>>;
}

function write(folder: string, { fasta, gff, today }: BuildTranscripts, parts: Parts): PackManifest {
  const { rows, problems, packed, build, date, hashes } = parts;
  const texts: readonly (readonly [string, string])[] = [
    [TRANSCRIPT_FILES.rows, rows.map((row) => `${JSON.stringify(row)}\n`).join('')],
    [
      TRANSCRIPT_FILES.contigs,
      `${JSON.stringify({ ...(build === undefined ? {} : { build }), contigs: packed.contigs })}\n`,
    ],
    [
      TRANSCRIPT_FILES.problems,
      [
        'line\tkind\tabout\tsays\n',
        ...problems.map((one) => `${one.line}\t${one.kind}\t${one.about}\t${one.says}\n`),
      ].join(''),
    ],
  ];
  const files = texts.map(([path, text]) => {
    const bytes = Buffer.from(text, 'utf8');
    writeFileSynced(join(folder, path), bytes);
    return { path, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length };
  });
  const digests = { fasta: hashes.fasta.digest('hex'), gff: hashes.gff.digest('hex') };
  const source = (path: string, digest: string) => ({
    name: basename(path),
    version: digest.slice(0, 12),
    licence: 'as its source states',
    citation: `SHA-256 ${digest}`,
  });
  const manifest = PackManifest.parse({
    id: 'transcripts',
    schemaVersion: 1,
    version: `${digests.gff.slice(0, 8)}-${digests.fasta.slice(0, 8)}`,
    asOf: date ?? today,
    title: `Transcripts${build === undefined ? '' : ` on ${build}`} of a site`,
    sources: [source(fasta, digests.fasta), source(gff, digests.gff)],
    counts: {
      contigs: packed.contigs.length,
      genes: new Set(rows.map(({ geneId }) => geneId)).size,
      transcripts: rows.length,
      codingWhole: rows.filter(({ coding }) => coding === 'whole').length,
      codingPartial: rows.filter(({ coding }) => coding === 'partial').length,
      problems: problems.length,
    },
    files: [...files, { path: TRANSCRIPT_FILES.reference, sha256: packed.sha256, sizeBytes: packed.sizeBytes }].sort(
      (a, b) => (a.path < b.path ? -1 : 1),
    ),
  });
  writeFileSynced(join(folder, 'manifest.json'), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8'));
  return manifest;
}
