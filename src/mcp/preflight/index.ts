/**
 * The preflight: does the target do once, for one client, what the run is about to request a million times?
 *
 * Done with the official SDK, so that a server which only our own client understands is noticed here, and then by the
 * client that measures, so that one which only the SDK understands is noticed too. Owns connecting, facts about the
 * server, checking arguments against schemas, and one execution of each call by either. Bounded in time, and in
 * the size of an answer; leaves no session and no child behind.
 */
import type { Tool } from '@modelcontextprotocol/sdk/types.js';
import { monotonicNow, NS_PER_MS } from '../../clock/index.js';
import { nearest, ProblemError, type Problem } from '../../problem/index.js';
import type { ProcessKeeper } from '../../processes/index.js';
import { seededRandom } from '../../random/index.js';
import { redactProblem, redactThrown } from '../../secrets/index.js';
import type { CallTarget, Protocol } from '../../scenario/index.js';
import { compileSchema } from '../json-schema.js';
import { Oracle, compileOutputs } from '../oracle/index.js';
import {
  eraOf,
  makeRequestGenerator,
  listedToolOf,
  toolOf,
  type CallSpec,
  type HeaderParameters,
  type RequestGenerator,
} from '../../catalog/index.js';
import { FORGOTTEN_TRIES, RequestAnswers, excerpt, openingProblem } from '../eras/index.js';
import { connect, type Connected } from './connect.js';
import { declaredOutputs, declaredParameters, operationProblems } from './declared.js';
import { detectRevision } from './detect.js';
import { AttemptSlot, type TargetFacts } from '../channel.js';
import { execute, type Executed } from './execute.js';
import { disagreements, executeOwn } from './own-client.js';
import { errorText, httpStatus, isTimeout } from './sdk-errors.js';
import { listTools, toolFacts, type ListKept, type ToolFacts, type ToolListing } from './tools.js';
import {
  deadlineWarning,
  discoveryWarning,
  expectationWarning,
  forgottenWarning,
  olderRevision,
  isRefusal,
  refusalWarning,
  refusedCall,
  timedOut,
} from './words.js';

export { loadSdk } from './connect.js';
export {
  survey,
  type Survey,
  type SurveySetup,
  type SurveyedTool,
  type TrialAnswer,
  type TrialCall,
} from './survey.js';

export interface PreflightSetup {
  readonly target: CallTarget;
  readonly protocol: Protocol;
  readonly calls: readonly CallSpec[];
  /** For all of it; taking leave may add a few seconds. */
  readonly timeoutNs: number;
  readonly seed: number;
  /** Keeps the server that is started for it, over stdio. */
  readonly keeper?: ProcessKeeper | undefined;
  /** Waited for before the first call is made, whose deadline counts. Its failure is that of the preflight. */
  readonly beforeCalls?: () => Promise<void>;
  /** Aborted: the preflight ends at once, and rejects with the signal's reason. */
  readonly interrupt?: AbortSignal;
}

/** What was found. Plain JSON. */
export interface PreflightReport extends Required<TargetFacts> {
  readonly serverInfo: { readonly name: string; readonly version: string } | null;
  /** The revision the SDK client and the server agreed on. */
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** UTF-8 bytes of the server's instructions; absent when it gives none. */
  readonly instructionsBytes?: number;
  /** From the first connection until a session was open and the tool list was in. */
  readonly introducedNs: number;
  readonly tools: readonly ToolFacts[];
  /** How long the tool list may be kept; absent where it does not say so. */
  readonly toolListKept?: ListKept;
  /** SHA-256, hexadecimal, over the canonical JSON of all tools sorted by name. */
  readonly toolListDigest: string;
  /** One for each call, in the scenario's order: by the SDK, and by the client that measures. */
  readonly executed: readonly Executed[];
  readonly executedByOwnClient: readonly Executed[];
  readonly warnings: readonly Problem[];
}

/** Arguments of this many drawn calls are checked for each spec. */
const SAMPLES = 5;

/**
 * Examines the target, in two sessions one after the other. Calls are executed only when every tool exists and every
 * argument fits: a run that won't happen has no effects. An answer that fails the call's own expectation is a warning,
 * since a scenario may be about that.
 *
 * @throws ProblemError `preflight` with everything that makes the run pointless: target unusable, unknown tools, bad
 * arguments, calls refused with -32602, time over.
 */
export async function preflight(setup: PreflightSetup): Promise<PreflightReport> {
  try {
    const report = await examine(setup);
    setup.interrupt?.throwIfAborted();
    return { ...report, warnings: report.warnings.map(redactProblem) };
  } catch (thrown) {
    setup.interrupt?.throwIfAborted();
    throw redactThrown(thrown);
  }
}

