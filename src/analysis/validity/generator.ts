/** Whether the load generator kept up: every call sent when it was due. */
import { traitsOf } from '../../catalog/index.js';
import { amount, counted, duration, percent, rate } from '../../format/index.js';
import { outcomeCode } from '../../record/index.js';
import { lagLimitNs, plainQuantile } from '../calls/index.js';
import type { AnalysedPhase, PhaseSummary } from '../phases/index.js';
import type { Evidence } from './evidence.js';
import type { ValidityReason } from './types.js';

/** A single lag that is reported, in limits: a few sends this late don't move the p99, but are the slowest calls. */
const LAG_WARNING = 20;
const ACHIEVED_SHARE = 0.99;
const LITTLE_LIMIT = 0.05;
/** Little's law speaks of the long run: the window must hold this many mean residences and completions. */
const LITTLE_RESIDENCES = 30;
const LITTLE_COMPLETIONS = 100;
/** A turn of the event loop blocked for less than this, or than a call may be late, is an ordinary hiccup. */
const STALL_NS = 10_000_000;
const STALL_SHARE_INVALID = 0.01;
/** A single blocked turn that is reported, in hiccups. */
const STALL_WARNING = 10;
const GC_SHARE_WARNING = 0.1;

const GENERATOR = outcomeCode('generator');

/** Reasons that lie with the generator. */
export function generatorReasons(evidence: Evidence): readonly ValidityReason[] {
  return [
    ...evidence.phases.flatMap((phase) => [
      ...scheduleReasons(evidence, phase),
      ...littleReasons(evidence, phase),
      ...stallReasons(evidence, phase),
    ]),
    ...selfCapacityReasons(evidence),
  ];
}

/** Whether the load was the load that was asked for. The pattern of arrivals is judged where no call left late. */
function scheduleReasons(evidence: Evidence, phase: AnalysedPhase): readonly ValidityReason[] {
  const reasons = [...lagReasons(evidence, phase), ...achievedReasons(evidence, phase)];
  // Departures are only as even as the machine lets them be.
  return evidence.machine.assumed || reasons.some(({ severity }) => severity === 'invalid')
    ? reasons
    : [...reasons, ...arrivalReasons(phase.summary)];
}

function lagReasons(evidence: Evidence, { summary, lagsNs }: AnalysedPhase): readonly ValidityReason[] {
  const p99 = plainQuantile(lagsNs, 0.99);
  const limitNs = lagLimitNs(evidence.plan.scenario.calls, evidence.machine.assumed);
  // Probes were judged one by one, and those that left late were made again.
  if (summary.loop !== 'open' || traitsOf(summary.regime).searches || p99 === null) return [];
  if (p99 > limitNs) {
    return [
      {
        code: 'schedule-lag',
        severity: 'invalid',
        phase: summary.name,
        what: `calls left ${duration(p99)} late at p99, through no fault of the target (limit ${duration(limitNs)})`,
        remedy:
          'lower the rate, give the generator a core of its own, or set generator.pacing to spin where a core is free',
      },
    ];
  }
  const longest = lagsNs.at(-1) ?? 0;
  if (longest > LAG_WARNING * limitNs) {
    const late = lagsNs.filter((lag) => lag > limitNs).length;
    return [
      {
        code: 'schedule-lag',
        severity: 'warning',
        phase: summary.name,
        what:
          `${counted(late, 'call')} (${percent(late / lagsNs.length)}) left more than ` +
          `${duration(limitNs)} late, the latest ${duration(longest)}: the slowest response times are ` +
          `in part the generator's`,
        remedy:
          'compare them with the latency from send; end other work on the machine, or give the generator a ' +
          'core of its own',
      },
    ];
  }
  return [];
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

function littleReasons({ edges }: Evidence, { frame, summary, flight }: AnalysedPhase): readonly ValidityReason[] {
  const disturbed = edges.some((edge) => edge.planned.phaseIndex === frame.planned.index);
  const stationary = traitsOf(summary.regime).holdsOneLevel && !disturbed && frame.ended;
  const residual = flight.consistencyError;
  const windowNs = frame.scheduledEndNs - frame.measuredFromNs;
  const longEnough =
    flight.completions >= LITTLE_COMPLETIONS && windowNs >= LITTLE_RESIDENCES * (flight.meanResidenceNs ?? Infinity);
  if (!stationary || !longEnough || residual === null || residual <= LITTLE_LIMIT) return [];
  return [
    {
      code: 'consistency-check',
      severity: 'invalid',
      phase: summary.name,
      what:
        `calls in flight and throughput times residence differ by ${percent(residual)} (limit ` +
        `${percent(LITTLE_LIMIT)}): the window is not steady`,
      remedy: 'lengthen the warm-up or the phase, or lower the load: the target was still filling up or running dry',
    },
  ];
}

/**
 * Blocked turns of the generator's own event loop. A loop may rest while it waits for answers, so only a rest that also
 * made a call late counts: the smaller of the longest turn and the largest lag of each second.
 */
function stallReasons(
  { health, plan, machine }: Evidence,
  { frame, summary }: AnalysedPhase,
): readonly ValidityReason[] {
  if (traitsOf(summary.regime).searches) return [];
  const hiccupNs = Math.max(STALL_NS, lagLimitNs(plan.scenario.calls, machine.assumed));
  let worstNs = 0;
  let stalledNs = 0;
  let gcNs = 0;
  for (const row of health) {
    if (row.atNs <= frame.measuredFromNs || row.atNs > frame.scheduledEndNs + 1e9) continue;
    const stallNs = Math.min(row.loopDelayMaxNs, row.lagMaxNs ?? 0);
    worstNs = Math.max(worstNs, stallNs);
    if (stallNs > hiccupNs) stalledNs += stallNs;
    gcNs += row.gcNs;
  }
  const lengthNs = Math.max(1, frame.scheduledEndNs - frame.measuredFromNs);
  const reasons: ValidityReason[] = [];
  const share = stalledNs / lengthNs;
  if (share > STALL_SHARE_INVALID || worstNs > STALL_WARNING * hiccupNs) {
    reasons.push({
      code: 'generator-saturated',
      severity: share > STALL_SHARE_INVALID ? 'invalid' : 'warning',
      phase: summary.name,
      what:
        `the generator was blocked for up to ${duration(worstNs)} with calls due, ${percent(share)} of ` +
        `the phase in all (limit ${percent(STALL_SHARE_INVALID)})`,
      remedy:
        'this is the generator, not the target: free a core for it, end other work on the machine, or lower the rate',
    });
  }
  if (gcNs / lengthNs > GC_SHARE_WARNING) {
    reasons.push({
      code: 'generator-saturated',
      severity: 'warning',
      phase: summary.name,
      what:
        `garbage collection took ${percent(gcNs / lengthNs)} of the generator's time (warned from ` +
        `${percent(GC_SHARE_WARNING)})`,
      remedy: 'lower the rate or the size of the answers',
    });
  }
  return reasons;
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
