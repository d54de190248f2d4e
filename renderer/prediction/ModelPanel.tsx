import { useQuery } from '@tanstack/react-query';
import type { CaseView } from '../../shared/contract.ts';
import type { VersionsOnCase } from '../../shared/prediction/model-versions.ts';
import type { Predictions } from '../../shared/prediction/predictions.ts';
import { faultOf } from '../app/fault.ts';
import { keysOf, useModels, useModelVersions } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { CasePanel } from '../case/CasePanel.tsx';
import { Markdown } from '../ui/Markdown.tsx';
import { Flag } from '../ui/marks.tsx';
import { Facts, FaultNote, Loading, ModalDialog, Section } from '../ui/parts.tsx';
import { PlainTable } from '../ui/WorkTable.tsx';
import { hardlyKnown, likeThisPatient, representedOn } from './integration.ts';
import styles from './prediction.module.css';
import { VersionFigures } from './VersionFigures.tsx';

export function useCard(modelId: string | undefined) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: keysOf.card(modelId ?? ''),
    queryFn: () => client.prediction.card({ modelId: modelId ?? '' }),
    enabled: modelId !== undefined,
  });
}

/** F114: with fewer patients like this one the badge warns. */
const FEW_ALIKE = 30;

interface ModelPanelProps {
  readonly view: CaseView;
  readonly aggressiveness: Predictions['aggressiveness'];
  readonly model: Predictions['models'][number] | undefined;
}

/** F064 as far as it goes here: limits, whom the model learned from, which bytes spoke. */
export function ModelPanel({ view, aggressiveness, model }: ModelPanelProps) {
  const models = useModels();
  const card = useCard(model?.id);
  const status = models.data?.find(({ id }) => id === (model?.id ?? 'aggressiveness'));
  const on =
    aggressiveness.state !== 'computed' || card.data === undefined
      ? undefined
      : representedOn(card.data.markdown, aggressiveness.cohort.tumorType);
  const rare = on === undefined ? undefined : hardlyKnown(view.record.patient.ancestry, on);
  const versions = useModelVersions(view.listing.caseId).data?.find(({ id }) => id === model?.id)?.versions ?? [];
  return (
    <CasePanel title="How far to trust it" about={status?.title ?? 'Integrated tumor aggressiveness'}>
      {on === undefined ? null : (
        <Section title="Does it know patients like this one?">
          <PlainTable
            label="This patient and the cohort"
            head={['Fact', 'This patient', `Cohort, n ${on.patients}`]}
            rows={likeThisPatient(view.record, on)}
          />
          {aggressiveness.state !== 'computed' || aggressiveness.alike === undefined ? null : (
            <p className={styles.rare}>
              <Flag tone={aggressiveness.alike.patients < FEW_ALIKE ? 'amber' : 'plain'}>
                {`${aggressiveness.alike.patients} of ${aggressiveness.cohort.patients} training patients are like this one (${aggressiveness.alike.who})`}
              </Flag>
            </p>
          )}
          {rare === undefined ? null : (
            <p className={styles.rare}>
              <Flag tone="amber">{rare}</Flag>
            </p>
          )}
        </Section>
      )}
      {aggressiveness.state === 'computed' ? (
        <Section title="Limits">
          <ul className={styles.limits}>
            {aggressiveness.limits.map((limit) => (
              <li key={limit}>{limit}</li>
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title={aggressiveness.state === 'computed' ? 'Which model spoke' : 'Which model was asked'}>
        <Facts
          rows={[
            ['Model', model === undefined ? 'none: no model could be run' : `${model.id} ${model.version}`],
            [
              'State now',
              status === undefined
                ? 'not known'
                : status.state === 'verified'
                  ? 'verified against the pinned hash'
                  : `${status.state}${status.reason === undefined ? '' : `: ${status.reason}`}`,
            ],
            ...(model === undefined
              ? []
              : ([
                  [
                    'SHA-256',
                    <span key="hash" className={`mono ${styles.hash}`}>
                      {model.sha256}
                    </span>,
                  ],
                ] as const)),
          ]}
        />
      </Section>
      <VersionsOfModel versions={versions} />
      {versions.length < 2 || model === undefined ? null : <VersionFigures modelId={model.id} />}
    </CasePanel>
  );
}

export function CardDialog({ modelId, onClose }: { modelId: string; onClose: () => void }) {
  const card = useCard(modelId);
  return (
    <ModalDialog title="Model card" isOpen wide onClose={onClose}>
      {card.isPending ? (
        <Loading what="Reading the card" rows={8} />
      ) : card.isError ? (
        <FaultNote fault={faultOf(card.error)} />
      ) : (
        <Markdown text={card.data.markdown} />
      )}
    </ModalDialog>
  );
}

/** F040: each version of the model that is here, on this patient. Nothing where only one is. */
export const VersionsOfModel = ({ versions }: { versions: VersionsOnCase[number]['versions'] }) =>
  versions.length < 2 ? null : (
    <Section title="Versions beside each other">
      <PlainTable
        label="What each version says of this patient"
        head={['Version', 'Of', 'Says']}
        rows={versions.map(({ version, publisher, inUse, sentence }) => [
          inUse ? `${version}, in use` : version,
          publisher,
          sentence,
        ])}
      />
    </Section>
  );
