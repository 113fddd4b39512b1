/**
 * Adding a gateway: one new file and one line in the list. Leaving out any part of it is a type error; the grammar, the
 * checks, the names of tools and the stack take it from the list.
 */
import { expect, it, vi } from 'vitest';
import { additions, objectOf, withEntry, type Files } from './with-files.js';

/** The compiler takes seconds, and longer on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

const FOLDER = 'src/catalog/gateways';
const PARTS = {
  title: "'Harbour'",
  install: "{ from: 'npm', packages: ['harbour-gateway@1.0.0'] }",
  programs: "['harbour']",
  version: "{ by: 'npm', package: 'harbour-gateway' }",
  tried: "'1.0.0'",
  oldest: "'1.0.0'",
  eras: "['session']",
  federates: 'true',
  path: "'/mcp'",
  ready: "{ kind: 'tcp' }",
  readyWithinNs: '10e9',
  token: 'null',
  toolName: '(upstream, tool) => `${upstream}.${tool}`',
  start: "({ port, program }) => ({ command: [program('harbour'), String(port)], environment: {}, files: {} })",
  tuning: "'one process'",
  lacks: '[]',
  licenceNote: 'null',
} as const;

const file = (name: string, left?: string): Files => ({
  [`${FOLDER}/${name}.ts`]:
    "import type { GatewayAdapter } from './adapter.js';\n" +
    `export const harbour = ${objectOf(PARTS, left)} as const satisfies GatewayAdapter;\n`,
});

const INCOMPLETE = Object.keys(PARTS).map((left) => [`without-${left}`, left] as const);

const errorsOf = additions.add(
  Object.assign(
    {
      ...file('harbour'),
      ...withEntry(
        `${FOLDER}/list.ts`,
        '\n} as const satisfies',
        'harbour,',
        "import { harbour } from './harbour.js';\n",
      ),
      // Where a scenario may name it.
      [`${FOLDER}/uses.ts`]:
        "import type { GatewayServiceText } from '../../scenario/grammar/stack.js';\n" +
        "export const service: GatewayServiceText = { gateway: 'harbour', to: ['a'] };\n",
    },
    ...INCOMPLETE.map(([name, left]) => file(name, left)),
  ) as Files,
  ['src/stack/adapted.ts', 'src/scenario/asked-names.ts', 'src/scenario/grammar/stack.ts'],
);

it('a gateway is one new file and one line in the list; without any of its parts that file is a type error', () => {
  const errors = errorsOf();
  for (const [name, left] of INCOMPLETE)
    expect(errors.filter((error) => error.startsWith(`${FOLDER}/${name}.ts: `)).join(), `without ${left}`).toContain(
      left,
    );
  expect(errors.filter((error) => !error.includes('/without-'))).toEqual([]);
});
