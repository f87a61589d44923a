// Long: an endpoint that somebody makes at the same moment. owning.test.ts always tells what is whose.

import { expect } from '@jest/globals';
import { one } from '../long.ts';
import { LEAVING_UNIT, outcome, VPC } from './harness.ts';
import { theatre } from './leaving.ts';

const inScene = theatre();
const REGION = 'eu-west-1';

one.each([VPC, null])(
  'an endpoint that the account has made itself keeps no offboarding from its end (VPC: %s)',
  (vpcId) =>
    inScene(async (scene) => {
      const { lab } = scene;
      const { accountId, vpcEndpointId } = await scene.connect('archive-eu', {
        region: REGION,
        unit: LEAVING_UNIT,
      });
      const [ours] = await lab.endpoints(accountId, REGION);
      await scene.ec2(
        'CreateVpcEndpoint',
        {
          VpcId: VPC,
          VpcEndpointType: 'Interface',
          ServiceName: lab.redisCloud.privateLink(67891, 3)!.serviceName,
          SubnetIds: [ours!.SubnetIds[0]],
        },
        accountId,
        REGION,
      );
      await lab.sleep(300_000);
      const request = { connection: 'archive-eu', accountId, ...(vpcId && { vpcId }) };
      const execution = await lab.run('offboard', request);
      expect(outcome(execution)).toMatchObject({ status: 'SUCCEEDED', message: '' });
      // Of a VPC that goes alone it is left; of an account that leaves it is cut, and the owner keeps what does nothing.
      expect(JSON.parse(execution.output!).notes.join('\n')).toMatch(
        vpcId
          ? /stays admitted: Redis Cloud shows a connection of it that this system did not make|the PrivateLink stays|still shows/
          : /which this system did not make, is cut at Redis Cloud and stays in the account/,
      );
      const left = (await lab.endpoints(accountId, REGION)).filter(({ State }) => State !== 'deleted');
      expect(left.map(({ VpcEndpointId }) => VpcEndpointId)).not.toContain(vpcEndpointId);
      expect(left).toHaveLength(1);
    }),
);
