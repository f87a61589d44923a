import { loadConfiguration } from '../../lib/configuration.ts';

// The organization of organization.yaml.
export const MANAGEMENT = '111111111111';
export const HUB = '222222222222';
export const UNIT = 'ou-ab12-l3zc8b3h';
export const GLOBAL_UNIT = 'ou-ab12-glob4l00';
export const CATALOG_UNIT = 'ou-ab12-cata1og0';
export const LEAVING_UNIT = 'ou-ab12-l3av1ng0';
export const VPC = 'vpc-0a71e831cb5152c43';
export const OTHER_VPC = 'vpc-0b71e831cb5152c43';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const configuration = loadConfiguration('test/workflows/organization.yaml');
