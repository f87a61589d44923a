/** One call of AWS that somebody makes. Strings in its input may name what an earlier step has yielded: `$VPC`. */
export interface Step {
  /** By the name by which requests to it are signed. */
  service: string;
  action: string;
  input: Record<string, unknown>;
  accountId: string;
  region: string;
  /** What later steps need of the answer: names, each with where it is in the answer. */
  yields?: Record<string, string>;
  /** What AWS refuses because something is in the way is left, and the next call is made all the same. */
  mayBeInUse?: boolean;
  /** Members of the input that are secret: a command names a file instead. */
  secret?: string[];
}

/** The CLI's name of a service, where it is not the one that signs. */
const CLI: Record<string, string> = { states: 'stepfunctions' };
/** Options whose names would be those of the CLI's own. */
const OPTIONS: Record<string, string> = { 'SendTaskSuccess.output': 'task-output' };

/**
 * The commands that do the same in a shell, one a line. They act in one account after the other, by its access key:
 * in the local cloud that is the account's id.
 */
export function commandsOf(steps: readonly Step[]): string[] {
  let inAccount: string | undefined;
  return steps.flatMap((step) => {
    const enter = step.accountId === inAccount ? [] : [`export AWS_ACCESS_KEY_ID=${step.accountId}`];
    inAccount = step.accountId;
    return [...enter, commandOf(step)];
  });
}

function commandOf({ service, action, input, region, yields = {}, secret = [] }: Step): string {
  const options = Object.entries(input).map(([member, value]) => {
    const option = OPTIONS[`${action}.${member}`] ?? kebab(member);
    if (secret.includes(member)) return `--${option} file://keys.json`;
    if (typeof value === 'boolean') return value ? `--${option}` : `--no-${option}`;
    return `--${option} ${argument(value)}`;
  });
  const [[variable, path] = []] = Object.entries(yields);
  const command = ['aws', CLI[service] ?? service, kebab(action), `--region ${region}`, ...options].join(' ');
  return variable ? `${variable}=$(${command} --query ${path} --output text)` : command;
}

function argument(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.map(word).join(' ');
  return word(typeof value === 'string' ? value : JSON.stringify(value));
}

/** In quotes where a shell would read more than a word into it. Variables are replaced within double ones. */
function word(text: string): string {
  if (/\$[A-Z]+/.test(text)) return `"${text.replaceAll('"', '\\"')}"`;
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `VpcEndpointIds` is `vpc-endpoint-ids`. */
function kebab(name: string): string {
  return name.replace(/(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}

/**
 * Makes the calls, one after the other. Returns what the last refusal said, if something was in the way.
 *
 * @throws AwsError as AWS refuses one
 */
export async function perform(
  steps: readonly Step[],
  call: (step: Step, input: object) => Promise<unknown>,
): Promise<string | null> {
  const yielded: Record<string, string> = {};
  let refusal: string | null = null;
  for (const step of steps) {
    const input = JSON.parse(JSON.stringify(step.input), (_key, value: unknown) =>
      typeof value === 'string'
        ? value.replace(/\$([A-Z]+)/g, (all, name: string) => yielded[name] ?? all)
        : value,
    ) as object;
    let answer: unknown;
    try {
      answer = await call(step, input);
    } catch (error) {
      if (!step.mayBeInUse || (error as Error).name !== 'DependencyViolation') throw error;
      refusal = (error as Error).message;
    }
    for (const [name, path] of Object.entries(step.yields ?? {})) {
      yielded[name] = String(path.split('.').reduce((value, member) => (value as never)[member], answer));
    }
  }
  return refusal;
}
