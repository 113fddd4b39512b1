/** Child entry of the `tools` mock. */
import { mockProcess } from '../process/child.js';
import { startToolsMock } from './server.js';

void mockProcess('tools', '{"workers":4}', startToolsMock);
