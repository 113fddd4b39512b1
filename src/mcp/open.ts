/** Opens the sessions of a run, a few at a time. */
import { DEFAULT_REVISION, eraOf } from '../catalog/index.js';
import { NS_PER_MS } from '../clock/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import { compileOutputs, FailureExamples, Oracle, VerdictCache } from './oracle/index.js';
import { stdioServerName } from '../scenario/index.js';
import type { ChannelSet, ChannelSetup } from './channel.js';
import { HttpSseChannel } from './transports/http-sse/index.js';
import { HttpChannel, addressOf, endpointOf } from './transports/streamable-http/index.js';
import { RequestAnswers, openingProblem } from './eras/index.js';
import { RequestWriter } from './fast-path/index.js';
import type { SdkChannel } from './sdk-driver/index.js';
import { RenewedSessions, type SessionChannel, type SessionReports } from './renewed-sessions.js';
import { StdioChannel } from './transports/stdio/index.js';

/** Openings under way at once: some gateways need a second for each, and a storm of them is another experiment. */
const AT_ONCE = 16;

/** Time for undoing a half-opened set. */
const UNDO_MS = 2_000;

/**
 * Opens `protocol.sessions` sessions.
 *
 * @throws ProblemError `preflight` with the first failure; every session opened until then is ended.
 */
export function openChannels(given: ChannelSetup): Promise<ChannelSet> {
  const { target, protocol } = given;
  const setup = { ...given, protocol: { ...protocol, revision: given.revision ?? protocol.revision } };
  if (protocol.driver === 'sdk') return openSdk(setup);
  return target.kind === 'http' ? openHttp(setup, target) : openStdio(setup, target);
}

type Target<K extends string> = Extract<ChannelSetup['target'], { readonly kind: K }>;

async function openHttp(setup: ChannelSetup, target: Target<'http'>): Promise<ChannelSet> {
  const endpoint = endpointOf(addressOf(target.url), { ...target.headers });
  const parts = await partsOf(setup);
  const shared = {
    ...parts,
    endpoint,
    inFlight: setup.protocol.inFlightPerSession,
    serverStream: setup.protocol.serverStream,
    calls: setup.calls,
    headerParameters: eraOf(setup.protocol.revision) === 'stateless' ? (setup.headerParameters ?? []) : [],
    endsSessions: setup.protocol.sessionLife?.end !== 'abandon',
    verdicts: new VerdictCache(parts.oracle, setup.calls.length),
  };
  const channelOf = (session: number, reports: SessionReports): SessionChannel =>
    target.transport === 'http-sse'
      ? new HttpSseChannel({ ...shared, ...reports }, session)
      : new HttpChannel({ ...shared, ...reports }, session);
  const callsEach = setup.protocol.sessionLife?.calls ?? null;
  const renewed: RenewedSessions[] = [];
  const channels = Array.from({ length: setup.protocol.sessions }, (_, session): SessionChannel => {
    if (callsEach === null) return channelOf(session, parts);
    const { oracle, nowNs, completed, event } = parts;
    const make = (reports: SessionReports): SessionChannel => channelOf(session, reports);
    const channel = new RenewedSessions({ calls: callsEach, oracle, nowNs, completed, event, make }, session);
    renewed.push(channel);
    return channel;
  });
  const close = async (withinMs: number): Promise<void> => {
    await Promise.all(channels.map((channel) => channel.close(withinMs)));
  };
  let served = setup.servedBefore ?? 0;
  await openAll(channels, close, async (channel) => {
    const failure = await channel.open();
    // Others are being opened meanwhile: how many were is known when all have ended.
    if (failure !== null) return () => [openingProblem(endpoint.address.shown, failure, served)];
    served++;
    return null;
  });
  return {
    channels,
    close: async (withinNs) => {
      await close(withinNs / NS_PER_MS);
      const unanswered = channels.reduce((sum, channel) => sum + channel.unansweredRequests, 0);
      if (unanswered > 0) {
        setup.event({
          type: 'warning',
          atNs: setup.nowNs(),
          code: 'server-requests-unanswered',
          what: `the server sent requests of its own faster than they could be answered: ${unanswered} were not`,
          remedy: 'use more sessions, or tools that send fewer requests to the client: a call may wait for the answer',
        });
      }
      warnOfTextIds(setup, parts.oracle);
      reportRequests(setup, parts.requests, unanswered);
      reportTurnover(setup, renewed, shared.endsSessions);
    },
  };
}

async function openStdio(setup: ChannelSetup, target: Target<'stdio'>): Promise<ChannelSet> {
  const parts = await partsOf(setup);
  const channels: StdioChannel[] = [];
  const close = closing(channels);
  await openAll([...Array(setup.protocol.sessions).keys()], close, async (session) => {
    const server = (setup.serverName ?? stdioServerName)(session);
    const output = (text: string): void => setup.serverOutput?.(server, text);
    const channel = new StdioChannel({ ...parts, session, server, output, target, keeper: setup.keeper });
    channels[session] = channel;
    const problems = await problemsOf(channel.open());
    return problems === null ? null : () => problems;
  });
  return {
    channels,
    close: async (withinNs) => {
      await close(withinNs / NS_PER_MS);
      warnOfTextIds(setup, parts.oracle);
      reportRequests(setup, parts.requests, 0);
    },
  };
}

