/** Child entry of the `gateway` mock. */
import { mockProcess } from '../process/child.js';
import { startGatewayMock } from './server.js';

void mockProcess('gateway', '{"upstreams":[{"name":"backend","url":"http://127.0.0.1:3000/mcp"}]}', startGatewayMock);
