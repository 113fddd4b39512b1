/** How long a first look takes, in imagined time: its phases as they are written, its search of a simulated server. */
import { describe, expect, it } from 'vitest';
import { firstLookText, type Discovery } from '../../src/discover/index.js';
import { scenarioFromText, type Scenario } from '../../src/scenario/index.js';
import { MS, S } from '../analysis/fixtures/scenario.js';
import { searchedTarget, type SimulatedSearch } from '../capacity/simulated.js';
import { slowTools } from './fixtures.js';

const LONGEST_NS = 60 * S;
/** What a look takes on a machine with two cores whatever the server is: before its phases, and after them. */
const STARTING_NS = 7 * S;
const ENDING_NS = 3 * S;
const BOOTING_NS = S / 2;
/** The second answers come more than a second after the first. */
const APART_NS = 1.1 * S;

interface Looked {
  readonly search: SimulatedSearch;
  readonly tookNs: number;
}

/** @param hangs whether the overload is not answered before the deadline. */
function looked(found: Discovery, workers: number, serviceNs: () => number, hangs = false): Looked {
  const onceNs = found.usable.reduce((sum, { tookNs }) => sum + tookNs, 0);
  const elapsedNs = BOOTING_NS + Math.max(2 * onceNs, onceNs + APART_NS);
  const text = firstLookText({ discovery: found, mostPerSecond: null, folder: '/srv', elapsedNs });
  const { phases, calls } = scenarioFromText(text, '/srv/look.yaml').scenario;
  const deadlineNs = calls[0]?.deadlineNs ?? NaN;
  const bounds = searchOf(phases);
  const meanNs = onceNs / found.usable.length;
  const target = { name: 'slow tools', workers, stamps: false, meanNs, draw: serviceNs, width: 1 };
  const search = searchedTarget(target, 1, 'constant', bounds, () => ({ deadlineNs }));
  const [floor, ...behind] = phases.filter(({ load }) => load.kind !== 'search');
  const lengthsNs = behind.reduce((sum, { forNs }) => sum + forNs, 0);
  const drainsNs = meanNs + (hangs ? deadlineNs : meanNs);
  const behindNs = search.result.passedPerSecond === null ? 0 : lengthsNs + drainsNs;
  const floorNs = (floor?.forNs ?? NaN) + meanNs;
  return {
    search,
    tookNs: elapsedNs + STARTING_NS + 2 * onceNs + floorNs + search.tookNs + behindNs + ENDING_NS,
  };
}

function searchOf(phases: Scenario['phases']) {
  for (const { load } of phases) if (load.kind === 'search') return load;
  throw new Error('a first look has a search');
}

describe('a first look at a server whose tools are slow', () => {
  it.each([
    { ms: 150, tools: 1, workers: 1 },
    { ms: 150, tools: 8, workers: 4 },
    { ms: 300, tools: 1, workers: 1 },
    { ms: 300, tools: 1, workers: 4 },
    { ms: 300, tools: 7, workers: 4 },
    { ms: 400, tools: 1, workers: 64 },
    { ms: 1_000, tools: 1, workers: 1 },
    { ms: 1_000, tools: 2, workers: 16 },
    { ms: 2_900, tools: 1, workers: 4 },
  ])('takes at most a minute, and claims no end on the wrong side: %o', ({ ms, tools, workers }) => {
    const found = slowTools(tools, ms * MS);
    const { search, tookNs } = looked(found, workers, () => ms * MS);
    expect(tookNs).toBeLessThanOrEqual(LONGEST_NS);
    const { passedPerSecond, failedPerSecond } = search.result;
    expect(passedPerSecond ?? 0).toBeLessThanOrEqual(search.truthPerSecond * 1.0001);
    expect(failedPerSecond ?? Infinity).toBeGreaterThan(0.99 * search.truthPerSecond);
  });

  it('finds a rate that is sustained and one that is not, further apart the fewer probes there is time for', () => {
    for (const [ms, workers] of [
      [150, 1],
      [150, 4],
      [300, 1],
      [300, 4],
      [400, 4],
    ] as const) {
      const { result, truthPerSecond } = looked(slowTools(1, ms * MS), workers, () => ms * MS).search;
      const words = `${ms} ms, ${workers} workers: ${JSON.stringify(result)}`;
      expect(result.passedPerSecond ?? 0, words).toBeGreaterThan(truthPerSecond / 2);
      expect(result.failedPerSecond ?? Infinity, words).toBeLessThan(truthPerSecond * 4);
    }
  });

  it('takes at most a minute where the server hangs for good at some call of the search, and in the overload', () => {
    for (const ms of [150, 300, 1_000])
      for (const hangsAt of [5, 20, 50, 80, 120, 200, 300]) {
        let served = 0;
        const serviceNs = (): number => (served++ < hangsAt ? ms * MS : 1e6 * S);
        const { tookNs } = looked(slowTools(1, ms * MS), 4, serviceNs, true);
        expect(tookNs, `${ms} ms, hangs at call ${hangsAt}`).toBeLessThanOrEqual(LONGEST_NS);
      }
  });
});
