/** Checks of `phases:` that concern every regime; what concerns one alone is in the catalog. */
import {
  eachRepeated,
  reportBelow,
  scheduleNs,
  setsLoadLine,
  type CheckReport,
  type PhaseContext,
  type PhaseText,
} from '../../catalog/index.js';
import { counted, duration } from '../../format/index.js';
import { BETWEEN_PHASES_NS, DEFAULT_IN_FLIGHT_PER_SESSION, DEFAULT_SESSIONS } from '../defaults.js';
import { nodeAt } from '../tree.js';
import type { CheckContext } from './context.js';

/** Length of a phase's schedule; null for a search, and for a recording that cannot be read. */
export function lengthNs({ load }: PhaseText): number | null {
  return load === null ? null : scheduleNs(load);
}

/** Either both lists have something, or both are empty: then a run checks the target and opens the sessions. */
function checkEmpty({ tree, error }: CheckContext): void {
  const isEmpty = (key: 'calls' | 'phases'): boolean | null => {
    const node = nodeAt(tree, [key]);
    return node?.kind === 'list' ? node.items.length === 0 : null;
  };
  const [noCalls, noPhases] = [isEmpty('calls'), isEmpty('phases')];
  if (noCalls === null || noPhases === null || noCalls === noPhases) return;
  const [empty, other] = noCalls ? (['calls', 'phases'] as const) : (['phases', 'calls'] as const);
  error({ key: [empty] }, 'empty', {
    what: 'this list is empty',
    remedy: `write at least one of the ${empty}, or leave ${other} empty too, to open sessions alone`,
  });
}

export function checkPhases(context: CheckContext): void {
  checkEmpty(context);
  checkPauses(context);
  const limit = mostInFlight(context);
  let loadLineKnown = context.hasLoadLine;
  eachRepeated(
    context.phases.map((phase) => phase?.name ?? null),
    (name, index, first) =>
      context.error(['phases', index, 'name'], 'duplicate-name', {
        what: `"${name}" is already the name of phase ${first}`,
        remedy: 'give each phase its own name',
      }),
  );
  context.phases.forEach((phase, index) => {
    if (phase === null) {
      // It may have been the capacity phase: relative rates after it get the benefit of the doubt.
      loadLineKnown = true;
      return;
    }
    const report = reportBelow(context, ['phases', index]);
    checkWarmup(phase, report);
    for (const [key, rate] of phase.rates) {
      if (rate.kind === 'relative' && !loadLineKnown)
        report.error(key, 'no-load-line', {
          what: `${rate.timesLoadLine}x has no load line to be a multiple of`,
          remedy: 'add "load-line: 400/s" at the top, or a phase with "regime: capacity" before this one',
        });
    }
    phase.check({ ...report, services: context.services, target: context.target, mostInFlight: limit });
    loadLineKnown ||= setsLoadLine(phase.load);
  });
}

/** Pauses shorter than this in all are not worth a word. */
const LEAST_PAUSES_NS = 1e9;

/** Phases that take as long to begin as to run, or longer. */
function checkPauses({ phases, warn }: CheckContext): void {
  const lengthsNs = phases.flatMap((phase) => (phase === null ? [] : (lengthNs(phase) ?? [])));
  const loadNs = lengthsNs.reduce((sum, each) => sum + each, 0);
  const pausesNs = BETWEEN_PHASES_NS * phases.length;
  if (lengthsNs.length < phases.length || pausesNs < Math.max(LEAST_PAUSES_NS, loadNs)) return;
  warn({ key: ['phases'] }, 'short-phases', {
    what:
      `${counted(phases.length, 'phase')} last ${duration(loadNs)} in all, and the pauses between them ` +
      `${duration(pausesNs)}: each begins ${duration(BETWEEN_PHASES_NS)} after the one before has ended`,
    remedy: 'write the steps of a rate as "stages" of one phase (regime: stages), which follow without a pause',
  });
}

function mostInFlight({ protocol, maxInFlight }: CheckContext): PhaseContext['mostInFlight'] {
  const { sessions = DEFAULT_SESSIONS, 'in-flight-per-session': perSession = DEFAULT_IN_FLIGHT_PER_SESSION } = protocol;
  return maxInFlight <= sessions * perSession
    ? { calls: maxInFlight, reason: `generator.max-in-flight is ${maxInFlight}` }
    : { calls: sessions * perSession, reason: `${sessions} x ${perSession} calls fit into the sessions` };
}

/** Each of several stages is measured, so none may be warm-up altogether. */
function checkWarmup({ load, warmupNs }: PhaseText, { error }: CheckReport): void {
  if (load === null || warmupNs === 0) return;
  const several = load.kind === 'stages' && load.stages.length > 1;
  const limitNs = several ? load.stages[0].forNs : scheduleNs(load);
  if (limitNs === null || warmupNs < limitNs) return;
  error(['warmup'], 'contradiction', {
    what: 'the warm-up leaves nothing to measure',
    remedy: several
      ? 'make it shorter than the first stage, or make that longer'
      : 'make it shorter than "for", or make the phase longer',
  });
}
