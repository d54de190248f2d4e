/**
 * Whether the files of a case are of one person, and of the one named: stated sex against chromosomes and genes of X and Y,
 * inherited variants shared by tumor and normal, swapped samples, contamination (F007). A check that the data do not allow is
 * "not evaluable", never passed. Pure.
 */
import { z } from 'zod';
import type { CaseRecord } from '../case/case-record.ts';
import type { IntakeDocument, ObservedVariant } from '../case/intake.ts';
import { bareChromosome } from './chromosomes.ts';

export const IdentityCheck = z.object({
  id: z.enum(['identity:sex', 'identity:match', 'identity:swap', 'identity:contamination']),
  label: z.string(),
  state: z.enum(['consistent', 'inconsistent', 'not-evaluable']),
  text: z.string(),
});
export type IdentityCheck = z.infer<typeof IdentityCheck>;

/** Both copies of the pseudoautosomal regions differ in men too: beyond them only (GRCh38 and GRCh37 lie within). */
const X_FROM = 2_800_000;
const X_TO = 154_900_000;
const FEWEST_ON_X = 20;
const FEWEST_SHARED = 20;
const FEWEST_HETEROZYGOUS = 50;
/** Genes of Y that men express in most tissues, and the one that silences X. */
const Y_GENES = ['RPS4Y1', 'DDX3Y', 'EIF1AY', 'KDM5D', 'UTY', 'USP9Y'];

type Sex = 'female' | 'male';

const none = (id: IdentityCheck['id'], label: string, text: string): IdentityCheck => ({
  id,
  label,
  state: 'not-evaluable',
  text,
});

const passed = ({ filter }: ObservedVariant): boolean => filter === undefined || filter === 'PASS' || filter === '.';
const heterozygous = ({ alleleFraction }: ObservedVariant): boolean =>
  alleleFraction !== undefined && alleleFraction >= 0.25 && alleleFraction <= 0.75;

/** Sex by inherited variants on X, by genes of X and Y in the RNA; what each says, with its fact. */
function sexSeen(
  germline: readonly ObservedVariant[],
  { matrices }: Pick<IntakeDocument, 'matrices'>,
): { sex: Sex; fact: string }[] {
  const seen: { sex: Sex; fact: string }[] = [];
  const onX = germline.filter(
    ({ chromosome, position1, alleleFraction }) =>
      bareChromosome(chromosome) === 'X' && position1 > X_FROM && position1 < X_TO && alleleFraction !== undefined,
  );
  if (onX.length >= FEWEST_ON_X) {
    const share = onX.filter(heterozygous).length / onX.length;
    const fact = `${Math.round(share * 100)} % of ${onX.length} inherited variants on X are heterozygous`;
    if (share >= 0.3) seen.push({ sex: 'female', fact });
    else if (share <= 0.1) seen.push({ sex: 'male', fact });
  }
  for (const { modality, scale, genes, values } of matrices) {
    if (modality !== 'expression' || (scale !== 'tpm' && scale !== 'fpkm')) continue;
    const of = (gene: string): number | undefined => values[genes.indexOf(gene)];
    const xist = of('XIST');
    const y = Y_GENES.flatMap((gene) => of(gene) ?? []);
    if (y.length < 3 || xist === undefined) continue;
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const fact = `XIST ${xist.toFixed(1)}, ${y.length} genes of Y ${mean.toFixed(1)} ${scale.toUpperCase()} on average`;
    if (mean >= 2 && xist < 1) seen.push({ sex: 'male', fact });
    else if (mean < 0.5 && xist >= 1) seen.push({ sex: 'female', fact });
  }
  return seen;
}

function sexCheck(record: CaseRecord, germline: readonly ObservedVariant[], intake: IntakeDocument): IdentityCheck {
  const label = 'Sex';
  const stated = record.patient.sex;
  const seen = sexSeen(germline, intake);
  if (seen.length === 0)
    return none(
      'identity:sex',
      label,
      `neither ${FEWEST_ON_X} inherited variants on X with allele fractions nor RNA of XIST and genes of Y in TPM or FPKM`,
    );
  const facts = seen.map(({ sex, fact }) => `${sex}: ${fact}`).join('; ');
  if (stated !== 'female' && stated !== 'male')
    return none('identity:sex', label, `the record states ${stated}; the data speak for ${facts}`);
  const against = seen.filter(({ sex }) => sex !== stated);
  return {
    id: 'identity:sex',
    label,
    state: against.length === 0 ? 'consistent' : 'inconsistent',
    text: `the record states ${stated}; ${facts}${against.length > 0 ? ' (chromosomes lost in the tumor, differences of sex development and transplants can explain it)' : ''}`,
  };
}

