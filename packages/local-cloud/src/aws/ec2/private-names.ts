import { AwsError, type Caller } from '../service.ts';
import { endpointState } from './endpoint-state.ts';
import type { Ec2Context, Endpoint, Vpc } from './state.ts';

/**
 * A VPC resolves a private name to one endpoint: AWS refuses another one with a name that is taken (AWS PrivateLink
 * Guide, "Private DNS names": each VPC has one private hosted zone of a name). An endpoint that has failed, was rejected
 * or is being deleted has given its names back; AWS does not say when.
 *
 * @throws AwsError InvalidParameter
 */
export function checkPrivateNames(
  context: Ec2Context,
  vpc: Vpc,
  wantedOne: Pick<Endpoint, 'type' | 'target'>,
  caller: Caller,
): void {
  const wanted = new Set(namesOf(context, wantedOne, caller));
  for (const endpoint of context.state(caller).endpoints.values()) {
    if (endpoint.vpcId !== vpc.id || !endpoint.privateDns || !isInForce(context, endpoint)) continue;
    const taken = namesOf(context, endpoint, caller).find((name) => wanted.has(name));
    if (taken === undefined) continue;
    throw new AwsError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${taken} in the VPC ${vpc.id}`,
    );
  }
}

function isInForce(context: Ec2Context, endpoint: Endpoint): boolean {
  return ['pending', 'available', 'partial'].includes(endpointState(context, endpoint));
}

/**
 * The names under which an endpoint makes what is offered reachable in its VPC, where it has private DNS. A service may
 * have one for all of a domain: `*.example.com`.
 */
function namesOf(
  { provider, networks }: Ec2Context,
  { type, target }: Pick<Endpoint, 'type' | 'target'>,
  { accountId, region }: Caller,
): string[] {
  if (type === 'Interface') {
    const { privateDnsName } = provider.usableService(target, accountId, region) ?? {};
    return privateDnsName === undefined ? [] : [privateDnsName.toLowerCase()];
  }
  const share = provider.usableShare(target, accountId, region);
  const shares =
    type === 'ServiceNetwork'
      ? networks.reachableThrough(target).flatMap((one) => (one.privateDns ? [one.share] : []))
      : [share ?? []].flat();
  return shares.flatMap(({ resources }) => resources.map(({ privateName }) => privateName.toLowerCase()));
}
