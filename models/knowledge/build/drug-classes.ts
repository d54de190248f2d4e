/** What an agent is aimed at, by the Molecular Oncology Almanac. A copyleft source: a pack of its own, which can be taken out. */

import { writeRecords } from '../../../shared/knowledge/records.ts';
import type { DrugClassRow } from '../../../shared/therapy/drug-classes.ts';
import type { Pack } from './pack.ts';
import { compare, type Sources } from './sources.ts';

interface Therapy {
  readonly name: string;
  readonly primary_coding_id?: string;
  readonly extensions: readonly { readonly name: string; readonly value: string | readonly string[] }[];
}

const ABOUT = 'moalmanac/referenced/about.json.gz';
const THERAPIES = 'moalmanac/referenced/therapies.json.gz';

export function drugClassesPack(sources: Sources): Pack {
  const { last_updated: updated } = sources.json(ABOUT) as { last_updated: string };
  const rows = (sources.json(THERAPIES) as readonly Therapy[])
    .flatMap(({ name, primary_coding_id: code, extensions }): DrugClassRow[] => {
      const strategy = extensions.find((one) => one.name === 'therapy_strategy')?.value ?? [];
      const classes = (typeof strategy === 'string' ? [strategy] : [...strategy])
        .filter((one) => one !== '')
        .sort(compare);
      return classes.length === 0
        ? []
        : [{ agent: name, classes, ...(code?.startsWith('ncit:') ? { nci: code.slice(5) } : {}) }];
    })
    .sort((a, b) => compare(a.agent, b.agent));
  return {
    id: 'drug-classes',
    version: updated,
    asOf: updated,
    title: 'Classes of agents',
    sources: [
      {
        name: 'Molecular Oncology Almanac database',
        version: `draft of ${updated}`,
        licence: 'GPL-2.0',
        citation:
          'Reardon B, et al. Nat Cancer 2021;2:1102-1112. https://moalmanac.org. Therapeutic strategy of agents.',
      },
    ],
    counts: { agents: rows.length },
    files: { 'agents.records': writeRecords(rows) },
  };
}
