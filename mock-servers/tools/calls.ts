/**
 * `tools/call` from its arrival at the queue to its answer: draws the service time, asks the queue model for start and
 * finish, waits for the finish, executes the effect, answers, and writes down the truth.
 */
import { derivedAnswer } from '../../src/protocol/index.js';
import { DueAnswers } from '../timing/due-answers.js';
import type { Answer, Chosen, FaultHit } from './faults/index.js';
import { rpcError, rpcResult, RPC } from '../wire/protocol.js';
import { lineOf } from './line.js';
import { paddings } from './padding.js';
import type { MockParts } from './parts.js';
import type { Call, Held, Pending, Ready } from './pending.js';
import type { Line } from './place.js';
import { beginSse, sendJson, sendRpc } from '../wire/reply.js';
import { resultJson } from './result.js';
import { serviceTimes } from '../timing/service-time.js';
import { Tallies } from './tallies.js';

const EXPIRED = 'The time limit passed before service began';
const OVERLOADED = 'Server overloaded: the queue is full';

export class Calls {
  readonly #mock: MockParts;
  readonly #line: Line;
  readonly #nextServiceNs: (tool: string) => number;
  readonly #nextPadding: (tool: string) => string | null;
  readonly #pending: DueAnswers<Pending>;
  readonly tallies = new Tallies();
  #held: DueAnswers<Held> | null = null;

