/** A worker thread that measures bounds and references. */
import { serveJobs } from './pool.js';
import { openYardsticks } from './yardsticks.js';

await serveJobs(openYardsticks);
