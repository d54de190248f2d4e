// @vitest-environment node
import { expect, it } from 'vitest';
import {
  hashOf,
  licencesOf,
  shippedList,
  stateOf,
  stateSentences,
  titleOf,
  versionOf,
} from '../../../renderer/knowledge/shipped.ts';
import { PackStatus } from '../../../shared/knowledge/evidence.ts';

it('F013 F146 packs and models in one list; what is absent has a name, a state and no invented version', () => {
  const [civic, lost, model] = shippedList(
    [
      PackStatus.parse({
        id: 'civic',
        state: 'verified',
        trust: 'shipped',
        manifestSha256: 'a'.repeat(64),
        manifest: {
          id: 'civic',
          schemaVersion: 1,
          version: '2026-05',
          asOf: '2026-05-26',
          title: 'CIViC',
          sources: ['x', 'y'].map((name) => ({ name, version: '1', licence: 'CC0 1.0', citation: 'c' })),
          counts: {},
          files: [],
        },
      }),
      { id: 'hotspots', state: 'missing', trust: 'none', reason: 'not here' },
    ],
    [{ id: 'aggressiveness', state: 'altered', sources: ['x', 'y'].map((name) => ({ name, licence: 'open' })) }],
  );
  if (civic === undefined || lost === undefined || model === undefined) throw new Error('a row is gone');
  expect([titleOf(civic), versionOf(civic), licencesOf(civic), hashOf(civic)]).toEqual([
    'CIViC',
    '2026-05',
    ['CC0 1.0'],
    'a'.repeat(64),
  ]);
  expect([titleOf(lost), versionOf(lost), licencesOf(lost), stateOf(lost)]).toEqual([
    'hotspots',
    undefined,
    [],
    'missing',
  ]);
  expect([titleOf(model), stateOf(model), licencesOf(model)]).toEqual(['aggressiveness', 'altered', ['open']]);
  expect(stateSentences.altered).toContain('not used');
  expect(Object.keys(stateSentences).sort()).toEqual([...PackStatus.shape.state.options].sort());
});
