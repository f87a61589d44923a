import { AwsError } from '../service.ts';

/** `InvalidEventPatternException`, with EventBridge's way of telling the reason. */
export class InvalidPattern extends AwsError {
  constructor(reason: string) {
    super('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
  }
}
