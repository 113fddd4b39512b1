/**
 * The official conformance suite of MCP (`@modelcontextprotocol/conformance`), in both directions and both eras: its
 * client against our mocks, and our driver against its servers. It is no dependency: `install.mjs` installs it beside a
 * Node.js that it runs on, and PLIMSOLL_CONFORMANCE names the folder of each. Version 0.1.16 every night.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConformanceMock, startGatewayMock, startToolsMock } from '../../../mock-servers/index.js';
import { FULL } from '../../whole-runs.js';
import {
  ACCEPTS_ANY_ERROR,
  CLIENT_NOT_APPLICABLE,
  SERVER_NOT_APPLICABLE,
  WITHOUT_FIXTURES,
  WITHOUT_FIXTURES_BEFORE,
} from './applicable.js';
import { startRefusingServer } from './refusing-server.js';
import { againstDriver, againstServer, clientScenarios, green, red, type Ended, type Version } from './suite.js';

interface Held {
  readonly version: Version;
  readonly revision: '2025-11-25' | '2026-07-28';
  /** Scenarios for servers that apply and say something. */
  readonly counted: number;
  readonly withoutFixtures: readonly string[];
  /** Scenarios for clients that apply. */
  readonly client: readonly string[];
}

const NEW: Version = 'conformance';
const SESSION_CLIENT = ['initialize', 'sse-retry', 'tools_call'];

const HELD: readonly Held[] = [
  {
    ...{ version: NEW, revision: '2025-11-25', counted: 33, client: SESSION_CLIENT },
    withoutFixtures: WITHOUT_FIXTURES['2025-11-25'],
  },
  {
    ...{ version: NEW, revision: '2026-07-28', counted: 34, withoutFixtures: WITHOUT_FIXTURES['2026-07-28'] },
    client: [
      ...['http-custom-headers', 'http-invalid-tool-headers', 'http-standard-headers'],
      ...['json-schema-ref-no-deref', 'request-metadata', 'tools_call'],
    ],
  },
];

/** Every night also the version before. */
const NIGHTLY: readonly Held[] = [
  {
    ...{ version: 'conformance-0.1', revision: '2025-11-25', counted: 32, client: SESSION_CLIENT },
    withoutFixtures: WITHOUT_FIXTURES_BEFORE,
  },
];

const doesNotApply = (list: readonly (readonly [RegExp, string])[], scenario: string): boolean =>
  list.some(([pattern]) => pattern.test(scenario));

const isHollow = (revision: Held['revision'], scenario: string): boolean =>
  ACCEPTS_ANY_ERROR[revision].some((known) => known === scenario);

describe.each(FULL ? [...HELD, ...NIGHTLY] : HELD)(
  "the suite's client of $revision ($version)",
  ({ version, revision, counted, withoutFixtures }) => {
    const server = (url: string): Promise<readonly Ended[]> => againstServer(url, version, revision);

    it('finds the conformance mock right in every scenario that applies', async () => {
      const mock = await startConformanceMock();
      onTestFinished(() => mock.stop());
      const ended = (await server(mock.url)).filter(({ scenario }) => !doesNotApply(SERVER_NOT_APPLICABLE, scenario));
      expect(red(ended)).toEqual([]);
      expect(ended.filter(({ scenario }) => !isHollow(revision, scenario)).length).toBe(counted);
    });

    it('is content with a server that refuses everything in no other scenarios than those not counted', async () => {
      const refusing = await startRefusingServer();
      onTestFinished(() => refusing.stop());
      const content = green(await server(refusing.url));
      expect([...content].sort()).toEqual([...ACCEPTS_ANY_ERROR[revision]]);
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
        const ended = (await server(url)).filter(({ scenario }) => withoutFixtures.includes(scenario));
        expect(ended.map(({ scenario }) => scenario).sort()).toEqual([...withoutFixtures].sort());
        expect(red(ended)).toEqual([]);
      },
    );
  },
);

describe.each(FULL ? [...HELD, ...NIGHTLY] : HELD)(
  "the suite's servers of $revision ($version)",
  ({ version, revision, client }) => {
    it('find the driver right in every scenario that applies', async () => {
      const scenarios = await clientScenarios(version, revision);
      const applicable = scenarios.filter((scenario) => !doesNotApply(CLIENT_NOT_APPLICABLE, scenario));
      expect([...applicable].sort()).toEqual(client);
      const ended: (Ended | null)[] = [];
      for (const scenario of applicable) ended.push(await againstDriver(scenario, version, revision));
      expect(red(ended)).toEqual([]);
    });
  },
);
