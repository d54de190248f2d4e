import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { draftPaper } from '../../../electron/report/index.ts';
import { payloads } from '../../support/payloads.ts';
import { actionsIn } from '../../support/pdf-actions.ts';
import { reportInput, wholeIntake } from './support/input.ts';

it('F086 scripts written into the texts of a case are drawn as text: the paper has no action and no address', async () => {
  const input = reportInput({ intake: wholeIntake() });
  let at = 0;
  const next = (): string => payloads[(at++ * 5) % payloads.length] ?? '';
  const { record, board } = input;
  const { decision } = board;
  if (decision === undefined) throw new Error('the input has a decision');
  const hostile = {
    ...input,
    record: {
      ...record,
      patient: { ...record.patient, pseudonym: ') /JS (x) /S /JavaScript >> (' },
      question: next(),
      patientGoals: Array.from({ length: 12 }, next),
      comorbidities: Array.from({ length: 12 }, next),
      allergies: Array.from({ length: 12 }, next),
      medications: Array.from({ length: 12 }, () => ({ name: next() })),
    },
    board: { ...board, decision: { ...decision, answer: next(), rationale: next() } },
  };
  const { paper } = await draftPaper(hostile);
  expect(at).toBeGreaterThanOrEqual(50);
  expect(actionsIn(Buffer.from(paper.bytes))).toEqual([]);
  // What is looked for is found where it is.
  expect(actionsIn(Buffer.from('1 0 obj\n<< /S /URI /URI (http://127.0.0.1) >>\nendobj'))).toEqual(['/URI', '/URI']);
});
