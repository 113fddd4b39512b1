import type { AttemptSlot, Channel } from '../../mcp/index.js';
import type { LoadSegment } from '../../plan/index.js';
import { outcomeCode, type ErrorClass, type Outcome } from '../../record/index.js';
import { CallSource, type CallRules } from './calls.js';
import { Flights } from './flights.js';
import { ClientQueue } from './queue.js';
import { SessionSlots } from './session-slots.js';
import { Schedule } from './schedule.js';
import type { EngineSetup } from './setup.js';
import { SLOT_STATE, SlotPool, clearAttempt, type EngineSlot } from './slots.js';
import { TimerHeap } from './timers.js';
import { judgeAbandoned, judgeLate, judgeUnsent, withFlags } from './verdict.js';

const OK = outcomeCode('ok');

/**
 * Most attempts sent in one go: after a stall the backlog leaves in portions, so that answers are read and stamped in
 * between. What sends nothing is cheap, and bounded far higher, so that a starved generator can clear what is past its
 * deadline.
 */
const MOST_SENDS = 32;
const MOST_STEPS = 4096;
/** How long calls in flight may still answer after an interruption, in nanoseconds. */
export const INTERRUPTED_DRAIN_NS = 5_000_000_000;

/**
 * Makes the calls of one segment after another. Time comes in through `advance`: the engine itself waits for nothing.
 *
 * Stamps. `admittedNs` is the moment from which a session and an in-flight slot were there for the attempt: its
 * intended time, or the later moment at which what it waited for was freed. So `admittedNs - intendedNs` is all of the
 * wait it was entitled to, and `sentNs - admittedNs` is the generator's own lateness (schedule lag), for calls that
 * queued as for those that did not.
 *
 * An answer that is complete only after the call's deadline, or after its attempt's time limit, counts as `deadline`
 * however late the expiry itself was noticed; worse outcomes keep their class. A call that the generator did not
 * reach before its deadline is the generator's own failure (`generator`), never the target's.
 */
export class Engine {
  readonly #setup: EngineSetup;
  readonly #calls: CallSource;
  readonly #pool: SlotPool;
  readonly #sessions: SessionSlots;
  readonly #queue: ClientQueue;
  /** Deadlines and time limits may be handled a little late; ends of backoff and think time may not. */
  readonly #limits = new TimerHeap();
  readonly #starts = new TimerHeap();
  readonly #segmentsOfPhase = new Map<number, number>();
  #schedule: Schedule | null = null;
  #sendsLeft = 0;
  #lastDoneNs = -Infinity;
  #giveUpAllNs = Infinity;
  #interruptedNow = false;
  readonly #flights = new Flights();

  constructor(setup: EngineSetup) {
    this.#setup = setup;
    this.#calls = new CallSource(setup);
    this.#pool = new SlotPool(Math.min(setup.maxInFlight, 4096));
    this.#sessions = new SessionSlots(setup.channels.length, setup.inFlightPerSession, setup.maxInFlight);
    this.#queue = new ClientQueue(this.#sessions, setup.channels.length);
  }

