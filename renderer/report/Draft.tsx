import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { type Language, languageNames, languages } from '../../shared/report/language.ts';
import type { DraftReport } from '../../shared/report/report.ts';
import { fetchBlob } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useDraft } from '../store/drafts.ts';
import { saveBlob } from '../ui/Chart.tsx';
import { Button, FaultNote, Foot, Loading, Note, TitleBar } from '../ui/parts.tsx';
import { count, plural } from '../ui/words.ts';
import { Completeness } from './Completeness.tsx';
import { blocking, nextGap, parseReasons, type Reasons, reasonsGiven } from './completeness.ts';
import { Paper } from './Paper.tsx';
import styles from './report.module.css';
import { SignDialog } from './SignDialog.tsx';

/** The report before its signature: what it will say, what it misses, and how it is signed. */
export function Draft({ view }: { view: CaseView }) {
  const { client } = useWorkstation();
  const { caseId } = view.listing;
  const [language, setLanguage] = useState<Language>();
  const draft = useQuery({
    queryKey: [...keysOf.draft(caseId), language ?? 'of the site'],
    queryFn: () => client.report.draft({ caseId, ...(language === undefined ? {} : { language }) }),
    // The paper stays in sight while it is composed in another language.
    placeholderData: (before, query) => (query?.queryKey[1] === caseId ? before : undefined),
  });
  if (draft.isPending)
    return (
      <>
        <TitleBar title="Report" />
        <Loading what="Composing the draft" rows={12} />
      </>
    );
  if (draft.isError)
    return (
      <>
        <TitleBar title="Report" />
        <div className={styles.notices}>
          <FaultNote
            fault={faultOf(draft.error)}
            action={<Button onPress={() => void draft.refetch()}>Try again</Button>}
          />
        </div>
      </>
    );
  return <Composed view={view} draft={draft.data} isStale={draft.isPlaceholderData} onLanguage={setLanguage} />;
}

interface ComposedProps {
  readonly view: CaseView;
  readonly draft: DraftReport;
  /** The draft is not yet the one in the language that was chosen last. */
  readonly isStale: boolean;
  readonly onLanguage: (language: Language) => void;
}

function Composed({ view, draft, isStale, onLanguage }: ComposedProps) {
  const { client } = useWorkstation();
  const { caseId } = view.listing;
  const reasons = useDraft<Reasons>(`report:${caseId}`, {}, parseReasons);
  const [part, setPart] = useState<'front' | 'appendix'>('front');
  const [marked, setMarked] = useState<string>();
  const [signing, setSigning] = useState(false);
  const list = useRef<HTMLElement>(null);
  const paper = useRef<HTMLElement>(null);
  const blocks = blocking(draft, reasons.value);
  const decided = view.board.decision !== undefined;
  const ready = decided && blocks.length === 0 && !isStale;
  const language = draft.language ?? 'en';

  const preview = useMutation({
    mutationFn: async () => {
      const ticket = await client.report.preview({ caseId, language });
      saveBlob(await fetchBlob(ticket), `${draft.reportId}-draft.pdf`);
    },
  });

  /** Brings an element into view on the paper, and the field for its reason where it is a gap. */
  const look = (elementId: string) => {
    setMarked(elementId);
    const onFront = draft.front.some((block) => block.elements.includes(elementId));
    const inAppendix = draft.appendix.some((block) => block.elements.includes(elementId));
    if (!onFront && inAppendix) setPart('appendix');
    else if (onFront) setPart('front');
    // After the part has changed and the mark is drawn.
    window.setTimeout(() => paper.current?.querySelector('[data-marked="true"]')?.scrollIntoView({ block: 'nearest' }));
  };
  const toNextGap = () => {
    const next = nextGap(draft, reasons.value, marked);
    if (next === undefined) return;
    look(next);
    list.current?.querySelector<HTMLElement>(`[data-element="${next}"] input`)?.focus();
  };
  const sign = () => {
    if (ready) setSigning(true);
    else if (!isStale) toNextGap();
  };

  const keys = useKeys('Report', [
    { keys: 'l', label: 'next gap', run: toNextGap },
    { keys: 'f', label: 'first pages or appendix', run: () => setPart(part === 'front' ? 'appendix' : 'front') },
    { keys: 'v', label: 'preview as PDF', run: () => preview.mutate() },
    { keys: 's', label: 'sign', run: sign },
  ]);

  return (
    <>
      <TitleBar
        title="Report"
        count={
          <>
            <span className="mono">{draft.reportId}</span> · draft, not signed ·{' '}
            {blocks.length === 0 ? 'nothing blocks signing' : `${plural(blocks.length, 'gap')} before signing`}
          </>
        }
      >
        <Button keys="v" isDisabled={preview.isPending} onPress={() => preview.mutate()}>
          {preview.isPending ? 'Drawing the PDF …' : 'Preview as PDF'}
        </Button>
      </TitleBar>
      <div className={styles.notices}>
        {preview.isError ? <FaultNote fault={faultOf(preview.error)} /> : null}
        {view.amendment === undefined ? null : (
          <Note tone="amber">
            <p>
              <strong>Amendment of a signed report.</strong> The next report names the former by its hash, this reason,
              and what changed: {view.amendment.reason}
            </p>
          </Note>
        )}
        {decided ? null : (
          <Note tone="amber">
            <p>
              <strong>No decision is recorded yet.</strong> A report is signed on a decided case.
            </p>
          </Note>
        )}
      </div>
      <div className={styles.draft}>
        <section
          className={styles.list}
          aria-label="Completeness"
          ref={list}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
            event.preventDefault();
            toNextGap();
          }}
        >
          <Completeness
            draft={draft}
            reasons={reasons.value}
            onReason={(id, reason) => reasons.change((before) => ({ ...before, [id]: reason }))}
            marked={marked}
            onLook={look}
          />
        </section>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={styles.desk} aria-label="Paper" tabIndex={0} ref={paper}>
          <div className={styles.parts}>
            <fieldset aria-label="Part of the paper">
              {(['front', 'appendix'] as const).map((one) => (
                <Button
                  key={one}
                  look={one === part ? 'plain' : 'quiet'}
                  aria-pressed={one === part}
                  onPress={() => setPart(one)}
                >
                  {one === 'front' ? 'First pages' : 'Appendix'}
                </Button>
              ))}
            </fieldset>
            <label className={styles.language}>
              Language
              <select value={language} onChange={(event) => onLanguage(event.target.value as Language)}>
                {languages.map((one) => (
                  <option key={one} value={one}>
                    {languageNames[one]}
                  </option>
                ))}
              </select>
            </label>
            <span className="meta">{count(draft.frontWords)} words on the first pages</span>
          </div>
          <Paper blocks={draft[part]} marked={marked} />
        </section>
      </div>
      <Foot
        keys={keys}
        action={
          <Button look="primary" keys="s" isDisabled={!decided} onPress={sign}>
            {ready || !decided || isStale ? 'Sign the report' : 'Go to the next gap'}
          </Button>
        }
      />
      {signing ? (
        <SignDialog
          view={view}
          paper={{ draft }}
          notApplicable={reasonsGiven(draft, reasons.value)}
          onSigned={() => reasons.drop()}
          onClose={() => setSigning(false)}
        />
      ) : null}
    </>
  );
}
