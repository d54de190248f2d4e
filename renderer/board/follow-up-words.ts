import type { ActionRow, FollowUp, NotCarriedOut } from '../../shared/board/follow-up.ts';

export const stateWords: Record<FollowUp['state'], string> = {
  'carried-out': 'yes, as decided',
  'in-part': 'in part',
  'not-carried-out': 'no',
  'asked-unknown': 'asked, not known',
};

export const notCarriedOutWords: Record<NotCarriedOut, string> = {
  died: 'the patient died',
  'condition-worsened': 'the condition worsened',
  'patient-declined': 'the patient declined',
  'physician-chose-otherwise': 'the physician chose otherwise',
  'present-therapy-continued': 'the present therapy goes on',
  'trial-not-open': 'the trial was not open',
  'not-eligible': 'not eligible',
  'drug-not-accessible': 'the drug could not be had',
  'costs-not-covered': 'costs were not covered',
  'lost-to-follow-up': 'lost to follow-up',
};

/** "no: the patient declined, 2026-12-24"; empty before anybody asked. */
export const askedWords = ({ asked }: ActionRow): string =>
  asked === undefined
    ? ''
    : `${stateWords[asked.state]}${asked.reason === undefined ? '' : `: ${notCarriedOutWords[asked.reason]}`}, ${asked.on}`;

/** Today where the person sits, as YYYY-MM-DD. */
export const today = (): string => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};
