/** The verb `run` after its flags are read: progress, signals, the run, and the printing of its results. */
import { disturbedByOthers } from '../analysis/index.js';
import type { MachineJudge } from '../calibration/index.js';
import { clearLeftOvers } from '../checkouts/index.js';
import { EXIT, ProblemError, type ExitCode, type Problem } from '../problem/index.js';
import { compileLater } from '../process-timing/index.js';
import { FILES, keepInRecord, readRecord } from '../record/index.js';
import { conductRun, type ConductedRun } from '../run/index.js';
import type { LiveStats } from '../load/index.js';
import { planOf, type Plan } from '../plan/index.js';
import type { ReadScenario } from '../scenario/index.js';
import type { EngineChoice } from '../toxiproxy/index.js';
import type { Inconclusive } from '../export/index.js';
import { exitCodeUnder } from './inconclusive.js';
import type { BaselineFlags } from './judged-by.js';
import { openReport } from './open-report.js';
import { LiveRun, startLiveServer } from '../live/index.js';
import { quietWaiter, type Disturbances } from './disturbances.js';
import { commitWarnings, committed, folderOf } from './git-arms.js';
import { printWarnings } from './print.js';
import { isRedrawn, startProgress, type DrawLive, type Progress } from './progress.js';
import { listenForInterruption, type Interruption } from './signals.js';
import { printJson } from './verb.js';
import { writeErr } from './streams.js';

export interface RunOrder extends Partial<Disturbances> {
  /** Name of the arm that is run; null for a scenario without arms. */
  readonly arm?: string | null;
  readonly read: ReadScenario;
  /** The same scenario, its working folders counting from another folder: the worktree of its arm. */
  readonly readIn?: (folder: string) => ReadScenario;
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
  /** Whether a page shows the run while it goes on. */
  readonly isLive?: boolean;
  /** Called with the run directory, once there is one. */
  readonly ended?: (dir: string) => void;
}

/** A run before the last one, that others on the machine disturbed. */
interface EarlierRun {
  readonly dir: string;
  readonly reason: string;
}

/** The run that counts. */
interface LastRun extends ConductedRun {
  readonly earlier: readonly EarlierRun[];
}

export async function runAndReport(order: RunOrder): Promise<ExitCode> {
  let live: () => LiveStats | null = () => null;
  let drawLive: DrawLive | null = null;
  const { isLive = false, quiet } = order;
  const watched = isLive || isRedrawn(quiet) ? new LiveRun(order.plan) : null;
  const progress = startProgress(() => live(), quiet, watched === null ? null : { run: watched, draw: () => drawLive });
  const interruption = listenForInterruption((text) => progress.note(text));
  try {
    let run: LastRun | null;
    try {
      run = await watchedOnPage(isLive ? watched : null, progress, () =>
        runUntilUndisturbed(order, progress, interruption, {
          run: watched,
          live: (read) => {
            live = read;
            watched?.reads(read);
          },
          drawnBy: (draw) => {
            drawLive = draw;
          },
        }),
      );
    } finally {
      progress.end();
    }
    if (run === null) {
      writeErr('interrupted before anything was measured; nothing was kept\n');
      return interruption.exitCode() ?? EXIT.interrupted;
    }
    order.ended?.(run.dir);
    // What a failed run measured is worth its report; the failure is what is reported last, and gives the exit code.
    const exitCode = await reportRun(run, order).catch((thrown: unknown) => {
      throw run.failure ?? thrown;
    });
    if (run.failure !== undefined) throw run.failure;
    return interruption.exitCode() ?? exitCode;
  } finally {
    interruption.dispose();
  }
}

/** Those who see a run go on. */
interface Watching {
  readonly run: LiveRun | null;
  readonly live: (read: () => LiveStats | null) => void;
  readonly drawnBy: (draw: DrawLive) => void;
}

/** Does something while a page shows what is watched; the page goes with it. */
async function watchedOnPage<T>(watched: LiveRun | null, progress: Progress, act: () => Promise<T>): Promise<T> {
  if (watched === null) return act();
  // Loaded before the run: it takes CPU time.
  const { livePage } = await import('../report/index.js');
  const page = await startLiveServer(watched, livePage());
  progress.note(`live: ${page.url}`);
  try {
    return await act();
  } finally {
    await page.close();
  }
}

type Outputs = typeof import('./outputs.js') &
  typeof import('./judged-by.js') &
  Pick<typeof import('../report/index.js'), 'liveTerminal'>;

/** Analysis, gates and reports, of which the drawing of charts is a large part. */
async function loadOutputs(): Promise<Outputs> {
  const { liveTerminal, loadDrawing } = await import('../report/index.js');
  await loadDrawing();
  return { liveTerminal, ...(await import('./outputs.js')), ...(await import('./judged-by.js')) };
}

