/** autocannon in a process of its own: fixed bytes, no correction, nothing verified. */
import autocannon from 'autocannon';
import { BODY, HEADERS } from './request.mjs';

const { port, sessions, seconds } = JSON.parse(process.argv[2] ?? '{}');
const fire = (duration) =>
  autocannon({
    url: `http://127.0.0.1:${port}/mcp`,
    method: 'POST',
    body: BODY,
    connections: sessions,
    duration,
    headers: HEADERS,
  });
await fire(1);
const cpu = process.cpuUsage();
const began = performance.now();
const { requests, non2xx, errors } = await fire(seconds);
const took = (performance.now() - began) / 1_000;
const { user, system } = process.cpuUsage(cpu);
if (non2xx + errors > 0) throw new Error(`${non2xx + errors} answers were errors`);
console.log(JSON.stringify({ perSecond: requests.total / took, cpuUs: (user + system) / requests.total }));
