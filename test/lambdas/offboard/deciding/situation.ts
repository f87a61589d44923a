import {
  type Decision,
  decide,
  type Offboarding,
} from '../../../../lambdas/offboard/deciding/offboarding.ts';
import type {
  EndpointConnection,
  OwnEndpoint,
} from '../../../../lambdas/offboard/deciding/offboarding-connections.ts';
import { connection } from '../../../connection.ts';

export const ACCOUNT = '444455556666';
export const VPC = 'vpc-0a71e831cb5152c43';
export const OTHER_VPC = 'vpc-0b82f942dc6263d54';
export const WHOLE = null;

const at = (time: string) => `2026-11-23T${time}.000Z`;
export const endpoint = (changes: Partial<OwnEndpoint> = {}): OwnEndpoint => ({
  vpcEndpointId: 'vpce-a',
  vpcId: VPC,
  connection: 'orders',
  state: 'available',
  createdAt: at('10:00:00'),
  ...changes,
});
export const OTHER = endpoint({ vpcEndpointId: 'vpce-b', vpcId: OTHER_VPC, createdAt: at('11:00:00') });
export const shown = (associationId: string, time: string | null, changes: object = {}) => ({
  associationId,
  connectionId: `vpce-con-${associationId}`,
  type: 'vpc_endpoint',
  ownerId: ACCOUNT,
  endpointId: null,
  associationDate: time === null ? null : at(time),
  status: null,
  ...changes,
});
export const ONE = shown('rsa-1', '10:00:05');
export const TWO = shown('rsa-2', '11:00:05');
export const service = (endpointId: string) => ({ endpointId, status: 'available', ownerId: null });

export const UNNAMED =
  'Redis Cloud shows a connection without what identifies it, so it was not disassociated';

export const NOTHING_ASKED = { connections: [], endpoints: [], principal: false, privateLink: false };
export const ADMITTED = { principal: ACCOUNT, type: 'aws_account', status: 'associated' };

export interface Changes extends Partial<Omit<Offboarding, 'asked' | 'privateLink'>> {
  asked?: Partial<Offboarding['asked']>;
  privateLink?: Partial<Offboarding['privateLink']>;
}

/** The looks before have shown nothing either. */
const LONG = { since: at('09:00:00'), polls: 5 };
const SURE = { at: at('12:00:00'), before: { absent: LONG, unlisted: LONG, empty: LONG }, denied: true };

/** A VPC goes whose account is admitted; there is neither an endpoint nor a connection. */
export const given = ({ asked, privateLink, ...changes }: Changes = {}): Offboarding => ({
  connection: connection(),
  accountId: ACCOUNT,
  vpcId: VPC,
  onlyOurs: false,
  recorded: true,
  endpoints: [],
  accessError: null,
  asked: { ...NOTHING_ASKED, ...asked },
  privateLink: { status: 'active', principal: ADMITTED, principalCount: 3, connections: [], ...privateLink },
  polls: 0,
  ...SURE,
  ...changes,
});
export const GONE = { principal: null, principalCount: 2 };
export const withoutMemory = ({ memory: _, ...decision }: Decision) => decision;
export const decided = (changes: Changes) => withoutMemory(decide(given(changes)));
export const cut = (connections: EndpointConnection[]) => ({ action: 'disassociate', connections });
