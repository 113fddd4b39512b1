/** Answers as large as a scenario wants them, beside the answer that is checked. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startToolsMock } from '../../mock-servers/index.js';
import { toolOf } from '../../src/catalog/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { derivedAnswer, type AnswerSize, type MockTool } from '../../src/protocol/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { rpcOf, Session } from './client.js';

async function answersOf(answerSize: AnswerSize, count: number): Promise<readonly (readonly string[])[]> {
  const mock = await startToolsMock({ answerSize, seed: 3 });
  try {
    const session = await Session.open(mock);
    const answers: (readonly string[])[] = [];
    for (let n = 0; n < count; n++) {
      const { result } = rpcOf(await session.call('search', { query: String(n) }));
      answers.push((result?.content ?? []).map(({ text }) => text));
    }
    return answers;
  } finally {
    await mock.stop();
  }
}

const sizes = async (answerSize: AnswerSize, count: number): Promise<readonly number[]> =>
  (await answersOf(answerSize, count)).map(([, padding = '']) => padding.length);

describe('the size of an answer', () => {
  it('is a second text of exactly so many bytes, and the first is the answer', async () => {
    const [first] = await answersOf({ kind: 'constant', bytes: 100_000 }, 1);
    expect(first?.[0]).toBe(derivedAnswer('search', '{"query":"0"}'));
    expect(first?.[1]).toHaveLength(100_000);
  });

  it('may be 5 MiB', async () => {
    expect(await sizes({ kind: 'constant', bytes: 5 * 1024 * 1024 }, 1)).toEqual([5 * 1024 * 1024]);
  });

  it('is one of several, drawn from the seed', async () => {
    const drawn = await sizes({ kind: 'pick', bytes: [10, 1_000] }, 40);
    expect(new Set(drawn)).toEqual(new Set([10, 1_000]));
    expect(await sizes({ kind: 'pick', bytes: [10, 1_000] }, 40)).toEqual(drawn);
  });

  it('is log-normal with its median, and never above its bound', async () => {
    const drawn = await sizes({ kind: 'lognormal', medianBytes: 1_000, p99Bytes: 50_000, mostBytes: 60_000 }, 200);
    const inOrder = [...drawn].sort((a, b) => a - b);
    expect(inOrder[100]).toBeGreaterThan(600);
    expect(inOrder[100]).toBeLessThan(1_600);
    expect(inOrder.at(-1)).toBeLessThanOrEqual(60_000);
  });

  it("is a tool's own, where it has one, and drawn for each call whatever its tool", async () => {
    const tool = (name: string, answerSize?: AnswerSize): MockTool => ({
      ...{ name, description: '', inputSchema: { type: 'object' }, effect: false, alwaysFails: false },
      ...(answerSize === undefined ? {} : { answerSize }),
    });
    const drawn: AnswerSize = { kind: 'pick', bytes: [10, 1_000] };
    const mock = await startToolsMock({
      ...{ seed: 3, answerSize: drawn },
      tools: [tool('common'), tool('large', { kind: 'constant', bytes: 50_000 })],
    });
    try {
      const session = await Session.open(mock);
      const lengths: (number | undefined)[] = [];
      for (const name of Array.from({ length: 10 }).flatMap(() => ['common', 'large']))
        lengths.push(rpcOf(await session.call(name, {})).result?.content?.[1]?.text.length);
      const every = await sizes(drawn, 20);
      expect(lengths).toEqual(every.map((size, n) => (n % 2 === 0 ? size : 50_000)));
    } finally {
      await mock.stop();
    }
  });

  it('is refused where it makes no sense', async () => {
    await expect(startToolsMock({ answerSize: { kind: 'constant', bytes: 6 * 1024 * 1024 } })).rejects.toThrow(
      'answerSize',
    );
    await expect(startToolsMock({ answerSize: { kind: 'pick', bytes: [] } })).rejects.toThrow('answerSize');
  });

  it('is what the scenario on sizes of answers wants whole, by the digest of each', async () => {
    const file = join(PACKAGE_ROOT, 'scenarios/gateways-sizes.yaml');
    const { calls, stack } = scenarioFromText(readFileSync(file, 'utf8'), file, { arm: 'direct' }).scenario;
    const [alpha] = stack.services;
    if (alpha?.kind !== 'mock') throw new Error('the first service is the mock');
    const mock = await startToolsMock({ ...alpha.options, serviceTime: { kind: 'constant', ns: 0 } });
    try {
      const session = await Session.open(mock);
      const digests: string[] = [];
      for (const call of calls) {
        const answer = rpcOf(await session.call(toolOf(call) ?? '', { query: 'hull' }));
        const text = answer.result?.content?.[1]?.text ?? '';
        digests.push(`${text.length} ${createHash('sha256').update(text).digest('hex')}`);
      }
      const wanted = calls.map(({ expect: whole }) => (whole.kind === 'digest' ? whole.sha256 : whole.kind));
      expect(digests).toEqual([1_024, 102_400, 1_048_576].map((size, at) => `${size} ${wanted[at] ?? ''}`));
    } finally {
      await mock.stop();
    }
  });
});
