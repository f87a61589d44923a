import { request } from 'node:http';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  AllocateAddressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeAccountCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import {
  AcceptResourceShareInvitationCommand,
  GetResourceShareInvitationsCommand,
  ListPermissionsCommand,
  RAMClient,
} from '@aws-sdk/client-ram';
import { CreateTopicCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Access } from '../../../src/aws/authorization/access.ts';
import { Credentials } from '../../../src/aws/credentials.ts';
import { DynamoDb } from '../../../src/aws/dynamodb.ts';
import { Ec2 } from '../../../src/aws/ec2/ec2.ts';
import { Iam } from '../../../src/aws/iam/roles.ts';
import { Organization } from '../../../src/aws/organization.ts';
import { Organizations } from '../../../src/aws/organizations.ts';
import { ProviderSide } from '../../../src/aws/provider.ts';
import { Ram } from '../../../src/aws/ram.ts';
import { AwsServices } from '../../../src/aws/service.ts';
import { Sns } from '../../../src/aws/sns.ts';
import { Sqs } from '../../../src/aws/sqs.ts';
import { Sts } from '../../../src/aws/sts.ts';
import { type Front, startFront } from '../../../src/aws/wire/front.ts';
import { Activity, VirtualClock } from '../../../src/clock.ts';

const hub = '222222222222';
const member = '444455556666';
const start = Date.parse('2026-11-20T10:00:00Z');

const clock = new VirtualClock(start);
const services = new AwsServices();
const credentials = new Credentials({ clock });
const provider = new ProviderSide({ clock });
const iam = new Iam({ clock });
const dynamodb = new DynamoDb({ clock });
const organization = new Organization({
  clock,
  id: 'o-exampleorgid',
  managementAccountId: '111111111111',
  delegatedAdministrators: [hub],
});
let front: Front;

beforeAll(async () => {
  organization.addAccount(member, { silent: true });
  for (const service of [
    iam,
    dynamodb,
    new Ec2({ clock, provider }),
    new Organizations({ organization }),
    new Ram({ provider }),
    new Sns({ clock, services }),
    new Sqs({ clock }),
    new Sts({ credentials, iam, access: new Access({ clock, iam, membership: organization }) }),
    {
      signingName: 'lambda',
      actions: {
        Invoke: ({ FunctionName, Payload }: { FunctionName: string; Payload: Uint8Array }) => ({
          StatusCode: 200,
          ExecutedVersion: '$LATEST',
          FunctionError: 'Unhandled',
          Payload: JSON.stringify({ FunctionName, got: JSON.parse(Buffer.from(Payload).toString()) }),
        }),
      },
    },
  ]) {
    services.register(service);
  }
  front = await startFront({ services, credentials, clock });
});

afterAll(async () => {
  await front.close();
  await dynamodb.close();
});

/** What a client is made with: the account's root user, unless it is told otherwise. */
function options(accessKeyId = member) {
  return {
    endpoint: front.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts: 1,
  };
}

describe('a web page in a browser of this machine', () => {
  const authorization = `AWS4-HMAC-SHA256 Credential=${member}/20261120/us-east-1/ec2/aws4_request`;

  test.each<[string, Record<string, string>, number]>([
    ['with a foreign origin', { origin: 'https://example.com' }, 403],
    ['by a foreign name of this machine', { host: 'example.com' }, 403],
    ['by a foreign name that looks like it', { host: '127.0.0.1.example.com' }, 403],
    ['of a program', {}, 200],
    ['of a program that puts something before the name', { host: 'sync-127.0.0.1' }, 200],
  ])('a request %s', async (_, headers, status) => {
    const { port } = new URL(front.url);
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const all = { authorization, 'content-type': 'application/x-www-form-urlencoded', ...headers };
      request({ port, host: '127.0.0.1', method: 'POST', headers: all }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end('Action=DescribeVpcs&Version=2016-11-15');
    });
    expect(answered).toBe(status);
  });
});

