import type { IconName } from '../ui/icons.tsx';

/** The screens of a case in the order of the work; their places are their number keys. */
export const steps = [
  { id: 'story', word: 'Story' },
  { id: 'intake', word: 'Intake' },
  { id: 'findings', word: 'Findings' },
  { id: 'integration', word: 'Integration' },
  { id: 'options', word: 'Options' },
  { id: 'decision', word: 'Decision' },
  { id: 'report', word: 'Report' },
] as const satisfies readonly { id: IconName; word: string }[];

export type StepId = (typeof steps)[number]['id'];

/** The step that an address names, `/case/<id>/<step>`. */
export const stepOf = (pathname: string): StepId =>
  steps.find((step) => pathname.endsWith(`/${step.id}`))?.id ?? 'story';
