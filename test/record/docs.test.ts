import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const GENERATE = fileURLToPath(new URL('../../docs/generate.mjs', import.meta.url));

it('the pages of docs/ that are made from the code are current', async () => {
  const { stderr } = await promisify(execFile)(process.execPath, [GENERATE, '--check']);
  expect(stderr).toBe('');
}, 60_000);
