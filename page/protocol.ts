// What the server of the page and the browser tell each other. The server keeps documents, each under a key; the browser
// mirrors them. Times are milliseconds since the epoch, by the simulated clock.

/** The one document of its kind: what does not change while the page is open. */
export interface Setting {
  /** Another one: the page is of a cloud that has stopped. */
  run: string;
  hubAccountId: string;
  managementAccountId: string;
  /** The units to which something is offered. */
  units: string[];
  rootId: string;
  hubRegion: string;
  /** What the system is called, and the tag by which VPCs ask it for connections. */
  system: { name: string; tag: string };
  /** Where AWS and Redis Cloud answer, for commands. */
  awsUrl: string;
  /** What AWS asks for beside an access key that is an account's id. */
  sessionToken: string;
  redisCloudUrl: string;
  /** The story that is played; null: somebody is to act. */
  story: string | null;
  /** Whether it can be told what goes on inside Redis Cloud: it is the built-in one. */
  isRedisCloudLocal: boolean;
  workflows: string[];
}

export interface ClockDocument {
  now: number;
  /** 0: paused. */
  speed: number;
  isJumping: boolean;
}

export interface StoryDocument {
  state: 'waiting' | 'running' | 'ended' | 'failed';
  /** Why it failed. */
  failure: string | null;
}

/** A subscription of Redis Cloud. */
export interface ConnectionDocument {
  name: string;
  subscriptionId: number;
  region: string;
  contract: string;
  vpcs: 'tagged' | 'all';
  approval: 'none' | 'required';
  /** `none`, or as Redis Cloud says; null: it cannot be told. */
  privateLink: string | null;
  /** Whether the subscription is being changed. */
  isChanging: boolean;
}

/** What Redis Cloud is made to do. */
export interface WeatherDocument {
  redisCloud: 'well' | 'slow' | 'busy' | 'limited';
  keys: 'good' | 'revoked';
  /** What Redis Cloud works on, in its order. */
  tasks: { command: string; status: string }[];
}

export interface EndpointView {
  id: string;
  /** Null: somebody else has made it. */
  connection: string | null;
  /** In EC2's words. */
  state: string;
  zones: string[];
  /** What else is to be said of it. */
  detail?: string;
}

export interface VpcView {
  vpcId: string;
  region: string;
  name: string | null;
  cidrBlock: string;
  /** The value of the tag that asks for connections; null: it has none; missing: nobody has looked. */
  tag?: string | null;
  /** Connections that it asks for and that are offered to the account. */
  asks: string[];
  subnets: string[];
  /** Missing: nobody has looked. */
  zones?: string[];
  endpoints: EndpointView[];
}

/** Something that failed and has not been mended. */
export interface Problem {
  connection: string;
  vpcId: string | null;
  error: string;
  message: string;
  execution: string;
}

export interface AccountDocument {
  id: string;
  name: string;
  /** The unit or root that it is in. */
  parentId: string;
  /** `ACTIVE`, `SUSPENDED`, … */
  state: string;
  /** What it is besides. */
  role: 'hub' | 'management' | null;
  /** Connections offered to it. */
  offered: string[];
  /** By connection, the status of its principal at Redis Cloud. */
  principals: Record<string, string>;
  vpcs: VpcView[];
  problems: Problem[];
}

/** What is known of one connection, for a map on which nothing can be done. */
export interface MailedMap {
  connection: ConnectionDocument;
  accounts: AccountDocument[];
  /** What runs, in words. */
  underWay: { accountId: string; vpcId: string | null; text: string }[];
}

/** A state in which an execution is. */
export interface WaitView {
  state: string;
  /** What for. */
  kind: 'time' | 'retry' | 'answer' | 'execution' | 'call';
  since: number;
  until: number | null;
  retries: number;
}

export interface ExecutionDocument {
  /** A short id, which addresses of the page hold. */
  id: string;
  workflow: string;
  name: string;
  /** In words: what it is about. */
  about: string;
  /** Whether it is one of many that another one has started by a Map state. */
  isPart: boolean;
  accountId: string | null;
  vpcId: string | null;
  connection: string | null;
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  start: number;
  stop: number | null;
  error: string | null;
  message: string | null;
  /** The error of the attempt before the next one. */
  lastError: string | null;
  waits: WaitView[];
  redrives: number;
  /** The section of the runbook about its failure. */
  section: string | null;
  /** Whether a later execution of the same thing has succeeded, or is at it. */
  isMended: boolean;
}

export interface LineDocument {
  number: number;
  time: number;
  accountId: string;
  /** The workflow, or who else acts. */
  actor: string;
  text: string;
  mood: 'plain' | 'good' | 'bad' | 'news';
  /** A step of a workflow: a detail. */
  isStep: boolean;
  execution: string | null;
}

export interface MessageDocument {
  number: number;
  time: number;
  subject: string;
  text: string;
  /** What somebody is asked; null: nothing. */
  approval: 'open' | 'approved' | 'refused' | 'over' | null;
}

/** By key; a key ends in `/` if there is one document for each id. */
export interface Documents {
  setting: Setting;
  clock: ClockDocument;
  story: StoryDocument;
  weather: WeatherDocument;
  'connection/': ConnectionDocument;
  'account/': AccountDocument;
  'execution/': ExecutionDocument;
  'line/': LineDocument;
  'message/': MessageDocument;
}

/** What is pushed: at first everything, then what has changed. Null: the document is gone. */
export interface Push {
  isWhole: boolean;
  documents: Record<string, unknown>;
}

/** One visit to a state. */
export interface StepView {
  state: string;
  entered: number;
  left: number | null;
  attempts: number;
  /** Of its last failed attempt. */
  error: string | null;
  message: string | null;
  input: string | null;
  output: string | null;
}

/** What is fetched about one execution. */
export interface ExecutionDetail {
  id: string;
  arn: string;
  input: string;
  output: string | null;
  steps: StepView[];
  /** Steps before these were left out. */
  left: number;
  transitions: number;
  /** What would redrive it in a shell. */
  redriveCommands: string[];
}

/** Something that somebody may do. */
export interface Deed {
  name: string;
  title: string;
  group: 'account' | 'vpc' | 'redis-cloud' | 'system';
  /** Why it cannot be done now; null: it can. */
  impossible: string | null;
  /** What would do the same in a shell; empty: no command of AWS does. */
  commands: string[];
}

/** What somebody does by the page. */
export type Command =
  | { do: 'deed'; name: string; accountId: string | null; vpcId: string | null }
  | { do: 'speed'; speed: number }
  /** To the next thing that happens, or to a time whatever happens before. */
  | { do: 'jump'; until?: number }
  | { do: 'redrive'; execution: string }
  | { do: 'answer'; message: number; isApproved: boolean; by: string; why: string };

/** Speeds that the page offers. */
export const SPEEDS = [1, 10, 60, 600] as const;
