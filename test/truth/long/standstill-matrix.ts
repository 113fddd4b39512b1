/**
 * The generator stands still for half a second, by SIGSTOP, in the middle of a phase: at three deadlines, in phases of
 * two lengths, while the target is at rest and at work. The standstill must be named; where it moves a headline number
 * the run must be invalid; and never may a gate on the target fail. And two processes that spin from the middle of a
 * run on: they must be seen, and no gate may fail.
 *
 * About 12 minutes. Words after the command select the cases whose names contain all of them: `phase=20s` leaves the
 * long ones out, `spinners` those with a standstill. Ends with 0 when every case holds.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../../src/analysis/index.js';
import { EXIT } from '../../../src/problem/index.js';
import { readRecord, type RunRecord } from '../../../src/record/index.js';
import { finished, onlyRun, scenarioFile, scratchFolder, start } from '../../e2e/plimsoll.js';
import { PhaseStarts, stopProcess } from '../freeze-case.js';
import { nearestRank } from '../nearest-rank.js';

const S = 1e9;
const FROZEN_NS = 0.5 * S;
/** A number that moves by more, and a time by more than a timer's own error, is moved. */
const MOVED_SHARE = 0.1;
const TIMER_ERROR_NS = 1e6;
/** What is left out around the standstill: all that its burst can have touched at the loads here. */
const LEFT_OUT_NS = { before: 1 * S, after: 4 * S } as const;
const SPINNERS = 2;
const SPIN_NS = 10 * S;

type Work = 'rest' | 'work';

interface Frozen {
  readonly kind: 'frozen';
  readonly name: string;
  readonly deadline: string;
  readonly seconds: number;
  readonly work: Work;
}

interface Spun {
  readonly kind: 'spun';
  readonly name: string;
  readonly deadline: string;
  readonly seconds: number;
  readonly work: Work;
}

type Case = Frozen | Spun;

const FROZEN: readonly Frozen[] = [20, 75].flatMap((seconds) =>
  ['0.5s', '5s', '20s'].flatMap((deadline) =>
    (['rest', 'work'] as const).map((work): Frozen => ({
      ...{ kind: 'frozen', deadline, seconds, work },
      name: `freeze phase=${seconds}s deadline=${deadline} ${work}`,
    })),
  ),
);
const CASES: readonly Case[] = [
  ...FROZEN,
  { kind: 'spun', deadline: '5s', seconds: 20, work: 'rest', name: 'spinners phase=20s deadline=5s rest' },
];

/** Of one target, what it is and how much it is asked for. */
const TARGETS = {
  rest: { options: 'workers: 4, service-time: { constant: 2ms }', ratePerSecond: 100 },
  work: { options: 'workers: 1, service-time: { constant: 5ms }', ratePerSecond: 150 },
} as const;

const scenario = ({ deadline, seconds, work }: Case): string => {
  const { options, ratePerSecond } = TARGETS[work];
  return `version: 1
name: standstill
stack: { services: { backend: { mock: tools, ${options} } }, target: backend }
protocol: { sessions: 16, in-flight-per-session: 16 }
calls: [{ tool: search, arguments: { query: hull }, expect: derived, deadline: ${deadline} }]
phases: [{ name: load, regime: steady, rate: ${ratePerSecond}/s, for: ${seconds}s, warmup: 0s }]
gates:
  - { metric: response-time, stat: p99, max: 100ms }
  - { metric: deadline-miss-ratio, stat: ratio, max: 1% }
  - { metric: goodput, stat: rate, min: ${ratePerSecond * 0.97}/s }
`;
};

interface Ran {
  readonly exitCode: number | undefined;
  readonly summary: Summary;
  readonly record: RunRecord;
}

/** Runs the command on a machine that it judges, and does something to it in the middle of the phase. */
async function ran(one: Case, meanwhile: (pid: number, atNs: bigint) => Promise<void>): Promise<Ran> {
  const folder = scratchFolder();
  const started = start(['run', scenarioFile(scenario(one)), '--out', folder, '--quiet', '--json'], {
    PLIMSOLL_ASSUME_MACHINE: '',
  });
  const { pid } = started.process;
  if (pid === undefined) throw new Error('the command did not start');
  const ending = finished(started);
  const startNs = await new PhaseStarts(folder).of('load');
  await meanwhile(pid, startNs + BigInt(Math.round((one.seconds / 2) * S)));
  const { exitCode } = await ending;
  const dir = onlyRun(folder);
  const summary = JSON.parse(readFileSync(join(dir, 'summary.json'), 'utf8')) as Summary;
  return { exitCode, summary, record: await readRecord(dir) };
}

/** Headline numbers of some calls, computed here and not by the product. */
interface Headline {
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly missedShare: number;
  readonly goodShare: number;
}