describe('the EC2 query protocol', () => {
  test('carries nested lists, filters and timestamps both ways', async () => {
    const ec2 = new EC2Client(options());
    const tags = [{ Key: 'Name', Value: 'a <b> & "c"' }];

    const { Vpc } = await ec2.send(
      new CreateVpcCommand({
        CidrBlock: '10.42.0.0/16',
        TagSpecifications: [{ ResourceType: 'vpc', Tags: tags }],
      }),
    );
    const { Vpcs } = await ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'tag:Name', Values: ['a <b>*'] }], VpcIds: [Vpc!.VpcId!] }),
    );

    expect(Vpcs).toEqual([expect.objectContaining({ VpcId: Vpc!.VpcId, IsDefault: false, Tags: tags })]);
  });

  test('carries numbers in nested structures', async () => {
    const ec2 = new EC2Client(options('444455550001'));
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const group = { GroupName: 'g', Description: 'd', VpcId: Vpc!.VpcId! };
    const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(group));
    const permission = {
      IpProtocol: 'tcp',
      FromPort: 10000,
      ToPort: 19999,
      IpRanges: [{ CidrIp: '10.0.0.0/16' }],
    };

    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }));
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId!] }));

    expect(SecurityGroups![0]!.IpPermissions).toEqual([expect.objectContaining(permission)]);
  });

  test('answers with errors that have the name of AWS’s code', async () => {
    const ec2 = new EC2Client(options());
    const ask = ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-00000000'] }));
    await expect(ask).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: expect.stringContaining('vpc-00000000'),
    });
  });

  test('refuses an action that the cloud does not have', async () => {
    const ask = new EC2Client(options()).send(new AllocateAddressCommand({}));
    await expect(ask).rejects.toMatchObject({
      name: 'InvalidAction',
      message: 'The action AllocateAddress is not valid for this web service.',
    });
  });

  test('refuses a parameter that the action does not have', async () => {
    const response = await fetch(front.url, {
      method: 'POST',
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${member}/20261120/us-east-1/ec2/aws4_request`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=DescribeVpcs&Version=2016-11-15&Colour=red',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      '<Code>UnknownParameter</Code><Message>The parameter Colour is not',
    );
  });

  test('shows an account only its own resources', async () => {
    const { Vpcs } = await new EC2Client(options('444455550002')).send(new DescribeVpcsCommand({}));
    expect(Vpcs).toEqual([]);
  });
});

describe('the query protocol', () => {
  test('tells who calls', async () => {
    const identity = await new STSClient(options()).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: member, Arn: `arn:aws:iam::${member}:root` });
  });

  test('issues credentials that work until they expire', async () => {
    const trust = {
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: hub },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'x1' } },
      },
    };
    const inMember = { accountId: member, region: 'us-east-1', arn: `arn:aws:iam::${member}:root` };
    const role = { RoleName: 'connector', AssumeRolePolicyDocument: JSON.stringify(trust) };
    await services.call('iam', 'CreateRole', role, inMember);
    const sts = new STSClient(options(hub));
    const request = { RoleArn: `arn:aws:iam::${member}:role/connector`, RoleSessionName: 'test' };

    const refusal = sts.send(new AssumeRoleCommand(request));
    await expect(refusal).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Credentials: issued } = await sts.send(new AssumeRoleCommand({ ...request, ExternalId: 'x1' }));
    const session = {
      accessKeyId: issued!.AccessKeyId!,
      secretAccessKey: issued!.SecretAccessKey!,
      sessionToken: issued!.SessionToken!,
    };
    const entered = new STSClient({ ...options(), credentials: session });
    const who = await entered.send(new GetCallerIdentityCommand({}));
    expect(who.Arn).toBe(`arn:aws:sts::${member}:assumed-role/connector/test`);
    expect(issued!.Expiration).toEqual(new Date(clock.now() + 3600_000));

    await Activity.run(clock, (activity) => activity.sleep(3600_000));
    const late = entered.send(new GetCallerIdentityCommand({}));
    await expect(late).rejects.toMatchObject({ name: 'ExpiredToken' });
    const lateInEc2 = new EC2Client({ ...options(), credentials: session }).send(new DescribeVpcsCommand({}));
    await expect(lateInEc2).rejects.toMatchObject({ name: 'RequestExpired' });
  });

  test('reads lists and answers with declared errors', async () => {
    const sns = new SNSClient(options());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alarms' }));
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn }]);
    const publishing = sns.send(new PublishCommand({ TopicArn: `${TopicArn}-other`, Message: 'm' }));
    await expect(publishing).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('refuses an unknown access key', async () => {
    const ask = new STSClient(options('AKIANOBODY')).send(new GetCallerIdentityCommand({}));
    await expect(ask).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });
});

describe('the JSON protocol', () => {
  test('carries lists and timestamps', async () => {
    const ask = new OrganizationsClient(options(hub)).send(new DescribeAccountCommand({ AccountId: member }));
    await expect(ask).resolves.toMatchObject({
      Account: {
        Id: member,
        State: 'ACTIVE',
        Status: 'ACTIVE',
        Paths: [`o-exampleorgid/r-ab12/${member}/`],
        JoinedTimestamp: new Date(start),
      },
    });
  });

  test('answers with errors of the service', async () => {
    const asMember = new OrganizationsClient(options()).send(
      new DescribeAccountCommand({ AccountId: member }),
    );
    await expect(asMember).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const stranger = new OrganizationsClient(options(hub)).send(
      new DescribeAccountCommand({ AccountId: '999999999999' }),
    );
    await expect(stranger).rejects.toMatchObject({ name: 'AccountNotFoundException' });
  });

  test('serves SQS with its query-compatible errors', async () => {
    const sqs = new SQSClient(options());
    const missing = sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }));
    await expect(missing).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
    const caller = { accountId: member, region: 'us-east-1', arn: '' };
    await services.call('sqs', 'CreateQueue', { QueueName: 'letters' }, caller);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'letters' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages!.map(({ Body }) => Body)).toEqual(['hello']);
  });

  test('serves DynamoDB, each account its own tables, also within the process', async () => {
    const table = {
      TableName: 'turns',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
      BillingMode: 'PAY_PER_REQUEST' as const,
    };
    const client = new DynamoDBClient(options());
    const { TableDescription } = await client.send(new CreateTableCommand(table));
    const item = { id: { S: 'one' }, data: { B: new Uint8Array([1, 2, 255]) } };
    await client.send(new PutItemCommand({ TableName: 'turns', Item: item }));
    const key = { TableName: 'turns', Key: { id: { S: 'one' } } };
    const conditional = { TableName: 'turns', Item: item, ConditionExpression: 'attribute_not_exists(id)' };
    const caller = { accountId: member, region: 'us-east-1', arn: '' };

    expect(TableDescription!.TableArn).toBe(`arn:aws:dynamodb:us-east-1:${member}:table/turns`);
    expect((await client.send(new GetItemCommand(key))).Item).toEqual(item);
    expect(await services.call('dynamodb', 'GetItem', key, caller)).toEqual({ Item: item });
    await expect(client.send(new PutItemCommand(conditional))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
    });
    const elsewhere = new DynamoDBClient(options(hub)).send(new GetItemCommand(key));
    await expect(elsewhere).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the REST JSON protocol', () => {
  test('serves RAM and its errors', async () => {
    const ram = new RAMClient(options());
    expect(await ram.send(new GetResourceShareInvitationsCommand({}))).toMatchObject({
      resourceShareInvitations: [],
    });
    const arn = `arn:aws:ram:us-east-1:${hub}:resource-share-invitation/1`;
    const accepting = ram.send(new AcceptResourceShareInvitationCommand({ resourceShareInvitationArn: arn }));
    await expect(accepting).rejects.toMatchObject({ name: 'ResourceShareInvitationArnNotFoundException' });
    const unknown = ram.send(new ListPermissionsCommand({}));
    await expect(unknown).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  test('invokes a function: path, payload and headers', async () => {
    const response = await fetch(`${front.url}/2015-03-31/functions/hello/invocations`, {
      method: 'POST',
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${hub}/20261120/us-east-1/lambda/aws4_request` },
      body: '{"a":1}',
    });
    expect(response.headers.get('x-amz-function-error')).toBe('Unhandled');
    expect(await response.json()).toEqual({ FunctionName: 'hello', got: { a: 1 } });
  });
});

