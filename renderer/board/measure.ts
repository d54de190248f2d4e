/** Lengths on an image, kept as notes that hang on it. Pure. */
import type { Anchor, Annotation } from '../../shared/board/annotation.ts';
import type { CaseRecord } from '../../shared/case/case-record.ts';

type ImageAnchor = Extract<Anchor, { kind: 'image' }>;
/** From one point to another, as shares of the image's width and height. */
export type Segment = NonNullable<ImageAnchor['segment']>;

export interface Scale {
  readonly columns: number;
  readonly rows: number;
  /** Millimetres between rows and between columns; undefined: lengths are in pixels. */
  readonly spacing: readonly [row: number, column: number] | undefined;
}

/** "23.4 mm", or "118 px" where the image states no spacing. */
export function lengthWords({ x1, y1, x2, y2 }: Segment, { columns, rows, spacing }: Scale): string {
  const [between, across] = spacing ?? [1, 1];
  const length = Math.hypot((x2 - x1) * columns * across, (y2 - y1) * rows * between);
  return spacing === undefined ? `${Math.round(length)} px` : `${length.toFixed(1)} mm`;
}

export interface Measure {
  readonly annotationId: string;
  readonly by: string;
  readonly segment: Segment;
}

/** The lengths on one frame of one image that nobody took back, oldest first. */
export const measuresOn = (notes: readonly Annotation[], path: string, frame: number): Measure[] =>
  notes.flatMap(({ annotationId, by, anchor, withdrawn }) =>
    !withdrawn && anchor.kind === 'image' && anchor.id === path && anchor.segment !== undefined
      ? (anchor.frame ?? 0) === frame
        ? [{ annotationId, by, segment: anchor.segment }]
        : []
      : [],
  );

export interface WallImage {
  readonly annotationId: string;
  readonly by: string;
  readonly path: string;
  readonly title: string;
  readonly date: string | undefined;
  readonly frame: number;
}

/**
 * Images that somebody cleared for the audience, in the order of the bundle; whoever cleared one can take that back, and
 * anybody can take it off the wall by settling that note.
 */
export const wallImages = (notes: readonly Annotation[], images: CaseRecord['images']): WallImage[] =>
  images.flatMap(({ path, title, date }) => {
    const note = notes.findLast(
      ({ anchor, withdrawn, resolved }) =>
        !withdrawn && !resolved && anchor.kind === 'image' && anchor.wall === true && anchor.id === path,
    );
    return note?.anchor.kind === 'image'
      ? [{ annotationId: note.annotationId, by: note.by, path, title, date, frame: note.anchor.frame ?? 0 }]
      : [];
  });

export type Region = NonNullable<ImageAnchor['region']>;

/** The region between two corners. */
export const regionOf = ({ x1, y1, x2, y2 }: Segment): Region => ({
  left: Math.min(x1, x2),
  top: Math.min(y1, y2),
  width: Math.abs(x2 - x1),
  height: Math.abs(y2 - y1),
});

export interface NotedRegion {
  readonly annotationId: string;
  readonly text: string;
  readonly region: Region;
}

/** Regions of one frame of one image that somebody wrote about and nobody settled or took back, oldest first. */
export const regionsOn = (notes: readonly Annotation[], path: string, frame: number): NotedRegion[] =>
  notes.flatMap(({ annotationId, text, anchor, withdrawn, resolved }) =>
    !withdrawn && !resolved && anchor.kind === 'image' && anchor.id === path && anchor.region !== undefined
      ? (anchor.frame ?? 0) === frame
        ? [{ annotationId, text, region: anchor.region }]
        : []
      : [],
  );
