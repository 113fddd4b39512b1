/** h2load of nghttp2: C, one thread, fixed bytes over HTTP/1.1. */
import { writeFileSync } from 'node:fs';
import { found, scratch } from '../../machine.mjs';
import { BODY, HEADERS } from '../request.mjs';
import { figuresOf, timed } from '../timed.mjs';

export default {
  name: 'h2load',
  install: 'apt install nghttp2-client',
  checksAnswers: false,
  pairs: 'all',
  installed: () => found('h2load', ['--version']),
  async load({ port, sessions, seconds }) {
    const body = scratch('h2load.json');
    writeFileSync(body, BODY);
    const headers = Object.entries(HEADERS).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const how = ['--h1', '-t', '1', '-c', String(sessions), '-D', String(seconds), '-d', body, ...headers];
    const { out, cpuUs } = await timed('h2load', [...how, `http://127.0.0.1:${port}/mcp`]);
    const calls = Number(/(\d+) succeeded, 0 failed/.exec(out)?.[1]);
    return figuresOf(calls, Number(/finished in \S+ ([\d.]+) req\/s/.exec(out)?.[1]), cpuUs);
  },
};
