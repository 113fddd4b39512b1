/**
 * Each planned call once by the very client that will measure, beside the official SDK's: what one of the two can't do
 * is said before the run, and is not found in its numbers.
 */
import { once } from 'node:events';
import { NS_PER_MS, clockFrom, monotonicNow, takeEpoch } from '../../clock/index.js';
import { traceIdsBefore, type CallSpec, type RequestGenerator } from '../../catalog/index.js';
import type { Problem } from '../../problem/index.js';
import { ERROR_CLASSES, OUTCOMES, type ErrorClass } from '../../record/index.js';
import { openChannels } from '../open.js';
import { settle } from '../oracle/index.js';
import { AttemptSlot, type Channel, type ChannelSetup } from '../channel.js';
import type { Executed } from './execute.js';

/** For ending the session. */
const CLOSE_NS = 2e9;
/** For the same when a user waits for the command to end. */
const INTERRUPTED_CLOSE_NS = 0.3e9;

export interface OwnExecutions {
  /** One for each call, in the scenario's order. */
  readonly executed: readonly Executed[];
  /** What our client warns of, such as ids that come back as text. */
  readonly warnings: readonly Problem[];
}

/** @throws ProblemError `preflight` when our client can't open a session where the SDK's could. */
export async function executeOwn(
  setup: Pick<ChannelSetup, 'target' | 'protocol' | 'calls' | 'keeper' | 'outputSchemas' | 'headerParameters'> & {
    readonly interrupt?: AbortSignal;
  },
  generator: RequestGenerator,
  remainingMs: () => number,
): Promise<OwnExecutions> {
  if (setup.calls.length === 0) return { executed: [], warnings: [] };
  const epoch = takeEpoch();
  const warnings: Problem[] = [];
  let completed: (slot: AttemptSlot) => void = () => undefined;
  const { target, protocol, calls, keeper, interrupt } = setup;
  interrupt?.throwIfAborted();
  const opening = openChannels({
    target,
    protocol: { ...protocol, sessions: 1, trace: protocol.trace === null ? null : traceIdsBefore(protocol.trace) },
    calls,
    keeper,
    outputSchemas: setup.outputSchemas ?? [],
    headerParameters: setup.headerParameters ?? [],
    servedBefore: 1,
    callIdPrefix: 'preflight-own-',
    nowNs: clockFrom(BigInt(epoch.monotonicNs)),
    monotonicEpochNs: epoch.monotonicNs,
    completed: (slot) => completed(slot),
    event: (event) => {
      if (event.type !== 'warning') return;
      const { code, what, remedy } = event;
      warnings.push({ code, what, remedy });
    },
  });
  const over = new AbortController();
  const interrupted = interrupt === undefined ? null : interruption(interrupt, over.signal);
  // Its end has no reader once all calls are made.
  interrupted?.catch(() => undefined);
  const untilInterrupted = <T>(work: Promise<T>): Promise<T> =>
    interrupted === null ? work : Promise.race([work, interrupted]);
  const executed: Executed[] = [];
  let isOpen = false;
  try {
    const set = await untilInterrupted(opening);
    isOpen = true;
    for (const [spec, call] of setup.calls.entries()) {
      const slot = new AttemptSlot(-1, spec);
      slot.callId = spec;
      generator.prepare(slot, spec);
      const limitMs = Math.min(remainingMs(), call.deadlineNs / NS_PER_MS);
      const startedNs = monotonicNow();
      // One session was asked for.
      await untilInterrupted(answered(set.channels[0] as Channel, slot, limitMs, (done) => (completed = done)));
      executed.push(executedOf(call, slot, Number(monotonicNow() - startedNs)));
    }
  } finally {
    over.abort();
    // An opening that goes on after an interruption is undone once it has ended; its failure has no reader then.
    const isInterrupted = interrupt?.aborted === true;
    const closing = opening.then((set) => set.close(isInterrupted ? INTERRUPTED_CLOSE_NS : CLOSE_NS));
    if (isInterrupted && !isOpen) closing.catch(() => undefined);
    else await closing;
  }
  return { executed, warnings };
}

/** Rejects with the signal's reason once that is aborted, or when it is over. */
async function interruption(signal: AbortSignal, over: AbortSignal): Promise<never> {
  await once(signal, 'abort', { signal: over });
  signal.throwIfAborted();
  throw new Error('an aborted signal throws');
}

/** Makes the call of `slot`; one that takes longer is given up, and ends as `deadline`. */
function answered(
  channel: Channel,
  slot: AttemptSlot,
  limitMs: number,
  onCompleted: (done: (slot: AttemptSlot) => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      channel.abandon(slot, true);
      settle(slot, 'attempt-timeout');
      slot.outcome = OUTCOMES.indexOf('deadline');
      resolve();
    }, limitMs);
    // What is waited for holds a socket or a child; after an interruption nothing is to be waited for.
    timer.unref();
    onCompleted((done) => {
      if (done !== slot) return;
      clearTimeout(timer);
      resolve();
    });
    channel.start(slot);
  });
}

function executedOf(call: CallSpec, slot: AttemptSlot, tookNs: number): Executed {
  return {
    label: call.label,
    outcome: OUTCOMES[slot.outcome] ?? 'generator',
    errorClass: ERROR_CLASSES[slot.errorClass] ?? 'generator-error',
    tookNs,
  };
}

/** Where the two clients differ, in the order of the calls. */
export function disagreements(bySdk: readonly Executed[], byOwn: readonly Executed[]): readonly Problem[] {
  return bySdk.flatMap((sdk, spec): readonly Problem[] => {
    const own = byOwn[spec];
    if (own === undefined || own.outcome === sdk.outcome) return [];
    if (sdk.outcome === 'deadline' && own.outcome === 'ok')
      return [
        {
          code: 'slow-first-call',
          what:
            `the call "${sdk.label}" had no answer within its deadline for the client of the official SDK, and then ` +
            'had one for the client that measures',
          remedy:
            'if the first call of the server is slow, give the phases a warm-up or lengthen the deadline; if it is ' +
            'not, clients that are built on the SDK can not read this answer',
        },
      ];
    return [
      {
        code: 'clients-disagree',
        what:
          `the call "${sdk.label}" ends as ${ending(sdk)} for the client of the official SDK, and as ${ending(own)} ` +
          'for the client that measures',
        remedy: disagreementRemedy(sdk, own),
      },
    ];
  });
}

/** What the server itself said, and every client reads: no client's limit made it. */
const SAID_BY_SERVER: ReadonlySet<ErrorClass> = new Set<ErrorClass>([
  'http-429',
  'http-503',
  'http-5xx',
  'rpc-error',
  'rpc-overload',
  'tool-error',
]);

function disagreementRemedy(sdk: Executed, own: Executed): string {
  if (SAID_BY_SERVER.has((own.outcome === 'ok' ? sdk : own).errorClass))
    return (
      'the server said so itself: it fails now and then, or not for both clients. Expect both endings in the run, ' +
      'or correct the server'
    );
  return own.outcome === 'ok'
    ? 'expect ok in the run; clients that are built on the SDK can not use this answer. Correct the server'
    : 'expect the latter in the run, and do not charge the target with it before it is explained';
}

function ending({ outcome, errorClass }: Executed): string {
  return errorClass === 'none' ? outcome : `${outcome} (${errorClass})`;
}
