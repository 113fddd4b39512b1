/**
 * `tools/call` from its arrival at the queue to its answer: draws the service time, asks the queue model for start and
 * finish, waits for the finish, executes the effect, answers, and writes down the truth.
 */
import type { ServerResponse } from 'node:http';
import type { MockClock } from '../timing/mock-clock.js';
import { derivedAnswer } from '../answer.js';
import { DueAnswers } from '../timing/due-answers.js';
import type { Answer, Chosen, InFlight, MockFaults, Strike, WorkingTime } from './faults/index.js';
import type { MockTool, ToolsMockOptions } from './options.js';
import { rpcError, rpcResult, RPC } from '../wire/protocol.js';
import { queueModel } from '../timing/queue.js';
import type { QueueModel } from '../timing/queue.js';
import { beginSse, sendJson, sendRpc } from '../wire/reply.js';
import { resultJson } from './result.js';
import { serviceTimes } from '../timing/service-time.js';
import type { Arrival, CallTruth, EffectLedger, TruthOutcome } from './truth.js';

/** A call with good arguments. */
export interface Call extends Arrival {
  readonly tool: MockTool;
  /** The arguments as canonical JSON. */
  readonly argumentsJson: string;
  readonly response: ServerResponse;
}

interface Pending extends InFlight {
  readonly call: Call;
  dueNs: number;
  /** Null: the call was not admitted, and its refusal is due. */
  startNs: number | null;
  /** Start and finish in the time in which the workers work. */
  readonly workStartNs: number;
  readonly workFinishNs: number;
}

/** An answer whose head a fault holds back. */
interface Held {
  readonly dueNs: number;
  readonly sequence: number;
  readonly pending: Pending;
  readonly ready: Ready;
}

/** An answer that only has to be sent. */
interface Ready {
  readonly outcome: TruthOutcome;
  readonly answer: Answer;
  /** The JSON-RPC response. */
  readonly json: string;
  /** What it means to the faults that the client gets it. */
  readonly strikes: readonly Strike[];
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
  readonly #faults: MockFaults;
  readonly #workingTime: WorkingTime;
  #held: DueAnswers<Held> | null = null;
  #answered = 0;
  #latenessSumNs = 0;
  #latenessMaxNs = 0;

