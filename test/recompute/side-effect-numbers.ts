/** What faults and overload did besides slow and failed calls, row by row. */
import type { SideEffects } from '../../src/analysis/index.js';
import { OUTCOMES } from '../../src/record/index.js';
import type { Frame } from './frames.js';
import { account } from './effect-numbers.js';
import type { Call } from './logical-calls.js';
import type { Edges } from './recovery-numbers.js';
import type { Attempt, Look, RunFiles, SessionEvent, FaultHit, ToolHints, WorkCounter } from './run-files.js';
import type { ScenarioFacts } from './scenario-facts.js';

export interface ConsequenceInput {
  readonly files: RunFiles;
  readonly scenario: ScenarioFacts;
  /** Judged by the ledger. */
  readonly calls: readonly Call[];
  /** Null without a ledger. */
  readonly executions: ReadonlyMap<number, number> | null;
  readonly edges: readonly Edges[];
  readonly frames: readonly Frame[];
}

type FaultFacts = ScenarioFacts['faults'][number];
/** An edge with what the scenario says of its fault. */
type Fault = Edges & Pick<FaultFacts, 'type' | 'on'>;

export function consequenceNumbers(input: ConsequenceInput): SideEffects {
  const { files, scenario } = input;
  const faults = input.edges.map((edge): Fault => {
    const facts =
      scenario.faults.find(({ id }) => id === edge.fault) ??
      scenario.faults.find(({ id, type, on }) => id === null && edge.fault.includes(type) && edge.fault.includes(on));
    return { ...edge, type: facts?.type ?? '', on: facts?.on ?? '' };
  });
  const work = workOf(files.work ?? []);
  return {
    effectsByAnnotation: { classes: effectClasses(input), reason: null },
    work,
    wastedWork: wasted(work, files.attempts, input.calls, scenario),
    cancelPropagation: cancelled(work, files, scenario),
    errorVisibility: errorVisibility(faults, files, scenario),
    sessions: sessions(faults, input),
    resources: resources(faults, input),
  } as unknown as SideEffects;
}

// ---- effects
// ---------------------------------------------------------------------------------------------------------

/** The hints as MCP reads them: what is left out has a default, unless nothing is said at all. */
function annotation({ readOnlyHint, idempotentHint, destructiveHint }: ToolHints): string {
  if ([readOnlyHint, idempotentHint, destructiveHint].every((hint) => hint === null)) return 'not-reported';
  if (readOnlyHint ?? false) return 'read-only';
  if (idempotentHint ?? false) return 'idempotent';
  return (destructiveHint ?? true) ? 'destructive' : 'additive';
}

function effectClasses({ files, scenario, calls, executions }: ConsequenceInput): unknown[] {
  if (files.tools === null || executions === null) return [];
  const due = calls.filter(({ spec }) => scenario.calls[spec]?.exactlyOnce === true);
  const toolOf = ({ spec }: Call): string => scenario.calls[spec]?.tool ?? '';
  return ['destructive', 'additive', 'not-reported', 'idempotent', 'read-only'].flatMap((name) => {
    const tools = (files.tools ?? []).filter((hints) => annotation(hints) === name).map(({ tool }) => tool);
    const own = due.filter((call) => tools.includes(toolOf(call)));
    return own.length === 0
      ? []
      : [
          {
            annotation: name,
            tools: [...new Set(scenario.calls.map(({ tool }) => tool))].filter((tool) =>
              own.some((call) => toolOf(call) === tool),
            ),
            ...account(own, executions),
          },
        ];
  });
}

// ---- work
// ------------------------------------------------------------------------------------------------------------

const SUMMED = ['served', 'servedServiceNs', 'wasted', 'wastedServiceNs', 'expired', 'cancelled', 'cancels'] as const;

function workOf(rows: readonly WorkCounter[]): SideEffects['work'] {
  return [...new Set(rows.map(({ service }) => service))].map((service) => {
    const own = rows.filter((row) => row.service === service);
    const numbers = [...new Set(own.map(({ incarnation }) => incarnation))];
    const spans = numbers.map((incarnation) => {
      const told = own.filter((row) => row.incarnation === incarnation);
      return { begin: told.find(({ when }) => when === 'begin'), last: told[told.length - 1] };
    });
    const sums = Object.fromEntries(
      SUMMED.map((name) => [
        name,
        spans.reduce((sum, { begin, last }) => sum + (last?.[name] ?? 0) - (begin?.[name] ?? 0), 0),
      ]),
    ) as Record<(typeof SUMMED)[number], number>;
    return {
      service,
      incarnations: numbers.length,
      ...sums,
      unfinished: spans.reduce((sum, { last }) => sum + (last?.underWay ?? 0), 0),
      complete:
        Math.max(...numbers) + 1 === numbers.length &&
        spans.every(({ last }) => last?.when === 'leaving' || last?.when === 'end'),
    };
  });
}

