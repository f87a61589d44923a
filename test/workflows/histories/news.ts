import { type Lab, MINUTE } from '../harness.ts';
import type { Telling } from './steps.ts';

/** How AWS tells of what happens. */
export class News {
  telling: Telling = 'once';
  readonly #restore: () => void;

  constructor({ cloud }: Lab) {
    const { clock } = cloud;
    this.#restore = cloud.interceptEvents((_event, deliver) => {
      if (this.telling === 'late') clock.after(2 * MINUTE, deliver);
      else if (this.telling !== 'never') deliver();
      if (this.telling === 'twice') deliver();
    });
  }

  end(): void {
    this.#restore();
  }
}
