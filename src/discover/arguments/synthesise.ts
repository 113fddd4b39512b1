/** Arguments for a tool, made from its `inputSchema`. */
import { isObject } from '../../protocol/index.js';
import type { Random } from '../../random/index.js';
import { candidate } from './candidate.js';
import { NoValue } from './schema.js';

export type Synthesis =
  | { readonly kind: 'value'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'none'; readonly reason: string };

/** The plain one, and draws with other ways and more members. */
const ATTEMPTS = 200;

/**
 * Arguments that the schema allows: the same for the same schema and seed. What is required is filled in, and what is
 * optional left out where that is allowed; examples and defaults of the schema are taken as they are.
 *
 * @param check what is wrong with a value, given as JSON; nothing when the schema allows it. A value is returned only
 *   if this finds nothing.
 */
export function synthesise(
  schema: Readonly<Record<string, unknown>>,
  random: Random,
  check: (json: string) => readonly string[],
): Synthesis {
  let reason = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      const draw = { root: schema, random: random.fork(`${attempt}`), plain: attempt === 0, parts: { count: 0 } };
      const value = candidate(schema, draw);
      const wrong = isObject(value) ? check(JSON.stringify(value)) : ['the arguments must be an object'];
      if (wrong.length === 0 && isObject(value)) return { kind: 'value', value };
      if (reason === '') reason = wrong[0] ?? '';
    } catch (thrown) {
      if (!(thrown instanceof NoValue)) throw thrown;
      if (reason === '') reason = thrown.message;
    }
  }
  return { kind: 'none', reason };
}
