/**
 * A signed report beside bare pdfkit for the same drawing (issue 7, section 4): what pdfmake asks of pdfkit while a report is
 * printed is written down call by call, and asked again of a bare document with the same fonts. Composing, layout, attached
 * documents, signature and the check of the signature come on top, and are what is measured.
 */
import { createRequire } from 'node:module';
import { reportInput as inputOf, signedPaper } from '../../electron/report/index.ts';
import { makeIdentity } from '../support/identity.ts';
import { reportInput, wholeIntake } from '../unit/report/support/input.ts';
import { opened } from '../unit/report/support/signing.ts';

/** What is asked of pdfkit, with the font and size that stood then. */
interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly font: string | undefined;
  readonly size: number | undefined;
}
interface Document {
  [name: string]: unknown;
  readonly options: object;
  _font?: { readonly id: string };
  _fontSize?: number;
  on(event: 'data' | 'end', listener: (chunk: Uint8Array) => void): void;
  end(): void;
}
type Method = (this: Document, ...args: unknown[]) => unknown;

/** The very pdfkit that pdfmake draws with. */
const load = createRequire(createRequire(import.meta.url).resolve('pdfmake'));
const PDFKit = load('pdfkit') as { new (options: object): Document; prototype: Record<string, Method> };

const DRAWS = [
  ...['addPage', 'switchToPage', 'font', 'fontSize', 'text', 'addContent', 'save', 'restore', 'transform', 'translate'],
  ...['rotate', 'scale', 'opacity', 'fillOpacity', 'strokeOpacity', 'fillColor', 'strokeColor', 'lineWidth', 'lineCap'],
  ...['lineJoin', 'miterLimit', 'dash', 'undash', 'moveTo', 'lineTo', 'bezierCurveTo', 'quadraticCurveTo', 'closePath'],
  ...['rect', 'roundedRect', 'ellipse', 'circle', 'polygon', 'path', 'clip', 'fill', 'stroke', 'fillAndStroke', 'file'],
];

/** Options are written into by those who draw; what belongs to one document cannot be asked of another. */
function copied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date) return value;
  return Object.getPrototypeOf(value) === Object.prototype ? { ...value } : FOREIGN;
}
const FOREIGN = Symbol('of another document');

/** Runs a print and writes down its outermost calls. */
async function written(print: () => Promise<unknown>): Promise<{ options: object; calls: Call[]; leftOut: number }> {
  const calls: Call[] = [];
  let options: object = {};
  let depth = 0;
  const own = new Map(DRAWS.map((name) => [name, PDFKit.prototype[name] as Method]));
  for (const [name, method] of own)
    PDFKit.prototype[name] = function (...args) {
      if (depth === 0) {
        options = this.options;
        calls.push({ name, args: args.map(copied), font: this._font?.id, size: this._fontSize });
      }
      depth += 1;
      try {
        return method.apply(this, args);
      } finally {
        depth -= 1;
      }
    };
  try {
    await print();
  } finally {
    for (const [name, method] of own) PDFKit.prototype[name] = method;
  }
  const asked = calls.filter(({ args }) => !args.includes(FOREIGN));
  return { options, calls: asked, leftOut: calls.length - asked.length };
}

/** Draws the same on a bare document; gives its bytes. */
function drawn({ options, calls }: { options: object; calls: readonly Call[] }): Promise<number> {
  return new Promise((done) => {
    const document = new PDFKit({ ...options });
    let bytes = 0;
    document.on('data', (chunk) => {
      bytes += chunk.length;
    });
    document.on('end', () => done(bytes));
    const fonts = new Map<string, Document['_font']>();
    for (const { name, args, font, size } of calls) {
      if (name === 'text' && font !== undefined) {
        const held = fonts.get(font);
        if (held !== undefined) document._font = held;
        if (size !== undefined) document._fontSize = size;
      }
      (PDFKit.prototype[name] as Method).apply(document, args.map(copied));
      if (name === 'font' && document._font !== undefined) fonts.set(document._font.id, document._font);
    }
    document.end();
  });
}

export interface ReportBench {
  readonly pages: number;
  readonly calls: number;
  /** Calls that could not be asked of a bare document. */
  readonly leftOut: number;
  readonly signedBytes: number;
  readonly bareBytes: number;
  readonly signedMilliseconds: number;
  readonly bareMilliseconds: number;
}

/** Medians of alternating rounds, fonts and code warm. */
export async function benchReport(rounds: number): Promise<ReportBench> {
  const now = new Date().toISOString();
  const identity = await makeIdentity();
  const signer = await opened(identity, now);
  const { record, intake, profile, predictions, options, ...basis } = reportInput({ intake: wholeIntake() });
  const input = inputOf({
    ...basis,
    documents: { record, intake, profile, predictions, options },
    signature: { signer: signer.signer, meaning: 'approval', signedAt: now, algorithm: signer.algorithm },
  });
  const drawing = await written(() => signedPaper(input, signer));
  const signedTimes: number[] = [];
  const bareTimes: number[] = [];
  let [pages, signedBytes, bareBytes] = [0, 0, 0];
  for (let round = 0; round <= rounds; round += 1) {
    const before = performance.now();
    const paper = await signedPaper(input, signer);
    const between = performance.now();
    bareBytes = await drawn(drawing);
    const after = performance.now();
    pages = paper.record.pages;
    signedBytes = paper.bytes.length;
    // The first round warms both up.
    if (round === 0) continue;
    signedTimes.push(between - before);
    bareTimes.push(after - between);
  }
  return {
    pages,
    calls: drawing.calls.length,
    leftOut: drawing.leftOut,
    signedBytes,
    bareBytes,
    signedMilliseconds: median(signedTimes),
    bareMilliseconds: median(bareTimes),
  };
}
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
