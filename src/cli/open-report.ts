/** Opens a report in the browser of the user. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { openerOf } from '../platform/index.js';
import { writeErr } from './streams.js';

/** How long a program that fails at once is waited for. */
const FAILS_WITHIN_MS = 500;

/** Never rejects: a machine without a browser is no failure of what was measured. */
export async function openReport(path: string): Promise<void> {
  const [program, ...parameters] = openerOf(resolve(path));
  const failure = await new Promise<string | null>((done) => {
    const child = spawn(program, parameters, { detached: true, stdio: 'ignore' });
    const timer = setTimeout(() => done(null), FAILS_WITHIN_MS);
    child.once('error', ({ message }) => done(message));
    child.once('exit', (code) => {
      clearTimeout(timer);
      done(code === 0 ? null : `${program} ended with exit code ${code}`);
    });
    child.unref();
  });
  if (failure !== null)
    writeErr(`warning the report could not be opened: ${failure}\n  hint: open ${path} in a browser\n`);
}