  constructor(
    options: ToolsMockOptions,
    clock: MockClock,
    truth: CallTruth,
    ledger: EffectLedger,
    faults: MockFaults,
    workingTime: WorkingTime,
  ) {
    this.#faults = faults;
    this.#workingTime = workingTime;
    this.#options = options;
    this.#clock = clock;
    this.#truth = truth;
    this.#ledger = ledger;
    this.#queue = queueModel(options);
    this.#nextServiceNs = serviceTimes(options);
    this.#pending = new DueAnswers(clock.now, (pending, nowNs) => {
      if (pending.startNs === null) this.#refuse(pending, nowNs);
      else this.#finish(pending, pending.startNs, nowNs);
    });
  }

  /** Takes a call into the queue; its answer follows when it is due. Calls must come in order of `receivedNs`. */
  arrive(call: Call): void {
    const { tool, receivedNs } = call;
    const serviceNs = this.#nextServiceNs(tool.name);
    const arrival = this.#truth.arrived(call, serviceNs);
    const chosen = this.#faults.on ? this.#faults.choose(call, arrival, receivedNs) : null;
    const refusal = chosen?.refusal ?? null;
    if (refusal !== null) {
      refusal.strike(arrival);
      this.#shed(call, arrival, this.#clock.now(), refusal.act.status, refusal.act.retryAfterS);
      return;
    }
    const time = this.#workingTime;
    const plain = time.plain;
    const atQueueNs = (plain ? receivedNs : time.at(receivedNs)) + this.#options.addedQueueNs;
    const admission = this.#queue.arrive(atQueueNs, serviceNs);
    if (admission.kind === 'full') {
      const dueNs = plain ? atQueueNs : time.finishAt(atQueueNs);
      this.#pending.add({ dueNs, sequence: arrival, call, startNs: null, workStartNs: atQueueNs, workFinishNs: atQueueNs, chosen, given: null });
      return;
    }
    const { startNs: workStartNs, finishNs: workFinishNs } = admission;
    const startNs = plain ? workStartNs : time.startAt(workStartNs);
    const dueNs = plain ? workFinishNs : Math.max(startNs, time.finishAt(workFinishNs));
    this.#truth.admitted(arrival, startNs, dueNs);
    if (this.#options.answers === 'sse' && dueNs > receivedNs && (chosen === null || mayBegin(chosen))) beginSse(call.response);
    this.#pending.add({ dueNs, sequence: arrival, call, startNs, workStartNs, workFinishNs, chosen, given: null });
  }

  /** The workers stand still at other times than was known before: moves what lies after `nowNs`. */
  reschedule(nowNs: number): void {
    const time = this.#workingTime;
    this.#pending.reschedule((pending) => {
      if (pending.dueNs <= nowNs) return;
      const finishNs = time.finishAt(pending.workFinishNs);
      if (pending.startNs === null) {
        pending.dueNs = finishNs;
        return;
      }
      if (pending.startNs > nowNs) pending.startNs = time.startAt(pending.workStartNs);
      pending.dueNs = Math.max(pending.startNs, finishNs);
      this.#truth.admitted(pending.sequence, pending.startNs, pending.dueNs);
    });
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
    this.#held?.stop();
  }

  #finish(pending: Pending, startNs: number, finishedNs: number): void {
    const { call, sequence: arrival, chosen, given } = pending;
    const { tool, response, callId } = call;
    const latenessNs = finishedNs - pending.dueNs;
    this.#answered += 1;
    this.#latenessSumNs += latenessNs;
    if (latenessNs > this.#latenessMaxNs) this.#latenessMaxNs = latenessNs;
    // The work is done whether or not somebody still waits for it: in this era a closed connection cancels nothing.
    if (chosen === null) {
      if (tool.effect) this.#ledger.executed(callId, tool.name, finishedNs, call.argumentsJson);
    } else {
      this.#executeFaulty(call, arrival, chosen, finishedNs);
    }
    if (response.destroyed) {
      this.#undelivered(pending, finishedNs);
      return;
    }
    const text = tool.alwaysFails ? `${tool.name} always fails` : derivedAnswer(tool.name, call.argumentsJson);
    if (chosen === null && given === null && !this.#faults.on) {
      this.#truth.ended(arrival, tool.alwaysFails ? 'tool-error' : 'ok', finishedNs);
      const result = resultJson(this.#clock, text, tool.alwaysFails, callId, call.receivedNs, startNs, finishedNs);
      sendRpc(response, this.#options.answers, rpcResult(JSON.stringify(call.rpcId), result));
      return;
    }
    const right: Answer = { kind: 'result', text, isError: tool.alwaysFails, callId };
    const ready = this.#ready(pending, right, startNs, finishedNs);
    this.#faults.observe(tool.name, right);
    const head = chosen?.head ?? null;
    if (head === null) {
      this.#send(pending, ready, finishedNs);
      return;
    }
    this.#held ??= new DueAnswers(this.#clock.now, (held, nowNs) => this.#send(held.pending, held.ready, nowNs));
    const strikes = [...ready.strikes, head.strike];
    this.#held.add({ dueNs: finishedNs + head.act.delayNs, sequence: arrival, pending, ready: { ...ready, strikes } });
  }

  /** Executes the effect as often as the faults say. */
  #executeFaulty(call: Call, arrival: number, { answer, effect }: Chosen, atNs: number): void {
    const { tool, callId, argumentsJson } = call;
    if (!tool.effect || answer?.act.failsBeforeEffect === true) return;
    effect?.strike(arrival);
    const executions = effect?.act.executions ?? 1;
    for (let n = 0; n < executions; n++) this.#ledger.executed(callId, tool.name, atNs, argumentsJson);
  }

  /** The answer as the faults want it. */
  #ready(pending: Pending, right: Answer, startNs: number, finishedNs: number): Ready {
    const { call, chosen, given } = pending;
    const strikes: Strike[] = [];
    let answer = right;
    if (given !== null) {
      answer = given.answer;
      strikes.push(given.strike);
    } else if (chosen !== null && chosen.answer !== null) {
      const { act, strike } = chosen.answer;
      const turned = act.turn(right, call, this.#pending.waiting, strike);
      if (turned !== null) {
        answer = turned;
        strikes.push(strike);
      }
    }
    const idJson = JSON.stringify(call.rpcId);
    const form = chosen?.form ?? null;
    if (answer.kind !== 'result') {
      const code = answer.kind === 'rpc-error' ? answer.code : RPC.internalError;
      if (form !== null && answer.kind === 'rpc-error') strikes.push(form.strike);
      return { outcome: 'error', answer, json: rpcError(idJson, code, 'Internal error'), strikes };
    }
    if (form !== null) strikes.push(form.strike);
    const changed = answer !== right && (answer.isError ? 'tool-error' : 'wrong');
    const outcome = form !== null ? 'broken' : changed || (answer.isError ? 'tool-error' : 'ok');
    const result = resultJson(this.#clock, answer.text, answer.isError, answer.callId, call.receivedNs, startNs, finishedNs);
    return { outcome, answer, json: rpcResult(idJson, result), strikes };
  }

  #send(pending: Pending, { outcome, answer, json, strikes }: Ready, nowNs: number): void {
    const { call, sequence: arrival, chosen } = pending;
    const { response } = call;
    if (response.destroyed) {
      this.#undelivered(pending, nowNs);
      return;
    }
    this.#truth.ended(arrival, outcome, nowNs);
    for (const strike of strikes) strike(arrival);
    if (answer.kind === 'http-error') sendJson(response, answer.status, json);
    else if (chosen?.form != null) chosen.form.act.send(response, this.#options.answers, json);
    else sendRpc(response, this.#options.answers, json);
  }

  #undelivered({ sequence: arrival, chosen }: Pending, nowNs: number): void {
    this.#truth.ended(arrival, 'undelivered', nowNs);
    // It failed all the same, and its effect was not executed.
    if (chosen?.answer?.act.failsBeforeEffect === true) chosen.answer.strike(arrival);
  }

  #refuse({ call, sequence: arrival }: Pending, nowNs: number): void {
    const { whenFull, retryAfterS, answers } = this.#options;
    if (whenFull === 'hang') {
      this.#truth.ended(arrival, 'hung', NaN);
      return;
    }
    if (whenFull !== 'rpc-error') {
      this.#shed(call, arrival, nowNs, whenFull === 'shed-429' ? 429 : 503, retryAfterS);
      return;
    }
    this.#truth.ended(arrival, 'shed', nowNs);
    if (!call.response.destroyed) sendRpc(call.response, answers, rpcError(JSON.stringify(call.rpcId), RPC.serverError, OVERLOADED));
  }

  #shed({ response, rpcId }: Call, arrival: number, nowNs: number, status: number, retryAfterS: number): void {
    this.#truth.ended(arrival, 'shed', nowNs);
    if (response.destroyed) return;
    const error = rpcError(JSON.stringify(rpcId), RPC.serverError, OVERLOADED);
    sendJson(response, status, error, ['Retry-After', String(retryAfterS)]);
  }
}

/** Whether an event stream may begin before the answer is known: not where a fault needs the head of the answer. */
function mayBegin({ answer, head }: Chosen): boolean {
  return answer?.act.needsOwnHead !== true && head === null;
}
