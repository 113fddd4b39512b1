/**
 * Names what failed, what passed only when tried again, and what was skipped; counts what ran; and, where a skip is a
 * failure (PLIMSOLL_NO_SKIP=1), fails on one.
 */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLines implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    const skipped: string[] = [];
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
        } else skipped.push(test.fullName);
        if (state === 'passed' && (test.diagnostic()?.retryCount ?? 0) > 0)
          console.log(`passed when tried again: ${file} > ${test.fullName}`);
      }
    }
    for (const name of skipped) console.log(`skipped: ${name}`);
    if (process.env['PLIMSOLL_NO_SKIP'] === '1' && skipped.length > 0) {
      failed += skipped.length;
      process.exitCode = 1;
      console.log('A skip counts as a failure here (PLIMSOLL_NO_SKIP=1).');
    }
    console.log(`${passed} passed, ${failed} failed`);
  }
}
