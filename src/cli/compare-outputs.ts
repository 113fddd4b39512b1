/** Everything that is made from the runs of a comparison: the comparison, its files, and what is printed. */
import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { compareTrials, comparisonExitCode, type Comparison } from '../compare/index.js';
import { comparisonJunit, githubComparison } from '../export/index.js';
import type { ExitCode } from '../problem/index.js';
import { EXPERIMENT_FILE } from '../record/index.js';
import { comparisonMarkdown, comparisonPage, comparisonTerminal } from '../report/index.js';
import { comparativeGatesFromTexts } from '../scenario/index.js';
import { readComparedRuns } from './compared-runs.js';
import { annotate } from './annotate.js';
import { writeTextFile } from './files.js';
import { stdoutColor } from './print.js';
import { writeOut } from './streams.js';

export interface CompareOptions {
  /** Gates in the scenario language, beside those of the scenario; without any the default gates hold. */
  readonly gate: readonly string[];
  readonly variable: readonly string[];
  /** Folder of the files. */
  readonly out?: string;
}

/** Reads, compares and writes; `print` puts the result on stdout. */
export async function compareAndWrite(
  words: readonly string[],
  { gate, variable, out }: CompareOptions,
): Promise<{ readonly comparison: Comparison; readonly exitCode: ExitCode; readonly print: () => void }> {
  const added = comparativeGatesFromTexts(gate, '--gate');
  const runs = await readComparedRuns(words, variable);
  const gates = [...runs.gates, ...added].map((each, index) => ({ ...each, index }));
  const comparison = compareTrials({ ...runs, gates: gates.length === 0 ? null : gates });
  const [first = ''] = words;
  const isExperiment = existsSync(join(first, EXPERIMENT_FILE));
  const folder = out ?? (isExperiment ? first : null);
  // Runs of an experiment are named from its folder, others from the working folder.
  const linkOf = (to: string) => (run: string) =>
    relative(to, resolve(isExperiment ? first : '.', run))
      .split(sep)
      .join('/');
  const written =
    folder === null
      ? []
      : [
          await writeTextFile(folder, 'comparison.json', `${JSON.stringify(comparison, null, 2)}\n`),
          await writeTextFile(folder, 'comparison.md', comparisonMarkdown(comparison)),
          await writeTextFile(folder, 'junit.xml', comparisonJunit(comparison)),
          await writeTextFile(folder, 'comparison.html', comparisonPage(comparison, linkOf(folder))),
        ];
  annotate(githubComparison(comparison));
  const print = (): void => {
    const width = Math.min(160, process.stdout.columns || 120);
    const files = written.map((path) => `written: ${path}\n`).join('');
    writeOut(`${comparisonTerminal(comparison, { color: stdoutColor(), width })}${files}`);
  };
  return { comparison, exitCode: comparisonExitCode(comparison.verdict), print };
}
