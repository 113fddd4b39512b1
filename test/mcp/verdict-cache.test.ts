import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Oracle } from '../../src/mcp/oracle/answer.js';
import { TemplateBytes } from '../../src/mcp/fast-path/template-bytes.js';
import { VerdictCache } from '../../src/mcp/oracle/verdict-cache.js';
import { emptyHead } from '../../src/mcp/fast-path/index.js';
import type { CallSpec } from '../../src/scenario/index.js';
import { callSpec, emptySlot, textResult } from './support.js';

interface Came {
  readonly rpcId: number;
  readonly spec: number;
  readonly expectedText: string;
  readonly body: Buffer;
}

const SPECS: readonly CallSpec[] = [
  callSpec(),
  callSpec({ expect: { kind: 'text', equals: 'x' } }),
  callSpec({ expect: { kind: 'contains', part: 'x' } }),
];

function slotFor({ rpcId, spec, expectedText }: Came) {
  return Object.assign(emptySlot(), { rpcId, spec, expectedText });
}

/** Judges as the channel does, with a memory, and returns which answers were recognised. */
function rememberingJudge(specs: readonly CallSpec[] = SPECS) {
  const oracle = new Oracle(specs, '0');
  const cache = new VerdictCache(oracle, specs.length);
  return (came: Came): boolean => {
    const slot = slotFor(came);
    // In the middle of a larger buffer, as an answer lies in the read buffer.
    const bytes = Buffer.concat([Buffer.from('HTTP!'), came.body, Buffer.from('}}')]);
    const end = 5 + came.body.length;
    const recognised = cache.recognises(slot, bytes, 5, end);
    if (!recognised) cache.consider(slot, bytes, 5, end);
    return recognised;
  };
}

function judgedByOracle(came: Came) {
  const slot = slotFor(came);
  new Oracle(SPECS, '0').judgeHttp(slot, { ...emptyHead(), status: 200 }, came.body.toString('utf8'));
  return slot;
}

const came = (rpcId: number, body: string, spec = 0, expectedText = ''): Came => ({
  rpcId,
  spec,
  expectedText,
  body: Buffer.from(body),
});

describe('an answer that comes again', () => {
  it('is recognised under every later id, of any number of digits', () => {
    const judge = rememberingJudge();
    expect(judge(came(7, textResult(7, 'x')))).toBe(false);
    for (const id of [8, 9, 10, 99, 100, 123_456_789, 2_147_483_647])
      expect(judge(came(id, textResult(id, 'x')))).toBe(true);
  });

  it('is not recognised when its id is not that of the call', () => {
    const judge = rememberingJudge();
    judge(came(7, textResult(7, 'x')));
    for (const [id, of] of [
      [8, 9],
      [10, 1],
      [1, 10],
      [8, 80],
      [12, 13],
    ] as const)
      expect(judge(came(of, textResult(id, 'x')))).toBe(false);
    expect(judge(came(5, textResult(5, 'x').replace('"id":5', '"id":05')))).toBe(false);
  });

  it('is not recognised for another expected text, nor for another call', () => {
    const judge = rememberingJudge();
    judge(came(7, textResult(7, 'x'), 1, 'x'));
    expect(judge(came(8, textResult(8, 'x'), 1, 'x'))).toBe(true);
    expect(judge(came(9, textResult(9, 'x'), 1, 'y'))).toBe(false);
    expect(judge(came(10, textResult(10, 'x'), 2, 'x'))).toBe(false);
  });

  it('is cached anew when the server changes its answer', () => {
    const judge = rememberingJudge();
    judge(came(1, textResult(1, 'monday')));
    const seen = Array.from({ length: 40 }, (_, i) => judge(came(i + 2, textResult(i + 2, 'tuesday'))));
    expect(seen[0]).toBe(false);
    expect(seen.slice(3).every((recognised) => recognised)).toBe(true);
  });

  it('has its id where the parser finds it, not where it is also written', () => {
    const judge = rememberingJudge();
    const body = (id: number) => `{"jsonrpc":"2.0","result":{"ref":{"id":7},"content":[]},"id":${id}}`;
    expect(judge(came(7, body(7)))).toBe(false);
    expect(judge(came(8, body(8)))).toBe(true);
    expect(judge(came(9, body(9).replace('"id":7', '"id":9')))).toBe(false);
  });

  it.each([
    [
      'a mock stamps it with times',
      '{"jsonrpc":"2.0","id":7,"result":{"content":[],"_meta":{"plimsoll/stamps":' +
        '{"received":"1","started":"2","finished":"3"}}}}',
    ],
    ['it is a request as well', '{"jsonrpc":"2.0","id":7,"method":"ping","result":{"content":[]}}'],
    ['it is an error', '{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"no"}}'],
    ['it is a tool error', '{"jsonrpc":"2.0","id":7,"result":{"isError":true,"content":[]}}'],
    ['its id is a string', '{"jsonrpc":"2.0","id":"7","result":{"content":[]}}'],
    ['it is cut short', '{"jsonrpc":"2.0","id":7,"result":{"content":['],
  ])('is never recognised when %s', (_name, body) => {
    const judge = rememberingJudge();
    for (let id = 7; id < 12; id++) expect(judge(came(id, body.replace('7', String(id))))).toBe(false);
  });
});