  constructor(mock: MockParts) {
    this.#mock = mock;
    this.#line = lineOf(mock.options, mock.workingTime);
    this.#nextServiceNs = serviceTimes(mock.options);
    this.#nextPadding = paddings(mock.options);
    this.#pending = new DueAnswers(mock.clock, (pending, nowNs) => {
      pending.isOver = true;
      if (pending.startNs === null) this.#refuse(pending, nowNs);
      else this.#finish(pending, pending.startNs, nowNs);
    });
  }

  /** Takes a call into the queue; its answer follows when it is due. Calls must come in order of `receivedNs`. */
  arrive(call: Call): void {
    const { tool, receivedNs } = call;
    const serviceNs = this.#nextServiceNs(tool.name);
    const arrival = this.#mock.truth.arrived(call, serviceNs);
    const chosen = this.#mock.faults.on ? this.#mock.faults.choose(call, arrival, receivedNs) : null;
    const refusal = chosen?.refusal ?? null;
    if (refusal !== null) {
      refusal.hit(arrival, call);
      return this.#shed(call, arrival, this.#mock.clock.now(), refusal.act.status, refusal.act.retryAfterS);
    }
    const time = this.#mock.workingTime;
    const plain = time.plain;
    const atQueueNs = (plain ? receivedNs : time.at(receivedNs)) + this.#mock.options.addedQueueNs;
    const place = this.#line.arrive(receivedNs, atQueueNs, serviceNs, receivedNs + call.timeoutNs);
    const still = {
      sequence: arrival,
      call,
      chosen,
      given: null,
      place,
      cancelled: false,
      dropped: false,
      isOver: false,
    };
    const queued = { ...still, atLineWorkNs: atQueueNs };
    if (place === null)
      return this.#pending.add({ ...queued, dueNs: plain ? atQueueNs : time.finishAt(atQueueNs), startNs: null });
    const { startNs, dueNs } = place;
    this.#mock.truth.admitted(arrival, startNs, dueNs);
    const pending: Pending = { ...queued, dueNs, startNs };
    if (call.members !== '') call.response.once('close', () => this.#hungUp(pending));
    else if (this.#mock.options.drops === 'cancelled') call.response.once('close', () => this.#leave(pending));
    if (this.#mock.options.answers === 'sse' && dueNs > receivedNs && (chosen === null || mayBegin(chosen)))
      beginSse(call.response);
    this.#pending.add(pending);
  }

  /** `notifications/cancelled`: the client does not wait. An unknown request is no error: MCP lets both sides race. */
  cancel(session: string, rpcId: unknown): void {
    for (const pending of this.#pending.waiting) {
      if (pending.call.rpcId !== rpcId || pending.call.session !== session) continue;
      if (!pending.cancelled) this.tallies.count('cancels');
      pending.cancelled = true;
      return this.#leave(pending);
    }
  }

  /** The workers stand still at other times than was known before: moves what lies after `nowNs`. */
  reschedule(nowNs: number): void {
    this.#line.replan(nowNs);
    this.#pending.reschedule((pending) => {
      const { place, sequence, dropped } = pending;
      if (pending.dueNs <= nowNs) return;
      if (place === null) {
        pending.dueNs = this.#mock.workingTime.finishAt(pending.atLineWorkNs);
        return;
      }
      this.#line.refresh(place, nowNs);
      pending.startNs = place.startNs;
      pending.dueNs = dropped ? nowNs : place.dueNs;
      this.#mock.truth.admitted(sequence, place.startNs, pending.dueNs);
    });
  }

  /** What waits and what is served now. Calls still held back by `addedQueueNs` count as waiting. */
  view(): { readonly queued: number; readonly inService: number } {
    const nowNs = this.#mock.clock.now();
    const { waiting } = this.#pending;
    const inService = waiting.filter(({ startNs }) => startNs !== null && startNs <= nowNs).length;
    return { queued: waiting.length - inService, inService };
  }

  /** Forgets all calls under way: the server is going down. */
  stop(): void {
    this.#pending.stop();
    this.#held?.stop();
  }

  #finish(pending: Pending, startNs: number, finishedNs: number): void {
    const { call, sequence: arrival, chosen } = pending;
    const { tool, response, callId } = call;
    if (pending.dropped || pending.place?.expires === true) return this.#drop(pending, finishedNs);
    this.tallies.served(finishedNs - pending.dueNs, pending.place?.serviceNs ?? 0);
    // The work is done whether or not somebody still waits for it: what a cancellation reaches in time has left before.
    if (tool.effect) this.#execute(call, arrival, chosen, finishedNs);
    if (response.destroyed || pending.cancelled) {
      // A cancelled request gets no response (MCP, Cancellation), and in HTTP no other end than this.
      response.destroy();
      return this.#undelivered(pending, finishedNs);
    }
    const text = tool.alwaysFails ? `${tool.name} always fails` : derivedAnswer(tool.name, call.argumentsJson);
    const right: Answer = { kind: 'result', text, isError: tool.alwaysFails, callId };
    const ready = this.#ready(pending, right, startNs, finishedNs);
    this.#mock.faults.observe(tool.name, right);
    const head = chosen?.head ?? null;
    if (head === null) return this.#send(pending, ready, finishedNs);
    this.#held ??= new DueAnswers(this.#mock.clock, (held, nowNs) => this.#send(held.pending, held.ready, nowNs));
    const hits = [...ready.hits, head.hit];
    this.#held.add({ dueNs: finishedNs + head.act.delayNs, sequence: arrival, pending, ready: { ...ready, hits } });
  }

  /** Executes the effect as often as the faults say. */
  #execute(call: Call, arrival: number, chosen: Chosen | null, atNs: number): void {
    if (chosen?.answer?.act.failsBeforeEffect === true) return;
    const effect = chosen?.effect ?? null;
    effect?.hit(arrival, call);
    const { ledger, clock } = this.#mock;
    const line = { call: call.callId, tool: call.tool.name, atNs: clock.absolute(atNs), key: call.argumentsJson };
    for (let n = effect?.act.executions ?? 1; n > 0; n--) ledger.add(line);
  }

  /** The answer as the faults want it. */
  #ready(pending: Pending, right: Answer, startNs: number, finishedNs: number): Ready {
    const { call, chosen, given } = pending;
    const { form: own } = call;
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
    if (answer.kind === 'result' && answer.isError && !own.hasIsError)
      answer = { kind: 'rpc-error', code: RPC.internalError };
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
    const padding = this.#nextPadding(call.tool.name);
    const result = resultJson(own, this.#mock.clock, { ...answer, padding }, call.receivedNs, startNs, finishedNs);
    return { outcome, answer, json: rpcResult(idJson, result, call.members), hits };
  }

  #send(pending: Pending, { outcome, answer, json, hits }: Ready, nowNs: number): void {
    const { call, sequence: arrival, chosen } = pending;
    const { response } = call;
    if (response.destroyed) return this.#undelivered(pending, nowNs);
    this.#mock.truth.ended(arrival, outcome, nowNs);
    for (const hit of hits) hit(arrival, call);
    if (answer.kind === 'http-error') sendJson(response, answer.status, json);
    else if (chosen?.form != null) chosen.form.act.send(response, this.#mock.options.answers, json);
    else sendRpc(response, this.#mock.options.answers, json);
  }

  #undelivered({ call, sequence: arrival, chosen, place }: Pending, nowNs: number): void {
    this.tallies.wasted(place?.serviceNs ?? 0);
    this.#mock.truth.ended(arrival, 'undelivered', nowNs);
    // It failed all the same, and its effect was not executed.
    if (chosen?.answer?.act.failsBeforeEffect === true) chosen.answer.hit(arrival, call);
  }

  /** A call without a session whose connection is closed is cancelled. */
  #hungUp(pending: Pending): void {
    if (pending.isOver || pending.cancelled) return;
    this.tallies.count('cancels');
    pending.cancelled = true;
    this.#leave(pending);
  }

  /** Takes a call out of the queue, if this mock drops cancelled calls and this one is not in service yet. */
  #leave(pending: Pending): void {
    const nowNs = this.#mock.clock.now();
    if (this.#mock.options.drops !== 'cancelled' || pending.place === null || !this.#line.leave(pending.place, nowNs))
      return;
    pending.dropped = true;
    this.reschedule(nowNs);
  }

  #drop({ call: { response, rpcId }, sequence: arrival, dropped }: Pending, nowNs: number): void {
    this.tallies.count(dropped ? 'cancelled' : 'expired');
    this.#mock.truth.ended(arrival, 'dropped', nowNs);
    if (response.destroyed) return;
    if (dropped) response.destroy();
    else sendRpc(response, this.#mock.options.answers, rpcError(JSON.stringify(rpcId), RPC.serverError, EXPIRED));
  }

  #refuse({ call, sequence: arrival }: Pending, nowNs: number): void {
    const { whenFull, retryAfterS, answers } = this.#mock.options;
    if (whenFull === 'hang') return this.#mock.truth.ended(arrival, 'hung', NaN);
    if (whenFull !== 'rpc-error')
      return this.#shed(call, arrival, nowNs, whenFull === 'shed-429' ? 429 : 503, retryAfterS);
    this.#mock.truth.ended(arrival, 'shed', nowNs);
    if (!call.response.destroyed)
      sendRpc(call.response, answers, rpcError(JSON.stringify(call.rpcId), RPC.serverError, OVERLOADED));
  }

  #shed({ response, rpcId }: Call, arrival: number, nowNs: number, status: number, retryAfterS: number): void {
    this.#mock.truth.ended(arrival, 'shed', nowNs);
    if (response.destroyed) return;
    const error = rpcError(JSON.stringify(rpcId), RPC.serverError, OVERLOADED);
    sendJson(response, status, error, ['Retry-After', String(retryAfterS)]);
  }
}

/** Whether an event stream may begin before the answer is known: not where a fault needs the head of the answer. */
const mayBegin = ({ answer, head }: Chosen): boolean => answer?.act.needsOwnHead !== true && head === null;
