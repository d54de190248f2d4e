import { type ReactNode, useEffect, useRef, useState } from 'react';
import { modelCovered } from '../../shared/board/judge-first.ts';
import type { CaseView } from '../../shared/contract.ts';
import { assertNever } from '../../shared/foundation/result.ts';
import type { Abstention, IntegratedAnswer, ModalityUse, Predictions } from '../../shared/prediction/predictions.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useBeforeSurgery, useOthers } from '../app/queries.ts';
import { useCaseView } from '../case/case-view.ts';
import { Button, Chip, Empty, Foot, TitleBar } from '../ui/parts.tsx';
import { predictionModalityWords } from '../ui/words.ts';
import { Computed, type PictureId, pictures } from './Computed.tsx';
import { Covered, JudgeFirstSwitch, UncoverDialog, usePresents } from './JudgeFirst.tsx';
import { CardDialog, ModelPanel } from './ModelPanel.tsx';
import { modelNames, OtherAnswer, OtherPanel, otherStateWords } from './OtherModels.tsx';
import styles from './prediction.module.css';
import { WhatIfDialog } from './WhatIfDialog.tsx';

/** P4: what the model says, in one sentence first; its reasons and pictures on demand. */
export function IntegrationScreen() {
  const view = useCaseView();
  const { predictions } = view;
  if (predictions === undefined)
    return (
      <div className={styles.page}>
        <TitleBar title="Integration" />
        <Empty title="No prediction yet">
          <p>The case was not analyzed: the Intake screen says what is missing.</p>
        </Empty>
      </div>
    );
  return <Integration view={view} predictions={predictions} />;
}

function Integration({ view, predictions }: { view: CaseView; predictions: Predictions }) {
  const [open, setOpen] = useState<ReadonlySet<PictureId>>(new Set());
  const [asTable, setAsTable] = useState(false);
  const [card, setCard] = useState(false);
  const [sandbox, setSandbox] = useState(false);
  const { caseId } = view.listing;
  const others = useOthers(caseId);
  const asked = useBeforeSurgery(caseId);
  // What was stored with the case comes before what the model of today says.
  const before = predictions.beforeSurgery ?? asked.data;
  const [place, setPlace] = useState(0);
  const [uncovering, setUncovering] = useState(false);
  const body = useRef<HTMLElement>(null);
  // Another model begins at its sentence, not where the last one was left.
  useEffect(() => {
    if (place >= 0) body.current?.scrollTo?.({ top: 0 });
  }, [place]);
  const presents = usePresents();
  const covered = modelCovered(view);
  const integrated: readonly IntegratedAnswer[] = [predictions, ...(before === undefined ? [] : [before])];
  const answer = integrated[place] ?? predictions;
  const isBefore = answer === before;
  const shown = others.data?.[place - integrated.length];
  const { aggressiveness } = answer;
  const model = answer.models[0];
  const computed = aggressiveness.state === 'computed';
  const cardOf = shown === undefined ? model?.id : shown.state === 'unavailable' ? undefined : shown.id;

  const toggle = (id: PictureId) => () => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const strip = [
    ...integrated.map(({ aggressiveness: { state } }, at) => ({
      id: at === 0 ? 'aggressiveness' : 'aggressiveness-preoperative',
      state: otherStateWords[state],
    })),
    ...(others.data ?? []).map(({ id, state }) => ({ id, state: otherStateWords[state] })),
  ];
  const keys = useKeys('Integration', [
    ...(covered && presents ? [{ keys: 'u', label: 'uncover', run: () => setUncovering(true) }] : []),
    ...(computed && shown === undefined && !covered
      ? [
          {
            keys: 'x',
            label: 'everything behind it',
            run: () => setOpen(open.size === 0 ? new Set(pictures) : new Set()),
          },
        ]
      : []),
    ...(model === undefined || covered || shown !== undefined
      ? []
      : [{ keys: 'w', label: 'what if', run: () => setSandbox(true) }]),
    ...(strip.length > 1 ? [{ keys: 'm', label: 'next model', run: () => setPlace((place + 1) % strip.length) }] : []),
    ...(computed && shown === undefined && !covered
      ? [
          { keys: 'r', label: 'reasons', run: toggle('why') },
          { keys: 'c', label: 'two methods', run: toggle('check') },
          { keys: 'f', label: 'what would change it', run: toggle('change') },
          { keys: 'l', label: 'rules', run: toggle('rules') },
          { keys: 's', label: 'survival', run: toggle('survival') },
          ...(isBefore ? [] : [{ keys: 'p', label: 'patients like this', run: toggle('alike') }]),
          { keys: 'b', label: 'without a modality', run: toggle('without') },
          { keys: 't', label: 'tables', run: () => setAsTable(!asTable) },
        ]
      : []),
    ...(cardOf === undefined ? [] : [{ keys: 'i', label: 'model card', run: () => setCard(true) }]),
  ]);
  const estimates = strip.filter(({ state }) => state === 'estimate').length;

  return (
    <div className={styles.page}>
      <TitleBar
        title="Integration"
        count={`${estimates} of ${strip.length} ${strip.length === 1 ? 'model' : 'models'} with an estimate, beside the evidence`}
      >
        <JudgeFirstSwitch caseId={caseId} />
        <Chip>
          Never raises or lowers <b>a tier</b>
        </Chip>
      </TitleBar>
      <ol className={styles.strip} aria-label="Models">
        {strip.map(({ id, state }, at) => (
          <li key={id}>
            <button type="button" aria-pressed={at === place} onClick={() => setPlace(at)}>
              <b>{modelNames[id] ?? id}</b> <span>{state}</span>
            </button>
          </li>
        ))}
        {others.isError ? <li role="status">The other models could not be asked.</li> : null}
      </ol>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.body} tabIndex={0} aria-label="Model estimate" ref={body}>
        {covered ? (
          <Covered onUncover={presents ? () => setUncovering(true) : undefined} />
        ) : shown === undefined ? (
          <Answer
            kind={
              !computed
                ? 'The model gives no estimate'
                : isBefore
                  ? 'Model estimate before surgery, not evidence'
                  : 'Model estimate, not evidence'
            }
          >
            {computed ? (
              <Computed
                key={place}
                caseId={caseId}
                result={aggressiveness}
                beforeSurgery={isBefore}
                open={open}
                onToggle={toggle}
                asTable={asTable}
                onAsTable={setAsTable}
              />
            ) : aggressiveness.state === 'abstained' ? (
              <Abstained abstention={aggressiveness}>
                {isBefore || before?.aggressiveness.state !== 'computed' ? null : (
                  <Offered answer={before.aggressiveness.sentence} onOpen={() => setPlace(1)} />
                )}
              </Abstained>
            ) : aggressiveness.state === 'unavailable' ? (
              <UnavailableNow reason={aggressiveness.reason} />
            ) : (
              assertNever(aggressiveness)
            )}
          </Answer>
        ) : (
          <Answer
            kind={
              shown.state !== 'computed'
                ? 'The model gives no estimate'
                : shown.id === 'drug-sensitivity'
                  ? 'Preclinical estimate, not evidence'
                  : 'Model estimate, not evidence'
            }
          >
            <OtherAnswer key={shown.id} model={shown} />
          </Answer>
        )}
      </section>
      <Foot
        keys={keys}
        action={
          cardOf === undefined ? undefined : (
            <Button keys="i" onPress={() => setCard(true)}>
              Model card
            </Button>
          )
        }
      />
      {shown === undefined ? (
        <ModelPanel view={view} aggressiveness={aggressiveness} model={model} />
      ) : (
        <OtherPanel model={shown} caseId={caseId} />
      )}
      {card && cardOf !== undefined ? <CardDialog modelId={cardOf} onClose={() => setCard(false)} /> : null}
      {uncovering ? <UncoverDialog view={view} onClose={() => setUncovering(false)} /> : null}
      {sandbox ? (
        <WhatIfDialog
          view={view}
          result={computed ? aggressiveness : undefined}
          beforeSurgery={isBefore}
          onClose={() => setSandbox(false)}
        />
      ) : null}
    </div>
  );
}

