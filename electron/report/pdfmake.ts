/**
 * The one door to pdfmake. Its types describe version 0.2; these are the parts of 0.3 that the report uses. Nothing but
 * our own font files may be opened, and nothing may be fetched.
 */
import { createRequire } from 'node:module';
import { fontBytes, fontFamilies, fontFiles } from './fonts.ts';

export interface TextStyle {
  readonly font?: string;
  readonly fontSize?: number;
  readonly bold?: boolean;
  readonly italics?: boolean;
  readonly color?: string;
  readonly alignment?: 'left' | 'right' | 'center';
  readonly wordBreak?: 'break-all';
  readonly noWrap?: boolean;
  readonly lineHeight?: number;
  readonly fontFeatures?: readonly string[];
  readonly characterSpacing?: number;
}

interface Placed extends TextStyle {
  readonly margin?: readonly [left: number, top: number, right: number, bottom: number];
  readonly width?: number | 'auto' | '*';
  readonly fillColor?: string;
  readonly colSpan?: number;
  readonly pageBreak?: 'before' | 'after';
  readonly unbreakable?: boolean;
  readonly id?: string;
}

export interface TableLayout {
  readonly hLineWidth?: (row: number, node: { table: { body: readonly unknown[] } }) => number;
  readonly vLineWidth?: (column: number) => number;
  readonly hLineColor?: (row: number) => string;
  readonly vLineColor?: (column: number) => string;
  readonly paddingLeft?: (column: number) => number;
  readonly paddingRight?: (column: number) => number;
  readonly paddingTop?: (row: number) => number;
  readonly paddingBottom?: (row: number) => number;
}

export type Content =
  | (Placed & { readonly text: string | readonly Content[] })
  | (Placed & { readonly stack: readonly Content[] })
  | (Placed & { readonly columns: readonly Content[]; readonly columnGap?: number })
  | (Placed & { readonly svg: string; readonly fit?: readonly [number, number] })
  | (Placed & { readonly image: string; readonly fit: readonly [number, number] })
  | (Placed & {
      readonly qr: string;
      readonly fit: number;
      readonly foreground?: string;
      readonly eccLevel?: 'L' | 'M';
    })
  | (Placed & { readonly canvas: readonly Readonly<Record<string, unknown>>[] })
  | (Placed & {
      readonly table: {
        readonly widths: readonly (number | 'auto' | '*')[];
        readonly body: readonly (readonly Content[])[];
        readonly headerRows?: number;
        readonly keepWithHeaderRows?: number;
        readonly dontBreakRows?: boolean;
      };
      readonly layout?: TableLayout | 'noBorders';
    });

interface LaidOutNode {
  readonly id?: string;
  /** Points from the upper left corner of the page. */
  readonly startPosition: { readonly pageNumber: number; readonly left: number; readonly top: number };
}

export interface DocumentDefinition {
  readonly pageSize: 'A4';
  readonly pageMargins: readonly [number, number, number, number];
  readonly language: string;
  readonly displayTitle: boolean;
  readonly info: Readonly<Record<string, string | Date>>;
  readonly defaultStyle: TextStyle;
  readonly header: (page: number, pages: number) => Content;
  readonly footer: (page: number, pages: number) => Content;
  readonly watermark?: {
    readonly text: string;
    readonly color: string;
    readonly opacity: number;
    readonly bold: boolean;
    readonly font: string;
  };
  /** Embedded files; `src` as data URL. */
  readonly files?: Readonly<
    Record<
      string,
      {
        readonly src: string;
        readonly name: string;
        readonly type: string;
        readonly description: string;
        readonly relationship: string;
        readonly creationDate: Date;
        readonly modifiedDate: Date;
      }
    >
  >;
  readonly pageBreakBefore: (node: LaidOutNode) => boolean;
  readonly content: readonly Content[];
}

interface Pdfmake {
  setFonts(fonts: Record<string, unknown>): void;
  setUrlAccessPolicy(allows: (url: string) => boolean): void;
  setLocalAccessPolicy(allows: (path: string) => boolean): void;
  createPdf(definition: DocumentDefinition & typeof archival): { getBuffer(): Promise<Buffer> };
}

/**
 * Every paper is made to be kept: PDF/A-3b (ISO 19005-3), the part that allows attachments of any kind. pdfkit writes the
 * metadata and the colours' profile; embedded fonts, attachments with their relationship and pages without actions are ours.
 */
