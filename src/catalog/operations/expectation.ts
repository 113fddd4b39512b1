/** `expect:` what a right answer is. */
import { z } from 'zod';
import { canonicalJson } from '../../protocol/index.js';
import { compile } from 'json-p3';
import { choice, describeValue, expected, isMap, map, problemOf, refusal } from '../grammar/shapes.js';
import { literal, text, unescaped, whole, word } from '../grammar/scalars.js';
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
  | { readonly kind: 'structured'; readonly members: Readonly<Record<string, JsonValue>> }
  /** One of the answer's texts matches this regular expression. */
  | { readonly kind: 'matches'; readonly pattern: string; readonly block?: number }
  /** One of the answer's texts has this SHA-256, in hexadecimal. */
  | { readonly kind: 'digest'; readonly sha256: string; readonly block?: number }
  /** The answer's document fits this JSON Schema. */
  | { readonly kind: 'schema'; readonly schema: Readonly<Record<string, JsonValue>> }
  /**
   * This JSONPath selects something in the answer's document; with `is`, a value that is equal to this, as for
   * `structured`.
   */
  | { readonly kind: 'path'; readonly path: string; readonly is?: JsonValue };

const FORMS = ['text', 'contains', 'structured', 'matches', 'sha256', 'schema', 'path'] as const;
const REMEDY =
  'write success, derived, { text: ... }, { contains: ... }, { matches: ... }, { sha256: ... }, ' +
  '{ structured: { ... } }, { schema: { ... } } or { path: ..., is: ... }';

const DOCUMENT =
  'the structuredContent of a tool or, where it has none, the first of its texts that is JSON; of other operations ' +
  'the result';

/** Whether `make` takes this text. */
function takes(make: (text: string) => unknown): (text: string) => boolean {
  return (written) => {
    try {
      make(unescaped(written));
      return true;
    } catch {
      return false;
    }
  };
}

/** The regular expression of a pattern. @throws SyntaxError */
export const expectedPattern = (pattern: string): RegExp => new RegExp(pattern, 'u');

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
    map({
      matches: text('^Echo: ', 4_096)
        .refine(
          takes(expectedPattern),
          refusal(
            'bad-pattern',
            'this is no regular expression',
            'correct it; it is one of JavaScript, with the flag u',
          ),
        )
        .describe('A regular expression that one of the texts of the right answer matches.'),
      block: block(),
    }),
    map({
      sha256: word(
        /^[0-9a-f]{64}$/,
        '64 hexadecimal digits in lower case',
        'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      ).describe('SHA-256 of one of the texts of the right answer, in UTF-8.'),
      block: block(),
    }),
    map({
      schema: z.record(z.string(), z.unknown(), expected('a JSON Schema', 'write a JSON Schema as a map')).meta({
        description: `JSON Schema that the document of the right answer fits: ${DOCUMENT}.`,
        examples: [{ required: ['temperature'] }],
      }),
    }),
    map({
      path: text('$.items[0].id', 4_096)
        .refine(
          takes((path) => compile(path)),
          refusal('bad-path', 'this is no JSONPath', 'correct it; RFC 9535 has the grammar'),
        )
        .describe(`JSONPath (RFC 9535) that selects something in the document of the right answer: ${DOCUMENT}.`),
      is: z
        .unknown()
        .meta({ description: 'What one of the selected values is: equal, but that maps may have more members.' })
        .optional(),
    }),
  ],
  (input) => {
    if (isMap(input)) {
      const forms = FORMS.filter((form) => Object.hasOwn(input, form));
      const [only] = forms;
      if (forms.length === 1 && only !== undefined) return 2 + FORMS.indexOf(only);
      return problemOf('contradiction', `an expectation is one of ${FORMS.join(', ')}`, REMEDY);
    }
    if (input === 'success' || input === 'derived') return input === 'success' ? 0 : 1;
    return problemOf('unknown-value', `unknown expectation ${describeValue(input)}`, REMEDY);
  },
).describe(
  'What a right answer is. success: any without an error. derived: what a mock computes from tool and arguments. ' +
    'text: one of its texts is exactly this; contains: one of its texts has this in it; its texts are those of text ' +
    'blocks and of embedded resources; matches: one of them matches this regular expression; sha256: one has this ' +
    'digest. structured: structuredContent has these members. schema, path: its document fits this JSON Schema, or ' +
    'has what this JSONPath selects. ${arguments.NAME} stands for a top-level argument in text, contains, structured ' +
    'and is. ' +
    'Default: success.',
);

export function expectationOf(written: z.output<typeof ExpectationText> | undefined): Expectation {
  if (written === undefined || written === 'success') return { kind: 'success' };
  if (written === 'derived') return { kind: 'derived' };
  if ('structured' in written)
    return { kind: 'structured', members: literalFrom(written.structured) as Readonly<Record<string, JsonValue>> };
  if ('schema' in written)
    return { kind: 'schema', schema: literalFrom(written.schema) as Readonly<Record<string, JsonValue>> };
  if ('path' in written) {
    const is = written.is === undefined ? {} : { is: literalFrom(written.is) };
    return { kind: 'path', path: unescaped(written.path), ...is };
  }
  const place = written.block === undefined ? {} : { block: written.block };
  if ('matches' in written) return { kind: 'matches', pattern: unescaped(written.matches), ...place };
  if ('sha256' in written) return { kind: 'digest', sha256: written.sha256, ...place };
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
    case 'matches':
      return `a text that matches ${JSON.stringify(expect.pattern)}${blockWords(expect.block)}`;
    case 'digest':
      return `a text with the SHA-256 ${expect.sha256}${blockWords(expect.block)}`;
    case 'schema':
      return `a document that fits ${canonicalJson(expect.schema)}`;
    case 'path':
      return `${expect.path}${expect.is === undefined ? '' : ` with ${canonicalJson(expect.is)}`} in its document`;
  }
}

const blockWords = (at: number | undefined): string => (at === undefined ? '' : ` in content block ${at}`);
