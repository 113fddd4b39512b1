/** Everything that is made from the runs of a comparison: the comparison, its files, and what is printed. */
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { ComparativeGate } from '../catalog/index.js';
import { compareTrials, comparisonExitCode, type Comparison } from '../compare/index.js';
import { exportComparison, githubComparison } from '../export/index.js';
import type { ExitCode } from '../problem/index.js';
import { EXPERIMENT_FILE } from '../record/index.js';
import { comparisonMarkdown, comparisonTerminal } from '../report/index.js';
import { comparativeGatesFromTexts } from '../scenario/index.js';
import { readComparedRuns } from './compared-runs.js';
import { writeTextFile } from './files.js';
import { exitCodeUnder, inconclusiveOf } from './inconclusive.js';
import { chosenBaseline } from './judged-by.js';
import { addToJobSummary, annotate } from './pipeline.js';
import { stdoutColor } from './print.js';
import { writeOut } from './streams.js';

export interface CompareOptions {
  /** Gates in the scenario language, beside those of the scenario; without any the default gates hold. */
  readonly gate: readonly string[];
  readonly variable: readonly string[];
  /** Folder of the files. */
  readonly out?: string;
  /** Folder of the stored baselines. */
  readonly baselines?: string;
  readonly inconclusive?: string;
}

/** Reads, compares and writes; `print` puts the result on stdout. */
export async function compareAndWrite(
  words: readonly string[],
  { gate, variable, out, baselines, inconclusive: policy }: CompareOptions,
): Promise<{ readonly comparison: Comparison; readonly exitCode: ExitCode; readonly print: () => void }> {
  const inconclusive = inconclusiveOf(policy);
  const added = comparativeGatesFromTexts(gate, '--gate');
  const { key, gates: own, ...runs } = await readComparedRuns(words, variable);
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
