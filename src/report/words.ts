/**
 * The fixed vocabulary of reports: what verdicts, outcomes, stages, regimes and faults are called when people read
 * them.
 */
import { traitsOf } from '../catalog/index.js';
import {
  phaseLabel,
  type GateResult,
  type PhaseSummary,
  type RecoverySummary,
  type StageName,
  type StageStats,
} from '../analysis/index.js';
import { rate } from '../format/index.js';
import type { Outcome } from '../record/index.js';
import { plainText } from './text.js';

export const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  'client-queue': 'client queue',
  'send-lag': 'send lag',
  outbound: 'outbound hop',
  'upstream-queue': 'upstream queue',
  service: 'service',
  return: 'return hop',
  wait: 'wait for the first byte',
  read: 'reading the answer',
};

/** Outcomes in their order of precedence, in words. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  generator: 'generator',
  transport: 'transport',
  auth: 'auth',
  shed: 'shed',
  session: 'session',
  protocol: 'protocol',
  tool: 'tool error',
  deadline: 'deadline',
  semantic: 'semantic',
  effect: 'effect',
  ok: 'ok',
};
export const OUTCOME_ORDER = Object.keys(OUTCOME_WORDS) as Outcome[];

export type Tone = 'good' | 'bad' | 'unsure' | 'quiet';

/** A verdict as a person says it, and how grave it is. */
export const GATE_VERDICT: Readonly<
  Record<GateResult['verdict'], { readonly words: string; readonly tone: Tone; readonly sign: string }>
> = {
  pass: { words: 'pass', tone: 'good', sign: '✓' },
  regress: { words: 'fail', tone: 'bad', sign: '✗' },
  inconclusive: { words: 'inconclusive', tone: 'unsure', sign: '?' },
  invalid: { words: 'invalid', tone: 'bad', sign: '!' },
};

/** `closed loop, 16 callers` or `open loop`. */
export function loopWords(phase: Pick<PhaseSummary, 'regime' | 'loop' | 'concurrency'>): string {
  if (traitsOf(phase.regime).measuresIdleLatency) return 'closed loop, one call in flight';
  if (phase.loop === 'open') return 'open loop';
  return phase.concurrency === null
    ? 'closed loop'
    : `closed loop, ${phase.concurrency} ${phase.concurrency === 1 ? 'caller' : 'callers'}`;
}

/** What kind of phase it is: `steady · open loop`; the regime only where the phase's own name does not say it. */
export function phaseKind(phase: Pick<PhaseSummary, 'name' | 'regime' | 'loop' | 'concurrency'>): string {
  return phase.name.toLowerCase() === phase.regime ? loopWords(phase) : `${phase.regime} · ${loopWords(phase)}`;
}

/**
 * A phase's name as it stands beside numbers. A closed loop asks less of a server that slows down, so that its times
 * are not those of independent arrivals: no table or chart names one without saying so.
 */
export function phaseName({ name, loop }: Pick<PhaseSummary, 'name' | 'loop'>, limit = 60): string {
  return phaseLabel({ name: plainText(name, limit), loop });
}

/** The same where only the name is at hand. */
export function namedPhase(
  phases: readonly Pick<PhaseSummary, 'name' | 'loop'>[],
  name: string,
  limit?: number,
): string {
  return phaseName(phases.find((phase) => phase.name === name) ?? { name, loop: 'open' }, limit);
}

/** A fault by what it does and where, and that it came on in a closed loop. */
export function faultInPhase(
  recovery: Pick<RecoverySummary, 'fault' | 'type' | 'on' | 'phase'>,
  phases: readonly Pick<PhaseSummary, 'name' | 'loop'>[],
): string {
  return phaseLabel({
    name: faultName(recovery),
    loop: phases.find(({ name }) => name === recovery.phase)?.loop ?? 'open',
  });
}

/** Which of some phases are closed loops, for what shows all of them together: empty, or a sentence. */
export function closedAmong(phases: readonly Pick<PhaseSummary, 'name' | 'loop' | 'offered'>[]): string {
  const closed = phases.filter(({ loop, offered }) => loop === 'closed' && offered > 0);
  return closed.length === 0
    ? ''
    : `Among them closed loops: ${closed.map(({ name }) => plainText(name, 40)).join(', ')}.`;
}

/** A fault by what it does and where. */
export function faultName(fault: { readonly fault: string; readonly type: string; readonly on: string }): string {
  return `${fault.type} on ${plainText(fault.on, 60)}`;
}

/** What a stage's schedule asked for: `200/s`, or of a ramp `50/s to 200/s`. */
export function scheduleWords(stage: Pick<StageStats, 'ratePerSecond' | 'rampToPerSecond'>): string {
  return stage.rampToPerSecond === null
    ? rate(stage.ratePerSecond)
    : `${rate(stage.ratePerSecond)} to ${rate(stage.rampToPerSecond)}`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? one : many;
}
