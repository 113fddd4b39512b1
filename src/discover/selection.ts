/** Which tools may be called: those that say of themselves that they change nothing, or those that a user names. */
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../protocol/index.js';
import { ProblemError, nearest, type Problem } from '../problem/index.js';
import type { Random } from '../random/index.js';
import { compileSchema, type SurveyedTool } from '../mcp/index.js';
import { synthesise } from './arguments/synthesise.js';

/** A tool that the user names, with arguments or without. */
export interface NamedTool {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>> | null;
}

/** A tool to be tried once. */
export interface Trial {
  readonly tool: SurveyedTool;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Whether the user gave the arguments; otherwise they are made from the schema. */
  readonly given: boolean;
}

/** A tool that is not part of the load, and why. The name is untrusted text. */
export interface LeftOut {
  readonly tool: string;
  readonly reason: string;
  /** Whether it was called at all. */
  readonly called: boolean;
}

export interface Selection {
  readonly trials: readonly Trial[];
  readonly leftOut: readonly LeftOut[];
}

/** Tools of a long list that are tried. */
const MOST_TRIALS = 20;

/** `NAME` or `NAME={...}`. @throws ProblemError (`bad-input`) for arguments that are no JSON object. */
export function namedTool(text: string): NamedTool {
  const at = text.indexOf('=');
  if (at === -1) return { name: text, arguments: null };
  const name = text.slice(0, at);
  let value: unknown;
  try {
    value = JSON.parse(text.slice(at + 1));
  } catch {
    value = null;
  }
  if (isObject(value)) return { name, arguments: value };
  throw new ProblemError('bad-input', {
    code: 'bad-tool-arguments',
    what: `--tool "${name}": what stands behind "=" is no JSON object`,
    remedy: `write it like --tool '${name}={"query":"hull"}'`,
  });
}

/**
 * What of a server's tools is tried, and with which arguments. Of the tools that are not named only those are called
 * whose annotations say that they are read-only and do not reach beyond the server.
 *
 * @param named when not empty, these and no others.
 * @throws ProblemError (`bad-input`) for a name that the server does not have.
 */
export async function selectTools(
  tools: readonly SurveyedTool[],
  named: readonly NamedTool[],
  random: Random,
): Promise<Selection> {
  requireKnown(tools, named);
  const listed = new Map<string, SurveyedTool[]>();
  for (const tool of tools) listed.set(tool.name, [...(listed.get(tool.name) ?? []), tool]);
  const trials: Trial[] = [];
  const leftOut: LeftOut[] = [];
  for (const tool of tools) {
    const asked = named.find(({ name }) => name === tool.name);
    const twin = whyNotTwin(tool, listed.get(tool.name) ?? [], asked !== undefined);
    const reason = twin ?? (named.length === 0 ? whyNot(tool) : asked === undefined ? 'not named with --tool' : null);
    const full = reason === null && trials.length >= MOST_TRIALS ? `${MOST_TRIALS} others are tried already` : reason;
    const made = full === null ? await argumentsFor(tool, asked, random.fork(tool.name)) : full;
    if (typeof made === 'string') leftOut.push({ tool: tool.name, reason: made, called: false });
    else trials.push({ tool, arguments: made, given: asked?.arguments != null });
  }
  return { trials, leftOut };
}

/**
 * Why a tool is not called whose name the list has more than once; null: it is the only one. A call names a tool, so it
 * may reach any of them, one that changes something among them: only a user who names it takes that.
 */
function whyNotTwin(tool: SurveyedTool, namesakes: readonly SurveyedTool[], isNamed: boolean): string | null {
  const [first] = namesakes;
  if (namesakes.length < 2) return null;
  const isSame = namesakes.every((each) => isDeepStrictEqual(each, first));
  if (!isSame && !isNamed) return 'listed more than once, each time differently: which one a call reaches is not known';
  return tool === first ? null : 'listed again';
}

