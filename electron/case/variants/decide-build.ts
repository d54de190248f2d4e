import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import type { IntakeQuestion } from '../../../shared/case/intake.ts';
import type { BuildEvidence } from './genome-build.ts';
import { question, questionId } from './questions.ts';
import { refuse } from './refusal.ts';
import type { VariantReading } from './variant-file.ts';

export interface BuildDecision {
  readonly build?: GenomeBuild;
  readonly from?: string;
  readonly question?: IntakeQuestion;
}

const isBuild = (text: string | undefined): text is GenomeBuild => text === 'GRCh37' || text === 'GRCh38';

/**
 * The build by what the file says, else by what the case says, else asked. Coordinates read in the wrong build name
 * other genes, so a contradiction is refused.
 * @throws FaultError build-mismatch
 */
export function decideBuild(reading: VariantReading, evidence: readonly BuildEvidence[]): BuildDecision {
  const { file, genomeBuild, assayBuild, answers } = reading;
  const answer = answers[questionId(file, 'genomeBuild')];
  const ask = (text: string): BuildDecision => ({
    question: question(file, 'genomeBuild', text, ['GRCh37', 'GRCh38'], true),
  });
  if (genomeBuild !== undefined && assayBuild !== undefined && genomeBuild !== assayBuild)
    refuse(file, {
      code: 'build-mismatch',
      field: 'genomeBuild',
      rule: 'The case gives one genome build for the file and another for its assay.',
      remedy: 'Correct genomeBuild of the file or of the assay in case.json.',
    });
  const stated = genomeBuild ?? assayBuild;
  const said = [...new Set(evidence.map(({ build }) => build))];
  const [only] = said;
  const strongest = evidence[0];
  if (said.length === 1 && only === 'other')
    refuse(file, {
      code: 'build-mismatch',
      ...(strongest?.line === undefined ? {} : { line: strongest.line }),
      field: 'genomeBuild',
      rule: `The file is in a genome build that is neither GRCh37 nor GRCh38 (${strongest?.from ?? 'header'}).`,
      remedy: 'Lift the file over to GRCh38 or GRCh37 and give it again.',
    });
  if (said.length > 1) {
    if (isBuild(answer)) return { build: answer, from: 'answer' };
    return ask('The header names more than one genome build. In which one are the coordinates?');
  }
  if (isBuild(only)) {
    if (stated !== undefined && stated !== only)
      refuse(file, {
        code: 'build-mismatch',
        ...(strongest?.line === undefined ? {} : { line: strongest.line }),
        field: 'genomeBuild',
        rule: `The file is in ${only} (${strongest?.from ?? 'header'}), the case says ${stated}.`,
        remedy: 'Correct genomeBuild in case.json, or give the right file.',
      });
    return { build: only, from: [...new Set(evidence.map(({ from }) => from))].join(', ') };
  }
  if (isBuild(answer)) return { build: answer, from: 'answer' };
  if (stated !== undefined)
    return { build: stated, from: genomeBuild === undefined ? 'the assay in case.json' : 'case.json' };
  return ask('Neither the file nor the case names the genome build. In which one are the coordinates?');
}
