import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type PointerEvent, useState } from 'react';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import { FaultError } from '../../shared/foundation/fault.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useBoardChanged, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useCaseView } from '../case/case-view.ts';
import { readDraft, writeDraft } from '../store/drafts.ts';
import { useLayout } from '../store/layout.ts';
import { useStore } from '../store/StoreProvider.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, ModalDialog, TitleBar } from '../ui/parts.tsx';
import { plural } from '../ui/words.ts';
import { DeepZoom } from './DeepZoom.tsx';
import type { Window } from './dicom.ts';
import styles from './images.module.css';
import { lengthWords, measuresOn, regionOf, regionsOn, type Scale, type Segment, wallImages } from './measure.ts';
import { emptyNote, type NoteDraft, parseNote } from './notes.ts';
import { Pixels } from './Pixels.tsx';
import { type OpenedImage, useImage } from './use-image.ts';

type Listed = CaseRecord['images'][number];
const isPlace = (kept: unknown): kept is number => Number.isInteger(kept);

/** Key images of the bundle (F082): window and level, frames, lengths that stay as notes of the case. */
export function ImagesScreen() {
  const { record } = useCaseView();
  const [place, setPlace] = useLayout('image-place', 0, isPlace);
  const { images } = record;
  const at = Math.min(Math.max(0, place), images.length - 1);
  const listed = images[at];
  const to = (step: number) => () => setPlace(Math.min(images.length - 1, Math.max(0, at + step)));
  useKeys('Images', [
    { keys: 'j', label: 'next image', run: to(1) },
    { keys: 'k', label: 'previous image', run: to(-1) },
  ]);
  if (listed === undefined)
    return (
      <>
        <TitleBar title="Images" count="none" />
        <Empty title="The bundle holds no images">
          <p>Key images come with the case bundle, as DICOM, PNG or JPEG, named in its case.json.</p>
        </Empty>
      </>
    );
  return <Opening key={listed.path} listed={listed} place={`${at + 1} of ${images.length}`} />;
}

/** Fetches one image and reads it; what cannot be shown says why. */
function Opening({ listed, place }: { listed: Listed; place: string }) {
  const opened = useImage(useCaseView().listing.caseId, listed.path);
  if (opened.data !== undefined) return <Viewer listed={listed} place={place} opened={opened.data} />;
  return (
    <>
      <TitleBar title={listed.title} count={place} />
      {opened.isError ? (
        <FaultNote fault={opened.error instanceof FaultError ? opened.error.fault : faultOf(opened.error)} />
      ) : (
        <Loading what="Opening the image" rows={8} />
      )}
    </>
  );
}

const isWindow = (kept: unknown): kept is Window | null =>
  kept === null || (typeof kept === 'object' && 'center' in kept && 'width' in kept);

/** A step of window and level is a share of the window, as a knob would turn. */
const KNOB = 0.1;
const STEP = 0.01;
const FINE = 0.002;
const share = (value: number): number => Math.min(1, Math.max(0, value));

const zoomHints = [
  { keys: '+', label: 'closer' },
  { keys: '-', label: 'farther' },
  { keys: '0', label: 'the whole image' },
];

interface Point {
  readonly x: number;
  readonly y: number;
}

