/**
 * What a site lays down for its signatures, as files in a folder that an administrator fills: `settings.json` with the
 * address of a time-stamping service and the module of smart cards, `trust/` with certificates of authorities, `crls/` with their revocation lists.
 * Nothing is assumed where nothing is laid down, and no address is built in.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import {
  certificatesIn,
  judgeIdentity,
  revocationListsIn,
  type SigningIdentity,
  type SiteSigning,
} from './signing/index.ts';
import { postTimeStampQuery } from './site-transport.ts';

const Settings = z.strictObject({
  /** RFC 3161 over HTTP, inside the house. */
  timeStampUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Library of the smart cards' maker (PKCS#11); it runs in this process, so that only an administrator names it. */
  cardModule: z.string().min(1).max(1000).optional(),
});

export interface Site extends SiteSigning {
  /** PEM texts of the authorities that this site trusts; none where it names none. */
  readonly trustAnchorsPem: readonly string[];
  /** Where the station signs with smart cards. */
  readonly cardModule?: string | undefined;
  /** Refuses an identity that this site's authorities do not stand for, or took back. @throws FaultError */
  readonly admit: (identity: SigningIdentity, now: string) => void;
}

/** Files of a folder in the order of their names; none where the folder is not there. */
async function filesIn(folder: string): Promise<{ name: string; bytes: Uint8Array }[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .sort()
      .map(async (name) => ({ name, bytes: await readFile(join(folder, name)) })),
  );
}

const invalid = (file: string, message: string, remedy: string, field?: string): FaultError =>
  new FaultError(fault('format-unknown', message, remedy, field === undefined ? { file } : { file, field }));

async function settingsIn(folder: string): Promise<z.infer<typeof Settings>> {
  const path = join(folder, 'settings.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return Settings.parse(JSON.parse(text));
  } catch {
    throw invalid(
      basename(path),
      'The settings of signing are not what they should be.',
      'Write {"timeStampUrl": "http://…", "cardModule": "/usr/lib/….so"}, either or none, or take the file away.',
      'timeStampUrl, cardModule',
    );
  }
}

/** @throws FaultError format-unknown, naming the file that is not what its place says */
export async function readSite(folder: string): Promise<Site> {
  const { timeStampUrl, cardModule } = await settingsIn(folder);
  const trust = await filesIn(join(folder, 'trust'));
  const lists = await filesIn(join(folder, 'crls'));
  const trustAnchorsPem = trust.map(({ name, bytes }) => {
    const text = Buffer.from(bytes).toString('utf8');
    if (certificatesIn(text) === undefined)
      throw invalid(name, 'The file is not a certificate in PEM form.', 'Convert it: openssl x509 -inform DER.');
    return text;
  });
  const certificates = trustAnchorsPem.flatMap((text) => certificatesIn(text) ?? []);
  const revocationLists = lists.flatMap(({ name, bytes }) => {
    const found = revocationListsIn(bytes);
    if (found === undefined)
      throw invalid(
        name,
        'The file is not a revocation list that can be used (PEM or DER, with its next update, not a delta).',
        'Put the complete revocation list of the authority there.',
      );
    return found;
  });
  return {
    trustAnchorsPem,
    certificates,
    revocationLists,
    cardModule,
    ...(timeStampUrl === undefined ? {} : { timeStamp: postTimeStampQuery(new URL(timeStampUrl)) }),
    admit: (identity, now) => judgeIdentity(identity, { certificates, revocationLists }, now),
  };
}
