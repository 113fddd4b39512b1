/** The summary of simulated runs against its recomputation; and that the comparison can fail. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEFT_TO_ANALYSIS, compareLeaves, compareSummary, isCompared, leaves } from './compare.js';
import type { SyntheticRun } from './synthetic-record.js';
import { schemaErrors } from '../summary-schema.js';
import { syntheticRun } from './synthetic-run.js';

let declared: SyntheticRun;
let unknown: SyntheticRun;
beforeAll(async () => {
  declared = await syntheticRun({ seed: 1, loadLinePerSecond: 380 });
  unknown = await syntheticRun({ seed: 2, loadLinePerSecond: null });
}, 60_000);
afterAll(() => {
  for (const { dir } of [declared, unknown]) rmSync(dirname(dir), { recursive: true, force: true });
});

describe('the compared numbers of summary.json are what their definitions say, by an independent recomputation', () => {
  it('where the scenario declares a load line', async () => {
    expect(await compareSummary(declared.dir)).toEqual([]);
  });

  it('where no load line is known', async () => {
    expect(await compareSummary(unknown.dir)).toEqual([]);
  });
});

describe('the published schema', () => {
  it('fits their summaries', () => {
    expect(schemaErrors(declared.summary)).toEqual([]);
    expect(schemaErrors(unknown.summary)).toEqual([]);
  });
});

describe('the simulated runs hold what the comparison is to be made on:', () => {
  let all: readonly (readonly [string, unknown])[] = [];
  beforeAll(() => {
    all = [declared, unknown].flatMap(({ summary }) => [...leaves(summary)]);
  });
  const values = (path: RegExp): ReadonlySet<unknown> =>
    new Set(all.flatMap(([at, value]) => (path.test(at) ? [value] : [])));

  it('quantiles that are told, too far out, and censored', () => {
    expect(values(/quantiles\.\d+\.kind$/)).toEqual(new Set(['value', 'not-estimable', 'censored']));
    const [, closed] = declared.summary.phases;
    expect(closed?.responseTime.all.quantiles.at(-2)).toMatchObject({ kind: 'value', q: 0.99 });
    expect(closed?.responseTime.all.quantiles.at(-1)).toMatchObject({ kind: 'censored', q: 0.999 });
  });

  it('both ways to split a response time, clock problems left out of one', () => {
    expect(values(/stageSplit\.source$/)).toEqual(new Set(['upstream', 'generator']));
    expect(Math.max(...[...values(/clockProblems$/)].map(Number))).toBeGreaterThan(0);
  });

  it('outcomes of many kinds, retries, queues that grow and drain', () => {
    const { phases } = declared.summary;
    const seen = Object.entries(
      phases.reduce<Record<string, number>>((sums, { outcomes }) => {
        for (const [name, count] of Object.entries(outcomes)) sums[name] = (sums[name] ?? 0) + count;
        return sums;
      }, {}),
    ).flatMap(([name, count]) => (count > 0 ? [name] : []));
    expect(seen).toEqual(['transport', 'shed', 'protocol', 'tool', 'deadline', 'semantic', 'effect', 'ok']);
    expect(Math.max(...phases.map(({ late }) => late))).toBeGreaterThan(0);
    expect(Math.max(...phases.map(({ retryAmplification }) => retryAmplification ?? 0))).toBeGreaterThan(1.02);
    expect(phases.find(({ name }) => name === 'overload')?.drain).toMatchObject({
      fluid: { capacityFrom: 'load-line' },
    });
    expect(unknown.summary.phases.find(({ name }) => name === 'overload')?.drain).toMatchObject({
      fluid: { capacityFrom: 'observed' },
    });
    expect(phases.filter(({ queueAge }) => queueAge.slope !== null).length).toBeGreaterThan(1);
  });

  it('recoveries that came, did not come in time, were not needed and can not be told', () => {
    expect(values(/timeToRecover\.kind$/)).toEqual(new Set(['value', 'censored', 'not-degraded', 'unknown']));
    expect(Math.max(...[...values(/timeToRecover\.ns$/)].map(Number))).toBeGreaterThan(0);
    expect(values(/timeToDetect\.kind$/)).toEqual(new Set(['value', 'not-degraded', 'unknown']));
  });

  it('faults that were got over, stayed, and can not be judged; routes that were spared; a breaker', () => {
    expect(values(/metastability\.verdict$/)).toEqual(new Set(['recovered', 'metastable', 'censored', 'not-judged']));
    expect(values(/metastability\.reason$/)).toEqual(
      new Set([null, 'no-clear', 'no-baseline', 'closed-loop', 'rate-changed', 'too-short', 'draining', 'unsettled']),
    );
    expect(values(/breaker\.kind$/)).toEqual(new Set(['none', 'unknown', 'inferred']));
    expect(values(/spans\.\d+\.state$/)).toEqual(new Set(['closed', 'open', 'half-open']));
    expect(Math.max(...[...values(/blastRadius\.radius$/)].map(Number))).toBeGreaterThan(0);
    expect(Math.max(...[...values(/amplification\.during\.perCall$/)].map(Number))).toBeGreaterThan(1.2);
  });

  it('effects done twice, lost, orphaned and unattributed, and calls without an end', () => {
    const { effects, samples } = declared.summary;
    for (const count of [effects?.exactlyOnce, effects?.duplicates, effects?.lost, effects?.orphans])
      expect(count).toBeGreaterThan(0);
    expect(effects?.unattributed).toBe(2);
    expect(samples.unaccounted).toBe(2);
  });
});

describe('the comparison', () => {
  it('finds every single number when each is a millionth off', () => {
    const off = (value: unknown): unknown => {
      if (typeof value === 'number') return value === 0 ? 1e-6 : value * (1 + 1e-6);
      if (Array.isArray(value)) return value.map(off);
      return typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, off(inner)]))
        : value;
    };
    const numbers = [...leaves(declared.summary)]
      .filter(([path, value]) => typeof value === 'number' && isCompared(path))
      .map(([path]) => path);
    expect(numbers.length).toBeGreaterThan(1000);
    expect(compareLeaves(off(declared.summary), declared.summary).map(({ path }) => path)).toEqual(numbers);
  });

  it('counts a number that is not recomputed, one that is not told, and one that became null', () => {
    expect(compareLeaves({ known: 1, more: { n: 2 } }, { known: 1 })).toEqual([
      { path: 'more.n', summary: 2, recomputed: 'not recomputed' },
    ]);
    expect(compareLeaves({ known: 1 }, { known: 1, more: 2 })).toEqual([
      { path: 'more', summary: 'not in summary.json', recomputed: 2 },
    ]);
    expect(compareLeaves({ known: null }, { known: 1 })).toEqual([{ path: 'known', summary: null, recomputed: 1 }]);
    expect(compareLeaves({ list: [] }, { list: [1] }).map(({ path }) => path)).toEqual(['list', 'list.0']);
  });

  it('leaves nothing out that no test of the analysis holds', () => {
    for (const { test } of LEFT_TO_ANALYSIS)
      expect(existsSync(new URL(`../analysis/${test}`, import.meta.url)), test).toBe(true);
  });

  it('forgives the last digit of a sum, and nothing of a count', () => {
    expect(compareLeaves({ mean: 0.1 + 0.2 }, { mean: 0.3 })).toEqual([]);
    expect(compareLeaves({ count: 1_000_000_000_001 }, { count: 1_000_000_000_000 })).toHaveLength(1);
  });
});

describe('the recomputation', () => {
  it('borrows type names and the vocabulary of outcomes, and no computing code', () => {
    const rooms = new Set<string>();
    const read = (name: string): void => {
      const text = readFileSync(new URL(name.replace(/\.js$/, '.ts'), import.meta.url), 'utf8');
      for (const [, kind, from = ''] of text.matchAll(/^import (type )?.*? from '(\..*?)';$/gm)) {
        if (kind !== undefined) continue;
        if (from.startsWith('./')) read(from);
        else rooms.add(from);
      }
    };
    read('./compare.js');
    expect([...rooms].sort()).toEqual(['../../src/record/index.js']);
  });
});
