/** Everything that is made from the runs of a comparison: the comparison, its files, and what is printed. */
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { ComparativeGate } from '../catalog/index.js';
import { compareTrials, comparisonExitCode, type Comparison } from '../compare/index.js';
import { exportComparison, githubComparison, type Inconclusive } from '../export/index.js';
import type { ExitCode } from '../problem/index.js';
import { BASELINES_FOLDER, EXPERIMENT_FILE } from '../record/index.js';
import { comparisonMarkdown, comparisonTerminal } from '../report/index.js';
import { comparativeGatesFromTexts, requireGatesFit } from '../scenario/index.js';
import { readComparedRuns, requireBlockingFields } from './compared-runs.js';
import { writeTextFile } from './files.js';
import { exitCodeUnder, inconclusiveOf } from './inconclusive.js';
import { chosenBaseline } from './judged-by.js';
import { addToJobSummary, annotate } from './pipeline.js';
import { stdoutColor } from './print.js';
import { writeOut } from './streams.js';

export interface CompareFlags {
  /** Gates in the scenario language, beside those of the scenario; without any the default gates hold. */
  readonly gate: readonly string[];
  readonly variable: readonly string[];
  /** Folder of the files. */
  readonly out?: string;
  /** Folder of the stored baselines. */
  readonly baselines?: string;
  readonly inconclusive?: string;
}

/** What the flags ask for. */
export interface CompareOrder {
  readonly gates: readonly ComparativeGate[];
  /** The same as they were written. */
  readonly gateTexts: readonly string[];
  /** Fields of the environment that the arms differ in on purpose. */
  readonly variables: readonly string[];
  /** Null: beside the experiment; runs then have no files. */
  readonly out: string | null;
  readonly baselines: string;
  readonly inconclusive: Inconclusive;
}

/**
 * Checks what can be wrong with a comparison before its runs are there: trials may take hours.
 * @throws ProblemError (`bad-input`).
 */
export function compareOrder(flags: CompareFlags): CompareOrder {
  const { gate, variable, out = null, baselines = BASELINES_FOLDER, inconclusive } = flags;
  requireBlockingFields(variable);
  return {
    gates: comparativeGatesFromTexts(gate, '--gate'),
    gateTexts: gate,
    variables: variable,
    ...{ out, baselines, inconclusive: inconclusiveOf(inconclusive) },
  };
}

/** Reads, compares and writes; `print` puts the result on stdout. */
export async function compareAndWrite(
  words: readonly string[],
  { gates: added, gateTexts, variables, out, baselines, inconclusive }: CompareOrder,
): Promise<{ readonly comparison: Comparison; readonly exitCode: ExitCode; readonly print: () => void }> {
  const { key, gates: own, scenario, ...runs } = await readComparedRuns(words, variables);
  requireGatesFit(scenario, gateTexts, '--gate');
  const all = [...own, ...added].map((each, index) => ({ ...each, index }));
  const versus = (wanted: ComparativeGate['versus']) => all.filter((each) => each.versus === wanted);
  const [reference, baseline] = [versus('reference'), versus('baseline')];
  const comparison = compareTrials({
    ...runs,
    gates: reference.length === 0 ? null : reference,
    ...(baseline.length === 0 ? {} : { baseline: { gates: baseline, choice: await chosenBaseline(key, baselines) } }),
  });
  const [first = ''] = words;
  const isExperiment = existsSync(join(first, EXPERIMENT_FILE));
  const folder = out ?? (isExperiment ? first : null);
  // Runs of an experiment are named from its folder, others from the working folder.
  const linkOf = (to: string) => (run: string) =>
    relative(to, resolve(isExperiment ? first : '.', run))
      .split(sep)
      .join('/');
  const files = folder === null ? [] : exportComparison(comparison, { inconclusive, linkOf: linkOf(folder) });
  const written: string[] = [];
  for (const { file, content } of files) written.push(await writeTextFile(folder ?? '', file, content));
  annotate(githubComparison(comparison, inconclusive));
  addToJobSummary(comparisonMarkdown(comparison));
  const print = (): void => {
    const width = Math.min(160, process.stdout.columns || 120);
    const paths = written.map((path) => `written: ${path}\n`).join('');
    writeOut(`${comparisonTerminal(comparison, { color: stdoutColor(), width })}${paths}`);
  };
  return { comparison, exitCode: exitCodeUnder(inconclusive, comparisonExitCode(comparison.verdict)), print };
}
