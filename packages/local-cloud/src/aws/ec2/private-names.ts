import type { OfferedService, OfferedShare } from '../provider.ts';
import { AwsError, type Caller } from '../service.ts';
import { endpointState } from './endpoint-state.ts';
import type { Ec2Context, Endpoint, Vpc } from './state.ts';

/**
 * The names under which an endpoint makes what is offered reachable in its VPC, where it has private DNS. A service may
 * have one for all of a domain: `*.example.com`.
 */
export function privateNamesOf(offer: OfferedShare | OfferedService): string[] {
  if ('resources' in offer) return offer.resources.map(({ privateName }) => privateName.toLowerCase());
  return offer.privateDnsName === undefined ? [] : [offer.privateDnsName.toLowerCase()];
}

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
  offer: OfferedShare | OfferedService,
  caller: Caller,
): void {
  const wanted = new Set(privateNamesOf(offer));
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

function namesOf(context: Ec2Context, { type, target }: Endpoint, { accountId, region }: Caller): string[] {
  const offer =
    type === 'Resource'
      ? context.provider.usableShare(target, accountId, region)
      : context.provider.usableService(target, accountId, region);
  return offer ? privateNamesOf(offer) : [];
}
