/** Tokens that gateways want of their clients: made for a run, the same for all gateways of a kind. */
import { describe, expect, it } from 'vitest';
import { keptSecrets } from '../../src/secrets/index.js';
import { ClientTokens } from '../../src/stack/client-tokens.js';

describe('the token of a gateway', () => {
  it('is the same for each replica, so that a front can hand it on, and another in the next run', () => {
    const tokens = new ClientTokens();
    for (const gateway of ['litellm', 'contextforge'] as const) {
      const made = tokens.of(gateway);
      expect(made?.secret).toMatch(/^sk-[0-9a-f]{32}$/);
      expect(tokens.of(gateway)).toEqual(made);
      expect(new ClientTokens().of(gateway)?.token).not.toBe(made?.token);
    }
    expect(tokens.of('litellm')?.token).not.toBe(tokens.of('contextforge')?.token);
  });

  it('is none where the gateway wants none', () => {
    expect(new ClientTokens().of('fastmcp')).toBeNull();
  });

  it('is kept out of every text that leaves the program', () => {
    const made = new ClientTokens().of('contextforge');
    const kept = [...keptSecrets().values()];
    expect(kept).toContain(made?.secret);
    expect(kept).toContain(made?.token);
  });
});
