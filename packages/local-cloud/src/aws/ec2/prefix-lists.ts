import { type Action, AwsError, type Caller } from '../service.ts';
import { filtered, paged, prefixListKind, selected } from './describing.ts';
import type { Ec2Context, PrefixList } from './state.ts';
import { tagList, tagsFrom } from './tags.ts';

/** Prefix lists of the account's own ("Managed prefix lists", Amazon VPC User Guide). Their versions never change here. */
export function prefixListActions(context: Ec2Context): Record<string, Action> {
  const viewOf = ({ id, name, maxEntries, tags }: PrefixList, { accountId, region }: Caller) => ({
    PrefixListId: id,
    PrefixListName: name,
    PrefixListArn: `arn:aws:ec2:${region}:${accountId}:prefix-list/${id}`,
    AddressFamily: 'IPv4',
    State: 'create-complete',
    MaxEntries: maxEntries,
    Version: 1,
    OwnerId: accountId,
    Tags: tagList(tags),
  });

  return {
    CreateManagedPrefixList: (input, caller) => {
      const { PrefixListName = '', MaxEntries = 0, AddressFamily, Entries = [] } = input;
      if (AddressFamily !== 'IPv4') {
        throw new AwsError(
          'InvalidParameterValue',
          'The local cloud has prefix lists of IPv4 addresses only.',
        );
      }
      if (MaxEntries < 1 || Entries.length > MaxEntries) {
        throw new AwsError(
          'InvalidParameterValue',
          'A prefix list has at least one entry and no more than MaxEntries.',
        );
      }
      const list: PrefixList = {
        id: context.ids.resource('pl'),
        name: PrefixListName,
        maxEntries: MaxEntries,
        tags: tagsFrom(input.TagSpecifications, 'prefix-list'),
      };
      context.state(caller).prefixLists.set(list.id, list);
      return { PrefixList: viewOf(list, caller) };
    },

    DescribeManagedPrefixLists: (input, caller) => {
      const lists = selected(context.state(caller).prefixLists, input.PrefixListIds, prefixListKind);
      const all = filtered(lists, input.Filters, {
        'prefix-list-id': ({ id }) => id,
        'prefix-list-name': ({ name }) => name,
        'owner-id': () => caller.accountId,
      });
      const { items, nextToken } = paged(all, input, 'prefix-lists');
      return { PrefixLists: items.map((list) => viewOf(list, caller)), NextToken: nextToken };
    },
  };
}
