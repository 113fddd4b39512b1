/** The fixed vocabulary of reports: what verdicts, outcomes, stages, phases and faults are called in every form. */
import {
  phaseLabel,
  type EndedInStage,
  type FluidLimit,
  type GateResult,
  type GatewayFinding,
  type PhaseSummary,
  type RecoverySummary,
  type StageName,
  type StageStats,
  type Summary,
} from '../analysis/index.js';
import type { GateReport } from '../gate/index.js';
import { OUTCOMES, type Outcome } from '../record/index.js';
import { boundOf, traitsOf } from '../catalog/index.js';
import { count, counted, lowerBound, measuredText, plural, rate } from '../format/index.js';
import type { Plan } from '../plan/index.js';
import { plainText } from './text.js';

export const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  'client-queue': 'client queue',
  'schedule-lag': 'schedule lag',
  'outbound-hop': 'outbound hop',
  'upstream-queue': 'upstream queue',
  service: 'service',
  'return-hop': 'return hop',
  unlocated: 'after the send, stage unknown',
  wait: 'wait for the first byte',
  read: 'reading the answer',
};

/** How attempts ended that got no answer. */
export const ENDED_WORDS: Readonly<Record<EndedInStage['how'], string>> = {
  'gave-up': 'timed out',
  shed: 'shed',
  failed: 'failed',
};

/** Who shed an attempt: the client, before it was sent, or what it was sent to. */
const SHED_BY = { client: 'shed by the client (queue full)', target: 'shed by the target (overload)' } as const;

const BEFORE_SEND: readonly StageName[] = ['client-queue', 'schedule-lag'];

/** Attempts that ended in one way at one place. */
export interface Ending {
  /** `timed out in: upstream queue`; of attempts that were shed by whom. */
  readonly words: string;
  readonly how: EndedInStage['how'];
  readonly attempts: number;
}

