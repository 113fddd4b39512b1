/** A text of a call that is the same for all its calls, or picked anew for each. */
import { choice, describeValue, isMap, list, map, problemOf, text, unescaped } from '../grammar/index.js';
import type { ArgumentValue } from './arguments.js';

/** A text, or `{ pick: [...] }`. */
export const drawnText = (example: string, description: string, longest: number) =>
  choice(
    [
      text(example, longest).describe(description),
      map({
        pick: list(text(example, longest), 'texts', 1).describe('One of these for each call, all equally often.'),
      }),
    ],
    (input) => {
      if (isMap(input)) return 1;
      const remedy = `write text like ${example}, or { pick: [${example}, ...] }`;
      return typeof input === 'string'
        ? 0
        : problemOf('wrong-type', `expected text, found ${describeValue(input)}`, remedy);
    },
  ).describe(description);

type DrawnText = string | { readonly pick: readonly string[] };

export const drawnValue = (written: DrawnText): ArgumentValue =>
  typeof written === 'string'
    ? { kind: 'constant', value: unescaped(written) }
    : { kind: 'pick', values: written.pick.map(unescaped) };

/** All that may be drawn. */
export const textsOf = (written: DrawnText): readonly string[] =>
  typeof written === 'string' ? [unescaped(written)] : written.pick.map(unescaped);
