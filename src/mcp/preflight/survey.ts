/** What an unknown server offers: its tools with their schemas, and what it answers to a few calls. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NS_PER_MS, clockFrom, monotonicNow } from '../../clock/index.js';
import { ProblemError, type Problem } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { redactThrown } from '../../secrets/index.js';
import type { Revision } from '../../catalog/index.js';
import type { CallTarget } from '../../scenario/index.js';
import { diedWhenAsked, endedAfter, excerpt, openingProblem, quoted } from '../eras/index.js';
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
  | { readonly kind: 'broke-off'; readonly reason: string }
  /** The server no longer knew the session, over HTTP. */
  | { readonly kind: 'session-ended'; readonly reason: string }
  /** Not made: the calls before it took longer than there is time for. */
  | { readonly kind: 'not-made'; readonly limitNs: number };

export interface Survey {
  /** For people: no secrets. */
  readonly shown: string;
  readonly serverInfo: { readonly name: string; readonly version: string } | null;
  readonly protocolVersion: string;
  readonly tools: readonly SurveyedTool[];
  /** How long it took to open a session. */
  readonly openedInNs: number;
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
  /** Calls are made twice; once so much time has passed, no further one is made the first time, nor the second. */
  readonly roundLimitNs: number;
  /** Default: the clock of the machine. */
  readonly nowNs?: (() => number) | undefined;
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
  const startedNs = monotonicNow();
  try {
    const connected = await connect(target, how);
    const openedInNs = Number(monotonicNow() - startedNs);
    let found: Explored;
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
    return { ...found, openedInNs, sessionsAtOnce: !refused };
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

type Explored = Omit<Survey, 'openedInNs' | 'sessionsAtOnce'>;

async function explored(connected: Connected, setup: SurveySetup): Promise<Explored> {
  const { client, protocolVersion, shown } = connected;
  const server = client.serverInfo;
  const { tools, warnings, brokenOff } = await listed(connected, setup.timeoutNs / NS_PER_MS);
  if (brokenOff !== null)
    warnings.push({
      code: 'tool-list-incomplete',
      what: `the tool list of ${shown} breaks off after ${tools.length} tools: ${errorText(brokenOff)}`,
      remedy: 'the tools behind are not known; correct the pages in the server',
    });
  const calls = await setup.propose(tools);
  const trials = calls.map((call): Trial => ({ call, answers: [] }));
  const began = performance.now();
  await askEach(trials, connected, setup);
  const otherLine = connected.output()?.otherLine ?? null;
  if (otherLine !== null) warnings.push(otherLines(shown, otherLine));
  const answered = trials.filter(({ answers: [first] }) => first?.kind === 'result');
  if (answered.length > 0) await sleep(Math.max(0, APART_MS - (performance.now() - began)), undefined, { ref: false });
  await askEach(answered, connected, setup);
  return {
    shown,
    serverInfo: server === null ? null : { name: excerpt(server.name), version: excerpt(server.version) },
    ...{ protocolVersion, tools, answers: trials.map(({ answers }) => answers), warnings },
  };
}

/** A call with its answers so far. */
interface Trial {
  readonly call: TrialCall;
  readonly answers: TrialAnswer[];
}

/** Makes each call once, one after the other, as long as there is time. */
async function askEach(trials: readonly Trial[], connected: Connected, setup: SurveySetup): Promise<void> {
  const { interrupt, callLimitNs, roundLimitNs, nowNs = clockFrom(monotonicNow()) } = setup;
  const endNs = nowNs() + roundLimitNs;
  for (const { call, answers } of trials) {
    interrupt?.throwIfAborted();
    const answered = trials.flatMap((each) => each.answers).filter(({ kind }) => kind === 'result').length;
    const hasTime = nowNs() < endNs;
    answers.push(
      hasTime ? await answerOf(connected, call, callLimitNs, answered) : { kind: 'not-made', limitNs: roundLimitNs },
    );
  }
}

const otherLines = (shown: string, first: string): Problem => ({
  code: 'stdout-not-json',
  what: `${shown} writes lines to stdout that are no JSON messages; the first of them: ${excerpt(first)}`,
  remedy: 'let the server log to stderr: stdout belongs to the protocol (MCP, Transports, stdio)',
});

/** What a child was doing that may have ended. */
interface Asked {
  /** Such as `tools/list`. */
  readonly asked: string;
  /** Calls that it answered before. */
  readonly answered: number;
  /** Whether it had ended before it was asked. */
  readonly hadEnded: boolean;
}

/** That the child has ended is what matters, where it has; one that writes too long a line is ended by us. */
function requireAlive({ shown, ending, output, tooLarge }: Connected, { asked, answered, hadEnded }: Asked): void {
  const [how, wrote] = [ending(), output()];
  if (how === null || wrote === null || tooLarge.aborted) return;
  // One that serves a call and ends may do so only when the next one is on its way.
  const isByItself = answered > 0 && (hadEnded || how === 'exit code 0');
  throw new ProblemError(
    'preflight',
    isByItself ? endedAfter(shown, answered, how, wrote) : diedWhenAsked(shown, asked, how, wrote),
  );
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
    requireAlive(connected, { asked: 'tools/list', answered: 0, hadEnded: false });
    if (rpcCode(thrown) === NO_SUCH_METHOD) return { tools: [], warnings: [], brokenOff: null };
    if (httpStatus(thrown) === 404)
      throw new ProblemError('preflight', openingProblem(connected.shown, { kind: 'session-forgotten' }));
    throw new ProblemError('preflight', {
      code: 'tool-list-unusable',
      what: isTimeout(thrown)
        ? `the tool list of ${connected.shown} was not answered within ${timeoutMs / 1_000} s`
        : `the tool list of ${connected.shown} can't be used: ${errorText(thrown)}`,
      remedy: 'check that the server offers tools, and that its tools/list follows the protocol',
    });
  }
}

async function answerOf(
  connected: Connected,
  { tool, argumentsJson }: TrialCall,
  limitNs: number,
  answered: number,
): Promise<TrialAnswer> {
  const params = JSON.parse(`{"name":${JSON.stringify(tool)},"arguments":${markExact(argumentsJson)}}`) as Record<
    string,
    unknown
  >;
  const hadEnded = connected.ending() !== null;
  const startedNs = monotonicNow();
  try {
    const limits = { timeoutMs: limitNs / NS_PER_MS, signal: connected.tooLarge };
    const result = await connected.client.request('tools/call', params, limits);
    return { kind: 'result', result, tookNs: Number(monotonicNow() - startedNs) };
  } catch (thrown) {
    requireAlive(connected, { asked: `the tool ${excerpt(tool)}`, answered, hadEnded });
    if (isTimeout(thrown)) return { kind: 'unanswered', withinNs: limitNs };
    const ended = sessionEnd(connected, thrown);
    if (ended !== null) return { kind: 'session-ended', reason: ended };
    if (isConnectionClosed(thrown) || systemCode(thrown) !== '')
      return { kind: 'broke-off', reason: excerpt(causeText(thrown)) };
    return { kind: 'refused', reason: errorText(thrown), isAboutArguments: rpcCode(thrown) === INVALID_PARAMS };
  }
}

/**
 * How a server says that it no longer knows the session: 404 (MCP, Transports, Session Management), or the 400 of the
 * official examples. Null: it says something else.
 */
function sessionEnd({ hasSession, noted }: Connected, thrown: unknown): string | null {
  const status = httpStatus(thrown);
  if (status === null || !hasSession()) return null;
  const words = quoted(noted()?.body ?? '');
  return status === 404 || (status === 400 && /\bsession\b/i.test(words)) ? `HTTP ${status}${words}` : null;
}
