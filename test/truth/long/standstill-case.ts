/**
 * The freeze: a standstill of the target, seen by an open and by a closed loop; and of the generator, which must not
 * pass for the target's.
 */
import {
  LONG_FREEZE,
  SHORT_FREEZE,
  freezeGenerator,
  freezeTarget,
  invalidReasons,
  type FreezeNumbers,
  type FrozenPhase,
} from '../freeze-case.js';
import { inMode, type TruthCase } from './case.js';
import type { Findings, Picture, Statement } from './result.js';

/** A quiet machine adds well under a millisecond to a call. */
const ADDED_NS = 3e6;
const MS = 1e6;

/** The machine is judged, as that of every long case is. */
const MEASURED = { PLIMSOLL_ASSUME_MACHINE: '' };

export const standstillCase: TruthCase = {
  id: 'freeze',
  title: 'A standstill',
  claim:
    '200 calls/s on one worker of 1 ms that stands still for 1 s of 20 s. An open loop finds 250 calls ' +
    'delayed, mean 32 ms, p95 0.2 s, p99 0.84 s, longest 1.0 s. Ten callers in a closed loop see a p99 of ' +
    '1 ms, and are labelled closed. When the generator stands still instead, the run is invalid. (The ' +
    'quick form: 0.4 s of 3.6 s.)',
  chances: 0,
  run: async (context) => {
    const shape = inMode(context, SHORT_FREEZE, LONG_FREEZE, LONG_FREEZE);
    context.report('the target stands still');
    const target = await freezeTarget(shape, MEASURED);
    context.report('the generator stands still');
    const generator = await freezeGenerator(shape, MEASURED);
    return {
      statements: [
        ...open('workers stalled on command', target.stalled),
        ...open('process stopped by a signal', target.stopped),
        {
          what: 'closed loop of ten callers: p99',
          basis: 'timing',
          unit: 'ms',
          theory: shape.serviceNs / MS,
          low: shape.serviceNs / MS,
          high: (shape.serviceNs + ADDED_NS) / MS,
          measured: target.closed.reported.p99Ns / MS,
        },
        yes('the closed loop is labelled closed', target.closed.phase.loop === 'closed'),
        yes(
          'generator stopped by a signal: the phase is invalid for its standstill',
          invalidReasons(generator.summary, 'process').includes('generator-standstill'),
        ),
        yes(
          'load thread alone standing still: the phase is invalid for its standstill',
          invalidReasons(generator.summary, 'thread').includes('generator-standstill'),
        ),
      ],
      pictures: [
        picture('Workers stalled on command, open loop', target.stalled),
        picture('Process stopped by a signal, open loop', target.stopped),
        picture('The same stall, seen by ten callers in a closed loop', target.closed),
      ],
      disturbed: disturbedBy(target.summary.validity.reasons),
      calls: target.summary.phases.reduce((sum, { offered }) => sum + offered, 0),
    } satisfies Findings;
  },
};

/**
 * Under `LONG_FREEZE` the theory is what everybody can work out on paper, but for a signal that comes a few
 * milliseconds late.
 */
function open(words: string, { reported, ideal }: FrozenPhase): readonly Statement[] {
  const statement = (what: string, of: (numbers: FreezeNumbers) => number): Statement => {
    const theory = of(ideal) / MS;
    return {
      what: `${words}: ${what}`,
      basis: 'timing',
      unit: 'ms',
      theory,
      low: theory * 0.99,
      high: theory * 1.01 + ADDED_NS / MS,
      measured: of(reported) / MS,
    };
  };
  return [
    statement('mean', ({ meanNs }) => meanNs),
    statement('p95', ({ p95Ns }) => p95Ns),
    statement('p99', ({ p99Ns }) => p99Ns),
    statement('longest', ({ maxNs }) => maxNs),
  ];
}

const yes = (what: string, holds: boolean): Statement => ({
  what,
  basis: 'exact',
  unit: '',
  theory: 1,
  low: 1,
  high: 1,
  measured: holds ? 1 : 0,
});

/** Why a run is invalid, though nothing was done to the generator: then its numbers are the machine's. */
function disturbedBy(reasons: readonly { readonly severity: string; readonly what: string }[]): readonly string[] {
  return reasons.filter(({ severity }) => severity === 'invalid').map(({ what }) => what);
}

/** Share of calls that took longer than so much. */
function picture(title: string, { calls, phase }: FrozenPhase): Picture {
  const steps = (pick: (call: FrozenPhase['calls'][number]) => number) => {
    const sorted = calls.map(pick).sort((a, b) => a - b);
    return sorted
      .map((ns, k) => ({ x: ns / MS, y: 1 - k / sorted.length }))
      .filter((_, k) => k % Math.max(1, Math.floor(sorted.length / 240)) === 0 || k > sorted.length - 60);
  };
  return {
    title,
    finding:
      phase.loop === 'closed'
        ? 'Each caller waits once, so that all but ten calls know nothing of the standstill.'
        : 'Every call that was due in the standstill waits for its part of it.',
    x: 'response time from the intended start in ms',
    y: 'share of calls that took longer',
    logarithmic: false,
    series: [
      { words: 'replay', as: 'theory', points: steps(({ truthNs }) => truthNs) },
      { words: 'measured', as: 'points', points: steps(({ reportedNs }) => reportedNs) },
    ],
  };
}
