import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../src/entrypoints.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

describe('a load worker that spins', () => {
  it('leaves so little garbage that collecting it makes no call late', async () => {
    // A collection frees 2 to 13 MB. A reading of the clock that leaves an object behind makes 20 of them and more in the time looked at, and so
    // does a chunk of the spool that is given away; the calls themselves make one or two. On a starved machine there are fewer of both.
    const { stdout, stderr } = await execa(process.execPath, ['--require', here('watch.cjs'), here('offer.mjs'), `${PACKAGE_ROOT}dist`]);
    expect(JSON.parse(stdout)).toMatchObject({ offered: 9_000, completed: 9_000, ok: 9_000 });
    expect(stderr.split('chunk\n').length - 1).toBeGreaterThanOrEqual(2);
    const collections = /collections: (\d+)/.exec(stderr)?.[1];
    expect(Number(collections)).toBeLessThanOrEqual(4);
  });
});
