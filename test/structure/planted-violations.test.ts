/** Each rule of the house, broken on purpose in lines that stand in for a file: the lint names it in these lines. */
import { ESLint } from 'eslint';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROJECT_FOLDER } from './source-files.js';

const ANALYSIS = 'src/analysis/index.ts';
const GATE = 'src/gate/index.ts';
const PAST_THE_DOOR = 'house/door: The room "analysis" is entered through its index.ts only.';

/** What is wrong; the file that the text stands in for; the text; what is reported. */
const PLANTED: readonly (readonly [string, string, string, string])[] = [
  ['a room entered past its index.ts', GATE, `export { analyse } from '../analysis/analyse.js';`, PAST_THE_DOOR],
  ['a type taken past it', GATE, `export type A = import('../analysis/analyse.js').Analysis;`, PAST_THE_DOOR],
  ['a dynamic import past it', GATE, `export const a = await import('../analysis/analyse.js');`, PAST_THE_DOOR],
  [
    'a test that enters another room past its index.ts',
    'test/gate/evaluate.test.ts',
    `export { analyse } from '../../src/analysis/analyse.js';`,
    PAST_THE_DOOR,
  ],
  [
    'a room that may not be imported',
    ANALYSIS,
    `export { htmlReport } from '../report/index.js';`,
    'house/door: The room "analysis" may import only: ',
  ],
  [
    'the mock servers in the product',
    'src/mcp/index.ts',
    `export { startToolsMock } from '../../mock-servers/index.js';`,
    'house/door: The room "mcp" may import only: ',
  ],
  [
    'the product in the mock servers',
    'mock-servers/index.ts',
    `export { analyse } from '../src/analysis/index.js';`,
    'house/door: The room "mock-servers" may import only: ',
  ],
  [
    'a room that is not in the list',
    ANALYSIS,
    `export * from '../cellar/index.js';`,
    'house/door: "cellar" is not in the list of rooms',
  ],
  [
    'a file of Linux outside the room that knows systems',
    'src/stack/index.ts',
    `import { readFileSync } from 'node:fs';\nexport const a = readFileSync('/proc/stat', 'utf8');`,
    'house/platform: /proc/stat is for the room "platform" alone',
  ],
  [
    'a file of Linux by a name that is put together',
    'mock-servers/index.ts',
    'export const a = (pid: number): string => `/proc/${pid}/stat`;',
    'house/platform: /proc/ is for the room "platform" alone',
  ],
  [
    'a question which system this is, outside that room',
    'src/stack/index.ts',
    `export const a = process.platform === 'linux';`,
    'house/platform: process.platform is for the room "platform" alone',
  ],
  [
    'a program that differs from system to system',
    'src/stack/index.ts',
    `import { spawn } from 'node:child_process';\nexport const a = spawn('ps', ['-ax']);`,
    'house/platform: The program ps is for the room "platform" alone',
  ],
  [
    'a file read in a pure room',
    ANALYSIS,
    `export { readFileSync } from 'node:fs';`,
    'house/pure: The room "analysis" is pure: it may not import fs.',
  ],
  ['the date in a pure room', ANALYSIS, 'export const now = Date.now();', 'may not use Date.'],
  ['the clock in a pure room', ANALYSIS, 'export const now = performance.now();', 'may not use performance.'],
  ['the process in a pure room', ANALYSIS, 'export const { pid } = process;', 'may not use process.'],
  ['a timer in a pure room', ANALYSIS, 'setTimeout(() => undefined, 1);', 'may not use setTimeout.'],
  ['chance in a pure room', ANALYSIS, 'export const draw = Math.random();', 'may not use Math.random.'],
  ['chance by another way', ANALYSIS, `export const { random } = Math;`, 'may not use Math.'],
  ['the date by another way', ANALYSIS, 'export const now = new globalThis.Date();', 'may not use globalThis.'],
  [
    'a module of Node.js that gives others, in a pure room',
    ANALYSIS,
    `export { createRequire } from 'node:module';`,
    'house/pure: The room "analysis" is pure: it may not import module.',
  ],
  [
    'an import whose module is not written out',
    GATE,
    'export const load = (name: string): unknown => import(`../${name}/index.js`);',
    'house/door: Name the module in quotes',
  ],
  [
    'what was built, imported by the sources',
    GATE,
    `export { analyse } from '../../dist/src/analysis/index.js';`,
    'house/door: "../../dist/src/analysis/index.js" is no part of the product',
  ],
  [
    'a test imported by the sources',
    GATE,
    `export { summary } from '../../test/summary-schema.js';`,
    'house/door: "../../test/summary-schema.js" is no part of the product',
  ],
  [
    'a problem that begins with a capital letter',
    'src/stack/index.ts',
    "export const a = (b: string) => ({ what: b === '' ? `The server ${b}` : 'no server', remedy: 'start it' });",
    'house/problem-text: What is wrong, and what to do, begin with a small letter: "The".',
  ],
  [
    'a remedy that begins so',
    'src/stack/index.ts',
    `export const a = { what: 'MCP is not spoken', remedy: 'Start' + ' it' };`,
    'house/problem-text: What is wrong, and what to do, begin with a small letter: "Start".',
  ],
  [
    'a problem that ends with a period',
    'src/stack/index.ts',
    "export const a = (b: string) => ({ what: 'no server' + (b === '' ? '' : ` ${b}.`), remedy: 'start it' });",
    'house/problem-text: What is wrong, and what to do, end without a period: ".".',
  ],
  [
    'a remedy that ends so',
    'src/stack/index.ts',
    "export const a = (b: boolean) => ({ what: 'no server', remedy: b ? 'start it, or wait...' : 'start it.' });",
    'house/problem-text: What is wrong, and what to do, end without a period: "it.".',
  ],
  [
    'a problem that is made by a function, and does',
    'src/record/index.ts',
    "export const a = (problem: (code: string, what: string) => Error) => problem('gone', 'it is not there.');",
    'house/problem-text: What is wrong, and what to do, end without a period: "there.".',
  ],
  [
    'a line over 120 characters',
    ANALYSIS,
    `export const text = '${'x'.repeat(121)}';`,
    'house/line-length: 144 characters: a line has at most 120.',
  ],
  [
    'a private member in the other style',
    ANALYSIS,
    'export class Box {\n  private readonly size = 1;\n  area() {\n    return this.size ** 2;\n  }\n}',
    'no-restricted-syntax: A private member is written #name.',
  ],
  [
    'a module imported twice',
    ANALYSIS,
    `import { analyse } from './analyse.js';\nimport type { Analysis } from './analyse.js';\n` +
      'export const a: Analysis = analyse();',
    'no-duplicate-imports: ',
  ],
  ['any', ANALYSIS, 'export const x: any = 1;', '@typescript-eslint/no-explicit-any: '],
  [
    'a promise that is not awaited',
    ANALYSIS,
    'export function start(): void {\n  Promise.resolve(1);\n}',
    '@typescript-eslint/no-floating-promises: ',
  ],
  [
    'a null that is asserted away',
    ANALYSIS,
    'export const first = (list: readonly string[]): string => list[0]!;',
    '@typescript-eslint/no-non-null-assertion: ',
  ],
];

