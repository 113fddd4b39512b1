/** The tables of docs/ci.md: what sessions and pairs can see, by the functions that judge them. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { minimumDetectableEffect } from '../../src/compare/index.js';
import { minimumDetectableFurther, predictionInterval } from '../../src/compare/statistics/index.js';

const PAGE = readFileSync(new URL('../../docs/ci.md', import.meta.url), 'utf8');

/** Rows of the table whose first column is so called, cell by cell. */
function tableOf(column: string): readonly (readonly string[])[] {
  const lines = PAGE.split('\n');
  const head = lines.findIndex((line) => new RegExp(`^\\| ${column} +\\|`).test(line));
  const rows = lines.slice(head + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const share = (log: number): string => `${Number((Math.expm1(log) * 100).toPrecision(3))} %`;

/** Values whose standard deviation is exactly so large. */
function spreadBy(deviation: number, n: number): readonly number[] {
  const even = Array.from({ length: n }, (_, i) => i - (n - 1) / 2);
  const own = Math.sqrt(even.reduce((sum, value) => sum + value ** 2, 0) / (n - 1));
  return even.map((value) => (value * deviation) / own);
}

it('says of a stored baseline which limit passes, and which change is found', () => {
  const rows = tableOf('sessions');
  expect(rows).toHaveLength(3);
  for (const [sessions = '', ...cells] of rows) {
    const n = Number(sessions);
    [0.02, 0.05, 0.1].forEach((spread, index) => {
      const reach = predictionInterval(spreadBy(spread, n))?.high ?? NaN;
      expect(cells[index]).toBe(`${share(reach)}, ${share(minimumDetectableFurther(spread, n, 0))}`);
    });
  }
});

it('says of pairs which change is found', () => {
  const rows = tableOf('pairs');
  expect(rows).toHaveLength(4);
  for (const [pairs = '', ...cells] of rows)
    [0.01, 0.02, 0.05, 0.1].forEach((spread, index) =>
      expect(cells[index]).toBe(share(minimumDetectableEffect(spread, Number(pairs), 0))),
    );
});
