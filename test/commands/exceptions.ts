/** Commands that are not run here, by how they begin or by what they contain, each with the reason. */
export const EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^terraform /, 'takes a Terraform state of the reader'],
  [/^npm ci && npm (start|test)/, 'installs and runs what .ci/run installs and runs, on every push'],
  [/^npm start -- --(serve|watch)/, 'is what the others are run against; test/local and test/page run it'],
  [
    /^npm start -- .*(--story|--assume NAME|-v$|--json$)/,
    'test/local/main.test.ts tells the stories with every option',
  ],
  [
    /^npx cdk (bootstrap|deploy|destroy|diff)/,
    'takes AWS: the CDK puts files into S3 and updates stacks; the local cloud deploys the same templates',
  ],
  [/^AWS_REGION=\S+ npx cdk deploy/, 'the same'],
  [/^npx cdk synth -c .*--app/, 'test/lib/examples.test.ts synthesizes that app'],
  [
    /^npm run (permissions|assumptions|bench|cost|faults|actions|recordings|foreign)/,
    'takes minutes, and proves; CONTRIBUTING.md says which test holds its result',
  ],
  [
    /^export AWS_PROFILE=sandbox|^npm run probe|^export (AWS_ENDPOINT_URL|REDIS_CLOUD_API_KEY)=.*…/,
    'test/probe runs it',
  ],
  [
    /^host=redis|^getent hosts|^timeout 5 bash|^redis-cli/,
    'takes traffic, which the local cloud does not carry',
  ],
  [
    /^aws organizations (create-policy|attach-policy)/,
    'the local cloud has no service control policies; test/lib/protect-tags.test.ts evaluates this one',
  ],
];

/** Why a command is not run; undefined if it is. */
export function whyNot(command: string): string | undefined {
  return EXCEPTIONS.find(([pattern]) => pattern.test(command))?.[1];
}
