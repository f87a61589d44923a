import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const MEMBER = '444455556666';
export const HUB = '222222222222';
export const MANAGEMENT = '111111111111';

/** Whether the AWS CLI is there, which people paste these commands into. */
export const hasCli = isInstalled('aws');

/** What the name of a test ends in that cannot run without. */
export const SKIPPED = hasCli ? '' : ' (skipped: the AWS CLI is not installed)';

export function isInstalled(program: string): boolean {
  try {
    execFileSync('bash', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Version 1 of the AWS CLI has an address of its own for SQS, whatever AWS_ENDPOINT_URL says. */
const CLI_1 = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }';

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** `npm start -- --serve` in a process of its own, and a shell beside it as a reader has one. */
export class Served {
  /** What it prints. */
  readonly printed: string;
  /** A folder with everything that the repository has, whose configurations may be written to. */
  readonly folder = folderLikeTheRepository();
  readonly #process: ChildProcess;
  readonly #address: string;
  readonly #token: string;

  private constructor(process: ChildProcess, printed: string) {
    this.#process = process;
    this.printed = printed;
    this.#address = /Open (http:\S+)/.exec(printed)![1]!;
    this.#token = /AWS_SESSION_TOKEN=(\S+)/.exec(printed)![1]!;
  }

  static async start(): Promise<Served> {
    const child = spawn(process.execPath, ['local/main.ts', '--serve', '--speed', '600'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    return new Promise((done, fail) => {
      child.stdout!.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (/after a reconciliation:\n\n.*\n/.test(said)) done(new Served(child, said));
      });
      child.on('exit', () => fail(new Error(`It has ended:\n${said}`)));
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#process.once('exit', done));
    this.#process.kill();
    await ended;
    // What is linked there stays.
    rmSync(this.folder, { recursive: true });
  }

  /** Runs a script as in a shell whose access key is the account's. The first command that fails ends it. */
  run(script: string, accountId: string): Promise<Ended> {
    const { NODE_OPTIONS, ...rest } = process.env;
    const env = {
      ...rest,
      AWS_ENDPOINT_URL: this.#address,
      AWS_ACCESS_KEY_ID: accountId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: this.#token,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_PAGER: '',
    };
    return new Promise((done) => {
      execFile(
        'bash',
        ['--norc', '-eo', 'pipefail', '-c', `${CLI_1}\n${script}`],
        { cwd: this.folder, env },
        (error, stdout, stderr) => done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr }),
      );
    });
  }

  /** As `run`, for what has to work. @returns what it prints, without the last line break */
  async must(script: string, accountId: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(script, accountId);
    if (code !== 0) throw new Error(`${script}\nends with ${code}: ${stderr}${stdout}`);
    return stdout.trim();
  }

  /** Runs a script again until it prints what is waited for. */
  async until(script: string, accountId: string, isIt: (printed: string) => boolean): Promise<string> {
    for (;;) {
      const printed = await this.must(script, accountId);
      if (isIt(printed)) return printed;
    }
  }
}

function folderLikeTheRepository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commands-'));
  for (const name of readdirSync('.').filter((one) => !['.git', 'config', 'cdk.out'].includes(one))) {
    symlinkSync(resolve(name), join(folder, name));
  }
  cpSync('config', join(folder, 'config'), { recursive: true });
  cpSync('config/privatelink.yaml', join(folder, 'config/my-organization.yaml'));
  const keys = { apiKey: 'A-local-account-key-of-nobody', secretKey: 'S-local-user-key-of-nobody' };
  writeFileSync(join(folder, 'keys.kept.json'), JSON.stringify(keys));
  return folder;
}
