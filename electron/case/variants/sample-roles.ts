/**
 * Which column is the tumor and which the normal tissue. The file's own words count first, then the names; where they
 * leave a doubt, a person is asked.
 */
import type { IntakeQuestion } from '../../../shared/case/intake.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { question, questionId } from './questions.ts';
import { unquoted, type VcfHeader } from './vcf-header.ts';

export interface SampleRoles {
  /** 0-based column among the samples; undefined where the file has no sample columns or the role is not filled. */
  readonly tumor?: number;
  readonly normal?: number;
  /** What said so, in words. */
  readonly from?: string;
  readonly question?: IntakeQuestion;
}

type Role = 'tumor' | 'normal';

/** TCGA barcodes carry the sample type: 01 to 09 tumor, 10 to 19 normal. */
const TCGA = /TCGA-[A-Z0-9]{2}-[A-Z0-9]{4}-(\d)\d/g;

/** The role a name speaks of, and whether a whole word says it. */
export function roleInName(name: string): { role: Role; plain: boolean } | undefined {
  const codes = new Set([...name.matchAll(TCGA)].map((found) => (found[1] === '0' ? 'tumor' : 'normal')));
  if (codes.size === 1) return { role: codes.has('tumor') ? 'tumor' : 'normal', plain: true };
  if (codes.size > 1) return undefined;
  const words = name
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  const tumorWord = has(/^tumou?rs?$|^(?:primary|metastasis|cancer)$/) || /tumou?r/i.test(name);
  const normalWord = has(/^(?:normal|blood|germline|control|pbmc)$/) || /normal|germline/i.test(name);
  if (tumorWord !== normalWord) return { role: tumorWord ? 'tumor' : 'normal', plain: true };
  if (tumorWord) return undefined;
  const tumorLetter = has(/^t(?:um)?$/);
  const normalLetter = has(/^n(?:orm)?$/);
  if (tumorLetter === normalLetter) return undefined;
  return { role: tumorLetter ? 'tumor' : 'normal', plain: false };
}

interface Named {
  tumor?: string;
  normal?: string;
  from: string;
}

/** What the header says: Mutect2's sample lines, a pedigree of derived and original, descriptions of samples. */
function namedInHeader(header: VcfHeader): Named | undefined {
  const value = (key: string): string | undefined => header.meta.find((line) => line.key === key)?.value.trim();
  const tumor = value('tumor_sample');
  const normal = value('normal_sample');
  if (tumor !== undefined && header.samples.includes(tumor))
    return { tumor, ...(normal === undefined ? {} : { normal }), from: '##tumor_sample' };
  for (const { key, members } of header.meta) {
    if (key !== 'PEDIGREE' || members === undefined) continue;
    const derived = members.get('Derived') ?? members.get('ID');
    const original = members.get('Original');
    if (derived !== undefined && original !== undefined && header.samples.includes(derived))
      return { tumor: derived, normal: original, from: '##PEDIGREE' };
  }
  const described: Named = { from: '##SAMPLE' };
  for (const { key, members } of header.meta) {
    const id = key === 'SAMPLE' ? members?.get('ID') : undefined;
    if (id === undefined) continue;
    const name = [id, unquoted(members?.get('SampleName') ?? '')].find((text) => header.samples.includes(text));
    const told = roleInName(`${unquoted(members?.get('Description') ?? '')} ${unquoted(members?.get('Type') ?? '')}`);
    if (name === undefined || told === undefined || !told.plain) continue;
    if (described[told.role] !== undefined) return undefined;
    described[told.role] = name;
  }
  return described.tumor === undefined ? undefined : described;
}

function namedByColumns(samples: readonly string[]): Named | undefined {
  if (samples.length !== 2) return undefined;
  const [first = '', second = ''] = samples;
  const a = roleInName(first);
  const b = roleInName(second);
  const from = 'names of the sample columns';
  const sure = a !== undefined && b !== undefined ? a.role !== b.role : (a ?? b)?.plain === true;
  if (!sure) return undefined;
  const firstIsTumor = a === undefined ? b?.role === 'normal' : a.role === 'tumor';
  return firstIsTumor ? { tumor: first, normal: second, from } : { tumor: second, normal: first, from };
}

