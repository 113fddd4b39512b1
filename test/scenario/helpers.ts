import { ProblemError, type Problem } from '../../src/problem/index.js';
import { scenarioFromText, type ReadOptions, type ReadScenario, type Scenario } from '../../src/scenario/index.js';

/** A small scenario that is right; tests change one thing in it. Line numbers matter to them. */
export const GOOD = `version: 1
name: good
load-line: 400/s
stack:
  services:
    backend: { mock: tools, workers: 4, service-time: { constant: 8ms } }
  links:
    upstream: { to: backend }
  target: upstream
protocol: { sessions: 16 }
calls:
  - { tool: search, weight: 80, arguments: { query: { pick: [hull, draught] } }, expect: derived, deadline: 250ms }
  - { tool: book, weight: 20, arguments: { berth: { unique: uuid } }, effect: exactly-once, retry: { attempts: 2, \
backoff: 50ms } }
phases:
  - { name: steady, regime: steady, concurrency: 16, for: 8s }
  - { name: fault, regime: steady, rate: 0.5x, for: 20s }
faults:
  - { phase: fault, at: 5s, for: 5s, on: upstream, type: latency, latency: 300ms }
gates:
  - { metric: response-time, stat: p99, phase: steady, max: 100ms }
`;

/** The good scenario with one stretch of text replaced; fails loudly when the stretch is not there. */
export function changed(from: string, to: string, base = GOOD): string {
  if (!base.includes(from)) throw new Error(`the base text has no ${JSON.stringify(from)}`);
  return base.replace(from, () => to);
}

/** Reads a text, by default with an empty environment. */
export function read(text: string, options: ReadOptions = {}): ReadScenario {
  return scenarioFromText(text, 'good.yaml', { environment: {}, ...options });
}

/** The problems of a call, or a failure when there are none. Anything but a ProblemError is passed on. */
export function problemsOf(action: () => unknown): readonly Problem[] {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  throw new Error('expected problems, and there were none');
}

/** A problem as one line: `file:line:column what`. */
export function line(problem: Problem): string {
  const { where } = problem;
  return where === undefined ? problem.what : `${where.file}:${where.line}:${where.column} ${problem.what}`;
}

/** What the caret under the excerpt would underline. */
export function underlined(problem: Problem): string {
  const { text = '', column = 1, length = 1 } = problem.where ?? {};
  return text.slice(column - 1, column - 1 + length);
}

/** The arguments of a scenario's first call, which runs a tool. */
export function argumentsOf({ calls: [call] }: Scenario) {
  return call?.operation === 'tools/call' ? call.arguments : undefined;
}
