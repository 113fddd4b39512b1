/** `prompts/get`: a prompt, filled in (MCP 2025-11-25, Server Features, Prompts). */
import { derivedAnswer, isObject, promptName } from '../../protocol/index.js';
import { suggestion } from '../../problem/index.js';
import { literal, map, text } from '../grammar/index.js';
import type { z } from 'zod';
import { ArgumentsText, type ArgumentValue } from './arguments.js';
import type { PromptsGet } from './call-spec.js';
import { blockTextOf, isContentBlock } from './content-block.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';
import { refuseEffect } from './unfit-policy.js';

const PromptsGetText = map({
  operation: literal('prompts/get').describe('Gets a prompt.'),
  prompt: text('briefing', 128).describe('Name of the prompt.'),
  arguments: ArgumentsText.optional(),
  ...POLICY_KEYS,
});

export const promptsGet = {
  method: 'prompts/get',
  eras: { session: true, stateless: true },
  sdkResult: 'GetPromptResultSchema',
  text: PromptsGetText,
  subjectKey: 'prompt',

  request: ({ prompt, arguments: values = {} }): PromptsGet => ({
    operation: 'prompts/get',
    prompt,
    arguments: values,
  }),

  check(written, { mockPrompts }, report) {
    refuseEffect(written, 'prompts/get', report);
    for (const [name, value] of Object.entries(written.arguments ?? {}))
      if (!isText(value))
        report.error(['arguments', name], 'wrong-type', {
          what: 'the arguments of a prompt are texts',
          remedy: 'quote the value, or make it with { pick: [...] }, { unique: uuid | call } or { text: ... }',
        });
    if (mockPrompts === null) return;
    const known = mockPrompts.get(written.prompt);
    if (known === undefined)
      report.error(['prompt'], 'unknown-prompt', {
        what: `the mock has no prompt "${written.prompt}"`,
        remedy: suggestion(written.prompt, [...mockPrompts.keys()], 'prompts'),
      });
    else
      for (const needed of known)
        if (!Object.hasOwn(written.arguments ?? {}, needed))
          report.error([], 'missing-argument', {
            what: `the prompt "${written.prompt}" needs the argument "${needed}"`,
            remedy: `add "arguments: { ${needed}: ... }"`,
          });
  },

  subject: ({ prompt }) => prompt,
  headerName: ({ prompt }) => prompt,
  tool: () => null,

  arguments: (request) => request.arguments,
  params: ({ prompt }) => ({ before: `"name":${JSON.stringify(prompt)},"arguments":`, after: '' }),

  hasFailed: () => false,

  /** A GetPromptResult: a list of messages, each of one content block. */
  isResult: ({ messages }) =>
    Array.isArray(messages) &&
    messages.every(
      (each) =>
        isObject(each) && (each['role'] === 'user' || each['role'] === 'assistant') && isContentBlock(each['content']),
    ),

  answerTexts: ({ messages }) =>
    Array.isArray(messages) ? (messages as readonly unknown[]).flatMap((each) => textOf(each) ?? []) : [],
  blockText: ({ messages }, block) =>
    Array.isArray(messages) ? textOf((messages as readonly unknown[])[block]) : null,
  structured: (result) => result,

  derivedText: ({ prompt }, argumentsJson) => derivedAnswer(promptName(prompt), argumentsJson),
} as const satisfies Operation<PromptsGet, z.output<typeof PromptsGetText>>;

const textOf = (message: unknown): string | null => (isObject(message) ? blockTextOf(message['content']) : null);

function isText(value: ArgumentValue): boolean {
  switch (value.kind) {
    case 'constant':
      return typeof value.value === 'string';
    case 'pick':
      return value.values.every((each) => typeof each === 'string');
    case 'unique':
      return value.form !== 'counter';
    case 'text':
      return true;
    case 'integer':
    case 'object':
    case 'list':
      return false;
  }
}
