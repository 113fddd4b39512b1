/** A closed loop on the official Go SDK (`go-sdk/main.go`), built on first use. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GENERATOR_CORE, found, pinned, run, scratch } from '../../machine.mjs';

let built = null;
function binary() {
  if (built !== null) return built;
  const out = scratch('go-sdk');
  const cwd = fileURLToPath(new URL('../go-sdk', import.meta.url));
  execFileSync('go', ['build', '-o', out, '.'], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  return (built = out);
}

export default {
  name: 'the official Go SDK client',
  install: 'Go 1.25 or newer',
  checksAnswers: true,
  pairs: 'few',
  installed: () => found('go', ['version']),
  async load({ port, sessions, seconds }) {
    const url = `http://127.0.0.1:${port}/mcp`;
    const [command, args] = pinned(GENERATOR_CORE, binary(), [url, String(sessions), String(seconds)]);
    return JSON.parse((await run(command, args)).trim().split('\n').at(-1));
  },
};
