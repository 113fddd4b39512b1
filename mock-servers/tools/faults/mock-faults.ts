/** The faults of one mock: which are in force, which calls each affects, and which it has affected. */
import { ProblemError } from '../../../src/problem/index.js';
import type { MockClock } from '../../timing/mock-clock.js';
import {
  faultObjections,
  MOCK_FAULT_MESSAGES,
  type FaultControl,
  type FaultHitLine,
  type FaultStatus,
  type MockFault,
  type MockTool,
} from '../../../src/protocol/index.js';
import type { Answer, Behaviour, Chosen, FaultedCall, FaultedServer, FaultHit } from './behaviour.js';
import { behaviourOf } from './registry.js';
import { chooser } from './which.js';

/** Most affected calls whose numbers are reported for one fault. */
const MOST_NUMBERS = 1_000_000;
const NOT_ON_CALLS: readonly Behaviour['acts'][] = ['onset', 'span', 'tool-list', 'session-end'];

interface Entry {
  readonly id: string;
  readonly fault: MockFault;
  readonly behaviour: Behaviour;
  readonly chooses: () => boolean;
  readonly concerns: (tool: MockTool) => boolean;
  readonly onNs: number;
  offNs: number;
  eligible: number;
  affected: number;
  readonly numbers: number[];
  readonly hit: FaultHit;
  /** Counts an affected request that is no call; the number is null where it has none. */
  readonly hitOther: (number: number | null, atNs: number) => void;
  /** It acts on the server, not on calls, and its beginning is still to come. */
  awaited: boolean;
}

export class MockFaults implements FaultControl {
  readonly #tools: readonly MockTool[];
  readonly #clock: MockClock;
  readonly #server: FaultedServer;
  readonly #affected: (hit: FaultHitLine) => void;
  readonly #entries: Entry[] = [];
  #live: Entry[] = [];
  /** Whether there is any fault to think of: all that the mock asks while there is none. */
  on = false;

  /** @param affected receives each affected call or request. */
  constructor(
    tools: readonly MockTool[],
    clock: MockClock,
    server: FaultedServer,
    affected: (hit: FaultHitLine) => void,
  ) {
    this.#affected = affected;
    this.#tools = tools;
    this.#clock = clock;
    this.#server = server;
  }

