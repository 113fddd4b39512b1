/**
 * Results that demand input before the work is done (MCP 2026-07-28, Multi Round-Trip Requests): what is asked for, and
 * a state that the client sends back with its answers. The state is signed: one that was changed is refused.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { isObject } from '../../src/protocol/index.js';
import { RPC } from '../wire/protocol.js';
import { Refused, elicitation, sampling, textResult, type Exchange, type Json } from './exchange.js';

const KEY = randomBytes(32);
const signed = (state: string): string => `${state}.${createHmac('sha256', KEY).update(state).digest('hex')}`;

/** The state that a client sent back; null where there is none. @throws Refused where it was changed. */
function stateOf({ params }: Exchange): string | null {
  const { requestState: sent } = params;
  if (sent === undefined) return null;
  const state = typeof sent === 'string' ? sent.slice(0, sent.lastIndexOf('.')) : '';
  if (typeof sent !== 'string' || signed(state) !== sent)
    throw new Refused(RPC.invalidParams, 'Invalid params: requestState was changed');
  return state;
}

/** The demand, as long as an answer to one of the requests is missing; then null. */
export function needsInput(exchange: Exchange, asked: Json, state?: string): Json | null {
  const { inputResponses: answers } = exchange.params;
  if (answers !== undefined && !isObject(answers))
    throw new Refused(RPC.invalidParams, 'Invalid params: inputResponses must be an object');
  const given = answers ?? {};
  for (const key of Object.keys(asked))
    if (given[key] !== undefined && !isObject(given[key]))
      throw new Refused(RPC.invalidParams, `Invalid params: the answer to ${key} must be an object`);
  stateOf(exchange);
  if (Object.keys(asked).every((key) => isObject(given[key]))) return null;
  return {
    ...{ resultType: 'input_required', inputRequests: asked },
    ...(state === undefined ? {} : { requestState: signed(state) }),
  };
}

const asks = (message: string, properties: Json): Json => ({
  method: 'elicitation/create',
  params: elicitation(message, properties),
});
const TEXT = { type: 'string' };
const NAME = asks('What is your name?', { name: TEXT });
const CONFIRM = asks('Please confirm', { ok: { type: 'boolean' } });
const ROOTS = { method: 'roots/list', params: {} };
const samples = (text: string, most: number): Json => ({
  method: 'sampling/createMessage',
  params: sampling(text, most),
});

/** What each answer of the client holds. */
const answered = ({ params }: Exchange): string => JSON.stringify(params['inputResponses']);

type Round = (exchange: Exchange) => Json;

const once =
  (asked: Json, state: string | undefined, done: (exchange: Exchange) => string): Round =>
  (exchange) =>
    needsInput(exchange, asked, state) ?? textResult(done(exchange));

/** Tools that need input, by the names of the suite. */
export const ROUNDS: ReadonlyMap<string, Round> = new Map<string, Round>([
  ['elicitation', once({ user_name: NAME }, undefined, (exchange) => `Hello, ${answered(exchange)}!`)],
  ['sampling', once({ capital_question: samples('What is the capital of France?', 100) }, undefined, answered)],
  ['list_roots', once({ client_roots: ROOTS }, undefined, answered)],
  ['request_state', once({ confirm: CONFIRM }, 'confirm', () => 'state-ok')],
  ['tampered_state', once({ confirm: CONFIRM }, 'confirm', () => 'state-ok')],
  [
    'multiple_inputs',
    once({ user_name: NAME, greeting: samples('Generate a greeting', 50), client_roots: ROOTS }, 'all', answered),
  ],
  [
    'multi_round',
    (exchange) => {
      const state = stateOf(exchange);
      const first = needsInput(exchange, { step1: asks('Step 1: What is your name?', { name: TEXT }) }, 'round-1');
      if (state !== 'round-2' && first !== null) return first;
      const asked = { step2: asks('Step 2: What is your favorite color?', { color: TEXT }) };
      return needsInput(exchange, asked, 'round-2') ?? textResult(answered(exchange));
    },
  ],
  [
    'capabilities',
    (exchange) => {
      const possible = { elicitation: NAME, sampling: samples('Say something', 50), roots: ROOTS };
      const able = Object.entries(possible).filter(([capability]) => exchange.capabilities[capability] !== undefined);
      return needsInput(exchange, Object.fromEntries(able)) ?? textResult('nothing was asked');
    },
  ],
]);
