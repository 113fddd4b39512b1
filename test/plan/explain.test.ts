import { describe, expect, it } from 'vitest';
import { explain, planOf } from '../../src/plan/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';

const explained = (text: string, loadLine?: number) =>
  explain(
    planOf(scenarioFromText(text, '/srv/x.yaml', { environment: { TOKEN: 'hunter2' } }).scenario, loadLine ?? null),
  );

const TEXT = `version: 1
name: explained
description: What it shows.
seed: 7
stack:
  services:
    backend:
      mock: tools
      workers: 4
      service-time: { lognormal: { median: 8ms, p99: 30ms } }
      queue: { capacity: 512, when-full: shed-429 }
    server:
      command: [node, server.js, "\${port}"]
      environment: { KEY: "\${secret.TOKEN}" }
      ready: { http: /health }
  links: { upstream: { to: backend } }
  target: upstream
protocol: { sessions: 16, headers: { authorization: "Bearer \${secret.TOKEN}" } }
calls:
  - { tool: search, weight: 80, arguments: { query: x }, expect: derived, deadline: 250ms }
  - tool: book
    label: booking
    weight: 20
    arguments: { berth: { unique: uuid } }
    effect: exactly-once
    retry: { attempts: 2 }
phases:
  - { name: floor, regime: floor, for: 4s }
  - { name: steady, regime: steady, rate: 200/s, arrivals: poisson, for: 20s }
  - { name: load line, regime: capacity, between: [50/s, 2k/s], step: 2s }
  - { name: overload, regime: overload, rate: 1.5x, for: 6s, after: { rate: 0.5x, for: 10s } }
faults:
  - { phase: steady, at: 5s, for: 5s, on: upstream, type: latency, latency: 300ms, jitter: 20ms, toxicity: 50% }
  - { phase: overload, at: 5s, for: 2s, on: upstream, type: down }
gates:
  - { metric: response-time, stat: p99, phase: steady, tool: booking, max: 100ms }
  - { metric: goodput, stat: ratio, min: 99.5% }
  - { metric: retry-amplification, max: 1.2x }
  - { metric: time-to-recover, fault: down-upstream, max: 10s }
`;

const SEARCH = '{"name":"search","arguments":{"query":"x"},"_meta":{"plimsoll/call":"0"}}';
const BERTH = '56c5aa59-7fa7-4313-8ac0-cb5b3a620912';
const BOOK = `{"name":"book","arguments":{"berth":"${BERTH}"},"_meta":{"plimsoll/call":"1"}}`;

