/**
 * Everything that is made from a run record: analysis, verdicts, files, and what is printed. `run`, `report` and `gate`
 * all go through here.
 */
import { join } from 'node:path';
import { analyse } from '../analysis/index.js';
import { EXPORTED_FILES, EXPORTS, exportRun } from '../export/index.js';
import { evaluateGates, gateExitCode } from '../gate/index.js';
import { planOf } from '../plan/index.js';
import type { ExitCode } from '../problem/index.js';
import { FILES, resealRecord, type RunRecord } from '../record/index.js';
import { compileLater } from '../process-timing/index.js';
import { isObject } from '../protocol/index.js';
import { GATE_VERDICT, terminalSummary, type RunView } from '../report/index.js';
import { scenarioFromText } from '../scenario/index.js';
import { writeTextFile } from './files.js';
import { printable, stdoutColor } from './print.js';
import { writeOut } from './streams.js';

/** A run record with everything derived from it. */
export interface RunResult {
  readonly record: RunRecord;
  readonly view: RunView;
  /** Of the verdicts alone: 0, 99, 75 or 4. */
  readonly exitCode: ExitCode;
}

/** Reads nothing beyond the record it is given. */
export function analyseRecord(record: RunRecord): RunResult {
  compileLater();
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
  const gates = evaluateGates(analysis.summary, scenario);
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
export async function writeOutputs({ record, view }: RunResult, folder: string): Promise<string> {
  for (const { file, content } of await exportRun(view)) await writeTextFile(folder, file, content);
  if (folder === record.dir) await resealRecord(folder, EXPORTED_FILES);
  return join(folder, EXPORTS.report.file);
}

/** The terminal summary, and where the report is. */
export function printRunResult({ view }: RunResult, reportPath: string): void {
  const width = Math.min(120, process.stdout.columns || 100);
  writeOut(`${terminalSummary([view], { color: stdoutColor(), width })}\nreport: ${reportPath}\n`);
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
