export { countersign } from './countersign.ts';
export { createReportDesk, type ReportDesk } from './desk.ts';
export { exportFormats, exportReport } from './exports.ts';
export { draftPaper, reportInput, signedPaper } from './make.ts';
export { printMinutes } from './minutes.ts';
export { openReport } from './open.ts';
export { holdsCertificates, openIdentity, type SigningIdentity, verifyReport } from './signing/index.ts';
export { readSite } from './site.ts';
export { type Reanalyse, watchReport } from './watch.ts';
