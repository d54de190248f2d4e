/** F094 (CDS Hooks cards) and F095 (phenopackets): the same facts in other systems' words. */
import { describe, expect, it } from 'vitest';
import { cdsCards } from '../../../shared/exchange/cds-hooks.ts';
import { alleleOf, isVariantKind } from '../../../shared/exchange/fhir/export-findings.ts';
import type { JsonObject } from '../../../shared/exchange/fhir/json.ts';
import { exportPhenopacket, readPhenopacket } from '../../../shared/exchange/phenopacket.ts';
import { reportInput } from '../report/support/input.ts';

const input = reportInput();

describe('phenopacket v2 (F095)', () => {
  const { phenopacket, withheld } = exportPhenopacket(input);
  const read = readPhenopacket(JSON.parse(JSON.stringify(phenopacket)) as JsonObject);

  it('brings diagnosis, sex, age, specimens and every named variant back', () => {
    expect(read).toMatchObject({
      oncotreeCode: 'LUAD',
      sex: 'female',
      ageYears: 63,
      specimenIds: ['S1', 'N1'],
      quarantined: [],
    });
    const named = input.profile.findings.filter(
      ({ kind, variantKeys, hgvsCoding }) =>
        isVariantKind(kind) && (alleleOf(variantKeys[0]) !== undefined || hgvsCoding !== undefined),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(read.variants.map(({ gene, key, alleleFraction }) => ({ gene, key, alleleFraction }))).toEqual(
      named.map(({ gene, variantKeys, alleleFraction }) => ({ gene, key: variantKeys[0], alleleFraction })),
    );
    expect(read.variants.map(({ hgvs }) => hgvs['hgvs.p'])).toEqual(named.map(({ hgvsProtein }) => hgvsProtein));
  });

  it('says what it cannot carry and carries no free text', () => {
    expect(withheld.some(({ what }) => what.includes('pertinent'))).toBe(true);
    expect(JSON.stringify(phenopacket)).not.toContain('Hospital North');
    expect(JSON.stringify(phenopacket)).not.toContain('PATHOGENIC');
  });

  it('sets a rejected interpretation aside and reads no excluded disease', () => {
    const changed = JSON.parse(JSON.stringify(phenopacket).replaceAll('UNKNOWN_STATUS', 'REJECTED')) as JsonObject;
    const denied = readPhenopacket({ ...changed, diseases: [{ term: { id: 'OncoTree:LUAD' }, excluded: true }] });
    expect(denied.variants).toEqual([]);
    expect(denied.quarantined).toHaveLength(read.variants.length);
    expect(denied.oncotreeCode).toBeUndefined();
  });
});

describe('CDS Hooks cards (F094)', () => {
  const uuid = (name: string) => `uuid-of-${name}`;
  const base = { options: input.options, board: input.board, uuid };
  const orders = (...names: string[]) => [{ reference: 'MedicationRequest/1', names }];

  it('tells the decision when a patient is viewed, in the shape of the specification', () => {
    const { cards } = cdsCards({ ...base, hook: 'patient-view', orders: [] });
    expect(cards).toHaveLength(1);
    expect(cards[0]).toMatchObject({
      indicator: 'info',
      source: { label: 'Consilium tumor board' },
      uuid: 'uuid-of-decision',
    });
    expect(String(cards[0]?.summary).length).toBeLessThan(140);
    expect(String(cards[0]?.detail)).toContain('T790M');
  });

  it('warns of a drug the tumor resists, by any name it is ordered under, and is silent on any other', () => {
    const [card] = cdsCards({ ...base, hook: 'order-select', orders: orders('Erlotinib 150 MG') }).cards;
    expect(card).toMatchObject({ indicator: 'warning' });
    expect(card?.overrideReasons).toHaveLength(3);
    expect(cdsCards({ ...base, hook: 'order-sign', orders: orders('Osimertinib') }).cards).toEqual([]);
    expect(cdsCards({ ...base, hook: 'order-sign', orders: orders('erlotinibum') }).cards).toEqual([]);
  });

  it('puts what must stop an order first', () => {
    const allergic = {
      ...input.options,
      exclusions: [
        ...input.options.exclusions,
        {
          id: 'allergy',
          agents: ['erlotinib'],
          label: 'erlotinib',
          kind: 'allergy' as const,
          reason: 'anaphylaxis',
          findingIds: [],
          evidence: [],
        },
      ],
    };
    const { cards } = cdsCards({ ...base, options: allergic, hook: 'order-sign', orders: orders('erlotinib') });
    expect(cards.map(({ indicator }) => indicator)).toEqual(['critical', ...cards.slice(1).map(() => 'warning')]);
    expect(cards.length).toBeGreaterThan(1);
  });

  it('says nothing of a case that is not decided', () => {
    const undecided = reportInput({ decision: null });
    expect(cdsCards({ ...base, board: undecided.board, hook: 'patient-view', orders: [] }).cards).toEqual([]);
  });
});
