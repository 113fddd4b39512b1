/** `resources/list`: the first page of the list of resources (MCP 2025-11-25, Server Features, Resources). */
import { literal, map } from '../grammar/index.js';
import type { z } from 'zod';
import type { ResourcesList } from './call-spec.js';
import { listing } from './listing.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const ResourcesListText = map({
  operation: literal('resources/list').describe('Asks for the first page of the list of resources.'),
  ...POLICY_KEYS,
});

export const resourcesList = {
  ...listing('resources', 'uri', 'list of resources'),
  method: 'resources/list',
  eras: { session: true, stateless: true },
  sdkResult: 'ListResourcesResultSchema',
  text: ResourcesListText,
  request: (): ResourcesList => ({ operation: 'resources/list' }),
  subject: () => 'resources/list',
} as const satisfies Operation<ResourcesList, z.output<typeof ResourcesListText>>;
