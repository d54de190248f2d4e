/** Other people's programs that read what we write; a test that needs one says by name where it is absent. */
import { spawnSync } from 'node:child_process';

const answers = (tool: string, argument: string): boolean => spawnSync(tool, [argument]).error === undefined;

export const TOOLS = {
  openssl: answers('openssl', 'version'),
  pdfsig: answers('pdfsig', '-v'),
  pdftotext: answers('pdftotext', '-v'),
  pdffonts: answers('pdffonts', '-v'),
  pdfdetach: answers('pdfdetach', '-v'),
  pdftoppm: answers('pdftoppm', '-v'),
  'openpyxl of Python': spawnSync('/usr/bin/python3', ['-c', 'import openpyxl']).status === 0,
} as const;

export const lacks = (...tools: (keyof typeof TOOLS)[]): boolean => tools.some((tool) => !TOOLS[tool]);

/** A test's title, with the reason added where a tool is absent. */
export const toolTitle = (title: string, ...tools: (keyof typeof TOOLS)[]): string => {
  const absent = tools.filter((tool) => !TOOLS[tool]);
  return absent.length === 0 ? title : `${title} (NOT RUN: ${absent.join(', ')} not installed)`;
};
