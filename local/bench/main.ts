import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Contract } from '../../lambdas/automation/configuration.ts';
import { synthesize } from '../synthesize.ts';
import { functionFigures } from './functions.ts';
import { exampleOf } from './ground.ts';
import { type SingleOnboarding, singleOnboardings } from './onboarding.ts';
import { documented, type Figures, printed } from './report.ts';
import { synthesisFigures } from './synthesis.ts';
import { type Wave, wave } from './wave.ts';

const USAGE = `npm run bench -- [options]

  --large   a wave of 10,000 accounts, too
  --json    the figures as one JSON object on standard output
  --help    this text

Measures everything in the local cloud and writes the tables to docs/performance.md.`;

const CONTRACTS: Contract[] = ['resource-share', 'endpoint-service'];
const PAGE = join(import.meta.dirname, '../../docs/performance.md');

/** @param tell is told what is being measured */
async function measure(large: boolean, tell: (text: string) => void): Promise<Figures> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'redis-privatelink-bench-'));
  const place = (name: string) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };
  try {
    const onboardings: SingleOnboarding[] = [];
    for (const contract of CONTRACTS) {
      tell(`Onboardings, ${contract}`);
      await synthesize(exampleOf(contract), place(contract));
      onboardings.push(...(await singleOnboardings(contract, join(folder, contract))));
    }
    const waves: Wave[] = [];
    for (const accounts of [10, 100, 1_000, ...(large ? [10_000] : [])]) {
      tell(`A wave of ${accounts} accounts`);
      waves.push(await wave('resource-share', join(folder, 'resource-share'), accounts));
    }
    tell('Functions');
    const functions = functionFigures(place('defaults'));
    tell('Synthesis');
    const synthesis = synthesisFigures(place('copy'));
    return {
      date: new Date().toISOString(),
      machine: {
        node: process.versions.node,
        cores: cpus().length,
        gibibytes: Math.round(totalmem() / 2 ** 30),
      },
      onboardings,
      waves,
      functions,
      synthesis,
      run: {
        seconds: (performance.now() - begun) / 1000,
        peakMebibytes: process.resourceUsage().maxRSS / 1024,
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else {
  const figures = await measure(values.large, (text) => process.stderr.write(`${text}\n`));
  writeFileSync(PAGE, documented(figures));
  console.log(values.json ? JSON.stringify(figures) : printed(figures));
}
