/** A worker thread that rolls out. */
import { openRoll } from './roll.js';
import { serve } from './threads.js';

await serve(openRoll);
