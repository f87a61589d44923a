import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { long } from '../long.ts';
import { documents, type Pasted, pastedFrom, pastedFromServe } from './documents.ts';
import { EXCEPTIONS, whyNot } from './exceptions.ts';
import { HUB, hasCli, isInstalled, MANAGEMENT, MEMBER, Served, SKIPPED } from './served.ts';

const pasted = documents().flatMap(pastedFrom);

function statusOf(execution: string): string {
  return `aws stepfunctions describe-execution --execution-arn ${execution} --query status --output text`;
}

/** In whose account a reader pastes this. */
function accountFor({ commands }: Pasted): string {
  const [first = ''] = commands;
  if (/^aws (organizations|cloudformation)/.test(first)) return MANAGEMENT;
  return /^aws (ec2|ssm)/.test(first) ? MEMBER : HUB;
}

test('everything that a document has to paste is found', () => {
  expect(pasted.length).toBeGreaterThan(40);
  expect(pasted.flatMap(({ commands }) => commands)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^aws sns list-subscriptions-by-topic/),
      expect.stringMatching(/^npm start --silent -- --json .*\| jq/),
      'npm run plan -- --config config/my-organization.yaml',
    ]),
  );
});

test('no exception is without its command', () => {
  const all = pasted.flatMap(({ commands }) => commands);
  expect(EXCEPTIONS.filter(([pattern]) => !all.some((command) => pattern.test(command)))).toEqual([]);
});

/** A VPC with an endpoint that its owner has made, to what the connected VPC reaches. */
async function madeByHand(served: Served, connectedVpc: string) {
  const printed = await served.must(
    `target=$(aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=${connectedVpc} \
       --query 'VpcEndpoints[0].ResourceConfigurationArn' --output text)
     vpc=$(aws ec2 create-vpc --cidr-block 10.43.0.0/16 --query Vpc.VpcId --output text)
     aws ec2 modify-vpc-attribute --vpc-id $vpc --enable-dns-hostnames
     subnet=$(aws ec2 create-subnet --vpc-id $vpc --cidr-block 10.43.0.0/20 --availability-zone us-east-1a \
       --query Subnet.SubnetId --output text)
     aws ec2 create-vpc-endpoint --vpc-id $vpc --vpc-endpoint-type Resource --subnet-ids $subnet \
       --resource-configuration-arn $target --private-dns-enabled --query VpcEndpoint.VpcEndpointId --output text
     echo $vpc`,
    MEMBER,
  );
  const [vpcEndpointId = '', vpcId = ''] = printed.split('\n');
  return { vpcId, vpcEndpointId };
}

/** With which codes it may end. `status` tells by 1 that something needs a person, which other documents may have left. */
function endings(script: string): number[] {
  return /^npm run status\b.*$/.test(script) ? [0, 1] : [0];
}

