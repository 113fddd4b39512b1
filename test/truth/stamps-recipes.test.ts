/** The recipe of docs/stamps.md for TypeScript, as it stands there: its times are those that the tool measured. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EXIT } from '../../src/problem/index.js';
import { readRecord } from '../../src/record/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { recipe } from './recipes.js';

const SDK = '@modelcontextprotocol/sdk/server';
const moduleOf = (name: string): string => JSON.stringify(import.meta.resolve(`${SDK}/${name}.js`));

/** A server over stdio around the recipe: one call at a time, of 4 ms; it writes down what it measured. */
const server = (log: string): string => `
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from ${moduleOf('mcp')};
import { StdioServerTransport } from ${moduleOf('stdio')};
const server = new McpServer({ name: 'recipe', version: '1' });
const inputSchema = {};
const waiting = [];
let busy = false;
async function slotOfYourOwnLimit() {
  if (busy) await new Promise((free) => waiting.push(free));
  busy = true;
  return process.hrtime.bigint();
}
async function search() {
  const began = process.hrtime.bigint();
  await sleep(4);
  appendFileSync(${JSON.stringify(log)}, String(process.hrtime.bigint() - began) + '\\n');
  busy = false;
  waiting.shift()?.();
  return { content: [{ type: 'text', text: 'found' }] };
}
${recipe('TypeScript', 'ts')}
await server.connect(new StdioServerTransport());
`;

it('reports queue and service of each call', async () => {
  const folder = scratchFolder();
  const log = join(folder, 'measured.txt');
  const file = join(folder, 'server.mjs');
  writeFileSync(file, server(log));
  const scenario = `version: 1
name: recipe
stack: { target: { command: [node, '${file}'] } }
calls: [{ tool: search, deadline: 5s }]
phases: [{ name: steady, regime: steady, concurrency: 4, for: 1s, warmup: 0s }]
default-gates: false
`;
  const { exitCode, stdout, stderr } = await plimsoll(['run', scenarioFile(scenario), '--out', folder, '--quiet']);
  expect(exitCode, stdout + stderr).toBe(EXIT.pass);
  const { samples } = await readRecord(onlyRun(folder));
  // The preflight's call is the first line.
  const measured = readFileSync(log, 'utf8').trim().split('\n').map(Number).slice(-samples.length);
  expect(samples.length).toBeGreaterThan(100);
  const order = [...samples.startedNs.keys()].sort((a, b) => (samples.startedNs[a] ?? 0) - (samples.startedNs[b] ?? 0));
  const services = order.map((row) => (samples.finishedNs[row] ?? NaN) - (samples.startedNs[row] ?? NaN));
  const queues = order.map((row) => (samples.startedNs[row] ?? NaN) - (samples.receivedNs[row] ?? NaN));
  // The recipe's own moments enclose those of the tool by the turns of its event loop between them.
  const beyond = services.map((ns, at) => ns - (measured[at] ?? NaN)).sort((a, b) => a - b);
  expect(beyond[0]).toBeGreaterThanOrEqual(0);
  expect(beyond[beyond.length >> 1]).toBeLessThan(1e6);
  // Four callers and one slot: three calls wait for as long as three others are served.
  const [queueNs = NaN, serviceNs = NaN] = [queues, services].map(
    (all) => [...all].sort((a, b) => a - b)[all.length >> 1],
  );
  expect(queueNs / serviceNs).toBeGreaterThan(2);
  expect(queueNs / serviceNs).toBeLessThan(4);
}, 30_000);
