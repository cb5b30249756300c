/** A worker thread that trains seeds. */
import { serveJobs } from '../pool.js';
import { openSeeds } from './seeds.js';

await serveJobs(openSeeds);
