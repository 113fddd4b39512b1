/** Keys that several kinds of service have. */
import { whole, word } from '../../catalog/index.js';

/** Path of the MCP endpoint of a service. */
export const mcpPath = () =>
  word(/^\/[^?#\s]*$/, 'a path that begins with "/"', '/mcp').describe('Path of the MCP endpoint. Default: /mcp.');

export const replicas = () =>
  whole(1, 64).describe(
    'Starts this many, called NAME-1, NAME-2 and so on, behind a front called NAME that sends each call to ' +
      'the next of them and takes no time of its own. Faults may name a single one.',
  );
