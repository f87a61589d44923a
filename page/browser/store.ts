import { useEffect, useState } from 'preact/hooks';
import type { Command, Documents, Push } from '../protocol.ts';

type Kind = Extract<keyof Documents, `${string}/`>;
type Single = Exclude<keyof Documents, Kind>;

/** What is being looked at: an account, or a VPC of one. */
export interface Chosen {
  accountId: string | null;
  vpcId: string | null;
}

/** All that the page knows, mirrored from the server. What has not changed is the same object as before. */
export interface Known {
  /** Whether the server pushes. */
  isConnected: boolean;
  single: { readonly [Key in Single]?: Documents[Key] };
  many: { readonly [Key in Kind]: ReadonlyMap<string, Documents[Key]> };
}

const KINDS: Kind[] = ['connection/', 'account/', 'execution/', 'line/', 'message/'];

function nothing(): Known['many'] {
  return Object.fromEntries(KINDS.map((kind) => [kind, new Map()])) as unknown as Known['many'];
}

let known: Known = { isConnected: false, single: {}, many: nothing() };
const listeners = new Set<(known: Known) => void>();

function become(next: Known): void {
  known = next;
  for (const listener of listeners) listener(known);
}

function take({ isWhole, documents }: Push): void {
  const single: Record<string, unknown> = isWhole ? {} : { ...known.single };
  const many = (isWhole ? nothing() : { ...known.many }) as unknown as Record<string, Map<string, unknown>>;
  const copied = new Set<string>();
  for (const [key, document] of Object.entries(documents)) {
    const slash = key.indexOf('/') + 1;
    if (slash === 0) {
      single[key] = document;
      continue;
    }
    const kind = key.slice(0, slash);
    if (!copied.has(kind)) {
      copied.add(kind);
      many[kind] = new Map(many[kind]);
    }
    if (document === null) many[kind]!.delete(key.slice(slash));
    else many[kind]!.set(key.slice(slash), document);
  }
  const before = known.single.setting?.run;
  become({ isConnected: true, single, many: many as unknown as Known['many'] });
  // Another cloud is at this address now, and it may have another page.
  if (before !== undefined && known.single.setting?.run !== before) location.reload();
}

/** Listens to the server for as long as the page is open. The browser comes back by itself. */
export function connect(): void {
  const source = new EventSource('/events');
  source.onmessage = ({ data }) => take(JSON.parse(data as string) as Push);
  source.onerror = () => become({ ...known, isConnected: false });
}

export function useKnown(): Known {
  const [state, setState] = useState(known);
  useEffect(() => {
    listeners.add(setState);
    setState(known);
    return () => {
      listeners.delete(setState);
    };
  }, []);
  return state;
}

/** @throws Error with what the server says */
export async function perform(command: Command): Promise<void> {
  const answer = await fetch('/commands', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(command),
  });
  if (!answer.ok) throw new Error(((await answer.json()) as { error: string }).error);
}

/** What is fetched; undefined until it is there, and where it is not. It is fetched anew when `changed` is another. */
export function useFetched<T>(path: string | undefined, changed?: unknown): T | undefined {
  const [state, setState] = useState<{ path: string; value: T }>();
  useEffect(() => {
    if (path === undefined) return;
    let isStale = false;
    fetch(path)
      .then(async (answer) => {
        if (answer.ok && !isStale) setState({ path, value: (await answer.json()) as T });
      })
      // The banner says that the cloud has stopped.
      .catch(() => {});
    return () => {
      isStale = true;
    };
  }, [path, changed]);
  return state && state.path === path ? state.value : undefined;
}
