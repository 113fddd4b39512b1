/** What the mock offers besides tools: its resources and prompts, as lists and as requests that name one. */
import {
  canonicalJson,
  completionName,
  isObject,
  isTemplate,
  matchesTemplate,
  promptName,
  READ_RESOURCE,
  type MockPrompt,
  type MockResource,
  type MockTool,
  type ToolsMockOptions,
} from '../../src/protocol/index.js';
import { RPC } from '../wire/protocol.js';
import { COMPLETION_RESULT, PROMPT_RESULT, resourceResult, type ResultForm } from './result.js';

type Params = Readonly<Record<string, unknown>>;

/** What is done with a request. */
export type Offer =
  /** It is answered at once with this result, as JSON. */
  | { readonly kind: 'result'; readonly json: string }
  /** It is served like a call of a tool: in the queue, with service time, stamps and a derived answer. */
  | { readonly kind: 'served'; readonly tool: MockTool; readonly argumentsJson: string; readonly form: ResultForm }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };

const LOG_LEVELS: readonly unknown[] = [
  ...['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'],
];

/** Stands for a tool where an operation runs none. */
const inPlaceOfTool = (name: string): MockTool => ({
  name,
  description: '',
  inputSchema: {},
  effect: false,
  alwaysFails: false,
});

const READING = inPlaceOfTool(READ_RESOURCE);

const invalid = (message: string): Offer => ({
  kind: 'refused',
  code: RPC.invalidParams,
  message: `Invalid params: ${message}`,
});

/** The methods that are answered here. */
export class Offers {
  readonly #resources: readonly MockResource[];
  readonly #prompts: ReadonlyMap<string, MockPrompt>;
  readonly #lists: ReadonlyMap<string, Offer>;

  constructor({ resources, prompts }: Pick<ToolsMockOptions, 'resources' | 'prompts'>) {
    this.#resources = resources;
    this.#prompts = new Map(prompts.map((prompt) => [prompt.name, prompt]));
    const list = (member: string, entries: readonly object[]): Offer => ({
      kind: 'result',
      json: JSON.stringify({ [member]: entries }),
    });
    this.#lists = new Map([
      ['resources/list', list('resources', resources.filter((each) => !isTemplate(each)).map(listedResource))],
      ['resources/templates/list', list('resourceTemplates', resources.filter(isTemplate).map(listedTemplate))],
      ['prompts/list', list('prompts', prompts.map(listedPrompt))],
    ]);
  }

  /** Null: the method is not known here. */
  answer(method: string, params: Params): Offer | null {
    switch (method) {
      case 'resources/read':
        return this.#read(params);
      case 'prompts/get':
        return this.#get(params);
      case 'completion/complete':
        return this.#complete(params);
      case 'logging/setLevel':
        return LOG_LEVELS.includes(params['level'])
          ? { kind: 'result', json: '{}' }
          : invalid('level must be a log level');
      default:
        return this.#lists.get(method) ?? null;
    }
  }

  #read({ uri }: Params): Offer {
    if (typeof uri !== 'string') return invalid('uri must be a string');
    const resource = this.#resources.find((each) => matchesTemplate(each.uri, uri));
    if (resource === undefined)
      return { kind: 'refused', code: RPC.resourceNotFound, message: `Resource not found: ${uri}` };
    return {
      kind: 'served',
      tool: READING,
      argumentsJson: JSON.stringify(uri),
      form: resourceResult(uri, resource.mimeType),
    };
  }

  #get({ name, arguments: given = {} }: Params): Offer {
    const prompt = typeof name === 'string' ? this.#prompts.get(name) : undefined;
    if (prompt === undefined) return invalid(`there is no prompt ${JSON.stringify(name)}`);
    if (!isObject(given) || !Object.values(given).every((value) => typeof value === 'string'))
      return invalid('arguments must be an object of strings');
    const missing = prompt.arguments.find((argument) => !Object.hasOwn(given, argument));
    if (missing !== undefined) return invalid(`the argument ${missing} is missing`);
    return {
      kind: 'served',
      tool: inPlaceOfTool(promptName(prompt.name)),
      argumentsJson: canonicalJson(given),
      form: PROMPT_RESULT,
    };
  }

  #complete({ ref, argument }: Params): Offer {
    const { type, name, uri } = isObject(ref) ? ref : {};
    const of = type === 'ref/prompt' ? name : type === 'ref/resource' ? uri : undefined;
    const isKnown =
      typeof of === 'string' &&
      (type === 'ref/prompt' ? this.#prompts.has(of) : this.#resources.some((each) => each.uri === of));
    if (!isKnown) return invalid('ref must name a prompt or a resource template of this server');
    const { name: argumentName, value } = isObject(argument) ? argument : {};
    if (typeof argumentName !== 'string' || typeof value !== 'string')
      return invalid('argument must have a name and a value');
    return {
      kind: 'served',
      tool: inPlaceOfTool(completionName(of, argumentName)),
      argumentsJson: JSON.stringify(value),
      form: COMPLETION_RESULT,
    };
  }
}

const listedResource = ({ uri, description, mimeType }: MockResource) => ({ uri, name: uri, description, mimeType });

const listedTemplate = ({ uri, description, mimeType }: MockResource) => ({
  uriTemplate: uri,
  name: uri,
  description,
  mimeType,
});

const listedPrompt = ({ name, description, arguments: names }: MockPrompt) => ({
  name,
  description,
  arguments: names.map((argument) => ({ name: argument, required: true })),
});
