/** How a system is called of which an organization has one, and the tag by which VPCs ask it for connections. */
export const DEFAULT_SYSTEM = { name: 'redis-privatelink', tag: 'redis-privatelink' };

/**
 * The name of the system that a function belongs to: everything that the function makes begins with it. The stack gives
 * both to functions of a system that stands beside others; without them it is the default one.
 */
export const SYSTEM: string = process.env.SYSTEM_NAME ?? DEFAULT_SYSTEM.name;

/** The tag by which a VPC asks for connections: their names, separated by spaces or commas, in any case. */
export const TAG: string = process.env.SYSTEM_TAG ?? DEFAULT_SYSTEM.tag;

/** The name without that of the system, of an execution's state machine for example. */
export function withoutSystem(name: string, system: string = SYSTEM): string {
  return name.startsWith(`${system}-`) ? name.slice(system.length + 1) : name;
}

/** A text that names the default system, such as a command, for this one. */
export function ofSystem(text: string, system: string = SYSTEM): string {
  return text.replaceAll(DEFAULT_SYSTEM.name, system);
}
