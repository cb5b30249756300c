/** A thread with a heap and compiled code of its own: one benchmark does not spoil the next. */
import { parentPort, workerData } from 'node:worker_threads';
import { benches } from './benches.js';

const bench = benches.find(({ name }) => name === workerData);
if (!parentPort || !bench) throw new Error(`no benchmark ${JSON.stringify(workerData)}`);
const port = parentPort;
port.postMessage({ figures: await bench.run((note) => port.postMessage({ note })) });
