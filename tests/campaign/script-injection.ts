/**
 * More than 200 ways of writing a script into a text (issue 7, section 4), in every free text of a case, VCF header and INFO,
 * what members write, and FHIR that comes in; looked at on every screen of Chromium, in the report's PDF, in its SVG and in
 * exported files. Nothing of it may run, make an element or an action. `node tests/campaign/script-injection.ts`.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from '@playwright/test';
import { consilium } from '../e2e/support/command-line.ts';
import { holdSitting } from '../support/marked-session.ts';
import { payloads } from '../support/payloads.ts';
import { actionsIn } from '../support/pdf-actions.ts';

const folder = mkdtempSync(join(tmpdir(), 'injection-'));
const problems: string[] = [];
const complaints: string[] = [];
let placed = 0;
let dialogs = 0;
try {
  mkdirSync(join(folder, 'outside'));
  /** Each place gets the next one; where white space or signs of a format may not stand, one without them. */
  const mark = (place: string): string => {
    const fits = place.startsWith('VCF INFO') ? payloads.filter((one) => !/[\s,;=]/.test(one)) : payloads;
    const payload = fits[placed % fits.length] ?? '';
    placed += 1;
    return place === 'VCF header' ? payload.replaceAll(/[\r\n]/g, ' ') : payload;
  };
  const prepare = async (context: BrowserContext): Promise<void> => {
    await context.addInitScript(() => {
      const seen = window as typeof window & { ran?: unknown[] };
      const ran: unknown[] = [];
      Object.assign(seen, { ran: Object.assign((id: unknown) => void ran.push(id ?? 'ran'), { ids: ran }) });
    });
    const watch = (page: Page): void => {
      page.on('dialog', (dialog) => {
        dialogs += 1;
        void dialog.dismiss();
      });
      page.on('console', (message) => {
        if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
      });
    };
    for (const page of context.pages()) watch(page);
    context.on('page', watch);
  };
  /** What ran, and what of the payloads became an element. */
  const look = async (page: Page, screen: string): Promise<void> => {
    const seen = await page.evaluate(() => ({
      ran: ((window as unknown as { ran: { ids: unknown[] } }).ran.ids ?? []).length,
      elements: [...document.querySelectorAll('body *')]
        .filter(
          (element) =>
            ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'META', 'LINK', 'MARQUEE'].includes(element.tagName) ||
            [...element.attributes].some(
              ({ name, value }) =>
                /^on/i.test(name) ||
                // What React itself writes into a form whose action is a function.
                (/^(href|src|srcdoc|action|formaction|data|xlink:href|background|content|style)$/i.test(name) &&
                  /(javascript|vbscript|data:text\/html)/i.test(value) &&
                  !value.includes('A React form was')),
            ),
        )
        .map((element) => element.cloneNode(false) as Element)
        .map((element) => element.outerHTML.slice(0, 200)),
      shown: /ran\(/.test(document.body.textContent),
    }));
    if (seen.ran > 0) problems.push(`${screen}: ${seen.ran} ran`);
    for (const element of seen.elements) problems.push(`${screen}: ${element}`);
    if (seen.shown) shown.push(screen);
  };
  const shown: string[] = [];
  const sitting = await holdSitting(folder, mark, {
    more: 60,
    context: prepare,
    look: async (page, screen) => {
      await look(page, screen);
      if (screen !== 'exchange/practice') return;
      // The last screen: what was exported is opened as a browser opens a file.
      consilium(['report', 'export', join(folder, 'outside/report.pdf'), '--format', 'svg', '-o', join(folder, 'svg')]);
      const svg = await page.context().newPage();
      for (const name of readdirSync(join(folder, 'svg'))) {
        await svg.goto(pathToFileURL(join(folder, 'svg', name)).href);
        await svg.waitForTimeout(200);
        const ran = await svg.evaluate(() => (window as unknown as { ran: { ids: unknown[] } }).ran.ids.length);
        if (ran > 0) problems.push(`${name}: ${ran} ran`);
      }
      await svg.close();
    },
  });
  const papers = readdirSync(sitting.outside).filter((name) => name.endsWith('.pdf'));
  for (const name of papers)
    for (const action of actionsIn(readFileSync(join(sitting.outside, name)))) problems.push(`${name}: ${action}`);
  const control = actionsIn(Buffer.from('1 0 obj\n<< /S /JavaScript /JS (a) >>\nendobj\n(/Launch)')).length;
  console.log(
    JSON.stringify({
      payloads: payloads.length,
      placed,
      screens: sitting.seen.length,
      screensShowingThem: shown.length,
      papers: papers.length,
      drawings: readdirSync(join(folder, 'svg')).length,
      dialogs,
      policyComplaints: complaints.length,
      problems: problems.length,
    }),
  );
  for (const one of [...problems, ...complaints].slice(0, 20)) console.log(one);
  const enough =
    payloads.length >= 200 && placed >= payloads.length && shown.length > 5 && papers.length > 2 && control === 2;
  process.exitCode = problems.length + dialogs + complaints.length === 0 && enough ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
