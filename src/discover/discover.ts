/** Asks a server what it has, tries what may be tried, and says what can be put under load. */
import { NS_PER_S } from '../clock/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import type { ProcessKeeper } from '../processes/index.js';
import { seededRandom } from '../random/index.js';
import { revealSecrets, scenarioFromText, type CallTarget, type Environment } from '../scenario/index.js';
import { survey, type Survey } from '../mcp/index.js';
import { callText, type UsableTool } from './document/call.js';
import { judged } from './expectation.js';
import { selectTools, type LeftOut, type NamedTool, type Selection } from './selection.js';
import { atUsualPath, targetWords, type DiscoveryTarget } from './target.js';

export interface DiscoverySetup {
  readonly target: DiscoveryTarget;
  /** Whether it is on another machine, and load may leave this one. */
  readonly isRemote: boolean;
  /** Tools that may be called whatever they say of themselves, and no others; empty: those that are read-only. */
  readonly tools: readonly NamedTool[];
  readonly seed: number;
  /** Where secrets are read from. */
  readonly environment: Environment;
  readonly keeper?: ProcessKeeper | undefined;
  readonly interrupt?: AbortSignal;
}

export interface Discovery {
  /** Where the server was found. */
  readonly target: DiscoveryTarget;
  readonly isRemote: boolean;
  readonly survey: Survey;
  readonly seed: number;
  /** At least one. */
  readonly usable: readonly UsableTool[];
  readonly leftOut: readonly LeftOut[];
  /** Sessions that a run opens. */
  readonly sessions: number;
  readonly warnings: readonly Problem[];
}

const CONNECT_NS = 20 * NS_PER_S;
/** An answer that takes longer leaves no room for a search in half a minute. */
const CALL_LIMIT_NS = 3 * NS_PER_S;
/** More would make the rate of each too low to say anything of it. */
const MOST_UNDER_LOAD = 8;
const SESSIONS = 4;

/**
 * @throws ProblemError `preflight` with one problem and the next command to type: no MCP server there, no tools, none
 *   that may be called, none that answered; `bad-input` for tools named that it does not have.
 */
export async function discover(setup: DiscoverySetup): Promise<Discovery> {
  const { target, selection, surveyed, warnings } = await surveyedAt(setup);
  const { usable, leftOut } = sorted(selection, surveyed);
  if (usable.length === 0) throw new ProblemError('preflight', nothingUsable(target, surveyed, leftOut));
  return {
    ...{ target, isRemote: setup.isRemote, survey: surveyed, seed: setup.seed, usable, leftOut },
    sessions: surveyed.sessionsAtOnce ? SESSIONS : 1,
    warnings: [...warnings, ...surveyed.warnings, ...(surveyed.sessionsAtOnce ? [] : [oneSession(surveyed)])],
  };
}

interface Surveyed {
  readonly target: DiscoveryTarget;
  readonly selection: Selection;
  readonly surveyed: Survey;
  readonly warnings: readonly Problem[];
}

/** An address that is no endpoint is often the address of a server whose endpoint is /mcp. */
async function surveyedAt(setup: DiscoverySetup): Promise<Surveyed> {
  try {
    return { ...(await surveyOf(setup, setup.target)), warnings: [] };
  } catch (thrown) {
    const usual = atUsualPath(setup.target);
    if (usual === null || !isNoEndpoint(thrown)) throw thrown;
    const found = await surveyOf(setup, usual).catch((again: unknown) => {
      throw isNoEndpoint(again) ? withSecondTry(thrown) : again;
    });
    const { shown } = found.surveyed;
    const warning = {
      code: 'usual-path',
      what: `The address given is no MCP endpoint; ${shown} is, and was taken.`,
      remedy: `Give that address: ${targetWords(usual)}`,
    };
    return { ...found, warnings: [warning] };
  }
}

function isNoEndpoint(thrown: unknown): thrown is ProblemError {
  return (
    thrown instanceof ProblemError &&
    thrown.problems.some(({ code }) => code === 'not-an-mcp-server' || code === 'initialize-failed')
  );
}

