/**
 * What capacity searches found: evidence and verdict of each probe, the rate it had to have, the interval and the knee.
 */
import type { Summary } from '../../src/analysis/index.js';
import { nextOf, standingOf, type Judged } from './search-order.js';
import { plainQuantile, samplesNeeded } from './durations.js';
import type { Frame } from './frames.js';
import { isGood, isOk, responseNs, type Call } from './logical-calls.js';
import { ageTrend, lineOf, longestAge } from './queue.js';
import type { Attempt, ProbeEvent, RunFiles } from './run-files.js';
import type { ScenarioFacts, SearchFacts } from './scenario-facts.js';

type Capacity = Summary['capacities'][number];
type Probe = Capacity['probes'][number];
type Evidence = Probe['evidence'];

/** Without the sentences that say why. */
export type CapacityNumbers = Omit<Capacity, 'probes'> & { readonly probes: readonly Omit<Probe, 'why'>[] };

const MS = 1e6;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const seconds = (fromNs: number, toNs: number): number => (toNs - fromNs) / 1e9;

/** The part of the record that is one probe's: none overlaps with another. */
interface Slice {
  readonly told: ProbeEvent;
  readonly calls: readonly Call[];
  readonly attempts: readonly Attempt[];
  /** Calls the generator numbered from the probe's first to the first behind it. */
  readonly numbered: number;
}

function slicesOf(phase: number, calls: readonly Call[], { attempts, events }: RunFiles): readonly Slice[] {
  const probes = events.filter((event): event is ProbeEvent => event.type === 'probe' && event.phase === phase);
  return probes.map((told) => {
    const own = attempts.filter(
      (attempt) =>
        attempt.phase === phase && attempt.intendedNs >= told.startNs && attempt.intendedNs <= told.drainedNs,
    );
    const ids = own.map(({ callId }) => callId);
    const [first, last] = [
      ids.reduce((least, id) => Math.min(least, id), Infinity),
      ids.reduce((most, id) => Math.max(most, id), -1),
    ];
    const behind = attempts
      .filter(({ callId, intendedNs }) => callId > last && intendedNs > told.drainedNs)
      .map(({ callId }) => callId);
    const next = behind.reduce((least, id) => Math.min(least, id), Infinity);
    return {
      told,
      attempts: own,
      calls: calls.filter(
        (call) => call.phase === phase && call.intendedNs >= told.startNs && call.intendedNs <= told.drainedNs,
      ),
      numbered: own.length === 0 ? 0 : (next === Infinity ? last + 1 : next) - first,
    };
  });
}

function evidenceOf({ told: { measuredFromNs, scheduledEndNs }, calls, attempts, numbered }: Slice): Evidence {
  const measured = calls.filter(({ warmup }) => !warmup);
  const length = seconds(measuredFromNs, scheduledEndNs);
  const offered = measured.length;
  const good = measured.filter(isGood).length;
  const done = calls.filter(
    (call) => isOk(call) && call.doneNs >= measuredFromNs && call.doneNs < scheduledEndNs,
  ).length;
  const line = lineOf(calls);
  const stamped = line.source === 'upstream';
  // Who keeps its stamps to itself has a queue that shows in its answers only.
  const seen = stamped ? line : { ...line, waiting: line.waiting.map((each) => ({ ...each, untilNs: each.doneNs })) };
  // What failed, failed in its deadline at best.
  const took = measured.map((call) => (isOk(call) ? responseNs(call) : Math.max(responseNs(call), call.deadlineNs)));
  const lags = attempts.flatMap(({ warmup, sentNs, admittedNs }) =>
    warmup || sentNs === null || admittedNs === null ? [] : [sentNs - admittedNs],
  );
  return {
    offered,
    good,
    offeredPerSecond: offered / length,
    completedPerSecond: done / length,
    goodputPerSecond: good / length,
    missRatio: offered === 0 ? null : 1 - good / offered,
    responseP99Ns: offered < samplesNeeded(0.99) ? null : plainQuantile(took, 0.99),
    queueAge: {
      source: stamped ? 'upstream' : 'answers',
      maxNs: longestAge(seen, measuredFromNs, scheduledEndNs),
      slope: ageTrend(seen, measuredFromNs, scheduledEndNs),
    },
    scheduleLagP99Ns: plainQuantile(lags, 0.99),
    generatorFailures: calls.filter(({ outcome }) => outcome === 'generator').length,
    unaccounted: numbered - calls.length,
    abandoned: calls.filter(({ outcome, lastSentNs }) => outcome === 'deadline' && lastSentNs !== null).length,
  };
}

/** Moments 0, 1/rate, 2/rate, ... within a time. */
function evenly(ratePerSecond: number, forNs: number): number {
  let n = 0;
  while ((n * 1e9) / ratePerSecond < forNs) n++;
  return n;
}

