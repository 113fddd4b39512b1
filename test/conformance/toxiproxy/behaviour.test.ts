import { afterAll, beforeAll, describe, it } from 'vitest';
import type { FaultEngine } from '../../../src/toxiproxy/index.js';
import { ALONE, ENDINGS, FLOW, LATENCY, PLAIN, TOXICITY, type Behaviour } from './behaviours.js';
import { Bench } from './bench.js';
import { ENGINES, HeldCount, NO_SKIP } from './engines.js';

for (const engine of ENGINES) {
  describe.skipIf(engine.missing && !NO_SKIP)(`the behaviour of ${engine.title}`, () => {
    let running: FaultEngine;
    const count = new HeldCount(`behaviours, ${engine.title}`);

    beforeAll(async () => {
      running = await engine.start();
    });

    afterAll(async () => {
      await running?.stop();
      count.say();
    });

    const test = (behaviour: Behaviour): void => {
      const differs = engine.name === 'real' ? behaviour.real : undefined;
      const run = async (): Promise<void> => {
        const bench = await Bench.create(running.url);
        try {
          await (differs ?? behaviour).run(bench);
        } finally {
          await bench.close();
        }
      };
      it(
        differs === undefined ? behaviour.name : `differs: ${behaviour.name} (${differs.why})`,
        count.counted(differs !== undefined, run),
      );
    };

    describe.concurrent('connections', () => PLAIN.forEach(test));
    describe.concurrent('latency', () => LATENCY.forEach(test));
    describe.concurrent('bandwidth, slicer and limit_data', () => FLOW.forEach(test));
    describe.concurrent('slow_close, timeout and reset_peer', () => ENDINGS.forEach(test));
    describe.concurrent('toxicity', () => TOXICITY.forEach(test));
    describe('alone', () => ALONE.forEach(test));
  });
}
