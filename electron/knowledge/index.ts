export { createPackDesk, diffVersions, type PackDesk, signPack, sitePacks } from './desk.ts';
export { createPackLife } from './life.ts';
export { loadPacks, type Packs } from './load.ts';
export { buildTranscripts } from './transcripts/build.ts';
export { type OpenTranscripts, openTranscripts } from './transcripts/open.ts';
