/** Long work with its progress: what is being done, how far, and a way out. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Progress } from '../../shared/contract.ts';
import type { Fault } from '../../shared/foundation/fault.ts';
import styles from '../ui/parts.module.css';
import { Button } from '../ui/parts.tsx';
import { count, plural } from '../ui/words.ts';
import { faultOf } from './fault.ts';

type Step = Extract<Progress, { kind: 'step' }>;
type Feed = (signal: AbortSignal) => Promise<AsyncIterable<Progress>>;

export interface Work {
  readonly running: boolean;
  readonly step: Step | undefined;
  /** Cases done so far in this feed. */
  readonly finished: number;
  readonly fault: Fault | undefined;
  /** @param onDone told of each case as soon as it is done, before the feed ends */
  readonly run: (feed: Feed, onDone?: (caseId: string) => Promise<void>) => Promise<string[]>;
  readonly cancel: () => void;
  readonly forget: () => void;
}

/** Runs one feed at a time; `run` gives the ids of the cases that were done, and an empty list after a fault. */
export function useWork(): Work {
  const [running, setRunning] = useState(false);
  const [step, setStep] = useState<Step>();
  const [finished, setFinished] = useState(0);
  const [fault, setFault] = useState<Fault>();
  const current = useRef<AbortController>(undefined);
  useEffect(() => () => current.current?.abort(), []);

  const run = useCallback<Work['run']>(async (feed, onDone) => {
    const own = new AbortController();
    current.current?.abort();
    current.current = own;
    setRunning(true);
    setStep(undefined);
    setFinished(0);
    setFault(undefined);
    const done: string[] = [];
    try {
      for await (const event of await feed(own.signal)) {
        if (event.kind === 'done') {
          done.push(event.caseId);
          setFinished(done.length);
          await onDone?.(event.caseId);
        } else setStep(event);
      }
    } catch (error) {
      setFault(own.signal.aborted ? faultOf(new DOMException('', 'AbortError')) : faultOf(error));
      return done;
    } finally {
      setRunning(false);
    }
    return done;
  }, []);

  const cancel = useCallback(() => current.current?.abort(), []);
  const forget = useCallback(() => setFault(undefined), []);
  return { running, step, finished, fault, run, cancel, forget };
}

const stepWords: Record<Step['step'], string> = {
  reading: 'Reading the bundle',
  intake: 'Reading the source files',
  molecular: 'Matching findings and evidence',
  prediction: 'Running the models',
  therapy: 'Assembling options',
  storing: 'Storing in the vault',
};
const order = Object.keys(stepWords) as Step['step'][];

export function WorkProgress({ work, title }: { work: Work; title: string }) {
  const [started] = useState(() => performance.now());
  const { step, finished } = work;
  const fraction = step === undefined ? 0 : (order.indexOf(step.step) + (step.fraction ?? 0.5)) / order.length;
  const seconds = (performance.now() - started) / 1000;
  const left =
    finished === 0 && fraction > 0.15 && seconds > 3 ? Math.ceil((seconds / fraction) * (1 - fraction)) : undefined;
  return (
    <div className={styles.progress} role="status">
      <div>
        <strong>{title}</strong>
        <span className="quiet">
          {step === undefined ? 'Handing the file over' : stepWords[step.step]}
          {step?.rowsRead === undefined ? '' : ` · ${count(step.rowsRead)} rows read`}
          {finished === 0 ? '' : ` · ${plural(finished, 'case')} done`}
          {left === undefined ? '' : ` · about ${left} s left`}
        </span>
        <Button onPress={work.cancel} keys="Escape">
          Cancel
        </Button>
      </div>
      <progress value={fraction} max={1} aria-label={title} />
    </div>
  );
}
