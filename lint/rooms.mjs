/**
 * The rooms of the house and what each may import. A room is a folder of `src` (or `mock-servers`) that is entered
 * through its index.ts. Data flows scenario -> plan -> run -> record -> analysis -> gate, report and export; `cli`
 * stands on top.
 */

/**
 * Room -> rooms that it may import. The order is from the floor up: a room names only rooms above itself in this list.
 */
export const ROOMS = {
  problem: [],
  secrets: ['problem'],
  clock: [],
  random: [],
  format: [],
  package: [],
  processes: [],
  'process-timing': ['clock'],
  scopes: ['problem'],
  protocol: ['problem', 'random'],
  catalog: ['problem', 'clock', 'random', 'format', 'protocol'],
  scenario: ['problem', 'format', 'protocol', 'catalog'],
  plan: ['format', 'catalog', 'scenario'],
  record: ['problem', 'secrets', 'clock', 'processes', 'protocol'],
  envelope: ['problem', 'protocol'],
  toxiproxy: ['problem', 'clock', 'random', 'package', 'processes', 'process-timing', 'protocol', 'catalog'],
  stack: [
    'problem',
    'secrets',
    'clock',
    'format',
    'package',
    'processes',
    'protocol',
    'scenario',
    'record',
    'toxiproxy',
  ],
  faults: ['problem', 'clock', 'protocol', 'catalog', 'plan', 'record', 'toxiproxy', 'stack'],
  mcp: ['problem', 'secrets', 'clock', 'random', 'package', 'processes', 'protocol', 'catalog', 'scenario', 'record'],
  load: [
    'problem',
    'secrets',
    'clock',
    'random',
    'package',
    'processes',
    'process-timing',
    'catalog',
    'scenario',
    'plan',
    'record',
    'mcp',
  ],
  calibration: [
    'problem',
    'secrets',
    'clock',
    'random',
    'format',
    'package',
    'processes',
    'scopes',
    'catalog',
    'scenario',
    'plan',
    'record',
    'envelope',
    'toxiproxy',
    'stack',
    'mcp',
    'load',
  ],
  analysis: ['random', 'format', 'protocol', 'catalog', 'scenario', 'plan', 'record'],
  capacity: ['clock', 'format', 'catalog', 'scenario', 'plan', 'record', 'analysis'],
  run: [
    'problem',
    'secrets',
    'clock',
    'format',
    'package',
    'processes',
    'scopes',
    'catalog',
    'scenario',
    'plan',
    'record',
    'envelope',
    'toxiproxy',
    'stack',
    'faults',
    'mcp',
    'load',
    'calibration',
    'capacity',
  ],
  gate: ['problem', 'format', 'catalog', 'scenario', 'analysis'],
  report: ['format', 'catalog', 'plan', 'record', 'analysis', 'gate'],
  export: ['analysis', 'gate', 'report'],
  'mock-servers': ['problem', 'clock', 'random', 'package', 'process-timing', 'protocol'],
};

/** Rooms whose results depend on their arguments alone: no socket, process, clock, timer or file. */
export const PURE_ROOMS = ['analysis', 'capacity', 'catalog', 'export', 'format', 'gate', 'plan', 'report'];

/** Packages that have effects; no module of Node.js is for a pure room either. */
export const EFFECT_PACKAGES = ['execa', 'undici', 'autocannon', 'toxiproxy-node-client'];

/** Globals that have effects, or whose value is not given by arguments. */
export const EFFECT_GLOBALS = [
  'Date',
  'performance',
  'process',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'crypto',
  'fetch',
  'WebSocket',
  'AbortSignal',
  'navigator',
  'Math.random',
  // Ways to all of these.
  'globalThis',
  'global',
  'self',
  'eval',
];
