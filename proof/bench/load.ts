/**
 * A process that loads one bundle, as a cold start does, and says how many milliseconds that took. It is started
 * again for every measurement, without a compile cache.
 */
import { pathToFileURL } from 'node:url';

const url = pathToFileURL(process.argv[2]!).href;
const begun = performance.now();
await import(url);
process.stdout.write(String(performance.now() - begun));
// A client may keep the process open.
process.exit();
