import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { actionWords } from '../../../shared/therapy/pgx/advice.ts';
import { toldPhenotype } from '../../../shared/therapy/pgx/decisive.ts';
import type { PgxDocument, PgxGene } from '../../../shared/therapy/pgx/document.ts';
import { pharmacogenes } from '../../therapy/index.ts';
import { type Command, fileBytes, onlyArgument, print, printJson, unwrap } from '../command.ts';
import { workstationPacks } from '../packs.ts';

const usage = 'therapy pgx <vcf> [--outside-calls <tsv>] [--sample <name>] [--all-diplotypes] [--json]';

function geneLines(one: PgxGene): string[] {
  const { gene, source, diplotypes, activityScore, missingPositions, positions, reason, notes, otherCalls, unread } =
    one;
  const more = [
    ...notes,
    ...(otherCalls ?? []).map(({ diplotype, phenotype: said }) => `It may be ${diplotype}: ${said ?? 'no phenotype'}.`),
  ].map((line) => `           ${line}`);
  if (source === 'none') return [`  ${gene.padEnd(8)} not called: ${reason ?? 'no data'}`, ...more];
  const told = toldPhenotype(one);
  const open = unread === undefined ? '' : `; not read: ${unread.join('; ')}`;
  const phenotype =
    told ??
    (one.phenotype === null ? 'no phenotype in the table' : 'no phenotype before all decisive alleles are read');
  const score = activityScore === null || told === null ? '' : `, activity score ${activityScore}`;
  const missing =
    missingPositions.length === 0 ? '' : ` (${missingPositions.length} of ${positions} positions missing${open})`;
  return [`  ${gene.padEnd(8)} ${diplotypes.join(', ') || '–'}: ${phenotype}${score}${missing}`, ...more];
}

const lines = ({ knowledge, genomeBuild, genes, recommendations, warnings }: PgxDocument): string[] => [
  `Pharmacogenes (${knowledge.id} ${knowledge.version}), ${genomeBuild ?? 'no VCF'}`,
  ...genes.flatMap(geneLines),
  'Guidelines that ask for more than the usual',
  ...recommendations
    .filter(({ action }) => !['usual', 'no-statement'].includes(action))
    .map((one) => {
      const { drug, because, population, source, id, strength } = one;
      const condition = [...because, ...(population === undefined ? [] : [population])].join(', ');
      return `  ${drug}: ${actionWords(one)} – ${condition} [${source} ${id}${strength === undefined ? '' : `, ${strength}`}${one.changedOn === undefined ? '' : `, changed by its source on ${one.changedOn}`}]`;
    }),
  ...warnings.map((warning) => `WARNING ${warning}`),
];

export const pgx: Command = async (argv) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      'outside-calls': { type: 'string' },
      sample: { type: 'string' },
      'all-diplotypes': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const path = onlyArgument(positionals, 'the VCF', usage);
  const table = values['outside-calls'];
  const packs = await workstationPacks();
  const document = unwrap(
    await pharmacogenes(
      {
        source: path,
        namedBy: '--sample',
        allDiplotypes: values['all-diplotypes'],
        ...(values.sample === undefined ? {} : { sample: values.sample }),
        ...(table === undefined
          ? {}
          : {
              outsideCalls: { name: basename(table), text: Buffer.from(await fileBytes(table)).toString('utf8') },
            }),
      },
      packs,
    ),
  );
  if (values.json) printJson({ ok: true, ...document });
  else print(...lines(document));
  return 0;
};
