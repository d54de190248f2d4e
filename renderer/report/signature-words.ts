/** What a signature means and what its check found, in words. Pure. */
import type { ReportVerification, SignatureCheck, SignedReportRecord } from '../../shared/report/report.ts';

export const meaningSentences: Record<SignedReportRecord['meaning'], string> = {
  author: 'Author: I wrote this report and answer for its content',
  review: 'Review: I have checked this report',
  approval: 'Approval: I release this report',
};

export const verdictWords: Record<ReportVerification['verdict'], { readonly title: string; readonly text: string }> = {
  valid: {
    title: 'The signature is valid and its certificate is trusted here.',
    text: 'Not one byte of the report has changed since it was signed.',
  },
  'valid-untrusted': {
    title: 'The signature is valid; who issued its certificate is not known here.',
    text: 'Not one byte has changed since it was signed. To tie the signature to a person, verify with the trust anchor of the issuer.',
  },
  invalid: {
    title: 'The signature is not valid.',
    text: 'Do not rely on this paper. Take the report from the vault of the station that signed it.',
  },
  unsigned: { title: 'There is no signature in this file.', text: 'It is not the signed report.' },
};

export const chainWords: Record<SignatureCheck['chain'], string> = {
  trusted: 'leads to a trust anchor of this site',
  'no-anchor-given': 'no trust anchor is enrolled here to check it against',
  untrusted: 'does not lead to a trust anchor of this site',
  expired: 'the certificate has expired since',
  'not-yet-valid': 'the certificate is not in force yet',
  revoked: 'the certificate was revoked',
  unsuitable: 'the certificate is not made for signing documents',
};
