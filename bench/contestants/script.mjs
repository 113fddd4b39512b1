/** A Node.js script of this folder on the generator's core; its last line is JSON. */
import { fileURLToPath } from 'node:url';
import { GENERATOR_CORE, pinned, run } from '../machine.mjs';

/** Runs it with options, by another command (`under`) and with flags for Node.js if wanted. */
export async function script(name, options, timeoutMs, { under = [], flags = [] } = {}) {
  const path = fileURLToPath(new URL(name, import.meta.url));
  const [first, ...rest] = [...under, process.execPath, ...flags, path, JSON.stringify(options)];
  const [command, args] = pinned(GENERATOR_CORE, first, rest);
  const out = await run(command, args, timeoutMs);
  return JSON.parse(out.trim().split('\n').at(-1));
}
