/** Resources and prompts of the mock, and the checks of their options. */
import { isObject } from '../json.js';
import { field, objectionsTo, text, type Objection, type Shape } from '../shape.js';

/** A resource, or a template of resources: one whose URI has variables, `mock://berths/{berth}`. */
export interface MockResource {
  readonly uri: string;
  readonly description: string;
  readonly mimeType: string;
}

/** A prompt: one message of the user. */
export interface MockPrompt {
  readonly name: string;
  readonly description: string;
  /** Names of its arguments, all of them required. */
  readonly arguments: readonly string[];
}

export const DEFAULT_RESOURCES: readonly MockResource[] = [
  { uri: 'mock://harbour/tides', description: 'When the water is high.', mimeType: 'text/plain' },
  { uri: 'mock://harbour/rules', description: 'What holds in the harbour.', mimeType: 'text/plain' },
  { uri: 'mock://berths/{berth}', description: 'One berth.', mimeType: 'text/plain' },
];

export const DEFAULT_PROMPTS: readonly MockPrompt[] = [
  { name: 'briefing', description: 'Sums up a topic.', arguments: ['topic'] },
];

export const isTemplate = ({ uri }: Pick<MockResource, 'uri'>): boolean => /\{[^}]*\}/.test(uri);

/** Whether a URI is this one, or one that this template stands for: no variable has a slash (RFC 6570, level 1). */
export function matchesTemplate(template: string, uri: string): boolean {
  const parts = template.split(/\{[^}]*\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/?#]+')}$`).test(uri);
}

const URI = field(
  'a URI, or a URI template with variables in braces',
  (uri): uri is string => typeof uri === 'string' && /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(uri) && uri.length <= 2_048,
);

const RESOURCE: Shape = { uri: URI, description: text, mimeType: text };

const PROMPT: Shape = {
  name: field(
    '1 to 128 characters',
    (name): name is string => typeof name === 'string' && name.length >= 1 && name.length <= 128,
  ),
  description: text,
  arguments: field(
    'a list of different names',
    (names): names is readonly string[] =>
      Array.isArray(names) &&
      names.every((name) => typeof name === 'string' && name !== '') &&
      new Set(names).size === names.length,
  ),
};

export const resourceObjections = (resources: unknown): readonly Objection[] =>
  listObjections('resources', resources, RESOURCE, 'uri');

export const promptObjections = (prompts: unknown): readonly Objection[] =>
  listObjections('prompts', prompts, PROMPT, 'name');

function listObjections(option: string, list: unknown, shape: Shape, key: string): readonly Objection[] {
  if (!Array.isArray(list)) return [[option, 'a list']];
  const given = list.map((each) => (isObject(each) ? each : {}));
  return given.flatMap((each, index): readonly Objection[] => [
    ...objectionsTo(each, shape, `${option}[${index}].`),
    ...(given.findIndex((other) => other[key] === each[key]) < index
      ? [[`${option}[${index}].${key}`, `unique; ${String(each[key])} is there twice`] as const]
      : []),
  ]);
}