function withSecondTry(thrown: ProblemError): ProblemError {
  return new ProblemError(
    thrown.kind,
    thrown.problems.map((problem) => ({ ...problem, what: `${problem.what} /mcp was tried too, and is none.` })),
  );
}

async function surveyOf(setup: DiscoverySetup, target: DiscoveryTarget): Promise<Omit<Surveyed, 'warnings'>> {
  const { tools: named, seed, environment, keeper, interrupt } = setup;
  let selection: Selection = { trials: [], leftOut: [] };
  const surveyed = await survey({
    target: callTarget(target, environment),
    timeoutNs: CONNECT_NS,
    callLimitNs: CALL_LIMIT_NS,
    keeper,
    ...(interrupt === undefined ? {} : { interrupt }),
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
    return { kind: 'http', url: filled(target.url), headers: Object.fromEntries(headers) };
  }
  const [program, ...parameters] = target.command;
  return {
    kind: 'stdio',
    command: [filled(program), ...parameters.map(filled)],
    environment: {},
    workingFolder: target.workingFolder,
  };
}

/** Which of the tried tools can be put under load, by their answers. */
function sorted({ trials, leftOut }: Selection, surveyed: Survey): Pick<Discovery, 'usable' | 'leftOut'> {
  const usable: UsableTool[] = [];
  const out: LeftOut[] = [...leftOut];
  for (const [at, trial] of trials.entries()) {
    const { tool } = trial;
    const judgement = judged(surveyed.answers[at] ?? [], trial.arguments);
    const leave = (reason: string): void => void out.push({ tool: tool.name, reason, called: true });
    if (judgement.kind === 'refused') leave(judgement.reason);
    else if (usable.length >= MOST_UNDER_LOAD) leave(`${MOST_UNDER_LOAD} other tools are under load already`);
    else {
      const made: UsableTool = { ...trial, ...judgement };
      const unwritable = whyUnwritable(made);
      if (unwritable === null) usable.push(made);
      else leave(`a scenario can't name it: ${unwritable}`);
    }
  }
  return { usable, leftOut: out };
}

/** A name or an argument may be what the scenario language has no words for. */
function whyUnwritable(usable: UsableTool): string | null {
  const text = `version: 1
name: check
stack: { target: { url: "http://127.0.0.1:1/mcp" } }
calls:
${callText(usable, NS_PER_S, 1)}
phases: [{ name: floor, regime: floor, for: 1s }]
`;
  try {
    scenarioFromText(text, 'check.yaml', { environment: {}, secretsMayBeMissing: true });
    return null;
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.problems[0]?.what ?? '';
    throw thrown;
  }
}

function nothingUsable(target: DiscoveryTarget, { shown, tools }: Survey, leftOut: readonly LeftOut[]): Problem {
  if (tools.length === 0)
    return {
      code: 'no-tools',
      what: `${shown} speaks MCP and offers no tools, so there is nothing to put under load.`,
      remedy: 'Check with which settings the server offers its tools.',
    };
  const reasons = leftOut.map(({ tool, reason }) => `${tool}: ${reason}`).join('\n');
  const called = leftOut.some((each) => each.called);
  const next = leftOut[0]?.tool ?? 'NAME';
  const typed =
    target.kind === 'stdio' ? `--tool ${next} ${targetWords(target)}` : `${targetWords(target)} --tool ${next}`;
  return {
    code: called ? 'no-usable-tools' : 'no-read-only-tools',
    what: called
      ? `None of the tools of ${shown} that may be called gave an answer to put under load.\n${reasons}`
      : `${shown} has no tool that says that it changes nothing (readOnlyHint), so none was called.\n${reasons}`,
    remedy: called
      ? `Give a tool arguments that it takes: plimsoll ${typed.replace(next, `'${next}={...}'`)}`
      : `Name one that may be called a few thousand times: plimsoll ${typed}`,
  };
}

function oneSession({ shown }: Survey): Problem {
  return {
    code: 'one-session-at-once',
    what: `${shown} serves one session at a time; the run has one.`,
    remedy: 'Let the server make a transport of its own for each session, to see what several clients get.',
  };
}
