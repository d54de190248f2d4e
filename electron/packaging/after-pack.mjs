/** electron-builder calls this for each packed app, before it is signed. */
import { join } from 'node:path';
import { flipFuses } from '@electron/fuses';
import { fusesFor } from './fuses.mjs';

/** @param {import('app-builder-lib').AfterPackContext} context */
export default async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const { productFilename } = packager.appInfo;
  const binary =
    electronPlatformName === 'darwin'
      ? join(appOutDir, `${productFilename}.app`)
      : join(appOutDir, electronPlatformName === 'win32' ? `${productFilename}.exe` : 'consilium');
  await flipFuses(binary, fusesFor(electronPlatformName));
}
