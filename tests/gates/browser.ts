import { existsSync } from 'node:fs';
import { installedBrowser } from '../../electron/launch/browser.mjs';
import { run, say } from '../../electron/launch/provision.mjs';

/**
 * The browser for the end-to-end tests: `CHROMIUM_PATH`, an installed one, Playwright's own, or Debian's package when
 * we are root there. Undefined, with the reason said, where none can be had.
 */
export async function testBrowser(): Promise<string | undefined> {
  const installed = installedBrowser();
  if (installed !== undefined) return installed;
  const { chromium } = await import('@playwright/test');
  const own = chromium.executablePath();
  if (own !== '' && existsSync(own)) return own;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    say('no browser found; installing Debian’s chromium (once) …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      await run('apt-get', ['-qq', 'update'], { env });
      await run('apt-get', ['-qq', 'install', '-y', '--no-install-recommends', 'chromium'], { env });
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
    return installedBrowser();
  }
  return undefined;
}

export const NO_BROWSER =
  'no browser: install Chromium, Chrome or Edge, or set CHROMIUM_PATH, or run `npx playwright install chromium`';
