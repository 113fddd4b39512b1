/** `ping`: whether the other side answers at all (MCP 2025-11-25, Basic, Ping). */
import { literal, map } from '../grammar/index.js';
import type { z } from 'zod';
import type { Ping } from './call-spec.js';
import { emptyResult } from './empty-result.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const PingText = map({
  operation: literal('ping').describe('Asks whether the server answers at all.'),
  ...POLICY_KEYS,
});

export const ping = {
  ...emptyResult('ping'),
  method: 'ping',
  eras: { session: true, stateless: false },
  sdkResult: null,
  text: PingText,
  subjectKey: 'operation',
  request: (): Ping => ({ operation: 'ping' }),
  params: () => ({ before: '', after: '' }),
} as const satisfies Operation<Ping, z.output<typeof PingText>>;
