import { type SingleOnboarding, singleOnboardings } from './onboarding.ts';
import { type Wave, type WaveOptions, wave } from './wave.ts';

/** One part of the measurement, with the folder of the synthesized stacks. */
export type Part = { assembly: string } & (
  | { measures: 'onboardings'; contract: SingleOnboarding['contract'] }
  | { measures: 'wave'; wave: WaveOptions }
);

/** What the process tells whoever started it: now and then its memory, and in the end its figures. */
export type Message = { residentBytes: number } | { figures: SingleOnboarding[] | Wave };

const EVERY = 500;

// A process of its own: parts that run at the same time use both cores, and each has only its own memory to report.
const part: Part = JSON.parse(process.argv[2]!);
const send = (message: Message) => process.send!(message);
const timer = setInterval(() => send({ residentBytes: process.memoryUsage.rss() }), EVERY);
send({
  figures:
    part.measures === 'wave'
      ? await wave(part.assembly, part.wave)
      : await singleOnboardings(part.contract, part.assembly),
});
clearInterval(timer);
process.disconnect();
