import type { CloudEvent } from '../events.ts';
import { AwsError } from '../service.ts';
import { selectorOf } from './input-path.ts';
import { deliverable, type InputContext, templateOf } from './input-template.ts';

/** What a target says about the input that it gets. At most one of them is given. */
export interface InputOptions {
  Input?: string;
  InputPath?: string;
  InputTransformer?: InputTransformer;
}

export interface InputTransformer {
  InputPathsMap?: Record<string, string>;
  InputTemplate: string;
}

const mostPaths = 100;
const pathName = /^[A-Za-z0-9_-]{1,256}$/;

/**
 * Checks a target's input, as PutTargets does.
 *
 * @throws AwsError `ValidationException`
 */
export function checkInput(targetId: string, options: InputOptions): void {
  const { Input, InputPath, InputTransformer } = options;
  if ([Input, InputPath, InputTransformer].filter((given) => given !== undefined).length > 1) {
    throw invalid(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${targetId}.`,
    );
  }
  if (Input && !deliverable(Input, false))
    throw invalid(`JSON syntax error in input for target ${targetId}.`);
  if (InputPath) checkPath(targetId, InputPath);
  if (!InputTransformer) return;
  const paths = Object.entries(InputTransformer.InputPathsMap ?? {});
  if (paths.length > mostPaths) {
    throw invalid(`The input transformer of target ${targetId} has more than ${mostPaths} input paths.`);
  }
  for (const [name, path] of paths) {
    if (!pathName.test(name)) {
      throw invalid(
        `The input path ${name} of target ${targetId} does not satisfy the pattern: [A-Za-z0-9_-]+`,
      );
    }
    checkPath(targetId, path);
  }
  const template = templateOf(InputTransformer.InputTemplate);
  if (template.refusal) throw invalid(template.refusal(targetId));
}

function checkPath(targetId: string, path: string): void {
  if (!selectorOf(path)) throw invalid(`InputPath for target ${targetId} is invalid.`);
}

/**
 * What a target receives, if it is JSON: an input that is none is not delivered, and goes to the dead-letter queue as
 * it is. The EventBridge User Guide documents part of it in "Input transformation".
 */
export function inputFor(
  event: CloudEvent,
  { Input, InputPath, InputTransformer }: InputOptions,
  context: InputContext,
): { text: string; isDeliverable: boolean } {
  if (Input !== undefined) return { text: Input, isDeliverable: true };
  if (InputPath !== undefined) {
    // Where the path leads to nothing, AWS delivers an empty object.
    const value = selectorOf(InputPath)?.(event) ?? {};
    return { text: JSON.stringify(value), isDeliverable: true };
  }
  if (!InputTransformer) return { text: JSON.stringify(event), isDeliverable: true };
  const { InputPathsMap = {}, InputTemplate } = InputTransformer;
  const template = templateOf(InputTemplate);
  const variables = new Map(
    Object.entries(InputPathsMap).map(([name, path]) => [name, selectorOf(path)!(event)]),
  );
  const text = template.fill(variables, event, context);
  return { text, isDeliverable: deliverable(text, template.hasLines) };
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
