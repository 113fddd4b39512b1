/** Whether the load generator kept up: every call sent when it was due, and what came of it where it was not. */
import { traitsOf } from '../../catalog/index.js';
import { amount, count, counted, duration, inUnit, percent, rate } from '../../format/index.js';
import { outcomeCode } from '../../record/index.js';
import { type Standstill, lengthNs, longestOf, standstillText } from '../calls/index.js';
import type { MovedNumber } from '../lateness/index.js';
import type { AnalysedPhase, PhaseSummary } from '../phases/index.js';
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

const ACHIEVED_SHARE = 0.99;
const LITTLE_LIMIT = 0.05;
/** A standstill without effect on a number that is worth a word. */
const LONG_STANDSTILL_NS = 100_000_000;
const GC_SHARE_WARNING = 0.1;

const GENERATOR = outcomeCode('generator');

/** Reasons that lie with the generator. */
export function generatorReasons(evidence: Evidence): readonly ValidityReason[] {
  return [
    ...evidence.phases.flatMap((phase) => [
      ...scheduleReasons(evidence, phase),
      ...littleReasons(phase),
      ...collectionReasons(evidence, phase),
    ]),
    ...latenessReasons(evidence),
    ...selfCapacityReasons(evidence),
  ];
}

/** Whether the load was the load that was asked for; the pattern of arrivals only where lateness made it no other. */
function scheduleReasons(evidence: Evidence, phase: AnalysedPhase): readonly ValidityReason[] {
  const reasons = achievedReasons(evidence, phase);
  // Departures are only as even as the machine lets them be.
  const isLate = evidence.lateness.some(
    (effect) => effect.phase === phase.summary.name && effect.moved.some(({ headline }) => headline),
  );
  return evidence.machine.assumed || isLate || reasons.length > 0 ? reasons : arrivalReasons(phase.summary);
}

const CAUSES = {
  'fault-engine': {
    code: 'fault-engine-standstill',
    remedy: 'the delay is its own and not of the network or the target: end other work on the machine, and run again',
  },
  generator: {
    code: 'generator-standstill',
    remedy: 'the delay is its own and not of the target: free a core for it, end other work on the machine, run again',
  },
  lag: {
    code: 'schedule-lag',
    remedy:
      'lower the rate, give the generator a core of its own, or set generator.pacing to spin where a core is free',
  },
} as const;

/** What late sends and standstills did to the numbers of each phase; and long standstills that did nothing. */
function latenessReasons({ lateness, standstills, phases }: Evidence): readonly ValidityReason[] {
  const ofPhases = lateness.flatMap((effect): readonly ValidityReason[] => {
    const { phase, cause, calls, moved } = effect;
    const analysed = phases.find(({ summary }) => summary.name === phase);
    const longest = longestOf(effect.standstills);
    if (analysed === undefined || (moved.length === 0 && !isLong(longest))) return [];
    const { offered, scheduleLag } = analysed.summary;
    const share = `${counted(calls, 'call')} of ${count(offered)}`;
    const since = { startNs: analysed.frame.startNs, of: 'phase' } as const;
    const { code, remedy } = CAUSES[cause === 'lag' || longest === null ? 'lag' : longest.of];
    const how =
      cause === 'lag' || longest === null
        ? effect.readLateNs === 0
          ? `${share} left late, by up to ${duration(scheduleLag.maxNs ?? 0)}`
          : `${share} left late or were read late, by up to ${duration(scheduleLag.maxNs ?? 0)} and ` +
            duration(effect.readLateNs)
        : `${standstillText(effect.standstills, since)}, which touched ${share}`;
    return [
      {
        code,
        severity: moved.some(({ headline }) => headline) ? 'invalid' : 'warning',
        phase,
        what: `${how}: ${movedText(moved, cause, calls >= offered)}`,
        remedy,
      },
    ];
  });
  const named = new Set(lateness.flatMap((effect) => effect.standstills));
  const others = standstills.filter((each) => !named.has(each) && isLong(each));
  const longest = longestOf(others);
  if (longest === null) return ofPhases;
  const within = phases.find(({ frame }) => longest.fromNs < frame.drainedNs && longest.toNs > frame.startNs);
  const isSearch = within !== undefined && traitsOf(within.summary.regime).searches;
  const since =
    within === undefined
      ? ({ startNs: 0, of: 'run' } as const)
      : ({ startNs: within.frame.startNs, of: 'phase' } as const);
  return [
    ...ofPhases,
    {
      code: CAUSES[longest.of].code,
      severity: 'warning',
      phase: within?.summary.name ?? null,
      what: `${standstillText(others, since)}${
        isSearch ? ': a probe whose verdict rests on it was made again' : ', and touched no call that is measured'
      }`,
      remedy: isSearch ? 'nothing: the interval does not rest on it' : 'nothing: no number rests on it',
    },
  ];
}

const isLong = (standstill: Standstill | null): boolean =>
  standstill !== null && lengthNs(standstill) >= LONG_STANDSTILL_NS;

const MOST_NAMED = 4;

/** `response-time p99`; of the only number of a metric the metric: `deadline-miss-ratio`. */
const numberName = (metric: string, stat: string): string =>
  metric.endsWith(`-${stat}`) ? metric : `${metric} ${stat}`;

