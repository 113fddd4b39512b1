/** `resources/templates/list`: the first page of the resource templates (MCP 2025-11-25, Features, Resources). */
import { literal, map } from '../grammar/index.js';
import type { z } from 'zod';
import type { ResourceTemplatesList } from './call-spec.js';
import { listing } from './listing.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const ResourceTemplatesListText = map({
  operation: literal('resources/templates/list').describe('Asks for the first page of the list of resource templates.'),
  ...POLICY_KEYS,
});

export const resourceTemplatesList = {
  ...listing('resourceTemplates', 'uriTemplate', 'list of resource templates'),
  method: 'resources/templates/list',
  eras: { session: true, stateless: true },
  sdkResult: 'ListResourceTemplatesResultSchema',
  text: ResourceTemplatesListText,
  request: (): ResourceTemplatesList => ({ operation: 'resources/templates/list' }),
  subject: () => 'resources/templates/list',
} as const satisfies Operation<ResourceTemplatesList, z.output<typeof ResourceTemplatesListText>>;
