import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type Fault, type FaultCode, fault } from '../../shared/foundation/fault.ts';
import type { Signer, SmartCard } from '../../shared/report/signer.ts';
import { uploadFile } from '../app/client.ts';
import { faultOf } from '../app/fault.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { Button, FaultNote, Field } from '../ui/parts.tsx';
import styles from './report.module.css';

/** An identity is a few kilobytes; something larger is another file. */
const IDENTITY_BYTES = 1024 * 1024;

const tooLarge = fault(
  'identity-invalid',
  'This file is too large to be an identity.',
  'Choose the .p12 or .pfx file that holds your certificate and key.',
);

/** Refusals that a new password or PIN can cure: the field is emptied for it. */
const passwordFaults: ReadonlySet<FaultCode> = new Set<FaultCode>(['identity-password-wrong']);

const triesWords: Readonly<Record<SmartCard['tries'], string | undefined>> = {
  enough: undefined,
  few: 'a wrong PIN was typed before: few tries are left',
  last: 'one try is left before the card locks itself',
  locked: 'the PIN is locked: unlock it with its PUK in the software of its maker',
};

type Certificate = SmartCard['certificates'][number];

/** Why a certificate cannot be chosen now; undefined where it can. */
function hindrance({ tries }: SmartCard, { unsuitable, notBefore, notAfter }: Certificate, now: string) {
  if (tries === 'locked') return 'the card is locked';
  if (notAfter < now) return `expired on ${notAfter.slice(0, 10)}`;
  if (notBefore > now) return `not valid before ${notBefore.slice(0, 10)}`;
  return unsuitable;
}

interface SignerFields {
  readonly fields: ReactNode;
  /** Whether everything that is asked was given. */
  readonly complete: boolean;
  /** A fault of what was chosen, before anything is sent. */
  readonly refusal: Fault | undefined;
  readonly ask: () => Promise<Signer>;
  /** Empties the password where another can cure the refusal. */
  readonly refused: (error: unknown) => void;
}

/**
 * With what a person signs: a key file with its password, or a smart card with its PIN where the site names a module. Both
 * go to the core of this machine and are kept nowhere.
 */
export function useSigner({ disabled, onChange }: { disabled: boolean; onChange: () => void }): SignerFields {
  const { client } = useWorkstation();
  const base = useId();
  const secretField = useRef<HTMLDivElement>(null);
  const [way, setWay] = useState<'file' | 'card'>('file');
  const [file, setFile] = useState<File>();
  const [chosen, setChosen] = useState<{ readonly serial: string; readonly certificate: Certificate['sha256'] }>();
  const [password, setPassword] = useState('');
  const cards = useQuery({
    queryKey: ['smart-cards'],
    queryFn: () => client.report.cards({}),
    gcTime: 0,
    retry: false,
  });
  const now = new Date().toISOString();
  const readers = cards.data?.cards ?? [];
  const usable = readers.flatMap((card) =>
    card.certificates
      .filter((one) => hindrance(card, one, now) === undefined)
      .map(({ sha256 }) => ({ serial: card.serial, certificate: sha256 })),
  );
  const card = usable.find(
    ({ serial, certificate }) => serial === chosen?.serial && certificate === chosen.certificate,
  );
  const picked = card ?? (usable.length === 1 ? usable[0] : undefined);
  const isSet = cards.data?.set ?? cards.isError;
  useEffect(() => {
    // A site that has cards signs with them; who wants a file says so.
    if (isSet) setWay('card');
  }, [isSet]);

  const switchTo = (next: 'file' | 'card') => {
    setWay(next);
    setPassword('');
    onChange();
  };
  const large = way === 'file' && file !== undefined && file.size > IDENTITY_BYTES;

  const ways = (
    <fieldset className={styles.meanings} disabled={disabled}>
      <legend>Sign with</legend>
      {(
        [
          ['card', 'Smart card'],
          ['file', 'Key file (PKCS#12)'],
        ] as const
      ).map(([value, words]) => (
        <label key={value}>
          <input type="radio" name={`${base}-way`} checked={way === value} onChange={() => switchTo(value)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
  const fileField = (
    <div className={styles.file}>
      <label htmlFor={`${base}-file`}>Identity</label>
      <input
        id={`${base}-file`}
        type="file"
        accept=".p12,.pfx"
        aria-describedby={`${base}-hint`}
        disabled={disabled}
        onChange={(event) => {
          setFile(event.target.files?.[0]);
          onChange();
        }}
      />
      <p id={`${base}-hint`} className="meta">
        Your PKCS#12 file, ending in .p12 or .pfx. It is used once and not kept.
      </p>
    </div>
  );
  const again = (
    <Button onPress={() => void cards.refetch()} isDisabled={disabled || cards.isFetching}>
      {cards.isFetching ? 'Looking …' : 'Look again'}
    </Button>
  );
  const cardField = cards.isError ? (
    <FaultNote fault={faultOf(cards.error)} action={again} />
  ) : (
    <fieldset className={styles.meanings} disabled={disabled}>
      <legend>Certificate on the card</legend>
      {cards.isPending ? <p className="meta">Looking into the readers …</p> : null}
      {cards.isSuccess && readers.length === 0 ? <p>No smart card is in a reader.</p> : null}
      {readers.map((one) => (
        <div key={one.serial} className={styles.card}>
          <p className="meta">
            {one.label === '' ? 'Card without a label' : one.label}, serial <span className="mono">{one.serial}</span>
            {triesWords[one.tries] === undefined ? null : <strong>; {triesWords[one.tries]}</strong>}
          </p>
          {one.certificates.length === 0 ? (
            <p className="meta">It holds no certificate that can be read without a PIN.</p>
          ) : null}
          {one.certificates.map((certificate) => {
            const why = hindrance(one, certificate, now);
            return (
              <label key={certificate.sha256}>
                <input
                  type="radio"
                  name={`${base}-certificate`}
                  disabled={why !== undefined}
                  checked={picked?.serial === one.serial && picked.certificate === certificate.sha256}
                  onChange={() => {
                    setChosen({ serial: one.serial, certificate: certificate.sha256 });
                    onChange();
                  }}
                />
                <span>
                  {certificate.name}{' '}
                  <span className="meta">
                    {why === undefined ? `until ${certificate.notAfter.slice(0, 10)}` : `may not sign: ${why}`}
                  </span>
                </span>
              </label>
            );
          })}
        </div>
      ))}
      <div>{again}</div>
    </fieldset>
  );

  return {
    fields: (
      <>
        {isSet ? ways : null}
        {way === 'file' ? fileField : cardField}
        <div ref={secretField}>
          <Field
            label={way === 'file' ? 'Password of the identity' : 'PIN of the card'}
            type="password"
            value={password}
            onChange={setPassword}
            autoComplete="off"
            maxLength={1024}
          />
        </div>
      </>
    ),
    complete: password !== '' && (way === 'file' ? file !== undefined && !large : picked !== undefined),
    refusal: large ? tooLarge : undefined,
    ask: async () => {
      if (way === 'card') {
        if (picked === undefined) throw new Error('a card is asked for once one is chosen');
        return { card: picked, password };
      }
      if (file === undefined) throw new Error('a file is asked for once one is chosen');
      return { identityTicket: await uploadFile(client, file), password };
    },
    refused: (error) => {
      const { code } = faultOf(error);
      if (way === 'card') void cards.refetch();
      if (!passwordFaults.has(code)) return;
      setPassword('');
      secretField.current?.querySelector('input')?.focus();
    },
  };
}
