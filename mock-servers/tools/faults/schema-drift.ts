/** `tools/list` shows another schema. */
import { type MockTool, isObject } from '../../../src/protocol/index.js';
import type { BehaviourOf } from './behaviour.js';

const ADDED_FIELD = 'revision';

export const schemaDrift: BehaviourOf<'schema-drift'> = ({ tool: name, field }) => ({
  acts: 'tool-list',
  turn: (tools) =>
    tools.map((tool, index) => ((name === undefined ? index === 0 : tool.name === name) ? drifted(tool, field) : tool)),
});

function drifted(tool: MockTool, field: string | undefined): MockTool {
  const { properties: given, required: named } = tool.inputSchema;
  const properties = isObject(given) ? given : {};
  const required = Array.isArray(named) ? named.filter((name) => typeof name === 'string') : [];
  const flipped = field ?? Object.keys(properties).find((name) => !required.includes(name)) ?? unused(properties);
  return {
    ...tool,
    inputSchema: {
      ...tool.inputSchema,
      properties: Object.hasOwn(properties, flipped) ? properties : { ...properties, [flipped]: { type: 'string' } },
      required: required.includes(flipped) ? required.filter((name) => name !== flipped) : [...required, flipped],
    },
  };
}

function unused(properties: Readonly<Record<string, unknown>>): string {
  let name = ADDED_FIELD;
  while (Object.hasOwn(properties, name)) name += '_';
  return name;
}