(hasCli ? describe : describe.skip)(`every command of the documents, pasted into a shell${SKIPPED}`, () => {
  let served: Served;
  /** What a reader puts in the place of an example. */
  let inPlaceOf: [string | RegExp, string][];
  let connectedVpc: string;
  /** What docs/adopting.md is about: another VPC, with an endpoint in it that this system has not made. */
  let byHand: { vpcId: string; vpcEndpointId: string } | undefined;

  beforeAll(async () => {
    served = await Served.start();
    const onboard = `arn:aws:states:us-east-1:${HUB}:stateMachine:redis-privatelink-onboard`;
    const VPC = await served.must(
      `vpc=$(aws ec2 create-vpc --cidr-block 10.42.0.0/16 --query Vpc.VpcId --output text \
         --tag-specifications 'ResourceType=vpc,Tags=[{Key=redis-privatelink,Value=orders}]')
       aws ec2 modify-vpc-attribute --vpc-id $vpc --enable-dns-hostnames
       aws ec2 create-subnet --vpc-id $vpc --cidr-block 10.42.128.0/20 --availability-zone us-east-1a >/dev/null
       echo $vpc`,
      MEMBER,
    );
    // A VPC whose status is too long for a tag: it asks for many connections that there are not.
    const unknown = Array.from({ length: 12 }, (_, index) => `no-such-connection-${index}`).join(' ');
    const LONG = await served.must(
      `aws ec2 create-vpc --cidr-block 10.43.0.0/16 --query Vpc.VpcId --output text \
         --tag-specifications 'ResourceType=vpc,Tags=[{Key=redis-privatelink,Value=${unknown}}]'`,
      MEMBER,
    );
    const input = JSON.stringify({ connection: 'orders', accountId: MEMBER, vpcId: 'vpc-00000000000000000' });
    const EXECUTION = await served.must(
      `aws stepfunctions start-execution --state-machine-arn ${onboard} --input '${input}' --query executionArn --output text`,
      HUB,
    );
    await served.until(
      `aws ssm get-parameters-by-path --recursive --path /redis-privatelink --query 'Parameters[].Name' --output text`,
      MEMBER,
      (printed) => printed.includes(`${VPC}/databases/`),
    );
    await served.until(
      `aws ssm get-parameters-by-path --recursive --path /redis-privatelink/status --query 'Parameters[].Name' --output text`,
      MEMBER,
      (printed) => printed.includes(LONG),
    );
    await served.until(statusOf(EXECUTION), HUB, (printed) => printed === 'FAILED');
    const output = (name: string) =>
      served.must(
        `aws cloudformation describe-stacks --stack-name redis-privatelink-hub --output text --query 'Stacks[0].Outputs[?OutputKey==\`${name}\`].OutputValue'`,
        HUB,
      );
    const TOPIC = await output('AlertsTopicArn');
    const QUERY = await served.must(
      `aws sqs create-queue --queue-name operators >/dev/null
       aws sns subscribe --topic-arn ${TOPIC} --protocol sqs --notification-endpoint arn:aws:sqs:us-east-1:${HUB}:operators >/dev/null
       aws logs start-query --start-time 0 --end-time 1 --query-string "SOURCE logGroups(namePrefix: ['/aws/lambda'])" --query queryId --output text`,
      HUB,
    );
    const RECONCILIATION = await served.must(
      `aws stepfunctions start-execution --state-machine-arn ${onboard.replace('onboard', 'reconcile')} --query executionArn --output text`,
      HUB,
    );
    await served.until(statusOf(RECONCILIATION), HUB, (printed) => printed === 'SUCCEEDED');
    connectedVpc = VPC;
    inPlaceOf = [
      ['/status/vpc-0a71e831cb5152c43', `/status/${LONG}`],
      ['vpc-0a71e831cb5152c43', VPC],
      [/(?<=--execution-arn )EXECUTION/g, EXECUTION],
      [':REGION:HUB:', `:us-east-1:${HUB}:`],
      [/(?<=--table-name )TABLE/g, await output('TableName')],
      [/(?<=--topic-arn )TOPIC/g, TOPIC],
      [/(?<=--query-id )QUERY/g, QUERY],
      [/(?<=--vpc-id )VPC/g, VPC],
      ['SUBSCRIPTION', '12345'],
      ['--config FILE', '--config config/my-organization.yaml'],
      [/--account ID$/g, `--account ${MEMBER} --config config/my-organization.yaml`],
    ];
  }, 300_000);

  afterAll(() => served?.stop());

  async function paste(given: Pasted): Promise<string[]> {
    const commands = given.commands.filter((command) => whyNot(command) === undefined);
    const missing = commands.flatMap((command) =>
      [...command.matchAll(/(?:^|\| *)(jq|uuidgen)\b/g)].map(([, one]) => one!),
    );
    const run = commands.filter(
      (command) => !missing.some((one) => !isInstalled(one) && command.includes(one)),
    );
    if (run.length === 0) return [];
    const own: typeof inPlaceOf = [];
    if (given.document === 'docs/adopting.md') {
      byHand ??= await madeByHand(served, connectedVpc);
      own.push(['vpc-0a71e831cb5152c43', byHand.vpcId], ['vpce-0123456789abcdef0', byHand.vpcEndpointId]);
    }
    const script = [...own, ...inPlaceOf].reduce(
      (text, [example, real]) => text.replaceAll(example, real),
      run.join('\n'),
    );
    const files = `cp keys.kept.json keys.json; echo '{}' > event.json`;
    const { code, stdout, stderr } = await served.run(`${files}\n${script}`, accountFor(given));
    return endings(script).includes(code)
      ? []
      : [`${given.document}:${given.line} ends with ${code}:\n${script}\n${stderr}${stdout}`];
  }

  long(
    'npm start -- --serve prints only what works',
    async () => {
      const printed = pastedFromServe(served.printed);
      // A reader takes the id of the VPC from the answer.
      const commands = printed.commands.map((command) =>
        command.startsWith('aws ec2 create-vpc')
          ? `made=$(${command} --query Vpc.VpcId --output text)`
          : command.replace('--vpc-id VPC', '--vpc-id $made'),
      );
      expect(commands.length).toBeGreaterThan(12);
      expect(await paste({ ...printed, commands })).toEqual([]);
    },
    300_000,
  );

  long.each(documents().map((document) => [document]))(
    '%s',
    async (document) => {
      const failed: string[] = [];
      for (const one of pastedFrom(document)) failed.push(...(await paste(one)));
      expect(failed).toEqual([]);
    },
    600_000,
  );

  long(
    'what docs/adopting.md says takes the endpoint over, and makes no other',
    async () => {
      const { vpcId, vpcEndpointId } = byHand!;
      const endpoint = await served.until(
        `aws ssm get-parameters-by-path --recursive --path /redis-privatelink/orders/${vpcId} --query 'Parameters[].[Name,Value]' --output text`,
        MEMBER,
        (printed) => printed.includes('/endpoint-id'),
      );
      expect(endpoint).toContain(vpcEndpointId);
      const ids = await served.must(
        `aws ec2 describe-vpc-endpoints --filters Name=vpc-id,Values=${vpcId} --query 'VpcEndpoints[].VpcEndpointId' --output text`,
        MEMBER,
      );
      expect(ids).toBe(vpcEndpointId);
    },
    300_000,
  );
});
