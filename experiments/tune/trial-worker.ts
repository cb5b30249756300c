/** A worker thread that runs trials. */
import { serveJobs } from '../pool.js';
import { openArena } from './trials.js';

await serveJobs(openArena);
