/**
 * Rows of a VCF read piece by piece, a piece being a run of whole lines. A piece can be read apart, without knowing the
 * rows before it; pieces are put together in the order of the file, and one that is refused or does not follow on the
 * rows before it is read again in its place, so that what comes out, a refusal and its place too, is what one walk
 * through the file finds.
 */
import { FileAccount, PieceTally, type Tally } from './allele-sink.ts';
import { Interest } from './interest.ts';
import type { VariantReading } from './variant-file.ts';
import { type Strictness, VariantKeeper } from './variant-keeper.ts';
import type { VcfHeader } from './vcf-header.ts';
import { type RowPlan, type RowReading, VcfPass } from './vcf-pass.ts';
import type { ScannedRows } from './vcf-scanner.ts';

export interface Piece {
  readonly scanned: ScannedRows;
  readonly tally: Tally;
}

/** Reads pieces apart. */
export class PieceReader {
  readonly #tally = new PieceTally();
  readonly #pass: VcfPass;

  constructor(reading: RowReading, header: VcfHeader, plan: RowPlan) {
    this.#pass = new VcfPass(reading, header, plan, this.#tally);
  }

  /** @returns undefined where the piece must be read in its place, which tells what is wrong with it */
  read(bytes: Buffer, from: number, to: number, strictness: Strictness): Piece | undefined {
    const { scanner } = this.#pass;
    scanner.restart();
    this.#tally.begin(strictness);
    const rowsBefore = scanner.rows;
    try {
      this.#pass.scan(bytes, from, to);
    } catch {
      return undefined;
    }
    if (scanner.metBlankLine) return undefined;
    return {
      scanned: {
        rows: scanner.rows - rowsBefore,
        lines: scanner.line,
        chromosomes: scanner.chromosomes,
        firstPosition1: scanner.firstPosition1,
        lastPosition1: scanner.position1,
      },
      tally: this.#tally.end(),
    };
  }
}

/** The place of a piece in the order of the file; its bytes stay until it is put together with those in front. */
export interface Place {
  /** Elsewhere while another thread reads. */
  bytes: Buffer;
  readonly byteLength: number;
  /** Absent where it must be read in its place. */
  piece: Piece | undefined;
  isRead: boolean;
}

/** The rows of a file in their order, wherever their pieces are read. */
export class RowsInOrder {
  readonly account: FileAccount;
  readonly #pass: VcfPass;
  readonly #waiting: Place[] = [];

  constructor(reading: RowReading & Pick<VariantReading, 'limit'>, header: VcfHeader, plan: RowPlan) {
    const interest = new Interest(reading.interest, plan.build);
    const keeper = new VariantKeeper(
      reading.file,
      reading.limit,
      ({ chromosome, position1, reference, annotation }) =>
        interest.at(chromosome, position1, position1 + reference.length - 1) || interest.gene(annotation?.gene),
    );
    this.account = new FileAccount(keeper, reading.germline);
    this.#pass = new VcfPass(reading, header, plan, this.account);
  }

  /** Rows that are put together so far, and the line they reach. */
  get rows(): number {
    return this.#pass.scanner.rows;
  }

  get line(): number {
    return this.#pass.scanner.line;
  }

  get strictness(): Strictness {
    return this.account.keeper.strictness;
  }

  /** Pieces that are not put together yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  warnings(): string[] {
    return this.account.warnings(this.#pass.inheritedTold);
  }

  /** Reads the next piece here and now; no piece in front may be waiting. */
  scan(bytes: Buffer, from: number, to: number): void {
    this.#pass.scan(bytes, from, to);
  }

  /** Takes the next place for a piece that is read apart. */
  next(bytes: Buffer): Place {
    const place: Place = { bytes, byteLength: bytes.byteLength, piece: undefined, isRead: false };
    this.#waiting.push(place);
    return place;
  }

  /**
   * Puts together what is read of the pieces in front.
   * @returns the places that are done with
   * @throws FaultError of the first row that is refused
   */
  settle(): Place[] {
    const done: Place[] = [];
    for (;;) {
      const place = this.#waiting[0];
      if (place === undefined || !place.isRead) return done;
      this.#waiting.shift();
      done.push(place);
      const { piece, bytes } = place;
      const { line } = this;
      try {
        if (piece !== undefined && this.#pass.scanner.follow(piece.scanned)) this.account.add(piece.tally, line);
        else this.#pass.scan(bytes, 0, bytes.byteLength);
      } catch (error) {
        // Nothing behind a row that is refused is looked at.
        this.#waiting.length = 0;
        throw error;
      }
    }
  }
}
