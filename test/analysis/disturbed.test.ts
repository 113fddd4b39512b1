/** When it was others on the machine that spoilt a run, and when it was not. */
import { describe, expect, it } from 'vitest';
import { disturbedByOthers, type ValidityReason } from '../../src/analysis/index.js';

const reason = (code: ValidityReason['code'], severity: ValidityReason['severity']): ValidityReason => ({
  ...{ code, severity, phase: 'load', remedy: 'run again' },
  what: `about ${code}`,
});

const BUSY = reason('contended-machine', 'doubtful');

describe('a run is disturbed by others', () => {
  it('when others used the CPU, with what that does to the generator', () => {
    expect(disturbedByOthers({ verdict: 'doubtful', reasons: [BUSY] })).toBe('about contended-machine');
    const late = [reason('schedule-lag', 'invalid'), BUSY, reason('generator-cpu', 'warning')];
    expect(disturbedByOthers({ verdict: 'invalid', reasons: late })).toBe('about contended-machine');
    expect(disturbedByOthers({ verdict: 'doubtful', reasons: [reason('cpu-steal', 'doubtful')] })).not.toBeNull();
    const heldUp = [reason('schedule-lag', 'invalid'), reason('held-up-machine', 'doubtful')];
    expect(disturbedByOthers({ verdict: 'invalid', reasons: heldUp })).toBe('about held-up-machine');
  });

  it('not when it is valid, when only a warning speaks of others, or when a standstill has no such cause', () => {
    expect(disturbedByOthers({ verdict: 'valid', reasons: [] })).toBeNull();
    const own = [reason('generator-standstill', 'invalid'), reason('contended-machine', 'warning')];
    expect(disturbedByOthers({ verdict: 'invalid', reasons: own })).toBeNull();
  });

  it('not when something else is wrong with it too', () => {
    const died = [BUSY, reason('service-died', 'invalid')];
    expect(disturbedByOthers({ verdict: 'invalid', reasons: died })).toBeNull();
  });
});
