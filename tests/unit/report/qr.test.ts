/** The code on the paper, read from the drawn page as a camera reads it (R55). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsQR from 'jsqr';
import { expect, it } from 'vitest';
import { printReport } from '../../../electron/report/pdf.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { reportInput } from './support/input.ts';
import { lacks, toolTitle } from './support/tools.ts';

/** Binary PGM, eight bits a pixel, as pdftoppm writes it, in the form that the reader takes. */
function pixels(bytes: Buffer): { data: Uint8ClampedArray; width: number; height: number } {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 40));
  if (head === null) throw new Error('not a picture in gray');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const data = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let at = 0; at < width * height; at++) data.fill(bytes[head[0].length + at] ?? 255, at * 4, at * 4 + 3);
  return { data, width, height };
}

const tools = ['pdftoppm', 'pdftotext'] as const;
const title = toolTitle('a camera reads report id, bundle and checkpoint off the page', ...tools);

it.skipIf(lacks(...tools))(title, async () => {
  const input = reportInput();
  const paper = await printReport(composeReport(input), input, 'final');
  const folder = mkdtempSync(join(tmpdir(), 'qr-'));
  try {
    const file = join(folder, 'report.pdf');
    writeFileSync(file, paper.bytes);
    // One page to a form feed; the code stands beside the words that name the tree's head.
    const pages = execFileSync('pdftotext', [file, '-']).toString('utf8').split('\f');
    const page = String(pages.findIndex((text) => text.includes('Tree head')) + 1);
    execFileSync('pdftoppm', ['-r', '200', '-gray', '-f', page, '-l', page, file, join(folder, 'page')]);
    const found = readdirSync(folder)
      .filter((name) => name.endsWith('.pgm'))
      .sort()
      .flatMap((name) => {
        const { data, width, height } = pixels(readFileSync(join(folder, name)));
        return jsQR(data, width, height)?.data ?? [];
      });
    expect(found).toEqual([
      `consilium-report\n${input.reportId}\nbundle ${input.bundleSha256}\ncheckpoint ${input.checkpoint?.treeSize} ${input.checkpoint?.rootHash}`,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
