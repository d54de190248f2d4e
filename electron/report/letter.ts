/** The patient's letter on paper, and its sign-off: no letter leaves without a person's electronic signature on it (F096). */
import { createHash } from 'node:crypto';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import { type Language, longDate } from '../../shared/report/language.ts';
import { composeLetter, LETTER_GRADE, letterText, type PatientLetter } from '../../shared/report/letter.ts';
import { letterWords } from '../../shared/report/letter-words.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import { ink } from './ink.ts';
import { SHEET_WIDTH, words } from './paper.ts';
import { type Content, type DocumentDefinition, printPdf } from './pdfmake.ts';
import { type SigningIdentity, signPdf, verifyReport } from './signing/index.ts';
import type { Site } from './site.ts';

const MARGIN = 51;

/** @throws FaultError report-incomplete where the board has decided nothing, or where the text is too hard to read */
export function letterOf(input: ReportInput, language: Language): PatientLetter {
  const letter = composeLetter(input, language);
  if (letter === undefined)
    throw new FaultError(
      fault(
        'report-incomplete',
        'The board has decided nothing yet: there is nothing to tell the patient.',
        'Record the decision and sign the report first.',
        { field: 'R43' },
      ),
    );
  return letter;
}

/** What a person has read and signs: the hash of the text, word for word. */
export const letterHash = (letter: PatientLetter): Sha256 =>
  Sha256.parse(createHash('sha256').update(letterText(letter)).digest('hex'));

/** PDF 1.7 in large type. The same letter gives the same bytes: the date is that of the signature. */
async function printLetter(
  letter: PatientLetter,
  input: ReportInput,
  { signer, signedAt }: { readonly signer: string; readonly signedAt: string },
): Promise<Uint8Array> {
  const said = letterWords[letter.language];
  const made = new Date(signedAt);
  const { record } = input;
  const section = ({ title, sentences }: PatientLetter['sections'][number]): Content => ({
    stack: [
      words(title, { fontSize: 13, bold: true, color: ink.accent, margin: [0, 12, 0, 4] }),
      words(sentences.map(({ text }) => text).join(' '), { fontSize: 11.5, lineHeight: 1.35 }),
    ],
    unbreakable: true,
  });
  const definition: DocumentDefinition = {
    pageSize: 'A4',
    pageMargins: [MARGIN, 56, MARGIN, 50],
    language: { en: 'en-US', de: 'de-DE', es: 'es-ES' }[letter.language],
    displayTitle: true,
    info: {
      title: letter.title,
      author: 'Signer named in the signature',
      subject: 'Letter to the patient',
      creator: `Consilium ${input.version}`,
      producer: `Consilium ${input.version}`,
      creationDate: made,
      modDate: made,
      ConsiliumReport: input.reportId,
    },
    defaultStyle: { font: 'Inter', fontSize: 11.5, color: ink.text },
    header: () => ({
      ...words(
        [record.referrer?.institution, record.patient.pseudonym].filter(Boolean).join('  ·  '),
        { fontSize: 8, color: ink.muted },
        SHEET_WIDTH,
      ),
      margin: [MARGIN, 26, MARGIN, 0],
    }),
    footer: (page, pages) => ({
      ...words(
        `${said.report(input.reportId)}  ${said.page(page, pages)}`,
        { fontSize: 8, color: ink.muted },
        SHEET_WIDTH,
      ),
      margin: [MARGIN, 12, MARGIN, 0],
    }),
    pageBreakBefore: () => false,
    content: [
      words(letter.title, { fontSize: 20, bold: true, color: ink.accent, margin: [0, 0, 0, 4] }),
      ...letter.sections.map(section),
      words(said.signed(signer, longDate(signedAt, letter.language)), {
        fontSize: 11.5,
        bold: true,
        margin: [0, 18, 0, 0],
      }),
    ],
  };
  return new Uint8Array(await printPdf(definition));
}

/**
 * Signs the letter that was read. The signature is the sign-off; without it there is no file.
 *
 * @throws FaultError version-conflict where the text is not the one that was read; report-incomplete where its reading
 *   grade is above {@link LETTER_GRADE}; and those of signing
 */
export async function signedLetter(
  input: ReportInput,
  language: Language,
  read: Sha256 | undefined,
  by: { readonly identity: SigningIdentity; readonly signedAt: string; readonly site?: Site | undefined },
): Promise<{ letter: PatientLetter; bytes: Uint8Array }> {
  const { identity, signedAt, site } = by;
  const letter = letterOf(input, language);
  if (read !== undefined && read !== letterHash(letter))
    throw new FaultError(
      fault('version-conflict', 'The letter is not the one that was read.', 'Read it again, then sign.'),
    );
  if (letter.grade > LETTER_GRADE)
    throw new FaultError(
      fault(
        'report-incomplete',
        `The letter reads at school year ${letter.grade}; at most ${LETTER_GRADE} is plain.`,
        'Shorten the names of the treatments in the decision.',
        { field: 'R43' },
      ),
    );
  site?.admit(identity, signedAt);
  const paper = await printLetter(letter, input, { signer: identity.signer, signedAt });
  const signed = await signPdf(paper, identity, { name: identity.signer, meaning: 'approval', signedAt }, site);
  if (!signed.ok) throw new FaultError(signed.fault);
  const check = await verifyReport(signed.value, { trustAnchorsPem: site?.trustAnchorsPem ?? [], now: signedAt });
  if (check.verdict !== 'valid' && check.verdict !== 'valid-untrusted')
    throw new FaultError(
      fault(
        'signature-invalid',
        'The signature of the letter does not verify; nothing was given out.',
        'Try another identity, and report this.',
      ),
    );
  return { letter, bytes: signed.value };
}
