import { EXIT } from '../../problem/index.js';
import type { DeclareVerb } from '../verb.js';

/** `plimsoll mock NAME`: one of our servers of known truth, alone. */
export const declareMock: DeclareVerb = (program, done) => {
  program
    .command('mock')
    .description('start a mock MCP server whose timing, queue and effects are known')
    .argument('<name>', 'which mock (tools, gateway)')
    .option('--port <port>', 'port on 127.0.0.1 (0: a free one)', '0')
    .option('--options <json>', 'its options as JSON, e.g. {"workers":2}', '{}')
    .action(async (name: string, flags: { readonly port: string; readonly options: string }) => {
      const { ProblemError, messageOf } = await import('../../problem/index.js');
      if (name !== 'tools' && name !== 'gateway') {
        throw new ProblemError('bad-input', [
          { code: 'unknown-mock', what: `there is no mock "${name}"`, remedy: 'the mocks are: tools, gateway' },
        ]);
      }
      const port = Number(flags.port);
      let options: unknown;
      try {
        options = JSON.parse(flags.options);
      } catch (thrown) {
        throw new ProblemError('bad-input', [
          {
            code: 'not-json',
            what: `--options is not JSON: ${messageOf(thrown)}`,
            remedy: 'write it as {"workers":2}, quoted for your shell',
          },
        ]);
      }
      if (!Number.isInteger(port) || port < 0 || port > 65_535 || typeof options !== 'object' || options === null) {
        throw new ProblemError('bad-input', [
          {
            code: 'bad-option',
            what: '--port takes a number from 0 to 65535 and --options an object',
            remedy: 'see plimsoll mock --help',
          },
        ]);
      }
      const { serveUntilSignalled, startGatewayMock, startToolsMock } = await import('../../../mock-servers/index.js');
      await serveUntilSignalled(
        await (name === 'tools' ? startToolsMock : startGatewayMock)(
          { ...options, port },
          { ledgerFd: null, alone: true },
        ),
      );
      done(EXIT.pass);
    });
};
