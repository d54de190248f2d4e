import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReadFact } from '../../shared/exchange/notes/confirm.ts';
import type { NoteVerdict } from '../../shared/exchange/notes/fact.ts';
import { permitsAny } from '../../shared/vault/roles.ts';
import { faultOf } from '../app/fault.ts';
import { useWork, WorkProgress } from '../app/feed.tsx';
import { useKeys } from '../app/keyboard.tsx';
import { keysOf, useCaseChanged, useVaultStatus } from '../app/queries.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { useCaseView } from '../case/case-view.ts';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, TitleBar } from '../ui/parts.tsx';
import { type Column, rowKeys, WorkTable } from '../ui/WorkTable.tsx';
import { plural } from '../ui/words.ts';
import styles from './exchange.module.css';
import { assertionWords, fieldWords, piecesOf, unwritten } from './exchange-words.ts';

const tones = { confirmed: 'calm', dismissed: 'plain' } as const;

/** Letters with what rules read in them; a fact enters the case when a person confirms it, and never before (F012). */
export function LettersScreen() {
  const view = useCaseView();
  const { client } = useWorkstation();
  const { caseId } = view.listing;
  const changed = useCaseChanged();
  const work = useWork();
  const locked = view.report !== undefined;
  const may = permitsAny(useVaultStatus().data?.user?.roles ?? [], 'prep') && !locked;
  const [given, setGiven] = useState<Readonly<Record<string, NoteVerdict>>>({});
  const [chosen, setChosen] = useState<string>();
  const read = useQuery({ queryKey: keysOf.letters(caseId), queryFn: () => client.exchange.notes({ caseId }) });
  const facts = read.data ?? [];
  const verdictOf = (fact: ReadFact): NoteVerdict | undefined => given[fact.id] ?? fact.verdict;
  const ids = facts.map(({ id }) => id);
  const selected = chosen !== undefined && ids.includes(chosen) ? chosen : ids[0];
  const say = (verdict: NoteVerdict) => () => {
    if (selected === undefined || !may) return;
    setGiven({ ...given, [selected]: verdict });
    setChosen(ids[Math.min(ids.length - 1, ids.indexOf(selected) + 1)]);
  };
  const answers = unwritten(facts, given);
  const open = facts.filter((fact) => verdictOf(fact) === undefined).length;
  const write = async () => {
    if (Object.keys(answers).length === 0 || !may || work.running) return;
    const done = await work.run((signal) => client.case.analyze({ caseId, answers }, { signal }), changed);
    if (done.length > 0) setGiven({});
  };
  const columns: readonly Column<ReadFact>[] = [
    {
      id: 'verdict',
      title: 'You',
      width: '8rem',
      cell: (fact) => {
        const verdict = verdictOf(fact);
        return verdict === undefined ? <Flag tone="amber">open</Flag> : <Flag tone={tones[verdict]}>{verdict}</Flag>;
      },
      text: (fact) => verdictOf(fact) ?? 'open',
    },
    { id: 'field', title: 'Field', width: '10rem', cell: ({ field }) => fieldWords[field], text: ({ field }) => field },
    {
      id: 'value',
      title: 'Read as',
      cell: ({ value, relation, dose }) => (
        <>
          <b>{value}</b>
          {dose === undefined ? '' : ` ${dose}`}
          {relation === undefined ? '' : `, ${relation}`}
        </>
      ),
      text: ({ value }) => value,
    },
    {
      id: 'assertion',
      title: 'Said as',
      width: '11rem',
      cell: ({ assertion, cue, named }) => (
        <>
          {named === true ? 'named, no result read' : assertionWords[assertion]}
          {cue === undefined ? null : <span className="meta"> by “{cue.text}”</span>}
        </>
      ),
      text: ({ assertion, named }) => (named === true ? 'named, no result read' : assertionWords[assertion]),
    },
    {
      id: 'effect',
      title: 'Confirmed, it writes',
      lesser: true,
      cell: ({ effect }) => (effect.writes ? effect.words : <span className="quiet">nothing: {effect.words}</span>),
      text: ({ effect }) => effect.words,
    },
  ];
  const keys = useKeys('Letters', [
    ...rowKeys(ids, selected, setChosen),
    ...(may
      ? [
          { keys: 'c', label: 'confirm', run: say('confirmed') },
          { keys: 'd', label: 'dismiss', run: say('dismissed') },
          { keys: 'Ctrl+Enter', label: 'write into the case', run: () => void write() },
        ]
      : []),
  ]);
  return (
    <>
      <TitleBar
        title="Letters"
        count={
          read.data === undefined
            ? undefined
            : `${plural(view.record.notes.length, 'letter')} · ${plural(facts.length, 'fact')} read, ${open} open`
        }
      />
      <div className={styles.notices}>
        {work.running ? <WorkProgress work={work} title="Writing what was confirmed" /> : null}
        {work.fault === undefined ? null : <FaultNote fault={work.fault} />}
        {read.isError ? <FaultNote fault={faultOf(read.error)} /> : null}
      </div>
      {view.record.notes.length === 0 ? (
        <Empty title="This case has no letter">
          <p>Letters stand in the case bundle under “notes”.</p>
        </Empty>
      ) : read.isPending ? (
        <Loading what="Reading the letters" />
      ) : (
        <div className={styles.letters}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section className={styles.text} aria-label="Text of the letters" tabIndex={0}>
            {view.record.notes.map(({ title, text, date }, note) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a letter is known by its place
              <article key={note}>
                <h3>
                  {title} {date === undefined ? null : <span className="meta">{date}</span>}
                </h3>
                <p>
                  {piecesOf(
                    text,
                    facts.filter((one) => one.note === note),
                  ).map((piece, index) => {
                    const fact = facts.find(({ id }) => id === piece.fact);
                    return fact === undefined ? (
                      piece.text
                    ) : (
                      // biome-ignore lint/suspicious/noArrayIndexKey: pieces stand in the order of the text
                      <mark key={index} data-verdict={verdictOf(fact) ?? 'open'} data-current={fact.id === selected}>
                        {piece.text}
                      </mark>
                    );
                  })}
                </p>
              </article>
            ))}
          </section>
          <section className={styles.facts} aria-label="What was read">
            {facts.length === 0 ? (
              <Empty title="The rules read no fact in these letters">
                <p>Read them yourself: the rules do not know every way to write a thing.</p>
              </Empty>
            ) : (
              <WorkTable
                label="Facts of the letters"
                columns={columns}
                groups={[{ id: 'all', rows: facts }]}
                rowId={({ id }) => id}
                selected={selected}
                onSelect={setChosen}
              />
            )}
          </section>
        </div>
      )}
      <Foot
        keys={keys.filter((key) => !key.keys.startsWith('Arrow'))}
        action={
          <Button
            look="primary"
            keys="Ctrl+Enter"
            isDisabled={!may || Object.keys(answers).length === 0 || work.running}
            onPress={() => void write()}
          >
            {locked ? 'The report is signed' : `Write ${plural(Object.keys(answers).length, 'verdict')} into the case`}
          </Button>
        }
      />
    </>
  );
}