/**
 * Passed: the age's slope is known to be at most 1 ms/s and at most one call of a hundred missed. Failed: it is known
 * to be more, or more missed. Invalid: the generator was late, offered under 99 % of its calls (Poisson: and four
 * deviations less), or lost some.
 */
function verdictOf(
  { told, calls }: Slice,
  evidence: Evidence,
  search: SearchFacts,
  scenario: ScenarioFacts,
): Probe['verdict'] {
  const { offered, good, unaccounted, generatorFailures, scheduleLagP99Ns } = evidence;
  const { slope } = evidence.queueAge;
  const forNs = told.scheduledEndNs - told.startNs;
  const poisson = search.arrivals === 'poisson';
  const planned = poisson ? (told.ratePerSecond * forNs) / 1e9 : evenly(told.ratePerSecond, forNs);
  const late = (scheduleLagP99Ns ?? 0) > Math.max(1 * MS, 0.05 * (scenario.tightestDeadlineNs ?? 0));
  const short =
    calls.length + unaccounted - generatorFailures < 0.99 * planned - (poisson ? 4 * Math.sqrt(planned) : 0);
  if (late || short || unaccounted > 0 || offered === 0) return 'invalid';
  if ((offered - good) * 100 > offered || (slope !== null && slope.low > 1 * MS)) return 'failed';
  if (slope !== null && slope.high <= 1 * MS) return 'passed';
  // Passing takes proof, and there is no longer probe than four steps.
  return Math.round(forNs / search.stepNs) >= 4 ? 'failed' : 'undecided';
}

/** The highest rate up to which nine tenths of what was offered more came back, rate by rate. */
function kneeOf(probes: readonly Omit<Probe, 'why'>[]): Capacity['knee'] {
  const usable = probes.filter(({ verdict }) => verdict !== 'invalid');
  const rates = [...new Set(usable.map(({ ratePerSecond }) => ratePerSecond))].sort((a, b) => a - b);
  const none = (reason: Extract<Capacity['knee'], { kind: 'none' }>['reason']): Capacity['knee'] => ({
    kind: 'none',
    reason,
    rates: rates.length,
    neededRates: 6,
  });
  if (rates.length < 6) return none('too-few-rates');
  let [offeredBelow, goodBelow] = [0, 0];
  let knee: number | null = null;
  for (const rate of rates) {
    const at = usable.filter(({ ratePerSecond }) => ratePerSecond === rate).map(({ evidence }) => evidence);
    const offered = sum(at.map(({ offeredPerSecond }) => offeredPerSecond)) / at.length;
    const good = sum(at.map(({ goodputPerSecond }) => goodputPerSecond)) / at.length;
    if (good - goodBelow < 0.9 * (offered - offeredBelow))
      return knee === null
        ? none('never-grew')
        : { kind: 'found', ratePerSecond: knee, goodputPerSecond: goodBelow, rates: rates.length };
    [offeredBelow, goodBelow, knee] = [offered, good, rate];
  }
  return none('still-growing');
}

/** The searches of a run, in order; `calls` as they were before anybody looked at the ledger. */
export function capacityNumbers(
  frames: readonly Frame[],
  calls: readonly Call[],
  files: RunFiles,
  scenario: ScenarioFacts,
): readonly CapacityNumbers[] {
  return frames.flatMap(({ index, facts: { name, search } }): readonly CapacityNumbers[] => {
    if (search === null) return [];
    const before: Judged[] = [];
    const probes = slicesOf(index, calls, files).map((slice, probe) => {
      const { startNs, measuredFromNs, scheduledEndNs, drainedNs } = slice.told;
      const evidence = evidenceOf(slice);
      const verdict = verdictOf(slice, evidence, search, scenario);
      const asked = nextOf(search, before);
      if (typeof asked === 'string') throw new Error(`a probe was made in ${name} after the search was over: ${asked}`);
      before.push({ ...asked, verdict });
      return { probe, ...asked, startNs, measuredFromNs, scheduledEndNs, drainedNs, verdict, evidence };
    });
    const { passed, failed } = standingOf(before);
    const end = nextOf(search, before);
    const operating = search.operatingPerSecond;
    return [
      {
        phase: name,
        ended: typeof end === 'string' ? end : 'interrupted',
        passedPerSecond: passed,
        failedPerSecond: failed,
        probes,
        knee: kneeOf(probes),
        without: search.without,
        recovery:
          operating === null || passed === null
            ? null
            : {
                operatingPerSecond: operating,
                lowPerSecond: passed - operating,
                highPerSecond: failed === null ? null : failed - operating,
                headroom: 1 - operating / passed,
              },
      },
    ];
  });
}
