import { App, Stack, Stage } from 'aws-cdk-lib';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { Hub, loadConfiguration, OrganizationRollout, organizationRegions } from '../../lib/index.ts';

/**
 * A CDK app of your own that deploys the hub and the rollout from a pipeline in the hub account. Change the three
 * settings, and bootstrap the management account with `--trust <hub account>`, because the pipeline deploys there as well.
 */
const app = new App();
const configuration = loadConfiguration(app.node.tryGetContext('config') ?? 'config/privatelink.yaml');
const repository = app.node.tryGetContext('repository') ?? 'your-organization/your-repository';
const connectionArn =
  app.node.tryGetContext('connectionArn') ??
  'arn:aws:codeconnections:us-east-1:222222222222:connection/00000000-0000-0000-0000-000000000000';

const { hubAccountId: account, hubRegion: region } = configuration.organization;
const stack = new Stack(app, 'redis-privatelink-pipeline', { env: { account, region } });
const pipeline = new CodePipeline(stack, 'Pipeline', {
  crossAccountKeys: true,
  synth: new ShellStep('Synth', {
    input: CodePipelineSource.connection(repository, 'main', { connectionArn }),
    commands: ['npm ci', 'npx cdk synth --app "npx node examples/pipeline/app.ts"'],
  }),
});

// The hub first: the rollout tells the accounts where it is.
const hub = new Stage(app, 'Hub');
new Hub(hub, 'Stack', { configuration });
pipeline.addStage(hub);

const organization = new Stage(app, 'Organization');
for (const where of organizationRegions(configuration)) {
  new OrganizationRollout(organization, where, { configuration, region: where });
}
pipeline.addStage(organization);

app.synth();
