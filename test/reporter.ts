/**
 * Names what failed, what passed only when tried again, and what was skipped; counts what ran; and, where a skip is a
 * failure (PLIMSOLL_NO_SKIP=1), fails on one.
 */
import type { Reporter, TestModule } from 'vitest/node';

/** A test that was skipped: `name` is its full name, which says why as `(skipped: REASON)`. */
export interface Skipped {
  readonly file: string;
  readonly name: string;
}

/** A line for each file and reason; a test that gives none is named. */
export function skippedLines(skipped: readonly Skipped[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { file, name } of skipped) {
    const reason = /\(skipped: ([^()]+)\)/.exec(name)?.[1];
    const line = reason === undefined ? `${file} > ${name} (no reason given)` : `${file} (${reason})`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, n]) => `skipped: ${n} ${n === 1 ? 'test' : 'tests'} of ${line}`);
}

export default class ClosingLines implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    const skipped: Skipped[] = [];
    for (const module of modules) {
      const file = module.relativeModuleId;
      if (module.state() === 'failed' && module.children.size === 0) {
        failed++;
        console.log(`failed: ${file} as a whole`);
      }
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed') passed++;
        else if (state === 'failed') {
          failed++;
          console.log(`failed: ${file} > ${test.fullName}`);
        } else skipped.push({ file, name: test.fullName });
        if (state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
          console.log(`passed when tried again: ${file} > ${test.fullName}`);
      }
    }
    for (const line of skippedLines(skipped)) console.log(line);
    if (process.env['PLIMSOLL_NO_SKIP'] === '1' && skipped.length > 0) {
      failed += skipped.length;
      process.exitCode = 1;
      console.log('A skip counts as a failure here (PLIMSOLL_NO_SKIP=1).');
    }
    console.log(`${passed} passed, ${failed} failed`);
  }
}
