import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { DEFAULT_NAMES } from '../../lib/names.ts';
import { clientsOf } from './clients.ts';
import { ofType } from './ministack.ts';
import type { Program } from './program.ts';

/** [moto](https://github.com/getmoto/moto), which keeps what it is told, and runs functions in containers only. */
export const MOTO: Program = {
  name: 'moto',
  requirement: { name: 'moto-5.2.5', packages: ['moto[all,server]==5.2.5'] },
  command: 'moto_server',
  settings: ({ port }) => ({
    args: ['-H', '127.0.0.1', '-p', String(port)],
    env: { MOTO_PORT: String(port) },
  }),
  health: '/moto-api/data.json',
  // It knows an account by the session in which a request is made, and takes any role for one that is there.
  clients: async (url, region, accountId) => {
    const nobody = clientsOf(url, region, { accessKeyId: 'foreign', secretAccessKey: 'foreign' });
    const role = { RoleArn: `arn:aws:iam::${accountId}:role/foreign`, RoleSessionName: 'foreign' };
    const { Credentials } = await nobody.sts.send(new AssumeRoleCommand(role));
    return clientsOf(url, region, {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken,
    });
  },
  lacks: [
    ofType('secrets, and resource policies of them', 'AWS::SecretsManager::Secret'),
    ofType('secrets, and resource policies of them', 'AWS::SecretsManager::ResourcePolicy'),
    ofType('policies of topics', 'AWS::SNS::TopicPolicy'),
    ofType('policies of queues', 'AWS::SQS::QueuePolicy'),
    ofType('StackSets', 'AWS::CloudFormation::StackSet'),
    ofType('ARNs of alarms, which the dashboard shows', 'AWS::CloudWatch::Dashboard'),
  ],
  repairs: () => [],
  patches: [
    {
      what: 'keys with tags cannot be made',
      resource: (resource) => {
        if (resource.Type !== 'AWS::KMS::Key') return resource;
        const { Tags: _, ...Properties } = resource.Properties ?? {};
        return { ...resource, Properties };
      },
    },
    {
      what: '`Ref` of an event bus is not its name',
      resource: (resource) => {
        const { EventBusName } = resource.Properties ?? {};
        if (resource.Type !== 'AWS::Events::Rule' || typeof EventBusName !== 'object') return resource;
        const { Ref } = EventBusName as { Ref: string };
        const needed = [resource.DependsOn ?? []].flat();
        const Properties = { ...resource.Properties, EventBusName: DEFAULT_NAMES.SYSTEM };
        return { ...resource, Properties, DependsOn: [...needed, Ref] };
      },
    },
  ],
  blind: [],
  runsNoFunctions:
    'its functions run in containers of Docker only, which cannot call a Redis Cloud on loopback',
};
