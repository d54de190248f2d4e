/** Signing and verifying PDFs as PAdES B-B. See README.md for what is checked. */
export type { AttachedFile } from './attached.ts';
export { holdsCertificates } from './certificates.ts';
export { openIdentity, type SigningIdentity } from './identity.ts';
export { signPdf } from './sign.ts';
export { readAttached, type VerificationTerms, verifyReport } from './verify.ts';
