import { SYSTEM } from '../runtime/system.ts';

/** The names in the value of the tag by which a VPC asks, in small letters, as connections have them. */
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
export const STATUS_TAG = `${SYSTEM}:status`;
