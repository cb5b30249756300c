/** A worker thread that holds a part of a vector environment. */
import { openPart } from './part.js';
import { serve } from './threads.js';

await serve(openPart);