async function examine(given: PreflightSetup): Promise<PreflightReport> {
  const generator = makeRequestGenerator(given.calls, seededRandom(given.seed, 'preflight'));
  const endMs = performance.now() + given.timeoutNs / NS_PER_MS;
  const remainingMs = (): number => Math.max(1, Math.floor(endMs - performance.now()));
  const { protocol } = given;
  const revision = protocol.detectsRevision === true ? await detectRevision(given, remainingMs) : protocol.revision;
  const setup = { ...given, protocol: { ...protocol, revision } };
  const bySdk = await examineBySdk(setup, generator, remainingMs);
  const { outputSchemas, headerParameters } = bySdk;
  const own = await executeOwn({ ...setup, outputSchemas, headerParameters }, generator, remainingMs);
  const warnings = [...bySdk.warnings, ...own.warnings, ...disagreements(bySdk.executed, own.executed)];
  return { ...bySdk, executedByOwnClient: own.executed, warnings };
}

/** @param generator made before anything is sent, so that bad expectations are noticed first. */
async function examineBySdk(
  setup: PreflightSetup,
  generator: RequestGenerator,
  remainingMs: () => number,
): Promise<Omit<PreflightReport, 'executedByOwnClient'>> {
  const startedNs = monotonicNow();
  const { connected, listing, forgotten } = await introduced(setup, remainingMs);
  const introducedNs = Number(monotonicNow() - startedNs);
  const { tools } = listing;
  try {
    const warnings: Problem[] = forgotten === 0 ? [] : [forgottenWarning(connected.shown, forgotten)];
    warnings.push(...discoveryWarning(connected, setup.protocol.revision), ...listing.warnings);
    const { revision } = setup.protocol;
    const { kept } = listing;
    const problems = [...operationProblems(setup.calls, revision)];
    problems.push(...(await plannedProblems(setup.calls, tools, generator, warnings)));
    const headerParameters = declaredParameters(setup.calls, tools, revision, problems);
    if (problems.length > 0) throw new ProblemError('preflight', problems);
    await setup.beforeCalls?.();
    const outputSchemas = setup.protocol.outputSchemas ? await declaredOutputs(setup.calls, tools, warnings) : [];
    const outputs = await compileOutputs(outputSchemas, setup.calls);
    const oracle = new Oracle(setup.calls, '0', { ...setup.protocol, outputs });
    const known = { generator, oracle, headerParameters };
    const executed = await executeAll(connected, setup, known, remainingMs, warnings);
    if (connected.protocolVersion !== '' && connected.protocolVersion < setup.protocol.revision) {
      warnings.push(olderRevision(connected.protocolVersion, setup.protocol.revision));
    }
    const facts = { ...serverFacts(connected), ...toolFacts(tools), revision, outputSchemas, headerParameters };
    return { ...facts, introducedNs, executed, warnings, ...(kept === null ? {} : { toolListKept: kept }) };
  } finally {
    await connected.close();
  }
}

function serverFacts(
  connected: Connected,
): Pick<PreflightReport, 'serverInfo' | 'protocolVersion' | 'capabilities' | 'instructionsBytes'> {
  const { client, protocolVersion } = connected;
  const { serverInfo: server, instructions } = client;
  return {
    serverInfo: server === null ? null : { name: excerpt(server.name), version: excerpt(server.version) },
    protocolVersion,
    capabilities: client.capabilities,
    ...(instructions === null ? {} : { instructionsBytes: Buffer.byteLength(instructions) }),
  };
}

interface Introduced {
  readonly connected: Connected;
  readonly listing: ToolListing;
  /** Sessions that were forgotten before this one was not. */
  readonly forgotten: number;
}

/** A session that holds long enough to list the tools. One that is forgotten is opened anew, as a client has to. */
async function introduced(
  { target, protocol: { revision, answers, detectsRevision }, calls, keeper, interrupt }: PreflightSetup,
  remainingMs: () => number,
): Promise<Introduced> {
  const requests = new RequestAnswers(answers);
  // It was asked which revision it speaks.
  const served = detectsRevision === true && eraOf(revision) === 'stateless' ? 1 : 0;
  for (let forgotten = 0; ; forgotten++) {
    let connected: Connected | null = null;
    try {
      const timeoutMs = remainingMs();
      connected = await connect(target, { timeoutMs, revision, keeper, interrupt, answers: requests, served });
      return { connected, listing: await toolsOf(connected, calls, remainingMs), forgotten };
    } catch (thrown) {
      await connected?.close();
      const isForgotten =
        thrown instanceof ProblemError && thrown.problems.some(({ code }) => code === 'session-forgotten');
      if (!isForgotten || forgotten + 1 >= FORGOTTEN_TRIES || remainingMs() <= 1) throw thrown;
    }
  }
}

/**
 * The list may be incomplete where every tool that is to be called is on it. A server that offers no tools is not asked
 * for them where none is to be called.
 */
