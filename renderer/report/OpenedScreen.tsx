import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { OpenedReport } from '../../shared/contract.ts';
import { uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useKeys } from '../app/keyboard.tsx';
import { useWorkstation } from '../app/workstation.tsx';
import { slideWords } from '../board/meeting-words.ts';
import { Slide, Stage } from '../board/Slide.tsx';
import { useSlideKeys } from '../board/slide-keys.ts';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { Flag } from '../ui/marks.tsx';
import { Button, Empty, FaultNote, Foot, Loading, Note, Section, TitleBar } from '../ui/parts.tsx';
import { moment } from '../ui/words.ts';
import { Paper } from './Paper.tsx';
import styles from './report.module.css';
import { Verdict } from './Verdict.tsx';

/**
 * A signed report from a file, on any station (F091): checked first, then the case as it stood when it was signed. It is read
 * out of the file for this screen alone: left, it is gone, and nothing of it comes into the vault.
 */
export function OpenedScreen() {
  const { client } = useWorkstation();
  const navigate = useNavigate();
  const opening = useMutation({
    gcTime: 0,
    mutationFn: async (file: File) => client.report.open({ ticket: await uploadFile(client, file) }),
  });
  const { pick, field } = useFilePicker('File of a signed report', '.pdf,application/pdf', (file) =>
    opening.mutate(file),
  );
  useKeys('Opened report', [
    { keys: 'i', label: 'open a file', run: pick },
    { keys: 'Escape', label: 'signed reports', run: () => void navigate({ to: '/watch' }) },
  ]);
  return (
    <HouseFrame current="packs">
      {opening.isSuccess ? (
        <Opened key={opening.data.verification.sha256} opened={opening.data} onPick={pick} />
      ) : (
        <>
          <TitleBar level={1} title="Signed report from a file" />
          <div className={styles.notices}>{opening.isError ? <FaultNote fault={faultOf(opening.error)} /> : null}</div>
          {opening.isPending ? (
            <Loading what="Checking every byte" rows={6} />
          ) : (
            <Empty
              level={2}
              title="No report is open"
              actions={
                <Button look="primary" keys="I" onPress={pick}>
                  Open a file
                </Button>
              }
            >
              <p>
                A signed report carries its case. Its signatures are checked first; then the case stands here as it was
                signed, read-only. Nothing of it is stored.
              </p>
            </Empty>
          )}
        </>
      )}
      {field}
    </HouseFrame>
  );
}

const paperWords = {
  same: 'The pages are what the documents inside give, byte for byte.',
  other:
    'The pages are NOT what the documents inside give: they were altered before they were signed, or a program of the same version whose sources were changed made them. Do not rely on them.',
  unknown: 'Another version or build of the program made the pages; they were not composed again.',
} as const;

function Opened({ opened, onPick }: { opened: OpenedReport; onPick: () => void }) {
  const { reportId, composedAt, version, verification, paperMatches, report, view } = opened;
  const { shown, page, show, choosing, turning } = useSlideKeys<'paper'>('paper');
  const keys = useKeys('As it was signed', [
    { keys: '0', label: 'the report', run: () => show('paper') },
    ...choosing,
    // The paper is scrolled by these keys.
    ...(shown === 'paper' ? [] : turning),
  ]);
  const paper = paperMatches === undefined ? 'unknown' : paperMatches ? 'same' : 'other';
  return (
    <>
      <TitleBar level={1} title="Signed report from a file" count={<span className="mono">{reportId}</span>}>
        <Flag tone="plain">read-only</Flag>
      </TitleBar>
      <div className={styles.notices}>
        <Note tone="calm">
          <p>
            <strong>{view.record.patient.pseudonym}</strong> from report <span className="mono">{reportId}</span> of{' '}
            {moment(composedAt)}, written by version {version}. It is shown as it was signed; this vault keeps only that
            it was opened.
          </p>
        </Note>
      </div>
      <div className={styles.draft}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
        <section className={styles.list} aria-label="Check of the file" tabIndex={0}>
          <h2>The file</h2>
          <Section title="Check of the signatures">
            <Verdict verification={verification} />
          </Section>
          <Section title="The pages">
            {paper === 'other' ? (
              <Note tone="red">
                <p>{paperWords.other}</p>
              </Note>
            ) : (
              <p>{paperWords[paper]}</p>
            )}
          </Section>
        </section>
        <section
          className={styles.desk}
          aria-label={`As it was signed: ${shown === 'paper' ? 'the report' : slideWords[shown]}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
        >
          {shown === 'paper' ? (
            <Paper blocks={[...report.front, ...report.appendix]} marked={undefined} />
          ) : (
            <div className={styles.asSigned}>
              <Stage>
                <Slide view={view} slide={shown} page={page} level={2} />
              </Stage>
            </div>
          )}
        </section>
      </div>
      <Foot
        keys={keys.filter(({ keys: key }) => /^(?:[0137]|PageDown)$/.test(key))}
        action={
          <Button look="primary" keys="I" onPress={onPick}>
            Another file
          </Button>
        }
      />
    </>
  );
}
