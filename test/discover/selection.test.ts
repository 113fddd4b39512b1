/** Which tools are called, and what counts as a right answer. */
import { describe, expect, it } from 'vitest';
import { judged, leftOutRows, namedTool, selectTools } from '../../src/discover/index.js';
import { ProblemError } from '../../src/problem/index.js';
import { seededRandom } from '../../src/random/index.js';
import type { SurveyedTool, TrialAnswer } from '../../src/mcp/index.js';

const random = seededRandom(1);
const tool = (name: string, more: Partial<SurveyedTool> = {}): SurveyedTool => ({
  name,
  inputSchema: { type: 'object' },
  annotations: { readOnlyHint: true },
  ...more,
});

describe('tools that are called without being named', () => {
  it('are those that say of themselves that they are read-only and stay on the server', async () => {
    const { trials, leftOut } = await selectTools(
      [
        tool('read'),
        tool('unknown', { annotations: undefined }),
        tool('write', { annotations: { readOnlyHint: false } }),
        tool('remove', { annotations: { readOnlyHint: false, destructiveHint: true } }),
        tool('fetch', { annotations: { readOnlyHint: true, openWorldHint: true } }),
        tool('odd', { annotations: { readOnlyHint: 'true' } }),
      ],
      [],
      random,
    );
    expect(trials.map((trial) => trial.tool.name)).toEqual(['read']);
    expect(Object.fromEntries(leftOut.map(({ tool: name, reason }) => [name, reason]))).toEqual({
      unknown: 'not annotated as read-only, so it may change something',
      write: 'not annotated as read-only, so it may change something',
      remove: 'annotated as destructive',
      fetch: 'annotated as reaching beyond the server (openWorldHint)',
      odd: 'not annotated as read-only, so it may change something',
    });
    expect(leftOut.every(({ called }) => !called)).toBe(true);
  });

  it('are left out with a reason where no arguments can be made, or there are too many', async () => {
    const impossible = { type: 'object', required: ['a'], properties: { a: false } };
    const broken = { type: 'object', properties: { a: { type: 'nonsense' } } };
    const circle = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/a' } },
      $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    };
    const many = Array.from({ length: 30 }, (_, at) => tool(`t${at}`));
    const { trials, leftOut } = await selectTools(
      [
        tool('impossible', { inputSchema: impossible }),
        tool('broken', { inputSchema: broken }),
        tool('circle', { inputSchema: circle }),
        ...many,
      ],
      [],
      random,
    );
    expect(trials).toHaveLength(20);
    expect(leftOut).toHaveLength(13);
    expect(leftOut[0]?.reason).toMatch(/^no arguments could be made from its inputSchema: /);
    expect(leftOut[1]?.reason).toMatch(/^its inputSchema can't be used: /);
    expect(leftOut[2]?.reason).toBe("its inputSchema can't be used: it refers to itself");
    expect(leftOut.at(-1)?.reason).toBe('20 others are tried already');
  });
});

describe('tools of one name', () => {
  it('are not called where they differ, since a call may reach the one that changes something', async () => {
    const { trials, leftOut } = await selectTools(
      [tool('page'), tool('page', { annotations: undefined }), tool('search')],
      [],
      random,
    );
    expect(trials.map((trial) => trial.tool.name)).toEqual(['search']);
    expect(leftOut.map(({ tool: name, reason }) => `${name}: ${reason}`)).toEqual([
      'page: listed more than once, each time differently: which one a call reaches is not known',
      'page: listed more than once, each time differently: which one a call reaches is not known',
    ]);
  });

  it('are called once where the list has one tool twice, as one whose page comes again', async () => {
    const { trials, leftOut } = await selectTools([tool('page'), tool('page')], [], random);
    expect(trials.map((trial) => trial.tool.name)).toEqual(['page']);
    expect(leftOut).toEqual([{ tool: 'page', reason: 'listed again', called: false }]);
  });
});

describe('what is said of tools that were left out', () => {
  it('is one row for many with one reason, and shows the beginning of an endless name', () => {
    const left = (name: string, reason: string) => ({ tool: name, reason, called: false });
    const many = Array.from({ length: 480 }, (_, at) => left(`t${at}`, '20 others are tried already'));
    expect(leftOutRows([left('purge', 'annotated as destructive'), ...many, left('n'.repeat(10_000), 'odd')])).toEqual([
      'purge: annotated as destructive',
      't0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 470 more: 20 others are tried already',
      `${'n'.repeat(80)}... (10000 characters): odd`,
    ]);
  });
});

