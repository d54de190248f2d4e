import { describe, expect, it } from 'vitest';
import { FindingsScreen } from '../../../renderer/molecular/FindingsScreen.tsx';
import {
  claimsOf,
  conflictRows,
  findingSentence,
  groupFindings,
  listedCount,
  notRead,
  openReviews,
  packsMoved,
  pertinentReason,
  sourcesOf,
} from '../../../renderer/molecular/findings.ts';
import { genomeFigure } from '../../../renderer/molecular/GenomePlot.tsx';
import {
  change,
  clampLog2,
  genomeLabels,
  labelRows,
  layoutGenome,
  shareChanged,
} from '../../../renderer/molecular/genome.ts';
import type { FindingReview } from '../../../shared/board/decision.ts';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import type { PackStatus } from '../../../shared/knowledge/evidence.ts';
import type { Finding } from '../../../shared/molecular/profile.ts';
import { intake } from '../molecular/support/case.ts';
import { mountCase } from './support/case-screen.tsx';
import { evidence, lungCase, lungProfile } from './support/lung.ts';

describe('F013 the packs of a case and those that stand here', () => {
  const manifest = (version: string) => ({ title: 'CIViC', version }) as PackStatus['manifest'];
  const hash = (digit: string) => Sha256.parse(digit.repeat(64));
  const made = [{ id: 'civic', version: '2026-05', asOf: '2026-05-26', manifestSha256: hash('a') }];

  it('are told apart by their bytes; a pack that is gone is told elsewhere', () => {
    const now = (version: string, digit: string) => [
      { id: 'civic', manifest: manifest(version), manifestSha256: hash(digit) },
    ];
    expect(packsMoved(made, now('2026-05', 'a'))).toEqual([]);
    expect(packsMoved(made, now('2027-01', 'b'))).toEqual(['CIViC 2026-05, now 2027-01']);
    expect(packsMoved(made, now('2026-05', 'b'))).toEqual(['CIViC 2026-05, built anew']);
    expect(packsMoved(made, [{ id: 'civic', manifest: undefined, manifestSha256: undefined }])).toEqual([]);
    expect(packsMoved(made, [])).toEqual([]);
  });
});

const context = { reviews: [], assays: [{ id: 'a1', name: 'Exome' }] };
const titled = (reviews: readonly FindingReview[] = [], filter = '') =>
  groupFindings(lungProfile, { ...context, reviews }, filter).map(({ id, rows }) => [
    id,
    rows.map((row) => (row.kind === 'finding' ? `${row.finding.gene} ${row.finding.title}` : row.statement.gene)),
  ]);
const review = (findingId: string, verdict: FindingReview['verdict']): FindingReview => ({
  findingId,
  verdict,
  by: 'u1',
  at: '2026-01-01T10:00:00Z',
});
const named = (title: string): Finding => {
  const found = lungProfile.findings.find((finding) => finding.title.includes(title));
  if (found === undefined) throw new Error(`no finding ${title}`);
  return found;
};
const l858r = named('Leu858Arg');
const t790m = named('Thr790Met');

