/** The files for pipelines: charts, metrics, tables, verdicts; and that no name in them does anything. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { compareTrials, type Comparison, type Trial } from '../../src/compare/index.js';
import { COMPARISON_EXPORTS, EXPORTS, exportComparison } from '../../src/export/index.js';
import { fixtureInput } from '../report/fixture.js';
import { asIs, rowsOf, slowerBy } from '../compare/trials.js';

const options = { inconclusive: 'default', linkOf: (folder: string) => folder } as const;

function compared(
  arm: string,
  rows: readonly (readonly Trial[])[] = rowsOf({ direct: asIs, [arm]: slowerBy(1.3) }, 6),
): Comparison {
  return compareTrials({ arms: ['direct', arm], rows, plannedRows: 6, leftOut: [], gates: null, environment: [] });
}

const slower = compared('gateway');
const contentOf = (name: keyof typeof COMPARISON_EXPORTS, comparison = slower): string =>
  COMPARISON_EXPORTS[name].contentOf(comparison, options);

interface Entry {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly range?: string;
  readonly extra?: string;
}

describe('benchmark.json', () => {
  it('is an array of numbers of which lower is better, in units that are read in a chart', () => {
    const entries = JSON.parse(contentOf('benchmark')) as readonly Entry[];
    const p99 = entries.find(({ name }) => name === 'gateway: response-time p99 (steady, ok calls)');
    const effect = slower.effects.find(
      ({ metric, stat, tool, where }) =>
        metric === 'response-time' && stat === 'p99' && tool === null && where === 'steady, ok calls',
    );
    const candidate = effect?.result.kind === 'estimate' ? effect.result.candidate : NaN;
    expect(p99?.unit).toBe('ms');
    expect(p99?.value).toBeCloseTo(candidate / 1e6, 3);
    expect(p99?.range).toMatch(/^± \d/);
    expect(p99?.extra).toMatch(/^\+30(\.\d)? % from direct$/);
    expect(entries.some(({ name }) => name.includes('goodput'))).toBe(false);
  });

  it('of a run has one entry a number, each with a name of its own', async () => {
    const entries = JSON.parse(await EXPORTS.benchmark.contentOf(fixtureInput(), options)) as readonly Entry[];
    expect(entries.length).toBeGreaterThan(3);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    for (const { value } of entries) expect(Number.isFinite(value)).toBe(true);
  });
});

/** As GitLab reads the file: without comments, each line as the words of a shell. */
function asGitlab(text: string): ReadonlyMap<string, string> {
  const words = (line: string): readonly string[] =>
    [...line.replace(/#.*$/, '').matchAll(/(?:[^\s"'\\]|"(?:[^"\\]|\\.)*"|'[^']*'|\\.)+/g)].map(([word]) =>
      word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, '$1$2'),
    );
  return new Map(
    text.split('\n').flatMap((line) => {
      const [name, value] = words(line);
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** A sample of the text format. */
const SAMPLE = /^plimsoll_[a-z_]+\{[a-z]+="[A-Za-z0-9_.:,/()+ -]*"(,[a-z]+="[A-Za-z0-9_.:,/()+ -]*")*\} -?\d[\d.e+-]*$/;

describe('metrics.txt', () => {
  it('has every line in the text format, times in seconds, and ends as the format asks', async () => {
    for (const text of [contentOf('openMetrics'), await EXPORTS.openMetrics.contentOf(fixtureInput(), options)]) {
      const lines = text.trimEnd().split('\n');
      expect(lines.at(-1)).toBe('# EOF');
      const samples = lines.filter((line) => !line.startsWith('#'));
      expect(samples.length).toBeGreaterThan(10);
      for (const line of samples) expect(line).toMatch(SAMPLE);
      expect(asGitlab(text).size).toBe(samples.length);
    }
  });

  it('gives each arm its own series', () => {
    const read = asGitlab(contentOf('openMetrics'));
    const of = (arm: string): number =>
      Number(read.get(`plimsoll_response_time_seconds{arm=${arm},stat=p99,where=steady, ok calls}`));
    expect(of('gateway') / of('direct')).toBeCloseTo(1.3, 1);
    expect(of('direct')).toBeLessThan(0.02);
  });
});

/** RFC 4180, as a reader of its own. */
function csvRows(text: string): readonly (readonly string[])[] {
  return text
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'),
      ),
    );
}

describe('comparison.csv', () => {
  it('has a line for each effect, with as many cells as there are columns', () => {
    const [head = [], ...rows] = csvRows(contentOf('csv'));
    expect(rows).toHaveLength(slower.effects.length);
    for (const row of rows) expect(row).toHaveLength(head.length);
    const cell = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? '';
    const p99 = rows.find(
      (row) =>
        cell(row, 'metric') === 'response-time' &&
        cell(row, 'stat') === 'p99' &&
        cell(row, 'tool') === '' &&
        cell(row, 'where') === 'steady, ok calls',
    );
    expect(Number(cell(p99 ?? [], 'change'))).toBeCloseTo(0.3, 1);
    expect(Number(cell(p99 ?? [], 'change low'))).toBeLessThan(0.3);
  });
});

describe('gate.json of a comparison', () => {
  const schema = JSON.parse(
    readFileSync(new URL('../../schema/comparison-gate-v1.json', import.meta.url), 'utf8'),
  ) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true }).compile(
    schema,
  );

  it('holds the verdict on each arm and gate, and fits its schema', () => {
    const file = JSON.parse(contentOf('gate')) as Record<string, unknown>;
    expect(validate(file), JSON.stringify(validate.errors)).toBe(true);
    expect(file).toMatchObject({
      verdict: 'regress',
      reference: 'direct',
      arms: [{ name: 'gateway', verdict: 'regress' }],
    });
    expect(validate({ ...file, winner: 'direct' })).toBe(false);
  });
});

describe('a hostile name', () => {
  const NAMES = [
    '::error::owned',
    'a\r\n::set-output name=x::y',
    '</testcase><script>alert(1)</script>',
    '| `rm -rf /` | $(id) |',
    '=HYPERLINK("http://x","y")',
    '"} 1\n# EOF\nplimsoll_fake 1 #',
    '\u202ereversed\u0000\u001b[31m',
    '${{ github.token }}',
  ];

  it.each(NAMES)('%j stays a name in every file of a comparison', (name) => {
    const files = exportComparison(compared(name, rowsOf({ direct: asIs, [name]: slowerBy(1.3) }, 6)), options);
    expect(files.map(({ file }) => file)).toEqual(Object.values(COMPARISON_EXPORTS).map(({ file }) => file));
    const text = (file: string): string => files.find((each) => each.file === file)?.content ?? '';
    for (const { file, content } of files) {
      // No line of any file is a command of a CI system; JSON aside, no control character is left.
      expect(content, file).not.toMatch(/^\s*::\w+/m);
      if (file.endsWith('.json')) continue;
      // eslint-disable-next-line no-control-regex -- that there is none is what is tested
      expect(content, file).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202e]/);
    }
    for (const file of ['comparison.html', 'junit.xml']) expect(text(file)).not.toContain('<script>alert');
    const rows = csvRows(text('comparison.csv'));
    for (const row of rows) for (const cell of row) expect(cell).not.toMatch(/^[=+@]/);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    const samples = text('metrics.txt')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of samples) expect(line).toMatch(SAMPLE);
    for (const file of ['comparison.json', 'gate.json', 'benchmark.json'])
      expect(() => JSON.parse(text(file)) as unknown).not.toThrow();
  });
});
