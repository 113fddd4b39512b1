/** The recipe of docs/stamps.md for Python, as it stands there: its service is what the tool measured. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/problem/index.js';
import { readRecord } from '../../src/record/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { recipe } from '../truth/recipes.js';
import { FASTMCP, suite } from './tools.js';

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
