import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { helperThreads, letHelpersYield } from '../../src/process-timing/index.js';

const asked = fileURLToPath(new URL('asked.mjs', import.meta.url));

/** What a process says that has asked for everything. */
interface RunResult {
  readonly told: number;
  readonly lowered: number;
  readonly main: number;
  readonly worker: number;
  readonly slackNs: number;
}

describe('a process that keeps its times', () => {
  it("on Linux puts V8's helpers, and no other thread, behind all others, and sleeps to the microsecond", async () => {
    if (process.platform !== 'linux') {
      // There are no such requests: nobody was told, and nothing was changed.
      expect(letHelpersYield(helperThreads())).toBe(0);
      return;
    }
    const { stdout } = await execa(process.execPath, [asked, `${PACKAGE_ROOT}dist`]);
    const told = JSON.parse(stdout) as RunResult;
    expect(told).toMatchObject({ main: 0, worker: 0, slackNs: 1_000 });
    // Four work; where threads have no names, the one that waits for delayed tasks is taken with them.
    expect([4, 5]).toContain(told.told);
    expect(told.lowered).toBe(told.told);
  });

  it('asks V8 for something that this V8 knows', async () => {
    const { stdout } = await execa(process.execPath, ['--v8-options']);
    expect(stdout).toMatch(/^ {2}--memory-reducer /m);
  });
});

it('asks V8 for nothing that it does not know: a user would read its complaint', async () => {
  const room = new URL('../../dist/src/process-timing/index.js', import.meta.url).href;
  const code = `import { compileLater } from '${room}'; compileLater(); compileLater('13.6.233');`;
  const { stderr, stdout } = await execa(process.execPath, ['--input-type=module', '-e', code]);
  expect([stderr, stdout]).toEqual(['', '']);
});
