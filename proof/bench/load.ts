/**
 * A process that loads one bundle, as a cold start does, and says how many milliseconds that took, and how many
 * kilobytes were resident at most. It is started again for every measurement, without a compile cache.
 */
import { pathToFileURL } from 'node:url';

const url = pathToFileURL(process.argv[2]!).href;
const begun = performance.now();
await import(url);
const milliseconds = performance.now() - begun;
process.stdout.write(JSON.stringify({ milliseconds, kilobytes: process.resourceUsage().maxRSS }));
// A client may keep the process open.
process.exit();
