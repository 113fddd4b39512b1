/** vegeta: Go, fixed bytes; as fast as it can with one worker a session. */
import { writeFileSync } from 'node:fs';
import { found, scratch } from '../../machine.mjs';
import { BODY, HEADERS } from '../request.mjs';
import { figuresOf, timed } from '../timed.mjs';

export default {
  name: 'vegeta',
  install: 'go install github.com/tsenart/vegeta/v12@latest',
  checksAnswers: false,
  pairs: 'all',
  installed: () => found('vegeta', ['-version']),
  async load({ port, sessions, seconds }) {
    const [body, targets, results] = [scratch('vegeta.json'), scratch('vegeta.txt'), scratch('vegeta.bin')];
    writeFileSync(body, BODY);
    writeFileSync(targets, `POST http://127.0.0.1:${port}/mcp\n`);
    const headers = Object.entries(HEADERS).flatMap(([name, value]) => ['-header', `${name}: ${value}`]);
    const workers = ['-rate=0', `-workers=${sessions}`, `-max-workers=${sessions}`, `-duration=${seconds}s`];
    const files = [`-body=${body}`, `-targets=${targets}`, `-output=${results}`];
    const { cpuUs } = await timed('vegeta', ['attack', ...workers, ...headers, ...files], { GOMAXPROCS: '1' });
    const { out } = await timed('vegeta', ['report', '-type=json', results]);
    const { requests, rate, status_codes: codes } = JSON.parse(out);
    if (codes['200'] !== requests) throw new Error(`vegeta was not answered: ${JSON.stringify(codes)}`);
    return figuresOf(requests, rate, cpuUs);
  },
};
