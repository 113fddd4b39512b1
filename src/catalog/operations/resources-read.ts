/** `resources/read`: the contents of a resource (MCP 2025-11-25, Server Features, Resources). */
import { derivedAnswer, isObject, matchesTemplate, READ_RESOURCE } from '../../protocol/index.js';
import { suggestion } from '../../problem/index.js';
import { literal, map } from '../grammar/index.js';
import type { z } from 'zod';
import type { ResourcesRead } from './call-spec.js';
import { drawnText, drawnValue, textsOf } from './drawn-text.js';
import type { Operation } from './operation.js';
import { POLICY_KEYS } from './policy.js';
import { refuseEffect } from './unfit-policy.js';

const LONGEST_URI = 8_192;

const ResourcesReadText = map({
  operation: literal('resources/read').describe('Reads a resource.'),
  uri: drawnText(
    'mock://harbour/tides',
    'URI of the resource: one for all calls, or { pick: [...] }, of which each call reads one.',
    LONGEST_URI,
  ),
  ...POLICY_KEYS,
});

export const resourcesRead = {
  method: 'resources/read',
  eras: { session: true, stateless: true },
  sdkResult: 'ReadResourceResultSchema',
  text: ResourcesReadText,
  subjectKey: 'uri',

  request: ({ uri }): ResourcesRead => ({ operation: 'resources/read', uri: drawnValue(uri) }),

  check(written, { mockResources }, report) {
    refuseEffect(written, 'resources/read', report);
    if (mockResources === null) return;
    for (const uri of textsOf(written.uri))
      if (!mockResources.some((known) => matchesTemplate(known, uri)))
        report.error(['uri'], 'unknown-resource', {
          what: `the mock has no resource "${uri}"`,
          remedy: suggestion(uri, mockResources, 'resources'),
        });
  },

  /** The URI where there is one. */
  subject: ({ uri }) => (uri.kind === 'constant' && typeof uri.value === 'string' ? uri.value : 'resources/read'),
  headerName: () => null,
  namedBySole: true,
  tool: () => null,

  arguments: ({ uri }) => ({ uri }),
  sole: 'uri',
  params: () => ({ before: '"uri":', after: '' }),

  hasFailed: () => false,

  /** A ReadResourceResult: a list of contents, each with its URI and either text or base64. */
  isResult: ({ contents }) =>
    Array.isArray(contents) &&
    contents.every(
      (each) =>
        isObject(each) &&
        typeof each['uri'] === 'string' &&
        (typeof each['text'] === 'string' || typeof each['blob'] === 'string'),
    ),

  answerTexts: ({ contents }) =>
    Array.isArray(contents) ? (contents as readonly unknown[]).flatMap((each) => textOf(each) ?? []) : [],
  blockText: ({ contents }, block) =>
    Array.isArray(contents) ? textOf((contents as readonly unknown[])[block]) : null,
  structured: (result) => result,

  derivedText: (_request, argumentsJson) => derivedAnswer(READ_RESOURCE, argumentsJson),
} as const satisfies Operation<ResourcesRead, z.output<typeof ResourcesReadText>>;

/** The text of one of the contents; of binary contents their base64. */
function textOf(content: unknown): string | null {
  if (!isObject(content)) return null;
  const { text, blob } = content;
  if (typeof text === 'string') return text;
  return typeof blob === 'string' ? blob : null;
}
