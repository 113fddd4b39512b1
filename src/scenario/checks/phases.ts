/** Checks of `phases:` against each other, the sessions and the load line. */
import type { Path } from '../../catalog/index.js';
import type { PhaseText } from '../grammar/phases.js';
import { suggestion } from '../../problem/index.js';
import { readRecorded, replayOf } from '../recorded-arrivals.js';
import { stageLabel, stagesOf } from '../stages.js';
import type { Rate } from '../types.js';
import type { CheckContext } from './context.js';
import { DEFAULT_IN_FLIGHT_PER_SESSION, DEFAULT_SESSIONS } from '../defaults.js';

/**
 * Length of a phase's schedule; null where it is not known beforehand, or can't be because its recording is not to be
 * read.
 */
export function lengthNs(phase: PhaseText): number | null {
  switch (phase.regime) {
    case 'floor':
    case 'steady':
    case 'soak':
      return phase.for;
    case 'overload':
      return (phase.before?.for ?? 0) + phase.for + phase.after.for;
    case 'stages':
    case 'spike':
      return stagesOf(phase).reduce((sum, { forNs }) => sum + forNs, 0);
    case 'replay':
      return replaySchedule(phase)?.forNs ?? null;
    case 'capacity':
      return null;
  }
}

function replaySchedule(phase: Extract<PhaseText, { regime: 'replay' }>): ReturnType<typeof replayOf> | null {
  const read = 'recorded' in phase ? readRecorded(phase.recorded) : null;
  return read?.ok === true ? replayOf(read.offsetsNs, phase.speed ?? 1, phase.for) : null;
}

export function checkPhases(context: CheckContext): void {
  const { sessions = DEFAULT_SESSIONS, 'in-flight-per-session': perSession = DEFAULT_IN_FLIGHT_PER_SESSION } =
    context.protocol;
  const most = Math.min(sessions * perSession, context.maxInFlight);
  const names = new Map<string, number>();
  let loadLineKnown = context.hasLoadLine;
  context.phases.forEach((phase, index) => {
    if (phase === null) {
      // It may have been the capacity phase: relative rates after it get the benefit of the doubt.
      loadLineKnown = true;
      return;
    }
    const path = ['phases', index];
    const first = names.get(phase.name);
    if (first === undefined) names.set(phase.name, index);
    else
      context.error(
        [...path, 'name'],
        'value',
        'duplicate-name',
        `"${phase.name}" is already the name of phase ${first}`,
        'give each phase its own name',
      );
    checkWarmup(context, path, phase);
    for (const [key, rate] of ratesOf(phase)) {
      if (rate.kind === 'relative' && !loadLineKnown) {
        context.error(
          [...path, ...key],
          'value',
          'no-load-line',
          `${rate.timesLoadLine}x has no load line to be a multiple of`,
          'add "load-line: 400/s" at the top, or a phase with "regime: capacity" before this one',
        );
      }
    }
    if ((phase.regime === 'steady' || phase.regime === 'soak') && 'concurrency' in phase && phase.concurrency > most) {
      const limit =
        most === context.maxInFlight
          ? `generator.max-in-flight is ${context.maxInFlight}`
          : `${sessions} x ${perSession} calls fit into the sessions`;
      context.error(
        [...path, 'concurrency'],
        'value',
        'concurrency-unreachable',
        `${phase.concurrency} callers can't all have a call in flight: ${limit}`,
        'raise protocol.sessions, protocol.in-flight-per-session or generator.max-in-flight, or lower the concurrency',
      );
    }
    if (phase.regime === 'overload') checkOverload(context, path, phase);
    if (phase.regime === 'stages') checkStageNames(context, path, phase);
    if (phase.regime === 'spike') checkSpike(context, path, phase);
    if (phase.regime === 'replay') checkReplay(context, path, phase);
    if (phase.regime === 'capacity') {
      const [low, high] = phase.between;
      if (low >= high)
        context.error(
          [...path, 'between'],
          'key',
          'contradiction',
          'the lowest rate is not below the highest',
          'write the lower one first',
        );
      checkLoss(context, path, phase);
      // What a damaged stack sustains is not its load line.
      loadLineKnown ||= phase.without === undefined;
    }
  });
}

function checkLoss(
  context: CheckContext,
  path: Path,
  { without, operating }: Extract<PhaseText, { regime: 'capacity' }>,
): void {
  if (without === undefined) {
    if (operating !== undefined)
      context.error(
        [...path, 'operating'],
        'key',
        'contradiction',
        'an operating rate says what must be left when a service is lost, and none is lost here',
        'add "without: NAME", or take "operating" out',
      );
    return;
  }
  const service = context.services.get(without);
  if (service === undefined) {
    context.error(
      [...path, 'without'],
      'value',
      'unknown-service',
      `there is no service "${without}"`,
      suggestion(without, [...context.services.keys()], 'services'),
    );
  } else if (service !== null && 'url' in service) {
    context.error(
      [...path, 'without'],
      'value',
      'not-ours',
      `"${without}" is run by somebody else, so it can't be taken away`,
      'name a service this scenario starts',
    );
  } else if (without === context.target) {
    context.error(
      [...path, 'without'],
      'value',
      'contradiction',
      `"${without}" is the target itself: without it nothing can be sustained`,
      'name one of several replicas or upstreams behind it',
    );
  }
}

