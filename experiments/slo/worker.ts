/** A worker thread that probes rates. */
import { serveJobs } from '../pool.js';
import { openProbes } from './probes.js';

await serveJobs(openProbes);
