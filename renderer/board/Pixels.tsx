import { useEffect, useMemo, useRef } from 'react';
import { type DicomImage, type Window, windowed } from './dicom.ts';

interface PixelsProps {
  readonly image: DicomImage;
  readonly frame: number;
  readonly window: Window | undefined;
  readonly title: string;
}

/** One frame of a DICOM image in its window, a pixel of the file for each of the canvas. */
export function Pixels({ image, frame, window: window_, title }: PixelsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns, rows } = image;
  const values = useMemo(() => (image.color === undefined ? image.frame(frame) : undefined), [image, frame]);
  useEffect(() => {
    const to = canvas.current?.getContext('2d');
    if (to === null || to === undefined) return;
    if (image.color !== undefined) to.putImageData(new ImageData(image.color(frame), columns, rows), 0, 0);
    else if (values !== undefined && window_ !== undefined)
      to.putImageData(new ImageData(windowed(values, window_, image.inverted), columns, rows), 0, 0);
  }, [image, frame, values, window_, columns, rows]);
  return <canvas ref={canvas} width={columns} height={rows} role="img" aria-label={title} />;
}
