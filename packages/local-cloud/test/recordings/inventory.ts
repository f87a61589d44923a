import { ProviderSide } from '../../src/aws/provider.ts';
import { Aws } from '../../src/aws.ts';
import { VirtualClock } from '../../src/clock.ts';
import { Assets } from '../../src/cloudformation/assets.ts';
import { resourceTypes } from '../../src/cloudformation/resources/index.ts';

/** What the local cloud has, in Markdown: every action of every service, and every resource type of CloudFormation. */
export function inventory(): string {
  const clock = new VirtualClock(0);
  const provider = new ProviderSide({ clock });
  const { services } = new Aws({
    clock,
    organization: {},
    provider,
    assets: new Assets(),
    fireSchedules: false,
    conduct: {},
    url: () => '',
  });
  const rows = services.all().map(({ signingName, actions }) => {
    const names = Object.keys(actions).sort();
    return { signingName, names };
  });
  const served = rows
    .filter(({ names }) => names.length > 0)
    .sort((a, b) => (a.signingName < b.signingName ? -1 : 1))
    .map(({ signingName, names }) => `- \`${signingName}\`: ${names.join(', ')}`);
  const types = [...resourceTypes.keys()].sort().map((type) => `\`${type}\``);
  return [
    'Actions, by the name with which requests to the service are signed:',
    '',
    ...served,
    '',
    `Resource types of CloudFormation: ${types.join(', ')}.`,
  ].join('\n');
}
