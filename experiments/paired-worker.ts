/** A worker thread of the paired grid. */
import { openGrid } from './paired.js';
import { serveJobs } from './pool.js';

await serveJobs(openGrid);