/** Where every call was touched, none is left to say what the number was: it can only be bounded. */
function movedText(moved: readonly MovedNumber[], cause: 'standstill' | 'lag', isEvery: boolean): string {
  if (moved.length === 0) return 'no number depends on it';
  // Where no call failed, all calls and those that were ok are the same.
  const isNew = ({ metric, stat, reported, without }: MovedNumber, at: number): boolean =>
    !moved
      .slice(0, at)
      .some(
        (each) =>
          each.metric === metric && each.stat === stat && each.reported === reported && each.without === without,
      );
  const different = moved.filter(isNew);
  const named = [...different]
    .sort((a, b) => Number(b.headline) - Number(a.headline))
    .slice(0, MOST_NAMED)
    .map(
      ({ metric, stat, of, unit, reported, without }) =>
        `${numberName(metric, stat)}${of === null ? '' : ` (${of})`} is ${inUnit(reported, unit)}, and ` +
        `${isEvery ? `may be ${without < reported ? 'down' : 'up'} to ` : ''}${inUnit(without, unit)} ` +
        `without ${cause === 'lag' ? 'that' : 'them'}`,
    );
  const more = different.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function arrivalReasons({ arrivals, name }: PhaseSummary): readonly ValidityReason[] {
  if (arrivals === null) return [];
  const { process, dispersion, low, high, windowNs, gaps } = arrivals;
  const wrong = [
    ...(dispersion < low || dispersion > high
      ? [
          `counts over ${duration(windowNs)} scatter ${amount(dispersion)} times as much as those of a ` +
            `Poisson process (limits ${amount(low)} to ${amount(high)})`,
        ]
      : []),
    ...(gaps !== null && gaps.distance > gaps.limit
      ? [
          `the gaps between calls are ${percent(gaps.distance)} off the exponential distribution (limit ` +
            `${percent(gaps.limit)})`,
        ]
      : []),
  ];
  if (wrong.length === 0) return [];
  return [
    {
      code: 'arrival-process',
      severity: 'invalid',
      phase: name,
      what: `calls did not come ${process === 'constant' ? 'evenly' : 'as a Poisson process'}: ${wrong.join('; ')}`,
      remedy:
        'this load is not the one that was declared: lower the rate or give the generator a core of its ' +
        'own; if it stays, please report it with the run directory',
    },
  ];
}

function achievedReasons({ calls }: Evidence, { frame, summary }: AnalysedPhase): readonly ValidityReason[] {
  const { planned } = frame;
  if (summary.loop !== 'open' || !frame.ended || planned.plannedCalls === null || planned.plannedCalls === 0) return [];
  // Poisson arrivals scatter around their plan; what falls short by chance alone is no fault of the generator.
  const segment = planned.segment;
  const scatter = segment?.loop === 'open' && segment.arrivals === 'poisson' ? 4 * Math.sqrt(planned.plannedCalls) : 0;
  let ours = 0;
  for (const i of frame.all) if (calls.outcome[i] === GENERATOR) ours++;
  const achieved = frame.all.length - ours;
  if (achieved + scatter >= ACHIEVED_SHARE * planned.plannedCalls) return [];
  return [
    {
      code: 'achieved-below-offered',
      severity: 'invalid',
      phase: summary.name,
      what:
        `${achieved} of ${planned.plannedCalls} planned calls were offered ` +
        `(${percent(achieved / planned.plannedCalls)}, limit ${percent(ACHIEVED_SHARE)})` +
        (ours === 0 ? '' : `; ${counted(ours, 'call')} failed in the generator itself`),
      remedy: 'lower the rate or give the generator more room: this load was not the load that was asked for',
    },
  ];
}

function littleReasons({ summary: { name, consistencyError } }: AnalysedPhase): readonly ValidityReason[] {
  if (consistencyError === null || consistencyError <= LITTLE_LIMIT) return [];
  return [
    {
      code: 'consistency-check',
      severity: 'invalid',
      phase: name,
      what:
        `what a load worker counted as in flight and what its samples give differ by ${percent(consistencyError)} ` +
        `(limit ${percent(LITTLE_LIMIT)}): a clock or a count is wrong`,
      remedy: 'this is a fault of the harness or of the clock: please report it with the run directory',
    },
  ];
}

function collectionReasons({ health }: Evidence, { frame, summary }: AnalysedPhase): readonly ValidityReason[] {
  if (traitsOf(summary.regime).searches) return [];
  const lengthNs = Math.max(1, frame.scheduledEndNs - frame.measuredFromNs);
  const gcNs = health.reduce(
    (sum, row) => (row.atNs > frame.measuredFromNs && row.atNs <= frame.scheduledEndNs + 1e9 ? sum + row.gcNs : sum),
    0,
  );
  if (gcNs / lengthNs <= GC_SHARE_WARNING) return [];
  return [
    {
      code: 'generator-saturated',
      severity: 'warning',
      phase: summary.name,
      what:
        `garbage collection took ${percent(gcNs / lengthNs)} of the generator's time (warned from ` +
        `${percent(GC_SHARE_WARNING)})`,
      remedy: 'lower the rate or the size of the answers',
    },
  ];
}

/** Asking for more than was ever held is no verdict by itself: the lag of the run's own calls is. */
function selfCapacityReasons({
  generator: { selfCapacityPerSecond, highestRatePerSecond },
}: Evidence): readonly ValidityReason[] {
  if (selfCapacityPerSecond === null || highestRatePerSecond === null || highestRatePerSecond <= selfCapacityPerSecond)
    return [];
  return [
    {
      code: 'over-self-capacity',
      severity: 'warning',
      phase: null,
      what:
        `up to ${rate(highestRatePerSecond)} were asked for, and this machine was known to offer ` +
        `${rate(selfCapacityPerSecond)} on time`,
      remedy: 'check the schedule lag first; lower the rates, or let "plimsoll doctor" measure this machine again',
    },
  ];
}
