/** Starting and stopping the bench's target. */
import { spawn } from 'node:child_process';
import { clearTimeout } from 'node:timers';
import { TARGET_CORE, compiled, pinned } from '../machine.mjs';

let binary;

/**
 * Starts a target pinned to its core. Options as in `target.c`. Without a C compiler it is the node server of the
 * yardstick, which is slower than most clients and can neither spin, stream, delay, be busy nor freeze: then null for
 * those.
 *
 * @returns `{ port, name, freezes, stop }`, or null.
 */
export async function startTarget({ spin = false, sse = false, delayUs = 0, busyUs = 0, freeze = null } = {}) {
  binary ??= compiled('target');
  if (binary === null) {
    if (spin || sse || delayUs > 0 || busyUs > 0 || freeze !== null) return null;
    const { startLoopbackServer } = await import('../../dist/src/calibration/loopback-reference/child.js');
    const server = await startLoopbackServer();
    return { port: server.httpPort, name: 'node', freezes: [], stop: () => server.stop() };
  }
  const options = [
    ...(spin ? ['--spin'] : []),
    ...(sse ? ['--sse'] : []),
    ...(delayUs > 0 ? ['--delay-us', String(delayUs)] : []),
    ...(busyUs > 0 ? ['--busy-us', String(busyUs)] : []),
  ];
  if (freeze !== null)
    options.push(
      '--freeze-after',
      String(freeze.afterMs),
      '--freeze-every',
      String(freeze.everyMs),
      '--freeze-for',
      String(freeze.forMs),
    );
  const [command, args] = pinned(TARGET_CORE, binary, options);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = new Promise((resolve) => child.once('close', resolve));
  const freezes = [];
  const port = await new Promise((resolve, reject) => {
    let rest = '';
    child.once('error', reject);
    void gone.then(() => reject(new Error('the target ended')));
    child.stdout.setEncoding('utf8').on('data', (text) => {
      rest += text;
      for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
        const said = JSON.parse(rest.slice(0, end));
        rest = rest.slice(end + 1);
        if (said.port === undefined)
          freezes.push({ fromNs: BigInt(said.from), toNs: BigInt(said.to), answeredNs: said.answered });
        else resolve(said.port);
      }
    });
  });
  return {
    port,
    name: 'C',
    freezes,
    stop: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
      await gone;
      clearTimeout(timer);
    },
  };
}
