/** A whole run in this process, without the reports: for tests that read the record. */
import { join } from 'node:path';
import { assumedMachine } from '../../src/calibration/index.js';
import { planOf, type Plan } from '../../src/plan/index.js';
import { readRecord, type RunRecord } from '../../src/record/index.js';
import { conductRun, type RunRequest } from '../../src/run/index.js';
import { readScenario } from '../../src/scenario/index.js';
import { scratchFolder } from '../e2e/plimsoll.js';

/** What the runs of one test file keep of this machine. */
const CACHE = scratchFolder();

export interface Conducted {
  readonly record: RunRecord;
  readonly plan: Plan;
}

/** Runs a scenario file to its end and reads its record back. */
export async function conducted(
  file: string,
  { seed, ...request }: Partial<RunRequest> & { readonly seed?: number } = {},
): Promise<Conducted> {
  const read = readScenario(file, { environment: process.env, ...(seed === undefined ? {} : { seed }) });
  const plan = planOf(read.scenario);
  const run = await conductRun({
    read,
    plan,
    engine: { kind: 'embedded' },
    machine: assumedMachine(20_000),
    parentFolder: join(scratchFolder(), 'runs'),
    environment: { ...process.env, XDG_CACHE_HOME: CACHE },
    argv: [],
    interrupt: new AbortController().signal,
    onEmergency: () => undefined,
    listener: {
      step: () => undefined,
      phase: () => undefined,
      note: () => undefined,
      live: () => undefined,
      stackStarting: () => undefined,
      loadEnded: () => undefined,
    },
    ...request,
  });
  if (run === null) throw new Error('the run was not interrupted');
  if (run.failure !== undefined) throw run.failure;
  return { record: await readRecord(run.dir), plan };
}
