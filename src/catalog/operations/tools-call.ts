/** `tools/call`: runs a tool (MCP 2025-11-25, Server Features, Tools). */
import { derivedAnswer, isObject } from '../../protocol/index.js';
import { suggestion } from '../../problem/index.js';
import { literal, map, name, text } from '../grammar/index.js';
import type { z } from 'zod';
import { ArgumentsText } from './arguments.js';
import type { ToolsCall } from './call-spec.js';
import { blockTextOf, isContentBlock } from './content-block.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';

const ToolsCallText = map({
  operation: literal('tools/call').describe('What is called. Default: tools/call.').optional(),
  tool: text('search', 128).describe(
    'Name of the tool, by its own server: where a gateway gives it another, its adapter knows which.',
  ),
  upstream: name('backend')
    .describe(
      'The service whose tool it is, of those behind a gateway: a call that another one executes is misrouted. ' +
        'Default: the first that the gateway names.',
    )
    .optional(),
  arguments: ArgumentsText.optional(),
  ...POLICY_KEYS,
});

export const toolsCall = {
  method: 'tools/call',
  eras: { session: true, stateless: true },
  sdkResult: 'CallToolResultSchema',
  text: ToolsCallText,
  subjectKey: 'tool',

  request: ({ tool, upstream, arguments: values = {} }): ToolsCall => ({
    ...{ operation: 'tools/call', tool, arguments: values },
    ...(upstream === undefined ? {} : { upstream }),
  }),

  check(written, { mockTools }, report) {
    if (mockTools === null) return;
    const tool = mockTools.get(written.tool);
    if (tool === undefined)
      report.error(['tool'], 'unknown-tool', {
        what: `the mock has no tool "${written.tool}"`,
        remedy: suggestion(written.tool, [...mockTools.keys()], 'tools'),
      });
    else if (written.effect === 'exactly-once' && !tool.effect)
      report.error(['effect'], 'no-effect', {
        what: `the tool "${written.tool}" has no side effect to count`,
        remedy: 'delete this line, or give the tool "effect: true"',
      });
  },

  subject: ({ tool }) => tool,
  headerName: ({ tool, asked = tool }) => asked,
  tool: ({ tool }) => tool,

  arguments: (request) => request.arguments,
  params: ({ tool, asked = tool }) => ({ before: `"name":${JSON.stringify(asked)},"arguments":`, after: '' }),

  hasFailed: (result) => result['isError'] === true,

  /**
   * A CallToolResult: a list of content blocks, each of a type that the protocol has and with what that type needs. One
   * that has structured content and leaves the list out is taken as well: clients in the field do.
   */
  isResult({ content, isError, structuredContent }) {
    if (isError !== undefined && typeof isError !== 'boolean') return false;
    if (structuredContent !== undefined && !isObject(structuredContent)) return false;
    if (content === undefined) return structuredContent !== undefined;
    return Array.isArray(content) && content.every(isContentBlock);
  },

  /** Of text blocks and of embedded resources. */
  answerTexts: ({ content }) =>
    Array.isArray(content) ? (content as readonly unknown[]).flatMap((block) => blockTextOf(block) ?? []) : [],
  blockText: ({ content }, block) =>
    Array.isArray(content) ? blockTextOf((content as readonly unknown[])[block]) : null,
  structured: ({ structuredContent }) => (isObject(structuredContent) ? structuredContent : null),

  derivedText: ({ tool }, argumentsJson) => derivedAnswer(tool, argumentsJson),
} as const satisfies Operation<ToolsCall, z.output<typeof ToolsCallText>>;
