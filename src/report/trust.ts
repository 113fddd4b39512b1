/**
 * Can this run be trusted? The checks of the harness on itself, each with what was seen, what would have been too much,
 * and its state.
 */
import { traitsOf } from '../catalog/index.js';
import type { Summary } from '../analysis/index.js';
import { UNKNOWN, count, duration, plural, quantile, rate, percent } from '../format/index.js';
import { quantileOf } from './quantiles.js';
import { plainText } from './text.js';

export interface TrustFact {
  readonly name: string;
  readonly value: string;
  /** What it means, and the limit it is held against. */
  readonly meaning: string;
  readonly state: 'ok' | 'warning' | 'broken' | 'unknown';
}

export function trustFacts(summary: Summary): readonly TrustFact[] {
  return [
    scheduleLag(summary),
    loopDelay(summary),
    littleResidual(summary),
    accounted(summary),
    machineNoise(summary),
    selfCapacity(summary),
  ];
}

/** The state of a check is the analysis' verdict on it; the report never judges by limits of its own. */
function stateOf(summary: Summary, codes: readonly string[]): 'ok' | 'warning' | 'broken' {
  const reasons = summary.validity.reasons.filter((reason) => codes.includes(reason.code));
  if (reasons.some((reason) => reason.severity === 'invalid')) return 'broken';
  return reasons.length > 0 ? 'warning' : 'ok';
}

function scheduleLag(summary: Summary): TrustFact {
  const name = 'Schedule lag, p99';
  const phases = summary.phases.filter((phase) => phase.loop === 'open' && phase.scheduleLag.n > 0);
  const told = phases.map((phase) => {
    const p99 = quantileOf(phase.scheduleLag, 0.99);
    return {
      phase,
      ns: p99?.kind === 'value' ? p99.ns : (phase.scheduleLag.maxNs ?? 0),
      text: p99?.kind === 'value' ? quantile(p99) : `at most ${duration(phase.scheduleLag.maxNs ?? 0)}`,
    };
  });
  const worst = told.reduce<(typeof told)[number] | null>(
    (highest, each) => (highest === null || each.ns > highest.ns ? each : highest),
    null,
  );
  const meaning =
    'How late calls left the generator, the wait for a slot apart; limit 1 ms, or 5 % of the deadline when that is more.';
  if (worst === null)
    return {
      name,
      value: 'no open loop',
      meaning: 'Only an open loop has a schedule to be late for.',
      state: stateOf(summary, ['schedule-lag']) === 'ok' ? 'unknown' : 'broken',
    };
  return {
    name,
    value: phases.length > 1 ? `${worst.text} (${plainText(worst.phase.name, 40)})` : worst.text,
    meaning,
    state: stateOf(summary, ['schedule-lag']),
  };
}

function loopDelay(summary: Summary): TrustFact {
  const { loopDelayMaxNs, gcShare } = summary.generator;
  return {
    name: 'Generator loop delay',
    value: loopDelayMaxNs === null ? UNKNOWN : duration(loopDelayMaxNs),
    meaning: `Longest pause between two turns of the generator's event loop${gcShare === null ? '' : `; ${percent(gcShare)} of the time went to garbage collection`}.`,
    state:
      loopDelayMaxNs === null
        ? 'unknown'
        : stateOf(summary, ['generator-saturated', 'generator-cpu', 'achieved-below-offered']),
  };
}

function littleResidual(summary: Summary): TrustFact {
  const measured = summary.phases.filter(
    (phase) =>
      traitsOf(phase.regime).holdsOneLevel &&
      !traitsOf(phase.regime).measuresIdleLatency &&
      phase.littleResidual !== null,
  );
  const worst = measured.reduce<number | null>(
    (highest, phase) => Math.max(highest ?? 0, phase.littleResidual ?? 0),
    null,
  );
  return {
    name: "Little's residual",
    value: worst === null ? 'no steady phase' : percent(worst),
    meaning:
      'Calls in flight against throughput times residence; in a steady window they agree within 5 % or a clock or a count is wrong.',
    state: worst === null ? 'unknown' : stateOf(summary, ['little-residual', 'clock-problem']),
  };
}

function accounted(summary: Summary): TrustFact {
  const { logicalCalls, unaccounted } = summary.samples;
  return {
    name: 'Offered = recorded',
    value:
      unaccounted === 0
        ? `${count(logicalCalls)} of ${count(logicalCalls)}`
        : `${count(unaccounted)} ${plural(unaccounted, 'call')} missing`,
    meaning: 'Every logical call that was planned has an end in the record.',
    state: stateOf(summary, ['samples-unaccounted', 'record-incomplete', 'no-samples', 'interrupted']),
  };
}

function machineNoise(summary: Summary): TrustFact {
  return {
    name: 'Machine noise',
    value: summary.spinLostShare === null ? 'not probed' : `${percent(summary.spinLostShare)} lost`,
    meaning:
      'Share of a core that other work took while a probe only spun; from 2 % on it is told, from 10 % on gates are inconclusive.',
    state:
      summary.spinLostShare === null
        ? 'unknown'
        : stateOf(summary, ['contended-machine', 'cpu-steal', 'machine-pressure']),
  };
}

/** What the machine is known to offer on time, beside what was asked of it. */
function selfCapacity(summary: Summary): TrustFact {
  const { selfCapacityPerSecond, selfCapacityUnknown, highestRatePerSecond } = summary.generator;
  const what =
    'Highest rate this machine was known to offer with p99 of schedule lag under 1 ms, against a server that does nothing; plimsoll doctor measures it.';
  const asked = highestRatePerSecond === null ? 'no open loop' : `${rate(highestRatePerSecond)} asked`;
  return {
    name: 'Self-capacity',
    value: selfCapacityPerSecond === null ? `not known, ${asked}` : `${rate(selfCapacityPerSecond)}, ${asked}`,
    meaning: selfCapacityUnknown === null ? what : `Not known: ${plainText(selfCapacityUnknown, 200)}. ${what}`,
    state:
      selfCapacityPerSecond === null || highestRatePerSecond === null
        ? 'unknown'
        : stateOf(summary, ['over-self-capacity']),
  };
}
