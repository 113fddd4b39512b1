/** Each kind of addition, in one program: see `with-files.ts`. */
import './faults.js';
import './gateways.js';
import './metrics.js';
import './report.js';