/** What closes them all. Until then the processes behind them are killed when this one exits. */
function closing(channels: readonly (StdioChannel | SdkChannel)[]): (withinMs: number) => Promise<void> {
  const killAll = (): void => {
    for (const channel of channels) channel.kill();
  };
  process.once('exit', killAll);
  return async (withinMs) => {
    await Promise.all(channels.map((channel) => channel.close(withinMs)));
    process.off('exit', killAll);
  };
}

/** Sessions of the official SDK's client. */
async function openSdk(setup: ChannelSetup): Promise<ChannelSet> {
  const sdk = await import('./sdk-driver/index.js');
  const { target, calls, protocol, headerParameters = [], keeper, servedBefore = 0 } = setup;
  // The SDK itself says in each stateless request who sends it.
  const writer = new RequestWriter(calls, { ...protocol, revision: DEFAULT_REVISION }, setup.callIdPrefix);
  const shared = { ...(await partsOf(setup)), target, calls, protocol, headerParameters, keeper, writer };
  const channels: SdkChannel[] = [];
  const close = closing(channels);
  let served = servedBefore;
  await openAll([...Array(protocol.sessions).keys()], close, async (session) => {
    const channel = new sdk.SdkChannel(shared, session);
    channels[session] = channel;
    const problems = await problemsOf(channel.open(served));
    if (problems === null) served++;
    return problems === null ? null : () => problems;
  });
  return {
    channels,
    close: async (withinNs) => {
      await close(withinNs / NS_PER_MS);
      reportRequests(setup, shared.requests, 0);
    },
  };
}

/** What an opening was refused for; null: it was not. */
async function problemsOf(opening: Promise<void>): Promise<readonly Problem[] | null> {
  try {
    await opening;
    return null;
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problems;
    throw thrown;
  }
}

/** Most clients take the digits of an id as text for the number that was sent; those that keep to JSON-RPC do not. */
function warnOfTextIds(setup: ChannelSetup, { textIds }: Oracle): void {
  if (textIds === 0) return;
  setup.event({
    type: 'warning',
    atNs: setup.nowNs(),
    code: 'ids-as-text',
    what: 'the server sends the ids of requests, which are numbers, back as text. They were taken as the same ids',
    remedy: 'correct the server: an answer has to carry the id of its request as it was sent (JSON-RPC 2.0, section 5)',
  });
}

/** What servers asked of their clients, over all sessions. */
function reportRequests(setup: ChannelSetup, { counts }: RequestAnswers, unanswered: number): void {
  const methods = [...counts].map(([method, asked]) => ({ method, ...asked }));
  if (methods.length > 0) setup.event({ type: 'server-requests', atNs: setup.nowNs(), methods, unanswered });
}

/** How many sessions followed each other, over all channels. */
function reportTurnover(setup: ChannelSetup, renewed: readonly RenewedSessions[], endsSessions: boolean): void {
  if (renewed.length === 0) return;
  const sum = (count: (channel: RenewedSessions) => number): number =>
    renewed.reduce((all, channel) => all + count(channel), 0);
  const over = sum(({ turnover }) => turnover.ended);
  setup.event({
    type: 'session-turnover',
    atNs: setup.nowNs(),
    opened: sum(({ turnover }) => turnover.opened),
    ended: endsSessions ? over : 0,
    abandoned: endsSessions ? 0 : over,
    failed: sum(({ turnover }) => turnover.failed),
  });
}

async function partsOf(setup: ChannelSetup) {
  const outputs = await compileOutputs(setup.outputSchemas ?? [], setup.calls);
  const oracle = new Oracle(setup.calls, setup.monotonicEpochNs, { ...setup.protocol, outputs });
  return {
    revision: setup.protocol.revision,
    writer: new RequestWriter(setup.calls, setup.protocol, setup.callIdPrefix),
    oracle,
    requests: new RequestAnswers(setup.protocol.answers),
    examples: new FailureExamples(setup.nowNs, setup.event, oracle),
    nowNs: setup.nowNs,
    completed: setup.completed,
    event: setup.event,
  };
}

/** Runs `open` over all items, `AT_ONCE` at a time. After the first problem no more are begun; the open are closed. */
async function openAll<Item>(
  items: readonly Item[],
  close: (withinMs: number) => Promise<void>,
  open: (item: Item) => Promise<(() => readonly Problem[]) | null>,
): Promise<void> {
  let next = 0;
  const problems: (() => readonly Problem[])[] = [];
  const work = async (): Promise<void> => {
    while (next < items.length && problems.length === 0) {
      // `next` is below the length.
      const found = await open(items[next++] as Item);
      if (found !== null) problems.push(found);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (thrown) {
    await close(UNDO_MS);
    throw thrown;
  }
  const [first] = problems;
  if (first !== undefined) {
    await close(UNDO_MS);
    throw new ProblemError('preflight', first());
  }
}
