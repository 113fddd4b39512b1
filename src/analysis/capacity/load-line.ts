import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';

export interface LoadLinePart {
  /** Highest sustainable rate: of this run's capacity search, or as the scenario declares it. */
  readonly loadLine: { readonly perSecond: number; readonly from: 'declared' | 'measured' } | null;
}

export interface LoadLineResults {
  readonly loadLinePerSecond: number | null;
}

export const loadLineTopic: Topic<RunInput, LoadLinePart, LoadLineResults> = {
  name: 'load line',
  compute: ({ record, plan }) => {
    const measured = record.events.findLast((event) => event.type === 'load-line');
    const loadLine: LoadLinePart['loadLine'] =
      measured !== undefined
        ? { perSecond: measured.passedPerSecond, from: 'measured' }
        : plan.loadLinePerSecond !== null
          ? { perSecond: plan.loadLinePerSecond, from: 'declared' }
          : null;
    return { summary: { loadLine }, results: { loadLinePerSecond: loadLine?.perSecond ?? null } };
  },
};