function Viewer({ listed, place, opened }: { listed: Listed; place: string; opened: OpenedImage }) {
  const view = useCaseView();
  const { client } = useWorkstation();
  const changed = useBoardChanged();
  const vault = useVaultStatus();
  const { caseId } = view.listing;
  const dicom = opened.kind === 'dicom' ? opened.image : undefined;
  const scale: Scale =
    opened.kind === 'dicom'
      ? opened.image
      : { columns: opened.image.width, rows: opened.image.height, spacing: undefined };
  const [frame, setFrame] = useState(0);
  const [kept, setKept] = useLayout<Window | null>(`image-window:${caseId}:${listed.path}`, null, isWindow);
  const window_ = dicom?.window === undefined ? undefined : (kept ?? dicom.window);
  const [hidden, setHidden] = useState(false);
  // Measuring: where the cross stands, and the first point once it is set.
  const [cross, setCross] = useState<Point>();
  const [first, setFirst] = useState<Point>();
  const [asks, setAsks] = useState<'length' | 'region'>('length');
  const begin = (what: 'length' | 'region') => () => {
    setAsks(what);
    setCross({ x: 0.5, y: 0.5 });
  };
  // The picture is looked at before what a program made of it.
  const [marked, setMarked] = useState(false);
  const marks = (listed.marks ?? []).filter((mark) => (mark.frame ?? 0) === frame);
  const locked = view.report !== undefined;
  const measures = measuresOn(view.board.annotations ?? [], listed.path, frame);
  const mine = measures.findLast(({ by }) => by === vault.data?.user?.userId);

  const keeping = useMutation({
    mutationFn: (segment: Segment) =>
      client.board.annotate({
        caseId,
        annotation: {
          annotationId: crypto.randomUUID(),
          anchor: { kind: 'image', id: listed.path, label: listed.title, segment, frame },
          text: `Length ${lengthWords(segment, scale)}${dicom !== undefined && dicom.frames > 1 ? `, frame ${frame + 1}` : ''}`,
          mentions: [],
        },
      }),
    onSuccess: (board) => changed(caseId, board),
  });
  const takingBack = useMutation({
    mutationFn: (annotationId: string) => client.board.actOnNote({ caseId, annotationId, act: 'withdrawn' }),
    onSuccess: (board) => changed(caseId, board),
  });

  const onWall = wallImages(view.board.annotations ?? [], [listed])[0];
  const [clearing, setClearing] = useState(false);
  const walling = useMutation({
    mutationFn: () =>
      onWall === undefined
        ? client.board.annotate({
            caseId,
            annotation: {
              annotationId: crypto.randomUUID(),
              anchor: { kind: 'image', id: listed.path, label: listed.title, frame, wall: true },
              text: 'Looked at and cleared for the audience: nothing in the picture names the patient.',
              mentions: [],
            },
          })
        : client.board.actOnNote({
            caseId,
            annotationId: onWall.annotationId,
            act: onWall.by === vault.data?.user?.userId ? 'withdrawn' : 'resolved',
          }),
    onSuccess: (board) => changed(caseId, board),
  });
  const store = useStore();
  const navigate = useNavigate();
  const regions = regionsOn(view.board.annotations ?? [], listed.path, frame);
  /** The words are typed on the notes' own screen, and hang on the region: its draft is on the disk before that screen reads it. */
  const writeOn = async (segment: Segment) => {
    const name = `note:${caseId}`;
    if (store !== undefined) {
      const { text, mentions } = parseNote((await readDraft(store, name))?.value) ?? emptyNote;
      const draft: NoteDraft = {
        text,
        mentions,
        anchor: {
          kind: 'image',
          id: listed.path,
          label: `${listed.title}, a region`.slice(0, 300),
          region: regionOf(segment),
          frame,
        },
      };
      await writeDraft(store, name, draft);
    }
    await navigate({ to: '/case/$caseId/notes', params: { caseId } });
  };
  const toWall = () => (onWall === undefined ? setClearing(true) : walling.mutate());

  const stop = () => {
    setCross(undefined);
    setFirst(undefined);
  };
  const set = (point: Point) => {
    if (first === undefined) return setFirst(point);
    const segment = { x1: first.x, y1: first.y, x2: point.x, y2: point.y };
    if (asks === 'region' && first.x !== point.x && first.y !== point.y) void writeOn(segment);
    else if (asks === 'length' && (first.x !== point.x || first.y !== point.y)) keeping.mutate(segment);
    stop();
  };
  const move = (x: number, y: number) => () =>
    setCross((from) => (from === undefined ? from : { x: share(from.x + x), y: share(from.y + y) }));
  const turn = (center: number, width: number) => () => {
    if (window_ === undefined) return;
    setKept({
      center: window_.center + center * window_.width,
      width: Math.max(1, window_.width * (1 + width)),
    });
  };
  const toFrame = (step: number) => () =>
    setFrame((now) => Math.min((dicom?.frames ?? 1) - 1, Math.max(0, now + step)));
  const arrows: readonly (readonly [string, number, number])[] = [
    ['ArrowLeft', -1, 0],
    ['ArrowRight', 1, 0],
    ['ArrowUp', 0, -1],
    ['ArrowDown', 0, 1],
  ];
  const keys = useKeys('Image', [
    ...(cross === undefined
      ? [
          ...(dicom !== undefined && dicom.frames > 1
            ? [
                { keys: 'ArrowRight', label: 'next frame', run: toFrame(1) },
                { keys: 'ArrowLeft', label: 'frame before', run: toFrame(-1) },
              ]
            : []),
          ...((listed.marks ?? []).length === 0
            ? []
            : [{ keys: 'a', label: marked ? 'the raw picture' : 'AI marks', run: () => setMarked(!marked) }]),
          ...(window_ === undefined
            ? []
            : [
                { keys: 'w', label: 'wider window', run: turn(0, KNOB) },
                { keys: 'Shift+w', label: 'narrower', run: turn(0, -KNOB) },
                { keys: 'l', label: 'level up', run: turn(KNOB, 0) },
                { keys: 'Shift+l', label: 'level down', run: turn(-KNOB, 0) },
                { keys: '0', label: 'window of the file', run: () => setKept(null) },
              ]),
          ...(locked
            ? []
            : [
                { keys: 'm', label: 'measure', run: begin('length') },
                { keys: 'r', label: 'note on a region', run: begin('region') },
              ]),
          ...(mine === undefined || locked
            ? []
            : [{ keys: 'u', label: 'take the last length back', run: () => takingBack.mutate(mine.annotationId) }]),
          ...(locked || (dicom?.burnedIn === true && onWall === undefined)
            ? []
            : [{ keys: 's', label: onWall === undefined ? 'show on the wall' : 'take off the wall', run: toWall }]),
          { keys: 'h', label: hidden ? 'show the lengths' : 'hide the lengths', run: () => setHidden(!hidden) },
        ]
      : [
          ...arrows.flatMap(([name, x, y]) => [
            { keys: name, label: 'move the cross', run: move(x * STEP, y * STEP) },
            { keys: `Shift+${name}`, label: 'finely', run: move(x * FINE, y * FINE) },
          ]),
          {
            keys: 'Enter',
            label: first === undefined ? 'first point' : asks === 'length' ? 'keep the length' : 'write about it',
            run: () => set(cross),
          },
          { keys: 'Escape', label: 'stop', run: stop },
        ]),
  ]);
  const pointed = (event: PointerEvent<HTMLElement>) => {
    if (cross === undefined) return;
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const point = { x: share((event.clientX - left) / width), y: share((event.clientY - top) / height) };
    setCross(point);
    set(point);
  };
  const drawn =
    first === undefined || cross === undefined ? undefined : { x1: first.x, y1: first.y, x2: cross.x, y2: cross.y };
  const [between, across] = scale.spacing ?? [1, 1];
  const aspect = (scale.columns * across) / (scale.rows * between);
  const failed = keeping.error ?? takingBack.error ?? walling.error;
  const overlay = (
    <>
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        {(hidden ? [] : measures).map(({ annotationId, segment }) => (
          <line key={annotationId} {...segment} vectorEffect="non-scaling-stroke" />
        ))}
        {drawn === undefined ? null : asks === 'length' ? (
          <line {...drawn} vectorEffect="non-scaling-stroke" data-drawn="" />
        ) : (
          <rect
            x={regionOf(drawn).left}
            y={regionOf(drawn).top}
            width={regionOf(drawn).width}
            height={regionOf(drawn).height}
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
      {cross === undefined ? null : (
        <i className={styles.cross} style={{ left: `${cross.x * 100}%`, top: `${cross.y * 100}%` }} />
      )}
      <ul aria-label="Lengths" className={styles.lengths}>
        {(hidden ? [] : measures).map(({ annotationId, segment }) => (
          <li
            key={annotationId}
            style={{
              left: `${Math.max(segment.x1, segment.x2) * 100}%`,
              top: `${((segment.y1 + segment.y2) / 2) * 100}%`,
            }}
          >
            {lengthWords(segment, scale)}
          </li>
        ))}
      </ul>
      {hidden || regions.length === 0 ? null : (
        <ul aria-label="Regions" className={styles.regions}>
          {regions.map(({ annotationId, text, region: { left, top, width, height } }) => (
            <li
              key={annotationId}
              style={{
                left: `${left * 100}%`,
                top: `${top * 100}%`,
                width: `${width * 100}%`,
                height: `${height * 100}%`,
              }}
            >
              <span>{text.length > 60 ? `${text.slice(0, 59)}…` : text}</span>
            </li>
          ))}
        </ul>
      )}
      {marked ? (
        <ul aria-label="AI marks" className={styles.marks}>
          {marks.map(({ by, label, score, region: { left, top, width, height } }) => (
            <li
              key={`${by} ${label} ${left} ${top}`}
              style={{
                left: `${left * 100}%`,
                top: `${top * 100}%`,
                width: `${width * 100}%`,
                height: `${height * 100}%`,
              }}
            >
              <span>
                AI: {label}
                {score === undefined ? '' : `, score ${score.toFixed(2)}`} ({by})
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
  return (
    <>
      <TitleBar
        title={listed.title}
        count={[
          place,
          listed.date,
          dicom === undefined || dicom.frames === 1 ? undefined : `frame ${frame + 1} of ${dicom.frames}`,
          window_ === undefined
            ? undefined
            : `level ${Math.round(window_.center)}, window ${Math.round(window_.width)}`,
          scale.spacing === undefined ? 'no scale stated: lengths in pixels' : undefined,
          plural(measures.length, 'length'),
          marks.length === 0 ? undefined : `${plural(marks.length, 'AI mark')} ${marked ? 'shown' : 'hidden'}`,
        ]
          .filter((part) => part !== undefined)
          .join(' · ')}
      >
        {dicom?.burnedIn ? <Flag tone="amber">words burned in: may name the patient</Flag> : null}
        {onWall === undefined ? null : <Flag tone="calm">on the wall with the course</Flag>}
        {marked ? <Flag tone="blue">AI marks: no finding, not confirmed</Flag> : null}
        {hidden ? <Flag tone="plain">lengths hidden</Flag> : null}
      </TitleBar>
      {failed === null ? null : <FaultNote fault={faultOf(failed)} />}
      <p role="status" className={styles.status}>
        {cross === undefined
          ? ''
          : first === undefined
            ? `${asks === 'length' ? 'Measuring' : 'A region'}: move the cross by the arrows, Enter sets the first ${asks === 'length' ? 'point' : 'corner'}.`
            : asks === 'length'
              ? `Measuring: ${drawn === undefined ? '' : lengthWords(drawn, scale)}; Enter keeps it.`
              : 'A region: Enter sets the other corner, and you write about it.'}
      </p>
      {clearing ? (
        <ModalDialog
          title="Show this image on the wall"
          isOpen
          onClose={() => setClearing(false)}
          actions={
            <>
              <Button onPress={() => setClearing(false)}>Not this one</Button>
              <Button
                look="primary"
                autoFocus
                onPress={() => {
                  setClearing(false);
                  walling.mutate();
                }}
              >
                Nothing names the patient
              </Button>
            </>
          }
        >
          <p>
            It stands beside the course in the audience window, with its lengths and without AI marks
            {dicom !== undefined && dicom.frames > 1 ? `, frame ${frame + 1}` : ''}. Look at the whole picture first:
            words in it are not seen by the program.
          </p>
        </ModalDialog>
      ) : null}
      <div className={styles.room}>
        {opened.kind === 'raster' ? (
          <div className={styles.picture} data-deep="" data-measuring={cross !== undefined}>
            <DeepZoom image={opened.image} title={listed.title} still={cross !== undefined}>
              <div className={styles.over} onPointerDown={pointed}>
                {overlay}
              </div>
            </DeepZoom>
          </div>
        ) : (
          <div
            className={styles.picture}
            style={{ aspectRatio: aspect, maxWidth: `calc(${aspect} * (100vh - 15rem))` }}
            onPointerDown={pointed}
            data-measuring={cross !== undefined}
          >
            <Pixels image={opened.image} frame={frame} window={window_} title={listed.title} />
            {overlay}
          </div>
        )}
      </div>
      <Foot
        keys={[
          ...keys.filter(({ keys }) => !keys.includes('Arrow')),
          ...(opened.kind === 'raster' && cross === undefined ? zoomHints : []),
        ]}
        action={
          locked || cross !== undefined ? null : (
            <Button look="primary" keys="m" onPress={begin('length')}>
              Measure
            </Button>
          )
        }
      />
    </>
  );
}
