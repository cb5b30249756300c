/** A worker thread that runs seeds of one claim. */
import { serveJobs } from '../pool.js';
import { resolvePapers } from './catalogue.js';
import { openSampler, type PaperSetup } from './run.js';

await serveJobs(({ name, quick }: PaperSetup) => {
  const [[, paper]] = resolvePapers([name]);
  return openSampler(paper, quick);
});
