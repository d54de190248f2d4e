/** The import rules of the house, for dependency-cruiser. Each comment says why, so that a refusal can be understood. */

/** Rooms under shared/, left to right: a room imports only what stands to its left. */
const ORDER = [
  'foundation',
  'vault',
  'case',
  'knowledge',
  'molecular',
  'prediction',
  'therapy',
  'monitoring',
  'board',
  'report',
  'exchange',
  'trust',
];

/** Each of these packages stands behind one door, so that it can be replaced, audited and loaded late. */
const ONE_DOOR = {
  'plotly.js-cartesian-dist-min': '^renderer/ui/',
  'onnxruntime-node': '^electron/prediction/',
  'better-sqlite3-multiple-ciphers': '^electron/vault/',
  pdfmake: '^electron/report/',
  koffi: '^electron/report/token/',
  ws: '^electron/loopback/',
};

const HOSTS = 'shell|loopback|cli|serve|build|launch|packaging';
const ROOM = `^electron/(?!(?:${HOSTS})/)[^/]+/`;
const modules = (name) => `(^|/)node_modules/${name.replaceAll('.', '\\.')}/`;

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', comment: 'Data flow one way.', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that leads nowhere fails at run time.',
      from: {},
      to: { couldNotResolve: true, pathNot: ['\\?', '^electron$'] },
    },
    {
      name: 'shared-stands-alone',
      severity: 'error',
      comment: 'Words and rules run in every process: zod and itself, nothing else.',
      from: { path: '^shared/', pathNot: '^shared/contract\\.ts$' },
      to: { pathNot: ['^shared/', modules('zod')], dependencyTypesNot: ['core'] },
    },
    {
      name: 'contract-is-words',
      severity: 'error',
      comment: 'The contract is words: zod, the contract builder and the rooms, nothing that runs.',
      from: { path: '^shared/contract\\.ts$' },
      to: { pathNot: ['^shared/', modules('zod'), modules('@orpc/contract')] },
    },
    {
      name: 'shared-no-node',
      severity: 'error',
      comment: 'The renderer has no node: modules.',
      from: { path: '^shared/' },
      to: { dependencyTypes: ['core'] },
    },
    ...ORDER.map((room, index) => ({
      name: `shared-${room}-looks-left`,
      severity: 'error',
      comment: `Only ${ORDER.slice(0, index).join(', ') || 'nothing'} stands to the left of ${room}.`,
      from: { path: `^shared/${room}/` },
      to: { path: '^shared/', pathNot: ORDER.slice(0, index + 1).map((left) => `^shared/${left}/`) },
    })),
    {
      name: 'renderer-no-electron',
      severity: 'error',
      comment: 'The renderer reaches the core by the contract alone, not even transitively by import.',
      from: { path: '^renderer/' },
      to: { path: ['^electron/', modules('electron')], reachable: true },
    },
    {
      name: 'renderer-no-node',
      severity: 'error',
      comment: 'The renderer is sandboxed.',
      from: { path: '^renderer/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-no-renderer',
      severity: 'error',
      comment: 'Nothing flows back.',
      from: { path: '^(shared|electron)/' },
      to: { path: '^renderer/' },
    },
    {
      name: 'electron-only-in-shell',
      severity: 'error',
      comment: 'Everything but the shell runs under plain Node.',
      from: { path: '^(shared|electron|renderer)/', pathNot: '^electron/shell/' },
      to: { path: ['^electron$', modules('electron')] },
    },
    {
      name: 'rooms-know-no-host',
      severity: 'error',
      comment: 'A room runs on every host.',
      from: { path: ROOM },
      to: { path: [`^electron/(?:${HOSTS})/`, '^electron/(?:workstation|services|router)\\.ts$'] },
    },
    {
      name: 'rooms-by-their-door',
      severity: 'error',
      comment: "Another room's work is reached through its index.ts.",
      from: { path: '^electron/([^/]+)/' },
      to: {
        path: '^electron/[^/]+/',
        pathNot: [
          '^electron/$1/',
          '^electron/[^/]+/index\\.ts$',
          '^electron/launch/[^/]+\\.mjs$',
          '^electron/build/main\\.ts$',
        ],
      },
    },
    {
      name: 'composed-by-their-door',
      severity: 'error',
      comment: 'The workstation composes rooms, not their insides.',
      from: { path: '^electron/[^/]+\\.ts$' },
      to: { path: '^electron/[^/]+/', pathNot: '^electron/[^/]+/index\\.ts$' },
    },
    ...Object.entries(ONE_DOOR).map(([name, door]) => ({
      name: `one-door-${name.split(/[.-]/)[0]}`,
      severity: 'error',
      comment: `${name} is imported in ${door.slice(1)} only.`,
      from: { path: '^(shared|electron|renderer)/', pathNot: [door, '^electron/build/'] },
      to: { path: modules(name) },
    })),
    {
      name: 'shipped-not-dev',
      severity: 'error',
      comment: 'What runs in the packaged app is a dependency, not a dev dependency.',
      from: { path: '^electron/', pathNot: '^electron/(?:shell|build|launch|packaging)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'], pathNot: '/node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)out/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    detectProcessBuiltinModuleCalls: true,
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'module', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css', '.d.ts'],
    },
  },
};
