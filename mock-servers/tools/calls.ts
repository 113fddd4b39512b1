/**
 * `tools/call` from its arrival at the queue to its answer: draws the service time, asks the queue model for start and
 * finish, waits for the finish, executes the effect, answers, and writes down the truth.
 */
import type { MockClock } from '../timing/mock-clock.js';
import { derivedAnswer, type ToolsMockOptions } from '../../src/protocol/index.js';
import { DueAnswers } from '../timing/due-answers.js';
import type { Answer, Chosen, MockFaults, FaultHit, WorkingTime } from './faults/index.js';
import { rpcError, rpcResult, RPC } from '../wire/protocol.js';
import { lineOf } from './line.js';
import type { Call, Held, Pending, Ready } from './pending.js';
import type { Line } from './place.js';
import { beginSse, sendJson, sendRpc } from '../wire/reply.js';
import { resultJson } from './result.js';
import { serviceTimes } from '../timing/service-time.js';
import { Tallies, type QueueView } from './tallies.js';
import type { CallTruth, EffectLedger } from './truth.js';

const EXPIRED = 'The time limit passed before service began';
const OVERLOADED = 'Server overloaded: the queue is full';

export class Calls {
  readonly #options: ToolsMockOptions;
  readonly #clock: MockClock;
  readonly #truth: CallTruth;
  readonly #ledger: EffectLedger;
  readonly #line: Line;
  readonly #nextServiceNs: (tool: string) => number;
  readonly #pending: DueAnswers<Pending>;
  readonly #faults: MockFaults;
  readonly #workingTime: WorkingTime;
  readonly tallies = new Tallies();
  #held: DueAnswers<Held> | null = null;

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
    this.#line = lineOf(options, workingTime);
    this.#nextServiceNs = serviceTimes(options);
    this.#pending = new DueAnswers(clock, (pending, nowNs) => {
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
      refusal.hit(arrival, call);
      this.#shed(call, arrival, this.#clock.now(), refusal.act.status, refusal.act.retryAfterS);
      return;
    }
    const time = this.#workingTime;
    const plain = time.plain;
    const atQueueNs = (plain ? receivedNs : time.at(receivedNs)) + this.#options.addedQueueNs;
    const place = this.#line.arrive(receivedNs, atQueueNs, serviceNs, receivedNs + call.timeoutNs);
    const still = {
      sequence: arrival,
      call,
      chosen,
      given: null,
      place,
      atLineWorkNs: atQueueNs,
      cancelled: false,
      dropped: false,
    };
    if (place === null) {
      this.#pending.add({ ...still, dueNs: plain ? atQueueNs : time.finishAt(atQueueNs), startNs: null });
      return;
    }
    const { startNs, dueNs } = place;
    this.#truth.admitted(arrival, startNs, dueNs);
    const pending: Pending = { ...still, dueNs, startNs };
    if (this.#options.drops === 'cancelled') call.response.once('close', () => this.#leave(pending));
    if (this.#options.answers === 'sse' && dueNs > receivedNs && (chosen === null || mayBegin(chosen)))
      beginSse(call.response);
    this.#pending.add(pending);
  }

  /**
   * `notifications/cancelled`: the client no longer waits for the answer to this request. Unknown ones are no error:
   * MCP lets both sides race.
   */
  cancel(session: string, rpcId: unknown): void {
    for (const pending of this.#pending.waiting) {
      if (pending.call.rpcId !== rpcId || pending.call.session !== session) continue;
      if (!pending.cancelled) this.tallies.cancel();
      pending.cancelled = true;
      this.#leave(pending);
      return;
    }
  }

  /** The workers stand still at other times than was known before: moves what lies after `nowNs`. */
  reschedule(nowNs: number): void {
    this.#line.replan(nowNs);
    this.#pending.reschedule((pending) => {
      const { place, sequence, dropped } = pending;
      if (pending.dueNs <= nowNs) return;
      if (place === null) {
        pending.dueNs = this.#workingTime.finishAt(pending.atLineWorkNs);
        return;
      }
      this.#line.refresh(place, nowNs);
      pending.startNs = place.startNs;
      pending.dueNs = dropped ? nowNs : place.dueNs;
      this.#truth.admitted(sequence, place.startNs, pending.dueNs);
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

  /** Forgets all calls under way: the server is going down. */
  stop(): void {
    this.#pending.stop();
    this.#held?.stop();
  }

  #finish(pending: Pending, startNs: number, finishedNs: number): void {
    const { call, sequence: arrival, chosen, given } = pending;
    const { tool, response, callId } = call;
    if (pending.dropped || pending.place?.expires === true) {
      this.#drop(pending, finishedNs);
      return;
    }
    this.tallies.served(finishedNs - pending.dueNs, pending.place?.serviceNs ?? 0);
    // The work is done whether or not somebody still waits for it: in this era a closed connection cancels nothing.
    if (chosen === null) {
      if (tool.effect) this.#ledger.executed(callId, tool.name, finishedNs, call.argumentsJson);
    } else {
      this.#executeFaulty(call, arrival, chosen, finishedNs);
    }
    if (response.destroyed || pending.cancelled) {
      // A cancelled request gets no response (MCP, Cancellation), and in HTTP no other end than this.
      response.destroy();
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
    this.#held ??= new DueAnswers(this.#clock, (held, nowNs) => this.#send(held.pending, held.ready, nowNs));
    const hits = [...ready.hits, head.hit];
    this.#held.add({ dueNs: finishedNs + head.act.delayNs, sequence: arrival, pending, ready: { ...ready, hits } });
  }

  /** Executes the effect as often as the faults say. */
  #executeFaulty(call: Call, arrival: number, { answer, effect }: Chosen, atNs: number): void {
    const { tool, callId, argumentsJson } = call;
    if (!tool.effect || answer?.act.failsBeforeEffect === true) return;
    effect?.hit(arrival, call);
    const executions = effect?.act.executions ?? 1;
    for (let n = 0; n < executions; n++) this.#ledger.executed(callId, tool.name, atNs, argumentsJson);
  }

  /** The answer as the faults want it. */
  #ready(pending: Pending, right: Answer, startNs: number, finishedNs: number): Ready {
    const { call, chosen, given } = pending;
    const hits: FaultHit[] = [];
    let answer = right;
    if (given !== null) {
      answer = given.answer;
      hits.push(given.hit);
    } else if (chosen !== null && chosen.answer !== null) {
      const { act, hit } = chosen.answer;
      const turned = act.turn(right, call, this.#pending.waiting, hit);
      if (turned !== null) {
        answer = turned;
        hits.push(hit);
      }
    }
    const idJson = JSON.stringify(call.rpcId);
    const form = chosen?.form ?? null;
    if (answer.kind !== 'result') {
      const code = answer.kind === 'rpc-error' ? answer.code : RPC.internalError;
      if (form !== null && answer.kind === 'rpc-error') hits.push(form.hit);
      return { outcome: 'error', answer, json: rpcError(idJson, code, 'Internal error'), hits };
    }
    if (form !== null) hits.push(form.hit);
    const changed = answer !== right && (answer.isError ? 'tool-error' : 'wrong');
    const outcome = form !== null ? 'broken' : changed || (answer.isError ? 'tool-error' : 'ok');
    const result = resultJson(
      this.#clock,
      answer.text,
      answer.isError,
      answer.callId,
      call.receivedNs,
      startNs,
      finishedNs,
    );
    return { outcome, answer, json: rpcResult(idJson, result), hits };
  }

  #send(pending: Pending, { outcome, answer, json, hits }: Ready, nowNs: number): void {
    const { call, sequence: arrival, chosen } = pending;
    const { response } = call;
    if (response.destroyed) {
      this.#undelivered(pending, nowNs);
      return;
    }
    this.#truth.ended(arrival, outcome, nowNs);
    for (const hit of hits) hit(arrival, call);
    if (answer.kind === 'http-error') sendJson(response, answer.status, json);
    else if (chosen?.form != null) chosen.form.act.send(response, this.#options.answers, json);
    else sendRpc(response, this.#options.answers, json);
  }

  #undelivered({ call, sequence: arrival, chosen, place }: Pending, nowNs: number): void {
    this.tallies.wasted(place?.serviceNs ?? 0);
    this.#truth.ended(arrival, 'undelivered', nowNs);
    // It failed all the same, and its effect was not executed.
    if (chosen?.answer?.act.failsBeforeEffect === true) chosen.answer.hit(arrival, call);
  }

  /** Takes a call out of the queue, if this mock drops cancelled calls and this one is not in service yet. */
  #leave(pending: Pending): void {
    const nowNs = this.#clock.now();
    if (this.#options.drops !== 'cancelled' || pending.place === null || !this.#line.leave(pending.place, nowNs))
      return;
    pending.dropped = true;
    this.reschedule(nowNs);
  }

  #drop({ call: { response, rpcId }, sequence: arrival, dropped }: Pending, nowNs: number): void {
    this.tallies.dropped(dropped ? 'cancelled' : 'expired');
    this.#truth.ended(arrival, 'dropped', nowNs);
    if (response.destroyed) return;
    if (dropped) response.destroy();
    else sendRpc(response, this.#options.answers, rpcError(JSON.stringify(rpcId), RPC.serverError, EXPIRED));
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
    if (!call.response.destroyed)
      sendRpc(call.response, answers, rpcError(JSON.stringify(call.rpcId), RPC.serverError, OVERLOADED));
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
