import { describe, expect, it } from 'vitest';
import { callSpec, drive, http, httpTarget, rawServer, textResult } from './support.js';

const error = (id: number | undefined, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message } });

async function examplesOf(answers: readonly ((id: number | undefined) => string)[]) {
  let next = 0;
  const server = await rawServer((_request, { id }) => [answers[next++]?.(id) ?? '']);
  const driver = await drive(httpTarget(server.url), [callSpec({ expect: { kind: 'text', equals: 'hull' } })]);
  for (let call = 0; call < answers.length; call++) await driver.call();
  return driver.events.flatMap((event) =>
    event.type === 'failure-example' ? [[event.phase, event.errorClass, event.text]] : [],
  );
}

describe('of the failures of a run', () => {
  it('the words of each class are kept: of an error, of a result, or the body as it is', async () => {
    expect(
      await examplesOf([
        (id) => http(200, textResult(id, 'hull')),
        (id) => http(200, error(id, 'the index is being rebuilt')),
        (id) => http(200, error(id, 'and is still being rebuilt')),
        (id) => http(200, textResult(id, 'draught')),
        () => http(503, '<h1>too many  requests</h1>'),
      ]),
    ).toEqual([
      [0, 'rpc-error', 'the index is being rebuilt'],
      [0, 'rpc-error', 'and is still being rebuilt'],
      [0, 'wrong-value', 'draught'],
      [0, 'http-503', '<h1>too many requests</h1>'],
    ]);
  });

  it('three different texts of a class are kept; an id or a number makes no other text', async () => {
    const said = [
      'SQLITE_BUSY: database is locked (attempt 1)',
      'SQLITE_BUSY: database is locked (attempt 22)',
      'QueuePool limit of size 5 overflow 10 reached',
      'request 7f3a91c0-11aa was dropped',
      'request 0b55e1d2-93fe was dropped',
      'a fourth one',
    ];
    expect(await examplesOf(said.map((text) => (id) => http(200, error(id, text))))).toEqual(
      [said[0], said[2], said[3]].map((text) => [0, 'rpc-error', text]),
    );
  });

  it('at most 200 characters are kept, and nothing where the answer had no words', async () => {
    const [[, , text] = []] = await examplesOf([(id) => http(200, error(id, 'x'.repeat(1_000)))]);
    expect(String(text)).toHaveLength(200);
    expect(await examplesOf([() => http(500, ''), () => http(500, 'later')])).toEqual([[0, 'http-5xx', 'later']]);
  });
});
