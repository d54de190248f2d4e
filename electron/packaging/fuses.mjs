/** The fuses of the installed app, each with its reason. Electron refuses to be packed when one is not decided here. */
import { FuseV1Options, FuseVersion } from '@electron/fuses';

/**
 * @param {string} platform Electron's name of the platform: `linux`, `darwin` or `win32`.
 * @returns {import('@electron/fuses').FuseConfig}
 */
export const fusesFor = (platform) => ({
  version: FuseVersion.V1,
  strictlyRequireAllFuses: true,
  resetAdHocDarwinSignature: platform === 'darwin',
  // The app must not serve as a Node interpreter for somebody else's script.
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  // A debugger would read every case. Playwright needs this, so it drives an unpacked build.
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  // We set no cookies in Electron; should a dependency, they are not readable on disk.
  [FuseV1Options.EnableCookieEncryption]: true,
  // Electron checks the archive on these two systems only; elsewhere the package's signature stands for it.
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: platform !== 'linux',
  // A folder beside the archive would go round its integrity.
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  // We ship no snapshot of our own.
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  // Everything comes by app://; file: pages get no more than a browser gives them.
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  [FuseV1Options.WasmTrapHandlers]: true,
});