/** Runs, and again as long as others disturbed it and that is allowed; null when nothing was measured. */
async function runUntilUndisturbed(
  order: RunOrder,
  progress: Progress,
  interruption: Interruption,
  { run: watched, live, drawnBy }: Watching,
): Promise<LastRun | null> {
  const { machine, repeats = { most: 0, withinNs: 0 }, quietWithinNs = 0, plan } = order;
  const { signal: abort } = interruption;
  const beganMs = performance.now();
  const ready = await inItsWorktree(order, progress, interruption);
  if (ready === null) return null;
  const untilQuiet = quietWaiter(machine, quietWithinNs, abort, progress);
  const earlier: EarlierRun[] = [];
  // Of the run that goes on: those of the ones before have nothing left to do.
  let emergencies: (() => Promise<void>)[] = [];
  interruption.onEmergency(async () => {
    await Promise.allSettled(emergencies.map((act) => act()));
  });
  for (;;) {
    await untilQuiet();
    if (abort.aborted) return null;
    emergencies = [];
    const run = await conductRun({
      read: { ...ready.read, warnings: [...ready.read.warnings, ...earlier.map(repeatedWarning)] },
      ...ready.commit,
      ...{ plan: ready.plan, engine: order.engine, machine },
      parentFolder: order.out,
      environment: process.env,
      argv: process.argv.slice(2),
      interrupt: abort,
      onEmergency: (act) => emergencies.push(act),
      listener: {
        step: (text) => progress.step(text),
        phase: (phase) => progress.phase(phase, plan.phases.length),
        note: (text) => progress.note(text),
        live,
        stackStarting: () => {
          loadOutputs()
            .then(({ liveTerminal }) => drawnBy(liveTerminal))
            .catch(() => undefined);
        },
        ...(watched === null ? {} : { watcher: watched }),
        loadEnded: () => {
          live(() => null);
          if (earlier.length >= repeats.most) compileLater();
        },
      },
    });
    if (run === null) return null;
    const isLate = (performance.now() - beganMs) * 1e6 > repeats.withinNs;
    if (earlier.length >= repeats.most || run.failure !== undefined || abort.aborted || isLate)
      return { ...run, earlier };
    const { analyseRecord, writeOutputs } = await loadOutputs();
    const result = analyseRecord(await readRecord(run.dir), { runsFollow: true });
    const reason = disturbedByOthers(result.view.analysis.summary.validity);
    if (reason === null) return { ...run, earlier };
    await writeOutputs(result, run.dir);
    earlier.push({ dir: run.dir, reason });
    progress.note(
      `run again (${earlier.length} of at most ${repeats.most}): ${reason}; that run is kept in ${run.dir}`,
    );
  }
}

/** Which run it is of several is part of its record: the ones before were set aside for the machine's sake alone. */
const repeatedWarning = ({ dir, reason }: EarlierRun, index: number): Problem => ({
  code: 'run-again',
  what: `run ${index + 1} was set aside, and made again by --repeat-disturbed: ${reason}`,
  remedy: `nothing: it is kept in ${dir}`,
});

/** The scenario where it runs: for an arm with a commit, in its worktree. Null when interrupted. */
async function inItsWorktree(
  { arm: name, read, readIn, plan }: RunOrder,
  progress: Progress,
  interruption: Interruption,
) {
  const { signal: abort, onEmergency } = interruption;
  const arm =
    readIn === undefined
      ? null
      : await committed(name ?? '', (folder) => (folder === undefined ? read : readIn(folder)));
  if (arm === null || readIn === undefined) return { read, plan, commit: {} };
  printWarnings(commitWarnings([arm]));
  try {
    await clearLeftOvers(process.env);
    const moved = readIn(await folderOf(arm, { abort, onEmergency, step: (text) => progress.step(text) }));
    return { read: moved, plan: planOf(moved.scenario), commit: { commit: arm.commit.id } };
  } catch (thrown) {
    if (abort.aborted && !(thrown instanceof ProblemError)) return null;
    throw thrown;
  }
}

async function reportRun({ dir, earlier }: LastRun, order: RunOrder): Promise<ExitCode> {
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
  const path = await writeOutputs(result, dir, { inconclusive });
  const { analysis, gates } = result.view;
  showInPipeline(result, inconclusive);
  const { summary } = analysis;
  if (prints && json) printJson({ schema: 'plimsoll/run-v1', dir, report: path, summary, gates, setAside: earlier });
  else if (prints) printRunResult(result, path);
  if (opens) await openReport(path);
  return exitCodeUnder(inconclusive, result.exitCode);
}
