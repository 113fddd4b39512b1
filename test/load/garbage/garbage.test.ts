import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../src/package/index.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** As `offer.mjs` offers them. */
const CALLS_PER_MS = 3;

it('a load worker that spins leaves less than 15 kB of garbage per call, so that few calls are late', async () => {
  const { stdout } = await execa(process.execPath, [
    '--require',
    here('watch.cjs'),
    here('offer.mjs'),
    `${PACKAGE_ROOT}dist`,
  ]);
  const rows = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as object] : []));
  expect(rows).toContainEqual(expect.objectContaining({ offered: 9_000, completed: 9_000, ok: 9_000 }));
  const watched = rows.find((row): row is { freedBytes: number; watchedMs: number } => 'freedBytes' in row);
  // Collections come one for each 15 MB: one or two in the time that is watched make 4 to 7 kB per call. A clock
  // reading that leaves an object behind makes ten times as much, and so does a chunk of the spool that is given away.
  // On a starved machine the thread turns less often, and there is less of everything.
  expect((watched?.freedBytes ?? Infinity) / ((watched?.watchedMs ?? 0) * CALLS_PER_MS)).toBeLessThan(15_000);
});