describe('explaining a plan', () => {
  it('says all of it, aligned, on one screen', () => {
    expect(`\n${explained(TEXT)}\n`).toBe(`
explained: 4 phases, 40s of schedule and 1 capacity search, seed 7, load line not known
  What it shows.

stack
  backend   mock tools: 4 workers, service time log-normal, median 8ms, p99 30ms, queue 512, then shed-429, \
json answers, tools search, book, fail
  server    node server.js \${port} (in /srv; a free port; MCP at /mcp; ready by HTTP /health within 30s)
  upstream  link (Toxiproxy proxy, a free port) to backend
  target    link upstream
  protocol  2025-11-25 over streamable-http, 16 sessions, at most 64 calls in flight in each, extra headers \
authorization

calls
  search          80%  deadline 250ms          expects the derived answer     no retries
  booking (book)  20%  deadline 30s (default)  expects success, exactly-once  2 retries on transport, shed

first request of each call
  search   POST /mcp HTTP/1.1
           Host: 127.0.0.1:<port>
           User-Agent: plimsoll
           authorization: Bearer \${secret.TOKEN}
           Accept: application/json, text/event-stream
           Accept-Encoding: identity
           Content-Type: application/json
           MCP-Protocol-Version: 2025-11-25
           Mcp-Session-Id: <session id of the server, if any>
           Content-Length: 129

           {"jsonrpc":"2.0","id":2,"method":"tools/call","params":${SEARCH}}
  booking  POST /mcp HTTP/1.1
           Host: 127.0.0.1:<port>
           User-Agent: plimsoll
           authorization: Bearer \${secret.TOKEN}
           Accept: application/json, text/event-stream
           Accept-Encoding: identity
           Content-Type: application/json
           MCP-Protocol-Version: 2025-11-25
           Mcp-Session-Id: <session id of the server, if any>
           Content-Length: 162

           {"jsonrpc":"2.0","id":3,"method":"tools/call","params":${BOOK}}

phases
  at   for     phase       regime    load                                                        \
calls            measured
  0s   4s      floor       floor     closed loop, 1 caller                                       \
as answers come  from 800ms
  4s   20s     steady      steady    open loop, poisson, 200/s                                   \
about 4000       from 2s
  24s  search  load line   capacity  open loop, constant, between 50/s and 2000/s, probes of 2s  \
not known yet    each probe
  -    16s     overload    overload  open loop, constant, 2 stages                               \
not known yet    all of it
  -    6s        overload            1.5x the load line
  -    10s       after               0.5x the load line

faults
  latency-upstream  on   9s (steady + 5s)    latency 300ms +-20ms on upstream (downstream, 50% of connections), for 5s
                                             POST /proxies/upstream/toxics {"name":"latency-upstream",\
"type":"latency","stream":"downstream","toxicity":0.5,"attributes":{"latency":300,"jitter":20}}
                    off  14s (steady + 10s)  DELETE /proxies/upstream/toxics/latency-upstream
  down-upstream     on   overload + 5s       down on upstream, for 2s
                                             POST /proxies/upstream {"enabled":false}
                    off  overload + 7s       POST /proxies/upstream {"enabled":true}

needs
  connections  up to 1024
  open files   2112 in one process
  local ports  2048
  rate         up to 2000/s on time

gates
  response-time p99 of booking in steady <= 100 ms
  goodput ratio in every phase >= 99.5 %
  retry-amplification in every phase <= 1.2x
  time-to-recover after down-upstream <= 10 s

notes
  JSON-RPC ids and "plimsoll/call" count as with one session and one load worker, without retries
  each phase ends when its last call is answered or past its deadline: that drain, the sessions and the \
preflight come on top of the schedule
  the rates of overload are known when the capacity search has found the load line
`);
  });

  it('resolves the multiples once the load line is known', () => {
    const text = explained(TEXT, 400);
    expect(text).toContain('600/s (1.5x)');
    expect(text).toContain('200/s (0.5x)');
    expect(text).toMatch(/overload {2}open loop, constant, 2 stages +5600 /);
    expect(text).not.toContain('are known when');
  });

  it('never shows a secret', () => expect(explained(TEXT)).not.toContain('hunter2'));
});

describe('explaining phases whose rate changes', () => {
  const phases = (...lines: string[]): string[] => {
    const text = TEXT.replace(
      /phases:\n[^]*?faults:\n[^]*$/,
      `phases:\n${lines.map((each) => `  - { ${each} }\n`).join('')}`,
    );
    const printed = explained(text).split('\n');
    return printed
      .slice(printed.indexOf('phases') + 2, printed.indexOf('needs') - 1)
      .map((each) => each.trim().replace(/ {2,}/g, ' | '));
  };

  it('prints each stage, and both ends of a ramp', () => {
    expect(
      phases(
        'name: hill, regime: stages, stages: [{ name: up, from: 50/s, to: 200/s, for: 30s }, ' +
          '{ rate: 200/s, for: 10s }]',
        'name: line, regime: capacity, between: [50/s, 2k/s], step: 2s',
        'name: later, regime: stages, stages: [{ from: 0.5x, to: 2x, for: 5s }]',
      ),
    ).toEqual([
      '0s | 40s | hill | stages | open loop, constant, 2 stages | 5750 | all of it',
      '0s | 30s | up | 50/s to 200/s',
      '30s | 10s | stage 2 | 200/s',
      '40s | search | line | capacity | open loop, constant, between 50/s and 2000/s, probes of 2s | ' +
        'not known yet | each probe',
      '- | 5s | later | stages | open loop, constant, 1 stage | not known yet | all of it',
      '- | 5s | stage 1 | 0.5x the load line to 2x the load line',
    ]);
  });

  it('prints a spike by its three parts, and a replay by what was recorded', () => {
    expect(
      phases(
        'name: burst, regime: spike, base: 10/s, spike: 90/s, before: 5s, for: 2s, after: 8s',
        'name: again, regime: replay, recorded: "offset_ms\\n0\\n500\\n700\\n", speed: 2x, for: 1s',
      ),
    ).toEqual([
      '0s | 15s | burst | spike | open loop, constant, 3 stages | 310 | all of it',
      '0s | 5s | before | 10/s',
      '5s | 2s | spike | 90/s',
      '7s | 8s | after | 10/s',
      '15s | 1s | again | replay | open loop, 3 recorded arrivals at 2x, 3/s on average | 3 | all of it',
    ]);
  });
});
