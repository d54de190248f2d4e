export { readZip } from './archive.ts';
export { type OpenBundle, readBundle } from './bundle.ts';
export { caseJsonSchema } from './case-json.ts';
export { type CaseDesk, type CaseState, createCaseDesk, listingOf, refuseIfSigned } from './desk.ts';
export { intake } from './intake.ts';
export { whereJsonBreaks } from './json-break.ts';
export { createLikenessDesk } from './likeness.ts';
export { packBundle, sealedArchive } from './pack.ts';
export { packFolder } from './pack-folder.ts';
export { sampleBundles } from './samples.ts';
export {
  type ByteSource,
  buildEvidence,
  checkVariantFile as checkFile,
  chunksOf,
  fileBytes,
  tellVariants,
  unpacked,
} from './variants/index.ts';