/** The frame that says at a glance that this is a model's word and not the evidence's. */
const Answer = ({ kind, children }: { kind: string; children: ReactNode }) => (
  <article className={styles.answer}>
    <p className={styles.kind}>{kind}</p>
    {children}
  </article>
);

/** The score before surgery, beside a score after surgery that could not be given; never in its place. */
const Offered = ({ answer, onOpen }: { answer: string; onOpen: () => void }) => (
  <>
    <h3 className={styles.heading}>A score before surgery is given</h3>
    <p>{answer}</p>
    <Button onPress={onOpen}>Open the score before surgery</Button>
  </>
);

/** An abstention is a result: it says why, and what would make an estimate possible. */
function Abstained({ abstention, children }: { abstention: Abstention; children?: ReactNode }) {
  // Outside its cohorts the model reads nothing, and a table of nothing would say nothing.
  const read = abstention.modalities.filter(({ featuresInModel }) => featuresInModel > 0);
  return (
    <>
      <p className={styles.sentence}>No estimate for this patient. {abstention.reason}</p>
      <p className={styles.calm}>
        The model abstains where it has not seen patients like this one. Findings, tiers and options do not depend on it
        and stand as they are.
      </p>
      {abstention.detail.length === 0 ? null : (
        <ul className={styles.detail}>
          {abstention.detail.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {children}
      {read.length === 0 ? null : (
        <>
          <h3 className={styles.heading}>What was at hand</h3>
          <ModalityUseTable modalities={read} />
        </>
      )}
    </>
  );
}

const UnavailableNow = ({ reason }: { reason: string }) => (
  <>
    <p className={styles.sentence}>The model is not available now, so there is no estimate.</p>
    <p>{reason}</p>
    <p className={styles.calm}>
      Findings, tiers and options do not depend on it and stand as they are. The report will say that the section is
      absent, with this reason.
    </p>
  </>
);

function ModalityUseTable({ modalities }: { modalities: readonly ModalityUse[] }) {
  return (
    <table className={styles.modalities}>
      <thead>
        <tr>
          <th scope="col">Modality</th>
          <th scope="col">At hand</th>
          <th scope="col">What it rests on, or why it is absent</th>
          <th scope="col" className="num">
            Features
          </th>
        </tr>
      </thead>
      <tbody>
        {modalities.map(({ modality, state, reason, featuresUsed, featuresInModel }) => (
          <tr key={modality}>
            <th scope="row">{predictionModalityWords[modality]}</th>
            <td>{state === 'used' ? 'yes' : 'absent'}</td>
            <td>{reason}</td>
            <td className="num">
              {featuresUsed} of {featuresInModel}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
