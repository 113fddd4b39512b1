/** Resources and prompts of the conformance mock, by the names that the official suite asks for. */
import { RPC } from '../wire/protocol.js';
import { Refused, elicitation, textBlock, type Exchange, type Json } from './exchange.js';
import { needsInput } from './rounds.js';

/** One red pixel, and a tenth of a second of silence. */
export const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
export const WAV = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';

export const RESOURCES: readonly Json[] = [
  { uri: 'test://static-text', name: 'static-text', description: 'A text.', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'static-binary', description: 'A picture.', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'watched-resource', description: 'May change.', mimeType: 'text/plain' },
];

export const TEMPLATES: readonly Json[] = [
  {
    ...{ uriTemplate: 'test://template/{id}/data', name: 'template', description: 'Data by id.' },
    mimeType: 'application/json',
  },
];

const TEMPLATE = /^test:\/\/template\/([^/]+)\/data$/;

/** Of `resources/read`. */
export function readResource({ params, isStateless }: Exchange): Json {
  const { uri } = params;
  if (uri === 'test://static-text')
    return contents({ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' });
  if (uri === 'test://static-binary') return contents({ uri, mimeType: 'image/png', blob: PNG });
  if (uri === 'test://watched-resource') return contents({ uri, mimeType: 'text/plain', text: 'Watched.' });
  const [, id] = TEMPLATE.exec(String(uri)) ?? [];
  if (id === undefined)
    throw new Refused(isStateless ? RPC.invalidParams : RPC.resourceNotFound, 'Resource not found', { uri });
  const data = { id, templateTest: true, data: `Data for ID: ${id}` };
  return contents({ uri, mimeType: 'application/json', text: JSON.stringify(data) });
}

const contents = (content: Json): Json => ({ contents: [content] });

const needed = (name: string): Json => ({ name, description: `The argument ${name}.`, required: true });

export const PROMPTS: readonly Json[] = [
  { name: 'test_simple_prompt', description: 'One text.' },
  { name: 'test_prompt_with_arguments', description: 'Two arguments.', arguments: [needed('arg1'), needed('arg2')] },
  { name: 'test_prompt_with_embedded_resource', description: 'A resource.', arguments: [needed('resourceUri')] },
  { name: 'test_prompt_with_image', description: 'A picture.' },
  { name: 'test_input_required_result_prompt', description: 'Needs to know more.' },
];

/** Of `prompts/get`. */
export function getPrompt(exchange: Exchange): Json {
  const { name, arguments: given = {} } = exchange.params;
  const values = given as Json;
  switch (name) {
    case 'test_simple_prompt':
      return messages(textBlock('This is a simple prompt for testing.'));
    case 'test_prompt_with_arguments': {
      const [first, second] = [String(values['arg1']), String(values['arg2'])];
      return messages(textBlock(`Prompt with arguments: arg1='${first}', arg2='${second}'`));
    }
    case 'test_prompt_with_embedded_resource': {
      const text = 'Embedded resource content for testing.';
      const resource = { uri: values['resourceUri'], mimeType: 'text/plain', text };
      return messages({ type: 'resource', resource }, textBlock('Please process the embedded resource above.'));
    }
    case 'test_prompt_with_image':
      return messages(
        { type: 'image', data: PNG, mimeType: 'image/png' },
        textBlock('Please analyze the image above.'),
      );
    case 'test_input_required_result_prompt': {
      const context = elicitation('What context should the prompt use?', { context: { type: 'string' } });
      const asked = { user_context: { method: 'elicitation/create', params: context } };
      return needsInput(exchange, asked) ?? messages(textBlock('Prompt with context.'));
    }
    default:
      throw new Refused(RPC.invalidParams, `Unknown prompt: ${String(name)}`);
  }
}

const messages = (...blocks: readonly Json[]): Json => ({
  messages: blocks.map((content) => ({ role: 'user', content })),
});