/** Attempts by how and where they ended, the most frequent first. Where in the target one was shed makes no ending. */
export function endingsOf(ended: readonly Pick<EndedInStage, 'stage' | 'how' | 'attempts'>[]): readonly Ending[] {
  const sums = new Map<string, Ending>();
  for (const { stage, how, attempts } of ended) {
    const shedBy = BEFORE_SEND.includes(stage) ? SHED_BY.client : SHED_BY.target;
    const words = how === 'shed' ? shedBy : `${ENDED_WORDS[how]} in: ${STAGE_WORDS[stage]}`;
    sums.set(words, { words, how, attempts: attempts + (sums.get(words)?.attempts ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.attempts - a.attempts);
}

/** Names of the outcomes, in their order of precedence. */
export const OUTCOME_ORDER = OUTCOMES;
export const OUTCOME_WORDS = Object.fromEntries(
  OUTCOMES.map((outcome) => [outcome, outcome === 'tool' ? 'tool error' : outcome]),
) as Readonly<Record<Outcome, string>>;

export type Tone = 'good' | 'bad' | 'unsure' | 'quiet';

/** A tone, or `look`: nothing judges it, and it is worth a look. */
export type State = Tone | 'look';

/** The name of a verdict, with a sign that does not depend on colour. */
export interface Badge {
  readonly words: string;
  readonly tone: Tone;
  readonly sign: string;
}

/** How a finding on a gateway stands. */
export const FINDING: Readonly<Record<GatewayFinding['tone'], Badge>> = {
  good: { words: 'good', tone: 'good', sign: '✓' },
  bad: { words: 'defect', tone: 'bad', sign: '✗' },
  note: { words: 'note', tone: 'quiet', sign: '·' },
};

export const GATE_VERDICT: Readonly<Record<GateResult['verdict'], Badge>> = {
  pass: { words: 'pass', tone: 'good', sign: '✓' },
  regress: { words: 'fail', tone: 'bad', sign: '✗' },
  inconclusive: { words: 'inconclusive', tone: 'unsure', sign: '?' },
  invalid: { words: 'not judged', tone: 'bad', sign: '!' },
};

/**
 * How a value is marked by the verdict of its gate. One that was not judged has no mark that could be taken for a
 * verdict on its value.
 */
export const valueTone = (verdict: GateResult['verdict']): State =>
  verdict === 'invalid' ? 'quiet' : GATE_VERDICT[verdict].tone;

/** The verdicts on a run. */
export const RUN_VERDICT: Readonly<Record<Summary['validity']['verdict'], Badge>> = {
  valid: { words: 'valid', tone: 'good', sign: '✓' },
  doubtful: { words: 'doubtful', tone: 'unsure', sign: '?' },
  invalid: { words: 'invalid', tone: 'bad', sign: '!' },
};

/** Of an invalid run. */
export const DO_NOT_RELY = 'The results below are shown to help find the reason; do not rely on them.';

/** Says that a run is not judged by its gates versus a reference; null where it has none. */
export function changeGatesNote({ comparativeGates }: Pick<Plan['scenario'], 'comparativeGates'>): string | null {
  const n = comparativeGates.filter(({ versus }) => versus === 'reference').length;
  if (n === 0) return null;
  const gates = `${counted(n, 'gate')} on a change ${plural(n, 'is', 'are')}`;
  return `${gates} judged by "plimsoll compare", not in a single run.`;
}

/** How many gates ended how: `3 passed, 1 failed`, `0 passed, 3 not judged`. */
export function gateCounts({ results }: GateReport): string {
  const ended = (verdict: GateResult['verdict'], words: string, always = false): readonly string[] => {
    const n = results.filter((each) => each.verdict === verdict).length;
    return n > 0 || always ? [`${n} ${words}`] : [];
  };
  return [
    ...ended('pass', 'passed', true),
    ...ended('regress', 'failed'),
    ...ended('inconclusive', 'inconclusive'),
    ...ended('invalid', 'not judged'),
  ].join(', ');
}

/** What a gate measured; null when there was nothing. */
export function measuredWords({ measured, isLowerBound, unit, gate, step }: GateResult): string | null {
  if (measured === null) return null;
  const text = measuredText(measured, unit, gate, step);
  return isLowerBound === true ? lowerBound(text, boundOf(gate.metric)) : text;
}

/** How latency from send is labelled wherever it is shown beside response time. */
export const FROM_SEND = 'latency from send';
export const FROM_SEND_NOTE = 'latency from send (uncorrected: includes coordinated omission)';

/** `closed loop, 16 callers` or `open loop`. */
export function loopWords(phase: Pick<PhaseSummary, 'regime' | 'loop' | 'concurrency'>): string {
  if (traitsOf(phase.regime).measuresIdleLatency) return 'closed loop, one call in flight';
  if (phase.loop === 'open') return 'open loop';
  return phase.concurrency === null
    ? 'closed loop'
    : `closed loop, ${phase.concurrency} ${plural(phase.concurrency, 'caller')}`;
}

/** What kind of phase it is: `steady · open loop`; the regime only where the phase's own name does not say it. */
export const phaseKind = (phase: Pick<PhaseSummary, 'name' | 'regime' | 'loop' | 'concurrency'>): string =>
  phase.name.toLowerCase() === phase.regime ? loopWords(phase) : `${phase.regime} · ${loopWords(phase)}`;

/**
 * A phase's name beside its numbers. A closed loop sends less to a server that slows down, so that its times are not
 * those of independent arrivals: no table or chart names one without saying so.
 */
export const phaseName = ({ name, loop }: Pick<PhaseSummary, 'name' | 'loop'>, limit = 60): string =>
  phaseLabel({ name: plainText(name, limit), loop });

/** The same where only the name is known. */
export function namedPhase(
  phases: readonly Pick<PhaseSummary, 'name' | 'loop'>[],
  name: string,
  limit?: number,
): string {
  return phaseName(phases.find((phase) => phase.name === name) ?? { name, loop: 'open' }, limit);
}

/** Phases with a rate of their own; each probe of a search has another, and they are in the chapter Load line. */
export const measuredPhases = ({ phases }: Pick<Summary, 'phases'>): readonly PhaseSummary[] =>
  phases.filter(({ regime }) => !traitsOf(regime).searches);

/** A fault by what it does and where. */
export const faultName = (fault: { readonly type: string; readonly on: string }): string =>
  `${fault.type} on ${plainText(fault.on, 60)}`;

/** The same, and whether it was injected into a closed loop. */
export function faultInPhase(
  recovery: Pick<RecoverySummary, 'type' | 'on' | 'phase'>,
  phases: readonly Pick<PhaseSummary, 'name' | 'loop'>[],
): string {
  const loop = phases.find(({ name }) => name === recovery.phase)?.loop ?? 'open';
  return phaseLabel({ name: faultName(recovery), loop });
}

/** Phases that a sentence names. */
const MOST_NAMED = 12;

/** Which of some phases are closed loops, for what shows all of them together: empty, or a sentence. */
export function closedAmong(phases: readonly Pick<PhaseSummary, 'name' | 'loop' | 'offered'>[]): string {
  const closed = phases.filter(({ loop, offered }) => loop === 'closed' && offered > 0);
  const more = closed.length - MOST_NAMED;
  const names = closed.slice(0, MOST_NAMED).map(({ name }) => plainText(name, 40));
  const all = more > 0 ? [...names, `and ${count(more)} more`] : names;
  return all.length === 0 ? '' : `Closed loops: ${all.join(', ')}.`;
}

/** What a stage's schedule asked for: `200/s`, or of a ramp `50/s to 200/s`. */
export function scheduleWords(stage: Pick<StageStats, 'ratePerSecond' | 'rampToPerSecond'>): string {
  return stage.rampToPerSecond === null
    ? rate(stage.ratePerSecond)
    : `${rate(stage.ratePerSecond)} to ${rate(stage.rampToPerSecond)}`;
}

/** What of the run a fluid model ignores: ` (ignores shedding and timeouts)`; empty when it ignores nothing of it. */
export function fluidIgnores(ignores: readonly FluidLimit[]): string {
  const words = ignores.map((limit) => (limit === 'bounded-queue' ? 'shedding' : 'timeouts'));
  return words.length === 0 ? '' : ` (ignores ${words.join(' and ')})`;
}

/** Whose age the queue age is, by its source; of phases with different sources both. */
export function oldestCall(ages: readonly Pick<PhaseSummary['queueAge'], 'source'>[]): string {
  const words = [...new Set(ages.map(({ source }) => source))].map((source) =>
    source === 'upstream' ? 'not yet in service' : 'unanswered',
  );
  return `oldest call ${words.join(' or ')}`;
}

/** What the counters of our own servers count, beside the age of the oldest call. */
export const UPSTREAM_CALLS = 'calls in the upstream, abandoned included';

/** A sentence from words that start in lower case. */
export const capitalised = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