/** Rows that share a reason from here on are one row. */
const MOST_ALIKE = 10;
/** Of a longer name the beginning is shown. */
const LONGEST_SHOWN = 80;

/** `NAME: REASON` for people, many tools with one reason as one row. The text is untrusted. */
export function leftOutRows(leftOut: readonly LeftOut[]): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const { tool, reason } of leftOut) {
    const shown = tool.length > LONGEST_SHOWN ? `${tool.slice(0, LONGEST_SHOWN)}... (${tool.length} characters)` : tool;
    const known = byReason.get(reason);
    if (known === undefined) byReason.set(reason, [shown]);
    else known.push(shown);
  }
  return [...byReason].flatMap(([reason, names]) =>
    names.length <= MOST_ALIKE + 1
      ? names.map((name) => `${name}: ${reason}`)
      : [`${names.slice(0, MOST_ALIKE).join(', ')} and ${names.length - MOST_ALIKE} more: ${reason}`],
  );
}

function requireKnown(tools: readonly SurveyedTool[], named: readonly NamedTool[]): void {
  const names = tools.map(({ name }) => name);
  const problems = named.flatMap(({ name }): readonly Problem[] => {
    if (names.includes(name)) return [];
    const near = nearest(name, names);
    const remedy =
      names.length === 0 ? 'the server offers no tools at all' : `it offers: ${names.slice(0, 30).join(', ')}`;
    const meant = near === null ? '' : `; did you mean "${near}"?`;
    return [{ code: 'unknown-tool', what: `the server has no tool "${name}"${meant}`, remedy }];
  });
  if (problems.length > 0) throw new ProblemError('bad-input', problems);
}

/** Why a tool is not called without being asked for; null: it may be. Where annotations differ the worse counts. */
function whyNot({ annotations = {} }: SurveyedTool): string | null {
  if (annotations['destructiveHint'] === true) return 'annotated as destructive';
  if (annotations['readOnlyHint'] !== true) return 'not annotated as read-only, so it may change something';
  return annotations['openWorldHint'] === true ? 'annotated as reaching beyond the server (openWorldHint)' : null;
}

/** Up to three tools that are the least likely to change anything: for people to choose from, not to be called. */
export function mostHarmless(tools: readonly SurveyedTool[]): readonly string[] {
  return tools
    .filter(seemsHarmless)
    .map(({ name }) => name)
    .slice(0, 3);
}

const READS = new Set(['count', 'describe', 'echo', 'find', 'get', 'list', 'ping', 'query', 'read', 'search', 'show']);
const CHANGES = new Set(
  (
    'add clear create delete drop exec execute insert kill move pay post purge put remove reset run send set update ' +
    'write'
  ).split(' '),
);

/** Its first word says that it reads, and no other that it does more. */
function seemsHarmless({ name, annotations = {} }: SurveyedTool): boolean {
  if (annotations['destructiveHint'] === true || annotations['openWorldHint'] === true) return false;
  const words = name.split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/).map((word) => word.toLowerCase());
  return READS.has(words[0] ?? '') && !words.some((word) => CHANGES.has(word));
}

async function argumentsFor(
  { inputSchema }: SurveyedTool,
  asked: NamedTool | undefined,
  random: Random,
): Promise<Readonly<Record<string, unknown>> | string> {
  const check = await compileSchema(inputSchema, 'the arguments');
  if (asked?.arguments != null) {
    const wrong = check.kind === 'compiled' ? check.faultsOf(asked.arguments) : [];
    return wrong.length === 0 ? asked.arguments : `the arguments given do not fit its inputSchema: ${wrong.join('; ')}`;
  }
  if (check.kind === 'unusable') return `its inputSchema can't be used: ${check.reason}`;
  const made = synthesise(inputSchema, random, (json) => check.faultsOf(JSON.parse(json)));
  return made.kind === 'value' ? made.value : `no arguments could be made from its inputSchema: ${made.reason}`;
}