function checkWarmup(context: CheckContext, path: Path, phase: PhaseText): void {
  const length = lengthNs(phase);
  if (!('warmup' in phase) || phase.warmup === undefined || length === null) return;
  const firstNs = firstStageNs(phase);
  const limit = firstNs ?? length;
  if (phase.warmup >= limit) {
    context.error(
      [...path, 'warmup'],
      'value',
      'contradiction',
      'the warm-up leaves nothing to measure',
      firstNs === null
        ? 'make it shorter than "for", or make the phase longer'
        : 'make it shorter than the first stage, or make that longer',
    );
  }
}

/** Length of the first of several stages: each is measured, so none may be warm-up altogether. */
function firstStageNs(phase: PhaseText): number | null {
  switch (phase.regime) {
    case 'overload':
      return phase.before?.for ?? phase.for;
    case 'stages':
    case 'spike':
      return stagesOf(phase)[0].forNs;
    case 'floor':
    case 'steady':
    case 'soak':
    case 'replay':
    case 'capacity':
      return null;
  }
}

/**
 * True when one rate is known to be at least another; rates of different kinds can't be compared before the load line
 * is known.
 */
function atLeast(a: Rate, b: Rate): boolean {
  return a.kind === 'absolute'
    ? b.kind === 'absolute' && a.perSecond >= b.perSecond
    : b.kind === 'relative' && a.timesLoadLine >= b.timesLoadLine;
}

function checkStageNames(context: CheckContext, path: Path, phase: Extract<PhaseText, { regime: 'stages' }>): void {
  const labels = phase.stages.map(stageLabel);
  labels.forEach((label, index) => {
    const first = labels.indexOf(label);
    if (first !== index)
      context.error(
        [...path, 'stages', index, 'name'],
        'value',
        'duplicate-name',
        `"${label}" is already the name of stage ${first}`,
        'give each stage of a phase its own name',
      );
  });
}

function checkSpike(context: CheckContext, path: Path, phase: Extract<PhaseText, { regime: 'spike' }>): void {
  if (atLeast(phase.base, phase.spike)) {
    context.error(
      [...path, 'spike'],
      'value',
      'contradiction',
      'the rate of the spike is not above the base rate',
      'raise it, or use "regime: stages" for a dip',
    );
  }
}

function checkReplay(context: CheckContext, path: Path, phase: Extract<PhaseText, { regime: 'replay' }>): void {
  const schedule = replaySchedule(phase);
  if (schedule === null) return;
  if (schedule.offsetsNs.length === 0) {
    context.error(
      [...path, 'for'],
      'value',
      'contradiction',
      'the recording has no arrival before this',
      'make it longer, or leave it out to replay all of the recording',
    );
  } else if ((schedule.offsetsNs.at(-1) ?? 0) < (phase.warmup ?? 0)) {
    context.error(
      [...path, 'warmup'],
      'value',
      'contradiction',
      'every arrival of the recording falls into the warm-up',
      'make it shorter',
    );
  }
}

function checkOverload(context: CheckContext, path: Path, phase: Extract<PhaseText, { regime: 'overload' }>): void {
  for (const stage of ['before', 'after'] as const) {
    const rate = phase[stage]?.rate;
    if (rate !== undefined && atLeast(rate, phase.rate)) {
      context.error(
        [...path, stage, 'rate'],
        'value',
        'contradiction',
        `the rate ${stage} the overload is not below the overload's`,
        'lower it, so that a backlog can drain',
      );
    }
  }
  if (phase.rate.kind === 'relative' && phase.rate.timesLoadLine <= 1) {
    context.warn(
      [...path, 'rate'],
      'value',
      'no-overload',
      `${phase.rate.timesLoadLine}x the load line is no overload`,
      'write more than 1x, or use "regime: steady"',
    );
  }
}

type PlacedRate = readonly [key: Path, rate: Rate];

function ratesOf(phase: PhaseText): readonly PlacedRate[] {
  switch (phase.regime) {
    case 'floor':
    case 'capacity':
    case 'replay':
      return [];
    case 'stages':
      return phase.stages.flatMap((stage, index): readonly PlacedRate[] =>
        'rate' in stage
          ? [[['stages', index, 'rate'], stage.rate]]
          : [
              [['stages', index, 'from'], stage.from],
              [['stages', index, 'to'], stage.to],
            ],
      );
    case 'spike':
      return [
        [['base'], phase.base],
        [['spike'], phase.spike],
      ];
    case 'steady':
    case 'soak':
      return 'rate' in phase ? [[['rate'], phase.rate]] : [];
    case 'overload':
      return [
        ...(phase.before === undefined ? [] : [[['before', 'rate'], phase.before.rate] as const]),
        [['rate'], phase.rate],
        [['after', 'rate'], phase.after.rate],
      ];
  }
}
