import { madeBy, serviceOf } from './between.ts';
import { clientsOf } from './clients.ts';
import type { Lack, Program } from './program.ts';

export function ofType(what: string, type: string): Lack {
  return { what, concerns: ({ Type }) => Type === type };
}

/** The name of a service that an account offers, with its Region. */
const offeredService = /com\.amazonaws\.vpce\.([a-z0-9-]+)\.vpce-svc-\w+/;

/** An interface endpoint with names as AWS gives them, for its Region and for as many zones as it has subnets. */
function named(endpoint: string): string {
  const [, region = ''] = offeredService.exec(endpoint) ?? [];
  const service = /vpce-svc-\w+/.exec(endpoint)?.[0];
  if (service === undefined) return endpoint;
  const id = /vpce-(?!svc)\w+/.exec(endpoint)![0];
  const zones = ['a', 'b', 'c'].slice(0, endpoint.match(/<item>subnet-/g)?.length ?? 0);
  const hosts = ['', ...zones.map((zone) => `-${region}${zone}`)];
  const items = hosts.map(
    (zone) => `<item><dnsName>${id}-0a1b2c3d${zone}.${service}.${region}.vpce.amazonaws.com</dnsName></item>`,
  );
  return `<dnsEntrySet>${items.join('')}</dnsEntrySet>${endpoint}`;
}

/** [MiniStack](https://github.com/ministackorg/ministack), which runs workflows and functions. */
export const MINISTACK: Program = {
  name: 'MiniStack',
  requirement: { name: 'ministack-1.5.33', packages: ['ministack==1.5.33'] },
  command: 'ministack',
  settings: ({ port, url, speed }) => ({
    args: [],
    env: {
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      AWS_ENDPOINT_URL: url,
      SFN_WAIT_SCALE: String(1 / speed),
      // Otherwise it opens a port for MQTT and one for SFTP.
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      LOG_LEVEL: 'WARNING',
    },
  }),
  health: '/_ministack/ready',
  clients: async (url, region, accountId) =>
    clientsOf(url, region, { accessKeyId: accountId, secretAccessKey: 'foreign' }),
  lacks: [
    ofType('policies of event buses', 'AWS::Events::EventBusPolicy'),
    ofType('resource policies of secrets', 'AWS::SecretsManager::ResourcePolicy'),
    ofType('StackSets', 'AWS::CloudFormation::StackSet'),
    {
      what: 'alarms on metric math',
      concerns: ({ Type, Properties }) =>
        Type === 'AWS::CloudWatch::Alarm' && Properties?.Metrics !== undefined,
    },
  ],
  repairs: (managementAccountId) => [
    {
      what: 'Organizations answers in the management account only, as if there were no delegation policy',
      concerns: ({ headers }) => serviceOf(headers) === 'organizations',
      headers: (asked) => madeBy(managementAccountId, asked),
    },
    {
      what: 'accounts have no `State`',
      concerns: ({ action }) => action === 'organizations:DescribeAccount',
      answer: (_, body) => {
        const { Account } = JSON.parse(body);
        return JSON.stringify({ Account: { State: Account.Status, ...Account } });
      },
    },
    {
      what: 'services of other accounts than AWS’s own are not there',
      concerns: ({ action, body }) =>
        action === 'ec2:DescribeVpcEndpointServices' && offeredService.test(decodeURIComponent(body)),
      answer: ({ body }, given) => {
        const [name = '', region = ''] = offeredService.exec(decodeURIComponent(body)) ?? [];
        const zones = ['a', 'b', 'c'].map((zone) => `<item>${region}${zone}</item>`).join('');
        const type = '<serviceType><item><serviceType>Interface</serviceType></item></serviceType>';
        const detail = `<serviceName>${name}</serviceName>${type}<availabilityZoneSet>${zones}</availabilityZoneSet>`;
        return given.replace(
          /<serviceDetailSet>[\s\S]*<\/serviceDetailSet>/,
          `<serviceDetailSet><item>${detail}<acceptanceRequired>false</acceptanceRequired></item></serviceDetailSet>`,
        );
      },
    },
    {
      what: 'interface endpoints have no names (one for the Region and one for each zone are made up)',
      concerns: ({ action }) => action === 'ec2:DescribeVpcEndpoints',
      answer: (_, given) => given.replace(/<vpcEndpointId>(?:(?!<vpcEndpointId>)[\s\S])*/g, named),
    },
  ],
  patches: [
    {
      what: 'errors of Node.js functions lose their names, and do not fail a step that waits for a task token (a custom runtime does both)',
      resource: (resource) =>
        resource.Type === 'AWS::Lambda::Function'
          ? { ...resource, Properties: { ...resource.Properties, Runtime: 'provided.al2023' } }
          : resource,
    },
    {
      what: 'the context object has no `Execution.RedriveCount`',
      definition: (text) => text.replaceAll('$states.context.Execution.RedriveCount', '0'),
    },
  ],
  blind: [{ part: 'endpoints.groups', what: 'endpoints do not keep their security groups' }],
};