const KEPT = ['keeps the rules', ANALYSIS, 'export const answer = 42;'] as const;

/** What is reported of each text, as `rule: message`: texts of one file stand below each other and are read at once. */
const reported = new Map<string, readonly string[]>();
beforeAll(async () => {
  const eslint = new ESLint({ cwd: PROJECT_FOLDER });
  const all = [...PLANTED, KEPT];
  for (const path of new Set(all.map((each) => each[1]))) {
    const texts = all.filter((each) => each[1] === path);
    const [result] = await eslint.lintText(texts.map(([, , code]) => `${code}\n`).join(''), {
      filePath: join(PROJECT_FOLDER, path),
    });
    let from = 1;
    for (const [name, , code] of texts) {
      const to = from + code.split('\n').length;
      const own = (result?.messages ?? []).filter(({ line }) => line >= from && line < to);
      reported.set(
        name,
        own.map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`),
      );
      from = to;
    }
  }
  // The first text makes it read the types of the whole project.
}, 180_000);

describe('the lint reports', () => {
  it('texts that have a name each', () => {
    expect(reported.size).toBe(PLANTED.length + 1);
  });

  it.each(PLANTED)('%s', (name, _path, _code, expected) => {
    expect(reported.get(name)).toContainEqual(expect.stringContaining(expected));
  });

  it('nothing in a file that keeps the rules', () => {
    expect(reported.get(KEPT[0])).toEqual([]);
  });
});
