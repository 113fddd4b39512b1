/** `tools/list`: the first page of what a server offers (MCP 2025-11-25, Server Features, Tools). */
import { literal, map } from '../grammar/index.js';
import type { z } from 'zod';
import type { ToolsList } from './call-spec.js';
import { listing } from './listing.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const ToolsListText = map({
  operation: literal('tools/list').describe('Asks for the first page of the tool list.'),
  ...POLICY_KEYS,
});

export const toolsList = {
  ...listing('tools', 'name', 'tool list'),
  method: 'tools/list',
  eras: { session: true, stateless: true },
  sdkResult: null,
  text: ToolsListText,
  request: (): ToolsList => ({ operation: 'tools/list' }),
  subject: () => 'tools/list',
} as const satisfies Operation<ToolsList, z.output<typeof ToolsListText>>;
