/** Packs are believed byte by byte or not at all (F013, F146); what ships is what the scripts make of their sources. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { pinnedPacks } from '../../../electron/knowledge/pinned.ts';
import { interpret } from '../../../electron/molecular/index.ts';
import { assembleOptions } from '../../../electron/therapy/index.ts';
import { buildPacks } from '../../../models/knowledge/build/build-packs.ts';
import { packFiles } from '../../../models/knowledge/build/pack.ts';
import { openSources } from '../../../models/knowledge/build/sources.ts';
import { EvidenceItem } from '../../../shared/knowledge/evidence.ts';
import { MolecularProfile } from '../../../shared/molecular/profile.ts';
import { OptionsTable } from '../../../shared/therapy/options.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { intake, record, variant } from '../molecular/support/case.ts';

const shipped = resolve(import.meta.dirname, '../../../models/knowledge');
const ids = Object.keys(pinnedPacks);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of packs of which a test may spoil this one; the others are the shipped ones, linked. */
function copy(spoiled: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'packs-'));
  folders.push(folder);
  for (const id of ids)
    if (id === spoiled) cpSync(join(shipped, id), join(folder, id), { recursive: true });
    else symlinkSync(join(shipped, id), join(folder, id), 'junction');
  return folder;
}

const egfr = record('LUAD');
const l858r = intake({ variants: [variant({ at: ['7', 55_191_822, 'T', 'G'] })] });

