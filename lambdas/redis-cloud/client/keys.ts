/** The account key and the user key of the Redis Cloud API. */
export interface Keys {
  apiKey: string;
  secretKey: string;
}

/** Where keys come from. */
export interface KeySource {
  current(): Promise<Keys>;
  /** Looks for keys other than those that were refused; null if there are none. */
  renewed(refused: Keys): Promise<Keys | null>;
}
