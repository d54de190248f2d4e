import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkAgent } from '../../../../shared/therapy/safety/check.ts';
import type { Cited, Pathway } from '../../../../shared/therapy/safety/facts/fact.ts';
import { FACTS_BY_AGENT, SAFETY_FACTS } from '../../../../shared/therapy/safety/facts/index.ts';
import { KINASE_INHIBITORS } from '../../../../shared/therapy/safety/facts/kinase-inhibitors.ts';
import { OTHER_ONCOLOGY } from '../../../../shared/therapy/safety/facts/other-oncology.ts';
import { PUBLISHED_LABELS } from '../../../../shared/therapy/safety/facts/published-labels.ts';
import { medicineName, nearNames } from '../../../../shared/therapy/safety/medicines.ts';
import { outside, outsideTitle } from '../../../support/outside.ts';

const TITLED =
  /^US label [A-Z][\w -]*, (?:Boxed Warning|(?:section (?:2|4|5|6|7|8|12\.3) )?(?:Dosage and Administration|Contraindications|Warnings and Precautions|Adverse Reactions|Drug Interactions|Use in Specific Populations|Renal Impairment|Hepatic Impairment|Pharmacokinetics|, (?:Renal|Hepatic) Impairment))/;
/** Product information of another country, with the part of it that was read. */
const INFORMED =
  /^(?:EU product information [\w ]+|product information [\w ]+ \([A-Z][A-Za-z ]+\)), (?:sections? 4\.\d|Drug Interactions$|Special Precautions, |renal and hepatic impairment$)/;
