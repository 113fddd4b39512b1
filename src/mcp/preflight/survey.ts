/** What an unknown server offers: its tools with their schemas, and what it answers to a few calls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NS_PER_MS, monotonicNow } from '../../clock/index.js';
import { ProblemError, type Problem } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { redactThrown } from '../../secrets/index.js';
import type { Revision } from '../../catalog/index.js';
import type { CallTarget } from '../../scenario/index.js';
import { diedWhenAsked, excerpt, openingProblem } from '../eras/index.js';
import { connect, type Connected, type Connecting } from './connect.js';
import { markExact } from './exact-integers.js';
import { causeText, errorText, httpStatus, isConnectionClosed, isTimeout, rpcCode, systemCode } from './sdk-errors.js';
import { listTools } from './tools.js';

/** A tool as the server describes it: untrusted text. */
export interface SurveyedTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

export interface TrialCall {
  readonly tool: string;
  /** A JSON object. */
  readonly argumentsJson: string;
}

/** What came of one call. */
export type TrialAnswer =
  | { readonly kind: 'result'; readonly result: Readonly<Record<string, unknown>>; readonly tookNs: number }
  /** Answered with a JSON-RPC error or an HTTP status, or not usable: in the server's words, short, without secrets. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isAboutArguments: boolean }
  | { readonly kind: 'unanswered'; readonly withinNs: number }
  /** The connection ended, and with it the call. */
  | { readonly kind: 'broke-off'; readonly reason: string };

export interface Survey {
  /** For people: no secrets. */
  readonly shown: string;
  readonly serverInfo: { readonly name: string; readonly version: string } | null;
  readonly protocolVersion: string;
  readonly tools: readonly SurveyedTool[];
  /** One for each call, in their order: its answers, two unless the first was no result. */
  readonly answers: readonly (readonly TrialAnswer[])[];
  /** Whether it serves two sessions at once; over stdio each has a process of its own. */
  readonly sessionsAtOnce: boolean;
  readonly warnings: readonly Problem[];
}

export interface SurveySetup {
  readonly target: CallTarget;
  /** For connecting and for the list of tools. */
  readonly timeoutNs: number;
  /** For one call. */
  readonly callLimitNs: number;
  /** Default: the newest with sessions. */
  readonly revision?: Revision;
  readonly keeper?: ProcessKeeper | undefined;
  readonly interrupt?: AbortSignal;
  /** Which calls are made, by what the tools say of themselves. Nothing else is called. */
  readonly propose: (tools: readonly SurveyedTool[]) => Promise<readonly TrialCall[]>;
}

const INVALID_PARAMS = -32602;
const NO_SUCH_METHOD = -32601;
/** Between the first answers and the second, so that what holds a time of day differs. */
const APART_MS = 1_100;

/**
 * Asks a server what it has, and makes each proposed call twice, one call after the other.
 *
 * @throws ProblemError `preflight` when it can't be spoken to, ends, or serves one session and no second; the signal's
 *   reason when interrupted. Nothing is left open.
 */
export async function survey(setup: SurveySetup): Promise<Survey> {
  const { target } = setup;
  const how = howToConnect(setup);
  try {
    const connected = await connect(target, how);
    let found: Omit<Survey, 'sessionsAtOnce'>;
    let refused: boolean;
    try {
      found = await explored(connected, setup);
      refused = target.kind === 'http' && !(await opensAnother(setup));
    } finally {
      await connected.close();
    }
    setup.interrupt?.throwIfAborted();
    // A run opens sessions one after the other at least.
    if (refused) await (await connect(target, { ...how, served: 1 })).close();
    return { ...found, sessionsAtOnce: !refused };
  } catch (thrown) {
    setup.interrupt?.throwIfAborted();
    throw redactThrown(thrown);
  }
}

function howToConnect({ timeoutNs, revision, keeper, interrupt }: SurveySetup): Connecting {
  return { timeoutMs: timeoutNs / NS_PER_MS, keeper, interrupt, ...(revision === undefined ? {} : { revision }) };
}

async function opensAnother(setup: SurveySetup): Promise<boolean> {
  try {
    await (await connect(setup.target, howToConnect(setup))).close();
    return true;
  } catch (thrown) {
    setup.interrupt?.throwIfAborted();
    if (thrown instanceof ProblemError) return false;
    throw thrown;
  }
}

