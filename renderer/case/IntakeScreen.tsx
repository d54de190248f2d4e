import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { IntakeDocument, IntakeQuestion } from '../../shared/case/intake.ts';
import type { CaseView } from '../../shared/contract.ts';
import { germlineHidden } from '../../shared/molecular/germline-sheet.ts';
import { useWork, WorkProgress } from '../app/feed.tsx';
import { useKeys } from '../app/keyboard.tsx';
import { useCaseChanged } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useDraft } from '../store/drafts.ts';
import { Flag, type FlagTone } from '../ui/marks.tsx';
import { Button, Empty, Facts, FaultNote, Field, Foot, Note, Section, TitleBar } from '../ui/parts.tsx';
import { type Column, PlainTable, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { count, modalityWords, plural, sentence } from '../ui/words.ts';
import { CasePanel } from './CasePanel.tsx';
import { useCaseView } from './case-view.ts';
import styles from './intake.module.css';
import {
  balances,
  baseName,
  equation,
  type FileState,
  figures,
  fileStateWords,
  type IntakeFile,
  intakeFiles,
  understood,
} from './intake-files.ts';
import { Ledger } from './Ledger.tsx';
import { LikeCases } from './LikeCases.tsx';
import { ledgerSize } from './ledger-rows.ts';

const views = [
  { id: 'files', word: 'Files', keys: 'f' },
  { id: 'ledger', word: 'Ledger', keys: 'l' },
] as const;
type ViewId = (typeof views)[number]['id'];

type Answers = Readonly<Record<string, string>>;
const asAnswers = (kept: unknown): Answers | undefined =>
  typeof kept === 'object' && kept !== null && Object.values(kept).every((value) => typeof value === 'string')
    ? (kept as Answers)
    : undefined;

/** What came in: what each file was understood to be, what is asked, what was refused, and what was assayed at all. */
export function IntakeScreen() {
  const view = useCaseView();
  return view.intake === undefined ? <NotRead view={view} /> : <Read view={view} intake={view.intake} />;
}

function useAnalyze({ listing }: CaseView) {
  const { client } = useWorkstation();
  const work = useWork();
  const changed = useCaseChanged();
  const analyze = async (answers: Answers = {}): Promise<boolean> => {
    if (work.running) return false;
    const done = await work.run(
      (signal) => client.case.analyze({ caseId: listing.caseId, answers: { ...answers } }, { signal }),
      changed,
    );
    return done.length > 0;
  };
  return { work, analyze };
}

function NotRead({ view }: { view: CaseView }) {
  const { work, analyze } = useAnalyze(view);
  useKeys('Intake', [{ keys: 'r', label: 'read the source files', run: () => void analyze() }]);
  return (
    <>
      <TitleBar title="Intake" />
      <Empty
        title="The source files were not read yet"
        actions={
          <Button look="primary" keys="r" isDisabled={work.running} onPress={() => void analyze()}>
            Read the source files
          </Button>
        }
      >
        <p>{plural(view.record.files.length, 'file')} in the bundle.</p>
      </Empty>
      <div className={styles.notices}>
        {work.running ? <WorkProgress work={work} title="Reading and analyzing the case" /> : null}
        {work.fault === undefined ? null : <FaultNote fault={work.fault} />}
      </div>
    </>
  );
}

const stateTones: Record<FileState, FlagTone> = {
  refused: 'red',
  asks: 'amber',
  'not-read': 'amber',
  remarks: 'plain',
  read: 'calm',
};

const columns = (assays: ReadonlyMap<string, string>): Column<IntakeFile>[] => [
  {
    id: 'state',
    title: 'State',
    width: '9rem',
    cell: (row) => <Flag tone={stateTones[row.state]}>{fileStateWords[row.state]}</Flag>,
    text: (row) => fileStateWords[row.state],
  },
  {
    id: 'file',
    title: 'File',
    cell: (row) => <span className="mono">{baseName(row.path)}</span>,
    text: (row) => row.path,
  },
  {
    id: 'holds',
    title: 'Holds',
    cell: (row) => (row.file === undefined ? '–' : sentence(modalityWords[row.file.modality])),
    text: (row) => (row.file === undefined ? '' : modalityWords[row.file.modality]),
  },
  {
    id: 'assay',
    title: 'Assay',
    cell: (row) => assays.get(row.file?.assayId ?? '') ?? <span className="quiet">not stated</span>,
    text: (row) => assays.get(row.file?.assayId ?? '') ?? '',
  },
  {
    id: 'understood',
    least: true,
    title: 'Understood as',
    width: '38%',
    cell: (row) =>
      row.understanding === undefined ? (
        <span className="quiet">{row.refusal?.message ?? 'nothing of it was read'}</span>
      ) : (
        understood(row.understanding)
      ),
    text: (row) => (row.understanding === undefined ? (row.refusal?.message ?? '') : understood(row.understanding)),
  },
  {
    id: 'accounting',
    least: true,
    title: 'In = shown + collapsed + filtered',
    numeric: true,
    cell: (row) => (row.accounting === undefined ? <span className="quiet">–</span> : figures(row.accounting)),
    text: (row) => (row.accounting === undefined ? '' : equation(row.accounting)),
  },
];

function Read({ view, intake }: { view: CaseView; intake: IntakeDocument }) {
  const { record, listing, report, profile } = view;
  const navigate = useNavigate();
  const { work, analyze } = useAnalyze(view);
  const [shown, setShown] = useState<ViewId>('files');
  const answers = useDraft<Answers>(`answers:${listing.caseId}`, {}, asAnswers);
  const files = intakeFiles(record, intake);
  const ids = files.map((file) => file.path);
  const [chosen, setChosen] = useState<string>();
  const selected = chosen !== undefined && ids.includes(chosen) ? chosen : ids[0];
  const file = files.find((one) => one.path === selected);
  const locked = report !== undefined;

  const given = Object.fromEntries(
    intake.questions
      .map((question) => [question.id, answers.value[question.id] ?? ''] as const)
      .filter(([, answer]) => answer !== ''),
  );
  const missing = intake.questions.filter((question) => question.blocking && given[question.id] === undefined).length;
  const ready = Object.keys(given).length > 0 && missing === 0 && !locked && !work.running;
  const onward = () => void navigate({ to: '/case/$caseId/findings', params: { caseId: listing.caseId } });
  const answerAndRead = async () => {
    if (ready && (await analyze(given))) await answers.drop();
  };
  const asks = intake.questions.length > 0;
  // As many as the ledger shows: genes that the evidence asks for are among them, withheld ones are not.
  const genes = useMemo(
    () => ledgerSize(intake.ledger, profile, germlineHidden(record, profile)),
    [intake.ledger, profile, record],
  );

  const keys = useKeys('Intake', [
    ...views.map(({ id, word, keys: key }) => ({ keys: key, label: word.toLowerCase(), run: () => setShown(id) })),
    ...(shown === 'files' ? rowKeys(ids, selected, setChosen) : []),
    ...(locked ? [] : [{ keys: 'r', label: 'read the files again', run: () => void analyze() }]),
    ...(asks
      ? [{ keys: 'Ctrl+Enter', label: 'read again with the answers', run: () => void answerAndRead() }]
      : [{ keys: 'Enter', label: 'on to the findings', run: onward }]),
    ...(work.running ? [{ keys: 'Escape', label: 'cancel', run: work.cancel }] : []),
  ]);

  const general = intake.warnings.filter((warning) => warning.file === undefined);
  return (
    <>
      <TitleBar title="Intake" count={headline(files)}>
        <fieldset className={styles.tabs} aria-label="What to show">
          {views.map(({ id, word, keys: key }) => (
            <Button
              key={id}
              look={id === shown ? 'plain' : 'quiet'}
              aria-pressed={id === shown}
              keys={key}
              onPress={() => setShown(id)}
            >
              {id === 'ledger' ? `${word} · ${plural(genes, 'gene')}` : `${word} · ${files.length}`}
            </Button>
          ))}
        </fieldset>
      </TitleBar>
      <div className={styles.notices}>
        {work.running ? <WorkProgress work={work} title="Reading and analyzing the case" /> : null}
        {work.fault === undefined ? null : (
          <FaultNote
            fault={work.fault}
            action={
              <Button look="quiet" onPress={work.forget}>
                Dismiss
              </Button>
            }
          />
        )}
        {intake.questions.map((question) => (
          <Question
            key={question.id}
            question={question}
            answer={answers.value[question.id] ?? ''}
            onAnswer={(answer) => answers.change((before) => ({ ...before, [question.id]: answer }))}
            isDisabled={locked || work.running}
          />
        ))}
        <LikeCases view={view} />
        {general.map((warning) => (
          <Note key={warning.message} tone="plain">
            <p>{warning.message}</p>
          </Note>
        ))}
      </div>
      {shown === 'ledger' ? (
        <Ledger view={view} ledger={intake.ledger} />
      ) : (
        <>
          <WorkTable
            label="Files"
            columns={columns(new Map(record.assays.map((assay) => [assay.id, assay.name])))}
            groups={[{ id: 'all', rows: files }]}
            rowId={(row) => row.path}
            selected={selected}
            onSelect={setChosen}
          />
          {file === undefined ? null : <FilePanel file={file} />}
        </>
      )}
      <Foot
        keys={keys.filter((key) => !key.keys.startsWith('Arrow'))}
        action={
          asks && !locked ? (
            <Button look="primary" keys="Ctrl+Enter" isDisabled={!ready} onPress={() => void answerAndRead()}>
              {missing > 0 ? `${plural(missing, 'answer')} missing` : 'Read again with the answers'}
            </Button>
          ) : (
            <Button look="primary" keys="Enter" onPress={onward}>
              On to the findings
            </Button>
          )
        }
      />
    </>
  );
}

function headline(files: readonly IntakeFile[]): string {
  const of = (...states: FileState[]) => files.filter((file) => states.includes(file.state)).length;
  return [
    `${count(of('read', 'remarks'))} of ${plural(files.length, 'file')} read`,
    of('asks') > 0 ? `${count(of('asks'))} ask you` : undefined,
    of('refused') > 0 ? `${count(of('refused'))} refused` : undefined,
    of('not-read') > 0 ? `${count(of('not-read'))} not read` : undefined,
  ]
    .filter(Boolean)
    .join(' · ');
}

interface QuestionProps {
  readonly question: IntakeQuestion;
  readonly answer: string;
  readonly onAnswer: (answer: string) => void;
  readonly isDisabled: boolean;
}

/** Asked once, answered once; nothing is guessed meanwhile (F004). */
function Question({ question, answer, onAnswer, isDisabled }: QuestionProps) {
  return (
    <Note tone="amber">
      <fieldset className={styles.asked} disabled={isDisabled}>
        <legend>
          <strong>{question.question}</strong> <span className="meta mono">{baseName(question.file)}</span>
        </legend>
        {question.choices.length === 0 ? (
          <Field label="Answer" value={answer} onChange={onAnswer} isDisabled={isDisabled} maxLength={200} />
        ) : (
          <div className={styles.choices}>
            {question.choices.map((choice) => (
              <label key={choice}>
                <input
                  type="radio"
                  name={question.id}
                  value={choice}
                  checked={choice === answer}
                  onChange={() => onAnswer(choice)}
                />
                {choice}
              </label>
            ))}
          </div>
        )}
        {question.blocking ? (
          <p className="meta">Until this is answered, nothing of the file goes into findings or options.</p>
        ) : null}
      </fieldset>
    </Note>
  );
}

function FilePanel({ file }: { file: IntakeFile }) {
  const { understanding, accounting, refusal } = file;
  return (
    <CasePanel
      title={<span className="mono">{baseName(file.path)}</span>}
      about={file.file === undefined ? undefined : sentence(modalityWords[file.file.modality])}
    >
      {refusal === undefined ? null : <FaultNote fault={refusal} />}
      {refusal === undefined ? null : <p className="meta">The other files of the case are not touched by this.</p>}
      {understanding === undefined ? null : (
        <Section title="What was understood">
          <Facts
            rows={[
              ['Format', understanding.format],
              ['Genome build', from(understanding.genomeBuild, understanding.buildFrom)],
              ['Caller', understanding.caller],
              ['Depth from', understanding.depthFrom],
              ['Allele fraction from', understanding.alleleFractionFrom],
              ['Tumor sample', understanding.tumorSample],
              ['Normal sample', understanding.normalSample],
              ['Annotation from', understanding.annotationFrom],
              ['Rows', count(understanding.rows)],
            ].filter((row): row is [string, string] => row[1] !== undefined)}
          />
          {understanding.notes.length === 0 ? null : (
            <ul className={styles.notes}>
              {understanding.notes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          )}
        </Section>
      )}
      {accounting === undefined ? null : (
        <Section title="Where every allele went">
          <p className={styles.equation}>{equation(accounting)}</p>
          {balances(accounting) ? null : <Note tone="red">These do not add up. Report this file.</Note>}
          <PlainTable
            label="Where every allele went"
            head={['Part', 'Number']}
            numeric={[1]}
            rows={[
              ['Rows in', count(accounting.rowsIn)],
              ['Alleles in, after splitting rows with several', count(accounting.allelesIn)],
              ['Shown', count(accounting.shown)],
              ...accounting.collapsed.map((part) => [`Collapsed: ${part.rule}`, count(part.count)]),
              ...accounting.filtered.map((part) => [`Filtered: ${part.rule}`, count(part.count)]),
            ]}
          />
        </Section>
      )}
      {file.remarks.length === 0 ? null : (
        <Section title="Remarks">
          <ul className={styles.notes}>
            {file.remarks.map((remark) => (
              <li key={remark}>{remark}</li>
            ))}
          </ul>
        </Section>
      )}
      {file.state === 'not-read' ? <p className="quiet">Nothing of this file was read.</p> : null}
    </CasePanel>
  );
}

const from = (value: string | undefined, source: string | undefined): string | undefined =>
  value === undefined ? undefined : source === undefined ? value : `${value}, from ${source}`;
