/** Signing and verifying PDFs as PAdES B-B. See README.md for what is checked. */
export { holdsCertificates } from './certificates.ts';
export { openIdentity, type SigningIdentity } from './identity.ts';
export { signPdf } from './sign.ts';
export { verifyReport } from './verify.ts';
