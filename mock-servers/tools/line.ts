/** The waiting line by the clock. */
import { RenegingQueue } from './reneging-queue.js';
import type { ToolsMockOptions } from '../../src/protocol/index.js';
import type { Line, Place, Work } from './place.js';
import { queueModel, type QueueModel } from '../timing/queue.js';

/** The line a mock with these options has. */
export function lineOf(options: Pick<ToolsMockOptions, 'workers' | 'queueCapacity' | 'drops'>, work: Work): Line {
  const { workers, queueCapacity, drops } = options;
  return drops === 'none'
    ? new LastingLine(queueModel(options), work)
    : new RenegingQueue(workers, queueCapacity, drops === 'expired', work);
}

/** A queue without reneging: start and finish of each call are known, in working time, as it arrives. */
class LastingLine implements Line {
  readonly #queue: QueueModel;
  readonly #work: Work;

  constructor(queue: QueueModel, work: Work) {
    this.#queue = queue;
    this.#work = work;
  }

  arrive(_nowNs: number, arrivedWorkNs: number, serviceNs: number, giveUpNs: number): Place | null {
    const admission = this.#queue.arrive(arrivedWorkNs, serviceNs);
    if (admission.kind === 'full') return null;
    const { startNs: startWorkNs, finishNs: finishWorkNs } = admission;
    const { plain } = this.#work;
    const startNs = plain ? startWorkNs : this.#work.startAt(startWorkNs);
    const dueNs = plain ? finishWorkNs : Math.max(startNs, this.#work.finishAt(finishWorkNs));
    return { arrivedWorkNs, serviceNs, giveUpNs, startWorkNs, finishWorkNs, startNs, dueNs, expires: false };
  }

  leave(): boolean {
    return false;
  }

  replan(): void {
    // Working times do not change; `refresh` computes the moments at which they are reached.
  }

  refresh(place: Place, nowNs: number): void {
    if (place.startNs > nowNs) place.startNs = this.#work.startAt(place.startWorkNs);
    place.dueNs = Math.max(place.startNs, this.#work.finishAt(place.finishWorkNs));
  }
}
