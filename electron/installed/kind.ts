import type { z } from 'zod';
import type { FaultCode } from '../../shared/foundation/fault.ts';

/** What every signed manifest says, whatever it stands over; the schema of a kind says more. */
export interface SignedManifest {
  readonly id: string;
  readonly schemaVersion: number;
  readonly version: string;
  /** ISO 8601; what is older than the version in use is refused. */
  readonly asOf: string;
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly sizeBytes: number }[];
}

/** What a site installs: knowledge packs, models. One life, two sets of words. */
export interface Kind<Manifest extends SignedManifest> {
  readonly noun: 'pack' | 'model';
  readonly altered: Extract<FaultCode, 'pack-altered' | 'model-altered'>;
  /** Stands before the manifest under a signature, so that one is never taken for one of another kind. */
  readonly context: string;
  /** The newest schema that this version of the program reads. */
  readonly schemaVersion: number;
  readonly manifest: z.ZodType<Manifest>;
  /** A file that everything of this kind holds: what is without it is of another kind, whatever its manifest says. */
  readonly mark?: string;
}

/** Who changed what a site uses, and why; kept with the change. */
export interface Author {
  readonly by: string;
  readonly reason: string;
}
