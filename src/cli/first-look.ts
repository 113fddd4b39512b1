/** A first look at a server: its scenario is made, and run as any other. */
import { join } from 'node:path';
import { NS_PER_MS } from '../clock/index.js';
import { firstLookText, type Discovery } from '../discover/index.js';
import { planOf } from '../plan/index.js';
import { ProblemError, type ExitCode, type Problem } from '../problem/index.js';
import { scenarioFromText } from '../scenario/index.js';
import type { Discovered } from './discovery.js';
import { machineJudge } from './machine.js';
import { printProblems } from './print.js';
import { runAndReport } from './run-and-report.js';

export interface FirstLookOrder extends Discovered {
  readonly out: string;
  readonly quiet: boolean;
  readonly json: boolean;
  /** Whether the results are printed; the report is written either way. */
  readonly prints: boolean;
  readonly opens: boolean;
}

export interface FirstLook {
  readonly exitCode: ExitCode;
  /** The run directory; null when nothing was kept. */
  readonly dir: string | null;
}

/** @throws ProblemError as a run does. */
export async function runFirstLook(order: FirstLookOrder): Promise<FirstLook> {
  const read = firstLookScenario(order.discovery, order.mostPerSecond);
  const { out, quiet, json, prints, opens } = order;
  let dir: string | null = null;
  const running = runAndReport({
    ...{ read, plan: planOf(read.scenario), engine: { kind: 'embedded' }, machine: machineJudge(process.env) },
    ...{ out, quiet, json, prints, opens, baseline: { gate: [] }, inconclusive: 'default' },
    ended: (folder) => {
      dir = folder;
    },
  });
  const exitCode = await running.catch((thrown: unknown) => {
    // What was measured is reported by then.
    if (dir === null || !(thrown instanceof ProblemError)) throw thrown;
    printProblems(thrown.problems.map(inFirstLook), { json: false });
    return thrown.exitCode;
  });
  return { exitCode, dir };
}

const SLOW =
  'name a tool that answers faster with --tool, or give the scenario that init writes a longer "step" and "budget"';
const REMEDIES: Readonly<Record<string, string>> = {
  'no-load-line-generator':
    'end other work on this machine (plimsoll doctor measures what it can offer), or look no further than a rate ' +
    'that it can: --max-rate 500/s',
  'no-load-line-budget': `too few calls were answered for a verdict; ${SLOW}`,
  'no-load-line-low-failed': `the report shows what became of the calls; ${SLOW}`,
};

/** A first look has no file in which rates could be changed. */
function inFirstLook(problem: Problem): Problem {
  const remedy = REMEDIES[problem.code];
  return remedy === undefined ? problem : { ...problem, remedy };
}

function firstLookScenario(discovery: Discovery, mostPerSecond: number | null) {
  const folder = process.cwd();
  // Since this process began.
  const elapsedNs = performance.now() * NS_PER_MS;
  const text = firstLookText({ discovery, mostPerSecond, folder, elapsedNs });
  return scenarioFromText(text, join(folder, 'first-look.yaml'));
}
