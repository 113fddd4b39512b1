import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../src/problem/index.js';
import { scenarioFromText } from '../../src/scenario/index.js';
import { requireAllowed, type Resolve } from '../../src/stack/this-machine.js';

const scenario = (more = '') =>
  scenarioFromText(
    `version: 1
name: here
stack: { target: { url: "http://mcp.localhost:3000/mcp" } }
calls: [{ tool: any, expect: success }]
phases: [{ name: one, regime: floor, for: 1s }]
${more}`,
    'here.yaml',
    { environment: {} },
  ).scenario;

async function verdict(url: string, addresses: readonly string[], more = ''): Promise<string> {
  const resolve: Resolve = () => Promise.resolve(addresses);
  try {
    return (await requireAllowed(url, scenario(more), resolve)) === url ? 'allowed' : 'changed';
  } catch (thrown) {
    if (thrown instanceof ProblemError) return thrown.message;
    throw thrown;
  }
}

describe('a target by name', () => {
  it('is allowed when all its addresses are of this machine', async () => {
    expect(await verdict('http://mcp.localhost:3000/mcp', ['127.0.0.1', '::1'])).toBe('allowed');
    expect(await verdict('http://localhost/', ['::1'])).toBe('allowed');
  });

  it('is refused when one of them is elsewhere, whatever it is called', async () => {
    expect(await verdict('http://mcp.localhost:3000/mcp', ['127.0.0.1', '10.1.2.3'])).toBe(
      'the target mcp.localhost is called like this machine, but its name stands for 10.1.2.3, which is elsewhere',
    );
    expect(await verdict('http://localhost/', ['fd00::7'])).toContain('stands for fd00::7');
    expect(await verdict('http://10.1.2.3/', [])).toBe('the target 10.1.2.3 is not on this machine');
  });

  it('is allowed anywhere when the scenario says so', async () => {
    expect(await verdict('http://mcp.localhost/', ['10.1.2.3'], 'allow-remote: true\n')).toBe('allowed');
  });

  it('that nobody knows is left to the connection to complain of', async () => {
    const nobody: Resolve = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await requireAllowed('http://no.localhost/', scenario(), nobody)).toBe('http://no.localhost/');
  });
});
