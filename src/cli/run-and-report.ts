/** The verb `run` after its flags are read: progress, signals, the run, and the printing of its results. */
import type { MachineJudge } from '../calibration/index.js';
import { EXIT, type ExitCode } from '../problem/index.js';
import { compileLater } from '../process-timing/index.js';
import { FILES, keepInRecord, readRecord } from '../record/index.js';
import { conductRun, type ConductedRun } from '../run/index.js';
import type { LiveStats } from '../load/index.js';
import type { Plan } from '../plan/index.js';
import type { ReadScenario } from '../scenario/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';
import type { Inconclusive } from '../export/index.js';
import { exitCodeUnder } from './inconclusive.js';
import type { BaselineFlags } from './judged-by.js';
import { openReport } from './open-report.js';
import { startProgress } from './progress.js';
import { listenForInterruption } from './signals.js';
import { printJson } from './verb.js';
import { writeErr } from './streams.js';

export interface RunOrder {
  readonly read: ReadScenario;
  readonly plan: Plan;
  readonly engine: EngineChoice;
  readonly machine: MachineJudge;
  readonly out: string;
  readonly quiet: boolean;
  readonly json: boolean;
  readonly baseline: BaselineFlags;
  readonly inconclusive: Inconclusive;
  /** Whether the results are printed (default: yes); they are written either way. */
  readonly prints?: boolean;
  /** Whether the report is opened. */
  readonly opens?: boolean;
  /** Called with the run directory, once there is one. */
  readonly ended?: (dir: string) => void;
}

export async function runAndReport(order: RunOrder): Promise<ExitCode> {
  let live: () => LiveStats | null = () => null;
  const progress = startProgress(() => live(), order.quiet);
  const interruption = listenForInterruption((text) => progress.note(text));
  try {
    let run: ConductedRun | null;
    try {
      run = await conductRun({
        read: order.read,
        plan: order.plan,
        engine: order.engine,
        machine: order.machine,
        parentFolder: order.out,
        environment: process.env,
        argv: process.argv.slice(2),
        interrupt: interruption.signal,
        onEmergency: interruption.onEmergency,
        listener: {
          step: (text) => progress.step(text),
          phase: (phase) => progress.phase(phase, order.plan.phases.length),
          note: (text) => progress.note(text),
          live: (read) => {
            live = read;
          },
          stackStarting: () => {
            loadOutputs().catch(() => undefined);
          },
          loadEnded: () => {
            live = () => null;
            compileLater();
          },
        },
      });
    } finally {
      progress.end();
    }
    if (run === null) {
      writeErr('interrupted before anything was measured; nothing was kept\n');
      return interruption.exitCode() ?? EXIT.interrupted;
    }
    order.ended?.(run.dir);
    // What a failed run measured is worth its report; the failure is what is reported last, and gives the exit code.
    const exitCode = await reportRun(run.dir, order).catch((thrown: unknown) => {
      throw run.failure ?? thrown;
    });
    if (run.failure !== undefined) throw run.failure;
    return interruption.exitCode() ?? exitCode;
  } finally {
    interruption.dispose();
  }
}

/** Analysis, gates and reports, of which the drawing of charts is a large part. */
async function loadOutputs(): Promise<typeof import('./outputs.js') & typeof import('./judged-by.js')> {
  return { ...(await import('./outputs.js')), ...(await import('./judged-by.js')) };
}

async function reportRun(dir: string, order: RunOrder): Promise<ExitCode> {
  const { json, baseline, inconclusive, read, prints = true, opens = false } = order;
  const { analyseRecord, printRunResult, runBaseline, showInPipeline, writeOutputs } = await loadOutputs();
  const record = await readRecord(dir);
  const judgedBy = await runBaseline(
    { summary: record.header, envelope: record.envelope },
    read.scenario.comparativeGates,
    baseline,
  );
  // Kept with the run, so that it is judged the same whenever its report is made again.
  if (judgedBy !== null) await keepInRecord(dir, FILES.baseline, `${JSON.stringify(judgedBy)}\n`);
  const kept = judgedBy === null ? record : await readRecord(dir);
  const result = analyseRecord(kept);
  const path = await writeOutputs(result, dir, inconclusive);
  const { analysis, gates } = result.view;
  showInPipeline(result, inconclusive);
  if (prints && json) printJson({ schema: 'plimsoll/run-v1', dir, report: path, summary: analysis.summary, gates });
  else if (prints) printRunResult(result, path);
  if (opens) await openReport(path);
  return exitCodeUnder(inconclusive, result.exitCode);
}
