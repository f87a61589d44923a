import { render } from 'preact-render-to-string';
import type { MailedMap } from '../protocol.ts';
import { aboutOf, OrganizationMap } from './map.tsx';

/** The map of the page as markup that needs no script. */
export function mailed({ connection, accounts, underWay }: MailedMap): string {
  return render(
    <OrganizationMap
      connections={new Map([[connection.name, connection]])}
      accounts={new Map(accounts.map((account) => [account.id, account]))}
      setting={{ story: '', units: [], system: { name: '', tag: '' } }}
      weather={{ redisCloud: 'well', keys: 'good', tasks: [] }}
      underWay={new Map(underWay.map(({ accountId, vpcId, text }) => [aboutOf(accountId, vpcId), text]))}
      chosen={{ accountId: null, vpcId: null }}
    />,
  );
}
