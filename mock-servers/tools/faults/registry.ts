/** The behaviours of all kinds of faults; `MOCK_FAULT_MESSAGES` says what each is. */
import { MAX_LEAK_BYTES, type FaultOf, type MockFaultKind } from '../../../src/protocol/index.js';
import { RPC } from '../../wire/protocol.js';
import { beginSse, sendRpc } from '../../wire/reply.js';
import type { Behaviour, BehaviourOf, FaultedServer } from './behaviour.js';
import { misdelivered } from './misdelivered.js';
import { schemaDrift } from './schema-drift.js';
import { stale } from './stale.js';

/** Something that is no event, so that the client has seen the stream live. */
const COMMENT = ': the answer follows\n\n';

/** The digest with its last hexadecimal digit changed: never right by chance, and of the right shape. */
const wrong = (text: string): string => text.slice(0, -1) + (Number.parseInt(text.slice(-1), 16) ^ 1).toString(16);

const BEHAVIOURS: { readonly [K in MockFaultKind]: BehaviourOf<K> } = {
  error: ({ afterEffect = false }) => ({
    acts: 'answer',
    failsBeforeEffect: !afterEffect,
    needsOwnHead: true,
    turn: () => ({ kind: 'http-error', status: 500 }),
  }),
  'rpc-error': ({ afterEffect = false, code = RPC.internalError }) => ({
    acts: 'answer',
    failsBeforeEffect: !afterEffect,
    turn: () => ({ kind: 'rpc-error', code }),
  }),
  'is-error': ({ afterEffect = false }) => ({
    acts: 'answer',
    failsBeforeEffect: !afterEffect,
    turn: (_answer, { tool, callId }) => ({ kind: 'result', text: `${tool.name} failed`, isError: true, callId }),
  }),
  shed: ({ status, retryAfterS = 1 }) => ({ acts: 'refusal', status, retryAfterS }),
  stall: ({ which, forNs = Infinity }, { workingTime }) => {
    const owner = {};
    const end = (nowNs: number): void => workingTime.end(owner, nowNs);
    if (which === undefined)
      return { acts: 'span', lastsNs: forNs, begin: workingTime.begin.bind(workingTime, owner), end };
    return {
      acts: 'arrival',
      hit: (receivedNs) => {
        workingTime.begin(owner, receivedNs, receivedNs, receivedNs + forNs);
        return true;
      },
      end,
    };
  },
  'slow-first-byte': ({ delayNs }) => ({ acts: 'head', delayNs }),
  'wrong-result': () => ({
    acts: 'answer',
    turn: (answer) => (answer.kind === 'result' ? { ...answer, text: wrong(answer.text) } : null),
  }),
  misdelivered,
  stale,
  'truncated-json': () => ({
    acts: 'form',
    send: (response, form, json) => sendRpc(response, form, json.slice(0, json.length >> 1)),
  }),
  'malformed-sse': ({ form: way = 'broken-line' }) => ({
    acts: 'form',
    send: (response, _form, json) => {
      if (!response.headersSent) beginSse(response);
      const half = json.length >> 1;
      // An event that no blank line ends is never dispatched (HTML, 9.2.6 Interpreting an event stream).
      if (way === 'no-blank-line') response.end(`event: message\ndata: ${json}`);
      else response.end(`event: message\ndata: ${json.slice(0, half)}\n${json.slice(half)}\n\n`);
    },
  }),
  'sse-cut': ({ end = 'abort' }) => ({
    acts: 'form',
    send: (response) => {
      if (!response.headersSent) beginSse(response);
      if (end === 'clean') response.end(COMMENT);
      else response.write(COMMENT, () => response.destroy());
    },
  }),
  'session-loss': ({ which }, { sessions }) => {
    if (which === undefined) return { acts: 'onset', hit: () => sessions.lose() };
    return {
      acts: 'arrival',
      hit: () => {
        sessions.lose();
        return true;
      },
    };
  },
  'schema-drift': schemaDrift,
  'duplicate-effect': ({ executions = 2 }) => ({ acts: 'effect', executions }),
  'lost-effect': () => ({ acts: 'effect', executions: 0 }),
  'memory-leak': ({ bytesPerCall }) => {
    const leaked: Buffer[] = [];
    return {
      acts: 'arrival',
      hit: () => {
        if ((leaked.length + 1) * bytesPerCall > MAX_LEAK_BYTES) return false;
        // Written to, because untouched pages would cost no memory.
        leaked.push(Buffer.alloc(bytesPerCall, 1));
        return true;
      },
    };
  },
  'session-leak': () => ({ acts: 'session-end' }),
};

/** A fault's behaviour; `kind` is `fault.kind`. */
export function behaviourOf<K extends MockFaultKind>(kind: K, fault: FaultOf<K>, server: FaultedServer): Behaviour {
  return BEHAVIOURS[kind](fault, server);
}
