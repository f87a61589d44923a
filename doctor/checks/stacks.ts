import { configurationDigest, DIGEST_OUTPUT } from '../../lib/configuration/digest.ts';
import { memberRegions, organizationRegions } from '../../lib/regions.ts';
import type { Check } from '../examination.ts';
import { missing } from '../finding.ts';
import { atRest, stackOf, stacksIn } from '../stacks.ts';

/** The hub stack is there, and was deployed with this configuration. */
export const hubStack: Check = {
  name: 'the hub stack',
  places: ['hub'],
  async look(examination) {
    const { hubRegion } = examination.configuration.organization;
    const stack = await stackOf(examination, hubRegion, examination.names.HUB_STACK);
    const command = examination.deploy(examination.names.HUB_STACK);
    const finding = atRest(stack, examination.names.HUB_STACK, hubRegion, command);
    if (finding.status !== 'ok') return [finding];
    const deployed = stack?.Outputs?.find(({ OutputKey }) => OutputKey === DIGEST_OUTPUT)?.OutputValue;
    if (deployed !== configurationDigest(examination.configuration)) {
      const difference = `the stack ${examination.names.HUB_STACK} was deployed with another configuration than ${examination.config}`;
      return [
        missing(
          difference,
          `npx cdk diff -c config=${examination.config} ${examination.names.HUB_STACK}, then ${command}`,
        ),
      ];
    }
    return [{ ...finding, text: `${finding.text}, with this configuration` }];
  },
};

/** The stacks of the management account are there. */
export const organizationStacks: Check = {
  name: 'the organization stacks',
  places: ['management'],
  async look(examination) {
    const { configuration } = examination;
    const { connectManagementAccount } = configuration.organization;
    const expected: [string, string][] = [
      ...organizationRegions(configuration).map((region): [string, string] => [
        examination.names.ORGANIZATION_STACK,
        region,
      ]),
      ...(connectManagementAccount ? memberRegions(configuration) : []).map((region): [string, string] => [
        `${examination.names.ORGANIZATION_STACK}-member`,
        region,
      ]),
    ];
    return Promise.all(
      expected.map(async ([prefix, region]) => {
        const name = `${prefix}-${region}`;
        return atRest(
          await stackOf(examination, region, name),
          name,
          region,
          examination.deploy(`'${examination.names.ORGANIZATION_STACK}-*'`),
        );
      }),
    );
  },
};

/** A member account has its stack in every Region, by the StackSet or by hand. */
export const memberStacks: Check = {
  name: 'the member stack',
  places: ['member'],
  async look(examination) {
    const regions = memberRegions(examination.configuration);
    return Promise.all(
      regions.map(async (region) => {
        const stacks = await stacksIn(examination, region);
        const stack = stacks.find(
          ({ StackName = '' }) =>
            StackName === examination.names.MEMBER_STACK ||
            StackName.startsWith(`StackSet-${examination.names.MEMBER_STACK_SET}-`),
        );
        return atRest(
          stack,
          examination.names.MEMBER_STACK,
          region,
          `npm run doctor -- --config ${examination.config} in the management account says why the StackSet has not brought it; by hand: AWS_REGION=${region} ${examination.deploy(examination.names.MEMBER_STACK)}`,
        );
      }),
    );
  },
};
