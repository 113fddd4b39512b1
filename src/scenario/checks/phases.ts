/** Checks of `phases:` that concern every regime; what concerns one alone is in the catalog. */
import { scheduleNs, setsLoadLine, type Path, type PhaseContext, type PhaseText } from '../../catalog/index.js';
import { DEFAULT_IN_FLIGHT_PER_SESSION, DEFAULT_SESSIONS } from '../defaults.js';
import type { CheckContext } from './context.js';

/** Length of a phase's schedule; null for a search, and for a recording that cannot be read. */
export function lengthNs({ load }: PhaseText): number | null {
  return load === null ? null : scheduleNs(load);
}

export function checkPhases(context: CheckContext): void {
  const phaseContext: PhaseContext = { ...context, mostInFlight: mostInFlight(context) };
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
    for (const [key, rate] of phase.rates) {
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
    phase.check(phaseContext, path);
    loadLineKnown ||= setsLoadLine(phase.load);
  });
}

function mostInFlight({ protocol, maxInFlight }: CheckContext): PhaseContext['mostInFlight'] {
  const { sessions = DEFAULT_SESSIONS, 'in-flight-per-session': perSession = DEFAULT_IN_FLIGHT_PER_SESSION } = protocol;
  return maxInFlight <= sessions * perSession
    ? { calls: maxInFlight, reason: `generator.max-in-flight is ${maxInFlight}` }
    : { calls: sessions * perSession, reason: `${sessions} x ${perSession} calls fit into the sessions` };
}

/** Each of several stages is measured, so none may be warm-up altogether. */
function checkWarmup(context: CheckContext, path: Path, { load, warmupNs }: PhaseText): void {
  if (load === null || warmupNs === 0) return;
  const several = load.kind === 'stages' && load.stages.length > 1;
  const limitNs = several ? load.stages[0].forNs : scheduleNs(load);
  if (limitNs === null || warmupNs < limitNs) return;
  context.error(
    [...path, 'warmup'],
    'value',
    'contradiction',
    'the warm-up leaves nothing to measure',
    several
      ? 'make it shorter than the first stage, or make that longer'
      : 'make it shorter than "for", or make the phase longer',
  );
}
