/**
 * From the address or command of a server to a scenario, and with PLIMSOLL_FULL=1 to a report and back: a first look in
 * less than a minute, and a scenario that passes its own gates, on seven servers of others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Summary } from '../../src/analysis/index.js';
import { EXIT } from '../../src/problem/index.js';
import type { ServiceTime } from '../../src/protocol/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { startMockChild } from '../truth/mock-child.js';
import { FULL } from '../whole-runs.js';
import { SEVEN, running, type RealServer } from './seven.js';
import { suite } from './tools.js';

const LONGEST_MS = 60_000;

const named = (tools: readonly string[]): readonly string[] => tools.flatMap((tool) => ['--tool', tool]);

/** A scenario as `init` writes it, with what it calls and what it does not. */
async function initialScenario(server: RealServer, words: readonly string[], more: readonly string[]) {
  const file = join(scratchFolder(), 'server.yaml');
  const written = await plimsoll(['init', '--quiet', '-o', file, ...more, ...named(server.tools), ...words]);
  expect(written, written.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
  const text = readFileSync(file, 'utf8');
  const called = [...text.matchAll(/^ {2}- tool: "([^"]+)"/gm)].map(([, tool = '']) => tool);
  for (const tool of server.underLoad) expect(called).toContain(tool);
  for (const tool of server.leftOut) {
    expect(called).not.toContain(tool);
    expect(text).toMatch(new RegExp(`^ {2}# ${tool}: (?:not |annotated )`, 'm'));
  }
  const valid = await plimsoll(['validate', '--json', file]);
  expect(JSON.parse(valid.stdout), valid.stdout).toMatchObject({ valid: [{ file, warnings: [] }] });
  return file;
}

async function measured(server: RealServer, words: readonly string[]): Promise<void> {
  const out = scratchFolder();
  const beganMs = performance.now();
  const look = await plimsoll(['--quiet', '--out', out, ...named(server.tools), ...words]);
  expect(performance.now() - beganMs).toBeLessThan(LONGEST_MS);
  expect(look, look.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
  const dir = onlyRun(out);
  const first = summaryOf(dir);
  expect(first.validity.verdict).not.toBe('invalid');
  const file = await initialScenario(server, words, ['--from', dir]);
  const again = scratchFolder();
  const run = await plimsoll(['run', '--quiet', '--out', again, file]);
  expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
  expectOverlap(loadLine(first), loadLine(summaryOf(onlyRun(again))));
}

const summaryOf = (dir: string): Summary => JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as Summary;

interface Interval {
  readonly low: number;
  readonly high: number;
}

const NOTHING: Interval = { low: 0, high: 0 };

/** Between which rates the search of a run says that the load line lies. */
function loadLine({ validity, capacities: [search] }: Summary): Interval {
  expect(validity.verdict).not.toBe('invalid');
  return { low: search?.passedPerSecond ?? 0, high: search?.failedPerSecond ?? Infinity };
}

/** Both can be right only where they overlap. */
function expectOverlap(one: Interval, other: Interval): void {
  expect(one.low).toBeGreaterThan(0);
  expect(Math.max(one.low, other.low)).toBeLessThanOrEqual(Math.min(one.high, other.high));
}

/** Six of them in CI, where time is short; all of them at night. */
const TRIED = FULL ? SEVEN : SEVEN.slice(0, 6);

for (const server of TRIED) {
  const { skip, title } = suite(server.name, server.needs);
  describe.skipIf(skip)(title, () => {
    const during = async (act: (words: readonly string[]) => Promise<unknown>): Promise<void> => {
      const { words, stop } = await running(server);
      try {
        await act(words);
      } finally {
        await stop();
      }
    };

    it('gets a scenario that validates, of the tools that may be called', () =>
      during((words) => initialScenario(server, words, ['--no-measure'])));

    if (FULL)
      it(
        'gets a report within a minute, and a scenario that passes its own gates',
        () => during((words) => measured(server, words)),
        300_000,
      );
  });
}

/** Servers whose capacity follows from their workers and their service times. */
const KNOWN: readonly { readonly perSecond: number; readonly workers: number; readonly serviceTime: ServiceTime }[] = [
  { perSecond: 160, workers: 4, serviceTime: { kind: 'constant', ns: 25e6 } },
  { perSecond: 150, workers: 3, serviceTime: { kind: 'constant', ns: 20e6 } },
  { perSecond: 125, workers: 1, serviceTime: { kind: 'two-point', commonNs: 5e6, rareNs: 20e6, rareShare: 0.2 } },
];

/** The search of `scenarios/capacity.yaml`, which takes its time. */
const fullSearch = (url: string): string => `version: 1
name: full search
stack: { target: { url: "${url}" } }
protocol: { sessions: 8, in-flight-per-session: 64 }
calls: [{ tool: search, arguments: { query: hull }, deadline: 1s }]
phases: [{ name: load line, regime: capacity, between: [50/s, 1k/s], step: 4s, budget: 60s }]
default-gates: false
`;

async function lookedAndSearched({ perSecond, ...options }: (typeof KNOWN)[number]): Promise<void> {
  const mock = await startMockChild(options);
  try {
    const [short, full] = [scratchFolder(), scratchFolder()];
    const look = await plimsoll(['--quiet', '--out', short, '--tool', 'search={"query":"hull"}', mock.url]);
    expect(look, look.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
    const search = await plimsoll(['run', '--quiet', '--out', full, scenarioFile(fullSearch(mock.url))]);
    expect(search, search.stderr).toMatchObject({ exitCode: EXIT.pass, leftBehind: [] });
    const found = [short, full].map((out) => loadLine(summaryOf(onlyRun(out))));
    const [first = NOTHING, second = NOTHING] = found;
    expectOverlap(first, second);
    for (const { low, high } of found) {
      expect(low).toBeLessThanOrEqual(perSecond);
      expect(high).toBeGreaterThanOrEqual(perSecond);
    }
    // In half a minute it is found to within a third or so.
    expect(first.high / first.low).toBeLessThan(1.4);
  } finally {
    await mock.stop();
  }
}

if (FULL)
  describe('the load line of a first look', () => {
    it.each(KNOWN)('agrees with the full search, and holds the capacity of $perSecond/s', lookedAndSearched, 300_000);
  });
