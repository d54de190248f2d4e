import { type ReactNode, useState } from 'react';
import type { CaseView } from '../../shared/contract.ts';
import { assertNever } from '../../shared/foundation/result.ts';
import type { Abstention, ModalityUse, Predictions } from '../../shared/prediction/predictions.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useCaseView } from '../case/case-view.ts';
import { Button, Chip, Empty, Foot, TitleBar } from '../ui/parts.tsx';
import { predictionModalityWords } from '../ui/words.ts';
import { Computed, type PictureId } from './Computed.tsx';
import { CardDialog, ModelPanel } from './ModelPanel.tsx';
import styles from './prediction.module.css';

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
  const { aggressiveness } = predictions;
  const [open, setOpen] = useState<ReadonlySet<PictureId>>(new Set());
  const [asTable, setAsTable] = useState(false);
  const [card, setCard] = useState(false);
  const model = predictions.models[0];
  const computed = aggressiveness.state === 'computed';

  const toggle = (id: PictureId) => () => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    setOpen(next);
  };
  const keys = useKeys('Integration', [
    ...(computed
      ? [
          { keys: 'w', label: 'why', run: toggle('why') },
          { keys: 's', label: 'survival of comparable patients', run: toggle('survival') },
          { keys: 'x', label: 'without a modality', run: toggle('without') },
          { keys: 't', label: 'pictures as tables', run: () => setAsTable(!asTable) },
        ]
      : []),
    ...(model === undefined ? [] : [{ keys: 'm', label: 'model card', run: () => setCard(true) }]),
  ]);

  return (
    <div className={styles.page}>
      <TitleBar title="Integration" count="one model, beside the evidence">
        <Chip>
          Never raises or lowers <b>a tier</b>
        </Chip>
      </TitleBar>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={styles.body} tabIndex={0} aria-label="Model estimate">
        <Answer kind={computed ? 'Model estimate, not evidence' : 'The model gives no estimate'}>
          {computed ? (
            <Computed result={aggressiveness} open={open} onToggle={toggle} asTable={asTable} onAsTable={setAsTable} />
          ) : aggressiveness.state === 'abstained' ? (
            <Abstained abstention={aggressiveness} />
          ) : aggressiveness.state === 'unavailable' ? (
            <UnavailableNow reason={aggressiveness.reason} />
          ) : (
            assertNever(aggressiveness)
          )}
        </Answer>
      </section>
      <Foot
        keys={keys}
        action={
          model === undefined ? undefined : (
            <Button keys="m" onPress={() => setCard(true)}>
              Model card
            </Button>
          )
        }
      />
      <ModelPanel view={view} aggressiveness={aggressiveness} model={model} />
      {card && model !== undefined ? <CardDialog modelId={model.id} onClose={() => setCard(false)} /> : null}
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

/** An abstention is a result: it says why, and what would make an estimate possible. */
function Abstained({ abstention }: { abstention: Abstention }) {
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
