import type { ApiFunction } from '../../constructs/api-function.ts';
import type { Hub } from '../hub.ts';
import { addFunction } from './add-function.ts';

export function recordMetrics(hub: Hub): ApiFunction {
  return addFunction(hub, 'RecordMetrics', {
    call: 'record-metrics',
    description: 'Turns announcements into metrics.',
  });
}
