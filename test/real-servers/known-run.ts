/** A run against a real server, and what became of each of its calls. */
import { expect } from 'vitest';
import { ERROR_CLASSES, OUTCOMES, readRecord, type SampleColumns } from '../../src/record/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';

/** Endings of the calls with a label, each with its number. */
export type Mix = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface KnownRun {
  /** By label of the call. */
  readonly mix: Mix;
  /** Codes of the warnings of the run, sorted. */
  readonly warnings: readonly string[];
  readonly calls: number;
}

/**
 * Makes the calls in turn, many times, over two sessions.
 *
 * @param stack the value of `stack:`, as YAML in one line.
 * @param calls the items of `calls:`, as YAML in one line each.
 * @param protocol further entries of `protocol:`, as YAML.
 */
export async function knownRun(stack: string, calls: readonly string[], protocol = ''): Promise<KnownRun> {
  const text = [
    'version: 1',
    'name: known',
    `stack: ${stack}`,
    `protocol: { sessions: 2${protocol === '' ? '' : `, ${protocol}`} }`,
    'calls:',
    ...calls.map((call) => `  - ${call}`),
    'phases: [{ name: load, regime: steady, concurrency: 2, for: 1500ms, warmup: 0s }]',
    'default-gates: false',
  ].join('\n');
  const out = scratchFolder();
  const result = await plimsoll(['run', scenarioFile(text), '--out', out, '--quiet']);
  expect(result.exitCode, result.stderr).toBe(0);
  expect(result.leftBehind).toEqual([]);
  const { samples, events } = await readRecord(onlyRun(out));
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []));
  return { mix: mixOf(samples), warnings: [...new Set(warnings)].sort(), calls: samples.length };
}

function mixOf(samples: SampleColumns): Mix {
  const mix: Record<string, Record<string, number>> = {};
  for (let row = 0; row < samples.length; row++) {
    const label = samples.tables.calls[samples.spec[row] ?? -1] ?? '';
    const outcome = OUTCOMES[samples.outcome[row] ?? -1] ?? '';
    const errorClass = ERROR_CLASSES[samples.errorClass[row] ?? -1] ?? '';
    const ending = errorClass === 'none' ? outcome : `${outcome} (${errorClass})`;
    const ofLabel = (mix[label] ??= {});
    ofLabel[ending] = (ofLabel[ending] ?? 0) + 1;
  }
  return mix;
}

/** That each call was made, and ended in the one known way every time. */
export function expectEndings({ mix, calls }: KnownRun, endings: Readonly<Record<string, string>>): void {
  const found = Object.fromEntries(Object.entries(mix).map(([label, ofLabel]) => [label, Object.keys(ofLabel)]));
  const wanted = Object.fromEntries(Object.entries(endings).map(([label, ending]) => [label, [ending]]));
  expect(found).toEqual(wanted);
  expect(calls).toBeGreaterThan(10 * Object.keys(endings).length);
}
