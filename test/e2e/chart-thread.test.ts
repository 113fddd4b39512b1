/** Charts that are drawn by a thread of their own. */
import { afterAll, describe, expect, it } from 'vitest';
import { startChartThread } from '../../src/chart-thread/index.js';
import { htmlReport, type Draw } from '../../src/report/index.js';
import { fixtureInput } from '../report/fixture.js';

const thread = startChartThread();
afterAll(() => thread.end());

const here = await htmlReport([fixtureInput()]);

describe('a report whose charts another thread draws', () => {
  it('is the same page', async () => {
    await thread.loaded;
    let asked = 0;
    const counted: Draw = (spec, description) => {
      asked++;
      // Without this each would be drawn here in the end, and the page would be the same.
      expect(structuredClone(spec)).toEqual(spec);
      return thread.draw(spec, description);
    };
    expect((await htmlReport([fixtureInput()], counted)) === here).toBe(true);
    expect(here.match(/<svg (?:class="narrow" )?role="img"/g)).toHaveLength(asked);
    expect(asked).toBeGreaterThan(10);
  });

  it('is the same page when the thread ends in the middle of it', async () => {
    const ending = startChartThread();
    let asked = 0;
    const page = await htmlReport([fixtureInput()], (spec, description) => {
      const drawn = ending.draw(spec, description);
      if (++asked === 3) void ending.end();
      return drawn;
    });
    expect(page === here).toBe(true);
  });
});

it('fails with the reason where a chart can be drawn nowhere', async () => {
  await expect(thread.draw({ mark: 'line', data: { url: 'http://127.0.0.1/' } }, '')).rejects.toThrow();
});