/** Inherited variants that the tumor's own file holds, looked for in the file of the normal. */
function matchCheck(intake: IntakeDocument, germlineFiles: ReadonlySet<string>): IdentityCheck {
  const id = 'identity:match' as const;
  const label = 'Tumor and normal of one person';
  const normal = new Set(intake.variants.filter(({ file }) => germlineFiles.has(file)).map(({ key }) => key));
  const chromosomes = new Set([...normal].map((key) => key.split(':').slice(0, 2).join(':')));
  const inTumor = intake.variants.filter(
    ({ file, origin, filter, key, alleleFraction }) =>
      !germlineFiles.has(file) &&
      (origin === 'germline' || /(^|;)germline(;|$)/.test(filter ?? '')) &&
      (alleleFraction ?? 0.5) >= 0.25 &&
      chromosomes.has(key.split(':').slice(0, 2).join(':')),
  );
  if (normal.size === 0) return none(id, label, 'no file of inherited variants is in this case');
  if (inTumor.length < FEWEST_SHARED)
    return none(
      id,
      label,
      `${inTumor.length} inherited variants stand in the tumor's own file; ${FEWEST_SHARED} are needed`,
    );
  const shared = inTumor.filter(({ key }) => normal.has(key)).length;
  const share = shared / inTumor.length;
  const fact = `${shared} of ${inTumor.length} inherited variants of the tumor's file stand in the normal's`;
  if (share >= 0.8) return { id, label, state: 'consistent', text: fact };
  if (share < 0.5) return { id, label, state: 'inconsistent', text: `${fact}: probably another person` };
  return none(id, label, `${fact}: the files may not cover the same places`);
}

/** Tumor and normal told apart by the reader, and somatic calls that stand in the normal. */
function swapCheck(intake: IntakeDocument, germlineFiles: ReadonlySet<string>): IdentityCheck {
  const id = 'identity:swap' as const;
  const label = 'Tumor and normal not exchanged';
  const refused = intake.refusals.find(({ fault }) => fault.code === 'sample-swapped');
  if (refused !== undefined) return { id, label, state: 'inconsistent', text: refused.fault.message };
  const paired = intake.understandings.some(
    ({ tumorSample, normalSample }) => tumorSample !== undefined && normalSample !== undefined,
  );
  const normal = new Set(
    intake.variants
      .filter((one) => germlineFiles.has(one.file) && passed(one) && heterozygous(one))
      .map(({ key }) => key),
  );
  const somatic = intake.variants.filter(
    (one) => one.origin === 'somatic' && passed(one) && !germlineFiles.has(one.file),
  );
  if (normal.size > 0 && somatic.length >= FEWEST_SHARED) {
    const both = somatic.filter(({ key }) => normal.has(key)).length;
    if (both / somatic.length >= 0.5)
      return {
        id,
        label,
        state: 'inconsistent',
        text: `${both} of ${somatic.length} somatic calls stand in the normal as inherited: the two are exchanged, or the normal is tumor`,
      };
    return {
      id,
      label,
      state: 'consistent',
      text: `${both} of ${somatic.length} somatic calls stand in the normal's file`,
    };
  }
  return paired
    ? { id, label, state: 'consistent', text: 'reads of both columns of the file agree with the names of the samples' }
    : none(id, label, 'no pair of tumor and normal is in this case');
}

function contaminationCheck(germline: readonly ObservedVariant[]): IdentityCheck {
  const id = 'identity:contamination' as const;
  const label = 'Contamination of the normal';
  const told = germline.filter(
    ({ alleleFraction, depth, chromosome }) =>
      alleleFraction !== undefined && (depth ?? 0) >= 20 && /\d/.test(chromosome),
  );
  if (told.length < FEWEST_HETEROZYGOUS)
    return none(
      id,
      label,
      `${told.length} inherited variants with depth of 20 and an allele fraction; ${FEWEST_HETEROZYGOUS} are needed`,
    );
  const odd = told.filter(({ alleleFraction = 0 }) => alleleFraction < 0.2).length;
  const share = odd / told.length;
  const fact = `${odd} of ${told.length} inherited variants have an allele fraction under 20 %`;
  return share > 0.2
    ? { id, label, state: 'inconsistent', text: `${fact}: another person's cells or the tumor's may be in the normal` }
    : { id, label, state: 'consistent', text: fact };
}

export function identityOf(record: CaseRecord, intake: IntakeDocument): IdentityCheck[] {
  const germlineFiles = new Set(
    record.files.filter(({ modality }) => modality === 'germline-variants').map(({ path }) => path),
  );
  const germline = intake.variants.filter((one) => germlineFiles.has(one.file) && passed(one));
  return [
    sexCheck(record, germline, intake),
    matchCheck(intake, germlineFiles),
    swapCheck(intake, germlineFiles),
    contaminationCheck(germline),
  ];
}
