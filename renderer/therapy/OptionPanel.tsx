import type { Classification } from '../../shared/board/classification.ts';
import type { MolecularProfile } from '../../shared/molecular/profile.ts';
import { withoutDismissed } from '../../shared/therapy/dismissed.ts';
import type { LessBenefit, OptionsTable, TherapyExclusion, TherapyOption } from '../../shared/therapy/options.ts';
import { nextBestTests, type SiteLists, testWords } from '../../shared/therapy/site-lists.ts';
import type { OptionTrials } from '../../shared/therapy/trials/for-option.ts';
import { Claims } from '../molecular/Claims.tsx';
import { findingName } from '../molecular/findings.ts';
import { Flag } from '../ui/marks.tsx';
import { Facts, Section } from '../ui/parts.tsx';
import { exclusionWords, plural, sentence, unbroken } from '../ui/words.ts';
import { becauseOf, NOT_WEIGHED, optionSentence, statementsOf } from './options-view.ts';
import { accessWords, escatWords } from './row-view.ts';
import { SafetyList } from './SafetySection.tsx';
import { gapWords } from './safety-view.ts';
import styles from './therapy.module.css';
import { accrualWords, verdictWords } from './trials-view.ts';

interface OptionPanelProps {
  readonly option: TherapyOption;
  readonly above: TherapyOption | undefined;
  readonly place: number;
  readonly profile: MolecularProfile | undefined;
  readonly trials?: OptionTrials | undefined;
  readonly escat?: Classification | undefined;
  readonly lists?: SiteLists | undefined;
  /** Findings that a reviewer dismissed. */
  readonly dismissed?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/** Why this option stands here, what would move it, and every statement for and against it. */
export function OptionPanel({
  option,
  above,
  place,
  profile,
  trials,
  escat,
  lists,
  dismissed = NONE,
}: OptionPanelProps) {
  const packs = profile?.packs ?? [];
  const supporting = statementsOf(profile, option.supporting);
  const against = statementsOf(profile, option.against);
  const { gone } = withoutDismissed(option, dismissed);
  return (
    <>
      <p className={styles.sentence}>{optionSentence(option, place)}</p>
      {option.prior === undefined ? null : (
        <p className={styles.flag}>
          <Flag tone="amber">{option.prior.text}</Flag>
        </p>
      )}
      <Section title="Because of">
        {gone.length === 0 ? null : (
          <p className={styles.flag}>
            <Flag tone="amber">
              Dismissed in review:{' '}
              {unbroken([...new Set(gone.map(({ text }) => text.split(': ')[0] ?? text))].join(', '))}
            </Flag>
            <span className={styles.second}>The rank still counts the statements on it: the board decides.</span>
          </p>
        )}
        <ul className={styles.because}>
          {becauseOf(option).map(({ findings, statement }) => (
            <li key={statement}>
              {unbroken(findings.join(', '))}
              <span className={styles.second}>{statement}</span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={`In this patient · ${option.safety?.findings.length ?? 'not checked'}`}>
        {option.safety === undefined ? (
          <p className="quiet">Not checked.</p>
        ) : (
          <>
            {option.safety.findings.length === 0 ? (
              <p className="quiet">Nothing found by label among the medicines, organs and genes on record.</p>
            ) : (
              <SafetyList findings={option.safety.findings} />
            )}
            {gapWords(option.safety) === '' ? null : <p className="meta">Not known: {gapWords(option.safety)}.</p>}
          </>
        )}
      </Section>
      <Section title="What would change this rank">
        {option.wouldChange.length === 0 ? (
          <p className="quiet">Nothing that the loaded packs know of hinges on a missing test or on one statement.</p>
        ) : (
          <ul className={styles.list}>
            {option.wouldChange.map((line) => (
              <li key={line}>{unbroken(line)}</li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Why this rank">
        <dl className={styles.rank}>
          {option.rank.map(({ key, value }) => (
            <div key={key} data-decides={key === option.partedBy}>
              <dt>{sentence(key)}</dt>
              <dd>
                {value}
                {key === option.partedBy ? <span className={styles.decides}>parts it from {above?.label}</span> : null}
              </dd>
            </div>
          ))}
        </dl>
        {option.partedBy === 'name' ? (
          <p className="meta">Nothing parts it from {above?.label} but the order of the alphabet.</p>
        ) : null}
      </Section>
      <Section title={`Statements for it · ${option.supporting.length}`}>
        <Claims key={option.id} evidence={supporting} packs={packs} openUpTo={2} />
        <Untold told={supporting.length} of={option.supporting.length} />
      </Section>
      <Section title={`Statements against it · ${option.against.length}`}>
        {option.against.length === 0 ? (
          <p className="quiet">None in the loaded packs that this case meets.</p>
        ) : (
          <Claims key={option.id} evidence={against} packs={packs} openUpTo={2} />
        )}
        <Untold told={against.length} of={option.against.length} />
      </Section>
      {option.escat === undefined ? null : (
        <Section
          title={
            escat === undefined ? `ESCAT ${option.escat.tier} · proposal by rule` : `ESCAT ${escat.class} · confirmed`
          }
        >
          {escat === undefined ? (
            <p className="meta">
              Nobody has confirmed it: key S on the finding does. {option.escat.confirm} It moves no rank.
            </p>
          ) : (
            <p>
              {sentence(escatWords(option, escat)?.second ?? '')}: {escat.reason}.{' '}
              <span className="quiet">Proposed by rule: {option.escat.tier}. It moves no rank.</span>
            </p>
          )}
          <ol className={styles.list}>
            {option.escat.path.map(({ question, answer, evidenceIds }) => (
              <li key={question}>
                {question} <b>{answer}</b>
                {evidenceIds.length === 0 ? null : (
                  <span className="mono meta"> {evidenceIds.slice(0, 4).join(' ')}</span>
                )}
              </li>
            ))}
          </ol>
        </Section>
      )}
      <Section title={`Trials of this site that give it · ${trials?.trials.length ?? 'not searched'}`}>
        {trials === undefined ? (
          <p className="quiet">Not searched: that is no statement that none fits.</p>
        ) : trials.trials.length === 0 ? (
          <p className="quiet">
            No trial document of this site names {option.agents.length === 1 ? 'this drug' : 'all of these drugs'} and
            fits or could fit{trials.ruledOut === 0 ? '' : `; ${trials.ruledOut} ruled out by a criterion`}.
          </p>
        ) : (
          <ul className={styles.list}>
            {trials.trials.map(({ id, nctId, title, verdict, accrual, file }) => (
              <li key={`${file} ${id}`}>
                <b>{verdictWords[verdict]}</b> {nctId ?? id} {title}
                <span className={styles.second}>{accrualWords[accrual.state]}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title="Trials named by these statements">
        {option.trialIds.length === 0 ? (
          <p className="quiet">None named.</p>
        ) : (
          <>
            <p className="mono">{option.trialIds.join(' ')}</p>
            <p className="meta">Where the evidence comes from; whether they recruit is not known here.</p>
          </>
        )}
      </Section>
      <Section title="Approval and access">
        {option.approvals === undefined ? (
          <p className="quiet">Not known: no pack of approvals is loaded.</p>
        ) : option.approvals.length === 0 ? (
          <p className="quiet">The pack has no approval of just these agents for the findings of this case.</p>
        ) : (
          <ul className={styles.list}>
            {option.approvals.map(({ approvalId, agency, standing, disease, approvedOn, missing, line }) => (
              <li key={approvalId}>
                {agency}
                {approvedOn === undefined ? '' : `, ${approvedOn}`}: {disease}
                <span className={styles.second}>
                  {standing === 'open' ? `open: ${missing.join('; ')}` : `for ${standing}`} · {approvalId}
                </span>
                {line === undefined || line.text === '' ? null : <span className={styles.second}>{line.text}</span>}
                <LabelCited label={profile?.approvals.find((one) => one.approvalId === approvalId)?.label} />
              </li>
            ))}
          </ul>
        )}
        <p className="meta">{accessWords(option, trials, lists)}: unknown is not free.</p>
      </Section>
      <Section title="What moves no rank">
        <p className="quiet">{NOT_WEIGHED}</p>
      </Section>
    </>
  );
}

/** The document an indication stands in; its address is text, because the workstation leads nowhere outside. */
const LabelCited = ({ label }: { label: MolecularProfile['approvals'][number]['label'] | undefined }) =>
  label === undefined ? null : (
    <span className={styles.second}>
      {label.brand === undefined ? 'Label' : `Label of ${label.brand}`}, revised {label.revised}: {label.url}
    </span>
  );

/** A statement that the table counts and the profile does not hold is said to be missing, never dropped in silence. */
const Untold = ({ told, of }: { told: number; of: number }) =>
  told === of ? null : (
    <p className="quiet">{plural(of - told, 'statement')} of these is not in the profile at hand.</p>
  );

export function ExclusionPanel({
  exclusion,
  profile,
}: {
  exclusion: TherapyExclusion | LessBenefit;
  profile: MolecularProfile | undefined;
}) {
  const off = 'kind' in exclusion;
  const evidence = statementsOf(profile, exclusion.evidence);
  const named = exclusion.findingIds.map((id) => {
    const finding = profile?.findings.find((one) => one.id === id);
    return finding === undefined ? id : unbroken(findingName(finding));
  });
  return (
    <>
      <p className={styles.flag}>
        {off ? (
          <Flag tone="red">Excluded: {exclusionWords[exclusion.kind]}</Flag>
        ) : (
          <Flag tone="amber">Less benefit reported, not excluded</Flag>
        )}
      </p>
      <p className={styles.sentence}>{off ? exclusion.reason : exclusion.text}</p>
      {off ? null : (
        <p className="quiet">
          No marker of the tumor chooses this treatment, and the statements are below guideline level: a worse course
          under it may be prognosis, not resistance. The board weighs it.
        </p>
      )}
      <Section title="Rests on">
        <Facts
          rows={[
            ['Findings', named.length === 0 ? 'the record, not a finding' : named.join(', ')],
            ['Best level', exclusion.bestLevel ?? 'no statement'],
          ]}
        />
      </Section>
      {!off || exclusion.cites === undefined ? null : (
        <Section title="Labels and guidelines">
          <ul className={styles.list}>
            {exclusion.cites.map((cite) => (
              <li key={cite}>{cite}</li>
            ))}
          </ul>
        </Section>
      )}
      {exclusion.evidence.length === 0 ? null : (
        <Section title={`Statements · ${exclusion.evidence.length}`}>
          <Claims key={exclusion.id} evidence={evidence} packs={profile?.packs ?? []} openUpTo={4} />
          <Untold told={evidence.length} of={exclusion.evidence.length} />
        </Section>
      )}
    </>
  );
}

const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, 4).join(', ')}${ids.length > 4 ? ` and ${ids.length - 4} more` : ''}`;

/** F054: the next best tests, each with what its result could add or rule out. */
export function WouldChange({ rows, lists }: { rows: OptionsTable['wouldChange']; lists?: SiteLists | undefined }) {
  return (
    <ol className={styles.tests}>
      {nextBestTests(rows, lists).map(({ gene, modality, text, adds, excludes, evidence, approvals = [], level }) => (
        <li key={`${gene}${modality}`}>
          <b>
            {gene} <span className="quiet">{modality.replaceAll('-', ' ')}</span>
          </b>
          <p>
            {text}
            <span className={styles.second}>{sentence(testWords({ gene, modality }, lists))}</span>
          </p>
          <p className="meta">
            {level === undefined ? '' : `level ${level} · `}
            {adds.length > 0 ? `could add ${adds.length}` : ''}
            {adds.length > 0 && excludes.length > 0 ? ' · ' : ''}
            {excludes.length > 0 ? `could rule out ${excludes.length}` : ''}
            {evidence.length === 0 ? '' : ` · ${listed(evidence)}`}
            {approvals.length === 0 ? '' : ` · approvals: ${listed(approvals)}`}
          </p>
        </li>
      ))}
    </ol>
  );
}
