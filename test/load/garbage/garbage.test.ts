import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../../src/package/index.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** One offer, watched by V8 itself: what is told on stdout, and on stderr. */
async function offered(): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { stdout, stderr } = await execa(process.execPath, [
    '--trace-deopt',
    '--require',
    here('watch.cjs'),
    here('offer.mjs'),
    `${PACKAGE_ROOT}dist`,
  ]);
  const told = stdout.split('\n').find((line) => line.startsWith('{'));
  expect(JSON.parse(told ?? '')).toMatchObject({ offered: 9_000, completed: 9_000, ok: 9_000 });
  return { stdout, stderr };
}

describe('a load worker that spins', () => {
  it('leaves so little garbage that collecting it makes no call late, and keeps its compiled code when its times outgrow 31 bits', async () => {
    const { stdout, stderr } = await offered();
    // A collection frees 2 to 13 MB. A reading of the clock that leaves an object behind makes 20 of them and more in
    // the time looked at, and so does a chunk of the spool that is given away; the calls themselves make one or two. On
    // a starved machine there are fewer of both.
    expect(stderr.split('chunk\n').length - 1).toBeGreaterThanOrEqual(2);
    const collections = /collections: (\d+)/.exec(stderr)?.[1];
    expect(Number(collections)).toBeLessThanOrEqual(4);
    // The tracing works: the process has thrown something away. What the rehearsal is for: not this.
    expect(stdout).toContain('bailout');
    expect(
      stdout
        .split('\n')
        .filter(
          (line) =>
            /reason: (?:lost precision|overflow)/.test(line) &&
            /<JSFunction (?:advance|takeArrival|takeOwn|nextNs|append)\b/.test(line),
        ),
    ).toEqual([]);
  });
});
