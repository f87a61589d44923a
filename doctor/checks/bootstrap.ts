import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { organizationRegions } from '../../lib/regions.ts';
import { ask, named } from '../ask.ts';
import type { Check } from '../examination.ts';
import { missing, ok } from '../finding.ts';

/** The version of the CDK's bootstrap stack that the synthesized stacks ask for. */
const NEEDED = 6;

/** The account is prepared for `cdk deploy`, where stacks with assets go. */
export const bootstrap: Check = {
  name: 'the CDK bootstrap',
  places: ['hub', 'management'],
  async look(examination) {
    const { configuration, place, accountId } = examination;
    const regions =
      place === 'hub' ? [configuration.organization.hubRegion] : organizationRegions(configuration);
    return Promise.all(
      regions.map(async (region) => {
        const answer = await ask(
          'ssm:GetParameter',
          () =>
            examination
              .client(SSMClient, region)
              .send(new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' })),
          named('ParameterNotFound'),
        );
        const command = `npx cdk bootstrap aws://${accountId}/${region}`;
        const version = Number(answer?.Parameter?.Value ?? 0);
        if (!answer) return missing(`${region} is not bootstrapped for the CDK`, command);
        if (!(version >= NEEDED)) {
          return missing(
            `${region} has version ${version} of the CDK bootstrap, and needs ${NEEDED}`,
            command,
          );
        }
        return ok(`${region} is bootstrapped for the CDK`);
      }),
    );
  },
};
