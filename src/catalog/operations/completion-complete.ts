/** `completion/complete`: values that an argument may get (MCP 2025-11-25, Server Utilities, Completion). */
import { completionName, derivedAnswer, isObject } from '../../protocol/index.js';
import { suggestion } from '../../problem/index.js';
import { choiceByKey, literal, map, text } from '../grammar/index.js';
import type { z } from 'zod';
import type { CompletionComplete } from './call-spec.js';
import { drawnText, drawnValue } from './drawn-text.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';
import { refuseEffect } from './unfit-policy.js';

const CompletionText = map({
  operation: literal('completion/complete').describe('Asks how an argument may be completed.'),
  of: choiceByKey(
    'what is completed',
    ['prompt', 'template'],
    [
      map({ prompt: text('briefing', 128).describe('Name of a prompt.') }),
      map({ template: text('mock://berths/{berth}', 8_192).describe('URI of a resource template.') }),
    ],
  ).describe('Whose argument is completed: { prompt: NAME } or { template: URI }.'),
  argument: text('topic', 128).describe('Name of the argument.'),
  value: drawnText('ti', 'What has been typed: one text for all calls, or { pick: [...] }.', 8_192),
  ...POLICY_KEYS,
});

export const completionComplete = {
  method: 'completion/complete',
  eras: { session: true, stateless: true },
  sdkResult: 'CompleteResultSchema',
  text: CompletionText,
  subjectKey: 'argument',

  request: ({ of, argument, value }): CompletionComplete => ({
    operation: 'completion/complete',
    of: 'prompt' in of ? { kind: 'prompt', name: of.prompt } : { kind: 'template', name: of.template },
    argument,
    value: drawnValue(value),
  }),

  check(written, { mockPrompts, mockResources }, report) {
    refuseEffect(written, 'completion/complete', report);
    const { of } = written;
    const known = 'prompt' in of ? mockPrompts && [...mockPrompts.keys()] : mockResources;
    const name = 'prompt' in of ? of.prompt : of.template;
    if (known?.includes(name) !== false) return;
    const noun = 'prompt' in of ? 'prompt' : 'resource template';
    report.error(['of', 'prompt' in of ? 'prompt' : 'template'], `unknown-${'prompt' in of ? 'prompt' : 'resource'}`, {
      what: `the mock has no ${noun} "${name}"`,
      remedy: suggestion(name, known, `${noun}s`),
    });
  },

  subject: ({ argument }) => argument,
  headerName: () => null,
  tool: () => null,

  arguments: ({ value }) => ({ value }),
  sole: 'value',
  params: ({ of, argument }) => {
    const ref =
      of.kind === 'prompt'
        ? `{"type":"ref/prompt","name":${JSON.stringify(of.name)}}`
        : `{"type":"ref/resource","uri":${JSON.stringify(of.name)}}`;
    return { before: `"ref":${ref},"argument":{"name":${JSON.stringify(argument)},"value":`, after: '}' };
  },

  hasFailed: () => false,

  /** A CompleteResult: a list of texts. */
  isResult: ({ completion }) =>
    isObject(completion) &&
    Array.isArray(completion['values']) &&
    completion['values'].every((each) => typeof each === 'string'),

  answerTexts: ({ completion }) => valuesOf(completion),
  blockText: ({ completion }, block) => valuesOf(completion)[block] ?? null,
  structured: (result) => result,

  derivedText: ({ of, argument }, argumentsJson) => derivedAnswer(completionName(of.name, argument), argumentsJson),
} as const satisfies Operation<CompletionComplete, z.output<typeof CompletionText>>;

const valuesOf = (completion: unknown): readonly string[] =>
  isObject(completion) && Array.isArray(completion['values'])
    ? completion['values'].filter((each): each is string => typeof each === 'string')
    : [];
