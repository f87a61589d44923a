/** The tag by which a VPC asks for connections: their names, separated by spaces or commas, in any case. */
export const TAG = 'redis-privatelink';

/** The names in the tag's value, in small letters, as connections have them. */
export function names(value: string | undefined): string[] {
  return [
    ...new Set(
      (value ?? '')
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
  ];
}

/** The tag in which this system tells whoever looks at the VPC how it stands with it. It asks for nothing. */
export const STATUS_TAG = `${TAG}:status`;
