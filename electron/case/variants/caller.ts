/** Which program called the variants, from the marks it leaves in the header. */
import type { VcfHeader } from './vcf-header.ts';

/** Callers whose files hold a patient's inherited variants, not the tumor's own. */
const GERMLINE = new Set(['GATK HaplotypeCaller', 'DeepVariant']);

/** In order: a file passed on by a second tool still bears the marks of its caller, the more particular first. */
const MARKS: readonly (readonly [string, (key: string, value: string) => boolean])[] = [
  [
    'Mutect2',
    (key, value) =>
      key === 'MutectVersion' || (isCommand(key) && /Mu[tT]ect2/.test(value)) || isSource(key, value, /^Mutect2/),
  ],
  ['MuTect', (key, value) => /^MuTect/.test(key) || isSource(key, value, /^MuTect\b/)],
  ['Strelka2', (key, value) => isSource(key, value, /^strelka/i) || (key === 'content' && /strelka/i.test(value))],
  ['VarScan2', (key, value) => isSource(key, value, /^VarScan/i)],
  ['VarDict', (key, value) => isSource(key, value, /^VarDict/i)],
  ['DRAGEN', (key, value) => /^DRAGEN/i.test(key) || isSource(key, value, /^DRAGEN/i)],
  [
    'Torrent Variant Caller',
    (key, value) => /^tvc/i.test(key) || /^Ion ?Reporter/i.test(key) || isSource(key, value, /^"?(?:tvc|Torrent|Ion)/i),
  ],
  ['Sentieon TNscope', (key, value) => /^SentieonCommandLine/.test(key) && /TNscope/i.test(key + value)],
  ['Sentieon', (key) => /^SentieonCommandLine/.test(key)],
  ['ClairS', (key, value) => isSource(key, value, /^ClairS/i) || /^clairs_version$/i.test(key)],
  ['LoFreq', (key, value) => isSource(key, value, /^lofreq/i)],
  ['Octopus', (key, value) => /^octopus/i.test(key) || isSource(key, value, /^octopus/i)],
  ['DeepVariant', (key, value) => /^DeepVariant/.test(key) || isSource(key, value, /^DeepVariant/i)],
  ['DeepSomatic', (key, value) => /^DeepSomatic/.test(key) || isSource(key, value, /^DeepSomatic/i)],
  [
    'GATK HaplotypeCaller',
    (key, value) =>
      (isCommand(key) && /HaplotypeCaller|GenotypeGVCFs|UnifiedGenotyper/.test(key + value)) ||
      isSource(key, value, /^(?:HaplotypeCaller|GenotypeGVCFs)/),
  ],
  ['SomaticSniper', (key, value) => isSource(key, value, /sniper/i) || (key === 'SomaticSniper' && value !== '')],
  ['MuSE', (key) => /^MuSE/.test(key)],
  [
    'CaVEMan',
    (key, value) => isSource(key, value, /caveman/i) || (/^vcfProcessLog/.test(key) && /caveman/i.test(value)),
  ],
  ['Pisces', (key, value) => isSource(key, value, /^Pisces\b/i)],
  ['Platypus', (key, value) => isSource(key, value, /^Platypus/i)],
  ['FreeBayes', (key, value) => isSource(key, value, /^freeBayes/i)],
  ['bcftools call', (key, value) => key === 'bcftools_callCommand' || (key === 'samtoolsVersion' && value !== '')],
];

const isSource = (key: string, value: string, pattern: RegExp): boolean =>
  key === 'source' && pattern.test(value.replace(/^"/, ''));
const isCommand = (key: string): boolean => /^GATKCommandLine/.test(key);

/** The caller's name with its version where the header gives one; undefined where no mark is known. */
export function callerOf(header: VcfHeader): string | undefined {
  for (const [name, bears] of MARKS) {
    const line = header.meta.find(({ key, value }) => bears(key, isCommand(key) ? `${key} ${value}` : value));
    if (line === undefined) continue;
    const version = header.meta.find(({ key }) =>
      /^(?:MutectVersion|source_version|VarScanVersion|DeepVariant_version)$/.test(key),
    )?.value;
    return version === undefined || !/^[\w.-]{1,20}$/.test(version) ? name : `${name} ${version}`;
  }
  return undefined;
}

export const callsGermline = (caller: string | undefined): boolean =>
  caller !== undefined && [...GERMLINE].some((name) => caller.startsWith(name));
