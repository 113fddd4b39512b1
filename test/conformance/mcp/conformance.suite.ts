/**
 * The official conformance suite of MCP (`@modelcontextprotocol/conformance`), in both directions and both eras: its
 * client against our mocks, and our driver against its servers. It is no dependency: `.ci/run` installs it beside a
 * Node.js that it runs on, and PLIMSOLL_CONFORMANCE names the folder of each (`conformance` and `node24` below it).
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConformanceMock, startGatewayMock, startToolsMock } from '../../../mock-servers/index.js';
import { CLIENT_NOT_APPLICABLE, SERVER_NOT_APPLICABLE, WITHOUT_FIXTURES } from './applicable.js';

const CACHE = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
const FOLDER = process.env['PLIMSOLL_CONFORMANCE'] ?? join(CACHE, 'plimsoll-ci');
const NODE = join(FOLDER, 'node24/node_modules/node/bin/node');
const SUITE = join(FOLDER, 'conformance/node_modules/@modelcontextprotocol/conformance/dist/index.js');
const CLIENT = `${process.execPath} ${join(process.cwd(), 'dist/test/conformance/mcp/client/main.js')}`;

const run = promisify(execFile);

/** What a run of the suite prints, whatever its exit code. */
async function suite(...parameters: readonly string[]): Promise<string> {
  for (const path of [NODE, SUITE]) if (!existsSync(path)) throw new Error(`${path} is missing: .ci/run installs it`);
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-conformance-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ran = run(NODE, [SUITE, ...parameters, ...(parameters[0] === 'list' ? [] : ['-o', folder])], {
    timeout: 50_000,
  });
  const { stdout, stderr } = await ran.catch((thrown: unknown) => thrown as { stdout: string; stderr: string });
  return `${stdout}\n${stderr}`;
}

interface Ended {
  readonly scenario: string;
  readonly passed: number;
  readonly failed: number;
}

/** The lines of its summary: `✓ name: 2 passed, 0 failed`. */
const summaryOf = (printed: string): readonly Ended[] =>
  [...printed.matchAll(/^[✓✗~] ([a-z0-9_/-]+): (\d+) passed, (\d+) failed/gm)].map(
    ([, scenario = '', passed, failed]) => ({
      ...{ scenario, passed: Number(passed), failed: Number(failed) },
    }),
  );

const doesNotApply = (list: readonly (readonly [RegExp, string])[], scenario: string): boolean =>
  list.some(([pattern]) => pattern.test(scenario));

/** The names of those with failed checks, or with no check at all. */
const red = (ended: readonly Ended[]): readonly string[] =>
  ended.filter(({ passed, failed }) => failed > 0 || passed === 0).map(({ scenario }) => scenario);

const REVISIONS = ['2025-11-25', '2026-07-28'] as const;

describe.each(REVISIONS)("the suite's client of %s", (revision) => {
  const server = async (url: string): Promise<readonly Ended[]> =>
    summaryOf(await suite('server', '--url', url, '--suite', 'all', '--spec-version', revision));

  it('finds the conformance mock right in every scenario that applies', async () => {
    const mock = await startConformanceMock();
    onTestFinished(() => mock.stop());
    const ended = (await server(mock.url)).filter(({ scenario }) => !doesNotApply(SERVER_NOT_APPLICABLE, scenario));
    expect(ended.length).toBe(revision === '2025-11-25' ? 33 : 40);
    expect(red(ended)).toEqual([]);
  });

  it.each(['alone', 'behind the gateway mock'])(
    'finds the tools mock right %s, where no fixture is needed',
    async (place) => {
      const tools = await startToolsMock();
      onTestFinished(() => tools.stop());
      let { url } = tools;
      if (place !== 'alone') {
        const gateway = await startGatewayMock({ upstreams: [{ name: 'tools', url }] });
        onTestFinished(() => gateway.stop());
        ({ url } = gateway);
      }
      const wanted: readonly string[] = WITHOUT_FIXTURES[revision];
      const ended = (await server(url)).filter(({ scenario }) => wanted.includes(scenario));
      expect(ended.map(({ scenario }) => scenario).sort()).toEqual([...wanted].sort());
      expect(red(ended)).toEqual([]);
    },
  );
});

describe.each(REVISIONS)("the suite's servers of %s", (revision) => {
  it('find the driver right in every scenario that applies', async () => {
    const listed = await suite('list', '--client', '--spec-version', revision);
    const scenarios = [...listed.matchAll(/^\s*- ([a-z0-9_/-]+)/gm)].map(([, name = '']) => name);
    const applicable = scenarios.filter((scenario) => !doesNotApply(CLIENT_NOT_APPLICABLE, scenario));
    const expected =
      revision === '2025-11-25'
        ? ['initialize', 'sse-retry', 'tools_call']
        : [
            ...['http-custom-headers', 'http-invalid-tool-headers', 'http-standard-headers'],
            ...['json-schema-ref-no-deref', 'request-metadata', 'tools_call'],
          ];
    expect([...applicable].sort()).toEqual(expected);
    const ended = new Map<string, string>();
    for (const scenario of applicable) {
      const spec = ['--scenario', scenario, '--spec-version', revision];
      const printed = await suite('client', '--command', CLIENT, ...spec, '--timeout', '20000');
      ended.set(scenario, /^(OVERALL: .*|.*PASSED.*|.*FAILED.*)$/m.exec(printed)?.[0] ?? printed.slice(-2_000));
    }
    expect([...ended].filter(([, words]) => !/PASSED/.test(words))).toEqual([]);
  });
});