function wasted(
  work: SideEffects['work'],
  attempts: readonly Attempt[],
  calls: readonly Call[],
  { gatewayOnTheWay }: ScenarioFacts,
): unknown {
  const stamped = attempts.flatMap((attempt) =>
    attempt.startedNs === null || attempt.finishedNs === null || attempt.finishedNs < attempt.startedNs
      ? []
      : [{ ...attempt, serviceNs: attempt.finishedNs - attempt.startedNs }],
  );
  const lateIds = new Set(
    calls.filter(({ doneNs, intendedNs, deadlineNs }) => doneNs - intendedNs > deadlineNs).map(({ id }) => id),
  );
  const late = stamped.filter(({ final, callId }) => final && lateIds.has(callId));
  const total = (rows: readonly { readonly serviceNs: number }[]): number =>
    rows.reduce((sum, { serviceNs }) => sum + serviceNs, 0);
  const told = work.length > 0;
  if (!told && stamped.length === 0) return { from: 'unknown' };
  const executions = told ? work.reduce((sum, { served }) => sum + served, 0) : stamped.length;
  const serviceNs = told ? work.reduce((sum, { servedServiceNs }) => sum + servedServiceNs, 0) : total(stamped);
  const inVain = work.reduce((sum, each) => sum + each.wasted, 0) + late.length;
  const inVainNs = work.reduce((sum, each) => sum + each.wastedServiceNs, 0) + total(late);
  return {
    from: told ? 'counters' : 'stamps',
    executions,
    wasted: inVain,
    serviceNs,
    wastedServiceNs: inVainNs,
    executionShare: executions === 0 ? null : inVain / executions,
    serviceShare: serviceNs === 0 ? null : inVainNs / serviceNs,
    late: late.length,
    // A mock behind a gateway does not learn that the caller has gone.
    lowerBound: !told || work.some(({ complete }) => !complete) || gatewayOnTheWay,
  };
}

function cancelled(
  work: SideEffects['work'],
  { attempts }: RunFiles,
  scenario: ScenarioFacts,
): SideEffects['cancelPropagation'] {
  const givenUp = attempts.filter(
    ({ outcome, errorClass, sentNs }) => outcome === 'deadline' && errorClass !== 'interrupted' && sentNs !== null,
  );
  const known = work.length > 0;
  const stopped = work.reduce((sum, each) => sum + each.cancelled, 0);
  return {
    givenUp: givenUp.length,
    cancelled: givenUp.filter(({ spec }) => scenario.calls[spec]?.cancels === true).length,
    arrived: known ? work.reduce((sum, each) => sum + each.cancels, 0) : null,
    stopped: known ? stopped : null,
    stoppedShare: known && givenUp.length > 0 ? stopped / givenUp.length : null,
  };
}

// ---- legibility
// ------------------------------------------------------------------------------------------------------

const NO_FAILURE = ['stall', 'slow-first-byte', 'memory-leak', 'session-loss'];
const NOBODY_THERE = ['kill', 'gone', 'restart', 'down'];

/** P(X = i) for i of n, one factor at a time so that nothing overflows. */
function chance(i: number, n: number, p: number): number {
  let log = i * Math.log(p) + (n - i) * Math.log(1 - p);
  for (let j = 1; j <= i; j++) log += Math.log((n - i + j) / j);
  return Math.exp(log);
}

/** The p at which a probability that rises with p reaches 2.5 %. */
function where(rising: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const p = (low + high) / 2;
    if (rising(p) < 0.025) low = p;
    else high = p;
  }
  return (low + high) / 2;
}

function clopperPearson(k: number, n: number): { readonly low: number; readonly high: number } {
  const atLeast = (many: number, p: number): number =>
    Array.from({ length: n - many + 1 }, (_, i) => chance(many + i, n, p)).reduce((sum, each) => sum + each, 0);
  return { low: k === 0 ? 0 : where((p) => atLeast(k, p)), high: k === n ? 1 : 1 - where((p) => atLeast(n - k, p)) };
}

