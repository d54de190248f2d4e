/** What a site puts on its reports (F086): name, logo, foot line; anything else is refused with its file and field. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { draftPaper, readTemplate } from '../../../electron/report/index.ts';
import { contentsOf, ReportContents } from '../../../shared/report/contents.ts';
import { reportInput } from './support/input.ts';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20" fill="#076"/></svg>';
/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'template-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
const put = (name: string, text: string | Buffer) => writeFile(join(folder, name), text);

it('is nothing where no folder is, and what is there where one is', async () => {
  expect(await readTemplate(join(folder, 'absent'))).toBeUndefined();
  await put('settings.json', '{"institution": "Hospital North", "footer": "Station 4, telephone 123"}');
  await put('logo.svg', SVG);
  expect(await readTemplate(folder)).toEqual({
    institution: 'Hospital North',
    footer: 'Station 4, telephone 123',
    logo: { mediaType: 'image/svg+xml', data: SVG },
  });
});

it.each([
  ['a script', SVG.replace('<rect', '<script>1</script><rect')],
  ['a picture from elsewhere', SVG.replace('<rect', '<image href="http://x/y.png"/><rect')],
  ['a handler', SVG.replace('<rect', '<rect onload="x()"')],
  ['an entity', `<!DOCTYPE svg [<!ENTITY a "b">]>${SVG}`],
  ['a web page', '<html></html>'],
])('refuses a logo with %s', async (_, svg) => {
  await put('logo.svg', svg);
  await expect(readTemplate(folder)).rejects.toMatchObject({
    fault: { code: 'format-unknown', place: { file: 'logo.svg' } },
  });
});

it('refuses settings with a field it does not know, and a PNG that is none', async () => {
  await put('settings.json', '{"institution": ""}');
  await expect(readTemplate(folder)).rejects.toMatchObject({ fault: { place: { field: 'institution' } } });
  await put('settings.json', '{}');
  await put('logo.png', 'GIF89a');
  await expect(readTemplate(folder)).rejects.toMatchObject({ fault: { place: { file: 'logo.png' } } });
});

describe('on paper', () => {
  it.each(['svg', 'png'] as const)('prints a logo as %s, which travels inside the report', async (kind) => {
    await put('settings.json', '{"institution": "Hospital North", "footer": "Station 4"}');
    await put(`logo.${kind}`, kind === 'svg' ? SVG : Buffer.from(PNG, 'base64'));
    const template = await readTemplate(folder);
    const input = reportInput({ more: { template } });
    const { paper } = await draftPaper(input);
    expect(paper.frontPages).toBeLessThanOrEqual(2);
    // The one picture a report holds is a logo in PNG; all else, and a logo in SVG, is drawn.
    expect(Buffer.from(paper.bytes).includes('/Subtype /Image')).toBe(kind === 'png');
    expect(ReportContents.parse(contentsOf(input, [])).template).toEqual(template);
  });
});
