/**
 * Real comparisons of a mock with itself, and with one that is known to be slower: ten interleaved pairs of 5 s
 * trials at 400/s, 10 % allowed, disturbed rows repeated and counted. Two equal arms must never be a regression; a
 * service time of +20 % must be one, +5 % must not; and a tail alone (2 % of the calls take 50 ms longer) must be seen
 * by p99 and not by the median.
 *
 * About an hour. Words after the command select the cases whose names contain all of them: `equal` for the false
 * alarms alone, `seed=1` for one of each. Ends with 0 when every case holds.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Comparison, GateOutcome } from '../../../src/compare/index.js';
import { PACKAGE_ROOT, entryPath } from '../../../src/package/index.js';
import { EXIT } from '../../../src/problem/index.js';

type Verdict = GateOutcome['verdict'];

interface Truth {
  readonly name: string;
  readonly serviceTime: string;
  readonly seeds: number;
  /** Whether what the gates on the median and on p99 said is right. */
  readonly holds: (median: Verdict, p99: Verdict) => boolean;
}

const TRUTHS: readonly Truth[] = [
  {
    name: 'equal arms',
    serviceTime: '{ constant: 10ms }',
    seeds: 10,
    holds: (median, p99) => median !== 'regress' && p99 !== 'regress',
  },
  {
    name: 'service time +20 %',
    serviceTime: '{ constant: 12ms }',
    seeds: 3,
    holds: (median, p99) => median === 'regress' || p99 === 'regress',
  },
  {
    name: 'service time +5 %',
    serviceTime: '{ constant: 10.5ms }',
    seeds: 3,
    holds: (median, p99) => median !== 'regress' && p99 !== 'regress',
  },
  {
    name: '2 % of the calls +50 ms',
    serviceTime: '{ constant: null, two-point: { common: 10ms, rare: 60ms, rare-share: 2% } }',
    seeds: 3,
    holds: (median, p99) => median === 'pass' && p99 === 'regress',
  },
];

const CASES = TRUTHS.flatMap((truth) =>
  Array.from({ length: truth.seeds }, (_, index) => ({
    ...truth,
    seed: index + 1,
    name: `${truth.name}, seed=${index + 1}`,
  })),
);

const scenarioOf = (serviceTime: string): string => `version: 1
name: known difference
stack:
  services: { backend: { mock: tools, workers: 6, service-time: { constant: 10ms } } }
  target: backend
protocol: { sessions: 8, headers: { X-Arm: "\${env.ARM}" } }
calls: [{ tool: search, arguments: { query: { pick: [hull, keel, draught] } }, expect: derived, deadline: 1s }]
phases: [{ name: steady, regime: steady, rate: 400/s, for: 5s, warmup: 500ms }]
arms:
  before: { environment: { ARM: before } }
  after: { stack: { services: { backend: { service-time: ${serviceTime} } } }, environment: { ARM: after } }
trials: { pairs: 10, cool-down: 500ms }
gates:
  - { metric: response-time, stat: p50, versus: reference, max-increase: 10% }
  - { metric: response-time, stat: p99, versus: reference, max-increase: 10% }
`;

const percent = (share: number | null | undefined): string =>
  share === null || share === undefined ? '?' : `${(100 * share).toFixed(1)} %`;

interface Compared {
  readonly comparison: Comparison;
  readonly exitCode: number | undefined;
}

async function compared(one: (typeof CASES)[number], folder: string): Promise<Compared> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, scenarioOf(one.serviceTime));
  const words = ['compare', file, '--out', folder, '--seed', String(one.seed), '--json', '--quiet'];
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [entryPath('command'), ...words, '--repeat-disturbed', '10', '--within', '15m'],
    { cwd: PACKAGE_ROOT, reject: false, stdin: 'ignore', maxBuffer: 256 * 1024 * 1024 },
  );
  if (stdout === '') throw new Error(`${one.name} ended with ${exitCode ?? 'a signal'}: ${stderr}`);
  return { comparison: JSON.parse(stdout) as Comparison, exitCode };
}

function outcomeOf({ gates }: Comparison, stat: string): GateOutcome {
  const outcome = gates.find(({ gate }) => gate.stat === stat)?.outcomes[0];
  if (outcome === undefined) throw new Error(`no outcome for ${stat}`);
  return outcome;
}

const worded = (stat: string, { verdict, change, minimumDetectable }: GateOutcome): string =>
  `${stat} ${verdict} ${percent(change?.estimate)} [${percent(change?.low)}, ${percent(change?.high)}], ` +
  `detectable ${percent(minimumDetectable)}`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(words: readonly string[]): Promise<boolean> {
  const wanted = CASES.filter(({ name }) => words.every((word) => name.includes(word)));
  if (wanted.length === 0) {
    print(`no case has all of "${words.join(' ')}" in its name; there are:`);
    for (const { name } of CASES) print(`  ${name}`);
    return false;
  }
  const home = mkdtempSync(join(tmpdir(), 'plimsoll-comparisons-'));
  let held = 0;
  for (const [index, one] of wanted.entries()) {
    const { comparison, exitCode } = await compared(one, join(home, String(index)));
    const [median, p99] = [outcomeOf(comparison, 'p50'), outcomeOf(comparison, 'p99')];
    const holds = one.holds(median.verdict, p99.verdict);
    if (holds) held++;
    const repeated = comparison.leftOut.length;
    print(
      `${holds ? '✓' : '✗'} ${one.name.padEnd(32)} ${comparison.verdict}, exit ${exitCode ?? '?'}; ` +
        `${worded('p50', median)}; ${worded('p99', p99)}; trials repeated: ${repeated}` +
        comparison.reasons.map((reason) => `; ${reason}`).join(''),
    );
  }
  print(`${held} of ${wanted.length} hold`);
  return held === wanted.length;
}

process.exitCode = (await main(process.argv.slice(2))) ? EXIT.pass : EXIT.gateFailed;
