import type { Situation } from './critical-path.ts';
import type { Figures } from './figures.ts';

/** A figure that is to be reached. */
export interface Target {
  figure: string;
  measured: number;
  atMost: number;
  /** Digits after the point when it is shown. */
  digits: number;
}

const target = (figure: string, measured: number, atMost: number, digits = 0): Target => ({
  figure,
  measured,
  atMost,
  digits,
});
const worst = (values: number[]) => Math.max(...values);

/** The worse of both contracts. */
export function onboardingTargets(onboardings: NonNullable<Figures['onboardings']>): Target[] {
  const of = (situation: Situation) => onboardings.filter((one) => one.situation === situation);
  return [
    target('transitions, second VPC', worst(of('second VPC').map((one) => one.transitions)), 13),
    target('transitions, new account', worst(of('new account').map((one) => one.transitions)), 22),
    target('calls beyond polls, second VPC', worst(of('second VPC').map((one) => one.callsBeyondPolls)), 2),
    target('calls beyond polls, new account', worst(of('new account').map((one) => one.callsBeyondPolls)), 6),
    target('time-to-connect ratio', worst(onboardings.map((one) => one.timeToConnect)), 1.05, 2),
  ];
}

/** The worst of all. */
export function waveTargets(waves: NonNullable<Figures['waves']>): Target[] {
  const thousand = waves.find(({ accounts }) => accounts === 1_000);
  return [
    ...(thousand
      ? [
          target('transitions in a wave of 1,000, mean', thousand.transitions, 30, 1),
          target('makespan of 1,000 accounts over the serial bound', thousand.makespanRatio, 1.1, 2),
        ]
      : []),
    target('429 answers in any wave', worst(waves.map(({ refused }) => refused)), 0),
    target('peak calls a minute', worst(waves.map(({ peakCallsPerMinute }) => peakCallsPerMinute)), 380),
  ];
}

export function functionTargets(functions: NonNullable<Figures['functions']>): Target[] {
  const load = (name: string) => functions.find((one) => one.name === name)!.load!.ratio;
  return [
    target('bundle of get-task, KiB', functions.find(({ name }) => name === 'get-task')!.bytes / 1024, 400),
    target('load ratio of get-task', load('get-task'), 0.3, 2),
    target('load ratio of describe-vpc', load('describe-vpc'), 0.3, 2),
  ];
}

export function runTargets(run: NonNullable<Figures['run']>): Target[] {
  return [
    target('seconds of this run', run.seconds, 180),
    target('MiB of this run', run.peakMebibytes, 2048),
  ];
}
