import { useEffect, useRef } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { lengthWords, measuresOn, type Scale, type WallImage, wallImages } from './measure.ts';
import { Pixels } from './Pixels.tsx';
import styles from './slide.module.css';
import { useImage } from './use-image.ts';

/** Two are taken in beside the course; more say that they are there. */
export const WALL_IMAGES = 2;
/** Pixels a side, at most: what the wall can show of a slide of a gigapixel. */
const SHRUNK = 1200;

/** Key images that somebody cleared for the wall, with their lengths, beside the course (F071). */
export const WallImages = ({ view }: { view: CaseView }) => (
  <ul className={styles.images} aria-label="Key images">
    {wallImages(view.board.annotations ?? [], view.record.images)
      .slice(0, WALL_IMAGES)
      .map((image) => (
        <li key={image.path}>
          <OnWall view={view} image={image} />
        </li>
      ))}
  </ul>
);

function OnWall({ view, image: { path, title, date, frame } }: { view: CaseView; image: WallImage }) {
  const opened = useImage(view.listing.caseId, path);
  const { data } = opened;
  if (data === undefined)
    return (
      <p>
        {title}: {opened.isError ? 'cannot be shown here' : 'opening'}
      </p>
    );
  const scale: Scale =
    data.kind === 'dicom' ? data.image : { columns: data.image.width, rows: data.image.height, spacing: undefined };
  const [between, across] = scale.spacing ?? [1, 1];
  const aspect = (scale.columns * across) / (scale.rows * between);
  const measures = measuresOn(view.board.annotations ?? [], path, frame);
  return (
    <figure>
      <div>
        {/* As wide as it may be, as high as it must be: a picture is never stretched. */}
        <div style={{ aspectRatio: aspect, width: `min(100cqw, ${aspect} * 100cqh)` }}>
          {data.kind === 'dicom' ? (
            <Pixels image={data.image} frame={frame} window={data.image.window} title={title} />
          ) : (
            <Shrunk image={data.image} title={title} />
          )}
          <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
            {measures.map(({ annotationId, segment }) => (
              <line key={annotationId} {...segment} vectorEffect="non-scaling-stroke" />
            ))}
          </svg>
        </div>
      </div>
      <figcaption>
        <b>{title}</b>
        {[date, ...measures.slice(-2).map(({ segment }) => lengthWords(segment, scale))]
          .filter((part) => part !== undefined)
          .map((part) => ` · ${part}`)}
      </figcaption>
    </figure>
  );
}

function Shrunk({ image, title }: { image: ImageBitmap; title: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = Math.min(1, SHRUNK / Math.max(image.width, image.height));
  const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
  useEffect(() => {
    const to = canvas.current?.getContext('2d');
    if (to === null || to === undefined) return;
    to.imageSmoothingQuality = 'high';
    to.drawImage(image, 0, 0, width, height);
  }, [image, width, height]);
  return <canvas ref={canvas} width={width} height={height} role="img" aria-label={title} />;
}
