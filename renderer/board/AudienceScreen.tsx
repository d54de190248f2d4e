import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { CaseId } from '../../shared/foundation/ids.ts';
import { Mark } from '../app/Curtain.tsx';
import { keysOf, useCase } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { type Shown, useShown, useSmallWall } from './audience-link.ts';
import styles from './meeting.module.css';
import { Slide, Stage } from './Slide.tsx';

/** The window on the wall: the slide that the presenter shows, and nothing to press. */
export function AudienceScreen() {
  const shown = useShown();
  return (
    <main className={styles.wall}>
      {shown === null ? (
        <Rest words="The meeting will go on here." />
      ) : shown.blank ? (
        <Dark />
      ) : (
        <OnWall shown={shown} />
      )}
    </main>
  );
}

const Rest = ({ words }: { words: string }) => (
  <div className={styles.restWall}>
    <Mark />
    <h1>{words}</h1>
  </div>
);

/** Nothing to see; said to those who hear the page. */
const Dark = () => (
  <div className={styles.dark}>
    <h1 className="hidden">The presenter has darkened the screen.</h1>
  </div>
);

function OnWall({ shown: { caseId, version, slide, page, next } }: { shown: Shown }) {
  const small = useSmallWall();
  const { client } = useWorkstation();
  const queries = useQueryClient();
  const opened = useCase(caseId);
  // A decision was recorded, or a finding reviewed: the wall reads the case again, and keeps the old slide meanwhile.
  const stale = opened.data !== undefined && opened.data.listing.version < version;
  const asked = useRef(0);
  useEffect(() => {
    if (!stale || asked.current === version) return;
    asked.current = version;
    void queries.invalidateQueries({ queryKey: keysOf.case(caseId) });
  }, [stale, version, caseId, queries]);
  useEffect(() => {
    if (next === undefined) return;
    void queries.prefetchQuery({
      queryKey: keysOf.case(next),
      queryFn: () => client.case.open({ caseId: CaseId.parse(next) }),
    });
  }, [next, queries, client]);
  if (opened.data === undefined)
    return <Rest words={opened.isError ? 'This case cannot be shown here.' : 'Opening the case'} />;
  return (
    <Stage small={small}>
      <Slide view={opened.data} slide={slide} page={page} small={small} level={1} />
    </Stage>
  );
}
