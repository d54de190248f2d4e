/** Signing and verifying PDFs as PAdES B-B. See README.md for what is checked. */
export { PLACE_HEIGHT, PLACE_WIDTH, type SignaturePlace } from './appearance.ts';
export type { AttachedFile } from './attached.ts';
export { holdsCertificates } from './certificates.ts';
export { openIdentity, type SigningIdentity } from './identity.ts';
export { certificatesIn, judgeIdentity, revocationListsIn } from './judge.ts';
export { type SigningWords, type SiteSigning, signPdf } from './sign.ts';
export type { TimeStampTransport } from './time-stamp.ts';
export { readAttached, type VerificationTerms, verifyReport } from './verify.ts';
