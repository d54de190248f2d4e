/** Signed folders that a site installs: packs and models. See README.md. */
export {
  checkFiles,
  checkPublisher,
  checkSigned,
  MANIFEST,
  readSigned,
  type SignedFiles,
  type SignedSource,
} from './check.ts';
export type { Author, Kind } from './kind.ts';
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
  versionsOf,
} from './store.ts';
export { enrollPublisher, type Publisher, publishersOf, SIGNATURE_FILE } from './trust.ts';
