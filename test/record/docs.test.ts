import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const GENERATE = fileURLToPath(new URL('../../docs/generate.mjs', import.meta.url));

it('the pages of docs/ that are made from the code are current', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [GENERATE, '--check']);
  expect(stderr).toBe('');
}, 60_000);

it.each(['scenario', 'metrics', 'run-record'])('docs/%s.md says of everything in its tables what it means', (page) => {
  const text = readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.length).toBeGreaterThan(20);
  // The last cell is the meaning; a bar within a cell is escaped.
  expect(
    rows.filter(
      (row) =>
        row
          .split(/(?<!\\)\|/)
          .at(-2)
          ?.trim() === '',
    ),
  ).toEqual([]);
});
