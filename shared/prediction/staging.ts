import type { CaseRecord } from '../case/case-record.ts';

/**
 * What a stage on record rests on: a resected specimen (also where nothing says otherwise), imaging and biopsy before surgery
 * (`clinical`), or nothing known. T, N and M carry their prefix as in TNM (UICC, 8th edition): p after surgery, c before.
 */
export type Staging = 'surgical' | 'clinical' | 'none';

export function stagingOf({
  stage,
  stageSystem,
  tnm = {},
  positiveNodes,
}: Pick<CaseRecord['diagnosis'], 'stage' | 'stageSystem' | 'tnm' | 'positiveNodes'>): Staging {
  // M is mostly clinical after surgery too, so it decides nothing.
  const prefixes = [tnm.t, tnm.n].map((text) => /^y?([cp])/i.exec(text?.trim() ?? '')?.[1]?.toLowerCase());
  if (positiveNodes !== undefined || prefixes.includes('p')) return 'surgical';
  if (prefixes.includes('c') || /\bclinical/i.test(`${stageSystem ?? ''} ${stage ?? ''}`)) return 'clinical';
  return stage === undefined && tnm.t === undefined && tnm.n === undefined ? 'none' : 'surgical';
}