  /** Begins a segment at `startNs`; the one before must be finished. */
  begin(segment: LoadSegment, startNs: number, warmupNs: number): void {
    if (this.#schedule !== null) throw new Error('a segment is still running');
    const nth = this.#segmentsOfPhase.get(segment.phase) ?? 0;
    this.#segmentsOfPhase.set(segment.phase, nth + 1);
    this.#schedule = new Schedule(
      segment,
      startNs,
      warmupNs,
      this.#setup.arrivals.fork(`arrivals/${segment.phase}/${nth}`),
      this.#setup.share,
    );
    this.#calls.begin(segment.loop);
    this.#calls.pass(this.#schedule.takePassed());
    this.#interruptedNow = false;
    this.#giveUpAllNs = Infinity;
    this.#lastDoneNs = -Infinity;
    this.#schedule.firstCallsNs(this.#setup.share).forEach((atNs, caller) => {
      this.#think(caller % this.#setup.channels.length, atNs);
    });
  }

  /** No segment runs: everything that was offered is recorded. */
  get finished(): boolean {
    return this.#schedule === null;
  }

  get interrupted(): boolean {
    return this.#interruptedNow;
  }

  get inFlight(): number {
    return this.#sessions.inFlight;
  }

  /** What the samples must agree with: attempts sent, how many are open, and the time in flight of all together. */
  flownBy(nowNs: number): { readonly sent: number; readonly open: number; readonly flownNs: number } {
    const { sent, open } = this.#flights;
    return { sent, open, flownNs: this.#flights.flownBy(nowNs) };
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** When something must start on time: an arrival, the end of a backoff or a think time. */
  get startDueNs(): number {
    return Math.min(this.#schedule?.arrivalNs ?? Infinity, this.#starts.dueNs);
  }

  /** When something else is due, where a millisecond does not matter: an expiry, a mark of the schedule, its end. */
  get limitDueNs(): number {
    const schedule = this.#schedule;
    if (schedule === null) return Infinity;
    if (this.#isDrained(schedule)) return schedule.endNs;
    return Math.min(this.#limits.dueNs, schedule.markNs, this.#giveUpAllNs);
  }

  /** Does what is due at `nowNs`, a bounded portion of it; what is left is still due. */
  advance(nowNs: number): void {
    const schedule = this.#schedule;
    if (schedule === null) return;
    while (schedule.markNs <= nowNs) this.#setup.mark(schedule.takeMark());
    let steps = MOST_STEPS;
    this.#sendsLeft = MOST_SENDS;
    while (this.#limits.dueNs <= nowNs && this.#sendsLeft > 0 && steps-- > 0)
      this.#expire(this.#pool.at(this.#limits.first), nowNs);
    while (this.#starts.dueNs <= nowNs && this.#sendsLeft > 0 && steps-- > 0) {
      const slot = this.#pool.at(this.#starts.first);
      this.#starts.remove(slot.slot);
      if (slot.state === SLOT_STATE.thinking) this.#offer(slot, nowNs);
      else this.#sendOrWait(slot, nowNs);
    }
    while (schedule.arrivalNs <= nowNs && this.#sendsLeft > 0 && steps-- > 0) {
      const slot = this.#pool.take(schedule.arrivalNs, schedule.stage, -1);
      this.#offer(slot, nowNs);
      // The calls of other engines, once ours is on its way.
      schedule.takeArrival();
      this.#calls.pass(schedule.takePassed());
    }
    if (nowNs >= this.#giveUpAllNs) this.giveUpInFlight(nowNs);
    if (this.#isDrained(schedule)) {
      this.#schedule = null;
      this.#setup.mark({ mark: 'drained', atNs: Math.max(schedule.endNs, this.#lastDoneNs) });
    }
  }

  /** The channel has filled in an attempt's answer. */
  completed(attempt: AttemptSlot): void {
    const slot = this.#pool.at(attempt.slot);
    if (slot.state !== SLOT_STATE.inFlight) throw new Error(`slot ${slot.slot} was completed and is not in flight`);
    this.#limits.remove(slot.slot);
    judgeLate(slot);
    this.#finishAttempt(slot);
  }

  /**
   * Stops offering and sending. What waits or backs off is recorded as `deadline`/`interrupted`; what is in flight may
   * still answer for five seconds, then it is given up with the same class.
   */
  interrupt(nowNs: number): void {
    const schedule = this.#schedule;
    if (schedule === null || this.#interruptedNow) return;
    this.#interruptedNow = true;
    this.#giveUpAllNs = nowNs + INTERRUPTED_DRAIN_NS;
    schedule.cut(nowNs);
    for (const slot of this.#pool.all) {
      if (slot.state === SLOT_STATE.thinking) {
        this.#starts.remove(slot.slot);
        this.#pool.give(slot);
      } else if (slot.state === SLOT_STATE.waiting) {
        this.#queue.leave(slot);
        this.#neverSent(slot, 'deadline', 'interrupted', nowNs);
      } else if (slot.state === SLOT_STATE.backoff) {
        this.#starts.remove(slot.slot);
        slot.intendedNs = Math.min(slot.intendedNs, nowNs);
        this.#neverSent(slot, 'deadline', 'interrupted', nowNs);
      }
    }
    this.#setup.counters.setQueued(this.#queue.length);
  }

  /** Gives up what is in flight at once; only after `interrupt`. */
  giveUpInFlight(nowNs: number): void {
    this.#giveUpAllNs = Infinity;
    for (const slot of this.#pool.all) {
      if (slot.state === SLOT_STATE.inFlight) this.#abandon(slot, 'interrupted', nowNs);
    }
  }

  /** A new logical call, at its intended time or as soon after it as the generator got to it. */
  #offer(slot: EngineSlot, nowNs: number): void {
    const schedule = this.#running();
    clearAttempt(slot);
    slot.phase = schedule.segment.phase;
    slot.warmup = slot.intendedNs < schedule.warmupEndNs;
    // Before anything can turn the call away, so that the arguments of call n never depend on the target.
    this.#calls.fill(slot);
    this.#setup.counters.addOffered();
    this.#sendOrWait(slot, nowNs);
  }

  /** Sends an attempt that is due, or lets it wait for a session and an in-flight slot. */
  #sendOrWait(slot: EngineSlot, nowNs: number): void {
    if (nowNs >= slot.deadlineNs) {
      this.#neverSent(slot, 'generator', 'generator-error', nowNs);
      return;
    }
    const session = this.#queue.sessionFor(slot);
    if (session >= 0) {
      this.#launch(slot, session);
    } else if (slot.pinned < 0 && this.#queue.length >= this.#setup.maxQueued) {
      this.#setup.counters.addShed();
      this.#neverSent(slot, 'shed', 'client-queue-full', nowNs);
    } else {
      slot.state = SLOT_STATE.waiting;
      this.#queue.push(slot);
      this.#setup.counters.setQueued(this.#queue.length);
      this.#limits.set(slot.slot, slot.deadlineNs);
    }
  }

  #launch(slot: EngineSlot, session: number): void {
    slot.admittedNs = Math.max(slot.intendedNs, this.#sessions.sinceNs(slot.pinned));
    slot.session = session;
    slot.state = SLOT_STATE.inFlight;
    this.#sessions.enter(session);
    this.#channel(session).start(slot);
    this.#flights.begin(slot.sentNs);
    const timeoutNs = slot.sentNs + this.#ruleOf(slot).attemptTimeoutNs;
    slot.giveUpNs = timeoutNs < slot.deadlineNs ? timeoutNs : slot.deadlineNs;
    this.#limits.set(slot.slot, slot.giveUpNs);
    this.#sendsLeft--;
    this.#setup.counters.addSent();
    this.#setup.counters.setInFlight(this.#sessions.inFlight);
    this.#setup.scheduleLag(slot.sentNs - slot.admittedNs);
  }

  /** An attempt is over: on to its retry or its end, and its in-flight slot to the next call that waits. */
  #finishAttempt(slot: EngineSlot): void {
    const { session, doneNs } = slot;
    this.#flights.end(slot.sentNs, doneNs);
    this.#sessions.leave(session, doneNs);
    this.#queue.sessionFreed(session);
    this.#setup.counters.setInFlight(this.#sessions.inFlight);
    const retryAtNs = this.#interruptedNow ? Infinity : this.#ruleOf(slot).retryAtNs(slot);
    if (retryAtNs !== Infinity) {
      this.#setup.record(withFlags(slot, false));
      clearAttempt(slot);
      slot.attempt++;
      slot.intendedNs = retryAtNs;
      slot.state = SLOT_STATE.backoff;
      this.#starts.set(slot.slot, retryAtNs);
    } else {
      this.#end(slot);
    }
    if (this.#queue.length > 0) this.#admit(doneNs);
  }

  /** Sends the waiting calls that now have a session, but none past its deadline. */
  #admit(nowNs: number): void {
    for (let slot = this.#queue.next(); slot !== null; slot = this.#queue.next()) {
      const { pinned } = slot;
      if (nowNs < slot.deadlineNs) {
        this.#launch(slot, pinned >= 0 ? pinned : this.#sessions.pick());
      } else {
        this.#neverSent(slot, 'deadline', 'deadline-in-client-queue', nowNs);
        if (pinned >= 0) this.#queue.sessionFreed(pinned);
      }
    }
    this.#setup.counters.setQueued(this.#queue.length);
  }

  #expire(slot: EngineSlot, nowNs: number): void {
    if (slot.state === SLOT_STATE.inFlight) {
      this.#abandon(slot, 'limit', nowNs);
      return;
    }
    this.#queue.leave(slot);
    this.#neverSent(slot, 'deadline', 'deadline-in-client-queue', nowNs);
    this.#admit(nowNs);
  }

  #abandon(slot: EngineSlot, why: 'limit' | 'interrupted', nowNs: number): void {
    this.#limits.remove(slot.slot);
    this.#channel(slot.session).abandon(slot, why === 'limit');
    judgeAbandoned(slot, why, nowNs);
    this.#finishAttempt(slot);
  }

  #neverSent(slot: EngineSlot, outcome: Outcome, errorClass: ErrorClass, nowNs: number): void {
    this.#limits.remove(slot.slot);
    judgeUnsent(slot, outcome, errorClass, nowNs);
    this.#end(slot);
  }

  /** The logical call is over; a caller of a closed loop is free again. */
  #end(slot: EngineSlot): void {
    const { pinned, doneNs } = slot;
    this.#setup.record(withFlags(slot, true));
    this.#setup.counters.addCompleted(slot.outcome === OK);
    this.#lastDoneNs = Math.max(this.#lastDoneNs, doneNs);
    this.#pool.give(slot);
    if (pinned >= 0) this.#callerFreed(pinned, doneNs);
  }

  /** A caller is free: it calls again after its think time. */
  #callerFreed(session: number, freeNs: number): void {
    const { segment, endNs } = this.#running();
    const thinkNs = segment.loop === 'closed' ? segment.thinkNs : 0;
    if (thinkNs > 0) {
      this.#think(session, freeNs + thinkNs);
    } else if (!this.#interruptedNow && freeNs < endNs) {
      this.#offer(this.#pool.take(freeNs, 0, session), freeNs);
    }
  }

  /** A caller calls at `untilNs`, if the segment lasts that long. */
  #think(session: number, untilNs: number): void {
    if (this.#interruptedNow || untilNs >= this.#running().endNs) return;
    const slot = this.#pool.take(untilNs, 0, session);
    slot.state = SLOT_STATE.thinking;
    this.#starts.set(slot.slot, untilNs);
  }

  #ruleOf(slot: EngineSlot): CallRules {
    return this.#calls.rulesOf(slot.spec);
  }

  #channel(session: number): Channel {
    const channel = this.#setup.channels[session];
    if (channel === undefined) throw new Error(`no session ${session}`);
    return channel;
  }

  #isDrained(schedule: Schedule): boolean {
    return this.#pool.taken === 0 && schedule.isOver && schedule.arrivalNs === Infinity;
  }

  #running(): Schedule {
    if (this.#schedule === null) throw new Error('no segment is running');
    return this.#schedule;
  }
}
