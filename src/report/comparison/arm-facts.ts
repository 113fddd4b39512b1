/** How each arm came back and which queue grew first in it, over its trials: in the words of a run's report. */
import type { ComparedArm, ComparedTrial, Comparison, TrialQueue, TrialRecovery } from '../../compare/index.js';
import { count, counted, duration, NOT_WITHIN } from '../../format/index.js';
import { plainText } from '../text.js';
import { queueName } from '../topics/breakdown-words.js';
import { faultInPhase } from '../words.js';

export interface ArmFacts {
  readonly arm: string;
  /** Each finding with the trials that have it, most of them first. */
  readonly recovery: readonly string[];
  readonly firstGrowing: readonly string[];
}

/** Of every arm that has trials; empty where no trial has either, or where the arms may not be compared. */
export function factsOf({ arms, environment, phases }: Comparison): readonly ArmFacts[] {
  if (environment.some(({ standing }) => standing === 'blocking')) return [];
  const found = arms.flatMap((arm) => (arm.trials.length === 0 ? [] : [factsOfArm(arm, phases)]));
  return found.some(({ recovery, firstGrowing }) => recovery.length + firstGrowing.length > 0) ? found : [];
}

type Phases = Comparison['phases'];

const factsOfArm = ({ name, trials }: ComparedArm, phases: Phases): ArmFacts => ({
  arm: name,
  recovery: pooled(
    trials,
    ({ recovery }) => recovery,
    (recovery) => `${recovery.time.kind} ${afterWords(recovery, phases)}`,
    (recoveries) => recoveryText(recoveries, phases),
  ),
  firstGrowing: pooled(trials, ({ firstGrowing }) => firstGrowing, queueKey, queueText),
});

/** What the trials of a group have in common, once; with their number where there are other groups. */
function pooled<Fact>(
  trials: readonly ComparedTrial[],
  of: (trial: ComparedTrial) => Fact | null,
  keyOf: (fact: Fact) => string,
  textOf: (facts: readonly [Fact, ...Fact[]]) => string,
): readonly string[] {
  const groups = new Map<string, [Fact, ...Fact[]]>();
  for (const trial of trials) {
    const fact = of(trial);
    if (fact === null) continue;
    const same = groups.get(keyOf(fact));
    if (same === undefined) groups.set(keyOf(fact), [fact]);
    else same.push(fact);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((facts) => {
      const share = `in ${count(facts.length)} of ${counted(trials.length, 'trial')}`;
      return facts.length === trials.length ? textOf(facts) : `${textOf(facts)}, ${share}`;
    });
}

const afterWords = ({ fault, phase }: TrialRecovery, phases: Phases): string =>
  fault === null ? `backlog of ${plainText(phase, 40)}` : `after ${faultInPhase({ ...fault, phase }, phases)}`;

/** `1.5 s to 2 s after latency on upstream`. */
function recoveryText(recoveries: readonly [TrialRecovery, ...TrialRecovery[]], phases: Phases): string {
  const [first] = recoveries;
  const times = recoveries.map(({ time }) => ('ns' in time ? time.ns : 0));
  const windowNs = Math.max(...recoveries.map((each) => each.windowNs ?? 0));
  return `${timeWords(first.time.kind, times, windowNs)}, ${afterWords(first, phases)}`;
}

function timeWords(kind: TrialRecovery['time']['kind'], times: readonly number[], windowNs: number): string {
  switch (kind) {
    case 'value':
      return range(times, (ns) => (ns === 0 && windowNs > 0 ? `< ${duration(windowNs)}` : duration(ns)));
    case 'censored':
      return `${NOT_WITHIN} ${range(times, duration)}`;
    case 'not-degraded':
      return 'none needed';
    case 'not-observed':
      return 'the observation ended too early';
    case 'unknown':
      return 'unknown: too little data';
  }
}

const isNamed = ({ firstGrowing }: TrialQueue): boolean => firstGrowing !== 'none' && firstGrowing !== 'unknown';

const queueKey = (queue: TrialQueue): string => {
  const { phase, firstGrowing, gateway, stage, began } = queue;
  return JSON.stringify([isNamed(queue) ? phase : null, firstGrowing, gateway, stage, began === null]);
};

/** `upstream queue, between 1.2 s and 1.9 s after the start of overload`. */
function queueText(queues: readonly [TrialQueue, ...TrialQueue[]]): string {
  const [first] = queues;
  const phase = plainText(first.phase, 40);
  if (first.firstGrowing === 'none') return 'no queue grew';
  if (!isNamed(first)) return queueName(first);
  const began = queues.flatMap((queue) => queue.began ?? []);
  if (began.length === 0) return `no queue grew in ${phase}; most ended early in: ${queueName(first)}`;
  const from = duration(Math.min(...began.map(({ fromNs }) => fromNs)));
  const to = duration(Math.max(...began.map(({ toNs }) => toNs)));
  return `${queueName(first)}, ${from === to ? from : `between ${from} and ${to}`} after the start of ${phase}`;
}

/** `1.2 s`, or `1.2 s to 1.9 s` where the ends are written differently. */
function range(values: readonly number[], text: (value: number) => string): string {
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  return low === high ? low : `${low} to ${high}`;
}
