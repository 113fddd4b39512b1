/**
 * The time in which the workers work: it stands still during stalls. The queue is computed in working time, which a
 * stall that begins now cannot change for what came before; only the moments at which working times are reached move.
 */

interface Stall {
  readonly owner: object;
  fromNs: number;
  untilNs: number;
}

interface Interval {
  readonly fromNs: number;
  untilNs: number;
}

export class WorkingTime {
  readonly #changed: (nowNs: number) => void;
  /** Stalled time before the horizon; stalls are listed from the horizon on. */
  #stalledNs = 0;
  #stalls: Stall[] = [];
  /** Union of the stalls, in order. */
  #union: readonly Interval[] = [];

  /** `changed` receives the moment from which on working times are reached at other moments than before. */
  constructor(changed: (nowNs: number) => void) {
    this.#changed = changed;
  }

  /** No stall has ever been: working time is time. */
  get plain(): boolean {
    return this.#stalledNs === 0 && this.#union.length === 0;
  }

  /** Stands still from `fromNs`, not before `nowNs`, until `untilNs`, which may be infinite. */
  begin(owner: object, nowNs: number, fromNs: number, untilNs: number): void {
    this.#settle(nowNs);
    const from = Math.max(nowNs, fromNs);
    if (untilNs <= from) return;
    this.#stalls.push({ owner, fromNs: from, untilNs });
    this.#unite();
    this.#changed(nowNs);
  }

  /** Ends all stalls of the owner, also those to come. */
  end(owner: object, nowNs: number): void {
    this.#settle(nowNs);
    const left = this.#stalls.filter((stall) => stall.owner !== owner);
    if (left.length === this.#stalls.length) return;
    this.#stalls = left;
    this.#unite();
    this.#changed(nowNs);
  }

  /** Working time at a moment, which must not be before the last `begin` or `end`. */
  at(ns: number): number {
    let stalled = this.#stalledNs;
    for (const { fromNs, untilNs } of this.#union) {
      if (fromNs >= ns) break;
      stalled += Math.min(ns, untilNs) - fromNs;
    }
    return ns - stalled;
  }

  /** The moment at which service begins that is to begin at this working time: not while the workers stand still. */
  startAt(workingNs: number): number {
    let ns = workingNs + this.#stalledNs;
    for (const { fromNs, untilNs } of this.#union) {
      if (fromNs > ns) break;
      ns += untilNs - fromNs;
    }
    return ns;
  }

  /** The moment at which service ends that ends at this working time: as soon as that is reached. */
  finishAt(workingNs: number): number {
    let ns = workingNs + this.#stalledNs;
    for (const { fromNs, untilNs } of this.#union) {
      if (fromNs >= ns) break;
      ns += untilNs - fromNs;
    }
    return ns;
  }

  /** Moves the horizon: what has been stalled until now becomes one number. */
  #settle(nowNs: number): void {
    for (const { fromNs, untilNs } of this.#union) {
      if (fromNs >= nowNs) break;
      this.#stalledNs += Math.min(nowNs, untilNs) - fromNs;
    }
    this.#stalls = this.#stalls.filter((stall) => stall.untilNs > nowNs);
    for (const stall of this.#stalls) stall.fromNs = Math.max(stall.fromNs, nowNs);
    this.#unite();
  }

  #unite(): void {
    this.#stalls.sort((a, b) => a.fromNs - b.fromNs);
    const union: Interval[] = [];
    for (const { fromNs, untilNs } of this.#stalls) {
      const last = union.at(-1);
      if (last !== undefined && fromNs <= last.untilNs) last.untilNs = Math.max(last.untilNs, untilNs);
      else union.push({ fromNs, untilNs });
    }
    this.#union = union;
  }
}
