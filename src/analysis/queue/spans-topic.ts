import type { SpanJoins } from '../../record/index.js';
import type { RunInput } from '../input.js';
import type { Topic } from '../topic.js';

export interface SpansPart {
  /** What the spans of the servers say of the attempts; null where none are received. */
  readonly spans: SpanJoins | null;
}

export const spansTopic: Topic<RunInput, SpansPart, object> = {
  name: 'spans',
  compute: ({ record: { events } }) => {
    const found = events.find((event) => event.type === 'spans');
    if (found === undefined) return { summary: { spans: null }, results: {} };
    const { type, atNs, ...spans } = found;
    void [type, atNs];
    return { summary: { spans }, results: {} };
  },
};
