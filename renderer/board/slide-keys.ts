import { useState } from 'react';
import { MeetingSlide } from '../../shared/board/meeting.ts';
import { slideWords } from './meeting-words.ts';

/** A case's slides outside of a meeting: which is shown, which page of its list, and the keys for both. */
export function useSlideKeys<Other extends string = never>(first: MeetingSlide | Other) {
  const [{ shown, page }, set] = useState<{ shown: MeetingSlide | Other; page: number }>({ shown: first, page: 0 });
  const show = (one: MeetingSlide | Other) => set({ shown: one, page: 0 });
  const turn = (step: 1 | -1) => () => set((now) => ({ ...now, page: Math.max(0, now.page + step) }));
  return {
    shown,
    page,
    show,
    choosing: MeetingSlide.options.map((one, index) => ({
      keys: String(index + 1),
      label: slideWords[one].toLowerCase(),
      run: () => show(one),
    })),
    turning: [
      { keys: 'PageDown', label: 'more of the list', run: turn(1) },
      { keys: 'PageUp', label: 'list before', run: turn(-1) },
    ],
  };
}
