/**
 * `npm run truth`: the cases whose answer is known beforehand, in real time, and a page of what came of it.
 *
 * Usage: npm run truth -- [CASE...] [--quick | --long] [--attempts N] [--seed N] [--out FOLDER] [--from truth.json]
 * Ends with 0 when all is inside, 99 when something is outside, 75 when something could not be judged, and 1 when a
 * case could not be run. A CASE is the beginning of an id: `mm1` is both M/M/1 cases; those not named are kept as an
 * earlier run of the same mode, machine and version left them. `--attempts` has a case run again, up to N times in all,
 * while the machine is not quiet.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type as system } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { NoiseProbe } from '../../../src/calibration/index.js';
import { PACKAGE_ROOT } from '../../../src/package/index.js';
import { EXIT, messageOf, type ExitCode } from '../../../src/problem/index.js';
import { CASES, STATEMENT_FALSE_ALARM, SUITE_FALSE_ALARM, casesNamed } from './cases.js';
import type { CaseContext, TruthCase } from './case.js';
import { truthImage, truthPage } from './page.js';
import { statementLine } from './printed.js';
import {
  isQuiet,
  verdictOf,
  withKept,
  worstLostShare,
  type CaseResult,
  type LostShare,
  type Mode,
  type TruthResults,
} from './result.js';

const report = (text: string): void => void process.stderr.write(`${text}\n`);

function usage(what: string): ExitCode {
  report(
    `${what}\ncases: ${CASES.map(({ id }) => id).join(', ')}\nusage: npm run truth -- [CASE...] [--quick | ` +
      '--long] [--attempts N] [--seed N] [--out FOLDER] [--from truth.json]',
  );
  return EXIT.badInput;
}

/** Of several attempts the quietest: which one counts is not for what it found to decide. */
async function runCase(one: TruthCase, context: CaseContext, attempts: number): Promise<CaseResult> {
  let best: CaseResult | null = null;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const result = await attemptCase(one, { ...context, folder: join(context.folder, String(attempt)) });
    if (best === null || isQuieter(result, best)) best = result;
    best = { ...best, attempts: attempt };
    if (isQuiet(result)) break;
    if (attempt < attempts) context.report('not quiet: once more');
  }
  if (best === null) throw new RangeError('no attempt');
  return best;
}

function isQuieter(one: CaseResult, other: CaseResult): boolean {
  if ((one.disturbed.length === 0) !== (other.disturbed.length === 0)) return one.disturbed.length === 0;
  return worstLostShare(one.lost) < worstLostShare(other.lost);
}

async function attemptCase(one: TruthCase, context: CaseContext): Promise<CaseResult> {
  const startedUtc = new Date().toISOString();
  const startedMs = performance.now();
  const noise = new NoiseProbe();
  const before = (await noise.begin()).spin.lostShare;
  if (before >= 0.1)
    context.report(`others take ${(before * 100).toFixed(0)} % of a core: only what is exact can be judged`);
  const findings = await one.run(context);
  const seen = await noise.end();
  const lost: LostShare = {
    before,
    stolen: seen?.during.stealShare.value ?? null,
    after: seen?.after.spin.lostShare ?? before,
  };
  const { id, title, claim } = one;
  return {
    id,
    title,
    claim,
    seed: context.seed,
    startedUtc,
    attempts: 1,
    tookS: (performance.now() - startedMs) / 1000,
    lost,
    verdict: verdictOf(findings, lost),
    ...findings,
  };
}

function machine(): TruthResults['machine'] {
  const [cpu] = cpus();
  const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return {
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: `${system()} ${/^[\d.]+/.exec(release())?.[0] ?? release()}`,
    node: process.version,
    plimsoll: version,
  };
}

function print({ title, verdict, statements, disturbed }: CaseResult): void {
  process.stdout.write(`${verdict === 'inside' ? '✓' : verdict === 'outside' ? '✗' : '?'} ${title}: ${verdict}\n`);
  for (const each of statements) process.stdout.write(`${statementLine(each)}\n`);
  for (const why of disturbed) process.stdout.write(`    ~ ${why}\n`);
}

