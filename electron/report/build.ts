/** Set by the build (`electron/build/core.ts`); not there where the program runs from its sources. */
declare const REPORT_BUILD: string | undefined;

/**
 * The version as a report states it, with the build behind a plus sign (Semantic Versioning 2.0.0, section 10): two builds of
 * one version may compose other pages from the same documents, and a report must say which of them made it.
 */
export const versionOfReports = (version: string): string =>
  typeof REPORT_BUILD === 'undefined' ? version : `${version}+${REPORT_BUILD}`;
