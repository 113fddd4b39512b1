/** `logging/setLevel`: which log messages a session gets (MCP 2025-11-25, Server Utilities, Logging). */
import { literal, map, oneOf } from '../grammar/index.js';
import type { z } from 'zod';
import { LOG_LEVELS, type LoggingSetLevel } from './call-spec.js';
import { emptyResult } from './empty-result.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const LoggingSetLevelText = map({
  operation: literal('logging/setLevel').describe('Sets which log messages the session gets.'),
  level: oneOf('level', LOG_LEVELS).describe('The lowest level of the messages.'),
  ...POLICY_KEYS,
});

export const loggingSetLevel = {
  ...emptyResult('logging/setLevel'),
  method: 'logging/setLevel',
  eras: { session: true, stateless: false },
  sdkResult: null,
  text: LoggingSetLevelText,
  subjectKey: 'operation',
  request: ({ level }): LoggingSetLevel => ({ operation: 'logging/setLevel', level }),
  params: ({ level }) => ({ before: `"level":${JSON.stringify(level)}`, after: '' }),
} as const satisfies Operation<LoggingSetLevel, z.output<typeof LoggingSetLevelText>>;
