/** A worker thread that plays episodes of a training. */
import { serveJobs } from '../pool.js';
import { openEpisodes } from './episodes.js';

await serveJobs(openEpisodes);
