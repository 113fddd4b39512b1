/** `expect:` what a right answer is. */
import { choice, describeValue, isMap, literal, map, problemOf, text, unescaped } from '../grammar/index.js';
import type { z } from 'zod';

/** All forms also demand: no JSON-RPC error, no error that the operation's result reports, the right id. */
export type Expectation =
  /** Any answer without an error. */
  | { readonly kind: 'success' }
  /** The answer a mock derives from what was called and its arguments. */
  | { readonly kind: 'derived' }
  /** The answer's text equals this; `${arguments.NAME}` stands for a top-level argument. */
  | { readonly kind: 'text'; readonly equals: string }
  /** The answer's text contains this; same placeholders. */
  | { readonly kind: 'contains'; readonly part: string };

export const ExpectationText = choice(
  [
    literal('success').describe('Any answer without an error.'),
    literal('derived').describe('The answer a mock derives from tool name and arguments.'),
    map({ text: text('Echo: ${arguments.message}', 65_536) }),
    map({ contains: text('${arguments.message}', 65_536) }),
  ],
  (input) => {
    if (isMap(input)) {
      const keys = Object.keys(input).filter((key) => key === 'text' || key === 'contains');
      if (keys.length === 1) return keys[0] === 'text' ? 2 : 3;
      const remedy = 'write { text: ... } or { contains: ... }';
      return problemOf('contradiction', 'an expectation is either text or contains', remedy);
    }
    if (input === 'success' || input === 'derived') return input === 'success' ? 0 : 1;
    const remedy = 'write success, derived, { text: ... } or { contains: ... }';
    return problemOf('unknown-value', `unknown expectation ${describeValue(input)}`, remedy);
  },
).describe(
  'What a right answer is. success: any without an error. derived: what a mock computes from tool and arguments. ' +
    'text: exactly this text; contains: a text with this; ${arguments.NAME} stands for a top-level argument. ' +
    'Default: success.',
);

export function expectationOf(written: z.output<typeof ExpectationText> | undefined): Expectation {
  if (written === undefined || written === 'success') return { kind: 'success' };
  if (written === 'derived') return { kind: 'derived' };
  return 'text' in written
    ? { kind: 'text', equals: unescaped(written.text) }
    : { kind: 'contains', part: unescaped(written.contains) };
}

/** For `--explain`. */
export function expectationWords(expect: Expectation): string {
  switch (expect.kind) {
    case 'success':
      return 'success';
    case 'derived':
      return 'the derived answer';
    case 'text':
      return `the text ${JSON.stringify(expect.equals)}`;
    case 'contains':
      return `a text with ${JSON.stringify(expect.part)}`;
  }
}
