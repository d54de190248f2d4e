/** The completeness list beside the draft (F087): what blocks a signature, what only warns. Pure. */
import type { DraftReport, ReportBlock, ReportElement } from '../../shared/report/report.ts';

/** Reasons typed for elements that do not apply, by element. */
export type Reasons = Readonly<Record<string, string>>;

export const parseReasons = (kept: unknown): Reasons | undefined =>
  typeof kept === 'object' && kept !== null && Object.values(kept).every((value) => typeof value === 'string')
    ? (kept as Reasons)
    : undefined;

export interface ElementGroup {
  readonly id: 'blocks' | 'warns' | 'present' | 'not-applicable';
  readonly title: string;
  readonly elements: readonly ReportElement[];
}

/** In the order of the work: what blocks, what warns, what is there, what does not apply. Empty groups are left out. */
export function elementGroups(elements: readonly ReportElement[]): ElementGroup[] {
  const pick = (test: (element: ReportElement) => boolean) => elements.filter(test);
  const groups: ElementGroup[] = [
    {
      id: 'blocks',
      title: 'Needed to sign',
      elements: pick((element) => element.state === 'missing' && element.level === 'A'),
    },
    {
      id: 'warns',
      title: 'Missing, does not block',
      elements: pick((element) => element.state === 'missing' && element.level === 'B'),
    },
    { id: 'present', title: 'In the report', elements: pick((element) => element.state === 'present') },
    {
      id: 'not-applicable',
      title: 'Does not apply',
      elements: pick((element) => element.state === 'not-applicable'),
    },
  ];
  return groups.filter((group) => group.elements.length > 0);
}

/** Elements that still block: of level A, missing, and without a reason why they do not apply. */
export const blocking = (draft: Pick<DraftReport, 'elements'>, reasons: Reasons): ReportElement[] =>
  draft.elements.filter(
    (element) => element.state === 'missing' && element.level === 'A' && (reasons[element.id] ?? '').trim() === '',
  );

/** What is handed over when signing: reasons for elements that are missing, trimmed, without empty ones. */
export const reasonsGiven = (draft: Pick<DraftReport, 'elements'>, reasons: Reasons): Record<string, string> =>
  Object.fromEntries(
    draft.elements
      .filter((element) => element.state === 'missing')
      .map((element) => [element.id, (reasons[element.id] ?? '').trim()] as const)
      .filter(([, reason]) => reason !== ''),
  );

/** The gap after the element that is looked at, round and round; undefined where there is none. */
export function nextGap(
  draft: Pick<DraftReport, 'elements'>,
  reasons: Reasons,
  from: string | undefined,
): string | undefined {
  const gaps = blocking(draft, reasons);
  const at = draft.elements.findIndex((element) => element.id === from);
  return (gaps.find((gap) => draft.elements.indexOf(gap) > at) ?? gaps[0])?.id;
}

/** Whether a block of the paper shows an element. */
export const shows = (block: ReportBlock, elementId: string): boolean => block.elements.includes(elementId);
