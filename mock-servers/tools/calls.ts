/**
 * `tools/call` from its arrival at the queue to its answer: draws the service time, asks the queue model for start and
 * finish, waits for the finish, executes the effect, answers, and writes down the truth.
 */
import type { ServerResponse } from 'node:http';
import type { MockClock } from './mock-clock.js';
import { META_CALL, META_STAMPS } from '../meta.js';
import { derivedAnswer } from '../answer.js';
import { DueAnswers } from './due-answers.js';
import type { Due } from './due-answers.js';
import type { MockTool, ToolsMockOptions } from './options.js';
import { rpcError, rpcResult, RPC } from './protocol.js';
import { queueModel } from './queue.js';
import type { QueueModel } from './queue.js';
import { beginSse, sendJson, sendRpc } from './reply.js';
import { serviceTimes } from './service-time.js';
import type { Arrival, CallTruth, EffectLedger } from './truth.js';

/** A call with good arguments. */
export interface Call extends Arrival {
  readonly tool: MockTool;
  /** The arguments as canonical JSON. */
  readonly argumentsJson: string;
  readonly response: ServerResponse;
}

interface Pending extends Due {
  readonly call: Call;
  /** Null: the call was not admitted, and its refusal is due. */
  readonly startNs: number | null;
}

/** What the queue holds at a moment. */
export interface QueueView {
  readonly queued: number;
  readonly inService: number;
}

/** How much later than computed the answers were handed over, since the mock started. */
export interface Lateness {
  readonly meanNs: number;
  readonly maxNs: number;
}

const OVERLOADED = 'Server overloaded: the queue is full';

export class Calls {
  readonly #options: ToolsMockOptions;
  readonly #clock: MockClock;
  readonly #truth: CallTruth;
  readonly #ledger: EffectLedger;
  readonly #queue: QueueModel;
  readonly #nextServiceNs: (tool: string) => number;
  readonly #pending: DueAnswers<Pending>;
  #answered = 0;
  #latenessSumNs = 0;
  #latenessMaxNs = 0;

  constructor(options: ToolsMockOptions, clock: MockClock, truth: CallTruth, ledger: EffectLedger) {
    this.#options = options;
    this.#clock = clock;
    this.#truth = truth;
    this.#ledger = ledger;
    this.#queue = queueModel(options);
    this.#nextServiceNs = serviceTimes(options);
    this.#pending = new DueAnswers(clock.now, (pending, nowNs) => {
      if (pending.startNs === null) this.#refuse(pending.call, pending.sequence, nowNs);
      else this.#finish(pending.call, pending.sequence, pending.startNs, pending.dueNs, nowNs);
    });
  }

  /** Takes a call into the queue; its answer follows when it is due. Calls must come in order of `receivedNs`. */
  arrive(call: Call): void {
    const { tool, receivedNs } = call;
    const serviceNs = this.#nextServiceNs(tool.name);
    const arrival = this.#truth.arrived(call, serviceNs);
    const atQueueNs = receivedNs + this.#options.addedQueueNs;
    const admission = this.#queue.arrive(atQueueNs, serviceNs);
    if (admission.kind === 'full') {
      this.#pending.add({ dueNs: atQueueNs, sequence: arrival, call, startNs: null });
      return;
    }
    this.#truth.admitted(arrival, admission.startNs, admission.finishNs);
    if (this.#options.answers === 'sse' && admission.finishNs > receivedNs) beginSse(call.response);
    this.#pending.add({ dueNs: admission.finishNs, sequence: arrival, call, startNs: admission.startNs });
  }

  /** What waits and what is served now. Calls still held back by `addedQueueNs` count as waiting. */
  view(): QueueView {
    const nowNs = this.#clock.now();
    let inService = 0;
    for (const pending of this.#pending.waiting) {
      if (pending.startNs !== null && pending.startNs <= nowNs) inService += 1;
    }
    return { queued: this.#pending.waiting.length - inService, inService };
  }

  get lateness(): Lateness {
    return { meanNs: this.#answered === 0 ? 0 : this.#latenessSumNs / this.#answered, maxNs: this.#latenessMaxNs };
  }

  /** Forgets all calls under way: the server is going down. */
  stop(): void {
    this.#pending.stop();
  }

  #finish(call: Call, arrival: number, startNs: number, virtualFinishNs: number, finishedNs: number): void {
    const { tool, response } = call;
    const latenessNs = finishedNs - virtualFinishNs;
    this.#answered += 1;
    this.#latenessSumNs += latenessNs;
    if (latenessNs > this.#latenessMaxNs) this.#latenessMaxNs = latenessNs;
    if (tool.effect) this.#ledger.executed(call.callId, tool.name, finishedNs, call.argumentsJson);
    // The work is done whether or not somebody still waits for it: in this era a closed connection cancels nothing.
    if (response.destroyed) {
      this.#truth.ended(arrival, 'undelivered', finishedNs);
      return;
    }
    this.#truth.ended(arrival, tool.alwaysFails ? 'tool-error' : 'ok', finishedNs);
    const text = tool.alwaysFails ? `${tool.name} always fails` : derivedAnswer(tool.name, call.argumentsJson);
    const result = this.resultJson(text, tool.alwaysFails, call.callId, call.receivedNs, startNs, finishedNs);
    sendRpc(response, this.#options.answers, rpcResult(JSON.stringify(call.rpcId), result));
  }

  /** A tool result as JSON, with the stamps (nanoseconds of the mock's clock) in its `_meta`. */
  resultJson(
    text: string,
    isError: boolean,
    callId: string | null,
    receivedNs: number,
    startedNs: number,
    finishedNs: number,
  ): string {
    const { absolute } = this.#clock;
    const echo = callId === null ? '' : `"${META_CALL}":${JSON.stringify(callId)},`;
    return (
      `{"content":[{"type":"text","text":${JSON.stringify(text)}}],${isError ? '"isError":true,' : ''}"_meta":{${echo}` +
      `"${META_STAMPS}":{"received":"${absolute(receivedNs)}","started":"${absolute(startedNs)}","finished":"${absolute(finishedNs)}"}}}`
    );
  }

  #refuse(call: Call, arrival: number, nowNs: number): void {
    const { whenFull, retryAfterS, answers } = this.#options;
    if (whenFull === 'hang') {
      this.#truth.ended(arrival, 'hung', NaN);
      return;
    }
    this.#truth.ended(arrival, 'shed', nowNs);
    if (call.response.destroyed) return;
    const error = rpcError(JSON.stringify(call.rpcId), RPC.serverError, OVERLOADED);
    if (whenFull === 'rpc-error') sendRpc(call.response, answers, error);
    else sendJson(call.response, whenFull === 'shed-429' ? 429 : 503, error, ['Retry-After', String(retryAfterS)]);
  }
}
