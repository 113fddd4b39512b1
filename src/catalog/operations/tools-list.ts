/** `tools/list`: the first page of what a server offers (MCP 2025-11-25, Server Features, Tools). */
import { isObject } from '../../protocol/index.js';
import { literal, map } from '../grammar/index.js';
import type { z } from 'zod';
import type { ToolsList } from './call-spec.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const ToolsListText = map({
  operation: literal('tools/list').describe('Asks for the first page of the tool list.'),
  ...POLICY_KEYS,
});

export const toolsList = {
  method: 'tools/list',
  eras: { session: true },
  text: ToolsListText,
  subjectKey: 'operation',

  request: (): ToolsList => ({ operation: 'tools/list' }),

  check(written, _server, report) {
    if (written.effect === 'exactly-once')
      report.error(['effect'], 'no-effect', {
        what: 'tools/list has no side effect to count',
        remedy: 'delete this line',
      });
    if (written.expect === 'derived')
      report.error(['expect'], 'no-derived-answer', {
        what: 'no server derives a tool list from arguments',
        remedy: 'use { contains: NAME }, which is compared with the names of the tools, or success',
      });
  },

  subject: () => 'tools/list',
  tool: () => null,

  arguments: () => null,
  params: () => ({ before: '', after: '' }),

  hasFailed: () => false,

  /** A ListToolsResult: a list of tools, each with its name. What a gateway did to their schemas is no failure here. */
  isResult: ({ tools }) =>
    Array.isArray(tools) && tools.every((tool) => isObject(tool) && typeof tool['name'] === 'string'),

  /** The names of the tools. */
  answerTexts: ({ tools }) =>
    Array.isArray(tools) ? (tools as readonly unknown[]).flatMap((tool) => nameOf(tool) ?? []) : [],
  blockText: ({ tools }, block) => (Array.isArray(tools) ? nameOf((tools as readonly unknown[])[block]) : null),
  structured: (result) => result,

  derivedText: () => '',
} as const satisfies Operation<ToolsList, z.output<typeof ToolsListText>>;

const nameOf = (tool: unknown): string | null =>
  isObject(tool) && typeof tool['name'] === 'string' ? tool['name'] : null;