/** The attempts that a fault struck (null: none in the record), or nothing where nobody knows. */
function struckBy(
  fault: Fault,
  { attempts, affected, events }: RunFiles,
  scenario: ScenarioFacts,
): { readonly by: string; readonly hit: readonly (Attempt | null)[] } | null {
  if (scenario.mocks.includes(fault.on) && !['kill', 'gone', 'restart', 'slow-start', 'freeze'].includes(fault.type)) {
    const own = (affected ?? []).filter((row) => row.fault === fault.fault);
    const off = events.find((event) => event.type === 'fault' && event.fault === fault.fault && event.edge === 'off');
    const counted = off?.type === 'fault' ? off.affected?.affected : undefined;
    if (affected === null || (counted !== undefined && counted !== own.filter(({ afterLift }) => !afterLift).length))
      return null;
    const onCalls = own.filter(({ tool }) => tool !== null);
    if (own.length > 0 && onCalls.length === 0) return null;
    return { by: 'fault-hits', hit: onCalls.map((row) => hitBy(row, attempts)) };
  }
  if (!NOBODY_THERE.includes(fault.type) || !scenario.onlyWay.includes(fault.on)) return null;
  const untilNs = fault.clearNs === null ? Infinity : fault.clearNs - (fault.clearUncertaintyNs ?? 0);
  return {
    by: 'send-time',
    hit: attempts.filter(({ sentNs }) => sentNs !== null && sentNs >= fault.onsetNs && sentNs < untilNs),
  };
}

/** The last attempt of the call that was sent by the time the mock had it. */
function hitBy({ callId, receivedNs }: FaultHit, attempts: readonly Attempt[]): Attempt | null {
  const sent = attempts.filter(
    (attempt) => attempt.callId === callId && attempt.sentNs !== null && attempt.sentNs <= (receivedNs ?? Infinity),
  );
  return sent.sort((a, b) => (b.sentNs ?? 0) - (a.sentNs ?? 0))[0] ?? null;
}

function errorVisibility(faults: readonly Fault[], files: RunFiles, scenario: ScenarioFacts): unknown {
  const found = faults.map((fault) => ({ fault, affected: struckBy(fault, files, scenario) }));
  const known = found.flatMap(({ fault, affected }) => (affected === null ? [] : [{ fault, ...affected }]));
  return {
    classes: [...new Set(known.map(({ fault }) => fault.type))].map((type) => {
      const own = known.filter(({ fault }) => fault.type === type);
      const hit = own.flatMap((each) => each.hit);
      const seen = hit.filter(
        (attempt) => attempt !== null && attempt.outcome !== 'generator' && attempt.errorClass !== 'interrupted',
      );
      const having = (...outcomes: readonly string[]): number =>
        seen.filter((attempt) => outcomes.includes(attempt?.outcome ?? '')).length;
      const silent = having('ok', 'semantic', 'effect');
      const unanswered = having('deadline');
      const reported = seen.length - silent - unanswered;
      return {
        type,
        faults: own.map(({ fault }) => fault.fault),
        attributedBy: own[0]?.by,
        affected: hit.length,
        notSeen: hit.length - seen.length,
        outcomes: OUTCOMES.filter((outcome) => having(outcome) > 0).map((outcome) => ({
          outcome,
          count: having(outcome),
        })),
        reported,
        unanswered,
        silent,
        reportedShare:
          seen.length === 0 || NO_FAILURE.includes(type)
            ? null
            : { value: reported / seen.length, ...clopperPearson(reported, seen.length) },
      };
    }),
    notAttributable: found
      .filter(({ affected }) => affected === null)
      .map(({ fault }) => ({ fault: fault.fault, type: fault.type })),
  };
}

// ---- sessions
// --------------------------------------------------------------------------------------------------------

const ENDS_SESSIONS = ['kill', 'gone', 'restart', 'slow-start', 'session-loss', 'reset', 'down'];

/**
 * Whether a session that went on kept its state, so far as that is known. A mock that is the target knows its own
 * sessions; behind a gateway nothing was lost where none of the upstreams began a new process or opened a session, from
 * its last account before until the first after.
 */
function isKept(
  onNs: number,
  untilNs: number,
  work: RunFiles['work'],
  { keepsLedger, gatewayOnTheWay, upstreams }: ScenarioFacts,
): boolean {
  if (!keepsLedger || !gatewayOnTheWay) return keepsLedger;
  return upstreams.every((name) => {
    const told = (work ?? []).filter(({ service }) => service === name);
    const before = told.filter(({ atNs }) => atNs <= onNs).at(-1);
    const after = told.find(({ atNs }) => atNs >= untilNs) ?? told.at(-1);
    return (
      before !== undefined &&
      after !== undefined &&
      after.atNs >= onNs &&
      after.incarnation === before.incarnation &&
      after.sessionsOpened === before.sessionsOpened
    );
  });
}

