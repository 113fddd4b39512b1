/** Finds the endpoint of a server and the form of the protocol that it speaks, and asks it what it has. */
import { NEWEST_REVISION, type Revision } from '../catalog/index.js';
import { NS_PER_S } from '../clock/index.js';
import { survey, type Survey } from '../mcp/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import type { ProcessKeeper } from '../processes/index.js';
import { seededRandom } from '../random/index.js';
import { revealSecrets, type CallTarget, type Environment } from '../scenario/index.js';
import { redirectOf, type Typed } from './next-command.js';
import { selectTools, type NamedTool, type Selection } from './selection.js';
import {
  atPath,
  atUsualPaths,
  redirectedWithin,
  targetWords,
  type DiscoveryTarget,
  type HttpTarget,
} from './target.js';

export interface DiscoverySetup {
  readonly target: DiscoveryTarget;
  /** Whether it is on another machine, and load may leave this one. */
  readonly isRemote: boolean;
  /** Tools that may be called whatever they say of themselves, and no others; empty: those that are read-only. */
  readonly tools: readonly NamedTool[];
  readonly seed: number;
  /** The command of ours, for what is to be typed next. */
  readonly typed: Typed;
  /** Where secrets are read from. */
  readonly environment: Environment;
  readonly keeper?: ProcessKeeper | undefined;
  readonly interrupt?: AbortSignal;
  /** By which tools are tried as long as there is time. Default: the clock of the machine. */
  readonly nowNs?: () => number;
}

export interface Surveyed {
  /** Where the server was found. */
  readonly target: DiscoveryTarget;
  readonly selection: Selection;
  readonly surveyed: Survey;
  readonly warnings: readonly Problem[];
}

const CONNECT_NS = 20 * NS_PER_S;
/** For a guess. */
const GUESS_NS = 5 * NS_PER_S;
/** An answer that takes longer leaves no room for a search in half a minute. */
const CALL_LIMIT_NS = 3 * NS_PER_S;
/** For calling the tools one after the other: what they take twice, and then each client before the load. */
const ROUND_LIMIT_NS = 2 * NS_PER_S;

/**
 * An address that is no endpoint is often the address of a server whose endpoint is at another path, or that speaks the
 * transport that was before Streamable HTTP.
 *
 * @throws ProblemError as `survey` does, of the address that was given.
 */
export async function surveyedAt(setup: DiscoverySetup): Promise<Surveyed> {
  try {
    return await surveyOf(setup, setup.target);
  } catch (thrown) {
    if (!isNoEndpoint(thrown)) throw thrown;
    const places = atUsualPaths(setup.target);
    for (const place of places) {
      const found = await surveyOf(setup, place).catch((again: unknown) => {
        if (isNoEndpoint(again)) return null;
        throw again;
      });
      if (found !== null) return found;
    }
    const old = await surveyOfOldTransport(setup);
    if (old !== null) return old;
    throw withFurtherTries(thrown, places);
  }
}

function isNoEndpoint(thrown: unknown): thrown is ProblemError {
  const codes = ['not-an-mcp-server', 'initialize-failed', REDIRECTS, CIRCULAR];
  return thrown instanceof ProblemError && thrown.problems.some(({ code }) => codes.includes(code));
}

function withFurtherTries(thrown: ProblemError, places: readonly HttpTarget[]): ProblemError {
  if (places.length === 0) return thrown;
  const paths = places.map(({ url }) => new URL(url).pathname).join(' and ');
  const tried = places.length === 1 ? `${paths} was tried too, and is none` : `${paths} were tried too, and are none`;
  return new ProblemError(
    thrown.kind,
    thrown.problems.map((problem) => ({ ...problem, what: `${problem.what}; ${tried}` })),
  );
}

const REDIRECTS = 'target-redirects';
const CIRCULAR = 'target-redirects-to-itself';

/** At an address, or where that redirects to within the same server. */
async function surveyOf(setup: DiscoverySetup, target: DiscoveryTarget): Promise<Surveyed> {
  const taken = async (place: DiscoveryTarget): Promise<Surveyed> => {
    const found = await surveyExactly(setup, place);
    return { ...found, warnings: place === setup.target ? [] : [elsewhere(place, found.surveyed)] };
  };
  try {
    return await taken(target);
  } catch (thrown) {
    const moved = movedTo(target, thrown);
    if (moved === null) throw thrown;
    return await taken(moved).catch((again: unknown) => {
      throw movedTo(moved, again)?.url === targetUrl(target) ? circular(moved, target) : again;
    });
  }
}

const targetUrl = (target: DiscoveryTarget): string | null => (target.kind === 'http' ? target.url : null);

function movedTo(target: DiscoveryTarget, thrown: unknown): HttpTarget | null {
  const redirect = thrown instanceof ProblemError ? thrown.problems.find(({ code }) => code === REDIRECTS) : undefined;
  const location = redirect === undefined ? null : redirectOf(redirect.what);
  return location === null ? null : redirectedWithin(target, location);
}

