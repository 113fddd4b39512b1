/** A merged run with its report and verdicts: `merge`, and the end of `distribute`. */
import type { Inconclusive } from '../export/index.js';
import { mergeShards, type MergeOrder } from '../merge/index.js';
import type { ExitCode } from '../problem/index.js';
import { readRecord } from '../record/index.js';
import { exitCodeUnder } from './inconclusive.js';
import { openReport } from './open-report.js';
import { analyseRecord, printRunResult, showInPipeline, writeOutputs } from './outputs.js';
import { printJson } from './verb.js';

export interface MergePrinting {
  readonly json: boolean;
  readonly inconclusive?: Inconclusive;
  readonly opens?: boolean;
}

/** @throws ProblemError as merging does. */
export async function mergeAndReport(
  order: MergeOrder,
  { json, inconclusive = 'default', opens = false }: MergePrinting,
): Promise<ExitCode> {
  const dir = await mergeShards(order);
  const result = analyseRecord(await readRecord(dir));
  const report = await writeOutputs(result, dir, { inconclusive });
  showInPipeline(result, inconclusive);
  const { analysis, gates } = result.view;
  const { summary } = analysis;
  if (json) printJson({ schema: 'plimsoll/run-v1', dir, report, summary, gates, setAside: [] });
  else printRunResult(result, report);
  if (opens) await openReport(report);
  return exitCodeUnder(inconclusive, result.exitCode);
}
