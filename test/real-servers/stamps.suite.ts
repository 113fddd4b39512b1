/** The recipes of docs/stamps.md for Python and Go, as they stand there: their service is what the tool measured. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/problem/index.js';
import { readRecord } from '../../src/record/index.js';
import { onlyRun, plimsoll, scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { recipe } from '../truth/recipes.js';
import { FASTMCP, GO_EVERYTHING, suite } from './tools.js';

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

const go = (log: string): string => `package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

${recipe('Go', 'go')}

func main() {
	file, _ := os.OpenFile(${JSON.stringify(log)}, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	server := mcp.NewServer(&mcp.Implementation{Name: "recipe", Version: "1"}, nil)
	mcp.AddTool(server, &mcp.Tool{Name: "search"}, func(ctx context.Context, _ *mcp.CallToolRequest, _ struct{}) (*mcp.CallToolResult, any, error) {
		began := time.Now()
		time.Sleep(8 * time.Millisecond)
		fmt.Fprintln(file, time.Since(began).Nanoseconds())
		return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: "found"}}}, nil, nil
	})
	server.AddReceivingMiddleware(timed)
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		panic(err)
	}
}
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

const inGo = suite('the recipe for Go', GO_EVERYTHING);
describe.skipIf(inGo.skip)(inGo.title, () => {
  it('reports the service of each call', async () => {
    const folder = scratchFolder();
    const log = join(folder, 'measured.txt');
    const program = built(go(log), folder);
    await check([program], log);
  }, 180_000);
});

/** With the version of the SDK that the installed server was built with. */
function built(source: string, folder: string): string {
  const info = execFileSync('go', ['version', '-m', GO_EVERYTHING.path], { encoding: 'utf8' });
  const [, version = ''] = /\bgithub\.com\/modelcontextprotocol\/go-sdk\s+(v\S+)/.exec(info) ?? [];
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.go'), source);
  const inFolder = (...words: readonly string[]) => execFileSync('go', [...words], { cwd: folder, stdio: 'pipe' });
  inFolder('mod', 'init', 'recipe');
  inFolder('mod', 'edit', `-require=github.com/modelcontextprotocol/go-sdk@${version}`);
  inFolder('mod', 'tidy');
  inFolder('build', '-o', 'recipe', '.');
  const program = join(folder, 'recipe');
  if (!existsSync(program)) throw new Error(`go build left no ${program}`);
  return program;
}
