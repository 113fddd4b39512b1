/** `protocol:` and `calls:` how calls travel, which are made, and what a right answer is. */
import { z } from 'zod';
import {
  choice,
  isMap,
  describeValue,
  map,
  problemMessage,
  duration,
  durationOrZero,
  flag,
  label,
  list,
  literal,
  named,
  oneOf,
  share,
  text,
  whole,
  word,
} from '../../catalog/index.js';
import { argumentsFrom } from './arguments.js';

export const REVISIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

export const ProtocolText = map({
  revision: oneOf('revision', REVISIONS).describe('MCP revision asked for. Default: 2025-11-25.').optional(),
  transport: oneOf('transport', ['streamable-http', 'stdio'])
    .describe('Default: stdio when the target is a command, otherwise streamable-http.')
    .optional(),
  sessions: whole(1, 10_000)
    .describe('Sessions opened before the first phase and kept; for stdio, processes. Default: 1.')
    .optional(),
  'in-flight-per-session': whole(1, 10_000)
    .describe('Most calls one session may have in flight. Default: 64.')
    .optional(),
  'propagate-deadline': flag()
    .describe(
      'Whether each request tells in its _meta how long its attempt may take ("plimsoll/timeout-ns"), so that a server can drop work that nobody waits for. Default: false.',
    )
    .optional(),
  headers: named(
    word(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'an HTTP header name', 'authorization'),
    text('Bearer ${secret.TOKEN}').regex(/^[^\r\n\0]*$/, {
      error: () => problemMessage('bad-text', 'a header value is one line', 'remove the line breaks'),
    }),
    'headers',
  )
    .describe('Extra headers of every request; values may hold ${secret.NAME}.')
    .optional(),
}).describe('How calls travel.');

const expectation = choice(
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
      return {
        code: 'contradiction',
        what: 'an expectation is either text or contains',
        remedy: 'write { text: ... } or { contains: ... }',
      };
    }
    if (input === 'success' || input === 'derived') return input === 'success' ? 0 : 1;
    return {
      code: 'unknown-value',
      what: `unknown expectation ${describeValue(input)}`,
      remedy: 'write success, derived, { text: ... } or { contains: ... }',
    };
  },
).describe('What a right answer is. ${arguments.NAME} in a text stands for a top-level argument. Default: success.');

export const RETRY_ON = ['transport', 'shed', 'session', 'protocol', 'tool', 'timeout'] as const;

const budget = choice(
  [
    share('10%').describe('Retries as a share of the calls.'),
    map({
      share: share('10%').describe('Retries as a share of the calls.'),
      burst: whole(1, 100_000)
        .describe('Most retries that can be saved up; the budget begins with as many. Default: 10.')
        .optional(),
    }),
  ],
  (input) => (isMap(input) ? 1 : 0),
).describe(
  'Retry budget: each call adds its share of a retry, each retry takes one, and without one there is none. Default: none.',
);

const retry = choice(
  [
    literal('never'),
    map({
      attempts: whole(1, 20).describe('Most retries after the first attempt.'),
      backoff: durationOrZero('ms', '50ms')
        .describe('Before retry k (from 0): this times 2^k. Default: 50ms.')
        .optional(),
      'max-backoff': durationOrZero('s', '2s').describe('Longest backoff. Default: 2s.').optional(),
      jitter: oneOf('jitter', ['none', 'full'])
        .describe('full: anywhere from 0 to the backoff. Default: full.')
        .optional(),
      on: list(oneOf('outcome', RETRY_ON), 'outcomes', 1)
        .describe('Which failed attempts are tried again. Default: transport and shed.')
        .optional(),
      'obey-retry-after': flag().describe('Whether a longer Retry-After is waited for. Default: true.').optional(),
      budget: budget.optional(),
    }),
  ],
  (input) => {
    if (isMap(input)) return 1;
    return input === 'never'
      ? 0
      : {
          code: 'unknown-value',
          what: `unknown retry ${describeValue(input)}`,
          remedy: 'write never, or { attempts: 2, backoff: 50ms }',
        };
  },
).describe('Retries within the deadline. Default: never.');

export const CallText = map({
  tool: text('search', 128).describe('Name of the tool.'),
  label: label('search (cold)')
    .describe('Name in tables; needed when two calls use the same tool. Default: the tool.')
    .optional(),
  weight: z
    .number({
      error: (issue) =>
        problemMessage(
          'wrong-type',
          `expected a number, found ${describeValue(issue.input)}`,
          'write a number above 0, like 80',
        ),
    })
    .positive({
      error: () =>
        problemMessage('out-of-range', 'a weight must be above 0', 'write a number above 0, or delete the call'),
    })
    .max(1e6, { error: () => problemMessage('out-of-range', 'this weight is too large', 'write at most 1000000') })
    .describe('Relative share of the calls. Default: 1.')
    .optional(),
  arguments: z
    .record(z.string(), z.unknown(), {
      error: (issue) =>
        problemMessage(
          'wrong-type',
          `expected a map, found ${describeValue(issue.input)}`,
          'write the arguments as a map',
        ),
    })
    .meta({
      description:
        'Arguments by name. A map with exactly one of the keys pick, unique, integer, text, constant makes a value for each call: { pick: [a, b] }, { unique: uuid | counter }, { integer: { min: 1, max: 6 } }, { text: 1KiB }, { constant: ... } (the value as it is). Anything else is sent as written.',
      examples: [{ query: { pick: ['hull', 'draught'] }, berth: { unique: 'uuid' } }],
    })
    .transform(argumentsFrom)
    .optional(),
  expect: expectation.optional(),
  effect: oneOf('effect', ['none', 'exactly-once'])
    .describe('exactly-once: each call must be executed once, checked against the ledger of the mock. Default: none.')
    .optional(),
  deadline: duration('ms', '250ms')
    .describe('From the intended start to the end of the last attempt. Default: 30s.')
    .optional(),
  timeout: duration('ms', '100ms')
    .describe('Most time one attempt may take. Default: what is left of the deadline.')
    .optional(),
  retry: retry.optional(),
  cancel: flag()
    .describe('Whether the server is told of an attempt that is given up, with notifications/cancelled. Default: true.')
    .optional(),
});

export type ProtocolText = z.output<typeof ProtocolText>;
export type CallText = z.output<typeof CallText>;
