/** Programs of an engine: what they say, and their end where a run is stopped. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Tool } from '../../src/engines/tool.js';
import { isRunning } from '../../src/processes/index.js';
import { scratchFolder, until } from '../e2e/plimsoll.js';

const shell = new Tool('sh', process.env);

describe('a program of an engine', () => {
  it('reads its input, and says by its words why it refuses', async () => {
    expect(await shell.answer(['-c', 'cat'], { input: 'a job' })).toBe('a job');
    await expect(shell.answer(['-c', 'echo no quota >&2; exit 3'])).rejects.toMatchObject({
      kind: 'preflight',
      message: 'sh -c ended with exit code 3: no quota',
    });
    await expect(new Tool('no-such-program', {}).call([])).rejects.toMatchObject({
      message: "no-such-program can't be called here",
    });
  });

  it('that does not end is ended where the run is stopped, and rejects at once', async () => {
    const stop = new AbortController();
    const file = join(scratchFolder(), 'pids');
    // The shell, and what it has started.
    const script = `sleep 3600 & echo $$ $! > "${file}"; wait`;
    const ended = shell.answer(['-c', script], { abort: stop.signal }).catch((error: unknown) => error);
    const pids = (): readonly number[] =>
      existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').map(Number) : [];
    expect(await until(() => pids().length === 2)).toBe(true);
    expect(pids().map((pid) => isRunning(pid, null))).toEqual([true, true]);
    stop.abort('SIGINT');
    expect(await ended).toEqual(new Error('SIGINT'));
    expect(await until(() => pids().every((pid) => !isRunning(pid, null)))).toBe(true);
    await expect(shell.call(['-c', 'true'], { abort: stop.signal })).rejects.toThrow('SIGINT');
  });
});