describe('reading order', () => {
  it('F026 what needs a person stands first, then tier I and II, then what is pertinent, then what is uncertain', () => {
    const groups = titled();
    expect(groups.map(([id]) => id)).toEqual([
      'needs-you',
      'tier-one-two',
      'measured',
      'not-detected',
      'not-known',
      'uncertain',
    ]);
    expect(groups[0]?.[1]).toContain('EGFR p.(Leu858Arg)');
    expect(groups[1]?.[1]).toContain('EGFR p.(Thr790Met)');
  });

  it('F003 a gene that was tested and one that was not stand apart, and neither is a finding', () => {
    const groups = new Map(titled().map(([id, rows]) => [id as string, rows as string[]]));
    expect(groups.get('not-detected')).toContain('KRAS');
    expect(groups.get('not-known')).toEqual(['ALK']);
  });

  it('a dismissed finding folds into its own group and keeps its row; a confirmed one keeps its place', () => {
    const groups = groupFindings(lungProfile, { ...context, reviews: [review(t790m.id, 'dismissed')] }, '');
    const last = groups.at(-1);
    expect(last?.id).toBe('dismissed');
    expect(last?.foldedAtFirst).toBe(true);
    expect(last?.rows.map(({ id }) => id)).toEqual([t790m.id]);
    expect(titled([review(l858r.id, 'confirmed')])).toEqual(titled());
  });

  it('F005 no verdict and no filter loses a row: every finding stands in exactly one group', () => {
    const verdicts = ['confirmed', 'dismissed', 'limited'] as const;
    for (const verdict of verdicts) {
      const reviews = lungProfile.findings.map(({ id }) => review(id, verdict));
      const rows = groupFindings(lungProfile, { ...context, reviews }, '').flatMap((group) => group.rows);
      const ids = rows.filter(({ kind }) => kind === 'finding').map(({ id }) => id);
      expect([...ids].sort()).toEqual(lungProfile.findings.map(({ id }) => id).sort());
    }
  });

  it('the filter needs every word, and opens what it finds', () => {
    expect(titled([], 'egfr thr790')).toEqual([['tier-one-two', ['EGFR p.(Thr790Met)']]]);
    expect(titled([], 'egfr nonsense')).toEqual([]);
    expect(groupFindings(lungProfile, context, 'ala10').every(({ foldedAtFirst }) => !foldedAtFirst)).toBe(true);
    // The state is searched by its words, and an untested gene never answers to "not detected".
    expect(titled([], 'alk not detected')).toEqual([]);
    expect(titled([], 'alk "not assayed"'.replaceAll('"', ''))).toEqual([['not-known', ['ALK']]]);
  });

  it('F005 counts what is shown of everything small the case has, folded changes included', () => {
    const groups = groupFindings(lungProfile, context, '');
    const { shown, total, folded } = listedCount(lungProfile, groups);
    expect(folded).toBe(1);
    expect(shown).toBe(lungProfile.findings.length);
    expect(total).toBe(shown + folded);
    expect(listedCount(lungProfile, groupFindings(lungProfile, context, 'thr790'))).toEqual({
      shown: 1,
      total,
      folded,
    });
  });

  it('F027 a class given by a person goes with its row and is found by the filter; another finding has none', () => {
    const given = {
      findingId: l858r.id,
      standard: 'oncogenicity' as const,
      class: 'likely-benign',
      reason: 'seen in a parent',
      name: 'EGFR L858R',
      key: '',
      original: { class: 'oncogenic', codes: [] },
      packs: [],
      author: 'Dr. Otter',
      by: 'u1',
      at: '2026-05-01T13:00:00.000Z',
    };
    const rows = (filter: string) =>
      groupFindings(lungProfile, { ...context, classifications: [given] }, filter).flatMap((group) => group.rows);
    expect(rows('override likely benign').map(({ id }) => id)).toEqual([l858r.id]);
    expect(rows('').filter((row) => row.kind === 'finding' && row.given !== undefined)).toHaveLength(1);
  });

  it('counts the verdicts still owed', () => {
    const owed = lungProfile.findings.filter(({ needsYou }) => needsYou).length;
    expect(owed).toBeGreaterThan(0);
    expect(openReviews(lungProfile, [])).toBe(owed);
    expect(openReviews(lungProfile, [review(l858r.id, 'limited')])).toBe(owed - 1);
  });
});

