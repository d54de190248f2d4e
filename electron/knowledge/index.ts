export { createPackDesk, diffVersions, type PackDesk, signPack, sitePacks } from './desk.ts';
export { loadPacks, type Packs } from './load.ts';
