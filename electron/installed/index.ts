/** Signed folders that a site installs: packs and models. See README.md. */
export {
  type Checked,
  checkFiles,
  checkSigned,
  MANIFEST,
  readSigned,
  type SignedFiles,
  type SignedSource,
  sha256,
} from './check.ts';
export type { Author, Kind, SignedManifest } from './kind.ts';
export { signFolder } from './sign.ts';
export {
  candidateOf,
  changesOf,
  checkedVersion,
  chosenOf,
  earlierOf,
  type InstallInput,
  installSigned,
  rollBackSigned,
  type SiteFolders,
  versionsOf,
} from './store.ts';
export { enrollPublisher, type Publisher, publishersOf, SIGNATURE_FILE } from './trust.ts';
