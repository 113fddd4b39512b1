/** Asks a server what it has, tries what may be tried, and says what can be put under load. */
import { NS_PER_S } from '../clock/index.js';
import { counted } from '../format/index.js';
import type { Survey } from '../mcp/index.js';
import { ProblemError, type Problem } from '../problem/index.js';
import { scenarioFromText } from '../scenario/index.js';
import { callText, type UsableTool } from './document/call.js';
import { judged } from './expectation.js';
import { commandLine } from './next-command.js';
import { leftOutRows, mostHarmless, type LeftOut, type Selection } from './selection.js';
import { surveyedAt, type DiscoverySetup, type Surveyed } from './surveyed.js';
import type { DiscoveryTarget } from './target.js';

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

/** More would make the rate of each too low to say anything of it. */
const MOST_UNDER_LOAD = 8;
const SESSIONS = 4;

/**
 * @throws ProblemError `preflight` with one problem and the next command to type: no MCP server there, no tools, none
 *   that may be called, none that answered; `bad-input` for tools named that it does not have.
 */
export async function discover(setup: DiscoverySetup): Promise<Discovery> {
  const found = await surveyedAt(setup);
  const { target, selection, surveyed, warnings } = found;
  const { usable, leftOut } = sorted(selection, surveyed);
  if (usable.length === 0) throw new ProblemError('preflight', nothingUsable(setup, found, leftOut));
  return {
    ...{ target, isRemote: setup.isRemote, survey: surveyed, seed: setup.seed, usable, leftOut },
    sessions: surveyed.sessionsAtOnce ? SESSIONS : 1,
    warnings: [...warnings, ...surveyed.warnings, ...(surveyed.sessionsAtOnce ? [] : [oneSession(surveyed)])],
  };
}

/** Which of the tried tools can be put under load, by their answers. */
function sorted({ trials, leftOut }: Selection, surveyed: Survey): Pick<Discovery, 'usable' | 'leftOut'> {
  const usable: UsableTool[] = [];
  const out: LeftOut[] = [...leftOut];
  for (const [at, trial] of trials.entries()) {
    const { tool } = trial;
    const answers = surveyed.answers[at] ?? [];
    const judgement = judged(answers, trial.arguments);
    const called = answers.some(({ kind }) => kind !== 'not-made');
    const leave = (reason: string): void => void out.push({ tool: tool.name, reason, called });
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

function nothingUsable(setup: DiscoverySetup, { target, surveyed }: Surveyed, leftOut: readonly LeftOut[]): Problem {
  const { shown, tools, answers } = surveyed;
  if (tools.length === 0)
    return {
      code: 'no-tools',
      what: `${shown} speaks MCP and offers no tools, so there is nothing to put under load`,
      remedy:
        'check with which settings the server offers its tools. Resources and prompts are put under load by a ' +
        'scenario of your own (docs/scenario.md)',
    };
  const reasons = leftOutRows(leftOut).join('\n');
  const called = leftOut.find((each) => each.called);
  const withTools = (names: readonly string[]): string => commandLine({ ...setup.typed, tools: names }, target);
  if (called === undefined) {
    const some = mostHarmless(tools);
    return {
      code: 'no-read-only-tools',
      what: `${shown} has no tool that says that it changes nothing (readOnlyHint), so none was called.\n${reasons}`,
      remedy:
        'name those that change nothing, and may be called a few thousand times' +
        `${some.length === 0 ? '' : ', such as'}: ${withTools(some.length === 0 ? ['NAME'] : some)}`,
    };
  }
  const again = `When that is mended, type: ${withTools(setup.typed.tools)}`;
  const ended = answers.flat().find((answer) => answer.kind === 'session-ended');
  if (ended !== undefined) return sessionEnded(surveyed, ended.reason, again);
  // Arguments are no help where the same call was answered before.
  const isAnswered = answers.some((each) => ['result', 'refused'].includes(each.at(-1)?.kind ?? ''));
  return {
    code: 'no-usable-tools',
    what: `none of the tools of ${shown} that may be called gave an answer to put under load.\n${reasons}`,
    remedy: isAnswered
      ? `give a tool arguments that it takes: ${withTools([`${called.tool}={...}`])}`
      : `read the log of the server: a call had no answer. ${again}`,
  };
}

/** A server that ends the session itself. @param again the command to type when it no longer does. */
function sessionEnded({ shown, answers }: Survey, reason: string, again: string): Problem {
  const results = answers.flat().filter(({ kind }) => kind === 'result').length;
  const after = results === 0 ? 'before the first call' : `after ${counted(results, 'call')}`;
  return {
    code: 'session-ended',
    what: `${shown} ends its session ${after}: the next one gets ${reason}`,
    remedy:
      'let it keep a session until the client ends it with DELETE; replicas have to share their sessions. To put ' +
      'load on it as it is, write a scenario with "protocol: { calls-per-session: 1, session-end: abandon }" ' +
      `(docs/scenario.md). ${again}`,
  };
}

function oneSession({ shown }: Survey): Problem {
  return {
    code: 'one-session-at-once',
    what: `${shown} serves one session at a time; the run has one`,
    remedy: 'let the server make a transport of its own for each session, to see what several clients get',
  };
}
