/**
 * Times that real servers report of themselves: the recipe of docs/stamps.md for Python, as it stands there, and with
 * PLIMSOLL_FULL=1 a Server-Timing header and the spans of OpenTelemetry. They are what the servers measured.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/problem/index.js';
import { readRecord } from '../../src/record/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { recipe } from '../truth/recipes.js';
import { FULL } from '../whole-runs.js';
import { mean, middle, ownTimes, stageMeanNs } from './own-times.js';
import { FASTMCP, OPENTELEMETRY, suite } from './tools.js';

/** A server over stdio around the recipe, whose one tool takes 8 ms and appends the nanoseconds it took to `log`. */
const python = (log: string): string => `
import asyncio, functools, time
from mcp.server.mcpserver import MCPServer
from mcp.types import CallToolResult, TextContent

server = MCPServer("recipe")
your_own_limit = asyncio.Semaphore(1)

${recipe('Python', 'python')}

@server.tool()
@timed
async def search() -> CallToolResult:
    began = time.monotonic_ns()
    await asyncio.sleep(0.008)
    with open(${JSON.stringify(log)}, "a") as file:
        print(time.monotonic_ns() - began, file=file)
    return [TextContent(type="text", text="found")]

server.run(transport="stdio")
`;

/** One call at a time, so that calls and lines of the log are in the same order. */
async function check(command: readonly string[], log: string): Promise<void> {
  const folder = scratchFolder();
  const scenario = `version: 1
name: recipe
stack: { target: { command: ${JSON.stringify(command)} } }
calls: [{ tool: search, deadline: 5s }]
phases: [{ name: floor, regime: floor, for: 1s, warmup: 0s }]
default-gates: false
`;
  const { exitCode, stdout, stderr } = await plimsoll(['run', scenarioFile(scenario), '--out', folder, '--quiet']);
  expect(exitCode, stdout + stderr).toBe(EXIT.pass);
  const { samples } = await readRecord(onlyRun(folder));
  expect(samples.length).toBeGreaterThan(20);
  const measured = readFileSync(log, 'utf8').trim().split('\n').map(Number).slice(-samples.length);
  const services = [...samples.finishedNs].map((finished, row) => finished - (samples.startedNs[row] ?? NaN));
  const beyond = services.map((ns, row) => ns - (measured[row] ?? NaN)).sort((a, b) => a - b);
  expect(beyond[0]).toBeGreaterThan(-1_000);
  expect(beyond[beyond.length >> 1]).toBeLessThan(2e6);
}

const inPython = suite('the recipe for Python', FASTMCP);
describe.skipIf(inPython.skip)(inPython.title, () => {
  it('reports the service of each call', async () => {
    const folder = scratchFolder();
    const [file, log] = [join(folder, 'server.py'), join(folder, 'measured.txt')];
    writeFileSync(file, python(log));
    await check([FASTMCP.path, file], log);
  });
});

/** Times are written as milliseconds, and laid in the middle of the call: half a nanosecond at either end. */
const ROUNDED_NS = 2;
/** The tracer of JavaScript starts its spans in whole milliseconds. */
const CLOCK_STEP_NS = 1_000_000;

if (FULL) {
  it('a server of the official SDK has the queue and service in the record that its Server-Timing says', async () => {
    const { record, summary, served } = await ownTimes(null);
    const { samples } = record;
    expect(samples.length).toBeGreaterThan(100);
    expect(served).toHaveLength(samples.length);
    const sorted = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b);
    const services = sorted([...samples.finishedNs].map((ns, row) => ns - (samples.startedNs[row] ?? NaN)));
    const queues = sorted([...samples.startedNs].map((ns, row) => ns - (samples.receivedNs[row] ?? NaN)));
    for (const [at, { serviceNs }] of [...served].sort((a, b) => a.serviceNs - b.serviceNs).entries())
      expect(Math.abs((services[at] ?? NaN) - serviceNs)).toBeLessThanOrEqual(ROUNDED_NS);
    for (const [at, { queueNs }] of [...served].sort((a, b) => a.queueNs - b.queueNs).entries())
      expect(Math.abs((queues[at] ?? NaN) - queueNs)).toBeLessThanOrEqual(ROUNDED_NS);
    const [queueNs, serviceNs] = [stageMeanNs(summary, 'upstream-queue'), stageMeanNs(summary, 'service')];
    expect(Math.abs(serviceNs - mean(served.map((each) => each.serviceNs)))).toBeLessThan(1_000);
    expect(Math.abs(queueNs - mean(served.map((each) => each.queueNs)))).toBeLessThan(1_000);
    // Four callers and one worker: three wait.
    expect(queueNs / serviceNs).toBeGreaterThan(2);
  });

  const traced = suite('a server of the official SDK with the tracer of OpenTelemetry', OPENTELEMETRY);
  describe.skipIf(traced.skip)(traced.title, () => {
    it('has the queue and service in the record that it measured, within the step of the clock', async () => {
      const { record, summary, byCall } = await ownTimes(OPENTELEMETRY.folder);
      const { samples } = record;
      expect(samples.length).toBeGreaterThan(100);
      expect(summary.spans).toMatchObject({ calls: samples.length, joined: samples.length, withQueue: samples.length });
      const rows = [...samples.callId].map((callId, row) => ({
        own: byCall.get(callId) ?? { queueNs: NaN, serviceNs: NaN },
        queueNs: (samples.startedNs[row] ?? NaN) - (samples.receivedNs[row] ?? NaN),
        serviceNs: (samples.finishedNs[row] ?? NaN) - (samples.startedNs[row] ?? NaN),
      }));
      // The span of the work lies within what the server measured, the turns of its event loop apart.
      const beyond = rows.map(({ own, serviceNs }) => own.serviceNs - serviceNs);
      expect(Math.min(...beyond)).toBeGreaterThan(-1_000);
      expect(middle(beyond)).toBeLessThan(CLOCK_STEP_NS / 2);
      const apart = rows.map(({ own, queueNs }) => Math.abs(own.queueNs - queueNs));
      expect(middle(apart)).toBeLessThan(CLOCK_STEP_NS);
      const own = [...byCall.values()];
      const [queueNs, serviceNs] = [stageMeanNs(summary, 'upstream-queue'), stageMeanNs(summary, 'service')];
      // A turn of the server's event loop that the machine held up stands in the mean.
      const ratios = [
        serviceNs / mean(own.map((each) => each.serviceNs)),
        queueNs / mean(own.map((each) => each.queueNs)),
      ];
      for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
    });
  });
}
