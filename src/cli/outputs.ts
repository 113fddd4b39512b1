/**
 * Everything that is made from a run record: analysis, verdicts, files, and what is printed. `run`, `report` and `gate`
 * all go through here.
 */
import { join } from 'node:path';
import { analyse, type GateResult, type Summary } from '../analysis/index.js';
import { baselineResults } from '../compare/index.js';
import {
  EXPORTED_FILES,
  EXPORTS,
  exportRun,
  githubGates,
  type Inconclusive,
  type ExportOptions,
} from '../export/index.js';
import { evaluateGates, gateExitCode, withResults } from '../gate/index.js';
import { planOf } from '../plan/index.js';
import { ProblemError, type ExitCode } from '../problem/index.js';
import { FILES, resealRecord, type BaselineChoice, type RunRecord } from '../record/index.js';
import { compileLater } from '../process-timing/index.js';
import { isObject } from '../protocol/index.js';
import { GATE_VERDICT, markdownSummary, terminalSummary, type RunView } from '../report/index.js';
import { comparativeGatesFromTexts, scenarioFromText, type Scenario } from '../scenario/index.js';
import { writeTextFile } from './files.js';
import { addToJobSummary, annotate } from './pipeline.js';
import { linkedPath, printable, stdoutColor } from './print.js';
import { writeOut } from './streams.js';

/** A run record with everything derived from it. */
export interface RunResult {
  readonly record: RunRecord;
  readonly view: RunView;
  /** Of the verdicts alone: 0, 99, 75 or 4. */
  readonly exitCode: ExitCode;
}

/**
 * Reads nothing beyond the record it is given. `runsFollow`: this process will send load again, and V8 is to treat it
 * then as it did before.
 */
export function analyseRecord(record: RunRecord, { runsFollow = false } = {}): RunResult {
  if (!runsFollow) compileLater();
  requireWhole(record);
  const { scenario } = scenarioFromText(record.scenarioText, join(record.dir, FILES.scenario), {
    secretsMayBeMissing: true,
  });
  const measured = new Map(
    record.events.flatMap((event) =>
      event.type === 'load-line' ? [[event.phase, event.passedPerSecond] as const] : [],
    ),
  );
  const plan = planOf(scenario, measured);
  const analysis = analyse({ record, plan });
  const gates = withResults(
    evaluateGates(analysis.summary, scenario),
    versusBaseline(record, scenario, analysis.summary),
  );
  const view: RunView = {
    analysis,
    gates,
    plan,
    envelope: record.envelope,
    scenarioText: record.scenarioText,
    // Without the derived files, so that a report made again is the same.
    files: (record.manifest?.files ?? []).filter(({ derived }) => derived !== true),
    reproduce: reproduceCommand(record.envelope),
  };
  return { record, view, exitCode: gateExitCode(gates.verdict) };
}

/** @throws ProblemError (`bad-input`) for a part of a run: nothing is said of a part of its load. */
function requireWhole({ dir, shard }: RunRecord): void {
  if (shard === null) return;
  throw new ProblemError('bad-input', {
    code: 'shard-record',
    what: `${dir} holds shard ${shard.index} of ${shard.of}, and no whole run`,
    remedy: 'put the shards together first: plimsoll merge DIR... --out FOLDER',
  });
}

const NOT_KEPT: BaselineChoice = {
  kind: 'none',
  why: 'the record holds no baseline; judge it by the stored ones with "plimsoll gate DIR --baselines FOLDER"',
};

/** Gates versus the baseline: of the scenario, and of the command line with which the run was judged. */
function versusBaseline(
  { judgedBy }: RunRecord,
  { comparativeGates, gates }: Pick<Scenario, 'comparativeGates' | 'gates'>,
  summary: Summary,
): readonly GateResult[] {
  const own = comparativeGates.filter(({ versus }) => versus === 'baseline');
  const added = comparativeGatesFromTexts(judgedBy?.gates ?? [], '--gate');
  const first = gates.length + comparativeGates.length;
  const all = [...own, ...added.map((gate, nth) => ({ ...gate, index: first + nth }))];
  return all.length === 0 ? [] : baselineResults(summary, all, judgedBy?.choice ?? NOT_KEPT);
}

/** Makes the run again, in its own folder: the new one stands beside it. The scenario holds all but these flags. */
function reproduceCommand(envelope: unknown): string {
  const identity = isObject(envelope) ? envelope['identity'] : null;
  const argv = isObject(identity) && isObject(identity['argv']) ? identity['argv']['value'] : null;
  const words = Array.isArray(argv) ? argv.join(' ') : '';
  const flags = words.match(/--(?:toxiproxy|fault-engine)[ =]\S+|--no-default-gates\b/g) ?? [];
  return ['plimsoll run', FILES.scenario, '--out ..', ...flags].join(' ');
}

/**
 * Writes every export into `folder`; in a run's own directory the manifest is sealed again.
 * @returns the path of the HTML report.
 */
export async function writeOutputs(
  { record, view }: RunResult,
  folder: string,
  { inconclusive = 'default' }: Partial<ExportOptions> = {},
): Promise<string> {
  for (const { file, content } of await exportRun(view, { inconclusive })) await writeTextFile(folder, file, content);
  if (folder === record.dir) await resealRecord(folder, EXPORTED_FILES);
  return join(folder, EXPORTS.report.file);
}

/** Shows the verdicts on the pages of the CI system. */
export function showInPipeline({ view }: RunResult, inconclusive: Inconclusive): void {
  annotate(githubGates(view.gates, inconclusive));
  addToJobSummary(markdownSummary([view]));
}

/** The terminal summary, and where the report is. */
export function printRunResult({ view }: RunResult, reportPath: string): void {
  const width = Math.min(120, process.stdout.columns || 100);
  writeOut(`${terminalSummary([view], { color: stdoutColor(), width })}\nreport: ${linkedPath(reportPath)}\n`);
}

/** The verdicts alone. */
export function printGates({ view }: RunResult): void {
  const { validity } = view.analysis.summary;
  const words = (verdict: keyof typeof GATE_VERDICT): string => GATE_VERDICT[verdict].words;
  const gates = view.gates.results.map((gate) =>
    printable(`  ${words(gate.verdict).padEnd(12)} ${gate.text}: ${gate.why}`),
  );
  const reasons = validity.reasons.map(({ severity, phase, what, remedy }) =>
    printable(`  ${severity.padEnd(12)} ${phase === null ? '' : `${phase}: `}${what} (${remedy})`),
  );
  writeOut(`${[`gates: ${words(view.gates.verdict)}`, ...gates, ...reasons].join('\n')}\n`);
}
