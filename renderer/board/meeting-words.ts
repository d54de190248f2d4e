import type { Kept, MeetingSlide, Triage } from '../../shared/board/meeting.ts';

export const triageWords: Record<Triage, string> = { full: 'full', 'fast-track': 'fast-track', protocol: 'read out' };

/** The short names of B1 to B7, for the presenter. */
export const slideWords: Record<MeetingSlide, string> = {
  story: 'Story',
  timeline: 'Timeline',
  findings: 'Findings',
  integration: 'Integration',
  options: 'Options',
  vote: 'Vote',
  decision: 'Decision',
};

export const keptWords: Record<Kept, string> = {
  within: 'within its time',
  over: 'over its time',
  under: 'shorter than planned',
  'not-reached': 'not reached',
};
