/** Calls that run no tool, in a scenario: what they are held to before anything is sent. */
import { describe, expect, it } from 'vitest';
import { changed, problemsOf, read } from './helpers.js';

const TOOL =
  '{ tool: search, weight: 80, arguments: { query: { pick: [hull, draught] } }, expect: derived, deadline: 250ms }';

const problems = (call: string) =>
  problemsOf(() => read(changed(TOOL, call))).map(({ code, what }) => `${code}: ${what}`);

describe('a call that runs no tool', () => {
  it('is read with its defaults', () => {
    const { calls } = read(
      changed(TOOL, '{ operation: resources/read, uri: "mock://berths/4", expect: derived }'),
    ).scenario;
    expect(calls[0]).toMatchObject({
      operation: 'resources/read',
      label: 'mock://berths/4',
      uri: { kind: 'constant', value: 'mock://berths/4' },
      deadlineNs: 30e9,
    });
  });

  it.each([
    [
      '{ operation: resources/read, uri: "mock://berths/4/5" }',
      'unknown-resource: calls.0.uri: the mock has no resource',
    ],
    ['{ operation: prompts/get, prompt: brifing }', 'unknown-prompt: calls.0.prompt: the mock has no prompt "brifing"'],
    [
      '{ operation: prompts/get, prompt: briefing }',
      'missing-argument: calls.0: the prompt "briefing" needs the argument',
    ],
    [
      '{ operation: prompts/get, prompt: briefing, arguments: { topic: 7 } }',
      'wrong-type: calls.0.arguments.topic: the arguments of a prompt are texts',
    ],
    [
      '{ operation: completion/complete, of: { prompt: nothing }, argument: topic, value: x }',
      'unknown-prompt: calls.0.of.prompt: the mock has no prompt "nothing"',
    ],
    ['{ operation: ping, expect: { text: pong } }', 'no-answer: calls.0.expect: the result of ping is empty'],
    ['{ operation: ping, effect: exactly-once }', 'no-effect: calls.0.effect: ping has no side effect'],
    ['{ operation: prompts/list, expect: derived }', 'no-derived-answer: calls.0.expect: no server derives'],
    ['{ operation: resources/lst }', 'unknown-value: calls.0.operation: unknown operation "resources/lst"'],
  ])('is refused: %s', (call, problem) => {
    expect(
      problems(call).some((each) => each.startsWith(problem)),
      problems(call).join('; '),
    ).toBe(true);
  });

  it('is held to what the mock of the scenario offers', () => {
    const mock = changed(
      'mock: tools, workers: 4,',
      'mock: tools, workers: 4, resources: { "a://{x}": {} }, prompts: { p: { arguments: [q] } },',
      changed(
        TOOL,
        '{ operation: resources/read, uri: { pick: ["a://1", "a://2"] } }\n' +
          '  - { operation: prompts/get, prompt: p, arguments: { q: x } }',
      ),
    );
    expect(read(mock).scenario.calls.map(({ label }) => label)).toEqual(['resources/read', 'p', 'book']);
  });
});