const archival = { version: '1.7', subset: 'PDF/A-3b' } as const;

interface Drawing {
  registerFont(name: string, bytes: Buffer): void;
  font(source: unknown, ...rest: unknown[]): unknown;
}

/**
 * Fonts are known to each document by their path and given as unpacked bytes: of a packed file pdfkit unpacks the table of
 * outlines again for each glyph, which was a third of the time of a report.
 */
function takeFontsUnpacked(document: { prototype: Drawing }): void {
  const { font } = document.prototype;
  const known = new WeakMap<Drawing, Set<string>>();
  document.prototype.font = function (source, ...rest) {
    const taken = known.get(this) ?? new Set();
    known.set(this, taken);
    if (typeof source === 'string' && fontFiles.has(source) && !taken.has(source)) {
      this.registerFont(source, fontBytes(source));
      taken.add(source);
    }
    return font.call(this, source, ...rest);
  };
}

/** A part that was to stay on one page is taller than a page. */
class PartTooTall extends Error {}

interface PageWriter {
  readonly transactionLevel: number;
  context(): { readonly pages: readonly unknown[] };
  addFragment(...given: unknown[]): boolean;
  commitUnbreakableBlock(x?: number, y?: number): void;
}

/** pdfmake drops without a word what does not fit a page in one piece. */
function refuseToDrop({ prototype }: { prototype: PageWriter }): void {
  const { addFragment, commitUnbreakableBlock } = prototype;
  prototype.addFragment = function (...given) {
    if (!addFragment.apply(this, given)) throw new PartTooTall();
    return true;
  };
  prototype.commitUnbreakableBlock = function (x, y) {
    // Head and foot of a page have a place of their own, x and y.
    const isOutermost = this.transactionLevel === 1 && x === undefined && y === undefined;
    if (isOutermost && this.context().pages.length > 1) throw new PartTooTall();
    commitUnbreakableBlock.call(this, x, y);
  };
}

/** Empty room that moves what follows to the next page. */
const isRoom = (node: object): boolean =>
  'stack' in node &&
  Array.isArray(node.stack) &&
  node.stack.every(({ stack }) => Array.isArray(stack) && stack.length === 0);

/** A copy in which anything may be parted between two pages. */
const parted = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(parted);
  // Dates and functions are taken as they are.
  if (typeof node !== 'object' || node === null || Object.getPrototypeOf(node) !== Object.prototype) return node;
  const holds = isRoom(node) ? [] : ['unbreakable', 'dontBreakRows', 'keepWithHeaderRows'];
  return Object.fromEntries(
    Object.entries(node).flatMap(([name, value]) => (holds.includes(name) ? [] : [[name, parted(value)]])),
  );
};

let prepared: Pdfmake | undefined;

/**
 * The bytes of a paper: the same definition gives the same. Where a part that should stay together is taller than a page,
 * nothing is kept together: a bad break is better than a lost line.
 */
export async function printPdf(definition: DocumentDefinition): Promise<Buffer> {
  const pdfmake = await printer();
  // Made before: pdfmake writes into what it is given.
  const spare = parted(definition.content) as DocumentDefinition['content'];
  try {
    return await pdfmake.createPdf({ ...definition, ...archival }).getBuffer();
  } catch (error) {
    if (!(error instanceof PartTooTall)) throw error;
    return pdfmake.createPdf({ ...definition, content: spare, ...archival }).getBuffer();
  }
}

/** Loaded on first use: a command that prints nothing must not wait for it. */
async function printer(): Promise<Pdfmake> {
  if (prepared !== undefined) return prepared;
  const module = (await import('pdfmake')) as unknown as { default: Pdfmake };
  const pdfmake = module.default;
  const documents = createRequire(import.meta.url)('pdfmake/js/PDFDocument.js') as {
    default: { prototype: Drawing };
  };
  takeFontsUnpacked(documents.default);
  const pages = createRequire(import.meta.url)('pdfmake/js/PageElementWriter.js') as {
    default: { prototype: PageWriter };
  };
  refuseToDrop(pages.default);
  pdfmake.setFonts(fontFamilies());
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path) => fontFiles.has(path));
  prepared = pdfmake;
  return pdfmake;
}
