/** Tools that no call is for: others in each mock and in each replica. */
import { describe, expect, it } from 'vitest';
import { explain, planOf } from '../../src/plan/index.js';
import { listedTools } from '../../src/protocol/index.js';
import type { Service } from '../../src/scenario/index.js';
import { changed, line, problemsOf, read } from './helpers.js';

const BACKEND = 'backend: { mock: tools, workers: 4, service-time: { constant: 8ms } }';
const withBackend = (service: string, ...more: readonly string[]): string =>
  changed(BACKEND, [service, ...more].join('\n    '));

type Mock = Extract<Service, { kind: 'mock' }>;

const mocksIn = (text: string, set: readonly string[] = []): readonly Mock[] =>
  read(text, { set }).scenario.stack.services.flatMap((service) => (service.kind === 'mock' ? [service] : []));
const namesOf = ({ options }: Mock): readonly string[] => options.tools.map(({ name }) => name);
const ownOf = (mock: Mock): readonly string[] => namesOf(mock).slice(3);
const sizesOf = ({ options }: Mock): readonly number[] =>
  listedTools(options.tools.slice(3)).map((tool) => JSON.stringify(tool).length);

const THREE = withBackend('backend: { mock: tools, replicas: 3, more-tools: 20 }');

describe('more tools', () => {
  it('are others in each replica, in names and in size, beside the tools that all have', () => {
    const mocks = mocksIn(THREE);
    expect(mocks.map(({ name }) => name)).toEqual(['backend-1', 'backend-2', 'backend-3']);
    for (const mock of mocks) {
      expect(namesOf(mock).slice(0, 3)).toEqual(['search', 'book', 'fail']);
      expect(ownOf(mock)).toHaveLength(20);
    }
    expect(new Set(mocks.flatMap(ownOf)).size).toBe(60);
    const totals = mocks.map((mock) => sizesOf(mock).reduce((sum, size) => sum + size, 0));
    expect(new Set(totals).size).toBe(3);
    expect(new Set(mocks.flatMap(sizesOf)).size).toBeGreaterThan(40);
  });

  it('are others in each mock of a stack, of which one more leaves those before it as they are', () => {
    const [alpha, backend] = mocksIn(
      withBackend('alpha: { mock: tools, more-tools: 5 }', 'backend: { mock: tools, more-tools: 5 }'),
    ).map(ownOf);
    expect(new Set([...(alpha ?? []), ...(backend ?? [])]).size).toBe(10);
    const four = mocksIn(THREE, ['stack.services.backend.replicas=4']);
    expect(four.slice(0, 3).map(ownOf)).toEqual(mocksIn(THREE).map(ownOf));
  });

  it('are the same with the same seed, and others with another', () => {
    expect(mocksIn(THREE).map(ownOf)).toEqual(mocksIn(THREE).map(ownOf));
    expect(mocksIn(THREE, ['seed=8']).flatMap(ownOf).sort()).not.toEqual(mocksIn(THREE).flatMap(ownOf).sort());
  });

  it('have names that are free, and no two the same, up to the most that a stack can have', () => {
    const drawn = mocksIn(THREE).flatMap(ownOf)[0] ?? '';
    const [taken] = mocksIn(
      withBackend(
        `backend: { mock: tools, more-tools: 20, tools: { search: {}, book: { effect: true }, ${drawn}: {} } }`,
      ),
    ).map(namesOf);
    expect(taken).toHaveLength(23);
    expect(new Set(taken).size).toBe(23);
    const most = mocksIn(withBackend('backend: { mock: tools, replicas: 64, more-tools: 100 }'));
    const all = most.flatMap(ownOf);
    expect(all).toHaveLength(6_400);
    expect(new Set(all).size).toBe(6_400);
    // Options travel as one argument of a command, of at most 128 KiB on Linux.
    for (const { options } of most) expect(JSON.stringify(options).length).toBeLessThan(120_000);
  });

  it('have definitions from a few words to about a thousand bytes, as those of real servers have', () => {
    const sizes = mocksIn(withBackend('backend: { mock: tools, replicas: 64, more-tools: 100 }')).flatMap(sizesOf);
    expect(Math.min(...sizes)).toBeGreaterThan(150);
    expect(Math.max(...sizes)).toBeLessThan(1_600);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(400);
    expect(mean).toBeLessThan(900);
  });

  it('are shown by the plan: the first names of each list, and how large it is', () => {
    const rows = explain(planOf(read(THREE).scenario))
      .split('\n')
      .filter((row) => row.includes('mock tools'));
    const firstOf = (mock: Mock | undefined): string =>
      `tools search, book, fail, ${(mock === undefined ? [] : ownOf(mock)).slice(0, 5).join(', ')} and 15 more (`;
    const [first, second] = mocksIn(THREE);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain(firstOf(first));
    expect(rows[1]).toContain(firstOf(second));
    expect(rows[0]).toMatch(/and 15 more \([\d.]+ KiB in all\)/);
  });

  it.each([
    ['none', '0', '0 is out of range'],
    ['too many', '101', '101 is out of range'],
    ['a word', 'many', 'expected a whole number, found "many"'],
  ])('are refused where the number is %s', (_what, count, what) => {
    const problems = problemsOf(() => read(withBackend(`backend: { mock: tools, more-tools: ${count} }`)));
    expect(problems.map(line)).toEqual([`good.yaml:6:41 stack.services.backend.more-tools: ${what}`]);
    expect(problems[0]?.remedy).toBe('write a whole number from 1 to 100');
  });
});