function headlineOf(record: RunRecord, deadlineNs: number, counts: (intendedNs: number) => boolean): Headline {
  const { samples } = record;
  const responsesNs: number[] = [];
  for (let row = 0; row < samples.length; row++) {
    const intendedNs = samples.intendedNs[row] ?? NaN;
    if (counts(intendedNs)) responsesNs.push((samples.doneNs[row] ?? NaN) - intendedNs);
  }
  responsesNs.sort((a, b) => a - b);
  const at = (q: number): number => responsesNs[nearestRank(q, responsesNs.length) - 1] ?? NaN;
  const good = responsesNs.filter((ns) => ns <= deadlineNs).length / responsesNs.length;
  return { p50Ns: at(0.5), p99Ns: at(0.99), missedShare: 1 - good, goodShare: good };
}

/** The names of the headline numbers that the calls around the standstill move. */
function movedNumbers(record: RunRecord, deadlineNs: number, standstillNs: number): readonly string[] {
  const all = headlineOf(record, deadlineNs, () => true);
  const without = headlineOf(
    record,
    deadlineNs,
    (ns) => ns < standstillNs - LEFT_OUT_NS.before || ns > standstillNs + LEFT_OUT_NS.after,
  );
  return (['p50Ns', 'p99Ns', 'missedShare', 'goodShare'] as const).filter((name) => {
    const least = name.endsWith('Ns') ? TIMER_ERROR_NS : 0.001;
    return Math.abs(all[name] - without[name]) > Math.max(MOVED_SHARE * all[name], least);
  });
}

interface Result {
  readonly named: boolean;
  readonly holds: boolean;
  readonly words: string;
}

async function frozenCase(one: Frozen): Promise<Result> {
  let frozen = { fromNs: 0n, toNs: 0n };
  const { exitCode, summary, record } = await ran(one, async (pid, atNs) => {
    frozen = await stopProcess(pid, atNs, FROZEN_NS);
  });
  const fromNs = Number(frozen.fromNs - BigInt(record.header.monotonicEpochNs));
  const toNs = Number(frozen.toNs - BigInt(record.header.monotonicEpochNs));
  const deadlineNs = Number.parseFloat(one.deadline) * S;
  const moved = movedNumbers(record, deadlineNs, fromNs);
  const { verdict, reasons } = summary.validity;
  const seen = record.events.some(
    (event) => event.type === 'standstill' && event.atNs < toNs && event.atNs + event.lengthNs > (fromNs + toNs) / 2,
  );
  const named = seen && reasons.some(({ code, what }) => code === 'generator-standstill' && /stood still/.test(what));
  const isRight = moved.length === 0 || (verdict === 'invalid' && exitCode === EXIT.invalid);
  return {
    named,
    holds: named && isRight && exitCode !== EXIT.gateFailed,
    words: `${named ? 'named' : 'NOT NAMED'}, ${verdict}, exit ${exitCode ?? '?'}, moved: ${moved.join(' ') || 'none'}`,
  };
}

async function spunCase(one: Spun): Promise<Result> {
  const { exitCode, summary } = await ran(one, async (_, atNs) => {
    const ms = Number(atNs - process.hrtime.bigint()) / 1e6;
    if (ms > 0) await sleep(ms);
    const spinners = Array.from({ length: SPINNERS }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    await sleep(SPIN_NS / 1e6);
    for (const spinner of spinners) spinner.kill('SIGKILL');
  });
  const { verdict, reasons } = summary.validity;
  const named = verdict === 'doubtful' || verdict === 'invalid';
  const codes = reasons.filter(({ severity }) => severity !== 'warning').map(({ code }) => code);
  return {
    named,
    holds: named && (exitCode === EXIT.invalid || exitCode === EXIT.inconclusive),
    words: `${named ? 'seen' : 'NOT SEEN'}, ${verdict}, exit ${exitCode ?? '?'}, ${codes.join(' ')}`,
  };
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(words: readonly string[]): Promise<boolean> {
  const wanted = CASES.filter(({ name }) => words.every((word) => name.includes(word)));
  if (wanted.length === 0) {
    print(`no case has all of "${words.join(' ')}" in its name; there are:`);
    for (const { name } of CASES) print(`  ${name}`);
    return false;
  }
  const results: (Result & { readonly kind: Case['kind'] })[] = [];
  for (const one of wanted) {
    const result = one.kind === 'frozen' ? await frozenCase(one) : await spunCase(one);
    results.push({ ...result, kind: one.kind });
    print(`${result.holds ? '✓' : '✗'} ${one.name.padEnd(38)} ${result.words}`);
  }
  const frozen = results.filter(({ kind }) => kind === 'frozen');
  if (frozen.length > 0)
    print(`the standstill is named in ${frozen.filter(({ named }) => named).length} of ${frozen.length}`);
  print(`${results.filter(({ holds }) => holds).length} of ${results.length} hold`);
  return results.every(({ holds }) => holds);
}

process.exitCode = (await main(process.argv.slice(2))) ? EXIT.pass : EXIT.gateFailed;
