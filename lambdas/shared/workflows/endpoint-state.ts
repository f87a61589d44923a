/**
 * The states of a VPC endpoint ("VpcEndpoint" of the EC2 API reference), with a small first letter, in which AWS
 * writes them; the SDK's types write a capital one.
 */
export type EndpointState =
  | 'pendingAcceptance'
  | 'pending'
  | 'available'
  | 'partial'
  | 'deleting'
  | 'deleted'
  | 'rejected'
  | 'failed'
  | 'expired';

/** An endpoint as far as its state goes: one of {@link EndpointState}, or one that AWS has added since. */
interface WithState {
  state: string;
}

type Life = 'live' | 'broken' | 'deleting';

const LIFE: Readonly<Record<EndpointState, Life>> = {
  pendingAcceptance: 'live',
  pending: 'live',
  available: 'live',
  partial: 'live',
  deleting: 'deleting',
  deleted: 'deleting',
  rejected: 'broken',
  failed: 'broken',
  expired: 'broken',
};

function lifeOf(state: string): Life {
  return Object.hasOwn(LIFE, state) ? LIFE[state as EndpointState] : 'live';
}

/** Whether the endpoint works, or may come to: a state that AWS has added since counts as such. */
export function isLive({ state }: WithState): boolean {
  return lifeOf(state) === 'live';
}

/** Whether AWS deletes the endpoint, or has deleted it: nobody needs to ask for it any more. */
export function isDeleting({ state }: WithState): boolean {
  return lifeOf(state) === 'deleting';
}

/** Whether the endpoint will never work again, and stays until somebody deletes it. */
export function isBroken({ state }: WithState): boolean {
  return lifeOf(state) === 'broken';
}
