/** hey: Go, fixed bytes. */
import { found } from '../../machine.mjs';
import { BODY, HEADERS } from '../request.mjs';
import { figuresOf, timed } from '../timed.mjs';

export default {
  name: 'hey',
  install: 'go install github.com/rakyll/hey@latest',
  checksAnswers: false,
  pairs: 'all',
  installed: () => found('hey', ['-h']),
  async load({ port, sessions, seconds }) {
    const { 'Content-Type': type, ...others } = HEADERS;
    const headers = Object.entries(others).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const how = ['-cpus', '1', '-z', `${seconds}s`, '-c', String(sessions), '-m', 'POST', '-T', type, ...headers];
    const { out, cpuUs } = await timed('hey', [...how, '-d', BODY, `http://127.0.0.1:${port}/mcp`]);
    const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]);
    return figuresOf(perSecond * seconds, perSecond, cpuUs);
  },
};
