import { plain } from '../../shared/runtime/text.ts';

/** A message to operators, as the topic carries it. */
export interface Told {
  messageId: string;
  subject: string;
  /** Paragraphs with empty lines between them. One whose lines all begin with a space are commands or a list. */
  message: string;
  /** By name: `kind` is `failure`, `approval`, `hold` or `report`; others may be missing. */
  attributes: Readonly<Record<string, string>>;
}

/** A custom notification of Amazon Q Developer in chat applications ("Custom notifications", event schema). */
export interface Notification {
  version: '1.0';
  source: 'custom';
  id: string;
  content: {
    textType: 'client-markdown';
    title: string;
    description: string;
    nextSteps: string[];
    keywords: string[];
  };
  metadata: {
    threadId: string;
    summary: string;
    eventType: string;
    additionalContext: Record<string, string>;
  };
}

// The page gives no limits. A message of a chat has some thousand characters, and what is longer is not read there.
const LONGEST_DESCRIPTION = 3_000;
const LONGEST_STEP = 1_500;
const MOST_STEPS = 10;

/**
 * The message in the form that a chat shows. What a person may do next are steps of their own, with their commands.
 * Messages about one connection in one account have one thread.
 */
export function notificationOf({ messageId, subject, message, attributes }: Told): Notification {
  const paragraphs = message.split(/\n\n+/);
  const texts = paragraphs.filter(
    (_, index) => !isCommands(paragraphs[index]) && !isCommands(paragraphs[index + 1]),
  );
  const steps = paragraphs.flatMap((paragraph, index) =>
    isCommands(paragraph) ? commandsIn(paragraph).map((one) => step(paragraphs[index - 1] ?? '', one)) : [],
  );
  const { kind = 'message', workflow, error, connection, account } = attributes;
  const named = [kind, workflow, error, connection].filter((value) => value !== undefined);
  return {
    version: '1.0',
    source: 'custom',
    id: messageId,
    content: {
      textType: 'client-markdown',
      title: harmless(subject),
      description: cut(harmless(texts.map(withBoldLabels).join('\n\n'))),
      nextSteps: steps.slice(0, MOST_STEPS),
      keywords: [...new Set(named)].map(harmless),
    },
    metadata: {
      threadId: [connection ?? kind, account].filter((value) => value !== undefined).join('/'),
      summary: harmless(subject),
      eventType: kind,
      additionalContext: { ...attributes },
    },
  };
}

function isCommands(paragraph: string | undefined): boolean {
  return paragraph?.split('\n').every((line) => line.startsWith('  aws ')) ?? false;
}

function commandsIn(paragraph: string): string[] {
  return paragraph.split('\n').map((line) => line.trim());
}

/** @param when the sentence before the command: "To approve:" */
function step(when: string, command: string): string {
  const text = `${harmless(when)} \`${harmless(command)}\``;
  if (text.length <= LONGEST_STEP) return text;
  return `${harmless(when)} The command is too long for a chat: \`npm run status\` prints it, and so does the mail.`;
}

/** `Why:      x` is `*Why:* x`, and the lines that go on below it begin where a line begins. */
function withBoldLabels(paragraph: string): string {
  return paragraph.replace(/^([A-Z][\w ]{1,18}:) */gm, '*$1* ').replace(/^ {3,}/gm, '');
}

/**
 * Slack reads `<!channel>` and `<address|name>` in what others wrote, and Teams reads HTML. Neither gets an angle
 * bracket, which no command of a message has.
 */
function harmless(text: string): string {
  return text
    .split('\n')
    .map((line) => plain(line.replaceAll('<', '‹').replaceAll('>', '›'), 10_000))
    .join('\n');
}

function cut(text: string): string {
  if (text.length <= LONGEST_DESCRIPTION) return text;
  return `${text.slice(0, LONGEST_DESCRIPTION).toWellFormed()}…\n\nThe mail has the rest.`;
}
