/** Running the official conformance suite of MCP, and reading what it prints. `install.mjs` installs it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const FOLDER = process.env['PLIMSOLL_CONFORMANCE'] ?? join(CACHE, 'plimsoll-ci');
const NODE = join(FOLDER, 'node24/node_modules/node/bin/node');
const CLIENT = `${process.execPath} ${join(process.cwd(), 'dist/test/conformance/mcp/client/main.js')}`;

const run = promisify(execFile);

/** A version of the suite, by its folder. */
export type Version = 'conformance' | 'conformance-0.1';

/** What the suite prints, whatever its exit code. */
async function printed(version: Version, revision: string, parameters: readonly string[]): Promise<string> {
  const program = join(FOLDER, version, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  for (const path of [NODE, program])
    if (!existsSync(path))
      throw new Error(`${path} is missing: node test/conformance/mcp/install.mjs --all installs it`);
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-conformance-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ran = run(NODE, [program, ...parameters, ...(parameters[0] === 'list' ? [] : ['-o', folder])], {
    timeout: 50_000,
    // Version 0.1 does not hand it to the client.
    env: { ...process.env, MCP_CONFORMANCE_PROTOCOL_VERSION: revision },
  });
  const { stdout, stderr } = await ran.catch((thrown: unknown) => thrown as { stdout: string; stderr: string });
  return `${stdout}\n${stderr}`;
}

export interface Ended {
  readonly scenario: string;
  readonly passed: number;
  readonly failed: number;
}

/** What the client of the suite finds at a server, scenario by scenario: `✓ name: 2 passed, 0 failed`. */
export async function againstServer(url: string, version: Version, revision: string): Promise<readonly Ended[]> {
  const words = ['server', '--url', url, '--suite', 'all', '--spec-version', revision];
  const summary = await printed(version, revision, words);
  return [...summary.matchAll(/^[✓✗~] ([a-z0-9_/-]+): (\d+) passed, (\d+) failed/gm)].map(
    ([, scenario = '', passed, failed]) => ({ scenario, passed: Number(passed), failed: Number(failed) }),
  );
}

/** The names of the scenarios for clients. */
export async function clientScenarios(version: Version, revision: string): Promise<readonly string[]> {
  const listed = await printed(version, revision, ['list', '--client', '--spec-version', revision]);
  return [...listed.matchAll(/^\s*- ([a-z0-9_/-]+)/gm)].map(([, name = '']) => name);
}

/** What a server of the suite finds of our driver in one scenario. Null: it printed no result. */
export async function againstDriver(scenario: string, version: Version, revision: string): Promise<Ended | null> {
  const spec = version === 'conformance' ? ['--spec-version', revision] : [];
  const words = ['client', '--command', CLIENT, '--scenario', scenario, ...spec, '--timeout', '20000'];
  const result = /^Passed: (\d+)\/\d+, (\d+) failed/m.exec(await printed(version, revision, words));
  return result === null ? null : { scenario, passed: Number(result[1]), failed: Number(result[2]) };
}

/** The names of those with failed checks, or with no check at all. */
export const red = (ended: readonly (Ended | null)[]): readonly string[] =>
  ended.filter((each) => each === null || each.failed > 0 || each.passed === 0).map((each) => each?.scenario ?? 'none');

/** The names of those whose checks all passed, and were some. */
export const green = (ended: readonly Ended[]): readonly string[] =>
  ended.filter(({ passed, failed }) => failed === 0 && passed > 0).map(({ scenario }) => scenario);
