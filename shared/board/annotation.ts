/** Threads of notes on a finding, an option, a plot, a region of an image or an element of the report (F076). Pure. */
import { z } from 'zod';
import type { CaseRecord } from '../case/case-record.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import type { OptionsTable } from '../therapy/options.ts';
import type { JournalEvent } from '../vault/events.ts';
import { Role } from '../vault/roles.ts';

const Label = z.string().min(1).max(300);
/** A share of the image's width or height, so that it holds at every size the image is shown in. */
const Share = z.number().min(0).max(1);

/** What a thread hangs on: an id that the same input always gives, with the words it went by when it was written. */
export const Anchor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('case'), id: z.literal('case'), label: Label }),
  z.object({ kind: z.literal('finding'), id: z.string().min(1).max(300), label: Label }),
  z.object({ kind: z.literal('option'), id: z.string().min(1).max(300), label: Label }),
  z.object({ kind: z.literal('plot'), id: z.enum(['aggressiveness', 'course', 'survival']), label: Label }),
  z.object({
    kind: z.literal('image'),
    /** Path of the image in the bundle. */
    id: z.string().min(1).max(240),
    label: Label,
    region: z.object({ left: Share, top: Share, width: Share, height: Share }).optional(),
    /** A length that was measured, from one point to another. */
    segment: z.object({ x1: Share, y1: Share, x2: Share, y2: Share }).optional(),
    /** Frame of a multi-frame image, from 0. */
    frame: z.number().int().min(0).max(100_000).optional(),
    /** Somebody looked at the whole picture and cleared it for the audience: nothing in it names the patient. */
    wall: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('report'), id: z.string().regex(/^R\d{2}$/), label: Label }),
]);
export type Anchor = z.infer<typeof Anchor>;

export const NewAnnotation = z.object({
  annotationId: z.uuid(),
  /** First note of the thread it answers. */
  replyTo: z.uuid().optional(),
  anchor: Anchor,
  text: z.string().trim().min(1).max(4000),
  /** Whose word is asked for. */
  mentions: z.array(Role).max(6),
});
export type NewAnnotation = z.infer<typeof NewAnnotation>;

export const AnnotationAct = z.enum(['withdrawn', 'restored', 'resolved', 'reopened']);
export type AnnotationAct = z.infer<typeof AnnotationAct>;

export const Annotation = NewAnnotation.extend({
  by: z.string(),
  at: z.string(),
  /** Taken back by whoever wrote it; kept, and shown as taken back. */
  withdrawn: z.boolean(),
  resolved: z.boolean(),
});
export type Annotation = z.infer<typeof Annotation>;

const Acted = z.object({ annotationId: z.uuid() });
type AnnotationEvent = Pick<JournalEvent, 'sequence' | 'time' | 'actor' | 'type' | 'payload'>;

/** Applies one event to the notes so far, by id in the order they were written; an id that is there is not written over. */
export function takeNote(notes: Map<string, Annotation>, event: AnnotationEvent): void {
  if (event.type === 'annotation.added') {
    const note = NewAnnotation.parse(event.payload);
    if (notes.has(note.annotationId)) return;
    notes.set(note.annotationId, { ...note, by: event.actor, at: event.time, withdrawn: false, resolved: false });
    return;
  }
  const change = {
    'annotation.withdrawn': { withdrawn: true },
    'annotation.restored': { withdrawn: false },
    'annotation.resolved': { resolved: true },
    'annotation.reopened': { resolved: false },
  }[event.type as string];
  if (change === undefined) return;
  const { annotationId } = Acted.parse(event.payload);
  const note = notes.get(annotationId);
  if (note !== undefined) notes.set(annotationId, { ...note, ...change });
}

/** What anchors are held against: the case as it stands after the last analysis. */
export interface AnchorGround {
  readonly record: Pick<CaseRecord, 'images'>;
  readonly profile?: Pick<MolecularProfile, 'findings'> | undefined;
  readonly options?: Pick<OptionsTable, 'options' | 'exclusions'> | undefined;
}

/** Whether what the thread hangs on is still there. An anchor that is gone orphans its thread; the thread stays. */
export function anchorStands(anchor: Anchor, { record, profile, options }: AnchorGround): boolean {
  switch (anchor.kind) {
    case 'finding':
      return profile?.findings.some(({ id }) => id === anchor.id) ?? false;
    case 'option':
      return options === undefined
        ? false
        : [...options.options, ...options.exclusions].some(({ id }) => id === anchor.id);
    case 'image':
      return record.images.some(({ path }) => path === anchor.id);
    default:
      return true;
  }
}

export interface Thread {
  readonly first: Annotation;
  readonly replies: readonly Annotation[];
  readonly orphaned: boolean;
}

/** Threads in the order they began, orphaned ones first: somebody has to say where they belong now. */
export function threadsOf(notes: readonly Annotation[], ground: AnchorGround): Thread[] {
  const ids = new Set(notes.map(({ annotationId }) => annotationId));
  return notes
    .filter(({ replyTo }) => replyTo === undefined || !ids.has(replyTo))
    .map((first) => ({
      first,
      replies: notes.filter(({ replyTo }) => replyTo === first.annotationId),
      orphaned: !anchorStands(first.anchor, ground),
    }))
    .sort((a, b) => Number(b.orphaned) - Number(a.orphaned));
}
