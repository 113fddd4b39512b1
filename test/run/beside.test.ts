/** What a run does beside the start and the end of its processes, and what it must not. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assumedMachine } from '../../src/calibration/index.js';
import { FILES } from '../../src/record/index.js';
import { scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { conducted } from './conducted.js';

/** A run at a rate, and the order in which it does some things. */
async function orderOf(ratePerSecond: number): Promise<readonly string[]> {
  const machine = assumedMachine(20_000);
  const folder = scratchFolder();
  const order: string[] = [];
  const file = scenarioFile(
    'version: 1\nname: beside\nstack: { services: { backend: { mock: tools } }, target: backend }\n' +
      'calls: [{ tool: search, arguments: { query: hull } }]\ngenerator: { pacing: sleep }\n' +
      `phases: [{ name: steady, regime: steady, rate: ${ratePerSecond}/s, for: 100ms, warmup: 0s }]\n`,
    folder,
  );
  const { record } = await conducted(file, {
    parentFolder: join(folder, 'runs'),
    machine: {
      ...machine,
      begin: async () => void order.push('first probe'),
      selfCapacity: async (request) => {
        order.push('self-capacity');
        return machine.selfCapacity(request);
      },
      end: async () => {
        const [dir = ''] = readdirSync(join(folder, 'runs'));
        order.push(`samples ${existsSync(join(folder, 'runs', dir, FILES.samples)) ? 'written' : 'to be written'}`);
        order.push('second probe');
        return machine.end();
      },
    },
    listener: {
      step: (text) => void order.push(text),
      phase: () => undefined,
      note: () => undefined,
      live: () => undefined,
      stackStarting: () => undefined,
      loadEnded: () => undefined,
    },
  });
  const ended = record.events.findLast((event) => event.type === 'service' && event.edge === 'exited');
  expect(ended).toMatchObject({ unexpected: false });
  return order;
}

it('reads what is kept of the machine while the stack starts, and writes the samples while it ends', async () => {
  expect(await orderOf(50)).toEqual([
    'first probe',
    'starting the stack',
    'self-capacity',
    'checking the target with the official SDK',
    'opening sessions',
    'writing the record',
    'samples written',
    'second probe',
  ]);
});

it('starts nothing before a machine that may have to be tried is', async () => {
  expect((await orderOf(1_000)).slice(0, 3)).toEqual(['first probe', 'self-capacity', 'starting the stack']);
});
