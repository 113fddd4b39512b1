/** A first look at a server: its scenario is made, and run as any other. */
import { join } from 'node:path';
import { NS_PER_MS } from '../clock/index.js';
import { firstLookText, type Discovery } from '../discover/index.js';
import { planOf } from '../plan/index.js';
import { ProblemError, type ExitCode } from '../problem/index.js';
import { inFirstLook, scenarioFromText } from '../scenario/index.js';
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

function firstLookScenario(discovery: Discovery, mostPerSecond: number | null) {
  const folder = process.cwd();
  // Since this process began.
  const elapsedNs = performance.now() * NS_PER_MS;
  const text = firstLookText({ discovery, mostPerSecond, folder, elapsedNs });
  return scenarioFromText(text, join(folder, 'first-look.yaml'));
}
