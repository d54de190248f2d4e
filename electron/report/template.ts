/**
 * What a site puts on its reports: a folder with `settings.json` (`institution`, `footer`, `language`) and `logo.svg` or `logo.png`.
 * It travels inside the signed report, so that the pages compose again elsewhere. Nothing where no folder is.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { ReportTemplate } from '../../shared/report/report-input.ts';

const Settings = z.strictObject({
  institution: ReportTemplate.shape.institution,
  footer: ReportTemplate.shape.footer,
  language: ReportTemplate.shape.language,
});

const LARGEST_LOGO = 200 * 1024;
const MOST_PIXELS = 4_000_000;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const refused = (file: string, message: string, remedy: string, field?: string): FaultError =>
  new FaultError(fault('format-unknown', message, remedy, field === undefined ? { file } : { file, field }));

async function fileAt(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

/** A drawing that draws and does nothing else: no script, no picture or text from elsewhere, no entity. */
function svgLogo(bytes: Buffer): NonNullable<ReportTemplate['logo']> {
  const text = bytes.toString('utf8');
  const reaches =
    /<!(?:DOCTYPE|ENTITY)|<(?:script|image|foreignObject|use|style|a)\b|\bon\w+\s*=|url\s*\(\s*['"]?(?!#)|href/i;
  if (!/^\s*(?:<\?xml[^>]*\?>\s*)?<svg[\s>]/.test(text) || reaches.test(text))
    throw refused(
      'logo.svg',
      'The logo is not a drawing that stands by itself.',
      'Save it as plain SVG: paths and fills, without scripts, styles, links or embedded pictures.',
    );
  return { mediaType: 'image/svg+xml', data: text };
}

function pngLogo(bytes: Buffer): NonNullable<ReportTemplate['logo']> {
  const isPng =
    bytes.length > 33 && bytes.subarray(0, 8).equals(PNG_SIGNATURE) && bytes.toString('latin1', 12, 16) === 'IHDR';
  if (!isPng || bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS)
    throw refused('logo.png', 'The logo is not a PNG of at most four million pixels.', 'Save it as a smaller PNG.');
  return { mediaType: 'image/png', data: bytes.toString('base64') };
}

/** @throws FaultError format-unknown, naming the file and the field */
export async function readTemplate(folder: string): Promise<ReportTemplate | undefined> {
  const settings = await fileAt(join(folder, 'settings.json'));
  let read: z.infer<typeof Settings> = {};
  if (settings !== undefined) {
    try {
      read = Settings.parse(JSON.parse(settings.toString('utf8')));
    } catch (error) {
      const field = error instanceof z.ZodError ? error.issues[0]?.path.map(String).join('.') : undefined;
      throw refused(
        'settings.json',
        'The settings of the report are not what they should be.',
        'Write {"institution": "…", "footer": "…", "language": "en", "de" or "es"}, or take the file away.',
        field || 'the whole file',
      );
    }
  }
  const svg = await fileAt(join(folder, 'logo.svg'));
  const png = svg === undefined ? await fileAt(join(folder, 'logo.png')) : undefined;
  const bytes = svg ?? png;
  if (bytes !== undefined && bytes.length > LARGEST_LOGO)
    throw refused(svg === undefined ? 'logo.png' : 'logo.svg', 'The logo is larger than 200 KB.', 'Save it smaller.');
  const logo = svg !== undefined ? svgLogo(svg) : png !== undefined ? pngLogo(png) : undefined;
  const template: ReportTemplate = {
    ...(read.institution === undefined ? {} : { institution: read.institution }),
    ...(read.footer === undefined ? {} : { footer: read.footer }),
    ...(read.language === undefined ? {} : { language: read.language }),
    ...(logo === undefined ? {} : { logo }),
  };
  return Object.keys(template).length === 0 ? undefined : template;
}