const elsewhere = (place: DiscoveryTarget, { shown }: Survey): Problem => ({
  code: 'usual-path',
  what: `the address given is no MCP endpoint; ${shown} is, and was taken`,
  remedy: `give that address: ${targetWords(place)}`,
});

function circular(one: HttpTarget, other: DiscoveryTarget): ProblemError {
  const paths = [other, one].map((each) => new URL(targetUrl(each) ?? one.url).pathname);
  return new ProblemError('preflight', {
    code: CIRCULAR,
    what: `the server redirects from ${paths.join(' to ')} and back, for ever`,
    remedy: 'correct the server or the proxy in front of it; it may want https, or a header that is missing',
  });
}

/** HTTP+SSE (MCP 2024-11-05), at the address that was given and at the usual one; null where nothing speaks it. */
async function surveyOfOldTransport(setup: DiscoverySetup): Promise<Surveyed | null> {
  if (setup.target.kind !== 'http') return null;
  const given: HttpTarget = { ...setup.target, transport: 'http-sse' };
  const usual = atPath(given, '/sse');
  for (const place of usual.url === given.url ? [given] : [given, usual]) {
    const found = await surveyIn(setup, place, null).catch((thrown: unknown) => {
      if (isUnsuited(thrown)) return null;
      throw thrown;
    });
    if (found !== null) return { ...found, warnings: [oldTransport(found.surveyed)] };
  }
  return null;
}

const oldTransport = ({ shown }: Survey): Problem => ({
  code: 'old-transport',
  what: `${shown} speaks HTTP+SSE, the transport of MCP 2024-11-05, which was taken`,
  remedy: 'nothing; newer revisions have Streamable HTTP in its place',
});

/** Whether a server does not speak what was guessed; a tool that it does not have is a mistake wherever it is found. */
const isUnsuited = (thrown: unknown): boolean => thrown instanceof ProblemError && thrown.kind === 'preflight';

/** In the revision with sessions, or in that without them where a server refuses the first. */
async function surveyExactly(setup: DiscoverySetup, target: DiscoveryTarget): Promise<Omit<Surveyed, 'warnings'>> {
  try {
    return await surveyIn(setup, target, null);
  } catch (thrown) {
    if (!refusesSessions(thrown)) throw thrown;
    const stateless = await surveyIn(setup, target, NEWEST_REVISION.stateless).catch((again: unknown) => {
      if (isUnsuited(again)) return null;
      throw again;
    });
    if (stateless === null) throw thrown;
    return stateless;
  }
}

function refusesSessions(thrown: unknown): boolean {
  const codes = ['initialize-failed', 'initialize-refused', 'not-an-mcp-server', 'revision-unsupported'];
  return thrown instanceof ProblemError && thrown.problems.some(({ code }) => codes.includes(code));
}

/** @param revision null: the newest with sessions. */
async function surveyIn(
  setup: DiscoverySetup,
  target: DiscoveryTarget,
  revision: Revision | null,
): Promise<Omit<Surveyed, 'warnings'>> {
  const { tools: named, seed, environment, keeper, interrupt } = setup;
  let selection: Selection = { trials: [], leftOut: [] };
  const isGuess = target.kind === 'http' && target.transport !== undefined;
  const surveyed = await survey({
    target: callTarget(target, environment),
    timeoutNs: isGuess || revision !== null ? GUESS_NS : CONNECT_NS,
    callLimitNs: CALL_LIMIT_NS,
    roundLimitNs: ROUND_LIMIT_NS,
    nowNs: setup.nowNs,
    keeper,
    ...(interrupt === undefined ? {} : { interrupt }),
    ...(revision === null ? {} : { revision }),
    propose: async (tools) => {
      selection = await selectTools(tools, named, seededRandom(seed, 'discover'));
      return selection.trials.map(({ tool, arguments: values, given }) => {
        const json = JSON.stringify(values);
        // What a schema proposes must not name a secret of this machine.
        return { tool: tool.name, argumentsJson: given ? withSecrets(json, environment) : json };
      });
    },
  });
  return { target, selection, surveyed };
}

/** JSON with the secrets that its texts name filled in; every other `${` stands for itself. */
function withSecrets(json: string, environment: Environment): string {
  const inJson = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value && JSON.stringify(value).slice(1, -1)]),
  );
  return revealSecrets(
    json.replace(/\$\{(?!secret\.[A-Za-z_][A-Za-z0-9_]*\})/g, () => '$${'),
    inJson,
  );
}

function callTarget(target: DiscoveryTarget, environment: Environment): CallTarget {
  const filled = (text: string): string => revealSecrets(text, environment);
  if (target.kind === 'http') {
    const headers = Object.entries(target.headers).map(([name, value]) => [name, filled(value)] as const);
    const { transport } = target;
    return {
      kind: 'http',
      url: filled(target.url),
      headers: Object.fromEntries(headers),
      ...(transport === undefined ? {} : { transport }),
    };
  }
  const [program, ...parameters] = target.command;
  return {
    kind: 'stdio',
    command: [filled(program), ...parameters.map(filled)],
    environment: {},
    workingFolder: target.workingFolder,
  };
}
