/** `prompts/list`: the first page of the list of prompts (MCP 2025-11-25, Server Features, Prompts). */
import { literal, map } from '../grammar/index.js';
import type { z } from 'zod';
import type { PromptsList } from './call-spec.js';
import { listing } from './listing.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const PromptsListText = map({
  operation: literal('prompts/list').describe('Asks for the first page of the list of prompts.'),
  ...POLICY_KEYS,
});

export const promptsList = {
  ...listing('prompts', 'name', 'list of prompts'),
  method: 'prompts/list',
  eras: { session: true, stateless: true },
  sdkResult: 'ListPromptsResultSchema',
  text: PromptsListText,
  request: (): PromptsList => ({ operation: 'prompts/list' }),
  subject: () => 'prompts/list',
} as const satisfies Operation<PromptsList, z.output<typeof PromptsListText>>;
