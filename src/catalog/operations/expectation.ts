/** `expect:` what a right answer is. */
import { z } from 'zod';
import { canonicalJson } from '../../protocol/index.js';
import { choice, describeValue, expected, isMap, map, problemOf } from '../grammar/shapes.js';
import { literal, text, unescaped, whole } from '../grammar/scalars.js';
import { literalFrom, type JsonValue } from './arguments.js';

/**
 * All forms also demand: no JSON-RPC error, no error that the operation's result reports, the right id. An answer's
 * texts are those of its text blocks and of its embedded resources; `block` takes one content block alone, counted
 * from 0.
 */
export type Expectation =
  /** Any answer without an error. */
  | { readonly kind: 'success' }
  /** The answer a mock derives from what was called and its arguments. */
  | { readonly kind: 'derived' }
  /** One of the answer's texts equals this; `${arguments.NAME}` stands for a top-level argument. */
  | { readonly kind: 'text'; readonly equals: string; readonly block?: number }
  /** One of the answer's texts contains this; same placeholders. */
  | { readonly kind: 'contains'; readonly part: string; readonly block?: number }
  /**
   * The answer's `structuredContent` has these members: maps may have more, lists and single values are equal. A text
   * that is one placeholder stands for the argument's value, whatever its type.
   */
  | { readonly kind: 'structured'; readonly members: Readonly<Record<string, JsonValue>> };

const FORMS = ['text', 'contains', 'structured'] as const;
const REMEDY = 'write success, derived, { text: ... }, { contains: ... } or { structured: { ... } }';

const block = () =>
  whole(0, 100_000)
    .describe('Look at this content block alone, counted from 0. Default: all text blocks and embedded resources.')
    .optional();

export const ExpectationText = choice(
  [
    literal('success').describe('Any answer without an error.'),
    literal('derived').describe('The answer a mock derives from tool name and arguments.'),
    map({
      text: text('Echo: ${arguments.message}', 65_536).describe('One of the texts of the right answer, as a whole.'),
      block: block(),
    }),
    map({
      contains: text('${arguments.message}', 65_536).describe('A part of one of the texts of the right answer.'),
      block: block(),
    }),
    map({
      structured: z
        .record(z.string(), z.unknown(), expected('a map', 'write the members that structuredContent must have'))
        .meta({
          description: 'Members that structuredContent must have; maps in it may have more.',
          examples: [{ temperature: 22.5, unit: '${arguments.unit}' }],
        }),
    }),
  ],
  (input) => {
    if (isMap(input)) {
      const forms = FORMS.filter((form) => Object.hasOwn(input, form));
      const [only] = forms;
      if (forms.length === 1 && only !== undefined) return 2 + FORMS.indexOf(only);
      return problemOf('contradiction', 'an expectation is one of text, contains and structured', REMEDY);
    }
    if (input === 'success' || input === 'derived') return input === 'success' ? 0 : 1;
    return problemOf('unknown-value', `unknown expectation ${describeValue(input)}`, REMEDY);
  },
).describe(
  'What a right answer is. success: any without an error. derived: what a mock computes from tool and arguments. ' +
    'text: one of its texts is exactly this; contains: one of its texts has this in it; its texts are those of text ' +
    'blocks and of embedded resources. structured: structuredContent has these members. ${arguments.NAME} stands for ' +
    'a top-level argument. ' +
    'Default: success.',
);

export function expectationOf(written: z.output<typeof ExpectationText> | undefined): Expectation {
  if (written === undefined || written === 'success') return { kind: 'success' };
  if (written === 'derived') return { kind: 'derived' };
  if ('structured' in written)
    return { kind: 'structured', members: literalFrom(written.structured) as Readonly<Record<string, JsonValue>> };
  const place = written.block === undefined ? {} : { block: written.block };
  return 'text' in written
    ? { kind: 'text', equals: unescaped(written.text), ...place }
    : { kind: 'contains', part: unescaped(written.contains), ...place };
}

/** For `--explain`. */
export function expectationWords(expect: Expectation): string {
  switch (expect.kind) {
    case 'success':
      return 'success';
    case 'derived':
      return 'the derived answer';
    case 'text':
      return `the text ${JSON.stringify(expect.equals)}${blockWords(expect.block)}`;
    case 'contains':
      return `a text with ${JSON.stringify(expect.part)}${blockWords(expect.block)}`;
    case 'structured':
      return `structured content with ${canonicalJson(expect.members)}`;
  }
}

const blockWords = (at: number | undefined): string => (at === undefined ? '' : ` in content block ${at}`);
