/** What an unknown server offers: its tools with their schemas, and what it answers to a few calls. */
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { NS_PER_MS, monotonicNow } from '../../clock/index.js';
import { ProblemError, type Problem } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { redactThrown } from '../../secrets/index.js';
import type { CallTarget } from '../../scenario/index.js';
import { excerpt, openingProblem } from '../eras/index.js';
import { connect, type Connected } from './connect.js';
import { markExact } from './exact-integers.js';
import { errorText, httpStatus, isTimeout, rpcCode } from './sdk-errors.js';
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
  | { readonly kind: 'unanswered'; readonly withinNs: number };

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
  readonly keeper?: ProcessKeeper | undefined;
  readonly interrupt?: AbortSignal;
  /** Which calls are made, by what the tools say of themselves. Nothing else is called. */
  readonly propose: (tools: readonly SurveyedTool[]) => Promise<readonly TrialCall[]>;
}

const INVALID_PARAMS = -32602;
/** Between the first answers and the second, so that what holds a time of day differs. */
const APART_MS = 1_100;

/**
 * Asks a server what it has, and makes each proposed call twice, one call after the other.
 *
 * @throws ProblemError `preflight` when it can't be spoken to, or serves one session and no second; the signal's reason
 *   when interrupted. Nothing is left open.
 */
export async function survey(setup: SurveySetup): Promise<Survey> {
  const { target, keeper, interrupt } = setup;
  const timeoutMs = setup.timeoutNs / NS_PER_MS;
  try {
    const connected = await connect(target, { timeoutMs, keeper, interrupt });
    let found: Omit<Survey, 'sessionsAtOnce'>;
    let refused: boolean;
    try {
      found = await explored(connected, setup);
      refused = target.kind === 'http' && !(await opensAnother(setup, timeoutMs));
    } finally {
      await connected.close();
    }
    interrupt?.throwIfAborted();
    // A run opens sessions one after the other at least.
    if (refused) await (await connect(target, { timeoutMs, keeper, interrupt, served: 1 })).close();
    return { ...found, sessionsAtOnce: !refused };
  } catch (thrown) {
    interrupt?.throwIfAborted();
    throw redactThrown(thrown);
  }
}

async function opensAnother({ target, keeper, interrupt }: SurveySetup, timeoutMs: number): Promise<boolean> {
  try {
    await (await connect(target, { timeoutMs, keeper, interrupt })).close();
    return true;
  } catch (thrown) {
    interrupt?.throwIfAborted();
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
  // The SDK adds one for each request and takes none away.
  setMaxListeners(0, connected.tooLarge);
  const answers: TrialAnswer[][] = [];
  const began = performance.now();
  for (const call of calls) {
    setup.interrupt?.throwIfAborted();
    answers.push([await answerOf(connected, call, setup.callLimitNs)]);
  }
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

async function listed(connected: Connected, timeoutMs: number) {
  try {
    const { tools, warnings, brokenOff } = await listTools(connected.client, () => timeoutMs);
    return { tools, warnings: [...warnings], brokenOff };
  } catch (thrown) {
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
    if (isTimeout(thrown)) return { kind: 'unanswered', withinNs: limitNs };
    return { kind: 'refused', reason: errorText(thrown), isAboutArguments: rpcCode(thrown) === INVALID_PARAMS };
  }
}
