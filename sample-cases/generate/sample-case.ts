import type { z } from 'zod';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { Finding } from '../../shared/molecular/profile.ts';
import type { Facts } from './facts.ts';

/** What a reader of the case must find; checked against the whole pipeline in tests/unit/samples. */
export interface Expected {
  readonly findings: readonly {
    readonly gene: string;
    readonly title?: string;
    readonly kind: Finding['kind'];
    readonly hgvsProtein?: string;
    /** `unknown` where a tumor was read without a normal sample. */
    readonly origin?: Finding['origin'];
    /** AMP/ASCO/CAP tier; absent where the case does not turn on it. */
    readonly tier?: 'I' | 'II' | 'III' | 'IV';
  }[];
  /** Ids of options that must be offered, and in tier I where `tier` says so. */
  readonly options: readonly { readonly id: string; readonly tier?: 'I' | 'II' }[];
  readonly exclusions: readonly { readonly id: string; readonly kind?: string }[];
  /** Answers of the assayed-state ledger that the case was made to show. */
  readonly ledger: readonly {
    readonly gene: string;
    readonly modality: 'small-variant' | 'copy-number' | 'fusion' | 'expression' | 'protein' | 'germline';
    readonly state: 'detected' | 'tested-not-detected' | 'failed-qc' | 'not-assayed';
  }[];
  readonly aggressiveness:
    | { readonly state: 'predicted'; readonly cohort: string; readonly modalities: readonly string[] }
    | { readonly state: 'abstained' };
  /** Fields the intake doctor has to ask about. */
  readonly questions: readonly string[];
  /** The answers a reader would give, by field, and what is then found. */
  readonly answered?: { readonly answers: Readonly<Record<string, string>>; readonly findings: Expected['findings'] };
}

export interface SampleCase {
  readonly name: string;
  readonly record: z.input<typeof CaseRecord>;
  /** Contents by path inside the bag's data folder. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Markdown: what was made up, and on what facts. */
  readonly origin: string;
  readonly expected: Expected;
}

export type MakeCase = (facts: Facts) => SampleCase;