describe('shipped packs (F013)', () => {
  it('every pack is verified, with version, date, licence and citation of each source', async () => {
    const status = (await loadPacks(shipped)).status();
    expect(status.map(({ id }) => id)).toEqual([...ids].sort());
    for (const pack of status) {
      expect(pack).toMatchObject({ state: 'verified', trust: 'shipped' });
      expect(pack.manifest?.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      for (const source of pack.manifest?.sources ?? []) {
        expect(source.licence).not.toBe('');
        expect(source.citation).not.toBe('');
      }
      expect(pack.manifest?.sources.length).toBeGreaterThan(0);
    }
  });

  it('the manifest and the pins name the same files with the same hashes', () => {
    for (const id of ids) {
      const manifest = JSON.parse(readFileSync(join(shipped, id, 'manifest.json'), 'utf8')) as {
        files: { path: string; sha256: string; sizeBytes: number }[];
      };
      const { 'manifest.json': own, ...files } = pinnedPacks[id] ?? {};
      expect(own).toMatch(/^[0-9a-f]{64}$/);
      expect(Object.fromEntries(manifest.files.map(({ path, sha256 }) => [path, sha256]))).toEqual(files);
      expect(readdirSync(join(shipped, id)).sort()).toEqual(['manifest.json', ...Object.keys(files)].sort());
    }
  });

  it('evidence follows its schema and holds facts, not the source’s sentences', async () => {
    const { evidence } = (await loadPacks(shipped)).molecular();
    expect(evidence.length).toBe(4854);
    for (const item of evidence) EvidenceItem.parse(item);
    const words = evidence.flatMap(({ significance, disease, therapies, citations }) => [
      significance,
      disease.name,
      ...therapies,
      ...citations.map(({ label }) => label),
    ]);
    expect(Math.max(...words.map((text) => text.length))).toBeLessThan(120);
    expect(words.filter((text) => /\. [A-Z][a-z]+ .* (was|were|is|are) /.test(text))).toEqual([]);
  });

  it('F063 an id gives its stored fact; an unknown one gives nothing', async () => {
    const packs = await loadPacks(shipped);
    const [first, ...rest] = packs.evidenceById(['EID238', 'EID0']);
    expect(rest).toEqual([]);
    expect(first).toMatchObject({
      profileName: 'EGFR T790M',
      significance: 'Resistance',
      level: 'A',
      therapies: ['Erlotinib'],
      citations: [{ type: 'PubMed', id: '25668228' }],
    });
  });

  it('names what it speaks of as plain data, with spans on both builds', async () => {
    const interest = (await loadPacks(shipped)).genesOfInterest();
    // A change of the TERT promoter is not counted away in a huge file.
    const tert = ({ gene }: { gene: string }): boolean => gene === 'TERT';
    expect(interest.spans.GRCh37.find(tert)?.end1).toBe(1_295_250);
    expect(interest.spans.GRCh38.find(tert)?.end1).toBe(1_295_135);
    expect(structuredClone(interest)).toEqual(interest);
    expect(interest.genes).toEqual([...new Set(interest.genes)].sort());
    for (const gene of ['EGFR', 'BRAF', 'BRCA1', 'TP53', 'ALK', 'KRAS']) expect(interest.genes).toContain(gene);
    // L858R lies in EGFR by its own coordinate on each build.
    for (const [build, position1] of [
      ['GRCh37', 55_259_515],
      ['GRCh38', 55_191_822],
    ] as const) {
      const span = interest.spans[build].find(({ gene }) => gene === 'EGFR');
      expect(span?.chromosome).toBe('7');
      expect(span?.start1).toBeLessThan(position1);
      expect(span?.end1).toBeGreaterThan(position1);
    }
    for (const build of ['GRCh37', 'GRCh38'] as const) {
      expect(interest.spans[build].length).toBeGreaterThan(1100);
      for (const { start1, end1, chromosome } of interest.spans[build]) {
        expect(end1).toBeGreaterThan(start1);
        expect(chromosome).toMatch(/^(?:\d{1,2}|X|Y)$/);
      }
    }
  });

  const sources = outside('kb/civic/AcceptedClinicalEvidenceSummaries.2026-05.tsv.gz');
  it.skipIf(sources === undefined)(
    outsideTitle('the build scripts make exactly the shipped bytes from their sources', sources),
    () => {
      const { packs } = buildPacks(openSources(resolve(sources ?? '', '../..')));
      // The reference cohorts are made of a folder of their own (tests/unit/molecular/expression.test.ts).
      expect(packs.map(({ id }) => id).sort()).toEqual(ids.filter((id) => !id.startsWith('cohort-')).sort());
      for (const pack of packs)
        for (const [path, bytes] of packFiles(pack))
          expect(readFileSync(join(shipped, pack.id, path)).equals(bytes), `${pack.id}/${path}`).toBe(true);
    },
    30_000,
  );
});

describe('packs that cannot be believed (F146)', () => {
  it.each(ids.flatMap((id) => Object.keys(pinnedPacks[id] ?? {}).map((file) => [id, file] as const)))(
    'one flipped byte in %s/%s: the pack is altered, named and not used; the others stand',
    async (id, file) => {
      const folder = copy(id);
      const path = join(folder, id, file);
      const bytes = readFileSync(path);
      const at = Math.floor(bytes.length / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      const packs = await loadPacks(folder);
      for (const status of packs.status())
        if (status.id === id) {
          expect(status).toMatchObject({ state: 'altered', trust: 'none' });
          expect(status.reason).toContain(file);
          expect(status.manifest).toBeUndefined();
        } else expect(status.state).toBe('verified');
      expect(packs.molecular().packs.map((pack) => pack.id)).not.toContain(id);
    },
  );

  it.each(ids)('without %s the case is still interpreted, and the empty sections say why', async (id) => {
    const folder = copy(id);
    rmSync(join(folder, id), { recursive: true });
    const packs = await loadPacks(folder);
    expect(packs.status().find((status) => status.id === id)).toMatchObject({ state: 'missing', trust: 'none' });
    const profile = MolecularProfile.parse(interpret(egfr, l858r, packs));
    const options = OptionsTable.parse(assembleOptions(egfr, l858r, profile, packs));
    if (id === 'drug-classes') expect(packs.therapy().drugClass).toBeUndefined();
    else expect(profile.absent.map(({ reason }) => reason).join(' ')).toContain(`Pack ${id} is missing`);
    if (id === 'civic') {
      expect(options.options).toEqual([]);
      expect(options.absent).not.toEqual([]);
      expect(profile.findings[0]).toMatchObject({ gene: 'EGFR', hgvsProtein: 'p.(Leu858Arg)', tierDefining: [] });
    }
    if (id === 'genes')
      expect(profile.findings.every(({ proteinChangeSource }) => proteinChangeSource === 'not-computed')).toBe(true);
    if (id === 'hotspots') {
      const criteria = profile.findings[0]?.oncogenicity?.criteria ?? [];
      expect(criteria.find(({ code }) => code === 'OS3')?.state).toBe('not-evaluable');
    }
  });

  it('a missing file makes the whole pack missing and names the file', async () => {
    const folder = copy('genes');
    rmSync(join(folder, 'genes', 'roles.records'));
    const packs = await loadPacks(folder);
    expect(packs.status().find(({ id }) => id === 'genes')).toMatchObject({
      state: 'missing',
      reason: expect.stringContaining('roles.records'),
    });
  });

  it('no folder at all: every pack is missing, nothing is thrown', async () => {
    const packs = await loadPacks(join(tmpdir(), 'no-such-folder'));
    expect(new Set(packs.status().map(({ state }) => state))).toEqual(new Set(['missing']));
    expect(packs.genesOfInterest()).toEqual({ genes: [], spans: { GRCh37: [], GRCh38: [] } });
    const profile = MolecularProfile.parse(interpret(egfr, l858r, packs));
    expect(profile.tumorType.oncotreeCode).toBe('LUAD');
    expect(profile.evidence).toEqual([]);
  });

  it('a pack from elsewhere is named and never loaded', async () => {
    const folder = copy('civic');
    mkdirSync(join(folder, 'site-pack'));
    writeFileSync(join(folder, 'site-pack', 'manifest.json'), '{"id":"site-pack"}');
    const packs = await loadPacks(folder);
    expect(packs.status().find(({ id }) => id === 'site-pack')).toMatchObject({ state: 'untrusted', trust: 'none' });
    expect(packs.molecular().packs.map(({ id }) => id)).not.toContain('site-pack');
  });

  it('a pack altered together with its manifest is altered all the same', async () => {
    const folder = copy('oncotree');
    const path = join(folder, 'oncotree', 'tumor-types.records');
    const changed = Buffer.from(readFileSync(path, 'utf8').replace('Lung Adenocarcinoma', 'Lung Adenocarcinomb'));
    writeFileSync(path, changed);
    const manifest = join(folder, 'oncotree', 'manifest.json');
    const { createHash } = await import('node:crypto');
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace(
        /"sha256": "[0-9a-f]{64}"/,
        `"sha256": "${createHash('sha256').update(changed).digest('hex')}"`,
      ),
    );
    const status = (await loadPacks(folder)).status().find(({ id }) => id === 'oncotree');
    expect(status?.state).toBe('altered');
    expect(status?.reason).toContain('tumor-types.records');
  });
});
