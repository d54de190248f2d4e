/**
 * RxNorm and NCI Thesaurus numbers of anticancer drugs, as the Molecular Oncology Almanac database crosses them. Identifiers only:
 * those of RxNorm are its own (NLM, SAB=RXNORM, public domain), those of the Thesaurus are the NCI's (CC BY 4.0). A drug whose RxNorm
 * name is another one than the almanac's has no number here.
 *
 *     node models/knowledge/build/drug-numbers.ts --from <folder of sources>
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { plainDrugName } from '../../../shared/exchange/drug-numbers.ts';
import { compare, openSources } from './sources.ts';

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) throw new Error('--from <folder of sources> is missing');
const sources = openSources(values.from);
const read = <Row>(name: string, row: z.ZodType<Row>): Row[] =>
  row.array().parse(sources.json(`moalmanac/referenced/${name}.json.gz`));
const codings = new Map(
  read('codings', z.object({ id: z.string(), code: z.string(), name: z.string().optional(), system: z.string() })).map(
    (one) => [one.id, one],
  ),
);
const mappings = new Map(
  read('mappings', z.object({ id: z.number(), coding_id: z.string() })).map((one) => [one.id, one.coding_id]),
);
const therapies = read(
  'therapies',
  z.object({ name: z.string(), primary_coding_id: z.string().nullish(), mappings: z.array(z.number()).nullish() }),
);
const rows: string[] = [];
const left: string[] = [];
for (const { name, primary_coding_id, mappings: ids } of therapies) {
  const crossed = (ids ?? []).map((id) => codings.get(mappings.get(id) ?? ''));
  const found = crossed.filter((one) => one?.system === 'RxNorm');
  const same = found.filter((one) => plainDrugName(one?.name ?? '') === plainDrugName(name));
  const rxnorm = same.length === 1 ? same[0]?.code : undefined;
  const ncit = codings.get(primary_coding_id ?? '')?.code;
  if (rxnorm === undefined) left.push(`${name} (${found.map((one) => one?.name).join(', ')})`);
  if (rxnorm !== undefined || ncit !== undefined) rows.push(`${plainDrugName(name)}|${rxnorm ?? ''}|${ncit ?? ''}`);
}
rows.sort(compare);
const lines: string[] = [];
for (const row of rows) {
  const last = lines.at(-1);
  if (last !== undefined && last.length + row.length < 112) lines[lines.length - 1] = `${last},${row}`;
  else lines.push(row);
}
const text = `/**
 * Made by models/knowledge/build/drug-numbers.ts: name, RxNorm number (release 2025-06-02; NLM, SAB=RXNORM, public domain) and NCI
 * Thesaurus number (25.01d; NCI, CC BY 4.0) of ${rows.length} drugs, as the Molecular Oncology Almanac database of 2026-05-07 crosses them.
 */
export const DRUG_NUMBER_TABLE = \`
${lines.join('\n')}
\`;
`;
writeFileSync(resolve(import.meta.dirname, '../../../shared/exchange/drug-number-table.ts'), text);
console.log(`${rows.length} of ${therapies.length} drugs; without a number of RxNorm: ${left.join('; ')}`);
