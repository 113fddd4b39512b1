/**
 * One worker's share of a segment on the clock of the run: where it starts and ends, which moments are worth an event,
 * what is warm-up.
 */
import type { LoadSegment } from '../../plan/index.js';
import type { Random } from '../../random/index.js';
import { shareOf, type ShardShare } from '../shard-share.js';
import { pacerOf, type Pacer } from '../pacers/index.js';

/** A moment of the schedule, reported when it has come. */
export type Mark =
  | {
      readonly mark: 'stage';
      readonly atNs: number;
      readonly stage: number;
      readonly label: string;
      readonly ratePerSecond: number;
      readonly rampToPerSecond?: number;
    }
  | { readonly mark: 'scheduled-end'; readonly atNs: number }
  | { readonly mark: 'drained'; readonly atNs: number };

export class Schedule {
  readonly segment: LoadSegment;
  readonly startNs: number;
  readonly warmupEndNs: number;
  /** End of the schedule; an interruption brings it forward. */
  endNs: number;
  /** Intended time of the next arrival; Infinity in a closed loop and when no more come. */
  arrivalNs = Infinity;
  readonly #pacer: Pacer | null;
  readonly #firstStage: number;
  /** Arrivals of other workers between two of ours. */
  readonly #others: number;
  readonly #stages: readonly Extract<Mark, { mark: 'stage' }>[];
  #nextStage = 0;
  #ended = false;
  #passed = 0;

  constructor(segment: LoadSegment, startNs: number, warmupNs: number, random: Random, share: ShardShare) {
    this.segment = segment;
    this.startNs = startNs;
    this.#others = share.workers - 1;
    this.warmupEndNs = startNs + warmupNs;
    this.#firstStage = segment.loop === 'open' && 'firstStage' in segment ? (segment.firstStage ?? 0) : 0;
    if (segment.loop === 'open') {
      let atNs = startNs;
      this.#stages = segment.stages.map(({ forNs, ...rates }, index) => {
        const mark = { mark: 'stage', atNs, stage: this.#firstStage + index, ...rates } as const;
        atNs += forNs;
        return mark;
      });
      this.endNs = atNs;
      this.#pacer = pacerOf(segment, random);
      // Every worker draws the whole process, and takes arrivals worker, worker + workers, ... of it.
      this.#pass(share.worker);
      this.#takeOwn();
    } else {
      this.#stages = [];
      this.endNs = startNs + segment.forNs;
      this.#pacer = null;
    }
  }

  /** Stage of the arrival at `arrivalNs`. */
  get stage(): number {
    return this.#firstStage + (this.#pacer?.stage ?? 0);
  }

  get isOver(): boolean {
    return this.#ended;
  }

  /**
   * When each caller of a closed loop calls for the first time: spread over the first think time, because callers that
   * begin at once would go on as one burst, think time after think time. Empty for an open loop.
   */
  firstCallsNs(share: ShardShare): readonly number[] {
    const { segment, startNs } = this;
    if (segment.loop === 'open') return [];
    const callers = shareOf(share, segment.concurrency);
    return Array.from({ length: callers }, (_, caller) => {
      return startNs + Math.round(((caller + share.worker / share.workers) / callers) * segment.thinkNs);
    });
  }

  /** Moves on to the arrival after the present one. */
  takeArrival(): void {
    this.#pass(this.#others);
    this.#takeOwn();
  }

  #pass(arrivals: number): void {
    for (let n = 0; n < arrivals; n++) if ((this.#pacer?.nextNs() ?? Infinity) < Infinity) this.#passed++;
  }

  /** Arrivals of other workers between the last own one, or the last call of this, and the present one. */
  takePassed(): number {
    const passed = this.#passed;
    this.#passed = 0;
    return passed;
  }

  #takeOwn(): void {
    this.arrivalNs = this.#pacer === null ? Infinity : this.startNs + this.#pacer.nextNs();
  }

  /** When the next mark comes; Infinity after the last. */
  get markNs(): number {
    return this.#stages[this.#nextStage]?.atNs ?? (this.#ended ? Infinity : this.endNs);
  }

  /** Takes the next mark. */
  takeMark(): Mark {
    const stage = this.#stages[this.#nextStage];
    if (stage !== undefined) {
      this.#nextStage++;
      return stage;
    }
    this.#ended = true;
    return { mark: 'scheduled-end', atNs: this.endNs };
  }

  /** No arrivals and no stages from here on. */
  cut(nowNs: number): void {
    this.endNs = Math.min(this.endNs, Math.max(nowNs, this.startNs));
    this.arrivalNs = Infinity;
    while (this.#stages[this.#nextStage] !== undefined) this.#nextStage++;
  }
}