export interface RoleInput {
  readonly file: string;
  readonly header: VcfHeader;
  readonly germline: boolean;
  readonly stated: { readonly tumorSample?: string | undefined; readonly normalSample?: string | undefined };
  readonly answers: Readonly<Record<string, string>>;
}

const swapped = (file: string): FaultError =>
  new FaultError(
    fault(
      'sample-swapped',
      'The case names as tumor the sample that the file itself names as normal tissue.',
      'Correct tumorSample and normalSample in case.json, or give the right file.',
      { file, field: 'samples' },
    ),
  );

/** @throws FaultError sample-ambiguous, sample-swapped */
export function sampleRoles(input: RoleInput): SampleRoles {
  const { file, header, germline, stated, answers } = input;
  const { samples } = header;
  const column = (name: string | undefined): number | undefined => {
    if (name === undefined) return undefined;
    const at = samples.indexOf(name);
    if (at < 0)
      throw new FaultError(
        fault(
          'sample-ambiguous',
          'The sample that the case names is not among the columns of the file.',
          'Correct tumorSample and normalSample in case.json, or give the right file.',
          { file, field: 'samples' },
        ),
      );
    return at;
  };
  const roles = (tumor: number | undefined, normal: number | undefined, from: string): SampleRoles => ({
    ...(tumor === undefined ? {} : { tumor }),
    ...(normal === undefined || normal === tumor ? {} : { normal }),
    from,
  });
  if (samples.length === 0) return {};
  const answeredTumor = answers[questionId(file, 'tumorSample')];
  const answeredNormal = answers[questionId(file, 'normalSample')];

  if (germline) {
    const name = answeredNormal ?? stated.normalSample ?? stated.tumorSample;
    if (name !== undefined)
      return roles(undefined, column(name), answeredNormal === undefined ? 'case.json' : 'answer');
    if (samples.length === 1) return roles(undefined, 0, 'only sample column');
    const named = namedInHeader(header) ?? namedByColumns(samples);
    if (named?.normal !== undefined && samples.includes(named.normal))
      return roles(undefined, column(named.normal), named.from);
    return {
      question: question(
        file,
        'normalSample',
        'Which sample column holds the inherited variants of the patient?',
        samples,
        true,
      ),
    };
  }

  const said = namedInHeader(header);
  if (answeredTumor !== undefined)
    return roles(
      column(answeredTumor),
      column(answeredNormal ?? otherOf(samples, answeredTumor, said?.normal)),
      'answer',
    );
  if (stated.tumorSample !== undefined) {
    if (said?.normal === stated.tumorSample) throw swapped(file);
    return roles(column(stated.tumorSample), column(stated.normalSample), 'case.json');
  }
  if (samples.length === 1) {
    const [only = ''] = samples;
    const told = roleInName(only);
    if (said?.tumor === only || told === undefined || told.role === 'tumor')
      return roles(0, undefined, said?.tumor === only ? said.from : 'only sample column');
    return {
      question: question(
        file,
        'tumorSample',
        'The only sample column bears the name of normal tissue. Is it the tumor?',
        samples,
        true,
      ),
    };
  }
  const named = said ?? namedByColumns(samples);
  if (named?.tumor !== undefined) {
    const normal = named.normal ?? otherOf(samples, named.tumor, undefined);
    return roles(
      column(named.tumor),
      normal !== undefined && samples.includes(normal) ? column(normal) : undefined,
      named.from,
    );
  }
  return { question: question(file, 'tumorSample', 'Which sample column is the tumor?', samples, true) };
}

/** Of two samples, the other one; of more, only what the file names. */
function otherOf(samples: readonly string[], one: string, named: string | undefined): string | undefined {
  if (named !== undefined && named !== one && samples.includes(named)) return named;
  return samples.length === 2 ? samples.find((name) => name !== one) : undefined;
}