const TABLE = /^FDA table of |^pharmacologic class in section 12\.1|^ONC high-priority list \(Phansalkar S, et al\. /;

describe('facts of interactions and organ function (F036, F048)', () => {
  it('no row stands without a citation that names label and section, or the table it is from', () => {
    const bare = SAFETY_FACTS.flatMap(({ agent, facts }) =>
      facts
        .filter(({ cite }) => !TITLED.test(cite) && !INFORMED.test(cite) && !TABLE.test(cite))
        .map(({ cite }) => `${agent}: ${cite}`),
    );
    expect(bare).toEqual([]);
    expect(SAFETY_FACTS.every(({ facts }) => facts.length > 0)).toBe(true);
  });

  it('no agent is told twice in two ways, and bands lie in order', () => {
    const doubtful: string[] = [];
    for (const [agent, facts] of FACTS_BY_AGENT) {
      const seen = new Map<string, string>();
      for (const { fact } of facts) {
        if (fact.kind === 'renal' && !(fact.from >= 0 && fact.from < fact.below && fact.below <= 90))
          doubtful.push(agent);
        if (fact.kind !== 'inhibits' && fact.kind !== 'induces') continue;
        const key = `${fact.kind} ${fact.pathway}`;
        if ((seen.get(key) ?? fact.strength) !== fact.strength) doubtful.push(`${agent} ${key}`);
        seen.set(key, fact.strength);
      }
    }
    expect(doubtful).toEqual([]);
  });

  it('covers about 150 agents of oncology and the usual medicines beside them', () => {
    const oncology = new Set([...KINASE_INHIBITORS, ...OTHER_ONCOLOGY, ...PUBLISHED_LABELS].map(({ agent }) => agent));
    console.log(
      `safety facts: ${oncology.size} agents of oncology of ${FACTS_BY_AGENT.size}, ${[...FACTS_BY_AGENT.values()].flat().length} facts`,
    );
    expect(oncology.size).toBeGreaterThanOrEqual(150);
    expect(FACTS_BY_AGENT.size).toBeGreaterThan(250);
  });

  it('names are read as records write them; a slip is answered with what it may be', () => {
    expect(
      ['Rifampicin 600 mg', 'OMEPRAZOLE', 'Acetylsalicylic acid', 'T-DM1', 'Osimertinib mesylate'].map(medicineName),
    ).toEqual(['rifampin', 'omeprazole', 'aspirin', 'trastuzumab emtansine', 'osimertinib']);
    expect(nearNames('Clarithromicyn')).toEqual(['clarithromycin']);
    expect(nearNames('Metamizole')).toEqual([]);
  });

  const folder = outside('kb/ddi');
  /** Rows of drug, relation, enzyme, for or against. */
  const evidence = (file: string): string[][] =>
    gunzipSync(readFileSync(join(folder ?? '', file)))
      .toString('utf8')
      .split('\n')
      .map((line) => line.split('\t').slice(0, 4));
  const pathwayOf = (text = ''): Pathway | undefined =>
    ({
      cyp3a4: 'CYP3A4',
      cyp2d6: 'CYP2D6',
      cyp2c8: 'CYP2C8',
      cyp2c9: 'CYP2C9',
      cyp2c19: 'CYP2C19',
      cyp1a2: 'CYP1A2',
      'p-glycoprotein': 'P-gp',
    })[text.toLowerCase()] as Pathway | undefined;
  const told = (facts: readonly Cited[], kind: 'inhibits' | 'substrate', pathway: Pathway) =>
    facts.some(({ fact }) => fact.kind === kind && fact.pathway === pathway);

  it.skipIf(folder === undefined)(outsideTitle('agree with evidence gathered by others (DIKB 2017)', folder), () => {
    const against: string[] = [];
    for (const [file, kind] of [
      ['dikb-2017-all-inhibition-evidence.tsv.gz', 'inhibits'],
      ['dikb-2017-all-substrate-of-evidence.tsv.gz', 'substrate'],
    ] as const) {
      const by = new Map<string, Set<string>>();
      for (const [drug = '', , enzyme, says = ''] of evidence(file)) {
        const pathway = pathwayOf(enzyme);
        if (pathway === undefined || drug === '') continue;
        const key = `${medicineName(drug)}|${pathway}`;
        by.set(key, (by.get(key) ?? new Set()).add(says));
      }
      let both = 0;
      let ours = 0;
      for (const [key, says] of by) {
        const [drug = '', pathway = ''] = key.split('|');
        const facts = FACTS_BY_AGENT.get(drug);
        if (facts === undefined || !told(facts, kind, pathway as Pathway)) continue;
        ours += 1;
        if (says.has('EVIDENCE FOR')) both += 1;
        else against.push(`${drug} ${kind} ${pathway}`);
      }
      console.log(`safety facts, ${kind}: ${both} of ${ours} facts that DIKB speaks of are supported there`);
      expect(both / ours).toBeGreaterThan(0.8);
    }
    if (against.length > 0) console.log(`only evidence against in DIKB: ${against.join('; ')}`);
  });

  it.skipIf(folder === undefined)(
    outsideTitle(
      'strengths agree with the public lists of CYP3A4 and CYP1A2 (CloToP), or with the FDA table where they differ',
      folder,
    ),
    () => {
      const strengths = ['strong', 'moderate', 'weak'] as const;
      const differing: string[] = [];
      let compared = 0;
      for (const [enzyme, pathway] of [
        ['3a4', 'CYP3A4'],
        ['1a2', 'CYP1A2'],
      ] as const)
        for (const [list, kind] of [
          ['inhibitors', 'inhibits'],
          ['inducers', 'induces'],
        ] as const) {
          let strength: string | undefined;
          for (const line of readFileSync(join(folder ?? '', `clotop_${enzyme}_${list}.md`), 'utf8').split('\n')) {
            const head = /^#+\s*(.*)/.exec(line)?.[1];
            if (head !== undefined) strength = strengths.find((one) => head.toLowerCase().includes(one));
            const item = /^\s*-\s+([^[\]*(]*)/.exec(line)?.[1]?.trim();
            if (item === undefined || strength === undefined) continue;
            const agent = medicineName(item);
            const ours = FACTS_BY_AGENT.get(agent)?.find(({ fact }) => fact.kind === kind && fact.pathway === pathway);
            if (ours === undefined || ours.fact.kind !== kind || ours.fact.strength === 'stated') continue;
            compared += 1;
            if (ours.fact.strength !== strength) differing.push(`${agent} ${kind} ${pathway}: ${ours.cite}`);
          }
        }
      console.log(`safety facts, strengths: ${compared - differing.length} of ${compared} as in the public lists`);
      expect(compared).toBeGreaterThan(30);
      expect((compared - differing.length) / compared).toBeGreaterThan(0.9);
      // What differs stands by the regulator's own table.
      for (const one of differing) expect(one).toContain('FDA table of');
    },
  );

  it.skipIf(folder === undefined)(
    outsideTitle(
      'pairs of the ONC lists: all that should interrupt are found, most that should not stay silent',
      folder,
    ),
    () => {
      const nothing = { measures: [], refused: [], absent: [] };
      const shareOf = (file: string): [found: number, known: number] => {
        const pairs = new Set(
          gunzipSync(readFileSync(join(folder ?? '', file)))
            .toString('utf8')
            .replace('\uFEFF', '')
            .split('\n')
            .map((line) => line.split('$'))
            .flatMap(([a = '', , b = '']) =>
              a === '' || b === '' ? [] : [[medicineName(a), medicineName(b)].sort().join('|')],
            ),
        );
        let found = 0;
        let known = 0;
        for (const pair of pairs) {
          const [a = '', b = ''] = pair.split('|');
          if (!FACTS_BY_AGENT.has(a) || !FACTS_BY_AGENT.has(b)) continue;
          known += 1;
          if (checkAgent(a, [b], nothing).length + checkAgent(b, [a], nothing).length > 0) found += 1;
        }
        return [found, known];
      };
      const [alarms, urgent] = shareOf('ONC_High_Priority_Mapped.csv.gz');
      const [noise, calm] = shareOf('ONC_Non_Interruptive_Mapped.csv.gz');
      console.log(
        `ONC lists: ${alarms} of ${urgent} high-priority pairs found; ${calm - noise} of ${calm} that should not interrupt stay silent`,
      );
      expect([alarms, urgent > 200]).toEqual([urgent, true]);
      expect(noise / calm).toBeLessThan(0.1);
    },
  );
});