async function write(results: TruthResults, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(results)}\n`);
  writeFileSync(join(folder, 'index.html'), await truthPage(results));
  const image = await truthImage(results);
  if (image !== null) writeFileSync(join(folder, 'truth.svg'), image);
  process.stdout.write(`report: ${relative(PACKAGE_ROOT, join(folder, 'index.html'))}\n`);
}

function exitOf(cases: readonly CaseResult[], broken: number): ExitCode {
  if (broken > 0) return EXIT.bug;
  if (cases.some(({ verdict }) => verdict === 'outside')) return EXIT.gateFailed;
  return cases.some(({ verdict }) => verdict === 'inconclusive') ? EXIT.inconclusive : EXIT.pass;
}

/** What lies in the folder, if this version can read it. */
function earlier(folder: string): TruthResults | null {
  try {
    const found = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as { readonly schema?: unknown };
    return found.schema === 'plimsoll/truth-v2' ? (found as TruthResults) : null;
  } catch {
    return null;
  }
}

async function main(): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      long: { type: 'boolean' },
      attempts: { type: 'string', default: '1' },
      seed: { type: 'string' },
      out: { type: 'string' },
      from: { type: 'string' },
    },
  });
  const mode: Mode = values.quick === true ? 'quick' : values.long === true ? 'long' : 'default';
  if (values.quick === true && values.long === true) return usage('--quick and --long exclude each other');
  // What is too short to be shown does not overwrite what is.
  const folder = resolve(PACKAGE_ROOT, values.out ?? (mode === 'quick' ? 'reports/runs/truth' : 'reports/truth'));
  if (values.from !== undefined) {
    const results = JSON.parse(readFileSync(values.from, 'utf8')) as TruthResults;
    await write(results, folder);
    return exitOf(results.cases, 0);
  }
  const chosen = casesNamed(positionals);
  const unknown = positionals.find((word) => casesNamed([word]).length === 0);
  if (unknown !== undefined) return usage(`no case is called ${unknown}`);
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) return usage('a seed is a whole number from 0');
  const attempts = Number(values.attempts);
  if (!Number.isSafeInteger(attempts) || attempts < 1) return usage('attempts are a whole number from 1');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  process.once('SIGTERM', () => stop.abort(new Error('terminated')));
  const startedUtc = new Date().toISOString();
  const runs = join(PACKAGE_ROOT, 'reports/runs/truth-runs', startedUtc.replaceAll(/[:.]/g, ''));
  const cases: CaseResult[] = [];
  let broken = 0;
  for (const [index, one] of chosen.entries()) {
    report(`${one.id} (${index + 1} of ${chosen.length})`);
    try {
      const result = await runCase(
        one,
        {
          mode,
          seed: seed + CASES.indexOf(one) * 1_000,
          folder: join(runs, one.id),
          signal: stop.signal,
          falseAlarm: STATEMENT_FALSE_ALARM,
          report: (text) => report(`  ${text}`),
        },
        attempts,
      );
      print(result);
      cases.push(result);
    } catch (thrown) {
      if (stop.signal.aborted) break;
      broken++;
      report(`${one.id} could not be run: ${messageOf(thrown)}`);
    }
  }
  if (cases.length > 0) {
    const results: TruthResults = {
      schema: 'plimsoll/truth-v2',
      startedUtc,
      mode,
      seed,
      machine: machine(),
      falseAlarm: { suite: SUITE_FALSE_ALARM, statement: STATEMENT_FALSE_ALARM },
      cases,
    };
    await write(
      withKept(
        results,
        earlier(folder),
        CASES.map(({ id }) => id),
      ),
      folder,
    );
  }
  return stop.signal.aborted ? EXIT.interrupted : exitOf(cases, broken);
}

try {
  process.exitCode = await main();
} catch (thrown) {
  process.exitCode = thrown instanceof TypeError && 'code' in thrown ? usage(messageOf(thrown)) : EXIT.bug;
  if (process.exitCode === EXIT.bug) report(messageOf(thrown));
}