async function toolsOf(
  connected: Connected,
  calls: readonly CallSpec[],
  remainingMs: () => number,
): Promise<ToolListing> {
  const needsTools =
    calls.length === 0 || calls.some((call) => call.operation === 'tools/list' || toolOf(call) !== null);
  if (!needsTools && connected.client.capabilities['tools'] === undefined)
    return { tools: [], warnings: [], brokenOff: null, kept: null };
  try {
    const listing = await listTools(connected.client, remainingMs);
    const { tools, warnings, brokenOff } = listing;
    if (brokenOff === null) return listing;
    const names = new Set(tools.map(({ name }) => name));
    if (calls.map(listedToolOf).some((name) => name !== null && !names.has(name))) throw brokenOff;
    const breaksOff: Problem = {
      code: 'tool-list-incomplete',
      what: `the tool list of ${connected.shown} breaks off after ${tools.length} tools: ${errorText(brokenOff)}`,
      remedy: 'the tools that are to be called are on it; correct the pages behind in the server',
    };
    return { ...listing, warnings: [...warnings, breaksOff] };
  } catch (thrown) {
    if (isTimeout(thrown)) throw new ProblemError('preflight', timedOut('the tool list'));
    if (httpStatus(thrown) === 404)
      throw new ProblemError('preflight', openingProblem(connected.shown, { kind: 'session-forgotten' }));
    throw new ProblemError('preflight', {
      code: 'tool-list-unusable',
      what: `the tool list of ${connected.shown} can't be used: ${errorText(thrown)}`,
      remedy: 'check that the server offers tools, and that its tools/list follows the protocol',
    });
  }
}

/** Tools that do not exist and arguments that do not fit: all of them. */
async function plannedProblems(
  calls: readonly CallSpec[],
  tools: readonly Tool[],
  generator: RequestGenerator,
  warnings: Problem[],
): Promise<readonly Problem[]> {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const names = [...byName.keys()];
  const problems: Problem[] = [];
  for (const [spec, call] of calls.entries()) {
    const name = listedToolOf(call);
    if (name === null) continue;
    const tool = byName.get(name);
    if (tool === undefined) {
      const near = nearest(name, names);
      problems.push({
        code: 'unknown-tool',
        what: `the server has no tool "${name}"${near === null ? '' : `; did you mean "${near}"?`}`,
        remedy:
          names.length === 0
            ? 'the server offers no tools at all'
            : `it offers: ${names.slice(0, 30).join(', ')}${names.length > 30 ? ', …' : ''}`,
      });
      continue;
    }
    const check = await compileSchema(tool.inputSchema, 'the arguments');
    if (check.kind === 'unusable') {
      warnings.push({
        code: 'schema-unusable',
        what: `the inputSchema of tool "${name}" can't be used to check arguments: ${excerpt(check.reason)}`,
        remedy: 'arguments of this tool are not checked before the run; correct the schema in the server',
      });
      continue;
    }
    const slot = new AttemptSlot(-1, spec);
    const wrong = new Set<string>();
    for (let i = 0; i < SAMPLES; i++) {
      generator.prepare(slot, spec);
      for (const text of check.faultsOf(JSON.parse(slot.argumentsJson))) wrong.add(text);
    }
    if (wrong.size > 0) {
      const schema = excerpt(JSON.stringify(tool.inputSchema));
      const reasons = [...wrong].slice(0, 5).join('; ');
      problems.push({
        code: 'bad-arguments',
        what: `the arguments of call "${call.label}" don't fit the tool "${name}": ${reasons}`,
        remedy: `correct calls[${spec}].arguments; the tool's inputSchema is ${schema}`,
      });
    }
  }
  return problems;
}

/** What the calls are made and judged with. */
interface Known {
  readonly generator: RequestGenerator;
  readonly oracle: Oracle;
  readonly headerParameters: HeaderParameters;
}

async function executeAll(
  connected: Connected,
  { calls, protocol }: Pick<PreflightSetup, 'calls' | 'protocol'>,
  { generator, oracle, headerParameters }: Known,
  remainingMs: () => number,
  warnings: Problem[],
): Promise<readonly Executed[]> {
  const executed: Executed[] = [];
  const problems: Problem[] = [];
  for (const [spec, call] of calls.entries()) {
    const slot = new AttemptSlot(-1, spec);
    generator.prepare(slot, spec);
    const leftMs = remainingMs();
    const deadlineMs = call.deadlineNs / NS_PER_MS;
    const limitMs = Math.min(leftMs, deadlineMs);
    const execution = await execute(connected, oracle, call, slot, limitMs, protocol, headerParameters[spec]);
    executed.push(execution.executed);
    const detail = execution.detail === '' ? '' : ` (${execution.detail})`;
    if (execution.timedOut && deadlineMs < leftMs) warnings.push(deadlineWarning(call));
    else if (execution.timedOut) {
      problems.push(timedOut(`the call "${call.label}"`));
      break;
    } else if (isRefusal(call, execution.rpcCode)) problems.push(refusedCall(call, spec, execution.rpcCode, detail));
    else if (execution.executed.outcome !== 'ok') {
      warnings.push(expectationWarning(call, execution, detail, protocol.answers));
    } else if (execution.refusal !== '') warnings.push(refusalWarning(call, execution.refusal));
  }
  if (problems.length > 0) throw new ProblemError('preflight', problems);
  return executed;
}
