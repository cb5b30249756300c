/** A worker thread that plays episodes of a judgement. */
import { serveJobs } from '../pool.js';
import { openField } from './meetings.js';

await serveJobs(openField);
