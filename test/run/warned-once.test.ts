import { expect, it } from 'vitest';
import { scenarioFile, scratchFolder } from '../e2e/plimsoll.js';
import { answer, json, mcpServer } from '../mcp/mcp-server.js';
import { conducted } from './conducted.js';

it('what the preflight and each load thread find of the server is said once', async () => {
  const { url } = await mcpServer({ call: ({ message, response }) => json(response, answer(String(message.id))) });
  const file = scenarioFile(
    `version: 1
name: ids as text
stack: { target: { url: "${url}" } }
protocol: { sessions: 2 }
generator: { workers: 2 }
calls: [{ tool: search, deadline: 1s }]
phases: [{ name: load, regime: steady, rate: 40/s, for: 1s, warmup: 0s }]
`,
    scratchFolder(),
  );
  const notes: string[] = [];
  const { record } = await conducted(file, {
    listener: {
      step: () => undefined,
      phase: () => undefined,
      note: (text) => void notes.push(text),
      live: () => undefined,
      stackStarting: () => undefined,
      loadEnded: () => undefined,
    },
  });
  expect(record.samples.length).toBeGreaterThan(20);
  const warnings = record.events.filter((event) => event.type === 'warning' && event.code === 'ids-as-text');
  expect(warnings).toHaveLength(1);
  expect(notes.filter((text) => text.includes('back as text'))).toHaveLength(1);
}, 30_000);