describe('tools that a user names', () => {
  it('are called whatever they say of themselves, with the arguments given, and no others are', async () => {
    const schema = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };
    const { trials, leftOut } = await selectTools(
      [tool('read'), tool('remove', { inputSchema: schema, annotations: { destructiveHint: true } })],
      [namedTool('remove={"id": 7}')],
      random,
    );
    expect(trials.map(({ tool: { name }, arguments: values, given }) => ({ name, values, given }))).toEqual([
      { name: 'remove', values: { id: 7 }, given: true },
    ]);
    expect(leftOut).toEqual([{ tool: 'read', reason: 'not named with --tool', called: false }]);
  });

  it('have to exist, and their arguments to be an object that fits', async () => {
    expect(() => namedTool('read=7')).toThrow(/no JSON object/);
    await expect(selectTools([tool('search')], [namedTool('serach')], random)).rejects.toThrow(
      'the server has no tool "serach"; did you mean "search"?',
    );
    const schema = { type: 'object', properties: { id: { type: 'integer' } } };
    const { leftOut } = await selectTools(
      [tool('get', { inputSchema: schema })],
      [namedTool('get={"id":"x"}')],
      random,
    );
    expect(leftOut[0]?.reason).toMatch(/^the arguments given do not fit its inputSchema: id must be integer/);
  });

  it('are looked up all at once', async () => {
    const looking = selectTools([], [namedTool('a'), namedTool('b')], random);
    await expect(looking).rejects.toSatisfy((thrown) => thrown instanceof ProblemError && thrown.problems.length === 2);
  });
});

describe('two answers to the same call', () => {
  const answer = (result: Readonly<Record<string, unknown>>): TrialAnswer => ({ kind: 'result', result, tookNs: 1e6 });
  const text = (words: string): TrialAnswer => answer({ content: [{ type: 'text', text: words }] });
  const expected = (
    first: TrialAnswer,
    second: TrialAnswer,
    given: Readonly<Record<string, unknown>> = {},
  ): unknown => {
    const judgement = judged([first, second], given);
    return judgement.kind === 'usable' ? judgement.expect : judgement.reason;
  };

  it('that are equal become the expectation, with arguments in their places', () => {
    expect(expected(text('Echo: hull'), text('Echo: hull'), { message: 'hull' })).toEqual({
      text: 'Echo: ${arguments.message}',
    });
    expect(expected(text('costs $12 ${now}'), text('costs $12 ${now}'))).toEqual({ text: 'costs $12 $${now}' });
    expect(expected(text('one\ntwo three'.padEnd(400, '.')), text('one\ntwo three'.padEnd(400, '.')))).toEqual(
      'success',
    );
    expect(
      expected(text('{ "status": "ok",\n' + 'x'.repeat(400)), text('{ "status": "ok",\n' + 'x'.repeat(400))),
    ).toEqual({
      contains: '{ "status": "ok",',
    });
  });

  it('with the same structured content expect that', () => {
    const both = answer({ content: [{ type: 'text', text: '{}' }], structuredContent: { temperature: 33 } });
    expect(expected(both, both)).toEqual({ structured: { temperature: 33 } });
  });

  it('that differ, say little, or may hold a key, expect success alone', () => {
    expect(expected(text('at 10:00:01'), text('at 10:00:02'))).toBe('success');
    expect(expected(text('ok'), text('ok'))).toBe('success');
    expect(expected(text('key sk-0123456789abcdefghij'), text('key sk-0123456789abcdefghij'))).toBe('success');
    const image = answer({ content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] });
    expect(expected(image, image)).toBe('success');
  });

  it('take the tool out of the load when it fails, refuses or is slow', () => {
    const failed = answer({ isError: true, content: [{ type: 'text', text: 'no such file' }] });
    expect(expected(failed, failed)).toBe('answers with isError: no such file');
    expect(expected(text('Echo'), failed)).toBe('answers with isError: no such file');
    const refused: TrialAnswer = { kind: 'refused', reason: 'path is required', isAboutArguments: true };
    expect(expected(refused, refused)).toBe('refuses the arguments: path is required');
    expect(expected({ kind: 'unanswered', withinNs: 3e9 }, refused)).toBe(
      'no answer within 3 s, so no load was put on it',
    );
    expect(expected(answer({ task: {} }), answer({ task: {} }))).toBe(
      'its answer is no result of a tool (MCP, CallToolResult)',
    );
  });
});
