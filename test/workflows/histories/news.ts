import type { CloudEvent } from '../../../packages/local-cloud/src/aws/events.ts';
import { type Lab, MINUTE } from '../harness.ts';
import type { Telling } from './steps.ts';

/** How AWS tells of what happens. */
export class News {
  telling: Telling = 'once';
  readonly #restore: () => void;

  constructor({ cloud }: Lab) {
    const { eventBridge, clock } = cloud;
    const { publish } = eventBridge;
    eventBridge.publish = (event: CloudEvent, ...where) => {
      const tell = () => publish.call(eventBridge, event, ...where);
      if (this.telling === 'late') clock.after(2 * MINUTE, tell);
      else if (this.telling !== 'never') tell();
      if (this.telling === 'twice') tell();
    };
    this.#restore = () => {
      eventBridge.publish = publish;
    };
  }

  end(): void {
    this.#restore();
  }
}