function sessions(faults: readonly Fault[], { files, frames, scenario }: ConsequenceInput): unknown[] {
  const ending = faults.filter(({ type }) => ENDS_SESSIONS.includes(type));
  const told = files.events.filter((event): event is SessionEvent => event.type === 'session');
  return ending.map((fault) => {
    const frame = frames[fault.phase];
    const untilNs = Math.min(
      frame?.drainedNs ?? NaN,
      ...ending
        .filter(({ phase, onsetNs }) => phase === fault.phase && onsetNs > fault.onsetNs)
        .map(({ onsetNs }) => onsetNs),
    );
    const numbers = [...new Set(told.map(({ session }) => session))];
    const before = numbers.filter((session) =>
      ['opened', 'reopened'].includes(
        told.findLast((event) => event.session === session && event.atNs < fault.onsetNs)?.edge ?? '',
      ),
    );
    const overNs = fault.type === 'session-loss' ? fault.onsetNs : (fault.clearNs ?? fault.onsetNs);
    const fates = before.map((session) => {
      const during = told.filter(
        (event) =>
          event.session === session && event.atNs >= fault.onsetNs && event.atNs <= untilNs && event.edge !== 'closed',
      );
      if (during.some(({ edge }) => edge === 'lost')) return during.at(-1)?.edge === 'lost' ? 'lost' : 'reinitialised';
      const after = files.attempts.filter(
        (attempt) =>
          attempt.session === session &&
          attempt.sentNs !== null &&
          attempt.sentNs >= overNs &&
          attempt.sentNs <= untilNs,
      );
      if (after.length === 0) return 'unused';
      return after.some(({ outcome }) => ['ok', 'semantic', 'tool'].includes(outcome)) ? 'transparent' : 'lost';
    });
    const having = (fate: string): number => fates.filter((each) => each === fate).length;
    const known = fates.length - having('unused');
    return {
      fault: fault.fault,
      type: fault.type,
      phase: frame?.facts.name,
      fromNs: fault.onsetNs,
      untilNs,
      before: fates.length,
      transparent: having('transparent'),
      reinitialised: having('reinitialised'),
      lost: having('lost'),
      unused: having('unused'),
      transparentShare: known === 0 ? null : having('transparent') / known,
      survivedShare: known === 0 ? null : (having('transparent') + having('reinitialised')) / known,
      statePreserved: isKept(fault.onsetNs, untilNs, files.work, scenario) ? having('transparent') : null,
    };
  });
}

// ---- resources
// -------------------------------------------------------------------------------------------------------

const COLUMNS = [
  ['rss', 'rssBytes', 4 * 2 ** 20],
  ['descriptors', 'fileDescriptors', 2],
  ['sockets', 'sockets', 2],
  ['sessions', 'sessions', 2],
] as const;

function resources(
  faults: readonly Fault[],
  {
    files,
    frames,
    scenario: {
      recovery: { holdNs },
    },
  }: ConsequenceInput,
): unknown[] {
  return faults.map((fault) => {
    const frame = frames[fault.phase];
    const common = { fault: fault.fault, type: fault.type, phase: frame?.facts.name, holdNs };
    const { onsetNs, clearNs } = fault;
    if (frame === undefined || clearNs === null) return { ...common, traces: [] };
    const others = faults.filter((other) => other !== fault && other.phase === fault.phase);
    const fromNs = Math.max(frame.measuredFromNs, onsetNs - 10e9);
    const untilNs = Math.min(
      frame.scheduledEndNs,
      ...others.filter((other) => other.onsetNs > clearNs).map((other) => other.onsetNs),
    );
    const polls = files.polls.filter(({ atNs }) => atNs >= fromNs && atNs <= untilNs);
    const calm = ({ atNs }: Look): boolean =>
      atNs < onsetNs && !others.some((other) => atNs >= other.onsetNs && atNs <= (other.clearNs ?? Infinity) + holdNs);
    const processes = [...new Set(polls.map(({ process, pid }) => `${process}/${pid}`))];
    return {
      ...common,
      traces: processes.flatMap((key) =>
        COLUMNS.flatMap(([quantity, column, standsOut]) => {
          const own = polls
            .filter(({ process, pid }) => `${process}/${pid}` === key)
            .flatMap((look) => (look[column] === null ? [] : [{ look, value: look[column] }]));
          const quiet = own
            .filter(({ look }) => calm(look))
            .map(({ value }) => value)
            .sort((a, b) => a - b);
          if (quiet.length === 0) return [];
          const before =
            ((quiet[Math.floor(quiet.length / 2)] ?? NaN) + (quiet[Math.ceil(quiet.length / 2) - 1] ?? NaN)) / 2;
          const during = own
            .filter(({ look: { atNs } }) => atNs >= onsetNs && atNs <= clearNs + holdNs)
            .map(({ value }) => value);
          const peak = during.length === 0 ? null : Math.max(...during);
          const after = own.find(({ look: { atNs } }) => atNs >= clearNs + holdNs)?.value ?? null;
          const judged = quiet.length >= 2 && peak !== null && after !== null && peak - Math.max(...quiet) >= standsOut;
          const { process, pid } = own[0]?.look ?? {};
          return [
            {
              process,
              pid,
              quantity,
              before,
              peak,
              after,
              recovered: judged ? (peak - after) / (peak - before) : null,
            },
          ];
        }),
      ),
    };
  });
}
