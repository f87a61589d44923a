import { expect, test } from '@jest/globals';
import { commandsOf, perform, type Step } from '../../../local/view/step.ts';

const ec2 = { service: 'ec2', accountId: '444455556666', region: 'eu-west-1' };
const creation: Step[] = [
  {
    ...ec2,
    action: 'CreateVpc',
    input: {
      CidrBlock: '10.42.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: "Ada's" }] }],
    },
    yields: { VPC: 'Vpc.VpcId' },
  },
  { ...ec2, action: 'ModifyVpcAttribute', input: { VpcId: '$VPC', EnableDnsHostnames: { Value: true } } },
  { ...ec2, action: 'CreateTags', input: { Resources: ['$VPC'], Tags: [{ Key: 'a', Value: 'b c' }] } },
];

test('the commands of steps are those of the AWS CLI, for a shell', () => {
  expect(commandsOf(creation)).toEqual([
    'export AWS_ACCESS_KEY_ID=444455556666',
    `VPC=$(aws ec2 create-vpc --region eu-west-1 --cidr-block 10.42.0.0/16 --tag-specifications '[{"ResourceType":"vpc","Tags":[{"Key":"Name","Value":"Ada'\\''s"}]}]' --query Vpc.VpcId --output text)`,
    `aws ec2 modify-vpc-attribute --region eu-west-1 --vpc-id "$VPC" --enable-dns-hostnames '{"Value":true}'`,
    `aws ec2 create-tags --region eu-west-1 --resources "$VPC" --tags '[{"Key":"a","Value":"b c"}]'`,
  ]);
});

test('a command names no secret', () => {
  const [, command] = commandsOf([
    {
      service: 'secretsmanager',
      action: 'PutSecretValue',
      input: { SecretId: 'keys', SecretString: 'hush' },
      accountId: '222222222222',
      region: 'us-east-1',
      secret: ['SecretString'],
    },
  ]);
  expect(command).toBe(
    'aws secretsmanager put-secret-value --region us-east-1 --secret-id keys --secret-string file://keys.json',
  );
});

test('a step sees what the steps before have yielded', async () => {
  const made: unknown[] = [];
  await perform(creation, async ({ action }, input) => {
    made.push([action, input]);
    return action === 'CreateVpc' ? { Vpc: { VpcId: 'vpc-1' } } : {};
  });
  expect(made.slice(1)).toEqual([
    ['ModifyVpcAttribute', { VpcId: 'vpc-1', EnableDnsHostnames: { Value: true } }],
    ['CreateTags', { Resources: ['vpc-1'], Tags: [{ Key: 'a', Value: 'b c' }] }],
  ]);
});

test('what is in use is left, and said; any other refusal ends it', async () => {
  const refuse = (name: string) => async () => {
    throw Object.assign(new Error('in the way'), { name });
  };
  const steps = creation.slice(1, 2).map((step) => ({ ...step, mayBeInUse: true }));
  expect(await perform(steps, refuse('DependencyViolation'))).toBe('in the way');
  await expect(perform(steps, refuse('UnauthorizedOperation'))).rejects.toThrow('in the way');
});
