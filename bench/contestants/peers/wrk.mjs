/** wrk: C, one thread, fixed bytes. Its median is used for the floor too. */
import { writeFileSync } from 'node:fs';
import { found, scratch } from '../../machine.mjs';
import { BODY, HEADERS } from '../request.mjs';
import { figuresOf, nsOf, timed } from '../timed.mjs';

function luaScript() {
  const path = scratch('wrk.lua');
  const headers = Object.entries(HEADERS).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  writeFileSync(path, `wrk.method = "POST"\nwrk.body = [[${BODY}]]\n${headers.join('\n')}\n`);
  return path;
}

export default {
  name: 'wrk',
  install: 'apt install wrk',
  checksAnswers: false,
  pairs: 'all',
  installed: () => found('wrk', ['-v']),
  async load({ port, sessions, seconds, under = [] }) {
    const command = ['wrk', '-t1', `-c${sessions}`, `-d${seconds}s`, '--latency', '-s', luaScript()];
    const [first, ...rest] = [...under, ...command, `http://127.0.0.1:${port}/mcp`];
    const { out, cpuUs } = await timed(first, rest);
    const calls = Number(/(\d+) requests in/.exec(out)?.[1]);
    const figures = figuresOf(calls, Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]), cpuUs);
    return { ...figures, p50Ns: nsOf(/50%\s+(\S+)/.exec(out)?.[1] ?? '') };
  },
};