  put(fault: MockFault): FaultStatus {
    const nowNs = this.#clock.now();
    const objections = [...faultObjections(fault, this.#tools)];
    if (objections.length === 0 && this.#untilNs(fault) <= nowNs)
      objections.push('untilNs is past, so it would affect nothing');
    if (objections.length === 0) return this.#add(fault, nowNs);
    const remedy = 'correct the fault; nothing was changed';
    throw new ProblemError(
      'bad-input',
      objections.map((what) => ({ code: 'bad-mock-fault', what: `mock server tools: fault: ${what}`, remedy })),
    );
  }

  /** Sets checked faults as the mock starts; one whose time is over (the mock was started again) affects nothing. */
  begin(faults: readonly MockFault[]): void {
    for (const fault of faults) this.#add(fault, this.#clock.now());
  }

  remove(id: string): FaultStatus | null {
    const entry = this.#entries.find((known) => known.id === id);
    if (entry === undefined) return null;
    const nowNs = this.#clock.now();
    this.advance(nowNs);
    if (entry.offNs > nowNs) {
      entry.offNs = nowNs;
      const { behaviour } = entry;
      if (behaviour.acts === 'span' || behaviour.acts === 'arrival') behaviour.end?.(nowNs);
      this.advance(nowNs);
    }
    return this.#status(entry);
  }

  list(): readonly FaultStatus[] {
    this.advance(this.#clock.now());
    return this.#entries.map((entry) => this.#status(entry));
  }

  /** Brings about what is due by now, and forgets what is over. Ask before anything that the time decides. */
  advance(nowNs: number): void {
    for (const entry of this.#live) {
      if (!entry.awaited || entry.onNs > nowNs || entry.onNs >= entry.offNs) continue;
      entry.awaited = false;
      entry.eligible = 1;
      entry.hitOther(null, entry.onNs);
      if (entry.behaviour.acts === 'onset') entry.behaviour.hit();
    }
    if (this.#live.some((entry) => entry.offNs <= nowNs)) {
      this.#live = this.#live.filter((entry) => entry.offNs > nowNs);
      this.on = this.#live.length > 0;
    }
  }

  /** Decides which faults affect a call that arrives now. */
  choose(call: FaultedCall, arrival: number, receivedNs: number): Chosen | null {
    let chosen: Chosen | null = null;
    for (const { behaviour, hit } of this.#chosen(receivedNs, call.tool)) {
      if (behaviour.acts === 'arrival') {
        if (behaviour.hit(receivedNs)) hit(arrival, call);
        continue;
      }
      chosen ??= { refusal: null, effect: null, answer: null, form: null, head: null };
      // The compiler does not see that the place and the act are of one kind.
      (chosen as Record<keyof Chosen, unknown>)[behaviour.acts as keyof Chosen] ??= { act: behaviour, hit };
    }
    return chosen;
  }

  /** Passes the right answer of a call to the faults that remember answers. */
  observe(tool: string, answer: Answer): void {
    for (const { behaviour } of this.#live) {
      if (behaviour.acts === 'answer') behaviour.observe?.(tool, answer);
    }
  }

  /** The tools as a `tools/list` at this moment shows them. */
  toolsShown(nowNs: number): readonly MockTool[] {
    let tools = this.#tools;
    for (const entry of this.#inForce(nowNs)) {
      const { behaviour } = entry;
      if (behaviour.acts !== 'tool-list') continue;
      entry.eligible += 1;
      if (!entry.chooses()) continue;
      entry.hitOther(entry.eligible - 1, nowNs);
      tools = behaviour.turn(tools);
    }
    return tools;
  }

  /** Whether the session of a DELETE at this moment is kept all the same. */
  keepsSession(nowNs: number): boolean {
    let leaks = false;
    for (const entry of this.#inForce(nowNs)) {
      if (entry.behaviour.acts !== 'session-end') continue;
      entry.eligible += 1;
      if (leaks || !entry.chooses()) continue;
      entry.hitOther(entry.eligible - 1, nowNs);
      leaks = true;
    }
    return leaks;
  }

  #add(fault: MockFault, nowNs: number): FaultStatus {
    const fromNs = fault.fromNs === undefined ? nowNs : this.#sinceEpoch(fault.fromNs);
    const entry = this.#entry(fault, Math.max(nowNs, fromNs), this.#untilNs(fault));
    this.#entries.push(entry);
    this.#live.push(entry);
    this.on = true;
    if (entry.behaviour.acts === 'span') entry.behaviour.begin(nowNs, entry.onNs, entry.offNs);
    this.advance(nowNs);
    return this.#status(entry);
  }

  /** Those that are in force and choose this call. Every fault that can affect it counts it, whichever does. */
  *#chosen(nowNs: number, tool: MockTool): Generator<Entry> {
    for (const entry of this.#inForce(nowNs)) {
      if (NOT_ON_CALLS.includes(entry.behaviour.acts) || !entry.concerns(tool)) continue;
      entry.eligible += 1;
      if (entry.chooses()) yield entry;
    }
  }

  *#inForce(nowNs: number): Generator<Entry> {
    this.advance(nowNs);
    for (const entry of this.#live) if (entry.onNs <= nowNs) yield entry;
  }

  #entry(fault: MockFault, onNs: number, untilNs: number): Entry {
    const { canAffect } = MOCK_FAULT_MESSAGES[fault.kind];
    const behaviour = behaviourOf(fault.kind, fault, this.#server);
    const numbers: number[] = [];
    const id = `f${this.#entries.length + 1}`;
    const { absolute } = this.#clock;
    const count = (number: number | null, hit: Omit<FaultHitLine, 'fault'>): void => {
      entry.affected += 1;
      if (number !== null && numbers.length < MOST_NUMBERS) numbers.push(number);
      this.#affected({ fault: fault.label ?? id, ...hit });
    };
    const entry: Entry = {
      id,
      fault,
      behaviour,
      chooses: chooser(fault.which),
      concerns: (tool) => (fault.tool === undefined || tool.name === fault.tool) && canAffect(tool),
      onNs,
      offNs: behaviour.acts === 'span' ? Math.min(untilNs, onNs + behaviour.lastsNs) : untilNs,
      eligible: 0,
      affected: 0,
      numbers,
      hit: (number, { callId: call, tool: { name: tool }, receivedNs }) => {
        const nowNs = this.#clock.now();
        const times = { receivedNs: absolute(receivedNs), atNs: absolute(nowNs), afterLift: entry.offNs <= nowNs };
        count(number, { call, tool, ...times });
      },
      hitOther: (number, atNs) =>
        count(number, { call: null, tool: null, receivedNs: null, atNs: absolute(atNs), afterLift: false }),
      awaited: behaviour.acts === 'onset' || behaviour.acts === 'span',
    };
    return entry;
  }

  #status({ id, fault, onNs, offNs, eligible, affected, numbers }: Entry): FaultStatus {
    const { absolute } = this.#clock;
    const times = { onNs: absolute(onNs), offNs: offNs === Infinity ? null : absolute(offNs) };
    return { id, fault, ...times, eligible, affected, numbers: [...numbers] };
  }

  #untilNs({ untilNs }: MockFault): number {
    return untilNs === undefined ? Infinity : this.#sinceEpoch(untilNs);
  }

  /** An absolute moment in nanoseconds since the mock's epoch. */
  #sinceEpoch(absoluteNs: string): number {
    return Number(BigInt(absoluteNs) - BigInt(this.#clock.absolute(0)));
  }
}
