import { Link, Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { Button as AriaButton } from 'react-aria-components';
import type { CaseView } from '../../shared/contract.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCase, useCases } from '../app/queries.ts';
import { emptyTray, isTray, type Tray } from '../board/compare-sides.ts';
import { useLayout } from '../store/layout.ts';
import { Icon } from '../ui/icons.tsx';
import { Button, FaultNote, Loading } from '../ui/parts.tsx';
import { CaseHeader } from './CaseHeader.tsx';
import { PanelProvider, usePanelPlace } from './CasePanel.tsx';
import { CaseViewProvider } from './case-view.ts';
import styles from './frame.module.css';
import { useHouseKeys } from './HouseFrame.tsx';
import { Rail } from './Rail.tsx';
import { openItems } from './readiness.ts';
import { type StepId, stepOf, steps } from './steps.ts';
import { worklistOrder } from './worklist.ts';

/** The frame of the seven screens of a case: its steps in the rail, who it is about on top, evidence on the right. */
export function CaseFrame() {
  const { caseId } = useParams({ strict: false });
  const opened = useCase(caseId ?? '');
  const cases = useCases();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const step = stepOf(pathname);
  const aside = ['/notes', '/letters', '/images', '/trials', '/germline', '/measures'].some((end) =>
    pathname.endsWith(end),
  );
  const { place, setHost, filled } = usePanelPlace();
  const [tray, setTray] = useLayout<Tray>('compare-tray', emptyTray, isTray);

  const go = (to: StepId, of = caseId) => {
    if (of !== undefined) void navigate({ to: `/case/$caseId/${to}`, params: { caseId: of } });
  };
  // The case after this one opens on the same step, so that a list can be gone through (F073).
  const neighbour = (distance: number) => () => {
    const list = worklistOrder(cases.data ?? []);
    const at = list.findIndex((listing) => listing.caseId === caseId);
    const next = at === -1 ? undefined : list[at + distance];
    if (next !== undefined) go(step, next.caseId);
  };

  useHouseKeys();
  useKeys('This case', [
    ...steps.flatMap(({ id, word }, index) => [
      { keys: `g ${index + 1}`, label: word.toLowerCase(), run: () => go(id) },
      { keys: String(index + 1), label: word.toLowerCase(), run: () => go(id) },
    ]),
    { keys: 'n', label: 'next case', run: neighbour(1) },
    { keys: 'p', label: 'previous case', run: neighbour(-1) },
    {
      keys: 'g n',
      label: 'notes',
      run: () => {
        if (caseId !== undefined) void navigate({ to: '/case/$caseId/notes', params: { caseId } });
      },
    },
    {
      keys: 'g l',
      label: 'letters',
      run: () => {
        if (caseId !== undefined) void navigate({ to: '/case/$caseId/letters', params: { caseId } });
      },
    },
    {
      keys: 'g g',
      label: 'germline',
      run: () => {
        if (caseId !== undefined) void navigate({ to: '/case/$caseId/germline', params: { caseId } });
      },
    },
    {
      keys: 'g b',
      label: 'biomarkers and expression',
      run: () => {
        if (caseId !== undefined) void navigate({ to: '/case/$caseId/measures', params: { caseId } });
      },
    },
    {
      keys: 'g i',
      label: 'images',
      run: () => {
        if (caseId !== undefined) void navigate({ to: '/case/$caseId/images', params: { caseId } });
      },
    },
    {
      keys: 'Ctrl+d',
      label: 'compare this case',
      run: () => {
        if (caseId !== undefined) setTray({ ...tray, a: { caseId, part: 'now' } });
        void navigate({ to: '/compare' });
      },
    },
    { keys: 'Shift+e', label: 'fold or show the side panel', run: place.toggle },
    { keys: 'Escape', label: 'back to the worklist', run: () => void navigate({ to: '/' }) },
  ]);

  return (
    <div className={styles.house}>
      <Rail>
        <StepLinks caseId={caseId ?? ''} current={aside ? undefined : step} view={opened.data} />
      </Rail>
      {opened.isPending ? (
        <main className={styles.work}>
          <Loading what="Opening the case" rows={12} />
        </main>
      ) : opened.isError ? (
        <main className={styles.work}>
          <div className={styles.alone}>
            <FaultNote
              fault={faultOf(opened.error)}
              action={<Button onPress={() => void navigate({ to: '/' })}>Back to the worklist</Button>}
            />
          </div>
        </main>
      ) : (
        <CaseViewProvider value={opened.data}>
          <PanelProvider value={place}>
            <div className={styles.case} data-panel={filled ? (place.open ? 'open' : 'folded') : 'none'}>
              <CaseHeader view={opened.data} />
              <main className={styles.work} key={caseId}>
                <Outlet />
              </main>
              <aside className={styles.panel} aria-label="Evidence" hidden={!filled}>
                <AriaButton
                  className={styles.fold ?? ''}
                  aria-expanded={place.open}
                  aria-label={place.open ? 'Fold the side panel' : 'Show the side panel'}
                  onPress={place.toggle}
                >
                  <Icon name="panel" />
                </AriaButton>
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
                <section className={styles.panelBody} ref={setHost} tabIndex={0} hidden={!place.open} />
              </aside>
            </div>
          </PanelProvider>
        </CaseViewProvider>
      )}
    </div>
  );
}

interface StepLinksProps {
  readonly caseId: string;
  /** Undefined on a screen of the case that is no step of the work: its notes, its images. */
  readonly current: StepId | undefined;
  readonly view: CaseView | undefined;
}

function StepLinks({ caseId, current, view }: StepLinksProps) {
  const open = new Set(view === undefined ? [] : openItems(view).map((item) => item.step));
  return (
    <ol className={styles.steps} aria-label="Steps of this case">
      {steps.map(({ id, word }, index) => (
        <li key={id}>
          <Link
            to={`/case/$caseId/${id}`}
            params={{ caseId }}
            className={styles.place}
            aria-current={id === current ? 'step' : undefined}
          >
            <Icon name={id} />
            <span>{word}</span>
            {open.has(id) && id !== 'decision' ? (
              <svg className={styles.waits} viewBox="0 0 12 12" role="img" aria-label="waits for you">
                <path d="M6 1 11.2 11H.8z" fill="currentColor" />
              </svg>
            ) : null}
            <span className={styles.tip} aria-hidden="true">
              {word} <kbd>G {index + 1}</kbd>
            </span>
          </Link>
        </li>
      ))}
    </ol>
  );
}
