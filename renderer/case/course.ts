/** Lays the course of disease out on one time axis. Pure: positions in percent of the drawn width, no pixels. */
import type { CaseRecord, TherapyLine } from '../../shared/case/case-record.ts';
import { responseWords } from '../ui/words.ts';

export interface CourseBar {
  readonly line: TherapyLine;
  readonly left: number;
  readonly width: number;
  /** No end is stated: the bar runs to the last date of the record, with an open end. */
  readonly ongoing: boolean;
  readonly words: string;
  /** Where the label begins; it moves left of its bar only as far as it must to stay inside. */
  readonly labelAt: number;
}

export interface CourseEvent {
  readonly text: string;
  readonly date: string;
  readonly at: number;
  /** Row of the label, 0 nearest the axis; labels of one row do not touch. */
  readonly lane: number;
  /** Near the right edge the label stands to the left of its mark. */
  readonly toLeft: boolean;
  /** Where mark and label lie; a label with too little room on either side is cut at the edge. */
  readonly span: readonly [start: number, end: number];
}

export interface Course {
  readonly bars: readonly CourseBar[];
  readonly events: readonly CourseEvent[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  readonly lanes: number;
  /** Lines and events without a date: said in words below the drawing, so that nothing vanishes. */
  readonly undatedLines: readonly TherapyLine[];
  readonly undatedEvents: readonly string[];
  /** Place of a date on the same axis, for what is drawn beneath; undefined where nothing is dated. */
  readonly place: ((date: string) => number) | undefined;
}

const DAY = 86_400_000;

/** Days since 1970 of the first day that YYYY, YYYY-MM or YYYY-MM-DD names; with `end`, of the last. */
export function dayOf(date: string, end = false): number {
  const [year = 1970, month, day] = date.split('-').map(Number);
  const time =
    month === undefined
      ? Date.UTC(end ? year + 1 : year, 0, end ? 0 : 1)
      : day === undefined
        ? Date.UTC(year, end ? month : month - 1, end ? 0 : 1)
        : Date.UTC(year, month - 1, day);
  return Math.round(time / DAY);
}

/** What came of a line, in words: best response, why it ended, or that it goes on. */
export const lineWords = ({ bestResponse, reasonEnded, ended }: TherapyLine): string =>
  [
    bestResponse === undefined ? 'response not stated' : responseWords[bestResponse],
    reasonEnded === undefined ? undefined : `ended: ${reasonEnded}`,
    ended !== undefined ? undefined : reasonEnded === undefined ? 'ongoing' : 'end date not stated',
  ]
    .filter((part) => part !== undefined)
    .join(' · ');

/**
 * @param characterPercent share of the drawn width that one character of a label takes, for keeping labels apart
 * @param beneath dates of what is drawn on the same axis beneath the course; the axis reaches to them
 * @returns undefined where there are no such dates and the record holds neither a line of therapy nor an event: then there is no course to draw
 */
export function layOutCourse(
  record: Pick<CaseRecord, 'therapyLines' | 'course' | 'diagnosis'>,
  characterPercent: number,
  beneath: readonly string[] = [],
): Course | undefined {
  const { therapyLines, course, diagnosis } = record;
  if (therapyLines.length === 0 && course.length === 0 && beneath.length === 0) return undefined;
  const dated = therapyLines.filter((line) => line.started !== undefined);
  const datedEvents = course.filter((event) => event.date !== undefined);
  const undatedLines = therapyLines.filter((line) => line.started === undefined);
  const undatedEvents = course.filter((event) => event.date === undefined).map((event) => event.event);
  const first = [
    ...dated.map((line) => dayOf(line.started ?? '')),
    ...datedEvents.map((event) => dayOf(event.date ?? '')),
    ...(diagnosis.date === undefined ? [] : [dayOf(diagnosis.date)]),
    ...beneath.map((date) => dayOf(date)),
  ];
  const last = [
    ...dated.map((line) => (line.ended === undefined ? dayOf(line.started ?? '', true) : dayOf(line.ended, true))),
    ...datedEvents.map((event) => dayOf(event.date ?? '', true)),
    ...beneath.map((date) => dayOf(date, true)),
  ];
  if (first.length === 0 || last.length === 0)
    return { bars: [], events: [], ticks: [], lanes: 0, undatedLines, undatedEvents, place: undefined };

  const from = Math.min(...first);
  const latest = Math.max(...last, from + 30);
  // Air on the right, so that an open bar and the last label have room.
  const to = latest + Math.max(20, (latest - from) * 0.06);
  const at = (day: number) => ((day - from) / (to - from)) * 100;

  const bars = dated
    .toSorted((a, b) => a.line - b.line || dayOf(a.started ?? '') - dayOf(b.started ?? ''))
    .map((line) => {
      const left = at(dayOf(line.started ?? ''));
      const end = line.ended === undefined ? 100 : at(dayOf(line.ended, true));
      const words = lineWords(line);
      const room = (line.agents.join(' + ').length + words.length + 6) * characterPercent;
      return {
        line,
        left,
        width: Math.max(0.6, end - left),
        ongoing: line.ended === undefined && line.reasonEnded === undefined,
        words,
        labelAt: Math.max(0, Math.min(left, 100 - room)),
      };
    });

  const ends: number[] = [];
  const events = datedEvents
    .toSorted((a, b) => dayOf(a.date ?? '') - dayOf(b.date ?? ''))
    .map(({ event: text, date = '' }) => {
      const place = at(dayOf(date));
      const room = (date.length + text.length + 4) * characterPercent;
      const toLeft = place + room > 100 && (place >= room || place > 50);
      const [start, end] = toLeft ? [Math.max(0, place - room), place] : [place, Math.min(100, place + room)];
      const free = ends.findIndex((taken) => taken <= start);
      const lane = free === -1 ? ends.length : free;
      ends[lane] = end;
      return { text, date, at: place, lane, toLeft, span: [start, end] as const };
    });

  return {
    bars,
    events,
    ticks: ticksBetween(from, to, at),
    lanes: ends.length,
    undatedLines,
    undatedEvents,
    place: (date) => at(dayOf(date)),
  };
}

/** Month or year marks, about eight of them. */
function ticksBetween(from: number, to: number, at: (day: number) => number): { at: number; label: string }[] {
  const months = (to - from) / 30.44;
  const step = [1, 2, 3, 6, 12, 24, 60, 120].find((one) => months / one <= 10) ?? 240;
  const start = new Date(from * DAY);
  const ticks: { at: number; label: string }[] = [];
  for (let index = 0; ; index += 1) {
    const month = Math.ceil((start.getUTCFullYear() * 12 + start.getUTCMonth() + 1) / step) * step + index * step;
    const day = Math.round(Date.UTC(Math.floor(month / 12), month % 12, 1) / DAY);
    if (day > to) return ticks;
    const label =
      step >= 12
        ? String(Math.floor(month / 12))
        : `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
    ticks.push({ at: at(day), label });
  }
}
