/** EventBridge events as AWS delivers them, as far as anybody reads them. */

const ACCOUNT = '444455556666';
const VPC_ID = 'vpc-0a71e831cb5152c43';

function envelope(
  source: string,
  detailType: string,
  account: string,
  detail: object,
  resources: string[] = [],
) {
  return {
    version: '0',
    id: '8d9c1e52-0d6c-4a34-b0f2-1d4cbd1f5a02',
    'detail-type': detailType,
    source,
    account,
    time: '2026-11-20T08:15:30Z',
    region: 'us-east-1',
    resources,
    detail,
  };
}

function call(eventName: string, requestParameters: object, responseElements: object | null) {
  return envelope('aws.ec2', 'AWS API Call via CloudTrail', ACCOUNT, {
    eventSource: 'ec2.amazonaws.com',
    eventName,
    eventTime: '2026-11-20T08:15:29Z',
    requestParameters,
    responseElements,
  });
}

function service(source: string, eventName: string, serviceEventDetails: object) {
  return envelope(source, 'AWS Service Event via CloudTrail', '111111111111', {
    eventName,
    serviceEventDetails,
  });
}

export const event = {
  accountManaged: ({ state = 'SUCCEEDED' } = {}) =>
    service('aws.controltower', 'CreateManagedAccount', {
      createManagedAccountStatus: { account: { accountName: 'orders-prod', accountId: ACCOUNT }, state },
    }),

  accountCreated: ({ state = 'SUCCEEDED' } = {}) =>
    service('aws.organizations', 'CreateAccountResult', {
      createAccountStatus: { state, accountName: '****', accountId: ACCOUNT },
    }),

  accountMoved: () =>
    envelope('aws.organizations', 'AWS API Call via CloudTrail', '111111111111', {
      eventName: 'MoveAccount',
      requestParameters: {
        accountId: ACCOUNT,
        sourceParentId: 'r-ab12',
        destinationParentId: 'ou-ab12-l3zc8b3h',
      },
    }),

  vpcCreated: (tag?: string, { vpcId = VPC_ID } = {}) =>
    call(
      'CreateVpc',
      { cidrBlock: '10.42.0.0/16' },
      { vpc: { vpcId, tagSet: tag ? { items: [{ key: 'redis-privatelink', value: tag }] } : {} } },
    ),

  defaultVpcCreated: () =>
    call(
      'CreateDefaultVpc',
      { CreateDefaultVpcRequest: {} },
      { CreateDefaultVpcResponse: { vpc: { vpcId: VPC_ID, isDefault: true } } },
    ),

  tagsCreated: (tag: string) =>
    call(
      'CreateTags',
      {
        resourcesSet: { items: [{ resourceId: VPC_ID }] },
        tagSet: { items: [{ key: 'redis-privatelink', value: tag }] },
      },
      { _return: true },
    ),

  vpcTagged: (tag: string | undefined, changed = ['redis-privatelink']) =>
    envelope(
      'aws.tag',
      'Tag Change on Resource',
      ACCOUNT,
      {
        'changed-tag-keys': changed,
        tags: { Name: 'orders', ...(tag === undefined ? {} : { 'redis-privatelink': tag }) },
        service: 'ec2',
        'resource-type': 'vpc',
      },
      [`arn:aws:ec2:us-east-1:${ACCOUNT}:vpc/${VPC_ID}`],
    ),

  tagsDeleted: () =>
    call(
      'DeleteTags',
      {
        resourcesSet: { items: [{ resourceId: VPC_ID }] },
        tagSet: { items: [{ key: 'redis-privatelink' }] },
      },
      { _return: true },
    ),

  vpcDeleted: () => call('DeleteVpc', { vpcId: VPC_ID }, { _return: true }),

  subnetDeleted: () => call('DeleteSubnet', { subnetId: 'subnet-0123456789abcdef0' }, { _return: true }),

  accountClosed: ({ state = 'SUCCEEDED' } = {}) =>
    service('aws.organizations', 'CloseAccountResult', { closeAccountStatus: { accountId: ACCOUNT, state } }),

  accountRemoved: () =>
    envelope('aws.organizations', 'AWS API Call via CloudTrail', '111111111111', {
      eventName: 'RemoveAccountFromOrganization',
      requestParameters: { accountId: ACCOUNT },
    }),

  accountDeparted: (accountId: string | null = ACCOUNT) =>
    service('aws.organizations', 'AccountDepartedOrganization', { accountDeparted: { accountId } }),

  accountJoined: () =>
    service('aws.organizations', 'AccountJoinedOrganization', { accountJoined: { accountId: ACCOUNT } }),

  handshakeAccepted: () =>
    envelope('aws.organizations', 'AWS API Call via CloudTrail', '111111111111', {
      eventName: 'AcceptHandshake',
      responseElements: {
        handshake: {
          parties: [
            { type: 'ORGANIZATION', id: 'a1b2c3d4e5' },
            { type: 'ACCOUNT', id: ACCOUNT },
          ],
        },
      },
    }),

  /** The same call, refused because something depends on what was to be deleted. */
  blocked: <T extends { detail: object }>(given: T) => ({
    ...given,
    detail: { ...given.detail, errorCode: 'Client.DependencyViolation', responseElements: null },
  }),

  /** The same call, refused by AWS. */
  refused: <T extends { detail: object }>(given: T) => ({
    ...given,
    detail: { ...given.detail, errorCode: 'Client.VpcLimitExceeded', responseElements: null },
  }),
};
