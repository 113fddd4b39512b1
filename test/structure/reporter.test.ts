/** The closing lines of a test run. */
import { expect, it } from 'vitest';
import { skippedLines } from '../reporter.js';

const skipped = (file: string, ...names: readonly string[]) => names.map((name) => ({ file, name }));

it('name the skipped tests of a file once for each reason, and one without a reason by its name', () => {
  const none = ' (skipped: none at /usr/bin/browser; set BROWSER)';
  expect(
    skippedLines([
      ...skipped(
        'test/a.test.ts',
        `the page${none} > opens`,
        `the page${none} > prints`,
        'the server (skipped: absent)',
      ),
      ...skipped('test/b.test.ts', `the page${none} > opens`, 'a test (by hand) > that is skipped'),
    ]),
  ).toEqual([
    'skipped: 2 tests of test/a.test.ts (none at /usr/bin/browser; set BROWSER)',
    'skipped: 1 test of test/a.test.ts (absent)',
    'skipped: 1 test of test/b.test.ts (none at /usr/bin/browser; set BROWSER)',
    'skipped: 1 test of test/b.test.ts > a test (by hand) > that is skipped (no reason given)',
  ]);
});