async function explored(connected: Connected, setup: SurveySetup): Promise<Omit<Survey, 'sessionsAtOnce'>> {
  const { client, protocolVersion, shown } = connected;
  const server = client.serverInfo;
  const { tools, warnings, brokenOff } = await listed(connected, setup.timeoutNs / NS_PER_MS);
  if (brokenOff !== null)
    warnings.push({
      code: 'tool-list-incomplete',
      what: `The tool list of ${shown} breaks off after ${tools.length} tools: ${errorText(brokenOff)}.`,
      remedy: 'The tools behind are not known; correct the pages in the server.',
    });
  const calls = await setup.propose(tools);
  const answers: TrialAnswer[][] = [];
  const began = performance.now();
  for (const call of calls) {
    setup.interrupt?.throwIfAborted();
    answers.push([await answerOf(connected, call, setup.callLimitNs)]);
  }
  const otherLine = connected.output()?.otherLine ?? null;
  if (otherLine !== null) warnings.push(otherLines(shown, otherLine));
  const isAgain = answers.some(([first]) => first?.kind === 'result');
  if (isAgain) await sleep(Math.max(0, APART_MS - (performance.now() - began)), undefined, { ref: false });
  for (const [at, call] of calls.entries()) {
    setup.interrupt?.throwIfAborted();
    if (answers[at]?.[0]?.kind === 'result') answers[at].push(await answerOf(connected, call, setup.callLimitNs));
  }
  return {
    shown,
    serverInfo: server === null ? null : { name: excerpt(server.name), version: excerpt(server.version) },
    ...{ protocolVersion, tools, answers, warnings },
  };
}

const otherLines = (shown: string, first: string): Problem => ({
  code: 'stdout-not-json',
  what: `${shown} writes lines to stdout that are no JSON messages; the first of them: ${excerpt(first)}`,
  remedy: 'Let the server log to stderr: stdout belongs to the protocol (MCP, Transports, stdio).',
});

/** That the child has ended is what matters, where it has; one that writes too long a line is ended by us. */
function requireAlive({ shown, ending, output, tooLarge }: Connected, asked: string): void {
  const [how, wrote] = [ending(), output()];
  if (how === null || wrote === null || tooLarge.aborted) return;
  throw new ProblemError('preflight', diedWhenAsked(shown, asked, how, wrote));
}

interface Listed {
  readonly tools: readonly SurveyedTool[];
  readonly warnings: Problem[];
  /** Why the list breaks off; null: it does not. */
  readonly brokenOff: unknown;
}

async function listed(connected: Connected, timeoutMs: number): Promise<Listed> {
  try {
    const { tools, warnings, brokenOff } = await listTools(connected.client, () => timeoutMs);
    return { tools, warnings: [...warnings], brokenOff };
  } catch (thrown) {
    requireAlive(connected, 'tools/list');
    if (rpcCode(thrown) === NO_SUCH_METHOD) return { tools: [], warnings: [], brokenOff: null };
    if (httpStatus(thrown) === 404)
      throw new ProblemError('preflight', openingProblem(connected.shown, { kind: 'session-forgotten' }));
    throw new ProblemError('preflight', {
      code: 'tool-list-unusable',
      what: isTimeout(thrown)
        ? `The tool list of ${connected.shown} was not answered within ${timeoutMs / 1_000} s.`
        : `The tool list of ${connected.shown} can't be used: ${errorText(thrown)}.`,
      remedy: 'Check that the server offers tools, and that its tools/list follows the protocol.',
    });
  }
}

async function answerOf(
  connected: Connected,
  { tool, argumentsJson }: TrialCall,
  limitNs: number,
): Promise<TrialAnswer> {
  const params = JSON.parse(`{"name":${JSON.stringify(tool)},"arguments":${markExact(argumentsJson)}}`) as Record<
    string,
    unknown
  >;
  const startedNs = monotonicNow();
  try {
    const limits = { timeoutMs: limitNs / NS_PER_MS, signal: connected.tooLarge };
    const result = await connected.client.request('tools/call', params, limits);
    return { kind: 'result', result, tookNs: Number(monotonicNow() - startedNs) };
  } catch (thrown) {
    requireAlive(connected, `the tool ${excerpt(tool)}`);
    if (isTimeout(thrown)) return { kind: 'unanswered', withinNs: limitNs };
    if (isConnectionClosed(thrown) || systemCode(thrown) !== '')
      return { kind: 'broke-off', reason: excerpt(causeText(thrown)) };
    return { kind: 'refused', reason: errorText(thrown), isAboutArguments: rpcCode(thrown) === INVALID_PARAMS };
  }
}
