/** A call of a discovered tool, as a scenario writes it. */
import { GENERATOR_NAMES } from '../../catalog/index.js';
import { scenarioDuration } from '../../format/index.js';
import { isObject } from '../../protocol/index.js';
import type { SurveyedTool } from '../../mcp/index.js';
import type { ExpectText } from '../expectation.js';
import { comment, flow, keyText, remark } from './yaml.js';

/** A tool that is called under load. */
export interface UsableTool {
  readonly tool: SurveyedTool;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Whether the user gave the arguments; otherwise they were made from the schema. */
  readonly given: boolean;
  readonly expect: ExpectText;
  /** Where the expectation comes from. */
  readonly because: string;
  /** The slower of the two answers. */
  readonly tookNs: number;
  /** The quicker one: the first call of a tool often loads what it needs. */
  readonly leastNs: number;
}

/** One item of `calls:`, with its comments. `deadlineNs`: the same for all. */
export function callText(usable: UsableTool, deadlineNs: number, position: number): string {
  const { tool, expect, because } = usable;
  const values = Object.entries(usable.arguments);
  const pairs = values.map(([name, value]) => `${keyText(name)}: ${argument(value, usable.given)}`);
  const about = tool.description ?? tool.title ?? '';
  const lines = [
    ...(about === '' ? [] : [comment(remark(about), '  ')]),
    `  - tool: ${flow(tool.name)}`,
    ...(isLabel(tool.name) ? [] : [`    label: ${flow(`tool ${position}`)}`]),
    ...(values.length === 0 ? [] : [`    arguments: { ${pairs.join(', ')} }`]),
    comment(`${capital(because)}.`, '    '),
    `    expect: ${typeof expect === 'string' ? expect : flow(expect)}`,
    `    deadline: ${scenarioDuration(deadlineNs)}`,
  ];
  return lines.join('\n');
}

/** What the language has no other meaning for: a map of one key might be a generator. */
function argument(value: unknown, given: boolean): string {
  const text = flow(withEscapes(value, given ? NO_SECRET : ANY));
  return mayBeGenerator(value) ? `{ constant: ${text} }` : text;
}

function mayBeGenerator(value: unknown): boolean {
  if (Array.isArray(value)) return (value as readonly unknown[]).some(mayBeGenerator);
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return (
    keys.length === 1 || keys.some((key) => GENERATOR_NAMES.includes(key)) || Object.values(value).some(mayBeGenerator)
  );
}

/** Of what the user gives, secrets are filled in; what a schema proposes must not name any of this machine. */
const NO_SECRET = /\$\{(?!secret\.[A-Za-z_][A-Za-z0-9_]*\})/g;
const ANY = /\$\{/g;

/** `$${` is a plain `${`. */
function withEscapes(value: unknown, plain: RegExp): unknown {
  if (typeof value === 'string') return value.replace(plain, () => '$${');
  if (Array.isArray(value)) return (value as readonly unknown[]).map((each) => withEscapes(each, plain));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withEscapes(each, plain)]));
  return value;
}

/** Whether a tool's name can stand in tables as it is. */
const isLabel = (name: string): boolean => /^[^\s"=.](?:[^"=\n\t\r]{0,62}[^\s"=])?$/u.test(name);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