it('whatever is recognised, the oracle finds right, with nothing else to read', () => {
  const content = fc.constantFrom(
    '[]',
    '[{"type":"text","text":"x"}]',
    '[{"type":"text","text":"x \\"id\\":7,"}]',
    '[{"type":"text","text":"nö 🦋 x"}]',
    '[{"id":7,"type":"text","text":"x"}]',
  );
  const shape = fc.record({
    content,
    extra: fc.constantFrom(
      '',
      ',"id":7',
      ',"isError":false',
      ',"isError":true',
      ',"_meta":{"id":7}',
      ',"_meta":{"plimsoll/stamps":{"received":"1"}}',
    ),
    idAt: fc.constantFrom('first', 'first', 'last', 'twice', 'none'),
    space: fc.constantFrom('', ' ', '\n'),
  });
  const step = fc.record({
    // Mostly the same answer to the same call: else nothing would be cached.
    shape: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1, 2),
    spec: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
    answeredId: fc.oneof(
      { weight: 12, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -3, max: 90 }) },
    ),
    flip: fc.oneof(
      { weight: 9, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.tuple(fc.nat(200), fc.integer({ min: 32, max: 126 })) },
    ),
    // Ids that grow, and now and then jump to where they have more digits, or to one that stands in the answers.
    skip: fc.constantFrom(1, 1, 1, 90, 900, -1),
  });
  let recognised = 0;
  fc.assert(
    fc.property(
      fc.array(shape, { minLength: 3, maxLength: 3 }),
      fc.array(step, { minLength: 20, maxLength: 60 }),
      (shapes, steps) => {
        const judge = rememberingJudge();
        let next = 1;
        for (const { shape: nth, spec, answeredId, flip, skip } of steps) {
          const rpcId = skip === -1 ? 7 : (next += skip);
          const {
            content: parts,
            extra,
            idAt,
            space,
          } = shapes[nth] ?? { content: '[]', extra: '', idAt: 'first', space: '' };
          const id = `"id":${space}${rpcId + answeredId}`;
          const result = `"result":{"content":${parts}${extra}}`;
          const text =
            idAt === 'first'
              ? `{"jsonrpc":"2.0",${id},${result}}${space}`
              : idAt === 'last'
                ? `{${result},"jsonrpc":"2.0",${id}${space}}`
                : idAt === 'twice'
                  ? `{"id":7,"jsonrpc":"2.0",${result},${id}}`
                  : `{"jsonrpc":"2.0",${result}}`;
          const body = Buffer.from(text);
          if (flip !== null) body[flip[0] % body.length] = flip[1];
          const one: Came = { rpcId, spec, expectedText: spec === 0 ? '' : 'x', body };
          if (!judge(one)) continue;
          recognised++;
          const slot = judgedByOracle(one);
          expect(slot.outcome).toBe(judgedByOracle(came(1, textResult(1, 'x'))).outcome);
          expect([slot.rpcCode, slot.receivedNs, slot.startedNs, slot.finishedNs]).toEqual([0, NaN, NaN, NaN]);
        }
      },
    ),
    { numRuns: 600 },
  );
  expect(recognised).toBeGreaterThan(1_000);
});

it('template bytes match where the same bytes are, and nowhere else', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 5 }),
      fc.uint8Array({ maxLength: 5 }),
      fc.option(fc.nat(50)),
      (known, before, after, flip) => {
        const bytes = Buffer.concat([before, known, after]);
        const one = new TemplateBytes(Buffer.concat([before, known]), before.length, before.length + known.length);
        if (flip !== null && bytes.length > 0)
          bytes.writeUInt8((bytes.readUInt8(flip % bytes.length) + 1) % 256, flip % bytes.length);
        expect(one.standAt(bytes, before.length, bytes.length)).toBe(
          bytes.subarray(before.length, before.length + known.length).equals(known),
        );
        if (known.length > 0) expect(one.standAt(bytes, before.length, before.length + known.length - 1)).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});
