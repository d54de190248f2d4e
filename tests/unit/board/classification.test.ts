/** F017, F027, F028: classes given by a person, taken back, and remembered for the next case. */
import { describe, expect, it } from 'vitest';
import {
  classificationOf,
  classifiedBy,
  memoryKey,
  NewClassification,
  projectClassifications,
  recordOf,
  rememberedFor,
  siteMemory,
} from '../../../shared/board/classification.ts';
import { projectBoard } from '../../../shared/board/project-board.ts';
import { CaseId, type Sha256, UserId } from '../../../shared/foundation/ids.ts';
import { parseProteinChange } from '../../../shared/molecular/hgvs.ts';
import type { Finding } from '../../../shared/molecular/profile.ts';
import type { EventType } from '../../../shared/vault/events.ts';

const sha = (digit: string) => digit.repeat(64) as Sha256;
const pack = (version: string, digit: string) => ({
  id: 'civic',
  version,
  asOf: '2026-05-26',
  manifestSha256: sha(digit),
});
const finding = (
  id: string,
  met: readonly string[],
  verdict: 'uncertain' | 'likely-oncogenic' = 'uncertain',
): Finding =>
  ({
    id,
    kind: 'small-variant',
    gene: 'TP53',
    title: 'p.(Arg273His)',
    hgvsProtein: 'p.(Arg273His)',
    hgvsCoding: 'c.818G>A',
    oncogenicity: {
      class: verdict,
      points: 4,
      criteria: met.map((code) => ({ code, state: 'met', points: 4, fact: 'a fact' })),
    },
  }) as unknown as Finding;

let sequence = 0;
const event = (caseId: string, type: EventType, payload: unknown, erased = false) => {
  sequence += 1;
  return {
    sequence,
    time: `2026-03-0${Math.min(sequence, 9)}T10:00:00.000Z`,
    actor: UserId.parse('11111111-1111-4111-8111-111111111111'),
    caseId: CaseId.parse(caseId),
    type,
    payload: erased ? null : payload,
    erased,
  };
};
const classified = (caseId: string, verdict: 'oncogenic' | 'likely-oncogenic', author = 'Dr. Otter', erased = false) =>
  event(
    caseId,
    'finding.classified',
    recordOf(
      { findingId: 'f1', standard: 'oncogenicity', class: verdict, reason: 'hotspot of the DNA binding core' },
      finding('f1', ['OS3']),
      { class: 'uncertain', points: 4, codes: ['OS3'] },
      [pack('2026-05', 'a')],
      author,
    ),
    erased,
  );
const withdrawn = (caseId: string) =>
  event(caseId, 'classification.withdrawn', { findingId: 'f1', standard: 'oncogenicity' });

describe('F027 override with a reason', () => {
  it('keeps what the rules said, who, when and why; undo brings the class before it back', () => {
    const events = [classified('case-a', 'oncogenic'), classified('case-a', 'likely-oncogenic', 'Dr. Heron')];
    const board = projectBoard(events);
    expect(classificationOf(board, 'f1', 'oncogenicity')).toMatchObject({
      class: 'likely-oncogenic',
      author: 'Dr. Heron',
      reason: 'hotspot of the DNA binding core',
      original: { class: 'uncertain', points: 4, codes: ['OS3'] },
    });
    expect(projectClassifications([...events, withdrawn('case-a')])).toMatchObject([{ author: 'Dr. Otter' }]);
    expect(projectClassifications([...events, withdrawn('case-a'), withdrawn('case-a')])).toEqual([]);
    expect(projectBoard([...events, withdrawn('case-a'), withdrawn('case-a')]).classifications).toBeUndefined();
  });

  it('needs a reason and a class of the standard', () => {
    const said = { findingId: 'f1', standard: 'oncogenicity', class: 'benign', reason: 'seen in many healthy people' };
    expect(NewClassification.safeParse(said).success).toBe(true);
    expect(NewClassification.safeParse({ ...said, reason: '  ' }).success).toBe(false);
    expect(NewClassification.safeParse({ ...said, class: 'pathogenic' }).success).toBe(false);
    expect(NewClassification.safeParse({ ...said, class: 'not-evaluable' }).success).toBe(false);
    expect(NewClassification.safeParse({ ...said, standard: 'escat', class: 'II-B' }).success).toBe(true);
  });
});

describe('F028 what the site classified before', () => {
  it('offers another case’s class for the same change in any notation, never its own case’s', () => {
    const events = [classified('case-a', 'oncogenic')];
    expect(siteMemory(events, 'case-a')).toEqual([]);
    const memory = siteMemory(events, 'case-b');
    const inShort = { ...finding('other', ['OS3']), hgvsProtein: 'p.R273H', title: 'R273H' };
    expect(memoryKey(inShort)).toBe(memoryKey(finding('f1', [])));
    expect(rememberedFor({ findings: [inShort], packs: [pack('2026-05', 'a')] }, memory)).toEqual([
      expect.objectContaining({ findingId: 'other', class: 'oncogenic', author: 'Dr. Otter', changedSince: [] }),
    ]);
    expect(rememberedFor({ findings: [{ ...inShort, gene: 'TP63' }], packs: [] }, memory)).toEqual([]);
  });

  it('says what changed since: packs and criteria; that the memory itself is now a criterion is no change', () => {
    const memory = siteMemory([classified('case-a', 'oncogenic')], 'case-b');
    const now = (met: readonly string[], digit: string) =>
      rememberedFor({ findings: [finding('f2', met)], packs: [pack('2026-08', digit)] }, memory)[0]?.changedSince;
    expect(now(['OS1', 'OS3'], 'a')).toEqual([]);
    // OS1 takes the place of OS3: the hotspot is what it was.
    expect(now(['OS1'], 'a')).toEqual([]);
    expect(now(['OS1', 'OS2'], 'a')).toEqual(['criteria met: none then, OS2 now']);
    expect(now([], 'a')).toEqual(['criteria met: OS3 then, none now']);
    expect(now(['OS3'], 'b')).toEqual(['civic: 2026-05 then, 2026-08 now']);
    expect(now(['OS2', 'OS3'], 'b')).toEqual([
      'civic: 2026-05 then, 2026-08 now',
      'criteria met: OS3 then, OS2 + OS3 now',
    ]);
  });

  it('feeds OS1 with name and date; what was taken back or erased is not remembered', () => {
    const change = parseProteinChange('R273H');
    if (change === undefined) throw new Error('not read');
    const kept = classified('case-a', 'oncogenic');
    expect(classifiedBy(siteMemory([kept], 'case-b'))('TP53', change)).toEqual({
      class: 'oncogenic',
      source: `Dr. Otter, ${kept.time.slice(0, 10)}`,
    });
    expect(classifiedBy(siteMemory([kept, withdrawn('case-a')], 'case-b'))('TP53', change)).toBeUndefined();
    const erased = classified('case-c', 'oncogenic', 'Dr. Otter', true);
    expect(classifiedBy(siteMemory([erased], 'case-b'))('TP53', change)).toBeUndefined();
  });
});
