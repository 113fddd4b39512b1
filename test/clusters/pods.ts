/** What the tests of Kubernetes distribute, and how. */
import { mockScenario, scenarioFile } from '../e2e/plimsoll.js';

const SHARDS = 3;
export const SECRET = 'very-hush-4711';

export const distribution = (file: string, group: string, ...more: readonly string[]): readonly string[] => [
  ...['distribute', file, '--on', 'kubernetes', '--shards', String(SHARDS), '--group', group],
  ...['--image', 'registry.example/plimsoll:1', '--claim', 'records', '--secret', 'keys', ...more],
];

const PROTOCOL = 'protocol: { sessions: 6, headers: { Authorization: "${secret.API_KEY}" } }';

/** A scenario that needs a secret. */
export const secretScenario = (seconds: number): string =>
  scenarioFile(
    mockScenario({
      phases: `- { name: steady, regime: steady, rate: 60/s, for: ${seconds}s, warmup: 0s }`,
    }).replace('protocol: { sessions: 4 }', PROTOCOL),
  );
