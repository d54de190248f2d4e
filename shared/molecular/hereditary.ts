/**
 * What listed findings say of heredity: class and place of each germline finding (F015, F025) and the two hits of a
 * suppressor (F020). Only findings that are listed take part, so that nothing withheld for want of consent shows through.
 */
import type { CaseRecord } from '../case/case-record.ts';
import type { GeneCopyNumber } from './copy-number.ts';
import { copyNumberId } from './facts.ts';
import { harmsGermline } from './germline.ts';
import type { WeighedVariant } from './judgement.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import { rankGermline } from './phenotype.ts';
import type { Finding } from './profile.ts';
import { twoHits } from './two-hits.ts';

export function withHereditary(
  findings: readonly Finding[],
  judged: readonly WeighedVariant[],
  copies: ReadonlyMap<string, GeneCopyNumber>,
  record: CaseRecord,
  knowledge: Pick<MolecularKnowledge, 'hereditary' | 'phenotypes' | 'role'>,
  copyNumberTested: (gene: string) => boolean,
): Finding[] {
  const byId = new Map(judged.map((variant) => [variant.id, variant]));
  const germline = findings.flatMap((finding) => {
    const verdict = byId.get(finding.id)?.germline;
    return finding.origin === 'germline' && verdict !== undefined ? [{ finding, verdict }] : [];
  });
  const phenotypes = record.phenotypes ?? [];
  const ranked = rankGermline(
    germline.map(({ finding: { id, gene, alleleFraction }, verdict }) => ({
      id,
      gene,
      points: verdict.points,
      class: verdict.class,
      alleleFraction,
    })),
    {
      terms: phenotypes.filter(({ excluded }) => excluded !== true).map(({ hpo }) => hpo),
      excluded: phenotypes.filter(({ excluded }) => excluded === true).map(({ hpo }) => hpo),
      diagnosis: record.diagnosis.name,
      ageYears: record.patient.ageYears,
      family: record.familyHistory,
    },
    knowledge,
  );
  const places = new Map(ranked.map(({ id, reasons }, index) => [id, { rank: index + 1, reasons }]));

  const hits = new Map<string, ReturnType<typeof twoHits>>();
  const inGene = Map.groupBy(
    findings.filter(({ kind }) => kind === 'small-variant'),
    ({ gene }) => gene,
  );
  for (const [gene, all] of inGene) {
    const mechanism = knowledge.hereditary?.(gene)?.mechanism;
    const suppressor =
      knowledge.role?.(gene)?.tumorSuppressor === true || mechanism === 'loss-of-function' || mechanism === 'both';
    if (!suppressor) continue;
    const struck = all.flatMap((finding) => {
      const variant = byId.get(finding.id);
      const verdict = variant?.germline;
      if (variant === undefined || !(variant.driver || (verdict !== undefined && harmsGermline(verdict)))) return [];
      const words = verdict?.class ?? variant.oncogenicity?.class ?? 'a driver';
      const { id, title, origin, alleleFraction } = finding;
      return [{ id, title, origin, verdict: words.replace('-', ' '), alleleFraction }];
    });
    hits.set(gene, twoHits(gene, struck, copies.get(gene), copyNumberTested(gene)));
  }

  return findings.map((finding) => {
    const verdict = finding.origin === 'germline' ? byId.get(finding.id)?.germline : undefined;
    const place = places.get(finding.id);
    const disease = knowledge.hereditary?.(finding.gene);
    const struck = hits.get(finding.gene);
    const cited =
      struck?.facts.some(({ findingId }) => findingId === finding.id) === true ||
      (struck?.state === 'biallelic' && finding.id === copyNumberId(finding.gene));
    return {
      ...finding,
      ...(verdict === undefined
        ? {}
        : {
            germline: {
              class: verdict.class,
              points: verdict.points,
              criteria: [...verdict.criteria],
              ...(disease === undefined ? {} : { inheritance: disease.inheritance }),
              conditions: [...(disease?.conditions ?? [])],
              secondary: disease?.secondary ?? false,
              ...(place === undefined ? {} : { rank: place.rank }),
              rankReasons: [...(place?.reasons ?? [])],
            },
          }),
      ...(struck === undefined || !cited
        ? {}
        : {
            twoHits: {
              state: struck.state,
              facts: struck.facts.map(({ kind, fact, findingId }) => ({
                kind,
                fact,
                ...(findingId === undefined ? {} : { findingId }),
              })),
              statement: struck.statement,
            },
          }),
    };
  });
}
