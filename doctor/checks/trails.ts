import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  type GetEventSelectorsCommandOutput,
  GetTrailStatusCommand,
} from '@aws-sdk/client-cloudtrail';
import { memberRegions, organizationRegions } from '../../lib/regions.ts';
import { ask, named } from '../ask.ts';
import type { Check, Examination } from '../examination.ts';
import { CannotTell, type Finding, missing, ok } from '../finding.ts';

/** A trail records management events where events are expected. Without one, EventBridge hears of no API call. */
export const trails: Check = {
  name: 'a CloudTrail trail',
  places: ['member', 'management'],
  async look(examination) {
    const { configuration, place } = examination;
    const regions =
      place === 'management' ? organizationRegions(configuration) : memberRegions(configuration);
    return Promise.all(regions.map((region) => inRegion(examination, region)));
  },
};

async function inRegion(examination: Examination, region: string): Promise<Finding> {
  const client = examination.client(CloudTrailClient, region);
  const described = await ask('cloudtrail:DescribeTrails', () =>
    client.send(new DescribeTrailsCommand({ includeShadowTrails: true })),
  );
  const trails = described?.trailList ?? [];
  for (const { TrailARN, Name } of trails) {
    const status = await ask(
      'cloudtrail:GetTrailStatus',
      () => client.send(new GetTrailStatusCommand({ Name: TrailARN })),
      named('TrailNotFoundException'),
    );
    if (!status?.IsLogging) continue;
    if (await recordsChanges(client, TrailARN)) {
      return ok(`the trail ${Name} records management events in ${region}`);
    }
  }
  const [first] = trails;
  if (!first) {
    const scope = examination.place === 'management' ? ' --is-organization-trail' : '';
    return missing(
      `no CloudTrail trail records management events in ${region}`,
      `aws cloudtrail create-trail --region ${region} --name management-events --s3-bucket-name BUCKET --is-multi-region-trail${scope} && aws cloudtrail start-logging --region ${region} --name management-events`,
    );
  }
  return missing(
    `no CloudTrail trail in ${region} is logging management events that change something; there is ${first.Name}`,
    `aws cloudtrail start-logging --region ${first.HomeRegion ?? region} --name ${first.TrailARN}, and look at aws cloudtrail get-event-selectors --region ${first.HomeRegion ?? region} --trail-name ${first.TrailARN}`,
  );
}

/** A member account may be kept from an organization trail's selectors; then what it sees must do. */
async function recordsChanges(client: CloudTrailClient, TrailName: string | undefined): Promise<boolean> {
  try {
    const selectors = await ask(
      'cloudtrail:GetEventSelectors',
      () => client.send(new GetEventSelectorsCommand({ TrailName })),
      named('TrailNotFoundException'),
    );
    return selectors === undefined || selects(selectors);
  } catch (error) {
    if (error instanceof CannotTell) return true;
    throw error;
  }
}

function selects({
  EventSelectors = [],
  AdvancedEventSelectors = [],
}: GetEventSelectorsCommandOutput): boolean {
  const basic = EventSelectors.some(
    ({ IncludeManagementEvents, ReadWriteType }) => IncludeManagementEvents && ReadWriteType !== 'ReadOnly',
  );
  const advanced = AdvancedEventSelectors.some(({ FieldSelectors = [] }) => {
    const field = (name: string) => FieldSelectors.find(({ Field }) => Field === name)?.Equals;
    return field('eventCategory')?.includes('Management') && !field('readOnly')?.includes('true');
  });
  return basic || advanced;
}