describe('words', () => {
  const of = (finding: Finding) => lungProfile.evidence.filter(({ findingIds }) => findingIds.includes(finding.id));

  it('F062 the sentence says tier, meaning and treatments, resistance apart from response', () => {
    expect(findingSentence(t790m, of(t790m), [])).toBe(
      'Tier I-A, approved or guideline evidence in this tumor type, for response to Osimertinib; resistance to Erlotinib.',
    );
    expect(findingSentence(named('Ala10Val'), [], [])).toContain('not known');
  });

  it('F018 a conflict stands treatment by treatment and level by level, and agreement is no conflict', () => {
    expect(
      conflictRows(of(l858r)).map(({ treatment, level, supports, against }) => [
        treatment,
        level,
        supports.map(({ evidenceId }) => evidenceId),
        against.map(({ evidenceId }) => evidenceId),
      ]),
    ).toEqual([['Gefitinib', 'B', ['EID4'], ['EID5']]]);
    expect(conflictRows(of(t790m))).toEqual([]);
  });

  it('claims gather statements that say the same, strongest first, and lose none', () => {
    const claims = claimsOf(of(l858r));
    expect(claims.map(({ bestLevel }) => bestLevel)).toEqual([...claims.map(({ bestLevel }) => bestLevel)].sort());
    expect(claims.flatMap(({ statements }) => statements.map(({ evidenceId }) => evidenceId)).sort()).toEqual(
      of(l858r)
        .map(({ evidenceId }) => evidenceId)
        .sort(),
    );
  });

  it('names file and line behind a finding, and the assay behind a pertinent gene', () => {
    const view = lungCase();
    const row = view.intake?.variants.find(({ annotation }) => annotation?.hgvsProtein === 'p.Leu858Arg');
    expect(sourcesOf(l858r, view.intake)).toEqual([`files/somatic.vcf, line ${row?.line}`]);
    expect(sourcesOf(named('KIF5B'), view.intake)).toEqual(['files/fusions.tsv, line 2']);
    const kras = lungProfile.pertinent.find(({ gene }) => gene === 'KRAS');
    if (kras === undefined) throw new Error('KRAS is pertinent');
    expect(pertinentReason(kras, { ledger: view.intake?.ledger, assays: context.assays })).toBe('read by Exome');
    const alk = lungProfile.pertinent.find(({ gene }) => gene === 'ALK');
    if (alk === undefined) throw new Error('ALK is pertinent');
    expect(pertinentReason(alk, { ledger: view.intake?.ledger, assays: context.assays })).toBe(
      'no assay reads its introns',
    );
  });

  it('says what intake holds back, and nothing where it holds nothing back', () => {
    const question = {
      id: 'q',
      file: 'files/a.vcf',
      field: 'genomeBuild' as const,
      question: '?',
      choices: [],
      blocking: true,
    };
    expect(notRead(intake({ questions: [question] }))).toBe(
      'Intake still asks about files/a.vcf. Nothing of this file is among the findings below.',
    );
    expect(notRead(intake({ questions: [{ ...question, blocking: false }] }))).toBeUndefined();
  });
});

describe('genome picture', () => {
  const segments = [
    { chromosome: '1', start1: 1, end1: 100_000_000, log2Ratio: 0 },
    { chromosome: 'chr17', start1: 1, end1: 83_000_000, log2Ratio: 2.2 },
    { chromosome: 'X', start1: 1, end1: 100_000_000, log2Ratio: -5 },
  ];
  const layout = layoutGenome('GRCh38', segments);

  it('lays chromosomes end to end in their order, Y only where it was read', () => {
    expect(layout.chromosomes.map(({ name }) => name).join(' ')).toBe(
      '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 X',
    );
    expect(layout.at('2', 1)).toBe(248_956_423);
    expect(layout.at('chrX', 10)).toBe(layout.at('23', 10));
    expect(layout.at('Y', 10)).toBeUndefined();
    expect(
      layoutGenome('GRCh38', [...segments, { chromosome: 'Y', start1: 1, end1: 2, log2Ratio: 0 }]).at('Y', 1),
    ).toBe(layout.total + 1);
  });

  it('cuts what lies outside the picture and counts what changed by length', () => {
    expect([clampLog2(-5), clampLog2(9), clampLog2(0.1)]).toEqual([-3, 4, 0.1]);
    expect([change(0.3), change(-0.3), change(0.29)]).toEqual(['gain', 'loss', 'even']);
    const share = shareChanged(segments);
    expect(share?.gained).toBeCloseTo(83 / 283, 4);
    expect(share?.lost).toBeCloseTo(100 / 283, 4);
    expect(shareChanged([])).toBeUndefined();
  });

  it('labels of the picture that would lie over each other are written in lines of their own', () => {
    const layout = layoutGenome('GRCh38', []);
    const label = (id: string, x: number, log2Ratio: number, side: 'gain' | 'loss' = 'gain') => ({
      id,
      text: `${id} and three more genes, 7 copies`,
      x: x * layout.total,
      log2Ratio,
      side,
    });
    const rows = (...labels: ReturnType<typeof label>[]) => labelRows(labels, layout, [-3, 4]);
    expect(rows(label('A', 0.1, 1.6), label('B', 0.13, 1.8))).toEqual([0, 1]);
    expect(rows(label('A', 0.1, -1.2, 'loss'), label('B', 0.13, -1.2, 'loss'))).toEqual([0, -1]);
    expect(rows(label('A', 0.1, 1.6), label('B', 0.5, 1.6))).toEqual([0, 0]);
    // Written to the left at the right border.
    expect(rows(label('A', 0.8, 1.6), label('B', 0.97, 1.6))).toEqual([0, 1]);
    // Beside a stroke where there is room, over it where there is none.
    const stroke = (y: number) => ({ from: 0.12 * layout.total, to: 0.13 * layout.total, y });
    expect(labelRows([label('A', 0.1, 1.6)], layout, [-3, 4], [stroke(2)])).toEqual([1]);
    expect(labelRows([label('A', 0.1, 1.6)], layout, [-3, 4], [stroke(1.6)])).toEqual([0]);
    const everywhere = Array.from({ length: 71 }, (_, step) => stroke(-3 + step / 10));
    expect(labelRows([label('A', 0.1, 1.6)], layout, [-3, 4], everywhere)).toEqual([0]);
  });

  it('writes genes at their place, neighbours together, and none whose place no pack says', () => {
    const erbb2 = named('amplification');
    const at = (gene: string, start1: number): Finding => ({
      ...erbb2,
      id: `cn:${gene}`,
      gene,
      locus: { chromosome: '17', start1, end1: start1 + 1000 },
    });
    const labels = genomeLabels(
      [at('ERBB2', 39_700_000), at('CDK12', 39_400_000), { ...erbb2, locus: undefined } as Finding],
      layout,
      segments,
    );
    expect(labels.map(({ text, side }) => [text, side])).toEqual([['CDK12, ERBB2 9 copies', 'gain']]);
    expect(labels[0]?.log2Ratio).toBeCloseTo(Math.log2(4.5), 6);
  });

  it('draws every segment once, by what it is', () => {
    const colors = {
      ink: 'ink',
      quiet: 'quiet',
      line: 'line',
      grid: 'grid',
      ground: 'ground',
      series: [],
      bands: ['a', 'b'],
      gain: 'gain',
      loss: 'loss',
      point: 'point',
      amber: 'amber',
      red: 'red',
      size: 14,
      font: 'Inter',
    };
    const { data } = genomeFigure(segments, layout, [], colors);
    const strokes = data as { line?: { color: string }; y: (number | null)[] }[];
    expect(strokes.slice(0, 3).map(({ line, y }) => [line?.color, y.filter((value) => value !== null)])).toEqual([
      ['ink', [0, 0]],
      ['gain', [2.2, 2.2]],
      ['loss', [-3, -3]],
    ]);
  });
});

