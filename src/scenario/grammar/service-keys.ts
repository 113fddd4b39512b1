/** Keys that several kinds of service have. */
import { list, whole, word } from '../../catalog/index.js';

/** Path of the MCP endpoint of a service. */
export const mcpPath = () =>
  word(/^\/[^?#\s]*$/, 'a path that begins with "/"', '/mcp').describe('Path of the MCP endpoint. Default: /mcp.');

/** Most replicas of one service. */
export const MOST_REPLICAS = 64;

export const replicas = () =>
  whole(1, MOST_REPLICAS).describe(
    'Starts this many, called NAME-1, NAME-2 and so on, behind a front called NAME that sends each call to ' +
      'the next of them and takes no time of its own. Faults may name a single one.',
  );

/** What a gateway stands in front of. */
export const upstreams = (what: string) =>
  list(
    word(
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,47}(?:-\*)?$/,
      'letters, digits, "_" and "-" (at most 48, beginning with a letter or digit), with or without "-*" at its end',
      'backend',
    ),
    'services and links',
    1,
  ).describe(`${what} up-*: every replica of the service up, each an upstream of its own.`);
