import type { CaseView } from '../../shared/contract.ts';
import { plural } from '../ui/words.ts';
import type { StepId } from './steps.ts';

/** Something that still waits for a person before the board can sign, and the screen where it is done. */
export interface OpenItem {
  readonly step: StepId;
  readonly text: string;
}

/** What is open in a case, in the order of the work. A signed case has nothing open: it is locked. */
export function openItems(view: CaseView): OpenItem[] {
  if (view.report !== undefined) return [];
  const items: OpenItem[] = [];
  const { intake, profile, board } = view;
  if (intake === undefined) items.push({ step: 'intake', text: 'The source files were not read yet' });
  const questions = intake?.questions.filter((question) => question.blocking).length ?? 0;
  if (questions > 0) items.push({ step: 'intake', text: `${plural(questions, 'question')} of intake to answer` });
  const refused = intake?.refusals.length ?? 0;
  if (refused > 0) items.push({ step: 'intake', text: `${plural(refused, 'file')} refused` });
  const reviewed = new Set(board.reviews.map((review) => review.findingId));
  const waiting = profile?.findings.filter((finding) => finding.needsYou && !reviewed.has(finding.id)).length ?? 0;
  if (waiting > 0) items.push({ step: 'findings', text: `${plural(waiting, 'finding')} to review` });
  if (board.decision === undefined) items.push({ step: 'decision', text: 'No decision recorded' });
  return items;
}
