/** What a right answer is, by two answers to the same call. */
import { operationOf } from '../catalog/index.js';
import { canonicalJson, isObject } from '../protocol/index.js';
import { duration } from '../format/index.js';
import type { TrialAnswer } from '../mcp/index.js';

/** An `expect:` in the scenario language. */
export type ExpectText =
  'success' | { readonly text: string } | { readonly contains: string } | { readonly structured: unknown };

/** What two answers say: what to expect and where that comes from, or why the tool can't be part of the load. */
export type Judgement =
  | {
      readonly kind: 'usable';
      readonly expect: ExpectText;
      readonly because: string;
      readonly tookNs: number;
      readonly leastNs: number;
    }
  | { readonly kind: 'refused'; readonly reason: string };

const toolsCall = operationOf({ operation: 'tools/call', tool: '', arguments: {} });

const LONGEST_WHOLE = 160;
const LONGEST_PART = 80;
/** A part that is shorter than this is found in answers that are wrong, too. */
const SHORTEST = 4;
const LARGEST_STRUCTURE = 200;
/** What may be a key, a session or an id: not written into a file for a guess. */
const LIKE_A_SECRET = /[A-Za-z0-9_+/=-]{20,}/;

export function judged(answers: readonly TrialAnswer[], given: Readonly<Record<string, unknown>>): Judgement {
  const results: Readonly<Record<string, unknown>>[] = [];
  let tookNs = 0;
  let leastNs = Infinity;
  for (const answer of answers) {
    if (answer.kind === 'unanswered')
      return { kind: 'refused', reason: `no answer within ${duration(answer.withinNs)}, so no load was put on it` };
    if (answer.kind === 'broke-off')
      return { kind: 'refused', reason: `the call ended with its connection: ${answer.reason}` };
    if (answer.kind === 'session-ended')
      return { kind: 'refused', reason: `the server no longer knew the session: ${answer.reason}` };
    if (answer.kind === 'not-made') {
      const tries = `the tools before it took the ${duration(answer.limitNs)} that there are for trying them`;
      return { kind: 'refused', reason: `not tried, since ${tries}; name it alone with --tool` };
    }
    if (answer.kind === 'refused')
      return {
        kind: 'refused',
        reason: answer.isAboutArguments ? `refuses the arguments: ${answer.reason}` : `refused: ${answer.reason}`,
      };
    const texts = toolsCall.answerTexts(answer.result);
    if (!toolsCall.isResult(answer.result))
      return { kind: 'refused', reason: 'its answer is no result of a tool (MCP, CallToolResult)' };
    if (toolsCall.hasFailed(answer.result))
      return { kind: 'refused', reason: `answers with isError: ${texts[0] ?? 'without a text'}` };
    results.push(answer.result);
    tookNs = Math.max(tookNs, answer.tookNs);
    leastNs = Math.min(leastNs, answer.tookNs);
  }
  const [first, second] = results;
  if (first === undefined || second === undefined) return { kind: 'refused', reason: 'it was not tried' };
  return { kind: 'usable', ...expectationFrom(first, second, given), tookNs, leastNs };
}

function expectationFrom(
  first: Readonly<Record<string, unknown>>,
  second: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): { readonly expect: ExpectText; readonly because: string } {
  const [texts, again] = [toolsCall.answerTexts(first), toolsCall.answerTexts(second)];
  const [text] = texts;
  if (JSON.stringify(texts) !== JSON.stringify(again))
    return { expect: 'success', because: 'two answers to the same call differed' };
  const structured = toolsCall.structured(first);
  if (structured !== null && isSame(structured, toolsCall.structured(second)) && isSmall(structured))
    return { expect: { structured }, because: 'two answers had the same structured content' };
  if (text === undefined) return { expect: 'success', because: 'its answers have no text' };
  const isWhole = text.length <= LONGEST_WHOLE && !/[\r\n]/.test(text);
  const part = isWhole ? text : (text.split(/[\r\n]/)[0] ?? '').slice(0, LONGEST_PART);
  if (part.trim().length < SHORTEST) return { expect: 'success', because: 'its answers have no text that says much' };
  const placed = withArguments(part, given);
  if (LIKE_A_SECRET.test(placed.replace(/\$\{[^}]*\}/g, '')))
    return { expect: 'success', because: 'its answers hold what may be an id or a key' };
  return isWhole
    ? { expect: { text: placed }, because: 'two answers were the same' }
    : { expect: { contains: placed }, because: 'two answers were the same; this is how they begin' };
}

function isSame(a: unknown, b: unknown): boolean {
  return isObject(a) && isObject(b) && canonicalJson(a) === canonicalJson(b);
}

function isSmall(structured: unknown): boolean {
  const text = JSON.stringify(structured);
  return text.length > 2 && text.length <= LARGEST_STRUCTURE && !text.includes('${') && !LIKE_A_SECRET.test(text);
}

/** Where an answer repeats an argument, the argument: it stays right when the argument is changed. */
function withArguments(text: string, given: Readonly<Record<string, unknown>>): string {
  const named = Object.entries(given)
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length >= SHORTEST)
    .filter(([name, value]) => /^\w+$/.test(name) && text.includes(value));
  const [best] = named.sort(([, a], [, b]) => b.length - a.length);
  if (best === undefined) return escaped(text);
  const [name, value] = best;
  return text.split(value).map(escaped).join(`\${arguments.${name}}`);
}

/** `$${` is a plain `${`. */
const escaped = (text: string): string => text.replaceAll('${', () => '$${');
