import { type ReactNode, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useKeys } from '../app/keyboard.tsx';
import styles from './images.module.css';

interface DeepZoomProps {
  readonly image: ImageBitmap;
  readonly title: string;
  /** While something else takes the arrows. */
  readonly still: boolean;
  /** Drawn over the whole image, and moves and grows with it. */
  readonly children: ReactNode;
}

interface Zoom {
  readonly by: (factor: number) => void;
  readonly pan: (x: number, y: number) => void;
  readonly home: () => void;
}

const TILE = 512;
const STEP = 1.5;
const SHIFT = 0.2;

/** OpenSeadragon adds a style for touch screens by script, which the content policy refuses; it adds none where it finds one. */
function keepStylesOut(): void {
  const name = 'data-openseadragon-mobile-css';
  if (document.querySelector(`style[${name}]`) !== null) return;
  const there = document.createElementNS('urn:consilium:none', 'style');
  there.setAttribute(name, 'true');
  document.head.append(there);
}

/** A large picture, drawn in tiles cut from it at the level of detail that the screen shows (F082). */
export function DeepZoom({ image, title, still, children }: DeepZoomProps) {
  const place = useRef<HTMLDivElement>(null);
  const [over] = useState(() => document.createElement('div'));
  const [zoom, setZoom] = useState<Zoom>();
  useEffect(() => {
    let [left, close] = [false, (): void => undefined];
    const open = async () => {
      const { default: OpenSeadragon } = await import('openseadragon');
      if (left || place.current === null) return;
      keepStylesOut();
      const { width, height } = image;
      const top = Math.ceil(Math.log2(Math.max(width, height)));
      const viewer = new OpenSeadragon.Viewer({
        element: place.current,
        drawer: 'canvas',
        showNavigationControl: false,
        keyboardNavEnabled: false,
        animationTime: 0,
        minZoomImageRatio: 1,
        maxZoomPixelRatio: 8,
        visibilityRatio: 1,
        gestureSettingsMouse: { clickToZoom: false },
        gestureSettingsTouch: { clickToZoom: false },
        tileSources: [
          {
            width,
            height,
            tileSize: TILE,
            minLevel: 0,
            maxLevel: top,
            getTileUrl: (level: number, x: number, y: number) => `${level}/${x}/${y}`,
            downloadTileStart: (job: {
              readonly src: string;
              readonly finish: (data: unknown, request: null, type: string) => void;
              readonly fail: (message: string, request: null) => void;
            }) => {
              const [level = 0, x = 0, y = 0] = job.src.split('/').map(Number);
              const scale = 2 ** (top - level);
              const [from, above] = [x * TILE * scale, y * TILE * scale];
              const [across, down] = [Math.min(TILE * scale, width - from), Math.min(TILE * scale, height - above)];
              const canvas = document.createElement('canvas');
              canvas.width = Math.max(1, Math.ceil(across / scale));
              canvas.height = Math.max(1, Math.ceil(down / scale));
              const to = canvas.getContext('2d');
              if (to === null) return job.fail('no canvas', null);
              to.drawImage(image, from, above, across, down, 0, 0, canvas.width, canvas.height);
              job.finish(to, null, 'context2d');
            },
            downloadTileAbort: () => undefined,
          } as never,
        ],
      });
      close = () => viewer.destroy();
      viewer.addOnceHandler('open', () => {
        viewer.addOverlay({ element: over, location: new OpenSeadragon.Rect(0, 0, 1, height / width) });
        const { viewport } = viewer;
        setZoom({
          by: (factor) => {
            viewport.zoomBy(factor, undefined, true);
            viewport.applyConstraints(true);
          },
          pan: (x, y) => {
            const { width: wide, height: high } = viewport.getBounds(true);
            viewport.panBy(new OpenSeadragon.Point(x * wide, y * high), true);
            viewport.applyConstraints(true);
          },
          home: () => viewport.goHome(true),
        });
      });
    };
    void open();
    return () => {
      left = true;
      close();
      setZoom(undefined);
    };
  }, [image, over]);
  useKeys(
    'Zoom',
    zoom === undefined || still
      ? []
      : [
          { keys: '+', label: 'closer', run: () => zoom.by(STEP) },
          { keys: '-', label: 'farther', run: () => zoom.by(1 / STEP) },
          { keys: '0', label: 'the whole image', run: zoom.home },
          { keys: 'ArrowLeft', label: 'left', run: () => zoom.pan(-SHIFT, 0) },
          { keys: 'ArrowRight', label: 'right', run: () => zoom.pan(SHIFT, 0) },
          { keys: 'ArrowUp', label: 'up', run: () => zoom.pan(0, -SHIFT) },
          { keys: 'ArrowDown', label: 'down', run: () => zoom.pan(0, SHIFT) },
        ],
  );
  return (
    <>
      <div ref={place} className={styles.zoom} role="img" aria-label={title} data-ready={zoom !== undefined} />
      {createPortal(children, over)}
    </>
  );
}