describe('the screen', () => {
  const selected = (page: HTMLElement) => page.querySelector('[aria-selected="true"]')?.textContent ?? '';

  it('J and K move, C confirms, U takes it back, and D asks for a reason before anything is recorded', async () => {
    const { page, press, click, reviews, text } = await mountCase(lungCase(), <FindingsScreen />);
    expect(selected(page)).toContain('p.(Leu858Arg)');
    await press('c');
    expect(reviews.at(-1)).toMatchObject({ findingId: l858r.id, verdict: 'confirmed' });
    expect(selected(page)).toContain('confirmed');
    await press('u');
    expect(reviews.at(-1)).toMatchObject({ findingId: l858r.id, verdict: 'withdrawn' });
    await press('j');
    expect(selected(page)).not.toContain('p.(Leu858Arg)');
    await press('k');
    await press('d');
    expect(reviews).toHaveLength(2);
    await click('artefact: strand or position bias');
    expect(reviews.at(-1)).toEqual({
      caseId: 'hand-made',
      findingId: l858r.id,
      verdict: 'dismissed',
      reason: 'artefact: strand or position bias',
    });
    // It folds and is counted; it does not vanish.
    expect(text()).toContain('Dismissed · 1');
    expect(text()).toContain('1 of them dismissed');
  });

  it('F063 the stored fact is one press away, with its source and identifiers, and no link leaves the machine', async () => {
    const { stepTo, click, panel } = await mountCase(lungCase(), <FindingsScreen />, evidence);
    await stepTo('p.(Thr790Met)');
    await click(/Stored fact.*EID2/);
    expect(panel().textContent).toContain('hand-made EID2');
    expect(panel().textContent).toContain('https://example.org/EID2');
    expect(document.querySelector('a[href^="http"]')).toBeNull();
  });

  it('F003 the panel of an untested gene says that it is no negative result', async () => {
    const { stepTo, page, panel } = await mountCase(lungCase(), <FindingsScreen />);
    await stepTo('not assayed');
    expect(panel().textContent).toContain('ALK fusion: not assayed. This is not a negative result.');
    expect(page.textContent).not.toMatch(/wild.?type/i);
  });

  it('a signed case takes no verdict', async () => {
    const view = lungCase();
    const report = { reportId: 'r1' } as unknown as NonNullable<typeof view.report>;
    const { press, reviews, text } = await mountCase({ ...view, report }, <FindingsScreen />);
    await press('c');
    await press('d');
    expect(reviews).toEqual([]);
    expect(text()).toContain('Signed and locked');
  });
});
