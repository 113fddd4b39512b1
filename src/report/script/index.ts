/**
 * What moves in a report: the one script of the page.
 *
 * Owns the source of the script and its digest. The script holds no data, makes no request, and leaves nothing on
 * `window`; without it everything is on the page. Does not own: what is drawn (`first-screen`, `charts`).
 */
import type { PageScript } from '../layouts/document.js';
import { CHAPTERS_SOURCE } from './chapters-source.js';
import { CLOCK_SOURCE } from './clock-source.js';
import { TABLES_SOURCE } from './tables-source.js';

/** Its digest stands beside it, because this room computes none; a test compares the two. */
export const PAGE_SCRIPT: PageScript = {
  source: `'use strict';(()=>{\n${CLOCK_SOURCE}${TABLES_SOURCE}${CHAPTERS_SOURCE}})();`,
  digest: 'sha256-Mp5r3rfDbSgCqYi7TvUgfsNyDxpbf5R38PFwktdgQIg=',
};