test('a request without a signature is refused', async () => {
  const response = await fetch(front.url, { method: 'POST' });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
});

test('a request without a signature is answered by whoever is there for visitors, who hold no time', async () => {
  const open = await startFront({
    services,
    credentials,
    clock,
    visitors: (_request, response) => {
      expect(clock.holders()).toEqual([]);
      response.end('welcome');
    },
  });
  const visit = await fetch(open.url);
  expect(await visit.text()).toBe('welcome');
  const signed = await fetch(open.url, {
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${hub}/20261120/us-east-1/glacier/aws4_request` },
  });
  expect(await signed.text()).toContain('glacier');
  await open.close();
});

test('where a root user has to have a session token, nothing else is let in', async () => {
  const guarded = new Credentials({ clock, rootToken: 'not to be guessed' });
  const closed = await startFront({ services, credentials: guarded, clock });
  const whoAmI = (accessKeyId: string, sessionToken?: string) => {
    const keys = { accessKeyId, secretAccessKey: 'any', ...(sessionToken && { sessionToken }) };
    const client = new STSClient({ endpoint: closed.url, region: 'us-east-1', credentials: keys });
    return client.send(new GetCallerIdentityCommand({}));
  };
  expect(await whoAmI(member, 'not to be guessed')).toMatchObject({ Account: member });
  for (const token of [undefined, 'guessed']) {
    await expect(whoAmI(member, token)).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      message: expect.stringContaining('session token that this cloud was started with'),
    });
  }
  const session = guarded.session(`arn:aws:iam::${member}:role/reader`, 'one');
  expect(await whoAmI(session.accessKeyId, session.sessionToken)).toMatchObject({ Account: member });
  await closed.close();
});

test('a service without an endpoint is refused by name', async () => {
  const response = await fetch(front.url, {
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${hub}/20261120/us-east-1/glacier/aws4_request` },
  });
  expect(response.status).toBe(404);
  expect(await response.text()).toContain('glacier');
});
