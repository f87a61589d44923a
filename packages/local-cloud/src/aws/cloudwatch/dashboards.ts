import { type Needs, onResource } from '../authorization/need.ts';
import { partitionOf } from '../iam/roles.ts';
import { type Action, AwsError, type Caller } from '../service.ts';

interface Dashboard {
  name: string;
  accountId: string;
  body: string;
}

/** Dashboards, whose bodies nobody here draws. They belong to an account, in all Regions. */
export class Dashboards {
  readonly #dashboards = new Map<string, Dashboard>();

  readonly actions: Record<string, Action> = {
    PutDashboard: ({ DashboardName, DashboardBody }: Record<string, string>, caller) => {
      const name = DashboardName ?? '';
      if (!/^[\w-]{1,255}$/.test(name)) {
        throw new AwsError('InvalidParameterInput', `${name} is not the name of a dashboard.`);
      }
      const { accountId } = caller;
      const dashboard = { name, accountId, body: checked(DashboardBody ?? '') };
      this.#dashboards.set(arnOf(name, caller), dashboard);
      return { DashboardValidationMessages: [] };
    },
    GetDashboard: ({ DashboardName }: { DashboardName: string }, caller) => {
      const { body } = this.#find(DashboardName, caller);
      const DashboardArn = arnOf(DashboardName, caller);
      return { DashboardArn, DashboardName, DashboardBody: body };
    },
    ListDashboards: ({ DashboardNamePrefix = '' }: { DashboardNamePrefix?: string }, caller) => ({
      DashboardEntries: [...this.#dashboards.values()]
        .filter(
          ({ accountId, name }) => accountId === caller.accountId && name.startsWith(DashboardNamePrefix),
        )
        .map(({ name, body }) => ({
          DashboardName: name,
          DashboardArn: arnOf(name, caller),
          Size: Buffer.byteLength(body),
        })),
    }),
    DeleteDashboards: ({ DashboardNames }: { DashboardNames: string[] }, caller) => {
      for (const name of DashboardNames) this.#find(name, caller);
      for (const name of DashboardNames) this.#dashboards.delete(arnOf(name, caller));
      return {};
    },
  };

  readonly needs: Record<string, Needs> = {
    ...onResource('cloudwatch', ['GetDashboard', 'PutDashboard'], ({ DashboardName }, caller) => ({
      resource: arnOf(DashboardName, caller),
    })),
    ...onResource('cloudwatch', ['ListDashboards'], () => ({ resource: '*' })),
    DeleteDashboards: ({ DashboardNames = [] }: { DashboardNames?: string[] }, caller) =>
      DashboardNames.map((name) => ({
        action: 'cloudwatch:DeleteDashboards',
        resource: arnOf(name, caller),
      })),
  };

  #find(name: string, caller: Caller): Dashboard {
    const found = this.#dashboards.get(arnOf(name, caller));
    if (!found) throw new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, 404);
    return found;
  }
}

/** A dashboard's ARN has no Region: it is shown in every one. */
function arnOf(name: string, { accountId, region }: Caller): string {
  return `arn:${partitionOf(region)}:cloudwatch::${accountId}:dashboard/${name}`;
}

function checked(body: string): string {
  try {
    JSON.parse(body);
  } catch {
    const message = 'The field DashboardBody must be a valid JSON object';
    throw new AwsError('InvalidParameterInput', message);
  }
  return body;
}
