/** A resource that only its tags, or only the hub's record, call this system's own. */
export interface Stray {
  id: string;
  vpcId: string;
  /** The connection's name, as the tag or the record has it. */
  connection: string;
  /** Why it is not, in words. */
  why: string;
}
