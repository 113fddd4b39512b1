/**
 * Everything that is made from a run record: analysis, verdicts, files, and what is printed. The one way for `run`,
 * `report` and `gate`.
 */
import { join } from 'node:path';
import { analyse, type Analysis } from '../analysis/index.js';
import { evaluateGates, gateExitCode, junitXml, type GateReport } from '../gate/index.js';
import { planOf, type Plan } from '../plan/index.js';
import { EXIT, type ExitCode } from '../problem/index.js';
import { FILES, resealRecord, type RunRecord } from '../record/index.js';
import { htmlReport, markdownSummary, terminalSummary } from '../report/index.js';
import { scenarioFromText } from '../scenario/index.js';
import { writeTextFile } from './files.js';
import { stdoutColor } from './print.js';

/** A run and all that is to be told of it. */
export interface RunResult {
  readonly record: RunRecord;
  readonly plan: Plan;
  readonly analysis: Analysis;
  readonly gates: GateReport;
  /** Of the verdicts alone: 0, 99, 75 or 4. */
  readonly exitCode: ExitCode;
}

/** Pure but for its name: reads nothing beyond the record it is given. */
export function analyseRecord(record: RunRecord): RunResult {
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
  return { record, plan, analysis, gates, exitCode: exitCodeOf(analysis, gates) };
}

function exitCodeOf(analysis: Analysis, gates: GateReport): ExitCode {
  return analysis.summary.validity.verdict === 'invalid' ? EXIT.invalid : gateExitCode(gates.verdict);
}

/**
 * Writes summary, verdicts and reports into `folder`; in a run's own directory the manifest is sealed anew.
 * @returns the path of the HTML report.
 */
export async function writeOutputs(told: RunResult, folder: string): Promise<string> {
  const { record, plan, analysis, gates } = told;
  const input = {
    analysis,
    gates,
    plan,
    envelope: record.envelope,
    scenarioText: record.scenarioText,
    files: (record.manifest?.files ?? []).map(({ path, bytes }) => ({ path, bytes })),
    reproduce: `plimsoll run ${FILES.scenario}`,
  };
  writeTextFile(folder, FILES.summary, `${JSON.stringify(analysis.summary, null, 2)}\n`);
  writeTextFile(
    folder,
    FILES.gate,
    `${JSON.stringify({ schema: 'plimsoll/gate-v1', runId: analysis.summary.runId, ...gates }, null, 2)}\n`,
  );
  writeTextFile(folder, FILES.junit, junitXml(gates));
  writeTextFile(folder, FILES.summaryText, markdownSummary(input));
  const path = writeTextFile(folder, FILES.report, await htmlReport(input));
  if (folder === record.dir) await resealRecord(folder);
  return path;
}

/** The terminal summary, and where the report is. */
export function printRunResult(told: RunResult, reportPath: string): void {
  const { analysis, gates } = told;
  const width = Math.min(120, process.stdout.columns || 100);
  process.stdout.write(
    `${terminalSummary({ analysis, gates }, { color: stdoutColor(), width })}\nreport: ${reportPath}\n`,
  );
}

/** The verdict alone. */
export function printGates(told: RunResult): void {
  const { validity } = told.analysis.summary;
  const lines = told.gates.results.map(({ verdict, text, why }) => `${verdict.padEnd(12)} ${text}: ${why}`);
  for (const { severity, what, remedy } of validity.reasons) lines.push(`${severity.padEnd(12)} ${what} (${remedy})`);
  process.stdout.write(
    `${validity.verdict === 'invalid' ? 'invalid' : told.gates.verdict}\n${lines.map((line) => `  ${line}\n`).join('')}`,
  );
}
