/**
 * Partial failure behind gateways of others, as the shipped scenario has it: one of six upstreams fails some of its
 * calls, is dead, and hangs. Three minutes for each gateway: nightly.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GATEWAYS, gatewayAdapter } from '../../src/catalog/index.js';
import { PACKAGE_ROOT } from '../../src/package/index.js';
import { FULL } from '../whole-runs.js';
import { installed, runOf } from './installed.js';

const SCENARIO = join(PACKAGE_ROOT, 'scenarios/gateways-partial.yaml');
const OTHERS = ['alpha', 'beta', 'delta', 'epsilon', 'zeta'];

if (FULL)
  describe('the failure of one of six upstreams is divided between it and the gateway', () => {
    for (const name of GATEWAYS.filter((each) => gatewayAdapter(each).federates)) {
      const { skip, title, required } = installed(name);
      it.skipIf(skip)(title, { timeout: 480_000 }, async () => {
        required();
        const { summary, leftBehind } = await runOf(SCENARIO, '--profile', 'quick', '--arm', name);
        const [errors] = summary.gateway.availabilities;
        if (errors === undefined) throw new Error('nothing is known of the errors');
        // Of every call it is known whether the fault had hit it, so that the rest is the gateway's doing.
        for (const { label, offered, ok, hit, excess, masked, success } of [...errors.routes, errors.whole]) {
          expect([label, ok]).toEqual([label, offered - (hit ?? NaN) + (masked ?? NaN) - (excess ?? NaN)]);
          expect(success?.low).toBeLessThanOrEqual(ok / offered);
          expect(success?.high).toBeGreaterThanOrEqual(ok / offered);
          if (label !== null && label !== 'gamma') expect([label, hit]).toEqual([label, 0]);
        }
        expect(errors.whole.hit).toBeGreaterThan(0);
        expect(summary.recoveries.map(({ fault }) => fault)).toEqual(expect.arrayContaining(['dead', 'hung']));
        for (const { fault, afterFault } of summary.recoveries) {
          if (fault === 'errors') continue;
          const { radius, routes } = afterFault.blastRadius;
          // What was lost before, and did not come back, can't be lost once more.
          if (fault === 'dead') expect(radius).not.toBeNull();
          if (radius !== null) expect([fault, radius >= 0 && radius <= 1]).toEqual([fault, true]);
          expect(routes.map(({ label }) => label)).toEqual(expect.arrayContaining([...OTHERS, 'list', 'whole list']));
          for (const { label, loss, goodBefore, offeredBefore, offeredDuring } of routes)
            expect([label, loss === null]).toEqual([
              label,
              goodBefore === 0 || offeredBefore < 20 || offeredDuring < 20,
            ]);
          // Without gamma its own calls are lost, whatever stands before it.
          const gamma = routes.find(({ label }) => label === 'gamma');
          expect(gamma?.goodDuring).toBeLessThan((gamma?.offeredDuring ?? 0) / 2);
        }
        expect(leftBehind).toEqual([]);
      });
    }
  });
