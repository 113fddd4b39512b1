/** Faults inside a mock: what its `mock-servers/tools/faults` can do, in units and words. */
import {
  map,
  problemMessage,
  duration,
  durationOrZero,
  flag,
  list,
  literal,
  oneOf,
  share,
  size,
  text,
  whole,
  word,
} from '../../catalog/index.js';
import { z } from 'zod';
import { when as at } from './fault-times.js';

export const MOCK_FAULT_TYPES = [
  'error',
  'rpc-error',
  'is-error',
  'shed',
  'stall',
  'slow-first-byte',
  'wrong-result',
  'misdelivered',
  'stale',
  'truncated-json',
  'malformed-sse',
  'sse-cut',
  'session-loss',
  'schema-drift',
  'duplicate-effect',
  'lost-effect',
  'memory-leak',
  'session-leak',
] as const;

const toolName = () => word(/^[A-Za-z0-9_.-]{1,128}$/, 'letters, digits, "_", "-" and "." (at most 128)', 'search');

const common = () => ({
  ...at('The mock it strikes.', 'backend'),
  tool: toolName().describe('Strikes only calls of this tool. Default: every tool it can strike.').optional(),
  every: whole(1, 1_000_000_000)
    .describe('Strikes every n-th of the calls it looks at. They are counted from when it is set.')
    .optional(),
  calls: list(whole(1, 1_000_000_000), 'call numbers', 1)
    .meta({
      description: 'Strikes these of the calls it looks at, counted from 1 from when it is set.',
      examples: [[3, 8, 13]],
    })
    .optional(),
  probability: share('5%')
    .describe('Strikes each call with this chance, drawn from the seed of the scenario and the id of the fault.')
    .optional(),
});
const afterEffect = () => ({
  'after-effect': flag().describe('The effect is executed, and then the call fails. Default: false.').optional(),
});

const status = () =>
  z.union([z.literal(429), z.literal(503)], {
    error: () => problemMessage('unknown-value', 'a shed answer is 429 or 503', 'write 429 or 503'),
  });

/** In the order of `MOCK_FAULT_TYPES`. */
export const MOCK_FAULTS = [
  map({ ...common(), type: literal('error').describe('Served, then HTTP 500.'), ...afterEffect() }),
  map({
    ...common(),
    type: literal('rpc-error').describe('Served, then a JSON-RPC error.'),
    code: z
      .int({
        error: () =>
          problemMessage('wrong-type', 'an error code is a whole number', 'write a whole number like -32603'),
      })
      .min(-2_147_483_648)
      .max(2_147_483_647)
      .describe('Default: -32603.')
      .optional(),
    ...afterEffect(),
  }),
  map({ ...common(), type: literal('is-error').describe('Served, then a result with isError.'), ...afterEffect() }),
  map({
    ...common(),
    type: literal('shed').describe('Refused at the door with Retry-After.'),
    status: status().describe('Default: 503.').optional(),
    'retry-after': durationOrZero('s', '1s').describe('Whole seconds. Default: 1s.').optional(),
  }),
  map({
    ...common(),
    type: literal('stall').describe('The workers stand still; calls are still taken in, and refused by a full queue.'),
    lasting: duration('ms', '200ms')
      .describe('With every, calls or probability: how long the stall of each struck call is.')
      .optional(),
  }),
  map({
    ...common(),
    type: literal('slow-first-byte').describe('The head of the answer leaves late.'),
    delay: duration('ms', '200ms'),
  }),
  map({
    ...common(),
    type: literal('wrong-result').describe('A well-formed answer that does not follow from the arguments.'),
  }),
  map({
    ...common(),
    type: literal('misdelivered').describe('The answers of the struck call and of another in flight are exchanged.'),
  }),
  map({ ...common(), type: literal('stale').describe('An earlier answer of the same tool.') }),
  map({ ...common(), type: literal('truncated-json').describe('The JSON breaks off halfway.') }),
  map({
    ...common(),
    type: literal('malformed-sse').describe('An event stream without a usable answer.'),
    form: oneOf('form', ['broken-line', 'no-blank-line']).describe('Default: broken-line.').optional(),
  }),
  map({
    ...common(),
    type: literal('sse-cut').describe('An event stream that ends before the answer.'),
    end: oneOf('end', ['abort', 'clean']).describe('Default: abort.').optional(),
  }),
  map({
    ...common(),
    type: literal('session-loss').describe('All sessions are forgotten: once, or after each struck call.'),
  }),
  map({
    ...common(),
    type: literal('schema-drift').describe('tools/list shows a tool with another list of required arguments.'),
    field: text('query')
      .describe('Is required if it was not, and the reverse. Default: the first optional one, or a new one.')
      .optional(),
  }),
  map({
    ...common(),
    type: literal('duplicate-effect').describe('One call, several executions.'),
    executions: whole(2, 1000).describe('Default: 2.').optional(),
  }),
  map({ ...common(), type: literal('lost-effect').describe('Acknowledged, not executed.') }),
  map({
    ...common(),
    type: literal('memory-leak').describe('Each struck call leaves memory behind, at most 256 MiB in all.'),
    'per-call': size(256 * 1024 * 1024, '256MiB', '16KiB'),
  }),
  map({
    ...common(),
    type: literal('session-leak').describe('DELETE of a session is acknowledged, and the session kept.'),
  }),
] as const;
